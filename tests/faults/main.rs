//! What goes wrong around the server. Whatever was acknowledged stays, and what cannot be answered is told.
#![allow(clippy::expect_used, reason = "a test that cannot go on panics")]

mod load;
mod postgres;
