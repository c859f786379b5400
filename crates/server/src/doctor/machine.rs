//! What is checked of the machine: how much room there is, and what time it thinks it is.

use std::fs;
use std::path::Path;
use std::time::SystemTime;

use jiff::{SignedDuration, Timestamp};
use kalends_store::SchemaStatus;

use super::Check;
use crate::database::Database;
use crate::keys;

const MIB: u64 = 1 << 20;
/// With less room than this the next writes fail.
const ROOM_MIN: u64 = 64 * MIB;
/// With less than this it is time to make some.
const ROOM_GOOD: u64 = 1024 * MIB;
/// Clocks that are further apart show in what people see: times of changes, leases of jobs, tokens that are not good yet.
const APART_MAX: SignedDuration = SignedDuration::from_secs(5);

/// Whether the store's directory has room for it to grow, and for a copy.
pub(super) fn room(database: &Database) -> Option<Check> {
    let directory = database.directory().filter(|directory| directory.exists())?;
    let size = database.path().and_then(|path| fs::metadata(path).ok()).map_or(0, |it| it.len());
    let what = "disk";
    Some(match rustix::fs::statvfs(directory) {
        Ok(disk) => {
            // A file system without a number of files counts none.
            let files = (disk.f_files > 0).then_some(disk.f_favail);
            judged(disk.f_bavail.saturating_mul(disk.f_frsize), files, size)
        }
        Err(error) => Check::warn(what, format!("the room is not known: {error}"), "look at it with df"),
    })
}

fn judged(free: u64, files: Option<u64>, size: u64) -> Check {
    let what = "disk";
    let told = format!("{} MiB are free, and the store has {} MiB", free / MIB, size.div_ceil(MIB));
    let mend = "make room, or move the store to a larger disk (`kalends backup`, then `kalends restore` there)";
    if files.is_some_and(|files| files < 16) {
        return Check::fail(what, "hardly any file can be made there", "remove files; df -i counts them");
    }
    match free {
        free if free < ROOM_MIN => Check::fail(what, told, mend),
        free if free < ROOM_GOOD.max(size) => Check::warn(what, told, mend),
        _ => Check::ok(what, told),
    }
}

/// Whether others than the store's owner can read it.
pub(super) fn privacy(database: &Database) -> Option<Check> {
    let path = database.path()?;
    let mode = keys::open_to_others(path)?;
    let message = format!("{} can be read by other users, mode {mode:03o}", path.display());
    Some(Check::warn("store", message, format!("chmod 600 {}", path.display())))
}

/// Whether this machine's clock agrees with the database's, or at least has passed the store's last change.
pub(super) fn clock(database: &Database, status: &SchemaStatus, now: Timestamp) -> Option<Check> {
    if let Some(theirs) = status.clock {
        return Some(compared(now, theirs));
    }
    let path = database.path()?;
    let written = |path: &Path| fs::metadata(path).and_then(|it| it.modified()).ok();
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    let last = written(path).into_iter().chain(written(log.as_ref())).max()?;
    Some(passed(now, last))
}

fn compared(ours: Timestamp, theirs: Timestamp) -> Check {
    let apart = ours.duration_since(theirs);
    if apart.abs() <= APART_MAX {
        return Check::ok("clock", "this machine's and the database's agree");
    }
    let side = if apart.is_positive() { "ahead of" } else { "behind" };
    let message = format!("this machine's is {} s {side} the database's", apart.abs().as_secs());
    Check::warn("clock", message, "let NTP set both (timedatectl set-ntp true)")
}

fn passed(now: Timestamp, last: SystemTime) -> Check {
    let Ok(last) = Timestamp::try_from(last) else {
        return Check::warn("clock", "the store's last change has no time", "look at the file's time with ls -l");
    };
    let ahead = last.duration_since(now);
    if ahead <= APART_MAX {
        return Check::ok("clock", format!("{now:.0}"));
    }
    let message = format!("it says {now:.0}, and the store was changed {} s later than that", ahead.as_secs());
    Check::warn("clock", message, "let NTP set it (timedatectl set-ntp true)")
}

#[cfg(test)]
mod tests {
    use super::super::State;
    use super::*;

    #[test]
    fn room_for_the_store_and_a_copy() {
        for (free, files, size, state) in [
            (4_000, Some(100_000), 10, State::Ok),
            (4_000, None, 10, State::Ok),
            (4_000, Some(3), 10, State::Fail),
            (4_000, None, 5_000, State::Warn),
            (500, None, 10, State::Warn),
            (20, None, 10, State::Fail),
        ] {
            let told = judged(free * MIB, files, size * MIB);
            assert_eq!(told.state, state, "{told}");
        }
    }

    #[test]
    fn the_room_of_a_real_directory_is_told() {
        let database = Database::parse("sqlite:///tmp/kalends-doctor.db").unwrap();
        assert!(room(&database).unwrap().message.contains("MiB are free"));
        assert_eq!(room(&Database::parse("sqlite:///absent/k.db").unwrap()), None);
        assert_eq!(room(&Database::parse("postgres://h/d").unwrap()), None);
    }

    #[test]
    fn clocks() {
        let now: Timestamp = "2026-03-01T12:00:00Z".parse().unwrap();
        let after = |seconds| now + SignedDuration::from_secs(seconds);
        assert_eq!(compared(now, after(4)).state, State::Ok);
        let behind = compared(now, after(60)).to_string();
        assert!(behind.contains("60 s behind the database's"), "{behind}");
        assert!(compared(now, after(-60)).to_string().contains("ahead of"));
        assert_eq!(passed(now, SystemTime::from(after(-60))).state, State::Ok);
        let back = passed(now, SystemTime::from(after(60))).to_string();
        assert!(back.starts_with("warn") && back.contains("2026-03-01T12:00:00Z"), "{back}");
    }
}
