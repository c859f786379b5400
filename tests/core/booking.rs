//! Booking: what a link offers, and what becomes of it when somebody books.

use kalends_harness::{Answer, Caller, Server, User, both_stores, event, path_of};
use serde_json::{Value, json};

both_stores![
    slots_are_stepped_through_the_working_hours,
    slots_keep_clear_of_events_and_their_buffers,
    slots_keep_the_wall_clock_when_the_clocks_change,
    closed_days_and_hours_of_a_date,
    a_link_offers_only_so_far_ahead_and_so_late,
    a_range_of_slots_is_at_most_two_months,
    other_calendars_block,
    a_slot_is_booked_once,
    only_what_is_offered_can_be_booked,
    a_day_takes_only_so_many_bookings,
    questions_are_asked_and_answered,
    a_booking_is_cancelled_by_its_link,
    a_booking_is_moved_by_its_link,
    the_owner_sees_and_cancels_bookings,
    an_event_that_goes_frees_its_slot,
    a_retried_reservation_books_once,
    it_is_explained_why_a_slot_is_not_offered,
];

/// Half hours on weekdays from nine to twelve in New York.
pub(crate) fn nine_to_twelve() -> Value {
    let hours = json!([{"start": "09:00", "end": "12:00"}]);
    json!({
        "duration_minutes": 30, "timezone": "America/New_York",
        "working_hours": {"mon": hours, "tue": hours, "wed": hours, "thu": hours, "fri": hours},
    })
}

/// The same, with these settings too.
#[allow(clippy::needless_pass_by_value, reason = "a body is written where it is sent")]
pub(crate) fn with(more: Value) -> Value {
    let mut body = nine_to_twelve();
    for (field, value) in more.as_object().expect("an object") {
        body[field] = value.clone();
    }
    body
}

/// Makes a link and answers with its token.
#[track_caller]
pub(crate) fn link(owner: &User, calendar: &str, settings: Value) -> String {
    owner.post(&format!("/calendars/{calendar}/booking-link")).json(settings).send().expect(201).at("/token")
}

/// Asks to book.
#[track_caller]
pub(crate) fn reserve(caller: &Caller, token: &str, start: &str, end: &str) -> Answer {
    let body = json!({"name": "Bob Ray", "email": "bob@example.com", "slot_start": start, "slot_end": end});
    caller.post(&format!("/booking/{token}/reserve")).json(body).send()
}

/// The starts of what a link offers from one instant to another.
#[track_caller]
fn offered(server: &Server, token: &str, start: &str, end: &str) -> Vec<String> {
    let request = server.anyone().get(&format!("/booking/{token}/availability")).query("start", start);
    let answer = request.query("end", end).send().expect(200);
    assert_eq!(answer["token"], json!(token));
    let slots = answer["slots"].as_array().expect("slots");
    slots.iter().map(|slot| slot["start"].as_str().expect("a start").to_owned()).collect()
}

/// The starts on Monday, 4 March 2058, as UTC wall times.
#[track_caller]
fn monday(server: &Server, token: &str) -> Vec<String> {
    let starts = offered(server, token, "2058-03-04T00:00:00-05:00", "2058-03-05T00:00:00-05:00");
    starts.iter().map(|start| start["2058-03-04T".len()..][..5].to_owned()).collect()
}

const MONDAY: [&str; 6] = ["14:00", "14:30", "15:00", "15:30", "16:00", "16:30"];

fn on_monday(time: &str) -> String {
    format!("2058-03-04T{time}:00Z")
}

