//! iCalendar feeds: everything that `kalends_ical` reads, and no event left out.

use kalends_domain::feed::EVENTS_MAX;
use kalends_domain::time::Zone;
use kalends_ical::Limits;

use crate::{BadFeed, ReadFeed};

pub(crate) fn read(bytes: &[u8], zone: &Zone) -> Result<ReadFeed, BadFeed> {
    let mut file =
        kalends_ical::read(bytes, zone.clone(), Limits::default()).map_err(|error| BadFeed(error.to_string()))?;
    // To leave one out would be to delete it where it is known.
    if let Some(bad) = file.skipped.iter().find(|it| it.component == "VEVENT") {
        let at = format!("line {}: ", bad.line);
        let told = bad.reason.strip_prefix(at.as_str()).unwrap_or(&bad.reason);
        return Err(BadFeed(format!("{at}VEVENT: {told}")));
    }
    if file.events.len() > EVENTS_MAX {
        return Err(BadFeed(format!("has more than {EVENTS_MAX} events")));
    }
    Ok(ReadFeed { title: file.name.take().filter(|name| !name.trim().is_empty()), events: file.events })
}
