//! What of an event Outlook can hold.

use kalends_domain::event::{Length, Span, Status, Transparency};
use kalends_domain::sync::remote::Facts;
use kalends_domain::time::{Fold, Zone};
use kalends_ical::{windows_name, zone_named};

/// The facts as they come back after they were written.
pub(crate) fn rounded(facts: Facts) -> Facts {
    // One field says both whether it may take place and whether it keeps people busy.
    let (status, transparency) = match (facts.status, facts.transparency) {
        (Status::Cancelled, _) | (_, Transparency::Transparent) => (Status::Confirmed, Transparency::Transparent),
        known => known,
    };
    let some = |text: Option<String>| text.filter(|text| !text.is_empty());
    Facts {
        description: some(facts.description.map(|it| text(&it))),
        location: some(facts.location),
        span: span(&facts.span),
        status,
        transparency,
        color: None,
        reminders: facts.reminders.into_iter().take(1).collect(),
        guests: Vec::new(),
        ..facts
    }
}

/// Text as Exchange gives it back: without blank space at its end, and with its own line breaks.
pub(crate) fn text(text: &str) -> String {
    text.replace("\r\n", "\n").trim_end().to_owned()
}

/// Whole seconds, in a zone that Windows knows.
fn span(span: &Span) -> Span {
    let zone = windows_name(&span.zone).and_then(zone_named).unwrap_or_else(Zone::utc);
    let Length::Exact(length) = span.length else { return Span { zone, ..span.clone() } };
    // The second pass of an hour that happens twice cannot be said in local time.
    let zone = if span.fold == Fold::Second { Zone::utc() } else { zone };
    let at = jiff::Timestamp::from_second(span.starts_at().as_second()).unwrap_or(span.starts_at());
    let length = Length::Exact(jiff::SignedDuration::from_secs(length.as_secs()));
    Span { start: zone.civil(at), fold: zone.fold_of(at), length, zone }
}
