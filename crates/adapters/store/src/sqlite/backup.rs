//! Copies of the file: taken while it is in use, checked, and put back.

use std::ffi::OsString;
use std::fmt::Display;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use diesel::prelude::*;
use diesel::sql_types::Text;

use super::file;
use crate::ConnectError;
use crate::error::short;

diesel::table! {
    pragma_quick_check (quick_check) {
        quick_check -> Text,
    }
}

/// Takes a copy. `VACUUM INTO` reads in one transaction, so it sees one moment of the store, and writes a file without the
/// room that deleted rows leave.
pub(super) fn take(from: &Path, to: &Path) -> Result<u64, ConnectError> {
    there(from, to)?;
    place(to, |draft| {
        let name = draft.to_str().ok_or_else(|| failed(to, "its name is not UTF-8"))?;
        let into = diesel::sql_query("vacuum into ?").bind::<Text, _>(name);
        into.execute(&mut file::open(from)?).map_err(|error| failed(to, error))?;
        check(draft, to)
    })
}

/// Puts a copy back.
pub(super) fn put_back(from: &Path, to: &Path) -> Result<u64, ConnectError> {
    there(from, to)?;
    // They would be taken for the newest changes of the file that is put beside them.
    for beside in ["-wal", "-shm"] {
        vacant(&with(to, beside))?;
    }
    place(to, |draft| {
        fs::copy(from, draft).map_err(|error| failed(to, error))?;
        check(draft, to)?;
        let status = file::status(draft)?;
        if status.applied.is_empty() || !status.unknown.is_empty() {
            let what = if status.applied.is_empty() { "no store of Kalends" } else { "of a later version of Kalends" };
            return Err(failed(to, format!("{} is {what}", from.display())));
        }
        Ok(())
    })
}

fn there(from: &Path, to: &Path) -> Result<(), ConnectError> {
    match from.try_exists() {
        Ok(true) => vacant(to),
        Ok(false) => Err(failed(to, format!("{} is not there", from.display()))),
        Err(error) => Err(failed(to, format!("{}: {error}", from.display()))),
    }
}

fn vacant(path: &Path) -> Result<(), ConnectError> {
    match path.try_exists() {
        Ok(false) => Ok(()),
        Ok(true) => Err(failed(path, "it is there already, and nothing is written over")),
        Err(error) => Err(failed(path, error)),
    }
}

/// The copy gets its name when it is whole, good, and on the disk; until then it has another, for its owner's eyes only.
fn place(to: &Path, make: impl FnOnce(&Path) -> Result<(), ConnectError>) -> Result<u64, ConnectError> {
    let whole = std::path::absolute(to).map_err(|error| failed(to, error))?;
    let draft = with(&whole, &format!(".part-{}", std::process::id()));
    vacant(&draft)?;
    let outcome = file::create(&draft).map_err(|error| failed(to, error)).and_then(|()| {
        make(&draft)?;
        finish(&draft, &whole).map_err(|error| failed(to, error))
    });
    if outcome.is_err() {
        // What is left of it is of no use. It may never have been there.
        for end in ["", "-wal", "-shm"] {
            drop(fs::remove_file(with(&draft, end)));
        }
    }
    outcome
}

fn finish(draft: &Path, whole: &Path) -> io::Result<u64> {
    let file = File::open(draft)?;
    file.sync_all()?;
    fs::rename(draft, whole)?;
    if let Some(directory) = whole.parent() {
        File::open(directory)?.sync_all()?;
    }
    Ok(file.metadata()?.len())
}

/// SQLite's own look at each page. Closing the connection leaves one file.
fn check(draft: &Path, to: &Path) -> Result<(), ConnectError> {
    let told = pragma_quick_check::table.select(pragma_quick_check::quick_check);
    let told = told.first::<String>(&mut file::open(draft)?).map_err(|error| failed(to, error))?;
    if told == "ok" { Ok(()) } else { Err(failed(to, format!("what was copied is damaged: {told}"))) }
}

fn with(path: &Path, end: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(end);
    name.into()
}

fn failed(to: &Path, reason: impl Display) -> ConnectError {
    ConnectError::Copy { path: to.display().to_string(), reason: short(&reason.to_string()) }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use diesel::connection::SimpleConnection;

    use super::super::testing::Place;
    use super::*;

    impl Place {
        fn path(&self, name: &str) -> PathBuf {
            self.0.join(name)
        }

        fn store(&self) -> PathBuf {
            let path = self.path("kalends.db");
            let mut conn = file::open(&path).unwrap();
            file::migrate_on(&mut conn, &path).unwrap();
            conn.batch_execute("insert into settings (key, value) values ('a', x'00')").unwrap();
            path
        }

        fn names(&self) -> Vec<String> {
            let mut names: Vec<_> =
                fs::read_dir(&self.0).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
            names.sort();
            names
        }
    }

    #[test]
    fn a_copy_is_one_private_file_and_comes_back() {
        let place = Place::new();
        let store = place.store();
        let (copy, back) = (place.path("copy"), place.path("new/back.db"));
        let size = take(&store, &copy).unwrap();
        assert_eq!(fs::metadata(&copy).unwrap().len(), size);
        assert_eq!(fs::metadata(&copy).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(place.names(), ["copy", "kalends.db"]);
        put_back(&copy, &back).unwrap();
        assert_eq!(file::status(&back).unwrap(), file::status(&store).unwrap());
    }

    #[test]
    fn nothing_is_written_over() {
        let place = Place::new();
        let store = place.store();
        let (copy, back) = (place.path("copy"), place.path("back.db"));
        fs::write(&copy, "mine").unwrap();
        assert!(take(&store, &copy).unwrap_err().to_string().contains("already"));
        assert_eq!(fs::read(&copy).unwrap(), b"mine");
        fs::remove_file(&copy).unwrap();
        take(&store, &copy).unwrap();
        fs::write(place.path("back.db-wal"), "of another file").unwrap();
        assert!(put_back(&copy, &back).unwrap_err().to_string().contains("back.db-wal"));
        assert!(!back.exists());
    }

    #[test]
    fn what_is_no_good_copy_is_refused_and_leaves_nothing() {
        let place = Place::new();
        let store = place.store();
        let (copy, back) = (place.path("copy"), place.path("back.db"));
        assert!(put_back(&copy, &back).unwrap_err().to_string().contains("is not there"));
        take(&store, &copy).unwrap();
        let mut bytes = fs::read(&copy).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle..].iter_mut().for_each(|byte| *byte ^= 0x5a);
        for bad in [&b"not a database at all"[..], bytes.as_slice(), b"".as_slice()] {
            fs::write(&copy, bad).unwrap();
            put_back(&copy, &back).unwrap_err();
            assert_eq!(place.names(), ["copy", "kalends.db"], "{} bytes", bad.len());
        }
        let later =
            file::open(&store).unwrap().batch_execute("insert into __diesel_schema_migrations (version) values ('99')");
        later.unwrap();
        fs::remove_file(&copy).unwrap();
        take(&store, &copy).unwrap();
        assert!(put_back(&copy, &back).unwrap_err().to_string().contains("later version"));
    }
}
