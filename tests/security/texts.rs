//! Text that tries to be more than text: line ends and markup in every field, on its way out in files, mails and pages.

use kalends_harness::{Server, Settings, Smtp, Store, each_store};
use serde_json::{Value, json};

each_store![no_text_becomes_more_than_text];

/// What a text tries to be: another property, component, header or tag.
const EVIL: [&str; 9] = [
    "a\r\nX-EVIL:1",
    "a\nX-EVIL:1",
    "a\rX-EVIL:1",
    "a\\nX-EVIL:1",
    "a\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:evil",
    "a\u{2028}X-EVIL:1\u{85}X-EVIL:1",
    "a;X-EVIL=1:b\",\"c",
    "<script>evil()</script>",
    "\"><img src=x onerror=evil()>",
];

/// The lines of a file of iCalendar or vCard, unfolded as a lenient reader would: at every kind of line end.
fn lines(text: &str) -> Vec<String> {
    let text = text.replace("\r\n ", "").replace("\r\n\t", "");
    text.split(['\r', '\n']).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

#[track_caller]
fn is_harmless(what: &str, text: &str) {
    for line in lines(text) {
        assert!(!line.to_ascii_uppercase().starts_with("X-EVIL"), "{what} has a line of its own: {line:?}\n{text}");
        assert!(!line.starts_with("UID:evil"), "{what} has a component of its own\n{text}");
    }
}

#[track_caller]
fn is_text_on_a_page(what: &str, page: &str) {
    assert!(!page.contains("<script>evil") && !page.contains("<img src=x"), "{what} is markup:\n{page}");
}

fn no_text_becomes_more_than_text(store: Store) {
    let smtp = Smtp::start();
    let server = Server::start_with(store, smtp.settings(Settings::new()));
    for (number, evil) in EVIL.into_iter().enumerate() {
        events(&server, number, evil);
        contacts(&server, number, evil);
        bookings(&server, &smtp, number, evil);
    }
}

/// The fields that took the text; what did not told so. One at a time, so that a refusal of one hides no other.
fn taken(body: &Value, fields: &[(&str, Value)], send: impl Fn(Value) -> kalends_harness::Answer) -> Value {
    let mut with = body.clone();
    for (field, value) in fields {
        let mut one = with.clone();
        one[*field] = value.clone();
        let answer = send(one.clone());
        if answer.status == 400 {
            let told = answer.fields().iter().any(|told| told.starts_with(field));
            assert!(told, "{field}: {answer}");
        } else {
            assert!((200..300).contains(&answer.status), "{field}: {answer}");
            with = one;
        }
    }
    with
}

fn events(server: &Server, number: usize, evil: &str) {
    let ana = server.register(&format!("events{number}@example.com"));
    let calendar = ana.calendar("Work");
    ana.put(&format!("/calendars/{calendar}")).json(json!({"name": evil})).send();
    let body = json!({
        "calendar_id": calendar, "title": "Talk", "start_time": "2058-03-05T09:00:00Z",
        "end_time": "2058-03-05T10:00:00Z", "timezone": "UTC",
    });
    let fields = [
        ("title", json!(evil)),
        ("description", json!(evil)),
        ("location", json!(evil)),
        ("tags", json!([evil])),
        ("color", json!(evil)),
        ("timezone", json!(evil)),
        ("recurrence_rule", json!(evil)),
        ("attendees", json!([{"email": "bob@example.com", "name": evil}])),
        ("attendees", json!([{"email": evil}])),
        ("attachments", json!([{"url": evil, "name": evil}])),
        ("attachments", json!([{"url": "https://example.com/a", "name": evil}])),
    ];
    let known = known_fields(server, "CreateEvent");
    let fields: Vec<_> = fields.into_iter().filter(|(field, _)| known.iter().any(|known| known == field)).collect();
    ana.post("/events").json(body.clone()).send().expect(201);
    taken(&body, &fields, |body| ana.post("/events").json(body).send());
    let export = ana.get(&format!("/calendars/{calendar}/export.ics")).send().expect(200);
    is_harmless("an export", export.text());
    assert!(export.text().contains("BEGIN:VEVENT"));
    let feed = ana.get(&format!("/calendars/{calendar}")).send().expect(200).at("/calendar/ical_url");
    let path = feed.split_once("/cal/").map(|(_, rest)| format!("/cal/{rest}")).expect("a feed");
    let feed = server.anyone().get(&path).send().expect(200);
    is_harmless("a feed", feed.text());
    // What cannot be told apart when it is read again has become more than text.
    let again = ana.calendar("Again");
    let counted = ana.import(&again, export.body).send().expect(200);
    assert_eq!(counted["skipped"], json!([]), "{counted}");
    let window = [("start", "2058-03-01T00:00:00Z"), ("end", "2058-04-01T00:00:00Z")];
    let titles = |calendar: &str| -> Vec<String> {
        let request = ana.get("/events").query("calendar_id", calendar);
        let list = window.iter().fold(request, |request, (name, value)| request.query(name, value)).send().expect(200);
        let mut titles: Vec<String> = list.each("title").into_iter().map(str::to_owned).collect();
        titles.sort();
        titles
    };
    assert_eq!(titles(&calendar), titles(&again), "{evil:?}");
}

/// The fields of a body, by the name of its schema.
fn known_fields(server: &Server, schema: &str) -> Vec<String> {
    let document = server.anyone().get("/openapi.json").send().expect(200);
    let properties = document.json["components"]["schemas"][schema]["properties"].as_object().expect("properties");
    properties.keys().cloned().collect()
}

fn contacts(server: &Server, number: usize, evil: &str) {
    let ana = server.register(&format!("contacts{number}@example.com"));
    let fields = ["last_name", "email", "phone", "company", "notes", "first_name"].map(|field| (field, json!(evil)));
    taken(&json!({"first_name": "Bob"}), &fields, |body| ana.post("/contacts").json(body).send());
    let export = ana.get("/contacts/export.vcf").send().expect(200);
    is_harmless("a vCard", export.text());
    let cards = export.text().matches("BEGIN:VCARD").count();
    let listed = ana.get("/contacts").query("limit", "200").send().expect(200).items().len();
    assert_eq!(cards, listed, "{evil:?}");
}

fn bookings(server: &Server, smtp: &Smtp, number: usize, evil: &str) {
    let (ana, anyone) = (server.register(&format!("owner{number}@example.com")), server.anyone());
    let calendar = ana.calendar("Work");
    ana.put("/users/me").json(json!({"name": evil})).send();
    let hours = json!({"mon": [{"start": "09:00", "end": "17:00"}]});
    let body = json!({"duration_minutes": 30, "timezone": "UTC", "working_hours": hours});
    let fields = [("title", json!(evil)), ("description", json!(evil))];
    let settings =
        taken(&body, &fields, |body| ana.post(&format!("/calendars/{calendar}/booking-link")).json(body).send());
    let made = ana.post(&format!("/calendars/{calendar}/booking-link")).json(settings).send().expect(201);
    let token = made.at("/token");
    let page = anyone.get(&format!("/book/{token}?from=2058-03-04")).header("Accept", "text/html").send().expect(200);
    is_text_on_a_page("a link's page", page.text());

    let booker = format!("bob{number}@example.com");
    let free = std::cell::Cell::new(9 * 60);
    let slot = |mut body: Value| {
        let time = |minutes: u32| format!("2058-03-04T{:02}:{:02}:00Z", minutes / 60, minutes % 60);
        body["slot_start"] = json!(time(free.get()));
        body["slot_end"] = json!(time(free.get() + 30));
        free.set(free.get() + 30);
        body
    };
    let reserve = |body: Value| anyone.post(&format!("/booking/{token}/reserve")).json(slot(body)).send();
    let last = std::cell::RefCell::new(None);
    let count = std::cell::Cell::new(0);
    taken(
        &json!({"name": "Bob", "email": booker}),
        &[("notes", json!(evil)), ("name", json!(evil)), ("email", json!(evil))],
        |body| {
            let answer = reserve(body);
            if answer.status == 201 {
                count.set(count.get() + 1);
                *last.borrow_mut() = Some(answer.clone());
            }
            answer
        },
    );
    let Some(made) = last.into_inner() else { return };
    for field in ["/booking/cancel_url", "/booking/reschedule_url"] {
        let url = made.at(field);
        let path = url.split_once("/booking/").map(|(_, rest)| format!("/booking/{rest}")).expect("a path");
        let page = anyone.get(&path).header("Accept", "text/html").send().expect(200);
        is_text_on_a_page(field, page.text());
    }
    let path = made.at("/booking/cancel_url");
    let path = path.split_once("/booking/").map(|(_, rest)| format!("/booking/{rest}/event.ics")).expect("a path");
    is_harmless("a booking's file", anyone.get(&path).send().expect(200).text());
    let form = [("name", evil), ("email", evil), ("notes", evil), ("slot_start", evil), ("tz", evil)];
    let form: String = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
    let page = anyone.post(&format!("/book/{token}")).header("Accept", "text/html");
    is_text_on_a_page("a refused form", page.body("application/x-www-form-urlencoded", form).send().text());

    for (to, mails) in [(&booker, count.get()), (&ana.email, count.get())] {
        for mail in smtp.wait_for(to, mails) {
            let (head, _) = mail.raw.split_once("\r\n\r\n").expect("a head and a body");
            assert!(!lines(head).iter().any(|line| line.to_ascii_uppercase().starts_with("X-EVIL")), "{}", mail.raw);
            assert!(!mail.header("Subject").contains(['\r', '\n']), "{}", mail.raw);
            if let Some(event) = mail.event() {
                is_harmless("a mail's event", &event);
            }
        }
    }
}
