//! How a command ends when it does not end well.

use std::fmt;
use std::process::ExitCode;

use crate::settings::Invalid;

/// What went wrong, for the one who ran the command.
#[derive(Debug)]
pub(crate) struct Failure {
    message: String,
    code: u8,
}

impl Failure {
    /// It did not work.
    pub(crate) fn new(error: impl fmt::Display) -> Self {
        Self { message: error.to_string(), code: 1 }
    }

    /// What there is to say was said already.
    pub(crate) fn told() -> Self {
        Self::new("")
    }

    /// Tells it on standard error.
    pub(crate) fn tell(&self) -> ExitCode {
        if !self.message.is_empty() {
            eprintln!("kalends: {}", self.message);
        }
        ExitCode::from(self.code)
    }
}

/// As for an argument that is wrong.
impl From<Invalid> for Failure {
    fn from(invalid: Invalid) -> Self {
        Self { message: invalid.to_string(), code: 2 }
    }
}
