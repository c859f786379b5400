//! What one side holds of an event, and how an event takes it over.

use std::collections::BTreeMap;

use jiff::civil;
use uuid::Uuid;

use super::remote::{Facts, Field, Fields, Guest, Original, Whole};
use crate::event::{
    ATTENDEES_MAX, Attendee, Details, Event, LOCATION_MAX, Length, OVERRIDES_MAX, REMINDER_MINUTES_MAX, REMINDERS_MAX,
    RecurrenceProblem, Reminder, Span, TEXT_MAX, recurrence,
};
use crate::id::{AttendeeId, ReminderId};
use crate::recurrence::{Budget, ExDate, Recurrence};

/// The title of an event that has none.
const UNTITLED: &str = "(No title)";
/// Candidates that placing the changed occurrences of one series may look at.
const PLACE_BUDGET: u64 = 2_000_000;

impl Facts {
    /// What of these details both sides hold.
    pub fn of(details: &Details) -> Self {
        let mut reminders: Vec<u32> = details.reminders.iter().map(|it| it.minutes_before).collect();
        reminders.sort_unstable();
        reminders.dedup();
        let guest = |it: &Attendee| Some(Guest { email: it.email.clone()?, name: it.name.clone(), status: it.status });
        let mut guests: Vec<Guest> = details.attendees.iter().filter_map(guest).collect();
        guests.sort_by(|one, other| one.email.cmp(&other.email));
        guests.dedup_by(|one, other| one.email == other.email);
        Self {
            title: details.title.clone(),
            description: details.description.clone(),
            location: details.location.clone(),
            span: details.span.clone(),
            status: details.status,
            transparency: details.transparency,
            class: details.class,
            color: details.color.clone(),
            reminders,
            guests,
        }
    }

    /// The same, as an event here can hold it: texts cut to their bounds and without control characters, lists
    /// to theirs, reminders no more than a week ahead.
    #[must_use]
    pub fn bounded(mut self) -> Self {
        let line = |text: String, max: usize| -> String {
            text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(max).collect()
        };
        let block = |text: String| -> String {
            let good = |c: &char| !c.is_control() || matches!(c, '\n' | '\r' | '\t');
            text.chars().filter(good).take(TEXT_MAX).collect()
        };
        let title = line(self.title, TEXT_MAX);
        self.title = if title.trim().is_empty() { UNTITLED.to_owned() } else { title };
        self.description = self.description.map(block).filter(|text| !text.is_empty());
        self.location = self.location.map(|text| line(text, LOCATION_MAX)).filter(|text| !text.is_empty());
        self.color = self.color.and_then(|color| crate::event::color(&color).ok());
        self.reminders.iter_mut().for_each(|minutes| *minutes = (*minutes).min(REMINDER_MINUTES_MAX));
        self.reminders.sort_unstable();
        self.reminders.dedup();
        self.reminders.truncate(REMINDERS_MAX);
        self.guests.sort_by(|one, other| one.email.cmp(&other.email));
        self.guests.dedup_by(|one, other| one.email == other.email);
        self.guests.truncate(ATTENDEES_MAX);
        for guest in &mut self.guests {
            guest.name = guest.name.take().map(|name| line(name, LOCATION_MAX)).filter(|name| !name.is_empty());
        }
        self
    }

    /// Whether both say the same in this field. Of two all-day times the zone does not matter: a provider may keep
    /// dates alone.
    pub fn agrees(&self, other: &Self, field: Field) -> bool {
        match field {
            Field::Title => self.title == other.title,
            Field::Description => self.description == other.description,
            Field::Location => self.location == other.location,
            Field::Time => same_time(&self.span, &other.span),
            Field::Recurrence => true,
            Field::Status => self.status == other.status,
            Field::Transparency => self.transparency == other.transparency,
            Field::Class => self.class == other.class,
            Field::Color => self.color == other.color,
            Field::Reminders => self.reminders == other.reminders,
            Field::Guests => self.guests == other.guests,
        }
    }

