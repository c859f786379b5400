//! iCal tokens: each opens, to whoever knows it, a feed of every calendar that its owner sees.

use kalends_domain::access::{Actor, Resource, Verb};
use kalends_domain::account::IcalToken;
use kalends_domain::calendar::Calendar;
use kalends_domain::id::{IcalTokenId, UserId};
use kalends_ports::{Change, Changes, Page, PageRequest, StoreError};

use super::Export;
use crate::{App, Context, Error, Result, require_scope};

/// Most tokens that a person has at once.
const TOKENS_MAX: usize = 100;
/// Calendars that are read at once.
const PAGE: usize = 200;

/// A token just made, with the secret that is never shown again.
#[derive(Debug, Clone)]
pub struct MadeIcalToken {
    /// The token as kept.
    pub token: IcalToken,
    /// The secret in the feed's address.
    pub secret: String,
}

/// What a token opens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IcalFeed {
    /// What it is called: its owner's name, or address.
    pub name: String,
    /// The calendars that its owner sees, by id.
    pub calendars: Vec<Calendar>,
}

impl App {
    /// Makes a token for the caller.
    pub async fn create_ical_token(&self, cx: &Context, actor: &Actor) -> Result<MadeIcalToken> {
        require_scope(actor, Resource::Calendar, Verb::Write)?;
        let secret = cx.token();
        let token = IcalToken {
            id: IcalTokenId(cx.id()),
            user: actor.user,
            token: self.ports.secrets.hash_token(&secret),
            created_at: cx.now(),
            revoked_at: None,
        };
        let all = PageRequest { after: None, limit: TOKENS_MAX };
        let known = self.ports.ical_tokens.list_ical_tokens(actor.user, all).await?.items;
        // A request that is run again may meet its own.
        if known.len() >= TOKENS_MAX && known.iter().all(|other| other.id != token.id) {
            return Err(Error::Conflict(format!("there are {TOKENS_MAX} iCal tokens; revoke one first")));
        }
        self.commit(cx, Changes::new().and(Change::InsertIcalToken(token.clone()))).await?;
        Ok(MadeIcalToken { token, secret })
    }

    /// The caller's tokens that are not revoked.
    pub async fn list_ical_tokens(&self, actor: &Actor, page: PageRequest<IcalTokenId>) -> Result<Page<IcalToken>> {
        require_scope(actor, Resource::Calendar, Verb::Read)?;
        Ok(self.ports.ical_tokens.list_ical_tokens(actor.user, page).await?)
    }

    /// Revokes a token of the caller's.
    pub async fn revoke_ical_token(&self, cx: &Context, actor: &Actor, id: IcalTokenId) -> Result<()> {
        require_scope(actor, Resource::Calendar, Verb::Write)?;
        let changes = Changes::new().and(Change::RevokeIcalToken { id, user: actor.user, at: cx.now() });
        match self.commit(cx, changes).await {
            Err(Error::Store(StoreError::Stale)) => Err(Error::NotFound("iCal token")),
            other => other,
        }
    }

    /// What this token opens. A token that opens nothing is [`Error::NotFound`].
    pub async fn find_ical_feed(&self, token: &str) -> Result<IcalFeed> {
        let hash = self.ports.secrets.hash_token(token);
        let (_, user) = self.ports.ical_tokens.find_ical_token(hash).await?.ok_or(Error::NotFound("feed"))?;
        let calendars = self.calendars_seen_by(user.id).await?;
        Ok(IcalFeed { name: user.name.unwrap_or_else(|| user.email.to_string()), calendars })
    }

    /// Begins to write a feed. Its reader has what its owner has: nothing is veiled.
    pub async fn export_ical_feed(&self, feed: IcalFeed) -> Result<Export> {
        self.export(feed.name, feed.calendars, false).await
    }

    async fn calendars_seen_by(&self, user: UserId) -> Result<Vec<Calendar>> {
        let mut calendars: Vec<Calendar> = Vec::new();
        loop {
            let request = PageRequest { after: calendars.last().map(|calendar| calendar.id), limit: PAGE };
            let page = self.ports.calendars.list_calendars(user, request).await?;
            calendars.extend(page.items.into_iter().map(|view| view.calendar));
            if !page.more {
                return Ok(calendars);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Mocks, actor, event, key_actor, user, view};
    use kalends_domain::access::Role;
    use kalends_domain::id::{CalendarId, uuid_v7};

    #[tokio::test]
    async fn only_its_hash_is_kept() {
        let mut mocks = Mocks::default();
        mocks.ical_tokens.expect_list_ical_tokens().returning(|_, _| Ok(Page { items: vec![], more: false }));
        mocks.commit.expect_commit().times(1).returning(|changes| {
            assert!(matches!(&changes.0[..], [Change::InsertIcalToken(kept)] if kept.user == user().id));
            Ok(())
        });
        let app = mocks.app();
        let made = app.create_ical_token(&app.context(), &actor()).await.unwrap();
        assert_eq!(made.token.token, app.ports.secrets.hash_token(&made.secret));
        let reader = key_actor(&[(Resource::Calendar, Verb::Read)]);
        let refused = app.create_ical_token(&app.context(), &reader).await;
        assert!(matches!(refused, Err(Error::MissingScope { .. })));
    }

    #[tokio::test]
    async fn it_opens_every_calendar_as_one_text() {
        let mut mocks = Mocks::default();
        let token = IcalToken {
            id: IcalTokenId(view(Role::Owner).calendar.id.0),
            user: user().id,
            token: kalends_domain::account::TokenHash([6; 32]),
            created_at: user().created_at,
            revoked_at: None,
        };
        mocks
            .ical_tokens
            .expect_find_ical_token()
            .returning(move |hash| Ok((hash == token.token).then(|| (token.clone(), user()))));
        let other = CalendarId(uuid_v7(crate::testing::now(), [42; 10]));
        mocks.calendars.expect_list_calendars().returning(move |_, _| {
            let mut shared = view(Role::Viewer);
            shared.calendar.id = other;
            Ok(Page { items: vec![view(Role::Owner), shared], more: false })
        });
        mocks.events.expect_list_events().returning(|_| Ok(vec![event(false)]));
        mocks.events.expect_list_calendar_events().times(2).returning(|calendar, _| {
            let event = kalends_domain::event::Event { calendar, uid: format!("{calendar}@x"), ..event(false) };
            Ok(Page { items: vec![event], more: false })
        });
        let app = mocks.app();
        assert!(matches!(app.find_ical_feed("no such token").await, Err(Error::NotFound("feed"))));
        let feed = app.find_ical_feed("secret").await.unwrap();
        assert_eq!((feed.name.as_str(), feed.calendars.len()), ("ann@example.com", 2));
        let mut export = app.export_ical_feed(feed).await.unwrap();
        let mut text = String::new();
        while let Some(piece) = export.next().await.unwrap() {
            text.push_str(&piece);
        }
        assert_eq!((text.matches("BEGIN:VEVENT").count(), text.matches("BEGIN:VCALENDAR").count()), (2, 1));
        assert!(text.ends_with("END:VCALENDAR\r\n"));
    }
}
