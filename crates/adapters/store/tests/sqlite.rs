//! SQLite passes the suite that every store must pass, and keeps its file as it should.

// A test ends where its own ground gives way, and needs names that nobody else has.
#![allow(clippy::expect_used, clippy::disallowed_methods)]

use std::path::PathBuf;
use std::sync::Arc;

use diesel::connection::SimpleConnection;
use diesel::{Connection, SqliteConnection};
use jiff::Timestamp;
use kalends_domain::event::Window;
use kalends_ports::{EventFilter, Store, StoreError, contract};
use kalends_store::{ConnectError, Options};
use uuid::Uuid;

/// A directory that is gone after the test.
struct Place(PathBuf);

impl Place {
    fn new() -> Self {
        Self(std::env::temp_dir().join(format!("kalends-store-{}", Uuid::now_v7())))
    }

    fn file(&self) -> PathBuf {
        self.0.join("deeper").join("kalends.db")
    }

    fn url(&self) -> String {
        format!("sqlite://{}", self.file().display())
    }

    async fn open(&self) -> Arc<dyn Store> {
        kalends_store::connect(&self.url(), &Options::default()).await.expect("the store opens")
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_dir_all(&self.0) {
            assert_eq!(error.kind(), std::io::ErrorKind::NotFound, "{error}");
        }
    }
}

macro_rules! passes {
    ($($group:ident)+) => {$(
        #[tokio::test]
        async fn $group() {
            let place = Place::new();
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
async fn the_file_is_made_with_its_directory_for_its_owner_alone() {
    let place = Place::new();
    let status = kalends_store::schema_status(&place.url()).await.unwrap();
    assert_eq!(status.applied, Vec::<String>::new());
    assert!(!status.pending.is_empty() && !place.0.exists(), "looking makes nothing");

    let store = place.open().await;
    store.ping().await.unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        for name in ["kalends.db", "kalends.db-wal", "kalends.db-shm"] {
            let mode = std::fs::metadata(place.file().with_file_name(name)).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600, "{name}");
        }
    }
    let after = kalends_store::schema_status(&place.url()).await.unwrap();
    assert_eq!((after.applied, after.pending), (status.pending, vec![]));
    assert!(after.engine.starts_with("SQLite 3."), "{}", after.engine);
    assert_eq!(kalends_store::migrate(&place.url()).await.unwrap(), Vec::<String>::new());
}

#[tokio::test]
async fn what_was_written_is_there_after_the_store_is_opened_again() {
    let place = Place::new();
    let key = "a setting";
    let change = kalends_ports::Change::InsertSetting { key: key.to_owned(), value: vec![1] };
    place.open().await.commit(kalends_ports::Changes::new().and(change)).await.unwrap();
    assert_eq!(place.open().await.find_setting(key).await.unwrap(), Some(vec![1]));
}

#[tokio::test]
async fn two_that_open_a_new_file_at_once_migrate_it_once() {
    let place = Place::new();
    let url = place.url();
    let applied = futures_util::future::join_all((0..8).map(|_| kalends_store::migrate(&url))).await;
    let applied: Vec<usize> = applied.into_iter().map(|applied| applied.unwrap().len()).collect();
    assert_eq!(applied.iter().filter(|&&count| count > 0).count(), 1, "{applied:?}");
}

#[tokio::test]
async fn a_file_that_is_no_database_is_said_to_be_none() {
    let place = Place::new();
    std::fs::create_dir_all(place.file().parent().unwrap()).unwrap();
    std::fs::write(place.file(), "this is a letter, not a database, and long enough to be looked at").unwrap();
    let error = kalends_store::connect(&place.url(), &Options::default()).await.err().expect("it does not open");
    assert!(matches!(error, ConnectError::File { .. }), "{error}");
    assert!(error.to_string().contains("kalends.db"), "{error}");
}

#[tokio::test]
async fn an_event_that_cannot_be_read_is_named() {
    let place = Place::new();
    let store = place.open().await;
    let event = contract::stored_event(&store).await;
    let filter = || EventFilter {
        calendars: vec![event.calendar],
        window: Window { from: Timestamp::MIN, to: Timestamp::MAX },
        recurring: false,
        text: None,
        tag: None,
        kinds: None,
        case: None,
        after: None,
        limit: 10,
    };
    assert_eq!(store.list_events(filter()).await.unwrap(), std::slice::from_ref(&event));
    let mut conn = SqliteConnection::establish(place.file().to_str().unwrap()).unwrap();
    for (doc, part) in [
        ("{}", "details"),
        ("", "EOF"),
        (
            r#"{"details":{"title":"A","start":"2026-03-02T10:00:00","length":{"days":1},"zone":"Mars/Olympus"}}"#,
            "Mars/Olympus",
        ),
    ] {
        conn.batch_execute(&format!("update events set doc = '{doc}'")).unwrap();
        for told in [
            store.find_event(event.id, event.created_by).await.map(drop).unwrap_err(),
            store.list_events(filter()).await.map(drop).unwrap_err(),
        ] {
            let StoreError::Broken(told) = told else { panic!("expected Broken: {told}") };
            assert!(told.contains(&event.id.to_string()) && told.contains(part), "{told}");
        }
    }
}

#[tokio::test]
async fn a_store_works_on_a_runtime_of_one_thread_that_is_dropped_with_calls_under_way() {
    let place = Place::new();
    let url = place.url();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let thread = std::thread::spawn(move || {
        let store = runtime.block_on(kalends_store::connect(&url, &Options::default())).expect("the store opens");
        runtime.spawn(async move { store.ping().await });
    });
    thread.join().unwrap();
}

#[tokio::test]
async fn the_history_of_fristen_is_not_rewritten_unnoticed() {
    for (tampering, told) in contract::TAMPERINGS {
        let place = Place::new();
        let store = place.open().await;
        contract::stored_frist(&store).await;
        assert_eq!(contract::audited(&store, None).await.0, [], "as it was written it fits");
        let mut conn = SqliteConnection::establish(place.file().to_str().unwrap()).unwrap();
        for refused in ["update frist_history set seq = 3", "delete from frist_history"] {
            let refused = conn.batch_execute(refused).unwrap_err().to_string();
            assert!(refused.contains("never changed"), "{refused}");
        }
        let allow = "drop trigger frist_history_is_not_changed; drop trigger frist_history_is_not_cut";
        conn.batch_execute(&format!("{allow}; {tampering}")).unwrap();
        let (findings, _) = contract::audited(&store, None).await;
        assert!(findings.iter().any(|finding| finding.what.contains(told)), "{tampering}: {findings:?}");
    }
}
