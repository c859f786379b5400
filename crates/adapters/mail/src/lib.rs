//! Sending mail over SMTP, or telling the log of it.
//!
//! - `server`: which mail server, as an operator names it.
//! - `message`: a mail as MIME, with the event in both of the forms that mail programs look for.
//! - `smtp`: handing it over, and telling what may go through later from what never will.
//! - `log`: where there is no mail server.
//!
//! No queue stands here, and nothing is tried twice: that is the caller's.
#![deny(missing_docs)]

mod log;
mod message;
mod server;
mod smtp;
#[cfg(test)]
mod testing;

pub use log::LogMailer;
pub use message::{InvalidSender, Sender};
pub use server::{InvalidServer, Server};
pub use smtp::SmtpMailer;
