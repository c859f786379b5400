//! Where the store is, how it is connected to, and how to speak of it without its password.

use std::fmt;
use std::path::{Path, PathBuf};

use kalends_store::{Options, PoolMode};

use crate::cli::{RawSettings, defaults};
use crate::settings::{Reader, expected};

/// The store that `DATABASE_URL` names.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Database {
    /// A file.
    Sqlite { url: String, path: PathBuf },
    /// A server.
    Postgres { url: String },
}

impl Database {
    /// Reads `sqlite://PATH` or `postgres://…`.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let wrong = || "expected sqlite://PATH or postgres://USER:PASSWORD@HOST:PORT/NAME".to_owned();
        match text.split_once("://") {
            Some(("sqlite", path)) if !path.is_empty() && !path.starts_with(':') && !path.ends_with('/') => {
                Ok(Self::Sqlite { url: text.to_owned(), path: PathBuf::from(path) })
            }
            Some(("postgres" | "postgresql", rest)) if !rest.is_empty() => Ok(Self::Postgres { url: text.to_owned() }),
            _ => Err(wrong()),
        }
    }

    /// The URL as it was given, secrets and all.
    pub(crate) fn url(&self) -> &str {
        match self {
            Self::Sqlite { url, .. } | Self::Postgres { url } => url,
        }
    }

    /// The file that holds the key of what is encrypted at rest, when none was given: beside the store.
    pub(crate) fn key_file(&self) -> Option<PathBuf> {
        match self {
            Self::Sqlite { path, .. } => Some(key_file_of(path)),
            Self::Postgres { .. } => None,
        }
    }

    /// The file that the store is.
    pub(crate) fn path(&self) -> Option<&Path> {
        match self {
            Self::Sqlite { path, .. } => Some(path),
            Self::Postgres { .. } => None,
        }
    }

    /// The directory that the store is in.
    pub(crate) fn directory(&self) -> Option<&Path> {
        match self {
            Self::Sqlite { path, .. } => {
                let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
                Some(parent.unwrap_or(Path::new(".")))
            }
            Self::Postgres { .. } => None,
        }
    }

    /// What to look at when it does not answer.
    pub(crate) fn what_to_check(&self) -> &'static str {
        match self {
            Self::Sqlite { .. } => {
                "check that DATABASE_URL names a file in a directory that this user may write to, and that the disk is \
                 neither full nor read-only"
            }
            Self::Postgres { .. } => {
                "check that Postgres runs and accepts connections at that address, and the user, password and \
                 database name in DATABASE_URL"
            }
        }
    }
}

/// The key file beside a store's file, or beside a copy of one.
pub(crate) fn key_file_of(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".key");
    path.with_file_name(name)
}

/// Without the password.
impl fmt::Display for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite { url, .. } => f.write_str(url),
            Self::Postgres { url } => f.write_str(&without_password(url)),
        }
    }
}

impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Database({self})")
    }
}

/// How the store is connected to. Only a Postgres has a pooler, or a replica.
pub(crate) fn store_options(reader: &mut Reader, raw: &RawSettings, database: Option<&Database>) -> Option<Options> {
    let on_postgres = !matches!(database, Some(Database::Sqlite { .. }));
    let alone = |text: &str| {
        if on_postgres { Ok(text.to_owned()) } else { Err("is for a DATABASE_URL of Postgres".to_owned()) }
    };
    let pool_mode =
        reader.needed("DATABASE_POOL_MODE", &raw.database_pool_mode, defaults::DATABASE_POOL_MODE, |text| match text {
            "session" => Ok(PoolMode::Session),
            "transaction" => alone(text).map(|_| PoolMode::Transaction),
            _ => Err(expected("session or transaction", text)),
        });
    let replica =
        reader.optional("DATABASE_READ_URL", raw.database_read_url.as_deref(), |text| match Database::parse(text) {
            Ok(Database::Postgres { .. }) => alone(text),
            _ => Err("expected postgres://USER:PASSWORD@HOST:PORT/NAME".to_owned()),
        });
    Some(Options { pool_mode: pool_mode?, replica, ..Options::default() })
}

