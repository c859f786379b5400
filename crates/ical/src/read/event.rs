//! VEVENT (RFC 5545 3.6.1): its lines to an event's details.

use std::collections::HashSet;
use std::str::FromStr;

use jiff::Timestamp;
use kalends_domain::account::Email;
use kalends_domain::event::{
    ATTACHMENTS_MAX, ATTENDEES_MAX, Attachment, Class, Details, KEPT_MAX, Kind, LOCATION_MAX, Priority, REMINDERS_MAX,
    Reminder, Status, TAG_MAX, TAGS_MAX, TEXT_MAX, Transparency, UID_MAX, URL_MAX, color,
};
use kalends_domain::id::{AttachmentId, ReminderId};
use kalends_domain::recurrence::Recurrence;
use uuid::Uuid;

use super::alarm::alarm;
use super::attendee::attendee;
use super::component::{Component, Part, Property, Warnings, uid};
use super::outcome::OccurrenceId;
use super::text::{block, cut, list, one_line, unescape};
use super::when::{Failure, When, instant};
use super::zones::Zones;
use crate::line::ContentLine;

/// The title of an event that has none.
const UNTITLED: &str = "(No title)";

/// A VEVENT that was read.
pub(super) struct Vevent {
    pub(super) uid: String,
    /// Which occurrence of its series it is about, and whether about later ones too.
    pub(super) occurrence: Option<(OccurrenceId, bool)>,
    pub(super) details: Details,
    pub(super) recurrence: Option<Recurrence>,
    pub(super) sequence: i32,
    pub(super) created: Option<Timestamp>,
    pub(super) last_modified: Option<Timestamp>,
    pub(super) warnings: Warnings,
}

/// Reads a VEVENT. Checking how it recurs takes from `allowance`.
pub(super) fn vevent(component: &Component, zones: &mut Zones, allowance: &mut u64) -> Result<Vevent, Failure> {
    let mut warnings = Warnings::default();
    let mut when = When::default();
    let mut seen = HashSet::new();
    let (mut uid_line, mut summary) = (None, None);
    let mut rest = Vec::new();
    for part in component.parts() {
        let Part::Property(it) = part else {
            rest.push(part);
            continue;
        };
        let name = it.line.name.to_ascii_uppercase();
        if let Some(once) = ONCE.iter().find(|once| **once == name)
            && !seen.insert(once)
        {
            warnings.add(|| it.says("stands here again, and is left out"));
            continue;
        }
        match name.as_str() {
            "DTSTART" => when.dtstart = Some(it),
            "DTEND" => when.dtend = Some(it),
            "DURATION" => when.duration = Some(it),
            "RECURRENCE-ID" => when.recurrence_id = Some(it),
            "RRULE" => when.rrule.push(it),
            "RDATE" => when.rdate.push(it),
            "EXDATE" => when.exdate.push(it),
            "UID" => uid_line = Some(it),
            "SUMMARY" => summary = Some(it),
            // When the text was made: another is written with another text.
            "DTSTAMP" => {}
            _ => rest.push(part),
        }
    }
    if let (Some(_), Some(it)) = (&when.dtend, &when.duration) {
        warnings.add(|| it.says("goes not with DTEND, and is left out"));
    }
    let uid = match uid_line.and_then(|it| uid(it.line.value).map(|uid| (it, uid))) {
        Some((it, uid)) if uid.len() > UID_MAX => {
            return Err(Failure::Fault(it.says(format!("must be at most {UID_MAX} bytes long"))));
        }
        Some((_, uid)) => uid,
        None => made_uid(component),
    };
    let span = when.span(zones)?;
    let occurrence = when.occurrence(&span, zones)?;
    let recurrence = if occurrence.is_none() {
        when.recurrence(&span, zones, &mut warnings, allowance)?
    } else {
        for it in when.rrule.iter().chain(&when.rdate).chain(&when.exdate) {
            warnings.add(|| it.says("goes not with RECURRENCE-ID, and is left out"));
        }
        None
    };
    let title = summary.and_then(|it| Some((it, one_line(&unescape(it.line.value))?)));
    let title = title.map_or_else(|| UNTITLED.to_owned(), |(it, title)| cut_text(title, TEXT_MAX, &it, &mut warnings));
    let mut reading = Reading {
        details: Details::new(title, span),
        recurs: recurrence.is_some(),
        warnings,
        room: KEPT_MAX,
        people: HashSet::new(),
        kind: None,
        sequence: 0,
        created: None,
        last_modified: None,
    };
    for part in &rest {
        match part {
            Part::Property(it) => reading.property(it, zones),
            Part::Component(name, lines) => reading.component(name, lines),
        }
    }
    Ok(reading.finish(uid, occurrence, recurrence))
}

