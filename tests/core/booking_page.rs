//! The booking page and the pages of a booking's links, as browsers without JavaScript, agents and mail scanners use them.

use std::collections::BTreeMap;

use kalends_harness::{Answer, Caller, Request, Server, Settings, User, both_stores};
use serde_json::{Value, json};

use crate::booking::{link, reserve, with};

both_stores![
    a_page_is_for_people_and_markdown_for_agents,
    a_page_asks_nothing_of_other_hosts_and_tells_nobody,
    only_the_allowed_may_frame_it,
    what_people_wrote_is_text,
    a_form_books,
    a_form_that_is_sent_twice_books_once,
    what_is_wrong_is_told_beside_its_field,
    a_taken_slot_is_told_with_the_next_ones,
    a_link_without_bookings_says_so,
    empty_weeks_lead_to_the_first_free_day,
    a_wall_time_that_comes_twice_is_told_apart,
    a_mail_scanner_changes_nothing,
    a_booking_is_cancelled_on_its_page,
    a_booking_is_moved_on_its_page,
    a_booking_is_a_file,
];

const BROWSER: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

/// Someone with a browser.
fn browser(server: &Server) -> Caller {
    server.anyone().with("Accept", BROWSER)
}

/// A link with a title, a description and two questions.
#[track_caller]
fn office_hour(owner: &User) -> String {
    let more = json!({
        "title": "Office hour", "description": "Room 12",
        "questions": [{"label": "What is it about?", "required": true}, {"label": "Anything else?", "required": false}],
    });
    link(owner, &owner.calendar("Work"), with(more))
}

/// Monday, 4 March 2058, nine o'clock in New York.
const NINE: &str = "2058-03-04T14:00:00Z";

/// Panics unless this is a page.
#[track_caller]
fn page(answer: Answer, status: u16) -> Answer {
    let answer = answer.expect(status);
    assert_eq!(answer.header("content-type"), Some("text/html; charset=utf-8"));
    let text = answer.text();
    assert!(text.starts_with("<!DOCTYPE html><html lang=\"en\""), "{text}");
    assert_eq!(text.matches("<h1").count(), 1, "{text}");
    assert_eq!(text.matches("<main").count(), 1, "{text}");
    answer
}

/// The value of an attribute of the first tag that holds these words, unescaped.
#[track_caller]
fn attribute(page: &Answer, tag: &str, name: &str) -> String {
    let text = page.text();
    let tag = text.split('<').find(|part| part.contains(tag)).unwrap_or_else(|| panic!("no {tag} in {text}"));
    let (_, value) = tag.split_once(&format!("{name}=\"")).unwrap_or_else(|| panic!("no {name} in {tag}"));
    value.split('"').next().unwrap_or_default().replace("&amp;", "&").replace("&quot;", "\"")
}

/// The page's form as a browser sends it, with these fields filled in.
#[track_caller]
fn send(caller: &Caller, page: &Answer, typed: &[(&str, &str)]) -> Answer {
    form(caller, page, typed).send()
}

