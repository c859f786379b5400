//! Running the server: starting, stopping, being killed, and the commands beside `serve`.
#![allow(clippy::expect_used, reason = "a test that cannot go on panics")]

mod backup;
mod commands;
mod expand;
mod jobs;
mod metrics;
mod shutdown;
mod startup;
mod traces;
