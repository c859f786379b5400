//! A Postgres of a test's own: to be stopped, cut off, copied, and gone after the test.

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};

use crate::database::rows;
use crate::skip::skip;
use crate::smtp::wait;

/// The directory of Postgres' programs, for tests.
const PROGRAMS: &str = "KALENDS_POSTGRES_BIN";

/// Ends what a test has started once our end of its pipe is closed: also when the test is killed.
const GUARDIAN: &str = r#"trap '' INT TERM HUP; cat >/dev/null; "$1/pg_ctl" -D "$2/data" -m immediate -w stop >/dev/null 2>&1; rm -rf -- "$2""#;
/// The same for a program that stays in the foreground.
const WARDEN: &str = r#""$@" & trap '' INT TERM HUP; cat >/dev/null; kill -TERM $!; wait $!"#;

/// A cluster that is there as long as this value.
#[derive(Debug)]
pub struct Cluster {
    programs: PathBuf,
    home: PathBuf,
    port: u16,
    guardian: Child,
}

impl Cluster {
    /// Makes one and starts it; `None`, which it says, where the programs of Postgres are not known.
    pub fn start() -> Option<Self> {
        let Some(programs) = std::env::var_os(PROGRAMS) else {
            skip(&format!(
                "a Postgres of its own: `cargo xtask test` finds it, or {PROGRAMS} names the directory of initdb"
            ));
            return None;
        };
        let cluster = Self::prepare(programs.into());
        let data = cluster.home.join("data");
        cluster.run("initdb", &["-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "-N", "-D"], Some(&data));
        cluster.start_again();
        Some(cluster)
    }

    /// Another cluster that follows this one, and can be read from.
    pub fn replica(&self) -> Self {
        let replica = Self::prepare(self.programs.clone());
        let (port, data) = (self.port.to_string(), replica.home.join("data"));
        let arguments = ["-h", "127.0.0.1", "-U", "postgres", "-p", &port, "-c", "fast", "-N", "-R", "-D"];
        replica.run("pg_basebackup", &arguments, Some(&data));
        replica.start_again();
        replica
    }

    fn prepare(programs: PathBuf) -> Self {
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
        let options = format!(
            "-p {port} -k {home} -c listen_addresses=127.0.0.1 -c fsync=off -c max_connections=200 -c wal_level=replica"
        );
        let log = self.home.join("log");
        let log = log.to_str().expect("a path in text");
        let data = self.home.join("data");
        self.run("pg_ctl", &["-l", log, "-o", &options, "-w", "-t", "60", "start", "-D"], Some(&data));
    }

    fn run(&self, program: &str, arguments: &[&str], last: Option<&Path>) {
        let mut command = account(self.programs.join(program).to_str().expect("a path in text"));
        command.current_dir(&self.home).env("LC_ALL", "C").args(arguments).args(last);
        // Not a pipe: what a daemon inherits, it keeps open.
        let said = self.home.join("said");
        let output = fs::File::create(&said).expect("a file for what is said");
        command.stdin(Stdio::null()).stdout(output.try_clone().expect("the same file")).stderr(output);
        let status = command.status();
        let read = |path: &Path| fs::read_to_string(path).unwrap_or_default();
        let success = status.expect("a program of Postgres runs").success();
        assert!(success, "{program} failed. {}{}", read(&said), read(&self.home.join("log")));
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
        end(&mut self.guardian);
    }
}

/// A pgbouncer in front of a cluster, in transaction mode.
#[derive(Debug)]
pub struct Bouncer {
    port: u16,
    warden: Child,
}

impl Bouncer {
    /// Starts one that shares so few connections that clients take turns on each; `None`, which it says, where it is
    /// missing.
    pub fn start(cluster: &Cluster) -> Option<Self> {
        if !std::env::split_paths(&path_with_sbin()).any(|dir| dir.join("pgbouncer").is_file()) {
            skip("pgbouncer is missing: `apt-get install pgbouncer` brings it");
            return None;
        }
        let port = free_port();
        let file = cluster.home.join("pgbouncer.ini");
        let users = cluster.home.join("pgbouncer.users");
        let text = format!(
            "[databases]\n* = host=127.0.0.1 port={}\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\n\
             unix_socket_dir =\nauth_type = trust\nauth_file = {}\npool_mode = transaction\ndefault_pool_size = 4\n\
             max_client_conn = 200\nlogfile = {}\n",
            cluster.port,
            users.display(),
            cluster.home.join("pgbouncer.log").display(),
        );
        fs::write(&users, "\"postgres\" \"\"\n").and_then(|()| fs::write(&file, text)).expect("pgbouncer's files");
        let mut command = account("sh");
        command.args(["-c", WARDEN, "warden", "pgbouncer", "-q"]).arg(&file);
        command.env("PATH", path_with_sbin()).process_group(0).stdin(Stdio::piped()).stderr(Stdio::null());
        let bouncer = Self { port, warden: command.spawn().expect("a warden starts") };
        wait("pgbouncer", || TcpStream::connect(("127.0.0.1", port)).is_ok());
        Some(bouncer)
    }

    /// Where it is.
    pub fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }
}

impl Drop for Bouncer {
    fn drop(&mut self) {
        end(&mut self.warden);
    }
}

/// Closes its pipe and waits until it has done what it is there for.
fn end(guardian: &mut Child) {
    drop(guardian.stdin.take());
    if let Err(cause) = guardian.wait() {
        eprintln!("cannot wait for a guardian: {cause}");
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

fn path_with_sbin() -> String {
    format!("{}:/usr/local/sbin:/usr/sbin:/sbin", std::env::var("PATH").unwrap_or_default())
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
