//! Postgres passes the suite that every store must pass, and is found, lost and found again as it should.

// A test ends where its own ground gives way, and needs names that nobody else has.
#![allow(clippy::expect_used, clippy::disallowed_methods)]

use std::sync::Arc;

use kalends_ports::{Store, contract};
use kalends_store::{ConnectError, Options};
use tokio_postgres::NoTls;
use uuid::Uuid;

const VARIABLE: &str = "KALENDS_TEST_POSTGRES";

/// A database that is gone after the test.
struct Place {
    server: String,
    name: String,
}

fn server() -> String {
    std::env::var(VARIABLE).unwrap_or_else(|_| panic!("{VARIABLE} names no Postgres: run `cargo xtask test`"))
}

/// The same server, another database.
fn at(server: &str, database: &str) -> String {
    let (base, query) =
        server.split_once('?').map_or((server, String::new()), |(base, query)| (base, format!("?{query}")));
    let (host, _) = base.rsplit_once('/').expect("the address of a server ends in a database");
    format!("{host}/{database}{query}")
}

async fn execute(server: &str, sql: &str) {
    let (client, connection) = tokio_postgres::connect(server, NoTls).await.expect("the server of the tests answers");
    let driver = tokio::spawn(connection);
    client.batch_execute(sql).await.expect("the server of the tests obeys");
    drop(client);
    driver.await.expect("the connection ends").expect("the connection ends well");
}

impl Place {
    async fn new() -> Self {
        let (server, name) = (server(), format!("kalends_test_{}", Uuid::now_v7().simple()));
        execute(&server, &format!("create database {name}")).await;
        Self { server, name }
    }

    fn url(&self) -> String {
        at(&self.server, &self.name)
    }

    async fn open(&self) -> Arc<dyn Store> {
        kalends_store::connect(&self.url(), &Options::default()).await.expect("the store opens")
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let (server, name) = (self.server.clone(), self.name.clone());
        let dropping = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(execute(&server, &format!("drop database {name} with (force)")));
        });
        assert!(dropping.join().is_ok() || std::thread::panicking(), "the database of a test was not dropped");
    }
}

macro_rules! passes {
    ($($group:ident)+) => {$(
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $group() {
            let place = Place::new().await;
            contract::$group(place.open().await).await;
        }
    )+};
}

passes! {
    accounts credentials calendars memberships event_round_trip event_views event_uids event_changes windows window_pages search kinds_and_cases
    single_events courses
    contacts contact_uids contact_lists
    booking_links bookings booking_races atomicity concurrency trash answers settings
    jobs job_claims job_keys job_races
    integrations link_attempts links pairs sync_logs feeds
    fristen frist_lists frist_history
}

#[tokio::test]
async fn nodes_that_start_together_migrate_once_on_runtimes_of_one_thread() {
    let place = Place::new().await;
    let before = kalends_store::schema_status(&place.url()).await.unwrap();
    assert!(before.applied.is_empty() && !before.pending.is_empty());
    let url = place.url();
    let applied = futures_util::future::join_all((0..4).map(|_| kalends_store::migrate(&url))).await;
    let applied: Vec<usize> = applied.into_iter().map(|applied| applied.unwrap().len()).collect();
    assert_eq!(applied.iter().filter(|&&count| count > 0).count(), 1, "{applied:?}");
    let after = kalends_store::schema_status(&url).await.unwrap();
    assert_eq!((after.applied, after.pending, after.unknown), (before.pending, vec![], vec![]));
    assert!(after.engine.starts_with("PostgreSQL "), "{}", after.engine);
}

#[tokio::test]
async fn lost_connections_are_replaced() {
    let place = Place::new().await;
    let store = place.open().await;
    store.ping().await.unwrap();
    for _ in 0..3 {
        let kill = format!(
            "select pg_terminate_backend(pid) from pg_stat_activity where datname = '{}' and pid <> pg_backend_pid()",
            place.name
        );
        execute(&place.server, &kill).await;
        assert_eq!(store.find_setting("x").await.unwrap(), None, "a read is tried again on a new connection");
    }
}

#[tokio::test]
async fn a_server_that_refuses_is_not_waited_for() {
    let url = at(&server(), "there_is_no_such_database");
    let error = kalends_store::connect(&url, &Options::default()).await.err().expect("it does not open");
    assert!(matches!(error, ConnectError::Refused { .. }), "{error}");
    assert!(error.to_string().contains("there_is_no_such_database"), "{error}");
}

#[tokio::test]
async fn a_server_without_tls_is_refused_where_tls_is_asked_for() {
    let server = server();
    let separator = if server.contains('?') { '&' } else { '?' };
    let error = kalends_store::connect(&format!("{server}{separator}sslmode=require"), &Options::default()).await;
    let error = error.err().expect("it does not open");
    assert!(matches!(error, ConnectError::Refused { .. }), "{error}");
}

#[tokio::test]
async fn nobody_at_the_address_is_given_up_on_in_time() {
    let since = std::time::Instant::now();
    let url = "postgres://u:secret@127.0.0.1:1/none";
    let error = kalends_store::connect(url, &Options::default()).await.err().expect("it does not open");
    assert!(matches!(error, ConnectError::Unreachable { .. }), "{error}");
    assert!(error.to_string().contains("127.0.0.1:1/none") && !error.to_string().contains("secret"), "{error}");
    assert!(since.elapsed().as_secs() < 25);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_history_of_fristen_is_not_rewritten_unnoticed() {
    for (tampering, told) in contract::TAMPERINGS {
        let place = Place::new().await;
        let store = place.open().await;
        contract::stored_frist(&store).await;
        assert_eq!(contract::audited(&store, None).await.0, [], "as it was written it fits");
        let (client, connection) = tokio_postgres::connect(&place.url(), NoTls).await.expect("the server answers");
        let driver = tokio::spawn(connection);
        for refused in ["update frist_history set seq = 3", "delete from frist_history", "truncate frist_history"] {
            let refused = client.batch_execute(refused).await.unwrap_err();
            let refused = refused.as_db_error().map_or_else(String::new, |error| error.message().to_owned());
            assert!(refused.contains("never changed"), "{refused}");
        }
        let allow = "drop trigger frist_history_stays on frist_history";
        client.batch_execute(&format!("{allow}; {tampering}")).await.unwrap();
        drop(client);
        driver.await.unwrap().unwrap();
        let (findings, _) = contract::audited(&store, None).await;
        assert!(findings.iter().any(|finding| finding.what.contains(told)), "{tampering}: {findings:?}");
    }
}