fn slots_are_stepped_through_the_working_hours(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let work = ana.calendar("Work");
    let token = link(&ana, &work, nine_to_twelve());
    let path = format!("/booking/{token}/availability?start=2058-03-04T14:10:00Z&end=2058-03-04T15:30:00Z");
    let answer = server.anyone().get(&path).send().expect(200);
    assert_eq!((&answer["timezone"], &answer["duration_minutes"]), (&json!("America/New_York"), &json!(30)));
    let slots = json!([
        {"start": "2058-03-04T14:30:00Z", "end": "2058-03-04T15:00:00Z"},
        {"start": "2058-03-04T15:00:00Z", "end": "2058-03-04T15:30:00Z"},
    ]);
    assert_eq!(answer["slots"], slots, "slots lie wholly in the range");
    assert_eq!(monday(server, &token), MONDAY);
    let weekend = offered(server, &token, "2058-03-09T00:00:00-05:00", "2058-03-11T00:00:00-05:00");
    assert!(weekend.is_empty(), "{weekend:?}");
    let odd = link(&ana, &work, with(json!({"duration_minutes": 50, "interval_minutes": 20})));
    assert_eq!(monday(server, &odd), ["14:00", "14:20", "14:40", "15:00", "15:20", "15:40", "16:00"]);
    server
        .anyone()
        .get("/booking/unknown/availability?start=2058-03-04T14:10:00Z&end=2058-03-04T15:30:00Z")
        .send()
        .error(404, "NOT_FOUND");
}

fn slots_keep_clear_of_events_and_their_buffers(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let work = ana.calendar("Work");
    let token = link(&ana, &work, nine_to_twelve());
    let buffered = link(&ana, &work, with(json!({"buffer_minutes": 10})));
    let after = link(&ana, &work, with(json!({"buffer_after_minutes": 60})));
    assert_eq!(monday(server, &token), MONDAY);
    let body = json!({
        "calendar_id": work, "title": "Talk", "start_time": "2058-03-04T15:00:00Z", "end_time": "2058-03-04T15:30:00Z",
        "timezone": "UTC",
    });
    let talk = ana.event(body);
    assert_eq!(monday(server, &token), ["14:00", "14:30", "15:30", "16:00", "16:30"], "events made later count");
    assert_eq!(monday(server, &buffered), ["14:00", "16:00", "16:30"]);
    assert_eq!(monday(server, &after), ["15:30", "16:00", "16:30"], "an hour clear after each slot");
    ana.put(&path_of(&talk)).json(json!({"transparency": "transparent"})).send().expect(200);
    assert_eq!(monday(server, &buffered), MONDAY);

    let mut daily = event(&work, "Daily", "2058-02-20T15:30:00Z");
    daily["recurrence_rule"] = json!("FREQ=DAILY");
    ana.event(daily);
    assert_eq!(monday(server, &token), ["14:00", "14:30", "15:00", "16:30"], "so do series");
}

fn slots_keep_the_wall_clock_when_the_clocks_change(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let work = ana.calendar("Work");
    let all_day = json!([{"start": "00:00", "end": "04:00"}]);
    let hourly = |zone: &str| {
        let hours = json!({"sun": all_day.clone()});
        link(&ana, &work, json!({"duration_minutes": 60, "timezone": zone, "working_hours": hours}))
    };
    let (york, berlin) = (hourly("America/New_York"), hourly("Europe/Berlin"));
    for (token, from, to, expected) in [
        // 2 o'clock is missing: three real hours.
        (&york, "2058-03-10T00:00:00Z", "2058-03-11T00:00:00Z", &["10T05", "10T06", "10T07"][..]),
        // 1 o'clock comes twice: five.
        (&york, "2058-11-03T00:00:00Z", "2058-11-04T00:00:00Z", &["03T04", "03T05", "03T06", "03T07", "03T08"]),
        (&berlin, "2058-03-30T20:00:00Z", "2058-03-31T20:00:00Z", &["30T23", "31T00", "31T01"]),
        (&berlin, "2058-10-26T20:00:00Z", "2058-10-27T20:00:00Z", &["26T22", "26T23", "27T00", "27T01", "27T02"]),
    ] {
        let starts = offered(server, token, from, to);
        let starts: Vec<_> = starts.iter().map(|start| &start["2058-03-".len()..][..5]).collect();
        assert_eq!(starts, expected, "{from}");
    }
    // Nine in the morning is nine in the morning before and after.
    let token = link(&ana, &work, nine_to_twelve());
    let starts = offered(server, &token, "2058-03-08T00:00:00-05:00", "2058-03-12T00:00:00-04:00");
    assert_eq!((starts[0].as_str(), starts[6].as_str()), ("2058-03-08T14:00:00Z", "2058-03-11T13:00:00Z"));
}

