//! A Postgres for the tests: the one that `KALENDS_TEST_POSTGRES` names, or a throwaway cluster.
//!
//! A throwaway cluster is ended by a guardian, a small shell that waits for our end of a pipe to
//! close. It closes when the tests are done, and also when this process is interrupted or killed.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::{DirBuilderExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::failure::{Context, Failure, Outcome};
use crate::shell;

/// The variable through which tests learn of their Postgres.
pub(crate) const VARIABLE: &str = "KALENDS_TEST_POSTGRES";

/// The variable through which tests that stop, copy and cut off a Postgres of their own learn of its programs.
pub(crate) const PROGRAMS: &str = "KALENDS_POSTGRES_BIN";

const START_LIMIT: Duration = Duration::from_secs(30);

const GUARDIAN: &str = r#"
trap '' INT TERM HUP
cat >/dev/null
kill -INT "$1" 2>/dev/null
tries=0
while kill -0 "$1" 2>/dev/null && [ "$tries" -lt 100 ]; do sleep 0.1; tries=$((tries + 1)); done
kill -KILL "$1" 2>/dev/null
rm -rf -- "$2"
"#;

/// A Postgres that is up.
pub(crate) struct Postgres {
    /// Where it is, as `postgres://…`, for a user who may create databases.
    pub(crate) url: String,
    /// The directory of Postgres' programs, where there are any.
    pub(crate) programs: Option<PathBuf>,
    cluster: Option<Cluster>,
}

struct Cluster {
    server: Child,
    guardian: Child,
}

/// Whom the cluster runs as, where it may not run as us.
#[derive(Clone, Copy)]
struct Account {
    user: u32,
    group: u32,
}

impl Postgres {
    /// Finds a Postgres and starts it if it needs starting. With `durable` it flushes every commit to the disk.
    pub(crate) fn obtain(durable: bool) -> Outcome<Self> {
        if let Ok(url) = std::env::var(VARIABLE) {
            println!("postgres: the one in {VARIABLE}");
            return Ok(Self { url, programs: find(), cluster: None });
        }
        let programs = find_or_install()?;
        println!("postgres: {}", programs.display());
        start(&programs, durable)
    }

    /// Ends it, if it is ours, and waits until it is gone.
    pub(crate) fn stop(self) {
        drop(self.cluster);
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.guardian.stdin.take());
        let ended = self.server.wait().and_then(|_| self.guardian.wait());
        if let Err(cause) = ended {
            eprintln!("postgres: cannot wait for its end: {cause}");
        }
    }
}

fn find_or_install() -> Outcome<PathBuf> {
    if let Some(found) = find() {
        return Ok(found);
    }
    let advice = format!(
        "the tests need Postgres and found none. Install its server (Debian, Ubuntu: `apt-get install postgresql`; \
         Fedora: `dnf install postgresql-server`; macOS: `brew install postgresql`), or name a running one: \
         {VARIABLE}=postgres://user:password@host/postgres"
    );
    if account_of_self()?.user != 0 || shell::find("apt-get").is_none() {
        return Err(Failure::new(advice));
    }
    println!("postgres: not found, installing it");
    let apt = || {
        let mut apt = Command::new("apt-get");
        apt.env("DEBIAN_FRONTEND", "noninteractive").stdin(Stdio::null());
        apt
    };
    shell::run(apt().arg("update"))?;
    shell::run(apt().args(["install", "-y", "--no-install-recommends", "postgresql"]))?;
    find().ok_or_else(|| Failure::new(advice))
}

/// The directory of the server's programs: it has all that the tests use, which a directory of links need not have.
pub(crate) fn find() -> Option<PathBuf> {
    let programs = ["initdb", "pg_basebackup", "pg_ctl", "postgres"];
    let holds = |dir: &Path| programs.iter().all(|program| dir.join(program).is_file());
    let path = std::env::var_os("PATH").unwrap_or_default();
    let in_path = std::env::split_paths(&path).find(|dir| holds(dir));
    in_path.or_else(|| {
        let versions = fs::read_dir("/usr/lib/postgresql").ok()?;
        let versions = versions.filter_map(|entry| {
            let dir = entry.ok()?.path();
            let version: u32 = dir.file_name()?.to_str()?.parse().ok()?;
            Some((version, dir.join("bin")))
        });
        versions.filter(|(_, dir)| holds(dir)).max().map(|(_, dir)| dir)
    })
}

fn start(programs: &Path, durable: bool) -> Outcome<Postgres> {
    let account = unprivileged()?;
    let home = std::env::temp_dir().join(format!("kalends-postgres-{}", std::process::id()));
    let doing = || format!("cannot make {}", home.display());
    fs::DirBuilder::new().mode(0o700).create(&home).context(doing)?;
    if let Some(account) = account {
        chown(&home, Some(account.user), Some(account.group)).context(doing)?;
    }
    let started = initialise(programs, &home, account).and_then(|()| launch(programs, &home, account, durable));
    if started.is_err() {
        fs::remove_dir_all(&home).context(|| format!("cannot remove {}", home.display()))?;
    }
    started
}

