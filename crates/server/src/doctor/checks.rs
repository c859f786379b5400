//! The single checks: what was found, and what follows.

use std::fs::{self, OpenOptions};
use std::net::IpAddr;
use std::path::Path;
use std::sync::Arc;

use kalends_domain::sync::ProviderKind;
use kalends_mail::SmtpMailer;
use kalends_secrets::random;
use kalends_store::{ConnectError, SchemaStatus};
use url::{Host, Url};

use super::Check;
use crate::clock::SystemClock;
use crate::database::Database;
use crate::keys::{self, MODE_WARNING};
use crate::settings::Settings;
use crate::tzdata::{Choice, Release, Source, Unusable};

/// Whether the addresses handed out lead here, as far as the settings tell.
pub(super) fn public_url(settings: &Settings) -> Check {
    let what = "PUBLIC_URL";
    let Ok(url) = Url::parse(&settings.public_url) else {
        return Check::fail(what, "is not a URL", "set it to the address that people use");
    };
    let local = match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    };
    let here = settings.host == "localhost" || settings.host.parse().is_ok_and(|ip: IpAddr| ip.is_loopback());
    let text = settings.public_url.as_str();
    if local && !here {
        let message = format!("{text} is this machine's own name, and others may connect to {}", settings.host);
        return Check::warn(what, message, "set it to the address that they use");
    }
    // Whoever reaches another host comes through a proxy, which may listen on any port.
    if local && settings.port != 0 && url.port_or_known_default() != Some(settings.port) {
        let message = format!("{text} names another port than PORT, {}", settings.port);
        return Check::warn(what, message, "set both to the same port");
    }
    if !local && url.scheme() == "http" {
        return Check::warn(what, format!("{text} is not encrypted"), "put a proxy with TLS before it and use https");
    }
    Check::ok(what, text)
}

/// Whether the store's directory can be written to. Nothing is made where there is none.
pub(super) fn directory(database: &Database) -> Option<Check> {
    let what = "directory";
    let directory = database.directory()?;
    let shown = directory.display();
    if !directory.exists() {
        return Some(Check::warn(what, format!("{shown} is not there yet"), "`kalends serve` makes it"));
    }
    Some(match try_to_write(directory) {
        Ok(()) => Check::ok(what, format!("{shown} can be written to")),
        Err(error) => {
            Check::fail(what, format!("{shown} cannot be written to: {error}"), "change its owner or its mode")
        }
    })
}

fn try_to_write(directory: &Path) -> std::io::Result<()> {
    let name = format!(".kalends-doctor-{:016x}", u64::from_be_bytes(random()));
    let path = directory.join(name);
    OpenOptions::new().write(true).create_new(true).open(&path)?;
    fs::remove_file(path)
}

/// Whether the store answers, and whether its schema is this program's.
pub(super) fn store(database: &Database, found: &Result<SchemaStatus, ConnectError>) -> Vec<Check> {
    let status = match found {
        Ok(status) => status,
        Err(error) => return vec![Check::fail("store", error.to_string(), database.what_to_check())],
    };
    if matches!(database, Database::Sqlite { path, .. } if !path.exists()) {
        let made = "`kalends serve` and `kalends migrate` make it";
        return vec![
            Check::warn("store", format!("{database} is not there yet"), made),
            Check::warn("schema", "there is none yet", made),
        ];
    }
    vec![Check::ok("store", format!("{database} answers: {}", status.engine)), schema(status)]
}

fn schema(status: &SchemaStatus) -> Check {
    let what = "schema";
    if !status.pending.is_empty() {
        let message = format!("it lacks {}", status.pending.join(", "));
        return Check::fail(what, message, "run `kalends migrate`, or start the server, which does the same");
    }
    if !status.unknown.is_empty() {
        let message = format!("it has {}, which this version does not know", status.unknown.join(", "));
        return Check::warn(what, message, "use the version of Kalends that was here last, or a later one");
    }
    let last = status.applied.last().map_or("empty", String::as_str);
    Check::ok(what, format!("up to date: {last}"))
}

