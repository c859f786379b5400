//! The words of the mails. Nothing here reads, and nothing decides.

use jiff::{Timestamp, civil};
use kalends_domain::account::User;
use kalends_domain::booking::Booking;
use kalends_domain::event::Event;
use kalends_domain::time::Zone;

use super::{News, Reader};

/// Most characters of a title in a subject.
const TITLE_MAX: usize = 80;

/// What a letter tells.
pub(super) struct Facts<'f> {
    pub(super) news: News,
    pub(super) reader: Reader,
    pub(super) booking: &'f Booking,
    pub(super) event: &'f Event,
    pub(super) owner: &'f User,
    /// The calendar's name.
    pub(super) calendar: &'f str,
    /// Where who booked cancels, and where they reschedule; none once it is cancelled.
    pub(super) links: Option<[String; 2]>,
}

/// A letter's subject and text.
pub(super) fn letter(facts: &Facts<'_>) -> (String, String) {
    let Facts { news, booking, event, owner, .. } = facts;
    let to_booker = facts.reader == Reader::Booker;
    let zone = if to_booker { &booking.zone } else { &owner.timezone };
    let (start, end) = (event.details.span.starts_at(), event.details.span.ends_at());

    let what = match news {
        News::Booked if to_booker => "Booked",
        News::Booked => "New booking",
        News::Moved => "Moved",
        News::CancelledByBooker | News::CancelledByOwner => "Cancelled",
    };
    let title: String = event.details.title.chars().take(TITLE_MAX).collect();
    let subject = format!("{what}: {title}, {}", beginning(start, zone));

    let host = owner.name.as_deref().unwrap_or(owner.email.as_str());
    let news = match (news, to_booker) {
        (News::Booked, true) => "your booking is confirmed.".to_owned(),
        (News::Moved, true) => "your booking has been moved. This is the new time.".to_owned(),
        (News::CancelledByBooker, true) => "your booking is cancelled, as you asked.".to_owned(),
        (News::CancelledByOwner, true) => format!("{host} has cancelled your booking."),
        (News::Booked, false) => format!("{} has booked time with you.", booking.name),
        (News::Moved, false) => format!("{} has moved their booking. This is the new time.", booking.name),
        (News::CancelledByBooker | News::CancelledByOwner, false) => {
            format!("{} has cancelled their booking.", booking.name)
        }
    };
    let greeted = if to_booker { booking.name.as_str() } else { host };
    let with = if to_booker {
        person(owner.name.as_deref(), owner.email.as_str())
    } else {
        person(Some(&booking.name), booking.email.as_str())
    };

    let mut paragraphs = vec![format!("Hello {greeted},"), news];
    let mut facts_told = vec![
        format!("What: {}", event.details.title),
        format!("When: {}", when(start, end, zone)),
        format!("With: {with}"),
    ];
    if !to_booker {
        facts_told.push(format!("Calendar: {}", facts.calendar));
    }
    paragraphs.push(facts_told.join("\n"));
    if let Some(notes) = booking.notes.as_deref().map(str::trim).filter(|notes| !notes.is_empty()) {
        paragraphs.push(format!("Notes:\n{}", notes.replace("\r\n", "\n").replace('\r', "\n")));
    }
    if !booking.answers.is_empty() {
        let answers: Vec<_> = booking.answers.iter().map(|(asked, told)| format!("{asked}\n{told}")).collect();
        paragraphs.push(answers.join("\n\n"));
    }
    if let (Some([cancel, reschedule]), true) = (&facts.links, to_booker) {
        paragraphs.push(format!("To take another time:\n{reschedule}"));
        paragraphs.push(format!("To cancel:\n{cancel}"));
        paragraphs.push("Whoever has these addresses can use them, so keep them to yourself.".to_owned());
    }
    (subject, paragraphs.join("\n\n") + "\n")
}

pub(crate) fn person(name: Option<&str>, email: &str) -> String {
    name.map_or_else(|| email.to_owned(), |name| format!("{name} ({email})"))
}

/// A day and a time, for a subject: `2 March 2026, 10:00 (Europe/Berlin)`.
pub(crate) fn beginning(start: Timestamp, zone: &Zone) -> String {
    format!("{} ({zone})", zone.civil(start).strftime("%-d %B %Y, %H:%M"))
}

/// From when to when, as clocks in the zone show it. On a day when they change each time is told with its offset, for one
/// wall time may come twice.
fn when(start: Timestamp, end: Timestamp, zone: &Zone) -> String {
    let (first, last) = (zone.civil(start).date(), zone.civil(end).date());
    let change = clocks_change(zone, first) || clocks_change(zone, last);
    let time = |at: Timestamp| {
        let wall = zone.civil(at).strftime("%H:%M").to_string();
        if change { format!("{wall} (UTC{})", offset(zone, at)) } else { wall }
    };
    let day = |date: civil::Date| date.strftime("%A, %-d %B %Y").to_string();
    let until = if first == last { time(end) } else { format!("{}, {}", day(last), time(end)) };
    let clocks = if change { ", a day on which the clocks change" } else { "" };
    format!("{}, {} to {until}, {zone}{clocks}", day(first), time(start))
}