    /// The fields in which they differ.
    pub fn changes(&self, other: &Self) -> Fields {
        Field::ALL.into_iter().filter(|field| !self.agrees(other, *field)).collect()
    }

    /// Takes a field over.
    pub fn take(&mut self, field: Field, from: &Self) {
        match field {
            Field::Title => self.title.clone_from(&from.title),
            Field::Description => self.description.clone_from(&from.description),
            Field::Location => self.location.clone_from(&from.location),
            Field::Time => self.span.clone_from(&from.span),
            Field::Recurrence => {}
            Field::Status => self.status = from.status,
            Field::Transparency => self.transparency = from.transparency,
            Field::Class => self.class = from.class,
            Field::Color => self.color.clone_from(&from.color),
            Field::Reminders => self.reminders.clone_from(&from.reminders),
            Field::Guests => self.guests.clone_from(&from.guests),
        }
    }

    /// What a field says, for people: the history of an event shows it.
    pub fn tell(&self, field: Field) -> String {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        match field {
            Field::Title => self.title.clone(),
            Field::Description => text(&self.description),
            Field::Location => text(&self.location),
            Field::Time => format!("{} to {} ({})", self.span.starts_at(), self.span.ends_at(), self.span.zone.name()),
            Field::Recurrence => String::new(),
            Field::Status => self.status.as_str().to_owned(),
            Field::Transparency => self.transparency.as_str().to_owned(),
            Field::Class => self.class.as_str().to_owned(),
            Field::Color => text(&self.color),
            Field::Reminders => {
                self.reminders.iter().map(|minutes| format!("{minutes} min")).collect::<Vec<_>>().join(", ")
            }
            Field::Guests => {
                let guest = |guest: &Guest| format!("{} ({})", guest.email, guest.status.as_str());
                self.guests.iter().map(guest).collect::<Vec<_>>().join(", ")
            }
        }
    }

    /// Writes what differs into the details; what only this side knows (accounts, tags, attachments, what else a
    /// VALARM said) stays. New parts take their ids from `id`.
    pub fn write_to(&self, details: &mut Details, id: &mut dyn FnMut() -> Uuid) {
        let known = Self::of(details);
        details.title.clone_from(&self.title);
        details.description.clone_from(&self.description);
        details.location.clone_from(&self.location);
        if !same_time(&known.span, &self.span) {
            details.span.clone_from(&self.span);
        }
        details.status = self.status;
        details.transparency = self.transparency;
        details.class = self.class;
        details.color.clone_from(&self.color);
        if known.reminders != self.reminders {
            details.reminders.retain(|it| self.reminders.contains(&it.minutes_before));
            for &minutes_before in self.reminders.iter().filter(|minutes| !known.reminders.contains(minutes)) {
                details.reminders.push(Reminder { id: ReminderId(id()), minutes_before, kept: Vec::new() });
            }
        }
        if known.guests != self.guests {
            let asked = |it: &Attendee| {
                it.email.as_ref().is_none_or(|email| self.guests.iter().any(|guest| guest.email == *email))
            };
            details.attendees.retain(asked);
            for guest in &self.guests {
                let same = |it: &&mut Attendee| it.email.as_ref() == Some(&guest.email);
                if let Some(known) = details.attendees.iter_mut().find(same) {
                    known.name.clone_from(&guest.name);
                    known.status = guest.status;
                } else {
                    details.attendees.push(Attendee {
                        id: AttendeeId(id()),
                        user: None,
                        email: Some(guest.email.clone()),
                        name: guest.name.clone(),
                        status: guest.status,
                        kept: Vec::new(),
                    });
                }
            }
        }
    }
}

fn same_time(one: &Span, other: &Span) -> bool {
    match (one.length, other.length) {
        (Length::Days(days), Length::Days(others)) => days == others && one.start == other.start,
        _ => one == other,
    }
}

/// What one side holds of an event: itself, when it recurs, and which of its occurrences differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copy {
    /// What it holds.
    pub facts: Facts,
    /// When it recurs: rules, RDATEs, and EXDATEs of whole days in a series that is not of whole days. All other
    /// EXDATEs are cancelled `parts`.
    pub recurrence: Option<Recurrence>,
    /// The occurrences that stand for themselves, by where the series puts them; `None` is a cancelled one.
    pub parts: BTreeMap<Original, Option<Facts>>,
}