/// Whether the replica can be read from. Without it the server works, and the primary does it all.
pub(super) fn replica(found: Result<SchemaStatus, ConnectError>) -> Check {
    let what = "DATABASE_READ_URL";
    let mend = "check that it follows the Postgres of DATABASE_URL, and its user, password and database name";
    match found {
        Ok(status) if status.pending.is_empty() => Check::ok(what, format!("the replica answers: {}", status.engine)),
        Ok(status) => Check::warn(what, format!("the replica lacks {}", status.pending.join(", ")), mend),
        Err(error) => Check::warn(what, error.to_string(), mend),
    }
}

/// Which zones are used, and whether they are old.
pub(super) fn zones(chosen: &Result<Choice, Unusable>, bundled: Option<&Release>) -> Check {
    let what = "tzdata";
    let choice = match chosen {
        Ok(choice) => choice,
        Err(unusable) => {
            return Check::fail(what, format!("TZDIR: {unusable}"), "unset TZDIR, or set it to such a directory");
        }
    };
    let shown = |release: Option<&Release>| release.map_or("of unknown release".to_owned(), ToString::to_string);
    match (&choice.source, bundled) {
        (Source::Named(_), Some(bundled)) if choice.release.as_ref() < Some(bundled) => {
            let age = if choice.release.is_some() { "older than" } else { "and perhaps older than" };
            let message = format!("{choice}, {age} the bundled {bundled}");
            Check::warn(what, message, "unset TZDIR, or bring that directory up to date")
        }
        (Source::Bundled, _) => Check::ok(what, choice.to_string()),
        _ if choice.release.as_ref() == bundled => Check::ok(what, format!("{choice}, as new as the bundled")),
        _ => Check::ok(what, format!("{choice}, newer than the bundled {}", shown(bundled))),
    }
}

/// Which hosts are fetched from although they are in a private network.
pub(super) fn fetch_allow_hosts(settings: &Settings) -> Check {
    let hosts = &settings.fetch_allow_hosts;
    let told = if hosts.is_empty() {
        "is not set: feeds are fetched from public addresses alone".to_owned()
    } else {
        format!("feeds are fetched from public addresses, and from {hosts}")
    };
    Check::ok("FETCH_ALLOW_HOSTS", told)
}

/// Whether mail goes out, and whether the mail server takes it.
pub(super) async fn mail(settings: &Settings) -> Check {
    let what = "SMTP_URL";
    let Some(mail) = &settings.mail else {
        let message = "is not set: mails to those who book, and to owners, are logged and not sent";
        return Check::warn(what, message, "set SMTP_URL and MAIL_FROM");
    };
    let server = &mail.server;
    if let Err(error) = SmtpMailer::new(server, mail.from.clone()).check().await {
        return Check::fail(what, format!("{server}: {error}"), "check host, port, user, password and TLS in SMTP_URL");
    }
    if server.is_overheard() {
        let message = format!("{server} answers, and what is sent there is not encrypted");
        return Check::warn(what, message, "use smtps://, or add ?tls=required");
    }
    Check::ok(what, format!("{server} answers; mails come from {}", mail.from))
}

/// Where the key of access tokens comes from.
pub(super) fn jwt_secret(settings: &Settings) -> Check {
    let what = "JWT_SECRET";
    match &settings.jwt_secret {
        None => Check::ok(what, "is not set: a key that is kept in the store is used"),
        Some(secret) if is_guessable(&secret.0) => Check::warn(
            what,
            "is set to something that can be guessed: whoever does is everybody",
            "set it to what `openssl rand -hex 32` prints; everybody signs in again then",
        ),
        Some(_) => Check::ok(what, "is set"),
    }
}

