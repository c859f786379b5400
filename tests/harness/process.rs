//! The binary: finding it, running it to its end, and signalling one that runs.

use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, ExitStatus, Output, Stdio};
use std::time::{Duration, Instant};

/// A run that came to its end.
#[derive(Debug)]
pub struct Finished {
    /// How it ended.
    pub status: ExitStatus,
    /// What it printed.
    pub stdout: String,
    /// What it complained of.
    pub stderr: String,
    /// How long it took.
    pub took: Duration,
}

impl Finished {
    /// Panics, with what it said, unless it ended well.
    #[track_caller]
    pub fn expect_success(self) -> Self {
        assert!(self.status.success(), "{}\n{}\n{}", self.status, self.stdout, self.stderr);
        self
    }

    /// Panics, with what it said, if it ended well.
    #[track_caller]
    pub fn expect_failure(self) -> Self {
        assert!(!self.status.success(), "it went well:\n{}\n{}", self.stdout, self.stderr);
        self
    }
}

/// Runs `kalends` with these arguments, settings and standard input until it ends.
pub fn run(arguments: &[&str], settings: &[(&str, &str)], input: &str) -> Finished {
    let since = Instant::now();
    let mut command = command();
    command.args(arguments).envs(settings.iter().copied());
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("kalends can be run");
    let mut stdin = child.stdin.take().expect("standard input is a pipe");
    let input = input.to_owned();
    // A program that ends without reading its input closes the pipe, which is its right.
    let writer = std::thread::spawn(move || stdin.write_all(input.as_bytes()).ok());
    let Output { status, stdout, stderr } = child.wait_with_output().expect("kalends ends");
    writer.join().expect("the writer ends");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("what is printed is UTF-8");
    Finished { status, stdout: text(stdout), stderr: text(stderr), took: since.elapsed() }
}

/// `kalends`, with no setting of the machine's.
pub(crate) fn command() -> Command {
    let mut command = Command::new(binary());
    command.env_clear().env("NO_COLOR", "1");
    for kept in ["PATH", "HOME", "TMPDIR"] {
        if let Some(value) = std::env::var_os(kept) {
            command.env(kept, value);
        }
    }
    command
}

/// The one that `cargo xtask test` has built, else the one beside this test.
fn binary() -> PathBuf {
    if let Some(path) = std::env::var_os("KALENDS_BIN") {
        return PathBuf::from(path);
    }
    let test = std::env::current_exe().expect("a test knows its own path");
    let dir = test.ancestors().nth(2).expect("a test stands in target/<profile>/deps");
    let path = dir.join("kalends");
    assert!(
        path.is_file(),
        "{} is missing: run `cargo xtask test`, which builds it, or `cargo build --workspace`",
        path.display()
    );
    path
}

/// Sends a signal by its name.
pub(crate) fn signal(child: &Child, name: &str) {
    let status = Command::new("sh").args(["-c", &format!("kill -{name} {}", child.id())]).status();
    assert!(status.expect("sh can be run").success(), "the process cannot be signalled");
}

/// `kalends worker` on a database that servers use too, killed at the latest when this value goes.
#[derive(Debug)]
pub struct Worker {
    child: Child,
    said: BufReader<ChildStdout>,
}

impl Worker {
    /// Starts one with these settings.
    pub fn start(settings: &[(&str, &str)]) -> Self {
        let mut command = command();
        command.arg("worker").envs(settings.iter().copied());
        command.stdin(Stdio::null()).stdout(Stdio::piped());
        let mut child = command.spawn().expect("kalends can be run");
        let said = BufReader::new(child.stdout.take().expect("a pipe"));
        Self { child, said }
    }

    /// Where it can be asked how it is: with `WORKER_LISTEN`, it says so first of all.
    pub fn base(&mut self) -> String {
        let mut line = String::new();
        self.said.read_line(&mut line).expect("it says something");
        let address = line.trim_end().strip_prefix("listening on ");
        address.unwrap_or_else(|| panic!("it does not say where it listens: {line}")).to_owned()
    }

    /// Asks it to stop and waits until it has.
    pub fn stop(mut self) -> ExitStatus {
        signal(&self.child, "TERM");
        self.child.wait().expect("the worker can be waited for")
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        // It may have been stopped already.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}