fn closed_days_and_hours_of_a_date(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let overrides = json!({"2058-03-04": [{"start": "10:00", "end": "11:00"}], "2058-03-05": [], "2058-03-09": [{"start": "23:00", "end": "24:00"}]});
    let token = link(&ana, &ana.calendar("Work"), with(json!({"date_overrides": overrides})));
    assert_eq!(monday(server, &token), ["15:00", "15:30"]);
    assert!(offered(server, &token, "2058-03-05T00:00:00-05:00", "2058-03-06T00:00:00-05:00").is_empty());
    let saturday = offered(server, &token, "2058-03-09T00:00:00-05:00", "2058-03-10T00:00:00-05:00");
    assert_eq!(saturday, ["2058-03-10T04:00:00Z", "2058-03-10T04:30:00Z"]);
    let next = offered(server, &token, "2058-03-06T00:00:00-05:00", "2058-03-07T00:00:00-05:00");
    assert_eq!(next.len(), 6, "other days keep their hours");
}

/// The server's time, and a month later or nearly so.
fn from_now(owner: &User) -> (String, String) {
    let calendar = format!("/calendars/{}", owner.calendar("Clock"));
    let now = owner.get(&calendar).send().expect(200).at("/calendar/created_at");
    let number = |part: std::ops::Range<usize>| now[part].parse::<u32>().expect("a number");
    let (year, month, day) = (number(0..4), number(5..7), number(8..10).min(28));
    let later = format!("{:04}-{:02}-{day:02}T00:00:00Z", year + month / 12, month % 12 + 1);
    (now, later)
}

fn a_link_offers_only_so_far_ahead_and_so_late(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let work = ana.calendar("Work");
    let always = json!([{"start": "00:00", "end": "24:00"}]);
    let days: Value =
        ["mon", "tue", "wed", "thu", "fri", "sat", "sun"].iter().map(|day| (*day, always.clone())).collect();
    let around_the_clock = |more: Value| {
        let mut body = json!({"duration_minutes": 60, "timezone": "UTC", "working_hours": days});
        body.as_object_mut().expect("an object").extend(more.as_object().cloned().unwrap_or_default());
        link(&ana, &work, body)
    };
    let (now, later) = from_now(&ana);
    let starts = |more: Value| offered(server, &around_the_clock(more), &now, &later);
    let plain = starts(json!({}));
    assert!(plain.len() > 24 * 26 && plain[0] > now, "{}", plain.len());
    // An hour may begin between two of these questions.
    let noticed = starts(json!({"minimum_notice_minutes": 2 * 24 * 60}));
    assert!(plain.ends_with(&noticed) && (48..=49).contains(&(plain.len() - noticed.len())), "two days of notice");
    assert!(starts(json!({"minimum_notice_minutes": 527_040})).is_empty());
    let near = starts(json!({"maximum_days_ahead": 3}));
    assert!((72..=96).contains(&near.len()), "what is left of today, and three days: {}", near.len());
    assert!(near.iter().all(|start| plain.contains(start)));

    let far = link(&ana, &work, with(json!({"maximum_days_ahead": 30})));
    assert!(monday(server, &far).is_empty());
    reserve(&server.anyone(), &far, &on_monday("14:00"), &on_monday("14:30")).error(400, "VALIDATION_ERROR");
    let past = link(&ana, &work, nine_to_twelve());
    assert!(offered(server, &past, "2020-03-02T00:00:00Z", "2020-03-07T00:00:00Z").is_empty());
    reserve(&server.anyone(), &past, "2020-03-02T14:00:00Z", "2020-03-02T14:30:00Z").error(400, "VALIDATION_ERROR");
}

fn a_range_of_slots_is_at_most_two_months(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let token = link(&ana, &ana.calendar("Work"), nine_to_twelve());
    let ask = |query: &str| server.anyone().get(&format!("/booking/{token}/availability{query}")).send();
    ask("").invalid(&["start", "end"]);
    ask("?start=2058-03-01T00:00:00Z&end=2058-05-02T00:00:00Z").expect(200);
    ask("?start=2058-03-01T00:00:00Z&end=2058-05-04T00:00:00Z").invalid(&["end"]);
    ask("?start=2058-03-01T00:00:00Z&end=2058-02-01T00:00:00Z").invalid(&["end"]);
    ask("?start=2058-03-01&end=soon&limit=5").invalid(&["start", "end", "limit"]);
}

