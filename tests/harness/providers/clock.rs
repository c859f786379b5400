//! The time as the fakes tell it: that of the machine, as that of the server under test is.

use std::time::SystemTime;

use chrono::{DateTime, SecondsFormat, Utc};

/// Now.
#[expect(clippy::disallowed_methods, reason = "this is another's server, with a clock of its own")]
pub(super) fn now() -> DateTime<Utc> {
    DateTime::from(SystemTime::now())
}

/// As `2026-03-02T10:00:00.123Z`.
pub(super) fn told(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}
