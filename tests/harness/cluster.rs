//! A Postgres of a test's own: to be stopped, cut off, and gone after the test.

use std::fs;
use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};

use crate::database::rows;

/// The directory of Postgres' programs, for tests.
const PROGRAMS: &str = "KALENDS_POSTGRES_BIN";

/// Ends what a test has started once our end of its pipe is closed: also when the test is killed.
const GUARDIAN: &str = r#"trap '' INT TERM HUP; cat >/dev/null; "$1/pg_ctl" -D "$2/data" -m immediate -w stop >/dev/null 2>&1; rm -rf -- "$2""#;
/// A cluster that is there as long as this value.
#[derive(Debug)]
pub struct Cluster {
    programs: PathBuf,
    home: PathBuf,
    port: u16,
    guardian: Child,
}

impl Cluster {
    /// Makes one and starts it.
    pub fn start() -> Self {
        let cluster = Self::prepare();
        let data = cluster.home.join("data");
        cluster.run("initdb", &["-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "-N", "-D"], Some(&data));
        cluster.start_again();
        cluster
    }

    fn prepare() -> Self {
        let programs = PathBuf::from(std::env::var_os(PROGRAMS).unwrap_or_else(|| {
            panic!("this test needs a Postgres of its own: run `cargo xtask test`, or let {PROGRAMS} name the directory of initdb")
        }));
        let port = free_port();
        let home = std::env::temp_dir().join(format!("kalends-cluster-{}-{port}", std::process::id()));
        let made = account("mkdir").arg("-m").arg("700").arg(&home).status();
        assert!(made.expect("mkdir runs").success(), "{} cannot be made", home.display());
        let guardian = account("sh")
            .args(["-c", GUARDIAN, "guardian"])
            .arg(&programs)
            .arg(&home)
            .process_group(0)
            .stdin(Stdio::piped())
            .spawn();
        Self { programs, home, port, guardian: guardian.expect("a guardian starts") }
    }

    /// Stops it: `smart`, `fast`, or `immediate`, which is a crash.
    pub fn stop(&self, mode: &str) {
        self.run("pg_ctl", &["-m", mode, "-w", "stop", "-D"], Some(&self.home.join("data")));
    }

    /// Starts it where it was.
    pub fn start_again(&self) {
        let (port, home) = (self.port, self.home.display());
        let options = format!("-p {port} -k {home} -c listen_addresses=127.0.0.1 -c fsync=off -c max_connections=200");
        let log = self.home.join("log");
        let log = log.to_str().expect("a path in text");
        let data = self.home.join("data");
        self.run("pg_ctl", &["-l", log, "-o", &options, "-w", "-t", "60", "start", "-D"], Some(&data));
    }

    fn run(&self, program: &str, arguments: &[&str], last: Option<&Path>) {
        let mut command = account(self.programs.join(program).to_str().expect("a path in text"));
        command.current_dir(&self.home).env("LC_ALL", "C").args(arguments).args(last);
        // What a daemon inherits, it keeps open.
        let status = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
        let log = || fs::read_to_string(self.home.join("log")).unwrap_or_default();
        assert!(status.expect("a program of Postgres runs").success(), "{program} failed. {}", log());
    }

    /// Where it is.
    pub fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }

    /// Its address, without the scheme.
    pub fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// Runs SQL in a session that may write even where others may not, and answers with the first column of what came back.
    #[track_caller]
    pub fn sql(&self, sql: &str) -> Vec<String> {
        rows(&format!("{}?options=-c%20default_transaction_read_only%3Doff", self.url()), sql)
            .unwrap_or_else(|cause| panic!("{sql}: {cause:?}"))
    }

    /// Changes a setting of the server while it runs.
    pub fn set(&self, name: &str, value: &str) {
        self.sql(&format!("alter system set {name} = {value}"));
        self.sql("select pg_reload_conf()");
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // Its pipe is closed, and it does what it is there for.
        drop(self.guardian.stdin.take());
        if let Err(cause) = self.guardian.wait() {
            eprintln!("cannot wait for a guardian: {cause}");
        }
    }
}

/// A program, run as `postgres` where we are root: Postgres refuses root.
fn account(program: &str) -> Command {
    let id = Command::new("id").arg("-u").output().expect("id runs").stdout;
    if id.trim_ascii() != b"0" {
        return Command::new(program);
    }
    let mut command = Command::new("runuser");
    command.args(["-u", "postgres", "--", program]);
    command
}

/// A port that the system gives to no outgoing connection: one that is tried again and again while nobody listens may
/// else meet itself there.
fn free_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let first = u16::try_from(std::process::id() % 11_000).expect("below 11000");
    loop {
        let port = 20_000 + (first + NEXT.fetch_add(7, Ordering::Relaxed) % 11_000) % 11_000;
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}
