//! Who may do what, and what those try who may not.
#![allow(clippy::expect_used, clippy::needless_pass_by_value, reason = "a test that cannot go on panics")]

mod crowds;
mod document;
mod forged;
mod guessing;
mod matrix;
mod outbound;
mod schemathesis;
mod shapes;
mod texts;
mod tokens;
