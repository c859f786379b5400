//! A disk that is full: what is to be written is refused, and told so; reading goes on; and once there is room again, so does
//! writing. The disk is a small tmpfs, which takes the right to mount one: CI is root.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use kalends_harness::{Database, Server, Settings, event, skip};
use serde_json::json;

use crate::load::under_load;

/// A file system of some MiB, gone with this value.
struct Disk(PathBuf);

impl Disk {
    /// `None` where none can be mounted.
    fn new() -> Option<Self> {
        let dir = std::env::temp_dir().join(format!("kalends-disk-{}", std::process::id()));
        std::fs::create_dir_all(&dir).expect("a directory");
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", "size=24m", "tmpfs"]).arg(&dir).status();
        if mounted.is_ok_and(|status| status.success()) {
            return Some(Self(dir));
        }
        std::fs::remove_dir(&dir).ok();
        None
    }

    fn ballast(&self) -> PathBuf {
        self.0.join("ballast")
    }

    /// Takes all the room that is left.
    fn fill(&self) {
        let mut ballast = std::fs::OpenOptions::new().append(true).create(true).open(self.ballast()).expect("a file");
        while std::io::Write::write_all(&mut ballast, &[0; 4096]).is_ok() {}
    }

    fn make_room(&self) {
        std::fs::remove_file(self.ballast()).expect("the ballast goes");
    }

    fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let unmounted = Command::new("umount").arg("-l").arg(&self.0).status();
        if !unmounted.is_ok_and(|status| status.success()) {
            eprintln!("cannot unmount {}", self.0.display());
        }
        std::fs::remove_dir(&self.0).ok();
    }
}

#[test]
fn a_full_disk_refuses_writes_and_loses_nothing() {
    let Some(disk) = Disk::new() else { return skip("a full disk takes root, and the right to mount a tmpfs") };
    let database = Arc::new(Database::in_dir(disk.path()));
    let mut server = Server::start_on(database.clone(), Settings::new());
    let ana = server.register("ana@example.com").in_trouble();
    let calendar = ana.calendar("Work");
    let made = ana.event(event(&calendar, "Before", "2026-03-05T09:00:00Z"));
    let path = kalends_harness::path_of(&made);
    let seen = under_load(&ana, &calendar, 4, |load| {
        for _ in 0..3 {
            load.wait_for_more(20);
            disk.fill();
            kalends_harness::wait("writes to be refused", || {
                // What room is left inside the files is used up.
                disk.fill();
                ana.put(&path).json(json!({"description": "x".repeat(5_000)})).send().status == 503
            });
            for _ in 0..10 {
                ana.post("/calendars").json(json!({"name": "x"})).send().error(503, "INTERNAL");
                ana.get(&path).send().expect(200);
                ana.between("2026-03-05T00:00:00Z", "2026-03-06T00:00:00Z").items();
            }
            std::thread::sleep(Duration::from_millis(300));
            disk.make_room();
            load.wait_for_more(20);
        }
    });
    assert!(seen.refused > 0 && seen.wrong.is_empty(), "{} refused, {:?}", seen.refused, seen.wrong);
    seen.expect_all_there(&ana);
    assert_eq!(database.lines("select integrity_check as line from pragma_integrity_check"), ["ok"]);

    // Also one that dies on a full disk finds all again.
    disk.fill();
    server.kill();
    disk.make_room();
    server.restart();
    seen.expect_all_there(&ana.at(&server));
    ana.at(&server).event(event(&calendar, "After", "2026-03-05T09:00:00Z"));
    assert_eq!(database.lines("select integrity_check as line from pragma_integrity_check"), ["ok"]);
}