fn clocks_change(zone: &Zone, day: civil::Date) -> bool {
    let next = day.tomorrow().unwrap_or(day);
    zone.offset(zone.start_of_day(day)) != zone.offset(zone.start_of_day(next))
}

/// `+02:00`
fn offset(zone: &Zone, at: Timestamp) -> String {
    let minutes = zone.offset(at).seconds() / 60;
    let sign = if minutes < 0 { '-' } else { '+' };
    format!("{sign}{:02}:{:02}", minutes.abs() / 60, minutes.abs() % 60)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::booking::testing::booking;
    use crate::testing::{event, user};

    #[track_caller]
    fn check_when(start: &str, end: &str, zone: &str, expected: &str) {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        assert_eq!(when(at(start), at(end), &Zone::named(zone).unwrap()), expected);
    }

    #[test]
    fn times_are_told_in_the_zone_of_the_reader() {
        check_when(
            "2026-03-02T15:00:00Z",
            "2026-03-02T15:30:00Z",
            "Europe/Berlin",
            "Monday, 2 March 2026, 16:00 to 16:30, Europe/Berlin",
        );
        check_when(
            "2026-03-02T22:30:00Z",
            "2026-03-02T23:30:00Z",
            "Europe/Berlin",
            "Monday, 2 March 2026, 23:30 to Tuesday, 3 March 2026, 00:30, Europe/Berlin",
        );
        check_when("2026-03-02T15:00:00Z", "2026-03-02T15:30:00Z", "UTC", "Monday, 2 March 2026, 15:00 to 15:30, UTC");
    }

    #[test]
    fn on_a_day_when_clocks_change_no_time_is_ambiguous() {
        check_when(
            "2026-11-01T05:30:00Z",
            "2026-11-01T06:30:00Z",
            "America/New_York",
            "Sunday, 1 November 2026, 01:30 (UTC-04:00) to 01:30 (UTC-05:00), America/New_York, a day on which the \
             clocks change",
        );
        check_when(
            "2026-04-04T14:30:00Z",
            "2026-04-04T15:30:00Z",
            "Australia/Lord_Howe",
            "Sunday, 5 April 2026, 01:30 (UTC+11:00) to 02:00 (UTC+10:30), Australia/Lord_Howe, a day on which the \
             clocks change",
        );
    }

    fn told(news: News, reader: Reader) -> (String, String) {
        let (mut booking, mut event, mut owner) = (booking(), event(false), user());
        booking.zone = Zone::named("Europe/Berlin").unwrap();
        booking.notes = Some("About exercise 3.\r\nAnd 4.".into());
        booking.answers = vec![("Which course?".into(), "Physics".into())];
        event.details.title = "Office hour: Bo".into();
        owner.name = Some("Ann".into());
        let links = Some(["https://cal.example/c", "https://cal.example/r"].map(str::to_owned));
        letter(&Facts { news, reader, booking: &booking, event: &event, owner: &owner, calendar: "Work", links })
    }

    #[test]
    fn who_booked_is_told_everything() {
        let (subject, text) = told(News::Booked, Reader::Booker);
        assert_eq!(subject, "Booked: Office hour: Bo, 2 March 2026, 16:00 (Europe/Berlin)");
        let expected = "Hello Bo,\n\nyour booking is confirmed.\n\nWhat: Office hour: Bo\nWhen: Monday, 2 March 2026, 16:00 to \
                        17:00, Europe/Berlin\nWith: Ann (ann@example.com)\n\nNotes:\nAbout exercise 3.\nAnd 4.\n\nWhich \
                        course?\nPhysics\n\nTo take another time:\nhttps://cal.example/r\n\nTo \
                        cancel:\nhttps://cal.example/c\n\nWhoever has these addresses can use them, so keep them to \
                        yourself.\n";
        assert_eq!(text, expected);
    }

    #[test]
    fn the_owner_is_told_in_their_own_zone_and_without_the_links() {
        let (subject, text) = told(News::Moved, Reader::Owner);
        assert_eq!(subject, "Moved: Office hour: Bo, 2 March 2026, 15:00 (UTC)");
        assert!(text.starts_with("Hello Ann,\n\nBo has moved their booking."), "{text}");
        assert!(text.contains("With: Bo (bo@example.com)\nCalendar: Work\n"), "{text}");
        assert!(!text.contains("https://"), "{text}");
    }

    #[test]
    fn who_cancelled_is_said() {
        assert!(told(News::CancelledByOwner, Reader::Booker).1.contains("Ann has cancelled your booking."));
        assert!(told(News::CancelledByBooker, Reader::Booker).1.contains("your booking is cancelled, as you asked."));
        assert!(told(News::CancelledByBooker, Reader::Owner).1.contains("Bo has cancelled their booking."));
    }
}
