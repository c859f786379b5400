//! Crate `calcard` reads the same from the same text. (But for RFC 6868, which it leaves as it is.)

use calcard::icalendar::{
    ICalendar, ICalendarComponent, ICalendarComponentType, ICalendarEntry, ICalendarParameterName, ICalendarProperty,
};
use kalends_domain::account::Email;

use crate::harness::try_text;

/// Checks UID, SUMMARY, DESCRIPTION and the ATTENDEEs of each event, in the order of the file.
fn check(text: &str) {
    let text = text.replace('\n', "\r\n");
    let ours = try_text(&text).unwrap();
    assert_eq!((&ours.skipped[..], &ours.warnings[..]), (&[][..], &[][..]));
    let theirs = ICalendar::parse(&text).unwrap();
    let is_event = |it: &&ICalendarComponent| it.component_type == ICalendarComponentType::VEvent;
    let theirs: Vec<&ICalendarComponent> = theirs.components.iter().filter(is_event).collect();
    assert_eq!(ours.events.len(), theirs.len());
    for (event, component) in ours.events.iter().zip(theirs) {
        let details = &event.series.as_ref().unwrap().details;
        assert_eq!(text_of(component, &ICalendarProperty::Uid), Some(event.uid.as_str()));
        assert_eq!(text_of(component, &ICalendarProperty::Summary), Some(details.title.as_str()));
        assert_eq!(text_of(component, &ICalendarProperty::Description), details.description.as_deref());
        let asked: Vec<_> = component.entries.iter().filter(|it| it.name == ICalendarProperty::Attendee).collect();
        assert_eq!(details.attendees.len(), asked.len());
        for (person, entry) in details.attendees.iter().zip(asked) {
            let address = entry.values[0].as_text().unwrap().to_lowercase();
            assert_eq!(address.strip_prefix("mailto:"), person.email.as_ref().map(Email::as_str));
            assert_eq!(parameter(entry, &ICalendarParameterName::Cn), person.name.as_deref());
            let answer = parameter(entry, &ICalendarParameterName::Partstat).unwrap_or("NEEDS-ACTION");
            assert_eq!(answer.to_lowercase().replace('-', "_"), person.status.as_str());
            let known = [ICalendarParameterName::Cn, ICalendarParameterName::Partstat];
            let further = entry.params.iter().filter(|it| !known.contains(&it.name)).count();
            assert_eq!(further, person.kept.len());
        }
    }
}

fn text_of<'c>(component: &'c ICalendarComponent, property: &ICalendarProperty) -> Option<&'c str> {
    component.property(property)?.values.first()?.as_text()
}

fn parameter<'e>(entry: &'e ICalendarEntry, name: &ICalendarParameterName) -> Option<&'e str> {
    entry.parameter(name)?.as_text()
}

#[test]
fn plain() {
    check(
        "BEGIN:VCALENDAR\nVERSION:2.0\nBEGIN:VEVENT\nUID:1@example.com\nDTSTART:20260102T090000Z\nSUMMARY:Lunch\n\
         END:VEVENT\nBEGIN:VEVENT\nUID:2@example.com\nDTSTART;VALUE=DATE:20260102\nSUMMARY:Holiday\nEND:VEVENT\n\
         END:VCALENDAR\n",
    );
}

#[test]
fn escaped_and_folded() {
    check(
        "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:3\nDTSTART:20260102T090000Z\nSUMMARY:Bread\\, butter\\; jam \\\\ ho\n ney\n\
         DESCRIPTION;LANGUAGE=de:Erst das eine\\,\\n\\ndann das and\n  ere: größer\\Nund b\n\tunter\nEND:VEVENT\n\
         END:VCALENDAR\n",
    );
}

#[test]
fn attendees() {
    check(
        "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:4\nDTSTART:20260102T090000Z\nSUMMARY:Council\n\
         ATTENDEE;CN=Ann;PARTSTAT=ACCEPTED;ROLE=CHAIR:mailto:ann@example.com\n\
         ATTENDEE;CN=\"Doe, Jo: the 2nd\";RSVP=TRUE;CUTYPE=INDIVIDUAL:MAILTO:Jo.Doe@Example.com\n\
         ATTENDEE;PARTSTAT=DECLINED;X-NUM-GUESTS=0;\n DELEGATED-FROM=\"mailto:ann@example.com\":mailto:bo@example.com\n\
         ATTENDEE:mailto:dee@example.com\nEND:VEVENT\nEND:VCALENDAR\n",
    );
}