/// What stands in a VEVENT once, of what is read here.
const ONCE: [&str; 18] = [
    "UID",
    "DTSTAMP",
    "DTSTART",
    "DTEND",
    "DURATION",
    "RECURRENCE-ID",
    "SUMMARY",
    "DESCRIPTION",
    "LOCATION",
    "STATUS",
    "TRANSP",
    "CLASS",
    "PRIORITY",
    "COLOR",
    "URL",
    "SEQUENCE",
    "CREATED",
    "LAST-MODIFIED",
];

/// The reading of one VEVENT, once its times are known.
struct Reading {
    details: Details,
    recurs: bool,
    warnings: Warnings,
    /// How many bytes may still be kept as they came.
    room: usize,
    people: HashSet<Email>,
    kind: Option<Kind>,
    sequence: i32,
    created: Option<Timestamp>,
    last_modified: Option<Timestamp>,
}

impl Reading {
    fn property(&mut self, it: &Property<'_>, zones: &mut Zones) {
        let value = it.line.value.trim();
        let word = || value.to_ascii_uppercase();
        let details = &mut self.details;
        match it.line.name.to_ascii_uppercase().as_str() {
            "DESCRIPTION" => {
                let text = block(&unescape(it.line.value));
                details.description = text.map(|text| cut_text(text, TEXT_MAX, it, &mut self.warnings));
            }
            "LOCATION" => {
                let text = one_line(&unescape(value));
                details.location = text.map(|text| cut_text(text, LOCATION_MAX, it, &mut self.warnings));
            }
            "STATUS" => {
                details.status = match word().as_str() {
                    "TENTATIVE" => Status::Tentative,
                    "CANCELLED" => Status::Cancelled,
                    _ => Status::Confirmed,
                };
            }
            "TRANSP" => {
                let transparent = value.eq_ignore_ascii_case("TRANSPARENT");
                details.transparency = if transparent { Transparency::Transparent } else { Transparency::Opaque };
            }
            "CLASS" => {
                // Others than these are to be read as PRIVATE (RFC 5545 3.8.1.3).
                details.class = match word().as_str() {
                    "PUBLIC" | "" => Class::Public,
                    "CONFIDENTIAL" => Class::Confidential,
                    _ => Class::Private,
                };
            }
            "PRIORITY" => match value.parse::<u8>() {
                Ok(0) => {}
                Ok(1..=4) => details.priority = Some(Priority::High),
                Ok(5) => details.priority = Some(Priority::Medium),
                Ok(6..=9) => details.priority = Some(Priority::Low),
                _ => self.warnings.add(|| it.says("must be a number from 0 to 9, and is left out")),
            },
            "SEQUENCE" => self.sequence = value.parse().map_or(0, |sequence: i32| sequence.max(0)),
            "CREATED" => self.created = instant(it, zones),
            "LAST-MODIFIED" => self.last_modified = instant(it, zones),
            "CATEGORIES" => self.categories(it),
            "COLOR" => match color(value) {
                Ok(color) => details.color = Some(color),
                Err(_) => self.keep_line(it),
            },
            "URL" if is_web(value) => details.url = Some(value.to_owned()),
            "ATTACH" if is_web(value) && details.attachments.len() < ATTACHMENTS_MAX => {
                details.attachments.push(attachment(&it.line));
            }
            "ATTENDEE" => self.attendee(it),
            "EXRULE" => {
                self.warnings.add(|| it.says("is kept, but takes nothing out of the series"));
                self.keep_line(it);
            }
            _ => self.keep_line(it),
        }
    }

    fn categories(&mut self, it: &Property<'_>) {
        let tags = &mut self.details.tags;
        for tag in list(it.line.value).filter_map(|tag| one_line(&tag)) {
            let word = tag.to_ascii_lowercase().replace([' ', '-'], "_");
            if self.kind.is_none()
                && let Ok(kind) = Kind::from_str(&word)
            {
                self.kind = Some(kind);
                continue;
            }
            let tag = cut(tag, TAG_MAX).0.trim_end().to_owned();
            if tags.contains(&tag) {
            } else if tags.len() < TAGS_MAX {
                tags.push(tag);
            } else {
                self.warnings.add(|| it.says(format!("more than {TAGS_MAX}: {tag:?} is left out")));
            }
        }
    }

