//! What people are told of a booking: who booked, with links that work and an event for their calendar, and who is booked.

use kalends_harness::{Mail, Server, Settings, Smtp, Store, User, each_store, path_of};
use serde_json::json;

use crate::booking::{link, nine_to_twelve, reserve, with};

each_store![
    who_booked_gets_links_that_work_and_an_event,
    a_moved_booking_is_told_with_new_links,
    a_cancellation_is_told_to_both_and_by_whom,
    times_are_told_in_the_bookers_zone,
    an_event_that_its_owner_moved_is_told_where_it_is,
    without_a_mail_server_the_log_tells_who_and_what_and_no_secret,
];

struct Told {
    server: Server,
    smtp: Smtp,
    ana: User,
    work: String,
}

fn told(store: Store) -> Told {
    let smtp = Smtp::start();
    let server = Server::start_with(store, smtp.settings(Settings::new()).set("PUBLIC_URL", "https://cal.example/k"));
    let ana = server.register("ana@example.com");
    let work = ana.calendar("Work");
    Told { server, smtp, ana, work }
}

impl Told {
    /// The mails to who booked, once there are so many.
    #[track_caller]
    fn booker(&self, count: usize) -> Vec<Mail> {
        self.smtp.wait_for("bob@example.com", count)
    }

    #[track_caller]
    fn owner(&self, count: usize) -> Vec<Mail> {
        self.smtp.wait_for("ana@example.com", count)
    }
}

/// The path that a secret link of the mail leads to, behind the proxy that the public address names.
#[track_caller]
fn path(mail: &Mail, what: &str) -> String {
    mail.path(&format!("https://cal.example/k/booking/{what}/")).replace("https://cal.example/k", "")
}

#[track_caller]
fn has_lines(event: &str, lines: &[&str]) {
    for line in lines {
        assert!(event.contains(&format!("\r\n{line}\r\n")), "no {line} in\n{event}");
    }
}

fn who_booked_gets_links_that_work_and_an_event(store: Store) {
    let told = told(store);
    let anyone = told.server.anyone();
    let token = link(&told.ana, &told.work, with(json!({"title": "Office hour"})));
    let made = reserve(&anyone, &token, "2058-03-04T14:00:00Z", "2058-03-04T14:30:00Z").expect(201);
    let mail = &told.booker(1)[0];
    assert_eq!(mail.header("From"), "\"Our calendar\" <cal@example.org>");
    assert_eq!(mail.header("Reply-To"), "ana@example.com");
    assert_eq!(mail.header("Subject"), "Booked: Office hour: Bob Ray, 4 March 2058, 09:00 (America/New_York)");
    let text = mail.text();
    for part in ["Hello Bob Ray,", "Monday, 4 March 2058, 09:00 to 09:30, America/New_York", "With: ana@example.com"] {
        assert!(text.contains(part), "no {part} in\n{text}");
    }
    let event = mail.event().expect("an event");
    let uid = format!("UID:{}", made.at("/event/id"));
    let attendee = "ATTENDEE;CN=Bob Ray;PARTSTAT=ACCEPTED:mailto:bob@example.com";
    let start = "DTSTART;TZID=America/New_York:20580304T090000";
    has_lines(&event, &["METHOD:REQUEST", &uid, "SEQUENCE:0", "ORGANIZER:mailto:ana@example.com", attendee, start]);
    assert_eq!(event.matches("BEGIN:VEVENT").count(), 1);
    assert!(!event.contains("/booking/"), "what a calendar shows to others holds no secret");
    assert!(mail.raw.contains("filename=\"invite.ics\""), "{}", mail.raw);

    // A mail scanner opens the links, and nothing happens.
    for what in ["cancel", "reschedule"] {
        assert_eq!(anyone.get(&path(mail, what)).send().expect(200)["booking"]["id"], made["booking"]["id"]);
    }
    let notice = &told.owner(1)[0];
    assert!(notice.text().contains("Bob Ray has booked time with you."), "{}", notice.text());
    assert!(!notice.raw.contains("/booking/"), "the links are the booker's: {}", notice.raw);
    assert_eq!(notice.header("Reply-To"), "\"Bob Ray\" <bob@example.com>");

    anyone.post(&path(mail, "cancel")).send().expect(200);
    told.ana.get(&path_of(&made["event"])).send().error(404, "NOT_FOUND");
}

fn a_moved_booking_is_told_with_new_links(store: Store) {
    let told = told(store);
    let anyone = told.server.anyone();
    let token = link(&told.ana, &told.work, nine_to_twelve());
    reserve(&anyone, &token, "2058-03-04T14:00:00Z", "2058-03-04T14:30:00Z").expect(201);
    let first = told.booker(1).remove(0);
    let slot = json!({"slot_start": "2058-03-04T16:00:00Z", "slot_end": "2058-03-04T16:30:00Z"});
    anyone.post(&path(&first, "reschedule")).json(slot.clone()).send().expect(200);
    let second = told.booker(2).remove(1);
    assert!(second.header("Subject").starts_with("Moved: "), "{}", second.header("Subject"));
    assert!(second.text().contains("11:00 to 11:30, America/New_York"), "{}", second.text());
    let (before, after) = (first.event().expect("an event"), second.event().expect("an event"));
    let uid = before.lines().find(|line| line.starts_with("UID:")).expect("a UID");
    has_lines(&after, &["METHOD:REQUEST", uid, "SEQUENCE:1", "DTSTART;TZID=America/New_York:20580304T110000"]);
    anyone.post(&path(&first, "cancel")).send().error(404, "NOT_FOUND");
    anyone.post(&path(&second, "cancel")).send().expect(200);
    let last = told.booker(3).remove(2);
    has_lines(&last.event().expect("an event"), &["METHOD:CANCEL", uid, "SEQUENCE:2", "STATUS:CANCELLED"]);
    assert_eq!(told.owner(3).len(), 3);
}

