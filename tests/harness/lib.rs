//! Starts the server as people run it, each time on a fresh database, and speaks HTTP to it.
//!
//! A test is written once, named in its file's list, and runs on both stores:
//!
//! ```ignore
//! both_stores![a_calendar_can_be_made];
//!
//! fn a_calendar_can_be_made(server: &mut Server) {
//!     let ana = server.register("ana@example.com");
//!     let made = ana.post("/calendars").json(json!({"name": "Work"})).send().expect(201);
//!     assert_eq!(made["calendar"]["role"], "owner");
//! }
//! ```
//!
//! Whatever a test asks, every answer is checked for what holds everywhere: it carries `X-Request-Id`,
//! it is no 5xx, and what is not 2xx is an error envelope.
#![allow(
    clippy::expect_used,
    clippy::missing_panics_doc,
    clippy::needless_pass_by_value,
    clippy::return_self_not_must_use,
    reason = "a test that cannot go on panics, and reads best without ceremony"
)]

mod answer;
mod caller;
mod cluster;
mod collector;
mod database;
mod form;
pub mod garbage;
pub mod hosts;
pub mod ics;
mod listener;
mod people;
mod process;
pub mod providers;
mod proxy;
pub mod raw;
mod server;
mod skip;
mod smtp;
mod web;

pub use answer::Answer;
pub use caller::{Caller, Request};
pub use cluster::{Bouncer, Cluster};
pub use collector::{Collector, Span};
pub use database::{Database, Store, execute};
pub use form::Form;
pub use people::{PASSWORD, User, event, path_of};
pub use process::{Finished, Worker, run};
pub use proxy::Proxy;
pub use server::{Server, Settings};
pub use skip::skip;
pub use smtp::{Mail, Smtp, wait};
pub use web::{Page, Web};

/// Makes of each function two tests, `name::on_sqlite` and `name::on_postgres`, each with a server of its own.
#[macro_export]
macro_rules! both_stores {
    ($($name:ident),+ $(,)?) => {$(
        mod $name {
            #[test]
            fn on_sqlite() {
                super::$name(&mut $crate::Server::start($crate::Store::Sqlite));
            }

            #[test]
            fn on_postgres() {
                super::$name(&mut $crate::Server::start($crate::Store::Postgres));
            }
        }
    )+};
}

/// Like [`both_stores!`] for what needs its own settings: the function takes the store and starts the server itself.
#[macro_export]
macro_rules! each_store {
    ($($name:ident),+ $(,)?) => {$(
        mod $name {
            #[test]
            fn on_sqlite() {
                super::$name($crate::Store::Sqlite);
            }

            #[test]
            fn on_postgres() {
                super::$name($crate::Store::Postgres);
            }
        }
    )+};
}