impl Copy {
    /// What an event here holds.
    pub fn of(event: &Event) -> Self {
        let mut copy = Self::whole(&Whole { facts: Facts::of(&event.details), recurrence: event.recurrence.clone() });
        let span = &event.details.span;
        for (&at, details) in &event.overrides {
            copy.parts.insert(original(span, at), Some(Facts::of(details)));
        }
        copy.settled()
    }

    /// What a provider's series holds before any of its changed occurrences is told.
    pub fn whole(whole: &Whole) -> Self {
        let mut copy =
            Self { facts: whole.facts.clone(), recurrence: whole.recurrence.clone(), parts: BTreeMap::new() };
        let Some(recurrence) = &whole.recurrence else { return copy };
        let span = &whole.facts.span;
        let mut days = Vec::new();
        for exdate in recurrence.exdates() {
            match *exdate {
                ExDate::Day(day) if !span.is_all_day() => days.push(ExDate::Day(day)),
                ExDate::Day(day) => drop(copy.parts.insert(Original::Day(day), None)),
                ExDate::At(at) => drop(copy.parts.insert(original(span, at), None)),
            }
        }
        copy.recurrence = Some(with_exdates(recurrence, days));
        copy
    }

    /// The same, where a single event has no parts.
    #[must_use]
    pub fn settled(mut self) -> Self {
        if self.recurrence.is_none() {
            self.parts.clear();
        }
        self
    }

    /// What an occurrence holds; `None` when it is cancelled.
    pub fn part(&self, at: Original) -> Option<Facts> {
        self.parts.get(&at).map_or_else(|| Some(unchanged(&self.facts, at)), Clone::clone)
    }

    /// The event or series as it is sent: its EXDATEs are its cancelled occurrences.
    pub fn to_whole(&self) -> Whole {
        let span = &self.facts.span;
        let cancelled = self.parts.iter().filter(|(_, part)| part.is_none()).map(|(at, _)| match *at {
            Original::At(at) => ExDate::At(span.zone.civil(at)),
            Original::Day(day) => ExDate::At(day.to_datetime(civil::Time::midnight())),
        });
        let recurrence = self.recurrence.as_ref().map(|recurrence| {
            let exdates = recurrence.exdates().iter().copied().chain(cancelled).collect();
            with_exdates(recurrence, exdates)
        });
        Whole { facts: self.facts.clone(), recurrence }
    }

    /// The fields of the event or series, without its parts, in which they differ.
    pub fn changes(&self, other: &Self) -> Fields {
        let mut fields = self.facts.changes(&other.facts);
        if self.recurrence != other.recurrence {
            fields.insert(Field::Recurrence);
        }
        fields
    }

    /// Takes a field of the event or series over.
    pub fn take(&mut self, field: Field, from: &Self) {
        if field == Field::Recurrence {
            self.recurrence.clone_from(&from.recurrence);
        } else {
            self.facts.take(field, &from.facts);
        }
    }

    /// Takes an occurrence over, as it differs or does not.
    pub fn take_part(&mut self, at: Original, from: &Self) {
        match from.parts.get(&at) {
            Some(part) => drop(self.parts.insert(at, part.clone())),
            None => drop(self.parts.remove(&at)),
        }
    }

    /// Whether the series puts an occurrence there, cancelled or not.
    pub fn is_instance(&self, at: Original, budget: &mut Budget) -> bool {
        self.place(at, budget).is_some()
    }

    /// The wall time that names the occurrence which the series puts there.
    fn place(&self, at: Original, budget: &mut Budget) -> Option<civil::DateTime> {
        let span = &self.facts.span;
        let instant = match at {
            Original::At(instant) if !span.is_all_day() => instant,
            Original::Day(day) if span.is_all_day() => span.zone.resolve(day.to_datetime(civil::Time::midnight())),
            _ => return None,
        };
        let instance = self.recurrence.as_ref()?.instance_at(&span.anchor(), instant, budget).ok()??;
        Some(instance.civil)
    }

