//! Text from outside: bounded, and free of characters that no store or feed can carry.

/// Why a text was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// Nothing is left after trimming.
    #[error("must not be empty")]
    Empty,
    /// More characters (Unicode scalar values) than allowed.
    #[error("must be at most {0} characters long")]
    TooLong(usize),
    /// A control character; line breaks and tabs are allowed in multi-line text only.
    #[error("must not contain the control character U+{0:04X}")]
    Control(u32),
}

/// One line of 1 to `max` characters, trimmed.
///
/// ```
/// use kalends_domain::text::{line, TextError};
/// assert_eq!(line("  Standup ", 140).unwrap(), "Standup");
/// assert_eq!(line("a\nb", 140), Err(TextError::Control(10)));
/// assert_eq!(line("   ", 140), Err(TextError::Empty));
/// ```
pub fn line(text: &str, max: usize) -> Result<String, TextError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(TextError::Empty);
    }
    check(text, max, |_| false)?;
    Ok(text.to_owned())
}

/// Text of up to `max` characters that may hold line breaks and tabs; kept as it is.
pub fn block(text: &str, max: usize) -> Result<String, TextError> {
    check(text, max, |c| matches!(c, '\n' | '\r' | '\t'))?;
    Ok(text.to_owned())
}

fn check(text: &str, max: usize, allowed: impl Fn(char) -> bool) -> Result<(), TextError> {
    if let Some(c) = text.chars().find(|c| c.is_control() && !allowed(*c)) {
        return Err(TextError::Control(c.into()));
    }
    if text.chars().count() > max { Err(TextError::TooLong(max)) } else { Ok(()) }
}

/// The form in which texts are compared by a search: lower case by Unicode's rules, so that both
/// stores find the same.
pub fn fold(text: &str) -> String {
    text.to_lowercase()
}
