//! The fakes of Google and Microsoft, held against what those document: what this server is tested with must be like what
//! it will meet.
#![allow(clippy::expect_used, clippy::needless_pass_by_value, reason = "a test that cannot go on panics")]

mod google;
mod graph;
mod http;
mod oauth;