/// Few different bytes, or the same ones over and over: what a person types who was asked for 32 of them.
fn is_guessable(secret: &[u8]) -> bool {
    let different = secret.iter().collect::<std::collections::BTreeSet<_>>().len();
    let repeats = |period: usize| secret[period..] == secret[..secret.len() - period];
    different < 10 || (1..=secret.len() / 2).any(repeats)
}

/// Where the key of what is encrypted comes from, and who else can read it.
pub(super) fn encryption_key(settings: &Settings) -> Check {
    let what = "ENCRYPTION_KEY";
    if settings.encryption_key.is_some() {
        return Check::ok(what, "is set");
    }
    let Some(path) = settings.database.key_file() else {
        let message = "is not set: what is encrypted is under a key that follows from one kept in the same store";
        return Check::warn(what, message, "set it before a Google or Outlook account is linked");
    };
    let shown = path.display();
    if !path.exists() {
        let mend = "`kalends serve` makes it, unless there was one before";
        return Check::warn(what, format!("is not set, and {shown} is not there"), mend);
    }
    if let Some(mode) = keys::open_to_others(&path) {
        return Check::warn(what, format!("is in {shown}, mode {mode:03o}"), MODE_WARNING);
    }
    match keys::key_from_file(&path) {
        Ok(_) => Check::ok(what, format!("is in {shown}")),
        Err(error) => Check::fail(what, "cannot be read", error.to_string()),
    }
}

