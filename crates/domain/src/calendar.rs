//! Calendars, and the memberships that join them to people.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;

use crate::access::Role;
use crate::account::{Email, TokenHash};
use crate::id::{CalendarId, UserId};

/// Most characters in a calendar's name.
pub const NAME_MAX: usize = 80;

/// A colour, `#RRGGBB`, spelled as it was given.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Color(String);

/// Text that is not `#RRGGBB`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("is not a colour of the form #RRGGBB")]
pub struct InvalidColor;

impl Color {
    /// The text, `#` and six hexadecimal digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for Color {
    /// The colour of a calendar that was given none.
    fn default() -> Self {
        Self("#3b82f6".to_owned())
    }
}

impl fmt::Display for Color {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Color {
    type Err = InvalidColor;

    fn from_str(text: &str) -> Result<Self, InvalidColor> {
        let digits = text.strip_prefix('#').ok_or(InvalidColor)?;
        let good = digits.len() == 6 && digits.bytes().all(|b| b.is_ascii_hexdigit());
        if good { Ok(Self(text.to_owned())) } else { Err(InvalidColor) }
    }
}

/// The names of colours in which a person can see a calendar.
pub const THEMES: [&str; 11] =
    ["red", "orange", "yellow", "green", "teal", "blue", "purple", "pink", "gray", "black", "white"];

/// The hue of each theme that has one, in degrees.
const HUES: [(&str, i32); 8] = [
    ("red", 0),
    ("orange", 30),
    ("yellow", 55),
    ("green", 120),
    ("teal", 180),
    ("blue", 220),
    ("purple", 275),
    ("pink", 335),
];

impl Color {
    /// The theme that looks most like it: by hue, and by lightness where it has next to none.
    ///
    /// ```
    /// use kalends_domain::calendar::Color;
    ///
    /// assert_eq!(Color::default().nearest_theme(), "blue");
    /// ```
    pub fn nearest_theme(&self) -> &'static str {
        let rgb = u32::from_str_radix(&self.0[1..], 16).unwrap_or_default().to_be_bytes();
        let [_, red, green, blue] = rgb.map(i32::from);
        let (most, least) = (red.max(green).max(blue), red.min(green).min(blue));
        let chroma = most - least;
        if chroma < 32 {
            return match most + least {
                ..100 => "black",
                440.. => "white",
                _ => "gray",
            };
        }
        let hue = if most == red {
            60 * (green - blue) / chroma
        } else if most == green {
            120 + 60 * (blue - red) / chroma
        } else {
            240 + 60 * (red - green) / chroma
        };
        let away = |of: i32| {
            let turn = (hue - of).rem_euclid(360);
            turn.min(360 - turn)
        };
        HUES.iter().min_by_key(|(_, of)| away(*of)).map_or("gray", |(name, _)| name)
    }
}

/// Who sees a calendar, as a word for one of its members.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Visibility {
    /// Whoever wants to.
    Public,
    /// Its members, of whom there are several.
    Shared,
    /// Its owner alone.
    Private,
}

impl Visibility {
    /// The name used in every API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Shared => "shared",
            Self::Private => "private",
        }
    }
}

/// A calendar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendar {
    /// Its name in every API.
    pub id: CalendarId,
    /// Who owns it.
    pub owner: UserId,
    /// What people call it.
    pub name: String,
    /// Its colour.
    pub color: Color,
    /// Whether anyone who knows its short feed address may read it, and any account may attach it.
    pub is_public: bool,
    /// Counts the feed tokens made for it; each makes the one before it invalid.
    pub feed_generation: i32,
    /// What is kept of the current feed token.
    pub feed_token: TokenHash,
    /// When it was made.
    pub created_at: Timestamp,
    /// When its own fields last changed.
    pub updated_at: Timestamp,
    /// When it was deleted, if it was.
    pub deleted_at: Option<Timestamp>,
    /// Counts the changes of its own fields; the ETag.
    pub version: i64,
    /// Counts the writes to its events. A booking is committed against the number it was decided
    /// on, so that two can never take one slot.
    pub revision: i64,
    /// When one of its events was last written; at least a second after the time before.
    pub touched_at: Timestamp,
}

impl Calendar {
    /// Who sees it, where `shared` tells whether it has more than one member.
    pub fn visibility(&self, shared: bool) -> Visibility {
        match (self.is_public, shared) {
            (true, _) => Visibility::Public,
            (false, true) => Visibility::Shared,
            (false, false) => Visibility::Private,
        }
    }

    /// When anything that its feed shows last changed.
    pub fn changed_at(&self) -> Timestamp {
        self.updated_at.max(self.touched_at)
    }
}

/// A person's place in a calendar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Membership {
    /// The calendar.
    pub calendar: CalendarId,
    /// The person.
    pub user: UserId,
    /// What the person may do there.
    pub role: Role,
    /// The named colour in which this person sees it.
    pub color_theme: Option<String>,
    /// When the person joined.
    pub created_at: Timestamp,
    /// When the role or colour last changed.
    pub updated_at: Timestamp,
}

/// A member as other members see them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// The person's place.
    pub membership: Membership,
    /// The person's address.
    pub email: Email,
}

/// A calendar with the reader's own place in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CalendarView {
    /// The calendar.
    pub calendar: Calendar,
    /// The reader's place.
    pub membership: Membership,
}

/// What a person may do in a calendar, and whether anything has changed there: all that most questions about many
/// calendars need.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seat {
    /// The calendar.
    pub calendar: CalendarId,
    /// Whose it is: who has a feed owns its calendar, and only reads it.
    pub owner: UserId,
    /// The person's role there.
    pub role: Role,
    /// See [`Calendar::revision`].
    pub revision: i64,
    /// See [`Calendar::is_public`].
    pub is_public: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours() {
        for good in ["#3b82f6", "#3B82F6"] {
            assert_eq!(good.parse::<Color>().unwrap().as_str(), good);
        }
        for bad in ["", "red", "#fff", "3b82f6", "#3b82f", "#3b82fg", "#+b82f6", "#é12f6"] {
            assert_eq!(bad.parse::<Color>(), Err(InvalidColor), "{bad}");
        }
    }

    #[test]
    fn themes() {
        for (color, theme) in [
            ("#ff0000", "red"),
            ("#ef4444", "red"),
            ("#ffa500", "orange"),
            ("#ffff00", "yellow"),
            ("#00FF00", "green"),
            ("#008080", "teal"),
            ("#0000ff", "blue"),
            ("#3b82f6", "blue"),
            ("#000080", "blue"),
            ("#800080", "purple"),
            ("#ff69b4", "pink"),
            ("#808080", "gray"),
            ("#101010", "black"),
            ("#fafafa", "white"),
        ] {
            assert_eq!(color.parse::<Color>().unwrap().nearest_theme(), theme, "{color}");
        }
        assert!(HUES.iter().all(|(name, _)| THEMES.contains(name)));
    }
}