#[track_caller]
fn form(caller: &Caller, page: &Answer, typed: &[(&str, &str)]) -> Request {
    let text = page.text();
    let hidden = text.split('<').filter(|part| part.starts_with("input type=\"hidden\""));
    let mut fields: BTreeMap<String, String> = hidden
        .map(|part| {
            let value = |name: &str| {
                let (_, value) = part.split_once(&format!("{name}=\"")).expect("an attribute");
                value.split('"').next().expect("a value").to_owned()
            };
            (value("name"), value("value"))
        })
        .collect();
    assert!(fields.contains_key("key"), "a form can be sent twice: {text}");
    fields.extend(typed.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    let body: Vec<String> =
        fields.iter().map(|(name, value)| format!("{}={}", encoded(name), encoded(value))).collect();
    caller.post(&attribute(page, "method=\"post\"", "action")).body("application/x-www-form-urlencoded", body.join("&"))
}

fn encoded(text: &str) -> String {
    text.bytes()
        .map(|byte| if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

const BOB: [(&str, &str); 3] =
    [("name", "Bob Ray"), ("email", "bob@example.com"), ("answers.What is it about?", "Exercise 3")];

/// The bookings on the day of [`NINE`], by their starts.
#[track_caller]
fn booked(owner: &User) -> Vec<String> {
    let calendars = owner.get("/calendars").send().expect(200);
    let mut starts = Vec::new();
    for calendar in calendars.items() {
        let id = calendar["id"].as_str().expect("an id");
        let path = format!("/calendars/{id}/bookings?start=2058-03-04T00:00:00Z&end=2058-03-05T00:00:00Z");
        starts.extend(owner.get(&path).send().expect(200).each("start").into_iter().map(str::to_owned));
    }
    starts
}

fn a_page_is_for_people_and_markdown_for_agents(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let path = format!("/book/{}", office_hour(&ana));
    let shown = page(browser(server).get(&format!("{path}?from=2058-03-04")).send(), 200);
    assert!(shown.header("vary").is_some_and(|vary| vary.to_ascii_lowercase().contains("accept")));
    let text = shown.text();
    for part in [
        "<title>4 – 10 March 2058 – Office hour</title>",
        "Room 12",
        "aria-label=\"Monday 4 March, 09:00 EST\"",
        "America/New York, EST (UTC−5)",
        "<option value=\"America/New_York\" selected>",
    ] {
        assert!(text.contains(part), "no {part} in {text}");
    }
    assert_eq!(text.matches("class=\"slot\"").count(), 30, "six on each of five days");
    // American English says nine AM, and the address decides before that.
    let american = browser(server).with("Accept-Language", "en-US,en;q=0.9");
    let text = page(american.get(&format!("{path}?from=2058-03-04")).send(), 200).text().to_owned();
    assert!(text.contains("Monday 4 March, 9:00 AM EST"), "{text}");
    let text = page(american.get(&format!("{path}?from=2058-03-04&clock=24&tz=Asia/Kathmandu")).send(), 200);
    assert!(text.text().contains("Monday 4 March, 19:45 UTC+5:45"), "{text}");

    let markdown = server.anyone().with("Accept", "text/markdown").get(&format!("{path}?from=2058-03-04")).send();
    let markdown = markdown.expect(200);
    assert_eq!(markdown.header("content-type"), Some("text/markdown; charset=utf-8"));
    assert!(markdown.header("vary").is_some_and(|vary| vary.to_ascii_lowercase().contains("accept")));
    for part in [
        "# Office hour",
        "> Room 12",
        "- Length: 30 minutes",
        "- Time zone of the link: America/New_York",
        "- What is it about? (required)",
        "- 2058-03-04T09:00:00-05:00 to 2058-03-04T09:30:00-05:00",
        &format!("/booking/{}/reserve' --json '", &path["/book/".len()..]),
    ] {
        assert!(markdown.text().contains(part), "no {part} in {}", markdown.text());
    }
    // What it says can be sent, once a name and an answer are put in.
    let text = markdown.text();
    let (_, body) = text.split_once("/reserve' --json '").expect("an example");
    let body: Value = serde_json::from_str(body.split('\'').next().expect("its end")).expect("JSON");
    let api = path.replace("/book/", "/booking/");
    server.anyone().post(&format!("{api}/reserve")).json(body).send().expect(201);
}

fn a_page_asks_nothing_of_other_hosts_and_tells_nobody(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let path = format!("/book/{}", office_hour(&ana));
    let shown = page(browser(server).get(&path).send(), 200);
    let policy = shown.header("content-security-policy").expect("a policy");
    for part in ["default-src 'none'", "script-src 'self'", "style-src 'self'", "form-action 'self'", "base-uri 'none'"]
    {
        assert!(policy.split("; ").any(|directive| directive == part), "{policy}");
    }
    assert!(policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe"), "{policy}");
    for (header, value) in [
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
        ("cache-control", "no-store"),
        ("x-robots-tag", "noindex, nofollow"),
    ] {
        assert_eq!(shown.header(header), Some(value), "{header}");
    }
    assert!(shown.header("set-cookie").is_none());
    let text = shown.text();
    assert!(!text.contains("://") && !text.contains(" style=") && !text.contains(" on"), "{text}");
    for (tag, name, kind) in [
        ("rel=\"stylesheet\"", "href", "text/css; charset=utf-8"),
        ("script src", "src", "text/javascript; charset=utf-8"),
    ] {
        let asset = attribute(&shown, tag, name);
        let answer = browser(server).get(&asset).send().expect(200);
        assert_eq!(answer.header("content-type"), Some(kind));
        assert_eq!(answer.header("cache-control"), Some("public, max-age=31536000, immutable"));
        assert!(!answer.text().contains("://"), "it asks nothing of others");
    }
    browser(server).get("/book/assets/page.css").send().expect(404);
}

fn only_the_allowed_may_frame_it(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let path = format!("/book/{}", office_hour(&ana));
    let frames = |server: &Server, query: &str| {
        let shown = page(browser(server).get(&format!("{path}{query}")).send(), 200);
        let policy = shown.header("content-security-policy").expect("a policy").to_owned();
        policy.split("frame-ancestors ").nth(1).expect("a directive").to_owned()
    };
    assert_eq!(frames(server, "?embed"), "'none'", "nobody is allowed unless the operator says so");
    let allowing = Settings::new().set("EMBED_ORIGINS", "https://school.example, https://www.school.example");
    let allowing = Server::start_on(server.database(), allowing);
    assert_eq!(frames(&allowing, "?embed"), "https://school.example https://www.school.example");
    assert_eq!(frames(&allowing, ""), "'none'");
    let shown = page(browser(&allowing).get(&format!("{path}?embed&theme=dark&from=2058-03-04")).send(), 200);
    let next = attribute(&shown, "class=\"slot\"", "href");
    assert!(next.contains("embed=") && next.contains("theme=dark"), "{next} keeps the look");
    assert!(shown.text().contains("data-theme=\"dark\""));
}

fn what_people_wrote_is_text(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let evil = "<script>alert(1)</script>\"'&";
    let more = json!({
        "title": evil, "description": format!("{evil}\n# {evil}"), "questions": [{"label": evil, "required": true}],
    });
    let path = format!("/book/{}", link(&ana, &ana.calendar("Work"), with(more)));
    let caller = browser(server);
    let clean = |answer: &Answer| assert!(!answer.text().contains("<script>alert"), "{}", answer.text());
    clean(&page(caller.get(&format!("{path}?from=2058-03-04")).send(), 200));
    let asked = page(caller.get(&format!("{path}?slot={NINE}")).send(), 200);
    clean(&asked);
    let answer = format!("answers.{evil}");
    let wrong = page(send(&caller, &asked, &[("name", evil), ("email", evil), (&answer, evil), ("notes", evil)]), 400);
    clean(&wrong);
    assert!(wrong.text().contains("value=\"&lt;script&gt;alert(1)&lt;/script&gt;&quot;'&amp;\""), "{}", wrong.text());
    let made = send(&caller, &asked, &[("name", evil), ("email", "bob@example.com"), (&answer, evil), ("notes", evil)]);
    clean(&page(made, 201));
    for query in ["tz", "slot", "from", "theme"] {
        clean(&page(caller.get(&path).query(query, evil).send(), 400));
    }
    let markdown = server.anyone().with("Accept", "text/markdown").get(&path).send().expect(200);
    assert!(!markdown.text().contains("\n# <") && !markdown.text().contains("# <script>"), "{}", markdown.text());
}

fn a_form_books(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let path = format!("/book/{}", office_hour(&ana));
    let caller = browser(server);
    let week = page(caller.get(&format!("{path}?from=2058-03-04&tz=Europe/Berlin&clock=24")).send(), 200);
    let asked = page(caller.get(&attribute(&week, "class=\"slot\"", "href")).send(), 200);
    for part in ["Monday 4 March 2058", "15:00 – 15:30 CET (UTC+1)", "Europe/Berlin", "name=\"answers.Anything else?\""]
    {
        assert!(asked.text().contains(part), "no {part} in {}", asked.text());
    }
    let done = page(send(&caller, &asked, &[&BOB[..], &[("notes", "Two\r\nlines")]].concat()), 201);
    for part in
        ["Booked", "15:00 – 15:30 CET (UTC+1)", "Bob Ray", "/booking/cancel/", "/booking/reschedule/", "event.ics"]
    {
        assert!(done.text().contains(part), "no {part} in {}", done.text());
    }
    assert!(done.header("content-security-policy").is_some_and(|policy| policy.contains("style-src 'self'")));
    assert_eq!(booked(&ana), [NINE]);
    let events = ana.between("2058-03-04T00:00:00Z", "2058-03-05T00:00:00Z");
    let told = events.items()[0]["description"].as_str().expect("a description").to_owned();
    assert!(told.contains("Two\r\nlines") && told.contains("What is it about?: Exercise 3"), "{told}");
    // Programs are sent elsewhere.
    let refused = server.anyone().post(&path).json(json!({"name": "Bob"})).send();
    assert_eq!(refused.status, 415);
}

fn a_form_that_is_sent_twice_books_once(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let path = format!("/book/{}", office_hour(&ana));
    let caller = browser(server);
    let asked = page(caller.get(&format!("{path}?slot={NINE}")).send(), 200);
    let both: Vec<Answer> = std::thread::scope(|scope| {
        let sent: Vec<_> = (0..4).map(|_| scope.spawn(|| send(&caller, &asked, &BOB))).collect();
        sent.into_iter().map(|sent| sent.join().expect("an answer")).collect()
    });
    let again = send(&caller, &asked, &BOB);
    for answer in &both {
        let answer = page(answer.clone(), 201);
        assert_eq!(answer.text(), again.text(), "each press is answered with the one booking");
        assert_eq!(answer.header("content-security-policy"), again.header("content-security-policy"));
    }
    assert_eq!(booked(&ana), [NINE]);
    // Another visitor with the same words is another visitor.
    let other = page(caller.get(&format!("{path}?slot=2058-03-04T14:30:00Z")).send(), 200);
    page(send(&caller, &other, &BOB), 201);
    assert_eq!(booked(&ana).len(), 2);
}

fn what_is_wrong_is_told_beside_its_field(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let path = format!("/book/{}", office_hour(&ana));
    let caller = browser(server);
    let asked = page(caller.get(&format!("{path}?slot={NINE}")).send(), 200);
    let wrong = page(send(&caller, &asked, &[("name", ""), ("email", "bob"), ("notes", "Kept")]), 400);
    let text = wrong.text();
    for id in ["f-name", "f-email", "f-answer-0"] {
        assert!(text.contains(&format!("href=\"#{id}\"")), "the summary leads to {id}: {text}");
        assert!(text.contains(&format!("aria-describedby=\"{id}-wrong\"")), "{id} is described: {text}");
    }
    assert!(
        text.contains("<title>Error: ") && text.contains("value=\"bob\"") && text.contains("Kept</textarea>"),
        "{text}"
    );
    assert!(!text.contains("aria-describedby=\"f-answer-1"), "what is optional may stay empty");
    // The page that came back can be mended and sent.
    page(send(&caller, &wrong, &BOB), 201);
    // A slot that never was, one of the past, none at all, and fields that no page has.
    for (start, field) in [("2058-03-04T14:10:00Z", "f-slot"), ("2020-03-02T14:00:00Z", "f-slot"), ("noon", "f-slot")] {
        let wrong = page(send(&caller, &asked, &[&BOB[..], &[("slot_start", start)]].concat()), 400);
        assert!(wrong.text().contains(&format!("href=\"#{field}\"")), "{start}: {}", wrong.text());
        assert_eq!(wrong.text().matches("type=\"radio\"").count(), 6, "{start}: others are offered");
    }
    page(send(&caller, &asked, &[&BOB[..], &[("seat", "1")]].concat()), 400);
    let bare = caller.post(&path).body("application/x-www-form-urlencoded", "").send();
    page(bare, 400);
    page(caller.post(&path).body("application/x-www-form-urlencoded", &b"name=\xff\xfe&%zz=%00"[..]).send(), 400);
    page(caller.get(&format!("{path}?slot=9999-12-30T22:00:00Z")).send(), 409);
    page(caller.get(&format!("{path}?from=9999-12-31")).send(), 200);
    page(caller.get(&format!("{path}?from=0000-01-01")).send(), 200);
    page(caller.get(&format!("{path}?utm_source=mail&fbclid=%zz")).send(), 200);
    assert_eq!(booked(&ana), [NINE]);
}

fn a_taken_slot_is_told_with_the_next_ones(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let token = link(&ana, &ana.calendar("Work"), with(json!({"title": "Office hour"})));
    let path = format!("/book/{token}");
    let caller = browser(server);
    let asked = page(caller.get(&format!("{path}?slot={NINE}&tz=UTC&clock=24")).send(), 200);
    reserve(&server.anyone(), &token, NINE, "2058-03-04T14:30:00Z").expect(201);
    let typed = [("name", "Cleo"), ("email", "cleo@example.com"), ("notes", "Still here")];
    let told = page(send(&caller, &asked, &typed), 409);
    let text = told.text();
    assert!(
        text.contains("no longer free") && text.contains("value=\"Cleo\"") && text.contains("Still here"),
        "{text}"
    );
    assert!(text.contains("Monday 4 March, 14:30 UTC") && !text.contains("Monday 4 March, 14:00 UTC"), "{text}");
    page(caller.get(&format!("{path}?slot={NINE}")).send(), 409);
    page(send(&caller, &told, &[&typed[..], &[("slot_start", "2058-03-04T14:30:00Z")]].concat()), 201);
    assert_eq!(booked(&ana), [NINE, "2058-03-04T14:30:00Z"]);
}

fn a_link_without_bookings_says_so(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let token = link(&ana, &ana.calendar("Work"), with(json!({"active": false})));
    let caller = browser(server);
    for path in [format!("/book/{token}"), "/book/unknown".to_owned(), format!("/book/{token}?slot={NINE}")] {
        let gone = page(caller.get(&path).send(), 404);
        assert!(gone.text().contains("This link takes no bookings"), "{}", gone.text());
        page(caller.post(&path).body("application/x-www-form-urlencoded", "name=Bob").send(), 404);
        server.anyone().with("Accept", "text/markdown").get(&path).send().error(404, "NOT_FOUND");
    }
    for what in ["cancel", "reschedule"] {
        let path = format!("/booking/{what}/unknown");
        page(caller.get(&path).send(), 404);
        server.anyone().get(&path).send().error(404, "NOT_FOUND");
        page(caller.post(&path).body("application/x-www-form-urlencoded", "key=k").send(), 404);
    }
}

fn empty_weeks_lead_to_the_first_free_day(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let calendar = ana.calendar("Work");
    let only = json!({"working_hours": {}, "date_overrides": {"2058-04-02": [{"start": "09:00", "end": "10:00"}]}});
    let path = format!("/book/{}", link(&ana, &calendar, with(only)));
    let caller = browser(server);
    let empty = page(caller.get(&format!("{path}?from=2058-03-04")).send(), 200);
    assert!(empty.text().contains("No time is free in the week of 4 – 10 March 2058."), "{}", empty.text());
    assert!(empty.text().contains("First free day: Tuesday 2 April"), "{}", empty.text());
    let there = page(caller.get(&attribute(&empty, "data-swap data-focus=\"week\" href=\"/book", "href")).send(), 200);
    assert!(!there.text().is_empty());
    assert!(empty.text().contains("from=2058-04-02"), "{}", empty.text());
    let nothing = page(caller.get(&format!("{path}?from=2057-03-04")).send(), 200);
    assert!(nothing.text().contains("No time is free in the next two months."), "{}", nothing.text());
    // A link that ends soon leads no further.
    let short = format!("/book/{}", link(&ana, &calendar, with(json!({"maximum_days_ahead": 3}))));
    let last = page(caller.get(&format!("{short}?from=2058-03-04")).send(), 200);
    assert!(!last.text().contains(">Later"), "{}", last.text());
}

fn a_wall_time_that_comes_twice_is_told_apart(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let night = json!({"working_hours": {"sun": [{"start": "00:00", "end": "03:00"}]}});
    let path = format!("/book/{}", link(&ana, &ana.calendar("Work"), with(night)));
    let shown = page(browser(server).get(&format!("{path}?from=2058-11-03&clock=12")).send(), 200);
    for part in [">1:30 AM EDT<", ">1:30 AM EST<", "The clocks change on this day."] {
        assert_eq!(shown.text().matches(part).count(), 1, "{part} in {}", shown.text());
    }
    // Elsewhere the clocks do not change that day, and nothing needs to be told apart.
    let shown = page(browser(server).get(&format!("{path}?from=2058-11-03&clock=24&tz=Asia/Tokyo")).send(), 200);
    assert!(shown.text().contains(">14:30<") && !shown.text().contains("The clocks change"), "{}", shown.text());
}

/// The paths of a booking's links, cancel and reschedule.
#[track_caller]
fn links(made: &Answer) -> [String; 2] {
    ["/booking/cancel_url", "/booking/reschedule_url"].map(|pointer| {
        let url = made.at(pointer);
        let at = url.find("/booking/").expect("a path");
        url[at..].to_owned()
    })
}

fn a_mail_scanner_changes_nothing(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let token = link(&ana, &ana.calendar("Work"), with(json!({})));
    let made = reserve(&server.anyone(), &token, NINE, "2058-03-04T14:30:00Z").expect(201);
    let before = ana.between("2058-03-04T00:00:00Z", "2058-03-05T00:00:00Z").items().to_vec();
    let [cancel, reschedule] = links(&made);
    for path in [
        format!("/book/{token}"),
        format!("/book/{token}?slot=2058-03-04T14:30:00Z"),
        cancel.clone(),
        format!("{cancel}/event.ics"),
        reschedule.clone(),
        format!("{reschedule}?slot=2058-03-04T14:30:00Z"),
    ] {
        for method in ["GET", "HEAD"] {
            browser(server).request(method, &path).send().expect(200);
        }
    }
    assert_eq!(ana.between("2058-03-04T00:00:00Z", "2058-03-05T00:00:00Z").items(), before);
    // Programs get what they got before there were pages.
    assert_eq!(server.anyone().get(&cancel).send().expect(200).at("/booking/start"), NINE);
    assert_eq!(server.anyone().get(&reschedule).send().expect(200).at("/booking/start"), NINE);
}

fn a_booking_is_cancelled_on_its_page(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let token = link(&ana, &ana.calendar("Work"), with(json!({"title": "Office hour"})));
    let made = reserve(&server.anyone(), &token, NINE, "2058-03-04T14:30:00Z").expect(201);
    let [cancel, _] = links(&made);
    let caller = browser(server);
    let asked = page(caller.get(&format!("{cancel}?tz=UTC&clock=24")).send(), 200);
    for part in ["Office hour", "14:00 – 14:30 UTC", "Bob Ray"] {
        assert!(asked.text().contains(part), "no {part} in {}", asked.text());
    }
    assert_eq!(booked(&ana), [NINE]);
    let done = page(send(&caller, &asked, &[]), 200);
    assert!(done.text().contains("Cancelled") && done.text().contains(&format!("/book/{token}")), "{}", done.text());
    assert!(booked(&ana).is_empty());
    assert_eq!(page(send(&caller, &asked, &[]), 200).text(), done.text(), "a second press is the first one");
    page(caller.get(&cancel).send(), 404);
}

fn a_booking_is_moved_on_its_page(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let token = link(&ana, &ana.calendar("Work"), with(json!({"title": "Office hour", "interval_minutes": 15})));
    let made = reserve(&server.anyone(), &token, NINE, "2058-03-04T14:30:00Z").expect(201);
    let [_, reschedule] = links(&made);
    let caller = browser(server);
    let week = page(caller.get(&format!("{reschedule}?from=2058-03-04&tz=UTC&clock=24")).send(), 200);
    let text = week.text();
    assert!(text.contains("Monday 4 March, 14:15 UTC"), "its own time is no obstacle: {text}");
    assert!(!text.contains("Monday 4 March, 14:00 UTC"), "it is there already: {text}");
    let asked = page(caller.get(&attribute(&week, "class=\"slot\"", "href")).send(), 200);
    assert!(asked.text().contains("14:15 – 14:45 UTC"), "{}", asked.text());
    // Somebody is faster.
    reserve(&server.anyone(), &token, "2058-03-04T14:30:00Z", "2058-03-04T15:00:00Z").expect(201);
    let told = page(send(&caller, &asked, &[]), 409);
    assert!(told.text().contains("no longer free") && told.text().contains("15:00 UTC"), "{}", told.text());
    page(send(&caller, &told, &[]), 400);
    page(send(&caller, &told, &[("slot_start", "2058-03-04T15:05:00Z")]), 400);
    let chosen = [("slot_start", "2058-03-04T15:00:00Z")];
    let done = page(send(&caller, &told, &chosen), 200);
    assert!(done.text().contains("Moved") && done.text().contains("15:00 – 15:30 UTC"), "{}", done.text());
    assert_eq!(page(send(&caller, &told, &chosen), 200).text(), done.text(), "a second press is the first one");
    page(caller.get(&reschedule).send(), 404);
    page(caller.get(&attribute(&done, "a href=\"/booking/cancel", "href")).send(), 200);
    let mut starts = booked(&ana);
    starts.sort_unstable();
    assert_eq!(starts, ["2058-03-04T14:30:00Z", "2058-03-04T15:00:00Z"]);
}

fn a_booking_is_a_file(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let token = link(&ana, &ana.calendar("Work"), with(json!({"title": "Office hour"})));
    let made = reserve(&server.anyone(), &token, NINE, "2058-03-04T14:30:00Z").expect(201);
    let [cancel, _] = links(&made);
    let file = server.anyone().get(&format!("{cancel}/event.ics")).send().expect(200);
    assert!(file.header("content-type").is_some_and(|kind| kind.starts_with("text/calendar")));
    assert!(file.header("content-disposition").is_some_and(|how| how.starts_with("attachment")));
    for line in ["SUMMARY:Office hour: Bob Ray", "DTSTART;TZID=America/New_York:20580304T090000", "BEGIN:VTIMEZONE"] {
        assert!(file.text().contains(&format!("\r\n{line}\r\n")), "no {line} in {}", file.text());
    }
    server.anyone().post(&cancel).send().expect(200);
    server.anyone().get(&format!("{cancel}/event.ics")).send().error(404, "NOT_FOUND");
}
