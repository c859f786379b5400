//! How the allocator is told to keep less.

use std::ffi::OsStr;
use std::os::unix::process::CommandExt;
use std::process::Command;

use mimalloc::MiMalloc;

#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// What it reads when a program starts, and never again: for how many milliseconds it keeps what is free, a second
/// if nobody says.
const DELAY: &str = "MIMALLOC_PURGE_DELAY";
/// Free memory goes back at once. Measured after the start: 47 MB instead of 75, and no list was slower.
const NONE: &str = "0";

/// Begins this program again, as the same process, without the delay; whoever has set one keeps it. Where that does not
/// work the program goes on as it is.
pub(crate) fn keep_little() {
    if std::env::var_os(DELAY).is_some() {
        return;
    }
    let Ok(program) = std::env::current_exe() else { return };
    let mut arguments = std::env::args_os();
    let name = arguments.next().unwrap_or_else(|| OsStr::new("kalends").to_owned());
    // Comes back only when it fails.
    let failed = Command::new(program).arg0(name).args(arguments).env(DELAY, NONE).exec();
    tracing::debug!(error = %failed, "the allocator could not be told to keep less");
}
