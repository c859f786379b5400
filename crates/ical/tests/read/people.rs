//! ATTENDEE.

use kalends_domain::event::Rsvp;

use crate::harness::{details, event};

fn check(line: &str, email: &str, name: Option<&str>, status: Rsvp, kept: &[&str]) {
    let found = details(line).attendees.into_iter().next().unwrap();
    assert_eq!(found.email.unwrap().as_str(), email, "{line}");
    assert_eq!((found.name.as_deref(), found.status), (name, status), "{line}");
    assert_eq!(found.kept, kept, "{line}");
}

#[test]
fn attendees() {
    check("ATTENDEE:mailto:a@example.com", "a@example.com", None, Rsvp::NeedsAction, &[]);
    check("attendee;cn=Ann:MAILTO:Ann@Example.COM", "ann@example.com", Some("Ann"), Rsvp::NeedsAction, &[]);
    check(
        "ATTENDEE;CN=\"Doe, ^'Jo^'\";PARTSTAT=ACCEPTED;ROLE=CHAIR;MEMBER=\"mailto:x@y.z\",\"mailto:b@y.z\":mailto:a@example.com",
        "a@example.com",
        Some("Doe, \"Jo\""),
        Rsvp::Accepted,
        &["ROLE=CHAIR", "MEMBER=\"mailto:x@y.z\",\"mailto:b@y.z\""],
    );
    check("ATTENDEE;PARTSTAT=declined:mailto:a@example.com", "a@example.com", None, Rsvp::Declined, &[]);
    check("ATTENDEE;PARTSTAT=TENTATIVE:mailto:a@example.com", "a@example.com", None, Rsvp::Tentative, &[]);
    check(
        "ATTENDEE;PARTSTAT=DELEGATED;X-N=a^nb:mailto:a@example.com",
        "a@example.com",
        None,
        Rsvp::NeedsAction,
        &["PARTSTAT=DELEGATED", "X-N=a^nb"],
    );
    check("ATTENDEE;CN= ;X-Q=\"a:mailto:a@example.com", "a@example.com", None, Rsvp::NeedsAction, &[]);
}

#[test]
fn a_person_is_asked_once() {
    let (series, warnings) = event("ATTENDEE;CN=First:mailto:a@example.com\nATTENDEE;CN=Second:MAILTO:A@example.com");
    assert_eq!(series.details.attendees.len(), 1);
    assert_eq!(series.details.attendees[0].name.as_deref(), Some("First"));
    assert_eq!(warnings, ["line 7: ATTENDEE: a@example.com stands here again, and is left out"]);
}

#[test]
fn not_everybody_is_asked() {
    let many: Vec<String> = (0..502).map(|number| format!("ATTENDEE:mailto:a{number}@example.com")).collect();
    let (series, warnings) = event(&many.join("\n"));
    assert_eq!(series.details.attendees.len(), 500);
    assert_eq!(warnings[1], "line 507: ATTENDEE: more than 500: a501@example.com is left out");
}
