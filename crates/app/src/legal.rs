//! Who may use the legal surface.

use kalends_domain::access::{Actor, Resource, Verb};

use crate::{App, Result, require_scope};

impl App {
    /// The caller as whom the legal surface acts. It has one scope for all that it does, so a key's `calendar:read` and
    /// `calendar:write` stand there for those of events, calendars and availability; no other scope of the key counts.
    pub fn legal_actor(&self, actor: &Actor, verb: Verb) -> Result<Actor> {
        require_scope(actor, Resource::Calendar, verb)?;
        Ok(actor.standing_for_all(Resource::Calendar))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Error;
    use crate::testing::{Mocks, actor, key_actor};

    #[test]
    fn one_scope_stands_for_all_and_the_others_for_none() {
        let app = Mocks::default().app();
        let reader = key_actor(&[(Resource::Calendar, Verb::Read), (Resource::Events, Verb::Write)]);
        let seen = app.legal_actor(&reader, Verb::Read).unwrap();
        assert!(seen.has_scope(Resource::Events, Verb::Read) && seen.has_scope(Resource::Availability, Verb::Read));
        assert!(!seen.has_scope(Resource::Events, Verb::Write) && !seen.holds_token());
        assert!(matches!(app.legal_actor(&reader, Verb::Write), Err(Error::MissingScope { .. })));
        let other = key_actor(&[(Resource::Events, Verb::Read)]);
        assert!(matches!(app.legal_actor(&other, Verb::Read), Err(Error::MissingScope { .. })));
        assert_eq!(app.legal_actor(&actor(), Verb::Write).unwrap(), actor());
    }
}