fn other_calendars_block(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let [work, home, other] = [ana.calendar("Work"), ana.calendar("Home"), ana.calendar("Other")];
    let token = link(&ana, &work, with(json!({"blocking_calendar_ids": [home]})));
    ana.event(event(&home, "Dentist", "2058-03-04T14:00:00Z"));
    ana.event(event(&other, "Nothing", "2058-03-04T15:00:00Z"));
    assert_eq!(monday(server, &token), ["15:00", "15:30", "16:00", "16:30"]);
    reserve(&server.anyone(), &token, &on_monday("14:00"), &on_monday("14:30")).error(409, "CONFLICT");
    reserve(&server.anyone(), &token, &on_monday("15:00"), &on_monday("15:30")).expect(201);
}

fn a_slot_is_booked_once(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let work = ana.calendar("Work");
    let token = link(&ana, &work, with(json!({"title": "Office hour"})));
    let body = json!({
        "name": "Bob Ray", "email": "Bob@Example.com", "slot_start": "2058-03-04T10:00:00-05:00",
        "slot_end": "2058-03-04T15:30:00Z", "notes": "About exercise 3", "timezone": "Europe/Berlin",
    });
    let made = server.anyone().post(&format!("/booking/{token}/reserve")).json(body).send().expect(201);
    assert_eq!(made["ok"], true);
    let event = &made["event"];
    assert_eq!((&event["calendar_id"], &event["start_time"]), (&json!(work), &json!("2058-03-04T15:00:00Z")));
    assert_eq!((&event["end_time"], &event["created_by"]), (&json!("2058-03-04T15:30:00Z"), &json!(ana.id)));
    let title = event["title"].as_str().expect("a title");
    assert!(title.contains("Office hour") && title.contains("Bob Ray"), "{title}");
    assert!(event["attendees"].to_string().contains("bob@example.com"), "{event}");
    assert!(made.at("/booking/cancel_url").contains("/booking/cancel/"));
    assert!(made.at("/booking/reschedule_url").contains("/booking/reschedule/"));

    let found = ana.get(&path_of(event)).send().expect(200);
    assert!(found["event"]["description"].as_str().is_some_and(|text| text.contains("About exercise 3")), "{found}");
    let busy = format!("/availability?calendar_id={work}&start=2058-03-04T00:00:00Z&end=2058-03-05T00:00:00Z");
    assert_eq!(ana.get(&busy).send().expect(200)["busy"][0]["event_id"], event["id"]);
    assert_eq!(monday(server, &token), ["14:00", "14:30", "15:30", "16:00", "16:30"]);
    reserve(&server.anyone(), &token, &on_monday("15:00"), &on_monday("15:30")).error(409, "CONFLICT");

    // What was booked keeps its buffers, whatever its link says later, and against other links too.
    let buffered = link(&ana, &work, with(json!({"buffer_minutes": 30})));
    reserve(&server.anyone(), &buffered, &on_monday("16:30"), "2058-03-04T17:00:00Z").expect(201);
    assert_eq!(monday(server, &token), ["14:00", "14:30", "15:30"]);
    reserve(&server.anyone(), &token, &on_monday("16:00"), &on_monday("16:30")).error(409, "CONFLICT");
}

fn only_what_is_offered_can_be_booked(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let token = link(&ana, &ana.calendar("Work"), nine_to_twelve());
    for (start, end) in [
        ("14:10", "14:40"),
        ("14:00", "15:00"),
        ("14:00", "14:15"),
        ("13:30", "14:00"),
        ("16:45", "17:15"),
        ("17:00", "17:30"),
    ] {
        reserve(&server.anyone(), &token, &on_monday(start), &on_monday(end)).error(400, "VALIDATION_ERROR");
    }
    reserve(&server.anyone(), &token, "2058-03-09T14:00:00Z", "2058-03-09T14:30:00Z").error(400, "VALIDATION_ERROR");
    reserve(&server.anyone(), "unknown", &on_monday("14:00"), &on_monday("14:30")).error(404, "NOT_FOUND");
    let path = format!("/booking/{token}/reserve");
    server.anyone().post(&path).json(json!({})).send().invalid(&["name", "email", "slot_start", "slot_end"]);
    let body = json!({
        "name": "", "email": "bob", "slot_start": "2058-03-04", "slot_end": 5, "timezone": "Mars", "notes": 1, "x": 1,
    });
    let fields = ["name", "email", "slot_start", "slot_end", "timezone", "notes", "x"];
    server.anyone().post(&path).json(body).send().invalid(&fields);
    assert_eq!(monday(server, &token), MONDAY);
}

