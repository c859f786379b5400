//! What every HTTP client of ours does alike.
//!
//! - `client`: whom to trust, and when to come again.
//! - `api`: calls of an API that an administrator named, each bounded in time and size, and no redirect followed: a token
//!   goes nowhere but where it was sent.
//! - `delivery`: requests that somebody else has written, for a collector of traces.
//! - `oauth`: the code flow with PKCE (RFC 6749, RFC 7636), through crate `oauth2`.
//! - `trace`: a call as a span of a trace, and the trace told to whom is called.
//!
//! No vendor's field names: those stand in the providers' own rooms.
#![deny(missing_docs)]

mod api;
mod client;
mod delivery;
mod oauth;
#[cfg(test)]
mod tests;
mod trace;

pub use api::{Answer, Api, Call};
pub use client::{ClientError, USER_AGENT, build, retry_after};
pub use delivery::{Delivery, DeliveryError};
pub use oauth::{OAuth, OAuthSettings};
pub use reqwest::Method;
