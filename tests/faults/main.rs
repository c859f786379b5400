//! What goes wrong around the server: a database that goes away, a disk that is full, a process that is killed, a clock
//! that is set back, nodes that come and go. Whatever was acknowledged stays, and what cannot be answered is told.
#![allow(clippy::expect_used, reason = "a test that cannot go on panics")]

mod clock;
mod crash;
mod disk;
mod load;
mod nodes;
mod pooler;
mod postgres;
mod replica;
