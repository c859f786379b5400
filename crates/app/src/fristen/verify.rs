//! The second pair of eyes.

use std::sync::Mutex;

use kalends_domain::access::{Action, Actor, Resource, Verb};
use kalends_domain::frist::{CannotVerify, Verification};
use kalends_domain::id::EventId;

use super::{FristView, written};
use crate::{App, Context, Error, Result, require_scope, require_version, settled};

impl App {
    /// Notes that the caller, who may write in its calendar, found the deadline right. Not for whoever made the Frist or
    /// last set its deadline. What they verified before stays verified, and nothing is written.
    ///
    /// A verification is of the deadline that was there: whoever finds it moved at this very moment has to look again.
    pub async fn verify_frist(
        &self,
        cx: &Context,
        actor: &Actor,
        id: EventId,
        expected: Option<i64>,
    ) -> Result<FristView> {
        require_scope(actor, Resource::Calendar, Verb::Write)?;
        let looked_at = Mutex::new(None);
        settled(async || {
            let seen = self.frist_for(id, actor, Action::Write).await?;
            require_version(expected, seen.frist.version)?;
            let deadline = seen.frist.state.deadline();
            let first = *looked_at.lock().unwrap_or_else(std::sync::PoisonError::into_inner).get_or_insert(deadline);
            if first != deadline {
                return Err(Error::Conflict("the deadline was moved at this very moment: look at it again".to_owned()));
            }
            seen.frist.may_verify(actor.user, cx.now()).map_err(refused)?;
            let mut state = seen.frist.state.clone();
            state.verification.get_or_insert(Verification { by: actor.user, at: cx.now() });
            let (view, changes) = written(cx, actor.user, &seen, seen.event.clone(), state);
            if !changes.0.is_empty() {
                self.commit(cx, changes).await?;
            }
            Ok(view)
        })
        .await
    }
}

fn refused(reason: CannotVerify) -> Error {
    match reason {
        CannotVerify::Creator => Error::FourEyes("whoever made a Frist cannot verify it: a second person must"),
        CannotVerify::SetDeadline => {
            Error::FourEyes("whoever last set the deadline cannot verify it: a second person must")
        }
        CannotVerify::Verified => Error::Conflict("somebody else has verified this Frist already".to_owned()),
        CannotVerify::Expired => {
            Error::Conflict("the time of this Frist is over, and nobody had verified it: that stays so".to_owned())
        }
    }
}
