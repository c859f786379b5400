//! What of an event Google can hold.

use jiff::{SignedDuration, Timestamp};
use kalends_domain::event::{Length, Span, Status, Transparency};
use kalends_domain::sync::remote::Facts;
use kalends_domain::time::Zone;

use crate::{color, text};

/// Google takes no more reminders of an event.
pub(crate) const REMINDERS_MAX: usize = 5;

/// The facts as they come back after they were written.
pub(crate) fn rounded(facts: Facts) -> Facts {
    // At Google an event that does not take place is a deleted one. It is shown as one that may, and keeps nobody busy.
    let (status, transparency) = match facts.status {
        Status::Cancelled => (Status::Tentative, Transparency::Transparent),
        status => (status, facts.transparency),
    };
    let mut reminders = facts.reminders;
    reminders.truncate(REMINDERS_MAX);
    let color = facts.color.as_deref().and_then(color::id_of);
    Facts {
        description: facts.description.map(|it| text::plain(&it)).filter(|it| !it.is_empty()),
        location: facts.location.filter(|it| !it.is_empty()),
        span: span(&facts.span),
        status,
        transparency,
        color: color.and_then(|id| color::of_id(&id)).map(str::to_owned),
        reminders,
        ..facts
    }
}

/// Whole seconds, in a zone that Google knows.
fn span(span: &Span) -> Span {
    let zone = if is_known(&span.zone) { span.zone.clone() } else { Zone::utc() };
    let Length::Exact(_) = span.length else { return Span { zone, ..span.clone() } };
    let (start, end) = (seconds(span.starts_at()), seconds(span.ends_at()));
    let length = Length::Exact(end.duration_since(start).max(SignedDuration::ZERO));
    Span { start: zone.civil(start), fold: zone.fold_of(start), length, zone }
}

fn seconds(at: Timestamp) -> Timestamp {
    Timestamp::from_second(at.as_second()).unwrap_or(at)
}

/// Whether Google knows a zone: not one that somebody described.
pub(crate) fn is_known(zone: &Zone) -> bool {
    Zone::named(zone.name()).is_ok()
}
