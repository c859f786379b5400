//! Running the server: starting, stopping, being killed, and the commands beside `serve`.
#![allow(clippy::expect_used, reason = "a test that cannot go on panics")]

mod commands;
mod expand;
mod jobs;
mod shutdown;
mod startup;
