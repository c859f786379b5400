//! A running server with a database of its own.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use crate::caller::Caller;
use crate::database::{Database, Store};
use crate::people::User;
use crate::process;

const START_LIMIT: Duration = Duration::from_secs(30);

/// What a server is started with beyond its database.
#[derive(Debug, Clone)]
pub struct Settings {
    variables: Vec<(String, String)>,
    arguments: Vec<String>,
}

impl Settings {
    /// Those of most tests: any free port, no rate limit.
    pub fn new() -> Self {
        Self { variables: Vec::new(), arguments: Vec::new() }
            .set("HOST", "127.0.0.1")
            .set("PORT", "0")
            .set("RATE_LIMIT", "off")
    }

    /// With a setting, as an environment variable.
    #[must_use]
    pub fn set(mut self, name: &str, value: &str) -> Self {
        self.variables.retain(|(known, _)| known != name);
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    /// With an argument on the command line.
    #[must_use]
    pub fn argument(mut self, argument: &str) -> Self {
        self.arguments.push(argument.to_owned());
        self
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self::new()
    }
}

/// A server that is up, killed at the latest when this value goes. What it logged is shown if the test fails.
#[derive(Debug)]
pub struct Server {
    database: Arc<Database>,
    settings: Settings,
    child: Child,
    base: String,
    log: Arc<Mutex<Vec<String>>>,
}

impl Server {
    /// Starts one on a fresh database.
    pub fn start(store: Store) -> Self {
        Self::start_with(store, Settings::new())
    }

    /// Starts one on a fresh database with these settings.
    pub fn start_with(store: Store, settings: Settings) -> Self {
        Self::start_on(Arc::new(Database::fresh(store)), settings)
    }

    /// Starts one on this database, which others may use too.
    pub fn start_on(database: Arc<Database>, settings: Settings) -> Self {
        let log = Arc::new(Mutex::new(Vec::new()));
        let (child, base) = launch(&database, &settings, &log);
        Self { database, settings, child, base, log }
    }

    /// Where it listens, as `http://127.0.0.1:<port>`.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// The number of its process.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Its database.
    pub fn database(&self) -> Arc<Database> {
        Arc::clone(&self.database)
    }

    /// What it has printed and logged so far.
    pub fn log(&self) -> String {
        self.log.lock().expect("nobody panics while logging").join("\n")
    }

    /// Someone without credentials.
    pub fn anyone(&self) -> Caller {
        Caller::new(&self.base)
    }

    /// Makes an account.
    #[track_caller]
    pub fn register(&self, email: &str) -> User {
        User::register(self, email)
    }

    /// Asks it to stop and waits until it has.
    pub fn stop(&mut self) -> ExitStatus {
        self.terminate();
        self.wait(Duration::from_secs(30))
    }

    /// Asks it to stop, and does not wait.
    pub fn terminate(&self) {
        process::signal(&self.child, "TERM");
    }

    /// Waits for its end; panics if that does not come in time.
    #[track_caller]
    pub fn wait(&mut self, limit: Duration) -> ExitStatus {
        let since = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().expect("a child can be watched") {
                return status;
            }
            assert!(since.elapsed() < limit, "the server did not end within {limit:?}");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Ends it without warning, as `kill -9` does.
    pub fn kill(&mut self) {
        self.child.kill().expect("the server can be killed");
        self.child.wait().expect("the server can be waited for");
    }

    /// Starts it again on the same database. Users made before go on with [`User::at`].
    pub fn restart(&mut self) {
        if self.child.try_wait().expect("a child can be watched").is_none() {
            self.stop();
        }
        (self.child, self.base) = launch(&self.database, &self.settings, &self.log);
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Err(cause) = self.child.kill().and_then(|()| self.child.wait()) {
            eprintln!("cannot end the server: {cause}");
        }
        if std::thread::panicking() {
            eprintln!("--- the server's log\n{}\n---", self.log());
        }
    }
}

fn launch(database: &Database, settings: &Settings, log: &Arc<Mutex<Vec<String>>>) -> (Child, String) {
    let mut command = process::command();
    command.arg("serve").args(&settings.arguments).current_dir(database.dir());
    command.env("DATABASE_URL", database.url());
    command.envs(settings.variables.iter().map(|(name, value)| (name, value)));
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("kalends can be run");
    let (found, address) = channel();
    follow(child.stdout.take().expect("a pipe"), Arc::clone(log), found.clone());
    follow(child.stderr.take().expect("a pipe"), Arc::clone(log), found);
    let base = wait_for_address(&address, log);
    (child, base)
}

/// Both ends of the server's output are closed, or the time is up: then there is no address.
fn wait_for_address(address: &Receiver<String>, log: &Mutex<Vec<String>>) -> String {
    address.recv_timeout(START_LIMIT).unwrap_or_else(|cause| {
        let said = log.lock().map(|lines| lines.join("\n")).unwrap_or_default();
        panic!("the server did not say `listening on http://…` ({cause}). It said:\n{said}")
    })
}

/// Keeps every line, and looks for the one that says where the server listens.
fn follow(stream: impl Read + Send + 'static, log: Arc<Mutex<Vec<String>>>, found: Sender<String>) {
    std::thread::spawn(move || {
        for line in BufReader::new(stream).split(b'\n').map_while(Result::ok) {
            let line = String::from_utf8_lossy(&line).into_owned();
            if let Some((_, rest)) = line.split_once("listening on http://") {
                let address: String = rest.chars().take_while(|c| c.is_ascii_digit() || ".:".contains(*c)).collect();
                // Nobody waits for a second address.
                found.send(format!("http://{address}")).ok();
            }
            log.lock().expect("nobody panics while logging").push(line);
        }
    });
}
