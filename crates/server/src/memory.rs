//! How the allocator of the system is told to keep less.

use std::ffi::OsStr;
use std::os::unix::process::CommandExt;
use std::process::Command;

/// What glibc reads when a program starts, and never again.
const TOLD: [(&str, &str); 2] = [
    // So many heaps, however many threads there are: each keeps what its threads needed at most, and a large import goes
    // through many threads. Measured with 30,000 events: 115 to 126 MB, instead of up to 173.
    ("MALLOC_ARENA_MAX", "2"),
    // From so many bytes on a block is the system's, and goes back to it. By itself glibc raises that to what was given
    // back last, and then keeps the 19 MiB of every password that it hashed. Measured with 1,000 sign-ins at once: 97 MB,
    // instead of 578.
    ("MALLOC_MMAP_THRESHOLD_", "1048576"),
];

/// Begins this program again, as the same process, with these; whoever has set one of them keeps it. Where that does not
/// work the program goes on as it is.
pub(crate) fn keep_little() {
    let missing = || TOLD.into_iter().filter(|(name, _)| std::env::var_os(name).is_none());
    if missing().next().is_none() {
        return;
    }
    let Ok(program) = std::env::current_exe() else { return };
    let mut arguments = std::env::args_os();
    let name = arguments.next().unwrap_or_else(|| OsStr::new("kalends").to_owned());
    // Comes back only when it fails.
    let failed = Command::new(program).arg0(name).args(arguments).envs(missing()).exec();
    tracing::debug!(error = %failed, "the allocator could not be told to keep less");
}
