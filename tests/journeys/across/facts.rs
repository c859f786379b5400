//! What an event says, in the words of each surface.

use serde_json::{Value, json};

/// An event that was made, and what everybody must see of it.
pub(super) struct Made {
    /// Its id, bare.
    pub(super) id: String,
    /// The calendar in which it stands.
    pub(super) calendar: String,
    /// What that is called.
    pub(super) calendar_name: &'static str,
    /// Who sees that calendar, in the words of the user-calendars surface.
    pub(super) visibility: &'static str,
    /// The account that made it.
    pub(super) maker: String,
    pub(super) facts: Facts,
}

/// What an event says.
pub(super) struct Facts {
    pub(super) title: &'static str,
    pub(super) description: Option<&'static str>,
    pub(super) location: Option<&'static str>,
    /// Each of its occurrences; of what is no series, the one.
    pub(super) times: &'static [Times],
    /// The zone whose wall clock it keeps.
    pub(super) zone: &'static str,
    pub(super) all_day: bool,
    /// Its rule, of a series.
    pub(super) rule: Option<&'static str>,
    /// Further fields on the core surface, where they differ from those of a plain event.
    pub(super) core: Value,
    /// The same on the academic surface.
    pub(super) academic: Value,
    /// The same on the legal surface.
    pub(super) legal: Value,
    /// Its lines in iCalendar, its alarms' among them, but for ids and stamps; sorted.
    pub(super) lines: &'static [&'static str],
}

/// When an event, or an occurrence, begins and ends.
pub(super) struct Times {
    /// In UTC.
    pub(super) utc: [&'static str; 2],
    /// As the clocks of the event's zone show it.
    pub(super) local: [&'static str; 2],
}

/// From ten to eleven in Berlin on Monday, 25 March 2058, the week before its clocks go forward.
pub(super) const TEN: Times = Times {
    utc: ["2058-03-25T09:00:00Z", "2058-03-25T10:00:00Z"],
    local: ["2058-03-25T10:00:00+01:00", "2058-03-25T11:00:00+01:00"],
};

/// The same a week later, when they have.
pub(super) const TEN_IN_SUMMER: Times = Times {
    utc: ["2058-04-01T08:00:00Z", "2058-04-01T09:00:00Z"],
    local: ["2058-04-01T10:00:00+02:00", "2058-04-01T11:00:00+02:00"],
};

/// Both weeks: from Monday to the Monday after the next, in UTC, and in Berlin's clocks.
pub(super) const WEEKS: Times = Times {
    utc: ["2058-03-24T23:00:00Z", "2058-04-02T22:00:00Z"],
    local: ["2058-03-25T00:00:00+01:00", "2058-04-03T00:00:00+02:00"],
};

impl Default for Facts {
    /// A plain event of an hour.
    fn default() -> Self {
        Self {
            title: "",
            description: None,
            location: None,
            times: &[TEN],
            zone: "Europe/Berlin",
            all_day: false,
            rule: None,
            core: json!({}),
            academic: json!({}),
            legal: json!({}),
            lines: &[],
        }
    }
}

/// An object with further fields in it; those that are null are taken out of it.
pub(super) fn with(mut object: Value, fields: &Value) -> Value {
    for (name, value) in fields.as_object().expect("an object") {
        object[name] = value.clone();
    }
    object
}

/// An id as the legal surface shows it.
pub(super) fn typed(prefix: &str, id: &str) -> String {
    format!("{prefix}_{}", id.replace('-', ""))
}
