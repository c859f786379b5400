//! Fetching what a stranger's URL names, and never from a private network.
//!
//! Whoever may name a URL would else make this server ask what only it can reach: a router's pages, a cloud's metadata,
//! a database. So two questions are asked before a byte is sent, and again at each redirect:
//!
//! - `target`: may this URL be fetched at all? Its scheme, its port, its host where that is an address.
//! - `address`: is each address that its host's name resolves to a public one? That is asked as the connection is made,
//!   so that a name cannot mean one address when it is checked and another when it is used.
//!
//! [`AllowedHosts`] are what an administrator exempts. `client` does the rest, and bounds it: time, bytes, redirects.
#![deny(missing_docs)]

mod address;
mod allowed;
mod client;
mod target;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;

pub use allowed::{AllowedHosts, InvalidAllowedHosts};
pub use client::Client;
pub use kalends_http::ClientError;