fn a_day_takes_only_so_many_bookings(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let work = ana.calendar("Work");
    let token = link(&ana, &work, with(json!({"daily_limit": 2})));
    let other = link(&ana, &work, nine_to_twelve());
    let anyone = server.anyone();
    reserve(&anyone, &other, &on_monday("16:30"), "2058-03-04T17:00:00Z").expect(201);
    let first = reserve(&anyone, &token, &on_monday("14:00"), &on_monday("14:30")).expect(201);
    reserve(&anyone, &token, &on_monday("15:00"), &on_monday("15:30")).expect(201);
    assert!(monday(server, &token).is_empty());
    reserve(&anyone, &token, &on_monday("16:00"), &on_monday("16:30")).error(409, "CONFLICT");
    reserve(&anyone, &token, "2058-03-05T14:00:00Z", "2058-03-05T14:30:00Z").expect(201);
    assert_eq!(monday(server, &other), ["14:30", "15:30", "16:00"], "the limit is the link's own");
    ana.delete(&path_of(&first["event"])).send().expect(200);
    assert_eq!(monday(server, &token), ["14:00", "14:30", "15:30", "16:00"]);
}

fn questions_are_asked_and_answered(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let questions =
        json!([{"label": "What is it about?", "required": true}, {"label": "Anything else?", "required": false}]);
    let token = link(&ana, &ana.calendar("Work"), with(json!({"questions": questions})));
    let path = format!("/booking/{token}/availability?start=2058-03-04T00:00:00Z&end=2058-03-05T00:00:00Z");
    assert_eq!(server.anyone().get(&path).send().expect(200)["questions"], questions);
    let ask = |answers: Value| {
        let body = json!({
            "name": "Bob", "email": "bob@example.com", "slot_start": on_monday("14:00"), "slot_end": on_monday("14:30"),
            "answers": answers,
        });
        server.anyone().post(&format!("/booking/{token}/reserve")).json(body).send()
    };
    for answers in [json!(null), json!({}), json!({"What is it about?": " "})] {
        let told = ask(answers).error(400, "VALIDATION_ERROR");
        assert!(told.text().contains("What is it about?"), "{told}");
    }
    let unknown = json!({"What is it about?": "Exercise 3", "How?": "So"});
    ask(unknown).invalid(&["answers.How?"]);
    ask(json!({"What is it about?": 3})).invalid(&["answers.What is it about?"]);
    let made = ask(json!({"What is it about?": "Exercise 3"})).expect(201);
    let found = ana.get(&path_of(&made["event"])).send().expect(200);
    assert!(found["event"]["description"].to_string().contains("Exercise 3"), "{found}");
}

/// The path of a URL.
fn path_in(answer: &Answer, pointer: &str) -> String {
    let url = answer.at(pointer);
    let (_, rest) = url.split_once("://").expect("a URL");
    rest[rest.find('/').expect("a path")..].to_owned()
}

fn a_booking_is_cancelled_by_its_link(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let token = link(&ana, &ana.calendar("Work"), nine_to_twelve());
    let anyone = server.anyone();
    let made = reserve(&anyone, &token, &on_monday("14:00"), &on_monday("14:30")).expect(201);
    let path = path_in(&made, "/booking/cancel_url");
    let shown = anyone.get(&path).send().expect(200);
    assert_eq!((&shown["booking"]["id"], &shown["booking"]["name"]), (&made["booking"]["id"], &json!("Bob Ray")));
    assert_eq!(shown["booking"]["start"], "2058-03-04T14:00:00Z");
    assert_eq!(monday(server, &token), MONDAY[1..], "looking changes nothing");
    assert_eq!(anyone.post(&path).send().expect(200).json, json!({"ok": true}));
    assert_eq!(monday(server, &token), MONDAY);
    anyone.post(&path).send().error(404, "NOT_FOUND");
    anyone.get(&path).send().error(404, "NOT_FOUND");
    anyone.get(&path_in(&made, "/booking/reschedule_url")).send().error(404, "NOT_FOUND");
    anyone.post("/booking/cancel/unknown").send().error(404, "NOT_FOUND");
    ana.get(&path_of(&made["event"])).send().error(404, "NOT_FOUND");
    // A token is for one thing alone.
    let made = reserve(&anyone, &token, &on_monday("14:00"), &on_monday("14:30")).expect(201);
    let path = path_in(&made, "/booking/reschedule_url").replace("/reschedule/", "/cancel/");
    anyone.post(&path).send().error(404, "NOT_FOUND");
    assert_eq!(monday(server, &token), MONDAY[1..]);
}