fn initialise(programs: &Path, home: &Path, account: Option<Account>) -> Outcome {
    let initdb = |locale: &str| {
        let mut command = program(programs, "initdb", home, account);
        command.args(["--auth=trust", "--username=postgres", "--encoding=UTF8", "--no-sync", locale, "--pgdata"]);
        command.arg(home.join("data"));
        shell::output(&mut command)
    };
    // C.UTF-8 folds the case of every script, like the locales people run with; not every system has it.
    initdb("--locale=C.UTF-8").or_else(|_| initdb("--locale=C")).map(|_| ())
}

fn launch(programs: &Path, home: &Path, account: Option<Account>, durable: bool) -> Outcome<Postgres> {
    let port = free_port()?;
    let log_path = home.join("log");
    let log = fs::File::create(&log_path).context(|| format!("cannot make {}", log_path.display()))?;
    let errors = log.try_clone().context(|| "cannot share the log of postgres".to_owned())?;
    let mut command = program(programs, "postgres", home, account);
    command.arg("-D").arg(home.join("data")).arg("-k").arg(home).arg("-p").arg(port.to_string());
    let flush = if durable { "fsync=on" } else { "fsync=off" };
    for setting in ["listen_addresses=127.0.0.1", "max_connections=400", "shared_buffers=128MB", flush] {
        command.arg("-c").arg(setting);
    }
    command.stdin(Stdio::null()).stdout(log).stderr(errors).process_group(0);
    let mut server = command.spawn().context(|| "cannot start postgres".to_owned())?;
    if let Err(failure) = wait_until_ready(&mut server, home) {
        let said = fs::read_to_string(&log_path).unwrap_or_default();
        server.kill().and_then(|()| server.wait()).context(|| "cannot end postgres".to_owned())?;
        return Err(Failure::new(format!("{failure}. It said:\n{said}")));
    }
    let guardian = Command::new("sh")
        .args(["-c", GUARDIAN, "guardian"])
        .arg(server.id().to_string())
        .arg(home)
        .stdin(Stdio::piped())
        .process_group(0)
        .spawn()
        .context(|| "cannot start the guardian of postgres".to_owned())?;
    let url = format!("postgres://postgres@127.0.0.1:{port}/postgres");
    Ok(Postgres { url, programs: Some(programs.to_owned()), cluster: Some(Cluster { server, guardian }) })
}

/// Postgres writes its state into its pid file, on the eighth line.
fn wait_until_ready(server: &mut Child, home: &Path) -> Outcome {
    let state = home.join("data/postmaster.pid");
    let since = Instant::now();
    while since.elapsed() < START_LIMIT {
        let ended = server.try_wait().context(|| "cannot watch postgres".to_owned())?;
        if let Some(status) = ended {
            return Err(Failure::new(format!("postgres ended at its start ({status})")));
        }
        let ready =
            fs::read_to_string(&state).is_ok_and(|text| text.lines().nth(7).is_some_and(|line| line.trim() == "ready"));
        if ready {
            return Ok(());
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    Err(Failure::new(format!("postgres was not ready after {} s", START_LIMIT.as_secs())))
}

fn program(programs: &Path, name: &str, home: &Path, account: Option<Account>) -> Command {
    let mut command = Command::new(programs.join(name));
    command.current_dir(home).env("LC_ALL", "C");
    if let Some(account) = account {
        command.uid(account.user).gid(account.group);
    }
    command
}

/// Postgres refuses to run as root: someone else it may run as, where that is who we are.
fn unprivileged() -> Outcome<Option<Account>> {
    if account_of_self()?.user != 0 {
        return Ok(None);
    }
    let accounts = fs::read_to_string("/etc/passwd").context(|| "cannot read /etc/passwd".to_owned())?;
    let account = ["postgres", "nobody"].iter().find_map(|name| account_in(&accounts, name));
    account
        .map(Some)
        .ok_or_else(|| Failure::new("root may not run postgres, and there is neither a user `postgres` nor `nobody`"))
}

fn account_in(accounts: &str, name: &str) -> Option<Account> {
    let mut fields = accounts
        .lines()
        .map(|line| line.split(':'))
        .find_map(|mut fields| (fields.next()? == name).then_some(fields))?;
    fields.next()?;
    let user = fields.next()?.parse().ok()?;
    let group = fields.next()?.parse().ok()?;
    Some(Account { user, group })
}

fn account_of_self() -> Outcome<Account> {
    let id = |flag: &str| -> Outcome<u32> {
        let printed = shell::output(Command::new("id").arg(flag))?;
        printed.trim().parse().context(|| format!("`id {flag}` printed no number"))
    };
    Ok(Account { user: id("-u")?, group: id("-g")? })
}

fn free_port() -> Outcome<u16> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).context(|| "cannot find a free port".to_owned())?;
    let address = listener.local_addr().context(|| "cannot read a free port".to_owned())?;
    Ok(address.port())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_is_read_from_its_line() {
        let accounts = "root:x:0:0:root:/root:/bin/bash\npostgres:x:104:110:PostgreSQL:/var/lib/postgresql:/bin/bash\n";
        let found = account_in(accounts, "postgres").map(|account| (account.user, account.group));
        assert_eq!(found, Some((104, 110)));
        assert!(account_in(accounts, "nobody").is_none());
    }
}