/// Which providers are offered, and whether accounts there can be linked.
pub(super) fn providers(settings: &Settings) -> Vec<Check> {
    let what = "providers";
    let told = &settings.providers;
    let offered = match told.providers(Arc::new(SystemClock)) {
        Ok(offered) => offered,
        Err(error) => return vec![Check::fail(what, error.to_string(), "check the system's certificates")],
    };
    let kinds: Vec<ProviderKind> = offered.kinds().collect();
    if kinds.is_empty() {
        return vec![Check::ok(what, "none is offered: neither GOOGLE_CLIENT_ID nor MICROSOFT_CLIENT_ID is set")];
    }
    let callback = |kind: &ProviderKind| {
        let at = format!("{}/integrations/{}/callback", settings.public_url, kind.as_str());
        Check::ok(what, format!("{} is offered; there the redirect address must be {at}", kind.title()))
    };
    let mut all: Vec<Check> = kinds.iter().map(callback).collect();
    all.push(Check::ok("PROVIDER_SYNC_INTERVAL", format!("{} s", told.sync_interval.as_secs())));
    if settings.encryption_key.is_none() && settings.database.key_file().is_none() {
        let message = "accounts there cannot be linked: there is no key to encrypt their tokens with";
        all.push(Check::fail(what, message, "set ENCRYPTION_KEY; `openssl rand -hex 32` makes one"));
    }
    let open = told.unencrypted();
    if !open.is_empty() {
        let message = format!("{} are not encrypted, and tokens pass there", open.join(", "));
        all.push(Check::warn(what, message, "use https but for an emulator on this machine"));
    }
    all
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;
    use std::path::PathBuf;

    use super::super::State;
    use super::*;
    use crate::cli::RawSettings;
    use crate::scratch::Scratch;

    fn settings(set: impl FnOnce(&mut RawSettings)) -> Settings {
        let mut raw = RawSettings::default();
        set(&mut raw);
        Settings::parse(&raw).unwrap()
    }

    fn sqlite(path: &Path) -> Database {
        Database::parse(&format!("sqlite://{}", path.display())).unwrap()
    }

    fn status(pending: &[&str], unknown: &[&str]) -> SchemaStatus {
        let owned = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
        SchemaStatus {
            engine: "E 1".to_owned(),
            clock: None,
            applied: owned(&["1_x"]),
            pending: owned(pending),
            unknown: owned(unknown),
        }
    }

    #[test]
    fn the_public_url_must_lead_here() {
        let check = |host: &str, port: &str, url: &str| {
            public_url(&settings(|raw| {
                raw.host = host.to_owned();
                raw.port = port.to_owned();
                raw.public_url = url.to_owned();
            }))
            .state
        };
        assert_eq!(check("", "", ""), State::Ok);
        assert_eq!(check("::1", "0", ""), State::Ok);
        assert_eq!(check("0.0.0.0", "", ""), State::Warn);
        assert_eq!(check("", "8080", ""), State::Warn);
        assert_eq!(check("0.0.0.0", "8080", "https://cal.example.org"), State::Ok);
        assert_eq!(check("", "", "http://cal.example.org"), State::Warn);
    }

    #[test]
    fn a_secret_that_can_be_guessed_is_told() {
        let check = |secret: &str| jwt_secret(&settings(|raw| raw.jwt_secret = Some(secret.to_owned()))).state;
        assert_eq!(jwt_secret(&settings(|_| ())).state, State::Ok);
        assert_eq!(check("d9f2a1b47c6e8035d9e1f3ab2c47586bd0a1c2e3f4958677a8b9cadbecfd0e1f"), State::Ok);
        for guessed in [
            "00000000000000000000000000000000",
            "change-me!change-me!change-me!change-me!",
            "abcabcabcabcabcabcabcabcabcabcabcabc",
        ] {
            assert_eq!(check(guessed), State::Warn, "{guessed}");
        }
    }

    #[test]
    fn allowed_hosts_are_told() {
        let told =
            |hosts: &str| fetch_allow_hosts(&settings(|raw| raw.fetch_allow_hosts = Some(hosts.to_owned()))).message;
        assert_eq!(
            told("NAS.lan,10.0.0.5:81"),
            "feeds are fetched from public addresses, and from nas.lan, 10.0.0.5:81"
        );
        assert_eq!(told(""), "is not set: feeds are fetched from public addresses alone");
    }

    #[tokio::test]
    async fn a_mail_server_that_does_not_answer_is_told_without_its_password() {
        assert_eq!(mail(&settings(|_| ())).await.state, State::Warn);
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let settings = settings(|raw| {
            raw.smtp_url = Some(format!("smtp://u:hush@127.0.0.1:{port}"));
            raw.mail_from = Some("cal@example.org".to_owned());
        });
        let told = mail(&settings).await;
        assert_eq!(told.state, State::Fail);
        assert!(
            told.to_string().contains(&format!("127.0.0.1:{port}")) && !told.to_string().contains("hush"),
            "{told}"
        );
    }

    #[test]
    fn providers_are_told_with_what_they_need() {
        let lines = |set: &dyn Fn(&mut RawSettings)| {
            let told = providers(&settings(set));
            told.iter().map(|check| (check.state, check.message.clone())).collect::<Vec<_>>()
        };
        let none = lines(&|_| ());
        assert!(none.len() == 1 && none[0].1.starts_with("none is offered"), "{none:?}");
        let google = |raw: &mut RawSettings| {
            raw.providers.google_client_id = Some("g".to_owned());
            raw.providers.google_client_secret = Some("hush".to_owned());
        };
        let told = lines(&google);
        assert!(told[0].1.ends_with("http://localhost:3019/integrations/google/callback"), "{told:?}");
        assert!(told.iter().all(|(state, _)| *state == State::Ok), "{told:?}");
        let told = lines(&|raw| {
            google(raw);
            raw.database_url = "postgres://h/d".to_owned();
            raw.providers.google_api_url = "http://127.0.0.1:1/calendar/v3".to_owned();
        });
        let states: Vec<_> = told.iter().map(|(state, _)| *state).collect();
        assert_eq!(states, [State::Ok, State::Ok, State::Fail, State::Warn], "{told:?}");
        assert!(!format!("{told:?}").contains("hush"), "{told:?}");
    }

    #[test]
    fn a_directory_is_written_to_only_where_it_is() {
        let scratch = Scratch::new();
        let absent = scratch.path().join("absent");
        assert_eq!(directory(&sqlite(&absent.join("k.db"))).unwrap().state, State::Warn);
        assert!(!absent.exists());
        assert_eq!(directory(&sqlite(&scratch.path().join("k.db"))).unwrap().state, State::Ok);
        assert_eq!(fs::read_dir(scratch.path()).unwrap().count(), 0);
        assert_eq!(directory(&Database::parse("postgres://h/d").unwrap()), None);
    }

    #[test]
    fn a_store_that_does_not_answer_is_told_with_what_to_check() {
        let database = Database::parse("postgres://u:hush@h:1/d").unwrap();
        let error = ConnectError::Unreachable { place: "h:1/d".to_owned(), reason: "refused".to_owned() };
        let told = store(&database, &Err(error));
        assert_eq!(told.len(), 1);
        assert_eq!(told[0].state, State::Fail);
        let line = told[0].to_string();
        assert!(line.contains("h:1/d") && line.contains("Postgres runs") && !line.contains("hush"), "{line}");
    }

    #[test]
    fn schemas() {
        let database = Database::parse("postgres://h/d").unwrap();
        for (status, state) in
            [(status(&[], &[]), State::Ok), (status(&["2_y"], &[]), State::Fail), (status(&[], &["3"]), State::Warn)]
        {
            let told = store(&database, &Ok(status));
            assert_eq!((told[0].state, told[1].state), (State::Ok, state));
        }
    }

    #[test]
    fn a_file_that_is_not_there_yet_is_no_failure() {
        let scratch = Scratch::new();
        let told = store(&sqlite(&scratch.path().join("k.db")), &Ok(status(&["1_x"], &[])));
        assert!(told.iter().all(|check| check.state == State::Warn), "{told:?}");
    }

    #[test]
    fn zones_that_are_old_or_missing_are_told() {
        let release = |text: &str| crate::tzdata::Release::for_test(text);
        let bundled = release("2026e");
        let told = |version: Option<&str>, source| {
            zones(&Ok(Choice { release: version.map(release), source }), Some(&bundled))
        };
        let dir = || PathBuf::from("/zones");
        assert_eq!(told(Some("2026e"), Source::Bundled).to_string(), "ok    tzdata            2026e, bundled");
        let newer = told(Some("2026f"), Source::System(dir()));
        assert!(newer.state == State::Ok && newer.message.contains("newer than the bundled 2026e"), "{newer}");
        assert_eq!(told(Some("2026e"), Source::Named(dir())).state, State::Ok);
        assert_eq!(told(Some("2025b"), Source::Named(dir())).state, State::Warn);
        assert_eq!(told(None, Source::Named(dir())).state, State::Warn);
    }

    #[test]
    fn keys_are_never_shown_and_their_file_is_looked_at() {
        let scratch = Scratch::new();
        let url = format!("sqlite://{}", scratch.path().join("k.db").display());
        let with_file = || settings(|raw| raw.database_url.clone_from(&url));
        assert_eq!(encryption_key(&with_file()).state, State::Warn);
        let path = with_file().database.key_file().unwrap();
        assert!(!path.exists());

        keys::key_from_file(&path).unwrap();
        assert_eq!(encryption_key(&with_file()).state, State::Ok);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        assert_eq!(encryption_key(&with_file()).state, State::Warn);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        fs::write(&path, "hush").unwrap();
        let broken = encryption_key(&with_file());
        assert!(broken.state == State::Fail && !broken.to_string().contains("hush"), "{broken}");

        let postgres = settings(|raw| raw.database_url = "postgres://h/d".to_owned());
        assert_eq!(encryption_key(&postgres).state, State::Warn);
        let set = settings(|raw| {
            raw.encryption_key = Some("ab".repeat(32));
            raw.jwt_secret = Some("hush".repeat(8));
        });
        let told = format!("{} {}", encryption_key(&set), jwt_secret(&set));
        assert!(!told.contains("abab") && !told.contains("hush"), "{told}");
    }
}