/// User, host, port and database of a URL. One that could be read in two ways is not shown at all.
fn without_password(url: &str) -> String {
    let opaque = || "postgres://…".to_owned();
    let Some((_, rest)) = url.split_once("://") else { return opaque() };
    let (authority, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    if path.contains('@') {
        return opaque();
    }
    let name = path.split(['?', '#']).next().unwrap_or_default();
    match authority.rsplit_once('@') {
        Some((user, host)) => {
            let user = user.split(':').next().unwrap_or_default();
            format!("postgres://{user}@{host}{name}")
        }
        None => format!("postgres://{authority}{name}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Settings;

    #[test]
    fn stores() {
        for (text, path) in [("sqlite://data/kalends.db", "data/kalends.db"), ("sqlite:///var/k.db", "/var/k.db")] {
            assert_eq!(Database::parse(text), Ok(Database::Sqlite { url: text.to_owned(), path: path.into() }));
        }
        assert!(matches!(Database::parse("postgres://u@h/d"), Ok(Database::Postgres { .. })));
        assert!(matches!(Database::parse("postgresql:///d"), Ok(Database::Postgres { .. })));
        for text in
            ["", "data/kalends.db", "sqlite://", "sqlite://:memory:", "sqlite://data/", "mysql://h/d", "postgres://"]
        {
            assert!(Database::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_password_is_never_shown() {
        for (url, shown) in [
            ("postgres://u:hush@h:5432/d", "postgres://u@h:5432/d"),
            ("postgresql://u:hush@h/d?sslmode=require", "postgres://u@h/d"),
            ("postgres://u:hu@hush@h/d", "postgres://u@h/d"),
            ("postgres://h/d?password=hush", "postgres://h/d"),
            ("postgres:///d?host=/run/postgresql", "postgres:///d"),
            ("postgres://u:hush/hush@h/d", "postgres://…"),
            ("postgres://u:hush?hush@h/d", "postgres://…"),
            ("postgres://h/d?password=hush@hush", "postgres://…"),
            ("postgres://u:a@b/hush@h/d", "postgres://…"),
        ] {
            let database = Database::parse(url).unwrap();
            assert_eq!((database.to_string().as_str(), database.url()), (shown, url));
            assert!(!format!("{database:?}").contains("hush"));
        }
    }

    #[test]
    fn a_pooler_and_a_replica_are_of_postgres() {
        let set = |url: &str| {
            Settings::parse(&RawSettings {
                database_url: url.to_owned(),
                database_pool_mode: "transaction".to_owned(),
                database_read_url: Some("postgres://r/d".to_owned()),
                ..RawSettings::default()
            })
        };
        let store = set("postgres://h/d").unwrap().store;
        assert_eq!((store.pool_mode, store.replica.as_deref()), (PoolMode::Transaction, Some("postgres://r/d")));
        let wrong = set("sqlite://kalends.db").unwrap_err().0;
        let named: Vec<_> = wrong.iter().map(|wrong| wrong.setting).collect();
        assert_eq!(named, ["DATABASE_POOL_MODE", "DATABASE_READ_URL"]);
    }

    #[test]
    fn the_key_lies_beside_the_store() {
        let beside = |url: &str| Database::parse(url).unwrap().key_file();
        assert_eq!(beside("sqlite://data/kalends.db"), Some("data/kalends.db.key".into()));
        assert_eq!(beside("sqlite://kalends"), Some("kalends.key".into()));
        assert_eq!(beside("postgres://h/d"), None);
    }

    #[test]
    fn a_bare_name_is_in_this_directory() {
        assert_eq!(Database::parse("sqlite://k.db").unwrap().directory(), Some(Path::new(".")));
    }
}
