//! Who may do what, as pure decisions: roles on a calendar, scopes of a key.

use std::collections::BTreeSet;
use std::str::FromStr;

use crate::id::{ApiKeyId, UserId};

/// What a person may do with a calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Reads.
    Viewer,
    /// Also writes events, and the calendar's name and colour.
    Editor,
    /// Also shares, publishes and deletes the calendar.
    Owner,
}

/// Something that can be done with a calendar or what is in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// See the calendar, its events, its members.
    Read,
    /// Create, change, delete and restore events; rename or recolour the calendar.
    Write,
    /// Share, publish, delete or restore the calendar; make booking links.
    Own,
}

/// The answer to "may I?".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// Yes.
    Allowed,
    /// No, and the asker may know that the thing exists: 403.
    Forbidden,
    /// No, and for the asker the thing does not exist: 404.
    Hidden,
}

/// A name that is none of a fixed set.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("must be one of {0}")]
pub struct UnknownName(pub &'static str);

impl Role {
    /// The name used in every API and store.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Editor => "editor",
            Self::Owner => "owner",
        }
    }

    fn reaches(self, action: Action) -> bool {
        match action {
            Action::Read => true,
            Action::Write => self >= Self::Editor,
            Action::Own => self == Self::Owner,
        }
    }
}

impl FromStr for Role {
    type Err = UnknownName;

    fn from_str(text: &str) -> Result<Self, UnknownName> {
        [Self::Viewer, Self::Editor, Self::Owner]
            .into_iter()
            .find(|role| role.as_str() == text)
            .ok_or(UnknownName("owner, editor, viewer"))
    }
}

/// Decides by the asker's role on the calendar, `None` when there is none.
///
/// ```
/// use kalends_domain::access::{decide, Action, Decision, Role};
/// assert_eq!(decide(Some(Role::Viewer), Action::Write), Decision::Forbidden);
/// assert_eq!(decide(None, Action::Read), Decision::Hidden);
/// ```
pub fn decide(role: Option<Role>, action: Action) -> Decision {
    match role {
        None => Decision::Hidden,
        Some(role) if role.reaches(action) => Decision::Allowed,
        Some(_) => Decision::Forbidden,
    }
}

/// What a scope is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Resource {
    /// Calendars, their members and feeds.
    Calendars,
    /// Events.
    Events,
    /// Contacts.
    Contacts,
    /// Busy times.
    Availability,
    /// Booking links.
    Booking,
    /// The legal surface.
    Calendar,
    /// The feed-sync surface.
    Feeds,
}

impl Resource {
    /// All resources, in the order in which they are listed.
    pub const ALL: [Self; 7] =
        [Self::Calendars, Self::Events, Self::Contacts, Self::Availability, Self::Booking, Self::Calendar, Self::Feeds];

    /// The name used in a key's scopes.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Calendars => "calendars",
            Self::Events => "events",
            Self::Contacts => "contacts",
            Self::Availability => "availability",
            Self::Booking => "booking",
            Self::Calendar => "calendar",
            Self::Feeds => "feeds",
        }
    }
}

impl FromStr for Resource {
    type Err = UnknownName;

    fn from_str(text: &str) -> Result<Self, UnknownName> {
        Self::ALL
            .into_iter()
            .find(|resource| resource.as_str() == text)
            .ok_or(UnknownName("calendars, events, contacts, availability, booking, calendar, feeds"))
    }
}

/// What a scope allows with its resource. Writing does not include reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verb {
    /// Look.
    Read,
    /// Make, change, delete.
    Write,
}

impl Verb {
    /// The name used in a key's scopes.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
        }
    }
}

impl FromStr for Verb {
    type Err = UnknownName;

    fn from_str(text: &str) -> Result<Self, UnknownName> {
        [Self::Read, Self::Write].into_iter().find(|verb| verb.as_str() == text).ok_or(UnknownName("read, write"))
    }
}

/// What a key may do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scopes(BTreeSet<(Resource, Verb)>);