    fn attendee(&mut self, it: &Property<'_>) {
        let Some(mut person) = attendee(&it.line) else { return self.keep_line(it) };
        let Some(email) = &person.email else { return };
        if self.people.contains(email) {
            self.warnings.add(|| it.says(format!("{email} stands here again, and is left out")));
        } else if self.people.len() == ATTENDEES_MAX {
            self.warnings.add(|| it.says(format!("more than {ATTENDEES_MAX}: {email} is left out")));
        } else {
            self.people.insert(email.clone());
            person.kept =
                self.keep(person.kept.iter().map(String::as_str), || it.says("further parameters")).unwrap_or_default();
            self.details.attendees.push(person);
        }
    }

    fn component(&mut self, name: &str, lines: &[Property<'_>]) {
        let says =
            |what: &str| lines.first().map(|begin| format!("line {}: {name}{what}", begin.number)).unwrap_or_default();
        let details = &self.details;
        let found = if name == "VALARM" { alarm(lines, &details.title, &details.span, self.recurs) } else { None };
        let reminders = &details.reminders;
        let new = found.filter(|found| reminders.iter().all(|known| known.minutes_before != found.minutes_before));
        if let Some(found) = new {
            if reminders.len() == REMINDERS_MAX {
                self.warnings.add(|| says(&format!(": more than {REMINDERS_MAX}, and is left out")));
                return;
            }
            let kept = self.keep(found.kept.into_iter(), || says(": what it says beside its time"));
            self.details.reminders.push(Reminder {
                id: ReminderId(Uuid::nil()),
                minutes_before: found.minutes_before,
                kept: kept.unwrap_or_default(),
            });
        } else if let Some(kept) = self.keep(lines.iter().map(|it| it.text), || says("")) {
            self.details.kept.extend(kept);
        }
    }

    fn keep_line(&mut self, it: &Property<'_>) {
        if let Some(kept) = self.keep(std::iter::once(it.text), || it.to_string()) {
            self.details.kept.extend(kept);
        }
    }

    /// All of the lines, or none where there is no room for all.
    fn keep<'l>(
        &mut self,
        lines: impl Iterator<Item = &'l str> + Clone,
        what: impl FnOnce() -> String,
    ) -> Option<Vec<String>> {
        let bytes: usize = lines.clone().map(str::len).sum();
        if let Some(room) = self.room.checked_sub(bytes) {
            self.room = room;
            return Some(lines.map(str::to_owned).collect());
        }
        self.warnings
            .add(|| format!("{} left out: an event keeps at most {KEPT_MAX} bytes of what it does not know", what()));
        None
    }

    fn finish(
        mut self,
        uid: String,
        occurrence: Option<(OccurrenceId, bool)>,
        recurrence: Option<Recurrence>,
    ) -> Vevent {
        let details = &mut self.details;
        details.kind = self.kind.unwrap_or(details.kind);
        details.reminders.shrink_to_fit();
        details.attendees.shrink_to_fit();
        details.tags.shrink_to_fit();
        details.attachments.shrink_to_fit();
        details.kept.shrink_to_fit();
        Vevent {
            uid,
            occurrence,
            details: self.details,
            recurrence,
            sequence: self.sequence,
            created: self.created,
            last_modified: self.last_modified,
            warnings: self.warnings,
        }
    }
}

/// A UID made of what the VEVENT says, the same at each reading.
fn made_uid(component: &Component) -> String {
    let mut text = String::new();
    for line in component.lines().filter(|it| !it.line.is("DTSTAMP")) {
        text.push_str(line.text);
        text.push('\n');
    }
    Uuid::new_v5(&Uuid::NAMESPACE_OID, text.as_bytes()).to_string()
}

fn cut_text(text: String, most: usize, it: &Property<'_>, warnings: &mut Warnings) -> String {
    let (text, less) = cut(text, most);
    if less {
        warnings.add(|| it.says(format!("is cut to {most} characters")));
    }
    text
}

/// Whether a value is an address on the web.
fn is_web(value: &str) -> bool {
    let Some((scheme, rest)) = value.split_once("://") else { return false };
    let web = scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http");
    let plain = !value.chars().any(|c| c.is_whitespace() || c.is_control());
    web && plain && !rest.is_empty() && value.chars().count() <= URL_MAX
}

fn attachment(line: &ContentLine<'_>) -> Attachment {
    let said = |name: &str| line.parameter(name).and_then(|text| one_line(&text)).map(|text| cut(text, 200).0);
    Attachment {
        id: AttachmentId(Uuid::nil()),
        url: line.value.trim().to_owned(),
        name: said("FILENAME").or_else(|| said("X-FILENAME")),
        media_type: said("FMTTYPE"),
    }
}
