//! A fresh database per test: a file in a directory of its own, or a copy of a Postgres template that was migrated once.

use std::collections::hash_map::DefaultHasher;
use std::fs;
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::Text;
use diesel::sqlite::SqliteConnection;
use tokio_postgres::{NoTls, SimpleQueryMessage};

use crate::process;

/// Which of the two stores a test runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Store {
    /// A file.
    Sqlite,
    /// The Postgres that `KALENDS_TEST_POSTGRES` names.
    Postgres,
}

/// A database that exists as long as this value.
#[derive(Debug)]
pub struct Database {
    url: String,
    dir: PathBuf,
    postgres: Option<String>,
}

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

static COUNTER: AtomicU32 = AtomicU32::new(0);

impl Database {
    /// A database with the current schema, where the store can have one cheaply; else an empty one.
    pub fn fresh(store: Store) -> Self {
        match store {
            Store::Sqlite => Self::empty(store),
            Store::Postgres => Self::on_postgres(Some(template())),
        }
    }

    /// A database without any schema.
    pub fn empty(store: Store) -> Self {
        match store {
            Store::Sqlite => {
                let dir = fresh_dir();
                let url = format!("sqlite://{}", dir.join("kalends.db").display());
                Self { url, dir, postgres: None }
            }
            Store::Postgres => Self::on_postgres(None),
        }
    }

    fn on_postgres(template: Option<&str>) -> Self {
        let name = unique("kalends_test");
        let from = template.map_or(String::new(), |template| format!(" TEMPLATE {template}"));
        administer(&format!("CREATE DATABASE {name}{from}"));
        Self { url: with_database(&admin_url(), &name), dir: fresh_dir(), postgres: Some(name) }
    }

    /// One that somebody else keeps, and that this does not drop.
    pub fn at(url: &str) -> Self {
        Self { url: url.to_owned(), dir: fresh_dir(), postgres: None }
    }

    /// A SQLite file in a directory that somebody else keeps.
    pub fn in_dir(dir: &Path) -> Self {
        let url = format!("sqlite://{}", dir.join("kalends.db").display());
        Self { url, dir: fresh_dir(), postgres: None }
    }

    /// Asks the store itself, behind the server's back: of each row the one column, named `line`, which is text.
    #[track_caller]
    pub fn lines(&self, sql: &str) -> Vec<String> {
        let Some(path) = self.url.strip_prefix("sqlite://") else {
            return rows(&self.url, sql).unwrap_or_else(|cause| panic!("{sql}: {cause:?}"));
        };
        let mut conn = SqliteConnection::establish(path).expect("the file opens");
        conn.batch_execute("pragma busy_timeout = 5000").expect("a pragma is set");
        let lines = diesel::sql_query(sql).load::<Line>(&mut conn);
        lines.unwrap_or_else(|cause| panic!("{sql}: {cause:?}")).into_iter().map(|line| line.line).collect()
    }

    /// What `DATABASE_URL` is to be.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// A directory for whatever the server of this database writes: it runs there.
    pub fn dir(&self) -> &Path {
        &self.dir
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if let Some(name) = &self.postgres {
            let dropped = execute(&admin_url(), &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
            if let Err(cause) = dropped {
                eprintln!("cannot drop {name}: {cause}");
            }
        }
        if let Err(cause) = fs::remove_dir_all(&self.dir) {
            eprintln!("cannot remove {}: {cause}", self.dir.display());
        }
    }
}

/// The Postgres that tests may make databases in. Its absence is a failure, not a reason to pass.
pub(crate) fn admin_url() -> String {
    std::env::var("KALENDS_TEST_POSTGRES")
        .expect("this test needs a Postgres: run `cargo xtask test`, which finds or installs one, or set KALENDS_TEST_POSTGRES=postgres://…")
}

/// Runs SQL on a Postgres and answers with how many rows came back.
pub fn execute(url: &str, sql: &str) -> Result<usize, tokio_postgres::Error> {
    Ok(rows(url, sql)?.len())
}

/// Runs SQL on a Postgres and answers with the first column of each row, as text.
pub(crate) fn rows(url: &str, sql: &str) -> Result<Vec<String>, tokio_postgres::Error> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
        let connection = tokio::spawn(connection);
        let messages = client.simple_query(sql).await?;
        drop(client);
        connection.await.expect("the connection's task ends")?;
        let first = |message: &SimpleQueryMessage| match message {
            SimpleQueryMessage::Row(row) => Some(row.get(0).unwrap_or_default().to_owned()),
            _ => None,
        };
        Ok(messages.iter().filter_map(first).collect())
    })
}

/// Runs SQL on the server's own database, and panics if that fails.
#[track_caller]
fn administer(sql: &str) -> usize {
    execute(&admin_url(), sql).unwrap_or_else(|cause| panic!("{sql}: {cause:?}"))
}

/// The template's name. It is made once for a set of migrations, by the server's own `migrate`, and then kept.
fn template() -> &'static str {
    static TEMPLATE: OnceLock<String> = OnceLock::new();
    TEMPLATE.get_or_init(|| {
        let name = format!("kalends_template_{:016x}", hash_of_migrations());
        if administer(&format!("SELECT 1 FROM pg_database WHERE datname = '{name}'")) > 0 {
            return name;
        }
        let building = unique("kalends_building");
        administer(&format!("CREATE DATABASE {building}"));
        let url = with_database(&admin_url(), &building);
        process::run(&["migrate"], &[("DATABASE_URL", &url)], "").expect_success();
        let renamed = execute(&admin_url(), &format!("ALTER DATABASE {building} RENAME TO {name}"));
        if renamed.is_err() {
            // Another run of the tests has made it meanwhile.
            administer(&format!("DROP DATABASE {building} WITH (FORCE)"));
        }
        name
    })
}

fn hash_of_migrations() -> u64 {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../migrations/postgres");
    let mut files: Vec<PathBuf> = fs::read_dir(&root)
        .expect("migrations/postgres can be read")
        .map(|entry| entry.expect("an entry").path().join("up.sql"))
        .filter(|path| path.is_file())
        .collect();
    files.sort();
    let mut hasher = DefaultHasher::new();
    for file in files {
        fs::read(&file).expect("a migration can be read").hash(&mut hasher);
    }
    hasher.finish()
}

/// The same server, another database: the path of the URL is replaced, its parameters stay.
fn with_database(url: &str, name: &str) -> String {
    let (head, parameters) = url.split_once('?').map_or((url, None), |(head, rest)| (head, Some(rest)));
    let authority = head.find("://").map_or(0, |at| at + 3);
    let end = head[authority..].find('/').map_or(head.len(), |at| authority + at);
    let parameters = parameters.map_or(String::new(), |parameters| format!("?{parameters}"));
    format!("{}/{name}{parameters}", &head[..end])
}

fn fresh_dir() -> PathBuf {
    let dir = std::env::temp_dir().join(unique("kalends-test"));
    fs::create_dir_all(&dir).expect("a temporary directory can be made");
    dir
}

fn unique(prefix: &str) -> String {
    format!("{prefix}_{}_{}", std::process::id(), COUNTER.fetch_add(1, Ordering::Relaxed))
}

#[cfg(test)]
mod tests {
    use super::with_database;

    #[test]
    fn the_database_of_a_url_can_be_replaced() {
        for (url, expected) in [
            ("postgres://a@h:1/postgres", "postgres://a@h:1/x"),
            ("postgres://a:b@h", "postgres://a:b@h/x"),
            ("postgres://h/p?sslmode=disable", "postgres://h/x?sslmode=disable"),
        ] {
            assert_eq!(with_database(url, "x"), expected);
        }
    }
}