fn a_cancellation_is_told_to_both_and_by_whom(store: Store) {
    let told = told(store);
    let anyone = told.server.anyone();
    let token = link(&told.ana, &told.work, nine_to_twelve());
    reserve(&anyone, &token, "2058-03-04T14:00:00Z", "2058-03-04T14:30:00Z").expect(201);
    anyone.post(&path(&told.booker(1)[0], "cancel")).send().expect(200);
    let mail = &told.booker(2)[1];
    assert!(mail.text().contains("your booking is cancelled, as you asked."), "{}", mail.text());
    assert!(!mail.raw.contains("/booking/"), "{}", mail.raw);
    assert!(told.owner(2)[1].text().contains("Bob Ray has cancelled their booking."));

    let made = reserve(&anyone, &token, "2058-03-04T15:00:00Z", "2058-03-04T15:30:00Z").expect(201);
    told.owner(3);
    told.booker(3);
    let one = format!("/calendars/{}/bookings/{}", told.work, made.at("/booking/id"));
    told.ana.delete(&one).send().expect(200);
    let mail = &told.booker(4)[3];
    assert!(mail.text().contains("ana@example.com has cancelled your booking."), "{}", mail.text());
    has_lines(&mail.event().expect("an event"), &["METHOD:CANCEL"]);
    assert_eq!(told.owner(3).len(), 3, "who did it knows it");
}

fn times_are_told_in_the_bookers_zone(store: Store) {
    let told = told(store);
    let hours = json!([{"start": "00:00", "end": "06:00"}]);
    let settings = json!({"duration_minutes": 60, "timezone": "America/New_York", "working_hours": {"sun": hours}});
    let token = link(&told.ana, &told.work, settings);
    // The second pass of the hour that comes twice in New York; in Berlin no clock changes that day.
    let body = json!({
        "name": "Bob\u{a0}Räy", "email": "bob@example.com", "timezone": "America/New_York", "notes": "Grüße\nB.",
        "slot_start": "2057-11-04T06:00:00Z", "slot_end": "2057-11-04T07:00:00Z",
    });
    told.server.anyone().post(&format!("/booking/{token}/reserve")).json(body).send().expect(201);
    let text = told.booker(1)[0].text();
    let when = "Sunday, 4 November 2057, 01:00 (UTC-05:00) to 02:00 (UTC-05:00), America/New_York, a day on which \
                the clocks change";
    assert!(text.contains(when), "{text}");
    assert!(text.contains("Notes:\r\nGrüße\r\nB."), "{text}");
    let text = told.owner(1)[0].text();
    assert!(text.contains("Sunday, 4 November 2057, 07:00 to 08:00, Europe/Berlin"), "{text}");
}

fn an_event_that_its_owner_moved_is_told_where_it_is(store: Store) {
    let smtp = Smtp::start();
    let settings = smtp.settings(Settings::new());
    let server = Server::start_with(store, settings.clone().argument("--no-worker"));
    let ana = server.register("ana@example.com");
    let token = link(&ana, &ana.calendar("Work"), nine_to_twelve());
    let anyone = server.anyone();
    let [moved, gone] = ["14", "15"].map(|hour| {
        reserve(&anyone, &token, &format!("2058-03-04T{hour}:00:00Z"), &format!("2058-03-04T{hour}:30:00Z")).expect(201)
    });
    let times = json!({"start_time": "2058-03-05T20:00:00Z", "end_time": "2058-03-05T20:30:00Z"});
    ana.put(&path_of(&moved["event"])).json(times).send().expect(200);
    ana.delete(&path_of(&gone["event"])).send().expect(200);
    let _worker = Server::start_on(server.database(), settings);
    let text = smtp.wait_for("bob@example.com", 1)[0].text();
    assert!(text.contains("Tuesday, 5 March 2058, 15:00 to 15:30"), "what is told is what is so: {text}");
    smtp.wait_for("ana@example.com", 1);
    kalends_harness::wait("the queue to be empty", || {
        let text = server.anyone().get("/metrics").send().expect(200).text().to_owned();
        text.contains("kalends_jobs{state=\"waiting\"} 1\n") && text.contains("kalends_jobs{state=\"running\"} 0\n")
    });
    assert_eq!(smtp.mails().len(), 2, "of what is no more nobody is told that it is on");
}

fn without_a_mail_server_the_log_tells_who_and_what_and_no_secret(store: Store) {
    let server = Server::start(store);
    let ana = server.register("ana@example.com");
    let token = link(&ana, &ana.calendar("Work"), nine_to_twelve());
    let made = reserve(&server.anyone(), &token, "2058-03-04T14:00:00Z", "2058-03-04T14:30:00Z").expect(201);
    kalends_harness::wait("both mails in the log", || {
        let log = server.log();
        log.contains("to=bob@example.com") && log.contains("to=ana@example.com")
    });
    let log = server.log();
    assert!(log.contains("Booked: Booking: Bob Ray"), "{log}");
    for field in ["/booking/cancel_url", "/booking/reschedule_url"] {
        let url = made.at(field);
        let secret = url.rsplit('/').next().expect("a token");
        assert!(!log.contains(secret), "the log holds a secret");
    }
}
