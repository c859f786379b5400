//! Ceilings: what a server of the same framework does that answers a constant, and what the stores do by themselves.

use std::net::TcpListener;
use std::path::PathBuf;
use std::process::Command;
use std::thread;
use std::time::Instant;

use actix_web::web::Bytes;
use actix_web::{App, HttpResponse, HttpServer, web};
use diesel::prelude::*;
use diesel::sqlite::SqliteConnection;
use kalends_harness::{Database, Store};

use crate::load::{CONNECTIONS, ROUND, THREADS};

/// Serves the bodies at `/0`, `/1`, … until the process ends, with as many threads as the product; answers its base address.
pub(crate) fn serve(bodies: Vec<Vec<u8>>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let base = format!("http://{}", listener.local_addr().expect("an address"));
    let bodies: Vec<Bytes> = bodies.into_iter().map(Bytes::from).collect();
    thread::spawn(move || {
        let server = HttpServer::new(move || {
            let bodies = bodies.clone();
            let answer = move |index: web::Path<usize>| {
                let body = bodies[index.into_inner()].clone();
                async move { HttpResponse::Ok().content_type("application/json").body(body) }
            };
            App::new().route("/{index}", web::get().to(answer))
        });
        let workers = thread::available_parallelism().expect("the system tells").get();
        let server = server.workers(workers).listen(listener).expect("the listener is good").run();
        tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime").block_on(server)
    });
    base
}

/// `pgbench` on the Postgres of the run, with as many connections as our own load.
pub(crate) struct Pgbench {
    program: PathBuf,
    database: Database,
}

impl Pgbench {
    /// Where `PGBENCH` says, or else in the `PATH`.
    pub(crate) fn prepare() -> Self {
        let program = std::env::var_os("PGBENCH").map_or_else(|| "pgbench".into(), PathBuf::from);
        let this = Self { program, database: Database::empty(Store::Postgres) };
        this.run(&["--initialize", "--quiet", "--scale=10"]);
        this
    }

    /// Transactions a second of a script of its own, over one round.
    pub(crate) fn rate(&self, script: &str) -> f64 {
        let (clients, threads) = (format!("--client={CONNECTIONS}"), format!("--jobs={THREADS}"));
        let time = format!("--time={}", ROUND.as_secs());
        let said = self.run(&[script, "--no-vacuum", "--protocol=prepared", &clients, &threads, &time]);
        let line = said.lines().find_map(|line| line.strip_prefix("tps = ")).expect("pgbench tells");
        line.split(' ').next().and_then(|number| number.parse().ok()).expect("a number")
    }

    fn run(&self, arguments: &[&str]) -> String {
        let output = Command::new(&self.program).args(arguments).arg(self.database.url()).output();
        let output = output.unwrap_or_else(|error| panic!("{} cannot be run: {error}", self.program.display()));
        assert!(output.status.success(), "pgbench: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("pgbench prints text")
    }
}

diesel::table! {
    events (id) {
        id -> Binary,
        doc -> Text,
    }
}

/// Rows of a SQLite file read by their ids, a second, over one round: by as many threads as make our own load, each with a
/// connection and a prepared statement.
pub(crate) fn sqlite(database: &Database, ids: &[uuid::Uuid]) -> f64 {
    let path = database.url().trim_start_matches("sqlite://");
    let begun = Instant::now();
    let read = || {
        let mut conn = SqliteConnection::establish(path).expect("the file opens");
        let mut rows = 0;
        for id in ids.iter().cycle().take_while(|_| begun.elapsed() < ROUND) {
            let row = events::table.find(&id.as_bytes()[..]).select(events::doc).get_result::<String>(&mut conn);
            rows += u32::from(!row.expect("the row is there").is_empty());
        }
        rows
    };
    let rows: u32 = thread::scope(|scope| {
        let threads: Vec<_> = (0..THREADS).map(|_| scope.spawn(read)).collect();
        threads.into_iter().map(|thread| thread.join().expect("no read fails")).sum()
    });
    f64::from(rows) / begun.elapsed().as_secs_f64()
}