fn a_booking_is_moved_by_its_link(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let work = ana.calendar("Work");
    let token = link(&ana, &work, with(json!({"buffer_minutes": 10})));
    let anyone = server.anyone();
    let made = reserve(&anyone, &token, &on_monday("14:00"), &on_monday("14:30")).expect(201);
    let path = path_in(&made, "/booking/reschedule_url");
    assert_eq!(anyone.get(&path).send().expect(200)["booking"]["start"], "2058-03-04T14:00:00Z");
    ana.event(event(&work, "Talk", "2058-03-04T16:00:00Z"));
    let secret = json!({"description": "He was difficult last time", "tags": ["difficult"]});
    ana.put(&path_of(&made["event"])).json(secret).send().expect(200);
    let move_to = |path: &str, start: &str, end: &str| {
        anyone.post(path).json(json!({"slot_start": on_monday(start), "slot_end": on_monday(end)})).send()
    };
    move_to(&path, "16:00", "16:30").error(409, "CONFLICT");
    move_to(&path, "14:10", "14:40").error(400, "VALIDATION_ERROR");
    anyone.post(&path).json(json!({})).send().invalid(&["slot_start", "slot_end"]);
    let moved = move_to(&path, "14:30", "15:00").expect(200);
    assert_eq!((&moved["ok"], &moved["event"]["start_time"]), (&json!(true), &json!("2058-03-04T14:30:00Z")));
    assert_eq!(moved["event"]["id"], made["event"]["id"]);
    assert!(!moved.text().contains("difficult"), "what the owner noted is the owner's: {moved}");
    let event = ana.get(&path_of(&made["event"])).send().expect(200);
    assert_eq!(event["event"]["start_time"], "2058-03-04T14:30:00Z");
    assert_eq!(event["event"]["tags"], json!(["difficult"]));

    move_to(&path, "14:00", "14:30").error(404, "NOT_FOUND");
    anyone.post(&path_in(&made, "/booking/cancel_url")).send().error(404, "NOT_FOUND");
    let back = move_to(&path_in(&moved, "/booking/reschedule_url"), "14:00", "14:30").expect(200);
    anyone.post(&path_in(&back, "/booking/cancel_url")).send().expect(200);
    assert_eq!(monday(server, &token), ["14:00", "14:30", "15:00"]);
}

fn the_owner_sees_and_cancels_bookings(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let work = ana.calendar("Work");
    let token = link(&ana, &work, nine_to_twelve());
    let anyone = server.anyone();
    let mut made = Vec::new();
    for (start, end) in [("15:00", "15:30"), ("14:00", "14:30"), ("16:00", "16:30")] {
        made.push(reserve(&anyone, &token, &on_monday(start), &on_monday(end)).expect(201));
    }
    let path = format!("/calendars/{work}/bookings");
    let list = format!("{path}?start=2058-03-04T14:15:00Z&end=2058-03-04T16:00:00Z");
    let found = ana.get(&list).send().expect(200);
    assert_eq!(found.each("start"), ["2058-03-04T14:00:00Z", "2058-03-04T15:00:00Z"]);
    assert_eq!((found.each("name")[0], found.each("email")[0]), ("Bob Ray", "bob@example.com"));
    assert!(!found.text().contains("cancel/"), "nobody sees the booker's links again");
    let first = ana.get(&format!("{list}&limit=1")).send().expect(200);
    assert_eq!(first.items().len(), 1);
    let next = format!("{list}&limit=1");
    let rest = ana.get(&next).query("cursor", &first.next_cursor().expect("there is more")).send().expect(200);
    assert_eq!((rest.each("start"), rest.next_cursor()), (vec!["2058-03-04T15:00:00Z"], None));

    let one = format!("{path}/{}", made[0].at("/booking/id"));
    let elsewhere = format!("/calendars/{}/bookings/{}", ana.calendar("Home"), made[0].at("/booking/id"));
    ana.delete(&elsewhere).send().error(404, "NOT_FOUND");
    assert_eq!(ana.delete(&one).send().expect(200).json, json!({"ok": true}));
    ana.delete(&one).send().error(404, "NOT_FOUND");
    assert_eq!(ana.get(&list).send().expect(200).each("start"), ["2058-03-04T14:00:00Z"]);
    assert_eq!(monday(server, &token), ["14:30", "15:00", "15:30", "16:30"]);
    anyone.post(&path_in(&made[0], "/booking/cancel_url")).send().error(404, "NOT_FOUND");
}