    /// Drops the parts where the series has no occurrence, but for those in `known`, and those beyond what one
    /// series can hold.
    pub fn drop_strays(&mut self, known: Option<&Self>) {
        let budget = &mut Budget::new(PLACE_BUDGET);
        let mut kept = std::mem::take(&mut self.parts);
        kept.retain(|at, _| known.is_some_and(|known| known.parts.contains_key(at)) || self.is_instance(*at, budget));
        let mut changed = 0;
        kept.retain(|_, part| {
            changed += usize::from(part.is_some());
            part.is_none() || changed <= OVERRIDES_MAX
        });
        self.parts = kept;
    }

    /// Makes the event hold this; what only this side knows stays. Its version, and who changed it when, are the
    /// caller's to set.
    pub fn write_to(&self, event: &mut Event, id: &mut dyn FnMut() -> Uuid) -> Result<(), RecurrenceProblem> {
        let before = Self::of(event);
        let moved = before.changes(self).iter().any(|field| matches!(field, Field::Time | Field::Recurrence));
        let budget = &mut Budget::new(PLACE_BUDGET);
        let (mut overrides, mut exdates) = (BTreeMap::new(), Vec::new());
        let known: BTreeMap<Original, civil::DateTime> =
            event.overrides.keys().map(|at| (original(&event.details.span, *at), *at)).collect();
        for (&at, part) in &self.parts {
            let place = known.get(&at).filter(|_| !moved).copied().or_else(|| self.place(at, budget));
            let Some(place) = place else { continue };
            match part {
                None => exdates.push(ExDate::At(place)),
                Some(facts) => {
                    let mut details = event.overrides.get(&place).unwrap_or(&event.details).clone();
                    facts.write_to(&mut details, id);
                    overrides.insert(place, details);
                }
            }
        }
        self.facts.write_to(&mut event.details, id);
        event.recurrence = match &self.recurrence {
            Some(new) => {
                let rules = new.rules().iter().map(|bounded| bounded.rule().clone()).collect();
                exdates.extend(new.exdates());
                let checked = recurrence(&event.details.span, rules, new.rdates().to_vec(), exdates)?;
                Some(checked.with_dtstart_always(new.dtstart_always()))
            }
            None => None,
        };
        event.overrides = overrides;
        if moved {
            event.sequence = event.sequence.saturating_add(1);
        }
        Ok(())
    }

    /// What the recurrence says, for people.
    pub fn tell_recurrence(&self) -> String {
        let rules = self.recurrence.iter().flat_map(Recurrence::rules);
        rules.map(|bounded| bounded.rule().text()).collect::<Vec<_>>().join("; ")
    }

    /// What a field says, for people.
    pub fn tell(&self, field: Field) -> String {
        if field == Field::Recurrence { self.tell_recurrence() } else { self.facts.tell(field) }
    }
}

/// Where a series of this span puts the occurrence that this wall time names.
pub fn original(span: &Span, at: civil::DateTime) -> Original {
    if span.is_all_day() { Original::Day(at.date()) } else { Original::At(span.zone.resolve(at)) }
}

/// What an occurrence of the series holds that does not differ.
fn unchanged(whole: &Facts, at: Original) -> Facts {
    let start = match at {
        Original::At(at) => whole.span.zone.civil(at),
        Original::Day(day) => day.to_datetime(civil::Time::midnight()),
    };
    let fold = match at {
        Original::At(at) => whole.span.zone.fold_of(at),
        Original::Day(_) => whole.span.fold,
    };
    Facts { span: Span { start, fold, ..whole.span.clone() }, ..whole.clone() }
}

fn with_exdates(recurrence: &Recurrence, exdates: Vec<ExDate>) -> Recurrence {
    Recurrence::restore(recurrence.rules().to_vec(), recurrence.rdates().to_vec(), exdates)
        .with_dtstart_always(recurrence.dtstart_always())
}
