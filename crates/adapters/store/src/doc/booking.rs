//! What a booking link offers, and who booked.

use std::collections::BTreeMap;

use jiff::civil;
use kalends_domain::account::Email;
use kalends_domain::booking::{Booking, BookingSettings, Interval, Question, WorkingHours};
use kalends_domain::id::CalendarId;
use kalends_domain::time::Zone;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Unreadable, is_default};

/// The settings of a booking link. Lengths and times of day are in minutes.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct SettingsDoc {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    duration: u32,
    #[serde(default, skip_serializing_if = "is_default")]
    buffer_before: u32,
    #[serde(default, skip_serializing_if = "is_default")]
    buffer_after: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    interval: Option<u32>,
    #[serde(default, skip_serializing_if = "is_default")]
    minimum_notice: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    maximum_days_ahead: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    daily_limit: Option<u32>,
    zone: String,
    /// Monday first; start and end of each interval.
    #[serde(default, skip_serializing_if = "is_default")]
    working_hours: [Vec<(u16, u16)>; 7],
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    date_overrides: BTreeMap<civil::Date, Vec<(u16, u16)>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    blocking: Vec<Uuid>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    questions: Vec<QuestionDoc>,
}

#[derive(Debug, Serialize, Deserialize)]
struct QuestionDoc {
    label: String,
    #[serde(default, skip_serializing_if = "is_default")]
    required: bool,
}

fn pairs(intervals: Vec<Interval>) -> Vec<(u16, u16)> {
    intervals.into_iter().map(|Interval { start, end }| (start, end)).collect()
}

fn intervals(pairs: Vec<(u16, u16)>) -> Vec<Interval> {
    pairs.into_iter().map(|(start, end)| Interval { start, end }).collect()
}

impl From<BookingSettings> for SettingsDoc {
    fn from(settings: BookingSettings) -> Self {
        let questions = settings.questions.into_iter();
        Self {
            title: settings.title,
            description: settings.description,
            duration: settings.duration,
            buffer_before: settings.buffer_before,
            buffer_after: settings.buffer_after,
            interval: settings.interval,
            minimum_notice: settings.minimum_notice,
            maximum_days_ahead: settings.maximum_days_ahead,
            daily_limit: settings.daily_limit,
            zone: settings.zone.name().to_owned(),
            working_hours: settings.working_hours.0.map(pairs),
            date_overrides: settings.date_overrides.into_iter().map(|(date, hours)| (date, pairs(hours))).collect(),
            blocking: settings.blocking.into_iter().map(|calendar| calendar.0).collect(),
            questions: questions.map(|Question { label, required }| QuestionDoc { label, required }).collect(),
        }
    }
}

impl SettingsDoc {
    /// What it says.
    pub(crate) fn read(self) -> Result<BookingSettings, Unreadable> {
        let questions = self.questions.into_iter();
        Ok(BookingSettings {
            title: self.title,
            description: self.description,
            duration: self.duration,
            buffer_before: self.buffer_before,
            buffer_after: self.buffer_after,
            interval: self.interval,
            minimum_notice: self.minimum_notice,
            maximum_days_ahead: self.maximum_days_ahead,
            daily_limit: self.daily_limit,
            zone: Zone::restore(&self.zone)?,
            working_hours: WorkingHours(self.working_hours.map(intervals)),
            date_overrides: self.date_overrides.into_iter().map(|(date, hours)| (date, intervals(hours))).collect(),
            blocking: self.blocking.into_iter().map(CalendarId).collect(),
            questions: questions.map(|QuestionDoc { label, required }| Question { label, required }).collect(),
        })
    }
}

/// Who booked, and what they said.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct BookerDoc {
    name: String,
    email: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    notes: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    answers: Vec<(String, String)>,
    zone: String,
}

/// What a [`BookerDoc`] says, in the domain's types.
pub(crate) struct Booker {
    pub(crate) name: String,
    pub(crate) email: Email,
    pub(crate) notes: Option<String>,
    pub(crate) answers: Vec<(String, String)>,
    pub(crate) zone: Zone,
}

impl From<&Booking> for BookerDoc {
    fn from(booking: &Booking) -> Self {
        Self {
            name: booking.name.clone(),
            email: booking.email.to_string(),
            notes: booking.notes.clone(),
            answers: booking.answers.clone(),
            zone: booking.zone.name().to_owned(),
        }
    }
}

impl BookerDoc {
    /// What it says.
    pub(crate) fn read(self) -> Result<Booker, Unreadable> {
        Ok(Booker {
            name: self.name,
            email: self.email.parse().map_err(|_| Unreadable::Field("booker's email"))?,
            notes: self.notes,
            answers: self.answers,
            zone: Zone::restore(&self.zone)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(json: &str) -> Result<BookingSettings, Unreadable> {
        serde_json::from_str::<SettingsDoc>(json).expect("the JSON of this test is good").read()
    }

    /// The least that was ever written must read for ever, and is written as barely.
    #[test]
    fn bare_documents_read() {
        let bare = r#"{"duration":30,"zone":"UTC"}"#;
        let read = settings(bare).unwrap();
        assert_eq!((read.duration, read.zone.name(), read.interval), (30, "UTC", None));
        assert_eq!(read.working_hours, WorkingHours::default());
        assert_eq!(serde_json::to_string(&SettingsDoc::from(read)).unwrap(), bare);

        let bare = r#"{"name":"Ann","email":"ann@example.com","zone":"UTC"}"#;
        let doc: BookerDoc = serde_json::from_str(bare).unwrap();
        assert_eq!(serde_json::to_string(&doc).unwrap(), bare);
        assert_eq!(doc.read().ok().map(|booker| booker.email.to_string()).as_deref(), Some("ann@example.com"));
    }

    #[test]
    fn what_makes_no_sense_is_said() {
        let told = settings(r#"{"duration":30,"zone":"Mars/Olympus"}"#).unwrap_err().to_string();
        assert!(told.contains("Mars/Olympus"), "{told}");
        let doc: BookerDoc = serde_json::from_str(r#"{"name":"Ann","email":"nobody","zone":"UTC"}"#).unwrap();
        let told = doc.read().err().map(|error| error.to_string()).unwrap_or_default();
        assert!(told.contains("email"), "{told}");
    }
}