fn an_event_that_goes_frees_its_slot(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let work = ana.calendar("Work");
    let token = link(&ana, &work, nine_to_twelve());
    let anyone = server.anyone();
    let made = reserve(&anyone, &token, &on_monday("14:00"), &on_monday("14:30")).expect(201);
    let moved = json!({"start_time": on_monday("16:00"), "end_time": on_monday("16:30")});
    ana.put(&path_of(&made["event"])).json(moved).send().expect(200);
    assert_eq!(
        monday(server, &token),
        ["14:00", "14:30", "15:00", "15:30", "16:30"],
        "where the event is, it is taken"
    );
    let list = format!("/calendars/{work}/bookings?start=2058-03-04T00:00:00Z&end=2058-03-05T00:00:00Z");
    assert_eq!(ana.get(&list).send().expect(200).each("start"), ["2058-03-04T16:00:00Z"]);
    ana.delete(&path_of(&made["event"])).send().expect(200);
    assert_eq!(monday(server, &token), MONDAY);
    assert!(ana.get(&list).send().expect(200).items().is_empty());
    reserve(&anyone, &token, &on_monday("16:00"), &on_monday("16:30")).expect(201);
}

fn a_retried_reservation_books_once(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let token = link(&ana, &ana.calendar("Work"), nine_to_twelve());
    let bob = server.anyone().with("Idempotency-Key", "bob-1");
    let first = reserve(&bob, &token, &on_monday("14:00"), &on_monday("14:30")).expect(201);
    let again = reserve(&bob, &token, &on_monday("14:00"), &on_monday("14:30")).expect(201);
    assert_eq!(first.json, again.json);
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    assert_eq!(monday(server, &token), MONDAY[1..]);
}

fn it_is_explained_why_a_slot_is_not_offered(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let work = ana.calendar("Work");
    let token = link(&ana, &work, with(json!({"buffer_after_minutes": 15})));
    let talk = ana.event(event(&work, "Talk", "2058-03-04T15:00:00Z"));
    let path = format!("/calendars/{work}/booking-links/{token}/explain");
    let explain = |start: &str, end: &str| {
        let answer = ana.get(&path).query("start", start).query("end", end).send().expect(200);
        let slots = answer["slots"].as_array().expect("slots").clone();
        slots.into_iter().map(|slot| (slot["reason"].clone(), slot["event_id"].clone())).collect::<Vec<_>>()
    };
    let (none, talk) = (Value::Null, talk["id"].clone());
    let expected = [
        (json!("offered"), none.clone()),
        (json!("buffer"), talk.clone()),
        (json!("busy"), talk.clone()),
        (json!("busy"), talk),
        (json!("offered"), none.clone()),
        (json!("offered"), none.clone()),
    ];
    assert_eq!(explain("2058-03-04T00:00:00-05:00", "2058-03-05T00:00:00-05:00"), expected);
    let saturday = explain("2058-03-09T00:00:00-05:00", "2058-03-10T00:00:00-05:00");
    assert_eq!(saturday, [(json!("closed"), none.clone())]);
    let past = explain("2020-03-02T00:00:00-05:00", "2020-03-03T00:00:00-05:00");
    assert_eq!(past, vec![(json!("past"), none); 6]);
}
