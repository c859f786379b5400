//! Which component each line belongs to: BEGIN and END (RFC 5545 3.6).

use kalends_domain::time::Zone;

use super::component::{Component, uid};
use super::event::vevent;
use super::join::Joined;
use super::limits::{Limits, ReadError};
use super::outcome::{ReadCalendar, Skipped, Warning};
use super::text::{cut, one_line, short, unescape};
use super::when::Failure;
use super::zones::Zones;
use crate::line::{ContentLine, Line};

/// How many candidates may be looked at to check the rules of a file: enough for a few long series,
const CANDIDATES: u64 = 60_000;
/// and so many more for each byte that a file of long series does not run short.
const CANDIDATES_PER_BYTE: u64 = 2;
/// Most characters in a calendar's name.
const NAME_MAX: usize = 1_000;

/// What a component that has begun and not ended is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    /// VCALENDAR.
    Calendar,
    /// A VEVENT: its lines are held.
    Event,
    /// A VTIMEZONE: its lines are held.
    Zone,
    /// A component within one whose lines are held.
    Within,
    /// Anything else: its lines are not held.
    Other,
}

struct Open {
    name: String,
    line: usize,
    role: Role,
    /// Of one whose lines are not held.
    uid: Option<String>,
}

/// A file's components so far.
pub(super) struct Structure {
    limits: Limits,
    components: usize,
    open: Vec<Open>,
    held: Option<Component>,
    /// VEVENTs whose zone may be defined further down.
    waiting: Vec<Component>,
    zones: Zones,
    joined: Joined,
    read: ReadCalendar,
    /// NAME (RFC 7986), which is better than X-WR-CALNAME.
    name: Option<String>,
    allowance: u64,
    /// Whether there was a VCALENDAR, or at least a VEVENT.
    begun: bool,
    /// The first line that says anything.
    first: Option<(usize, String)>,
}

impl Structure {
    pub(super) fn new(zone: Zone, limits: Limits) -> Self {
        Self {
            limits,
            components: 0,
            open: Vec::new(),
            held: None,
            waiting: Vec::new(),
            zones: Zones::new(zone),
            joined: Joined::default(),
            read: ReadCalendar::default(),
            name: None,
            allowance: CANDIDATES,
            begun: false,
            first: None,
        }
    }

    /// Takes a line.
    pub(super) fn line(&mut self, line: &Line<'_>) -> Result<(), ReadError> {
        let bytes = u64::try_from(line.text.len()).unwrap_or(0);
        self.allowance = self.allowance.saturating_add(CANDIDATES_PER_BYTE * bytes);
        if self.first.is_none() {
            self.first = Some((line.number, short(line.text.trim())));
        }
        let number = line.number;
        if line.too_long {
            let most = self.limits.line;
            let name = line.text.split([':', ';']).next().unwrap_or_default();
            self.warn(|| format!("line {number}: {} is left out: it is longer than {most} bytes", short(name)));
            return Ok(());
        }
        let Some(content) = ContentLine::parse(&line.text) else {
            self.warn(|| format!("line {number}: {:?} is left out: it is not NAME:value", short(&line.text)));
            return Ok(());
        };
        if line.replaced {
            let name = content.name.to_ascii_uppercase();
            self.warn(|| format!("line {number}: {}: what is no UTF-8 is replaced", short(&name)));
        }
        if content.is("BEGIN") {
            self.begin(number, &line.text, &content)
        } else if content.is("END") {
            self.end(number, &line.text, &content);
            Ok(())
        } else {
            self.property(number, &line.text, &content);
            Ok(())
        }
    }

    /// What the file held. `last` is its last line.
    pub(super) fn finish(mut self, last: usize) -> Result<ReadCalendar, ReadError> {
        if !self.begun {
            return Err(match self.first {
                None => ReadError::Syntax { line: 1, message: "the file is empty".to_owned() },
                Some((line, text)) => {
                    let message = format!("BEGIN:VCALENDAR is missing: {text:?} begins no iCalendar file");
                    ReadError::Syntax { line, message }
                }
            });
        }
        if let Some(open) = self.open.last() {
            let (name, begun) = (short(&open.name), open.line);
            let message = format!("the file breaks off: END:{name} is missing for the BEGIN on line {begun}");
            return Err(ReadError::Syntax { line: last, message });
        }
        self.end_of_calendar();
        let name = self.name.or(self.read.name);
        self.read.skipped.sort_by_key(|skipped| skipped.line);
        Ok(ReadCalendar { name, events: self.joined.finish(), ..self.read })
    }

