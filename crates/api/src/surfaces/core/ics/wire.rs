//! What both ways of importing answer.

use kalends_app::Imported;
use kalends_ical::{ReadCalendar, Skipped};
use serde::Serialize;
use utoipa::ToSchema;

/// Most entries in a list of an answer.
const LISTED: usize = 500;

/// What became of a file's events.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ImportAnswer {
    /// Always true.
    #[schema(example = true)]
    ok: bool,
    imported: ImportedCounts,
    /// What was not taken, and why; the first 500.
    skipped: Vec<SkippedJson>,
    /// What was taken, but not whole; the first 500.
    warnings: Vec<WarningJson>,
    /// The address it came from.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, format = "uri", example = "https://example.com/holidays.ics")]
    source: Option<String>,
}

/// Counts of VEVENTs.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ImportedCounts {
    /// So many of the file are in the calendar now.
    #[schema(example = 12)]
    events: usize,
    /// So many of them are new.
    #[schema(example = 10)]
    created: usize,
    /// So many of them replaced what the calendar knew under their UID.
    #[schema(example = 1)]
    updated: usize,
    /// So many of them were there already, just so.
    #[schema(example = 1)]
    unchanged: usize,
    /// So many components were not taken.
    #[schema(example = 0)]
    skipped: usize,
}

/// A component that was not taken.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SkippedJson {
    /// What it is.
    #[schema(example = "VEVENT")]
    component: String,
    /// Its UID, where it has one.
    #[schema(required = true, example = "4f1a@example.com")]
    uid: Option<String>,
    /// The line on which it begins.
    #[schema(example = 120)]
    line: usize,
    /// Why.
    #[schema(example = "DTSTART on line 123: \"20261301\" is not a date")]
    reason: String,
}

/// Something that was left out of an event.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct WarningJson {
    /// The event's UID.
    #[schema(example = "4f1a@example.com")]
    uid: String,
    /// What, and why.
    #[schema(example = "line 130: ATTACH is longer than 262144 bytes and was left out")]
    message: String,
}

impl ImportAnswer {
    /// `file` is what was read, `imported` what became of it.
    pub(super) fn new(file: ReadCalendar, imported: Imported) -> Self {
        let Imported { created, updated, unchanged, skipped } = imported;
        let events = created + updated + unchanged;
        let mut skipped: Vec<Skipped> = file.skipped.into_iter().chain(skipped).collect();
        skipped.sort_by_key(|skipped| skipped.line);
        let read = |Skipped { component, uid, line, reason }| SkippedJson { component, uid, line, reason };
        let warnings = file.warnings.into_iter().take(LISTED);
        Self {
            ok: true,
            imported: ImportedCounts { events, created, updated, unchanged, skipped: skipped.len() },
            skipped: skipped.into_iter().take(LISTED).map(read).collect(),
            warnings: warnings.map(|warning| WarningJson { uid: warning.uid, message: warning.message }).collect(),
            source: None,
        }
    }

    /// The same of a file that came from this address.
    pub(super) fn of(self, url: String) -> Self {
        Self { source: Some(url), ..self }
    }
}
