//! How the allocator of the system is told to keep less.

use std::ffi::OsStr;
use std::os::unix::process::CommandExt;
use std::process::Command;

/// What glibc reads when a program starts, and never again.
const ARENAS: &str = "MALLOC_ARENA_MAX";
/// So many heaps, however many threads there are: each keeps what its threads needed at most, and a large import goes
/// through many threads. Measured with 30,000 events: 115 to 126 MB, instead of up to 173.
const FEW: &str = "2";

/// Begins this program again, as the same process, with few heaps; whoever has set the number keeps it. Where that does not
/// work the program goes on as it is.
pub(crate) fn keep_little() {
    if std::env::var_os(ARENAS).is_some() {
        return;
    }
    let Ok(program) = std::env::current_exe() else { return };
    let mut arguments = std::env::args_os();
    let name = arguments.next().unwrap_or_else(|| OsStr::new("kalends").to_owned());
    // Comes back only when it fails.
    let failed = Command::new(program).arg0(name).args(arguments).env(ARENAS, FEW).exec();
    tracing::debug!(error = %failed, "the allocator could not be told to keep less");
}
