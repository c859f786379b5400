//! `kalends backup` and `kalends restore`: a copy of the SQLite store, with the key without which parts of it cannot be read.
//!
//! A copy is two files, `FILE` and `FILE.key`, named like a store and its key file: so it can be looked at where it lies, and
//! put back by hand too. Postgres has tools of its own, which do this better than we could.

use std::fs;
use std::path::Path;

use crate::database::{Database, key_file_of};
use crate::failure::Failure;
use crate::settings::Settings;
use crate::{keys, say};

pub(crate) async fn backup(settings: &Settings, file: &Path) -> Result<(), Failure> {
    let Database::Sqlite { path, .. } = &settings.database else {
        return Err(Failure::new(
            "`kalends backup` copies a SQLite file; on Postgres use its own tool, while the server runs: pg_dump \
             --format=custom --file=FILE DATABASE_URL. Keep ENCRYPTION_KEY too",
        ));
    };
    let keys = Keys::of(settings, path, file)?;
    let size = kalends_store::backup(path, file).await.map_err(Failure::new)?;
    keys.copy()?;
    say(format!("wrote {} ({} KiB)", file.display(), size.div_ceil(1024)))?;
    keys.tell()
}

pub(crate) async fn restore(settings: &Settings, file: &Path) -> Result<(), Failure> {
    let Database::Sqlite { path, .. } = &settings.database else {
        return Err(Failure::new(
            "`kalends restore` puts back a copy of a SQLite file; on Postgres use its own tool, on an empty database: \
             pg_restore --no-owner --exit-on-error --dbname=DATABASE_URL FILE",
        ));
    };
    let keys = Keys::of(settings, file, path)?;
    let size = kalends_store::restore(file, path).await.map_err(Failure::new)?;
    keys.copy()?;
    say(format!("restored {} ({} KiB)", path.display(), size.div_ceil(1024)))?;
    keys.tell()?;
    say("`kalends doctor` says whether all is there; `kalends serve` brings the schema up to date")
}

/// What happens to the key.
enum Keys {
    /// The settings hold it.
    Set,
    /// There is none: nothing was ever encrypted.
    None,
    /// Its text goes into this file.
    File { text: String, to: std::path::PathBuf },
}

impl Keys {
    /// Looks before anything is written.
    fn of(settings: &Settings, from: &Path, to: &Path) -> Result<Self, Failure> {
        if settings.encryption_key.is_some() {
            return Ok(Self::Set);
        }
        let (from, to) = (key_file_of(from), key_file_of(to));
        if !from.exists() {
            return Ok(Self::None);
        }
        // What is no key is not passed on as one.
        keys::key_from_file(&from).map_err(Failure::new)?;
        if to.exists() {
            return Err(Failure::new(format!("{} is there already, and nothing is written over", to.display())));
        }
        let text = fs::read_to_string(&from).map_err(|error| Failure::new(format!("{}: {error}", from.display())))?;
        Ok(Self::File { text, to })
    }

    fn copy(&self) -> Result<(), Failure> {
        let Self::File { text, to } = self else { return Ok(()) };
        let written = keys::write_key_file(to, text);
        written.map_err(|error| Failure::new(format!("the key cannot be written to {}: {error}", to.display())))
    }

    fn tell(&self) -> Result<(), Failure> {
        match self {
            Self::Set => say("keep ENCRYPTION_KEY too: the tokens of linked accounts cannot be read without it"),
            Self::None => say("there is no key file: nothing was encrypted yet, or it is lost; `kalends doctor` knows"),
            Self::File { to, .. } => say(format!("wrote {}: whoever has both files can read everything", to.display())),
        }
    }
}
