//! How much is read, and why a file is refused.

/// How much of a file is read before it is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Most bytes in the file.
    pub bytes: usize,
    /// Most components (VEVENT and all others, nested ones too).
    pub components: usize,
    /// Most components within each other.
    pub depth: usize,
    /// Most bytes in an unfolded line. A longer one is left out, with a warning.
    pub line: usize,
}

impl Default for Limits {
    /// 64 MiB, 200,000 components, 8 deep, lines of 256 KiB.
    fn default() -> Self {
        Self { bytes: 64 << 20, components: 200_000, depth: 8, line: 256 << 10 }
    }
}

/// Why a file is refused as a whole.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// It is larger than [`Limits::bytes`].
    #[error("is larger than {0} bytes")]
    TooLarge(usize),
    /// It has more than [`Limits::components`].
    #[error("line {line}: more than {most} components")]
    TooManyComponents {
        /// The line, counted from 1 as an editor counts.
        line: usize,
        /// How many there may be.
        most: usize,
    },
    /// Components stand within each other more than [`Limits::depth`] deep.
    #[error("line {line}: components nested more than {most} deep")]
    TooDeep {
        /// The line.
        line: usize,
        /// How deep they may be.
        most: usize,
    },
    /// It is no iCalendar file, or breaks off.
    #[error("line {line}: {message}")]
    Syntax {
        /// The line.
        line: usize,
        /// What is wrong there.
        message: String,
    },
}
