//! Requests that somebody else has written, taken to an address that an administrator named.

use std::time::Duration;

use reqwest::redirect::Policy;
use reqwest::{Request, StatusCode};

use crate::{ClientError, USER_AGENT, build};

/// What could not be delivered, and why. It does not name the address, which may hold a secret.
#[derive(Debug, thiserror::Error)]
#[error("not delivered")]
pub struct DeliveryError(#[from] reqwest::Error);

/// Takes requests as they are. No redirect is followed, and nobody's proxy asked.
#[derive(Debug)]
pub struct Delivery(reqwest::Client);

impl Delivery {
    /// Each request has so long.
    pub fn new(patience: Duration) -> Result<Self, ClientError> {
        let builder = || {
            let builder = reqwest::Client::builder().user_agent(USER_AGENT).timeout(patience);
            builder.redirect(Policy::none()).no_proxy()
        };
        Ok(Self(build(builder)?))
    }

    /// Takes one there; what else the answer says is not read.
    pub async fn take<R>(&self, request: R) -> Result<StatusCode, DeliveryError>
    where
        Request: TryFrom<R, Error = reqwest::Error>,
    {
        let answer = self.0.execute(request.try_into()?).await.map_err(reqwest::Error::without_url)?;
        Ok(answer.status())
    }
}
