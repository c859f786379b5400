//! Whole stories, as people would live them, across more than one part of the server.
#![allow(clippy::expect_used, reason = "a test that cannot go on panics")]

mod across;
mod lecture;