impl Scopes {
    /// Whether `verb` on `resource` is among them.
    pub fn allow(&self, resource: Resource, verb: Verb) -> bool {
        self.0.contains(&(resource, verb))
    }

    /// Each scope, ordered by resource and verb.
    pub fn iter(&self) -> impl Iterator<Item = (Resource, Verb)> {
        self.0.iter().copied()
    }

    /// Whether nothing is allowed.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl FromIterator<(Resource, Verb)> for Scopes {
    fn from_iter<I: IntoIterator<Item = (Resource, Verb)>>(scopes: I) -> Self {
        Self(scopes.into_iter().collect())
    }
}

/// How a caller proved who they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Credential {
    /// An access token, which may do all that its user may.
    Token,
    /// An API key, which may do what its scopes say.
    Key(ApiKeyId, Scopes),
}

/// Who is asking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// The account.
    pub user: UserId,
    /// How it was proved.
    pub credential: Credential,
}

impl Actor {
    /// Whether the credential reaches `verb` on `resource`; what the user may do there is asked
    /// separately, with [`decide`].
    pub fn has_scope(&self, resource: Resource, verb: Verb) -> bool {
        match &self.credential {
            Credential::Token => true,
            Credential::Key(_, scopes) => scopes.allow(resource, verb),
        }
    }

    /// The same, where one scope stands for all: a key may read everything if it may read `resource`, and write
    /// everything if it may write that, whatever its other scopes. For surfaces that know a single resource.
    ///
    /// ```
    /// use kalends_domain::access::{Actor, Credential, Resource, Verb};
    /// use kalends_domain::id::{ApiKeyId, UserId};
    ///
    /// let scopes = [(Resource::Calendar, Verb::Read), (Resource::Events, Verb::Write)].into_iter().collect();
    /// let key = Actor { user: UserId(Default::default()), credential: Credential::Key(ApiKeyId(Default::default()), scopes) };
    /// let here = key.standing_for_all(Resource::Calendar);
    /// assert!(here.has_scope(Resource::Events, Verb::Read) && !here.has_scope(Resource::Events, Verb::Write));
    /// ```
    #[must_use]
    pub fn standing_for_all(&self, resource: Resource) -> Self {
        let credential = match &self.credential {
            Credential::Token => Credential::Token,
            Credential::Key(id, scopes) => {
                let verbs = [Verb::Read, Verb::Write].into_iter().filter(|verb| scopes.allow(resource, *verb));
                let all = verbs.flat_map(|verb| Resource::ALL.map(|resource| (resource, verb)));
                Credential::Key(*id, all.collect())
            }
        };
        Self { user: self.user, credential }
    }

    /// Whether the caller holds an access token: keys may not manage the account or other keys.
    pub fn holds_token(&self) -> bool {
        self.credential == Credential::Token
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_role_and_action() {
        use Action::{Own, Read, Write};
        use Decision::{Allowed, Forbidden, Hidden};
        for (role, expected) in [
            (None, [Hidden, Hidden, Hidden]),
            (Some(Role::Viewer), [Allowed, Forbidden, Forbidden]),
            (Some(Role::Editor), [Allowed, Allowed, Forbidden]),
            (Some(Role::Owner), [Allowed, Allowed, Allowed]),
        ] {
            assert_eq!([Read, Write, Own].map(|action| decide(role, action)), expected, "{role:?}");
        }
    }

    #[test]
    fn writing_does_not_include_reading() {
        let scopes: Scopes = [(Resource::Events, Verb::Write)].into_iter().collect();
        assert!(scopes.allow(Resource::Events, Verb::Write));
        assert!(!scopes.allow(Resource::Events, Verb::Read));
        assert!(!scopes.allow(Resource::Calendars, Verb::Write));
    }

    #[test]
    fn names_round_trip() {
        for resource in Resource::ALL {
            assert_eq!(resource.as_str().parse(), Ok(resource));
        }
        assert!("everything".parse::<Resource>().is_err());
    }
}
