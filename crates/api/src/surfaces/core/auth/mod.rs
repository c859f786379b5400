//! Registering, signing in and out.

pub(crate) mod login;
pub(crate) mod logout;
pub(crate) mod me;
pub(crate) mod refresh;
pub(crate) mod register;

/// Most characters in a person's name.
pub(crate) const NAME_MAX: usize = 100;
