//! Availability and slots of a month: against a constant answer, an old series, a huge calendar, and an empty one.

use jiff::{SignedDuration, Timestamp, civil, tz::TimeZone};
use kalends_domain::event::Event;
use kalends_harness::{Server, Store, User};
use serde_json::json;

use crate::ceiling;
use crate::client::Client;
use crate::seed::{Maker, write};
use crate::table::Table;

const SMALL: usize = 1_000;
const HUGE: usize = 1_000_000;
/// Occurrences in the month that is asked about.
const OCCURRENCES: usize = 947;
/// How much older the old series are, in years.
const OLDER: i16 = 30;

pub(crate) fn run(table: &mut Table, name: &str, store: Store) {
    let server = Server::start(store);
    let ann = server.register("ann@example.com");
    let month = Month::next();
    let [small, old, huge, empty] = ["small", "old", "huge", "empty"].map(|name| Calendar::new(&ann, name));
    let maker = |calendar: &Calendar| Maker::new(calendar.id.parse().unwrap(), ann.id.parse().unwrap());
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let store = kalends_store::connect(server.database().url(), &kalends_store::Options::default())
            .await
            .expect("the store opens");
        write(&*store, month.events(maker(&small), 0, SMALL)).await;
        write(&*store, month.events(maker(&old), OLDER, SMALL)).await;
        write(&*store, month.events(maker(&huge), 0, HUGE)).await;
    });

    let client = || Client::new(server.base(), &ann.access);
    let (mut one, mut other) = (client(), client());
    let questions = [
        ("availability", "busy", Calendar::availability as fn(&Calendar, &Month) -> String),
        ("slots", "slots", Calendar::slots),
    ];
    for (what, list, path) in questions {
        let [small, old, huge, empty] = [&small, &old, &huge, &empty].map(|calendar| path(calendar, &month));
        let body = one.get(&small);
        let many = items(&body, list);
        assert!(many == OCCURRENCES || list == "slots" && many > 0, "{what}: {many} in {list}");
        for path in [&old, &huge] {
            assert_eq!(items(&one.get(path), list), many, "{what}: all calendars answer the same");
        }
        let mut constant = Client::new(&ceiling::serve(vec![body]), "");
        let title = format!("{name}: {what} of a month, {OCCURRENCES} occurrences / the same bytes, constant");
        let sides = (what, "constant");
        table.compare(&title, "", 201, sides, || drop(one.get(&small)), || drop(constant.get("/0")));
        let title = format!("{name}: {what}, series begun {OLDER} years ago / this year");
        table.compare(&title, "≤ 1.2", 401, ("old", "new"), || drop(one.get(&old)), || drop(other.get(&small)));
        let title = format!("{name}: {what}, calendar of 1,000,000 / of 1,000");
        table.compare(&title, "≤ 2", 201, ("1,000,000", "1,000"), || drop(one.get(&huge)), || drop(other.get(&small)));
        if list == "slots" {
            let title = format!("{name}: slots, full calendar / empty one");
            table.compare(&title, "≤ 5", 401, ("full", "empty"), || drop(one.get(&small)), || drop(other.get(&empty)));
        }
    }
}

pub(crate) struct Calendar {
    pub(crate) id: String,
    /// Names its booking link.
    link: String,
}

impl Calendar {
    /// Half hours on working days can be booked in it.
    pub(crate) fn new(ann: &User, name: &str) -> Self {
        let id = ann.calendar(name);
        let hours = json!([{"start": "09:00", "end": "17:00"}]);
        let settings = json!({
            "duration_minutes": 30, "timezone": "America/New_York",
            "working_hours": {"mon": hours, "tue": hours, "wed": hours, "thu": hours, "fri": hours},
        });
        let link = ann.post(&format!("/calendars/{id}/booking-link")).json(settings).send().expect(201).at("/token");
        Self { id, link }
    }

    pub(crate) fn availability(&self, month: &Month) -> String {
        format!("/availability?calendar_id={}&{}", self.id, month.query())
    }

    pub(crate) fn slots(&self, month: &Month) -> String {
        format!("/booking/{}/availability?{}", self.link, month.query())
    }
}

/// A month of 30 days that begins on a Wednesday: so many Mondays and Wednesdays make [`OCCURRENCES`].
pub(crate) struct Month(civil::Date);

impl Month {
    /// The next one: what is past cannot be booked.
    #[allow(clippy::disallowed_methods, reason = "the server's own clock is the one that counts")]
    pub(crate) fn next() -> Self {
        let today = Timestamp::now().to_zoned(TimeZone::UTC).date();
        let fits = |day: &civil::Date| day.days_in_month() == 30 && day.weekday() == civil::Weekday::Wednesday;
        let first = today.first_of_month().series(jiff::Span::new().months(1)).skip(1).find(fits);
        Self(first.expect("there is one in every decade"))
    }

    pub(crate) fn query(&self) -> String {
        format!("start={}&end={}", self.start(), self.end())
    }

    pub(crate) fn start(&self) -> Timestamp {
        midnight(self.0)
    }

    pub(crate) fn end(&self) -> Timestamp {
        midnight(self.0 + jiff::Span::new().months(1))
    }

    /// `count` events: 177 of them, 100 series, that make [`OCCURRENCES`] in the month, and the others long before
    /// and after it.
    pub(crate) fn events(&self, mut maker: Maker, years_older: i16, count: usize) -> Vec<Event> {
        let minutes = |n: usize| SignedDuration::from_mins(i64::try_from(n).unwrap());
        let at = |day: civil::Date| day.at(8, 0, 0, 0).to_zoned(TimeZone::UTC).expect("UTC has it").timestamp();
        let first = at(self.0);
        let mut events: Vec<Event> = (0..77).map(|n| maker.event(first + minutes(n * 500), 45, None)).collect();
        let year = civil::date(self.0.year() - years_older, 1, 1);
        let begun = |weekday| at(year.yesterday().and_then(|eve| eve.nth_weekday(1, weekday)).expect("a January"));
        for (rule, weekday, series) in [
            ("FREQ=DAILY", civil::Weekday::Monday, 16),
            ("FREQ=WEEKLY;BYDAY=MO", civil::Weekday::Monday, 30),
            ("FREQ=WEEKLY;BYDAY=WE", civil::Weekday::Wednesday, 54),
        ] {
            events.extend((0..series).map(|n| maker.event(begun(weekday) + minutes(n * 7), 30, Some(rule))));
        }
        // Fifty years to either side, and forty days of nothing around the month.
        let (clear, reach) = (minutes(40 * 24 * 60), 50 * 365 * 24 * 60);
        let others = count - events.len();
        events.extend((0..others).map(|n| {
            let away = minutes(n * reach / others) + clear;
            maker.event(if n % 2 == 0 { first - away } else { first + away + clear }, 60, None)
        }));
        events
    }
}

fn midnight(day: civil::Date) -> Timestamp {
    day.to_zoned(TimeZone::UTC).expect("UTC has it").timestamp()
}

fn items(body: &[u8], list: &str) -> usize {
    let answer: serde_json::Value = serde_json::from_slice(body).expect("JSON");
    answer[list].as_array().expect("a list").len()
}