    fn begin(&mut self, number: usize, text: &str, content: &ContentLine<'_>) -> Result<(), ReadError> {
        self.components += 1;
        if self.components > self.limits.components {
            return Err(ReadError::TooManyComponents { line: number, most: self.limits.components });
        }
        let name = content.value.trim().to_ascii_uppercase();
        let role = match name.as_str() {
            "VCALENDAR" => {
                self.abandon(0, number, "BEGIN:VCALENDAR");
                self.end_of_calendar();
                Role::Calendar
            }
            "VEVENT" => {
                if let Some(outer) = self.open.iter().position(|it| matches!(it.role, Role::Event | Role::Zone)) {
                    self.abandon(outer, number, "BEGIN:VEVENT");
                }
                self.read.vevents += 1;
                self.held = Some(Component::new("VEVENT", number));
                Role::Event
            }
            _ if self.held.is_some() => Role::Within,
            "VTIMEZONE" => {
                self.held = Some(Component::new("VTIMEZONE", number));
                Role::Zone
            }
            _ => Role::Other,
        };
        self.begun |= matches!(role, Role::Calendar | Role::Event);
        if let (Role::Within, Some(held)) = (role, &mut self.held) {
            held.push(number, text, content);
        }
        self.open.push(Open { name, line: number, role, uid: None });
        if self.open.len() > self.limits.depth {
            return Err(ReadError::TooDeep { line: number, most: self.limits.depth });
        }
        Ok(())
    }

    fn end(&mut self, number: usize, text: &str, content: &ContentLine<'_>) {
        let name = content.value.trim();
        let Some(ended) = self.open.iter().rposition(|it| it.name.eq_ignore_ascii_case(name)) else {
            self.warn(|| format!("line {number}: END:{} ends nothing", short(name)));
            return;
        };
        self.abandon(ended + 1, number, &format!("END:{}", short(name)));
        let Some(ended) = self.open.pop() else { return };
        match ended.role {
            Role::Calendar => self.end_of_calendar(),
            Role::Within => {
                if let Some(held) = &mut self.held {
                    held.push(number, text, content);
                }
            }
            Role::Zone => {
                if let Some(timezone) = self.held.take().filter(|it| it.fault.is_none()) {
                    self.zones.define(timezone);
                }
            }
            Role::Event => {
                if let Some(event) = self.held.take() {
                    self.event(event, false);
                }
            }
            Role::Other => self.skip_other(ended),
        }
    }

    fn property(&mut self, number: usize, text: &str, content: &ContentLine<'_>) {
        if let Some(held) = &mut self.held {
            return held.push(number, text, content);
        }
        let Some(open) = self.open.last_mut() else { return };
        let say = |text: &str| one_line(&unescape(text)).map(|name| cut(name, NAME_MAX).0);
        match open.role {
            Role::Calendar if content.is("NAME") => self.name = self.name.take().or_else(|| say(content.value)),
            Role::Calendar if content.is("X-WR-CALNAME") => {
                self.read.name = self.read.name.take().or_else(|| say(content.value));
            }
            Role::Calendar if content.is("X-WR-TIMEZONE") => self.zones.say_local(unescape(content.value).trim()),
            Role::Other if content.is("UID") => open.uid = uid(content.value),
            _ => {}
        }
    }

    /// Closes what has no END of its own: all from the `from`th open component on, because of what stands on a line.
    fn abandon(&mut self, from: usize, number: usize, what: &str) {
        while self.open.len() > from {
            let Some(open) = self.open.pop() else { return };
            let (name, line) = (short(&open.name), open.line);
            match open.role {
                Role::Calendar => self.end_of_calendar(),
                Role::Other => self.skip_other(open),
                Role::Within => {
                    if let Some(held) = &mut self.held {
                        held.fail(|| {
                            format!("line {number}: {what} comes before the END of the {name} on line {line}")
                        });
                    }
                }
                Role::Zone => self.held = None,
                Role::Event => {
                    if let Some(event) = self.held.take() {
                        let reason = format!("line {number}: {what} comes before END:VEVENT");
                        self.read.skipped.push(event.skipped(reason));
                    }
                }
            }
        }
    }

    /// Reads a VEVENT; unless `last`, one of an unknown zone waits for the end of its calendar.
    fn event(&mut self, mut component: Component, last: bool) {
        if let Some(fault) = component.fault.take() {
            self.read.skipped.push(component.skipped(fault));
            return;
        }
        match vevent(&component, &mut self.zones, &mut self.allowance) {
            Ok(mut read) => {
                let notes = component.warnings.finish().into_iter().chain(std::mem::take(&mut read.warnings).finish());
                let uid = &read.uid;
                self.read.warnings.extend(notes.map(|message| Warning { uid: uid.clone(), message }));
                if let Some(loser) = self.joined.add(component.line, read) {
                    let (uid, line, reason) = (Some(loser.uid), loser.line, loser.reason);
                    self.read.skipped.push(Skipped { component: "VEVENT".to_owned(), uid, line, reason });
                }
            }
            Err(Failure::Zone(_)) if !last => {
                component.shrink();
                self.waiting.push(component);
            }
            Err(failure) => self.read.skipped.push(component.skipped(failure.reason())),
        }
    }

    fn end_of_calendar(&mut self) {
        for component in std::mem::take(&mut self.waiting) {
            self.event(component, true);
        }
        self.zones.forget();
    }

    /// Says that a component is not taken, unless it stands in another that is not.
    fn skip_other(&mut self, it: Open) {
        if self.open.iter().any(|outer| outer.role == Role::Other) {
            return;
        }
        let component = short(&it.name);
        let reason = format!("{component} is not imported: only events are");
        self.read.skipped.push(Skipped { component, uid: it.uid, line: it.line, reason });
    }

    /// Warns of something in the component whose lines are held.
    fn warn(&mut self, sentence: impl FnOnce() -> String) {
        if let Some(held) = &mut self.held {
            held.warnings.add(sentence);
        }
    }
}
