//! Where a Postgres is, and how to get there.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use diesel_async::{AsyncPgConnection, SimpleAsyncConnection};
use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode};
use tokio_postgres::error::SqlState;

use super::tls::{self, Trust};
use crate::ConnectError;
use crate::error::short;

/// One attempt to connect.
const CONNECT_LIMIT: Duration = Duration::from_secs(5);

/// How long a server may be silent before it is asked whether it is there.
const SILENCE: Duration = Duration::from_secs(30);

/// A `postgres://` address. It never shows its password.
#[derive(Clone)]
pub(crate) struct Address {
    config: Config,
    trust: Trust,
    place: String,
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Address({})", self.place)
    }
}

/// Why one attempt failed.
pub(super) enum Attempt {
    /// It may go through later: nobody listens, or the server is starting.
    Later(String),
    /// It will not: the password is wrong, or there is no such database.
    Never(String),
}

impl FromStr for Address {
    type Err = ConnectError;

    /// Reads what libpq reads of an address, and `sslmode` as libpq does:
    ///
    /// - `disable`: no TLS.
    /// - `prefer` (when none is given): TLS where the server has it; its certificate is not looked at.
    /// - `require`: TLS or nothing; its certificate is not looked at, unless `sslrootcert` names whom to trust.
    /// - `verify-ca`, `verify-full`: TLS, and a certificate for this host by somebody whom `sslrootcert` (a PEM file)
    ///   names, else by a public authority.
    fn from_str(url: &str) -> Result<Self, ConnectError> {
        let (base, query) = url.split_once('?').unwrap_or((url, ""));
        let authority = base.split("://").nth(1).unwrap_or_default().split('/').next().unwrap_or_default();
        if authority.matches('@').count() > 1 {
            // The rest of a password must not be taken for a host, and then be shown.
            return Err(ConnectError::InvalidUrl("an @ in a user's name or password is written %40".to_owned()));
        }
        let (mut mode, mut roots, mut others) = (None, None, Vec::new());
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            match pair.split_once('=') {
                Some(("sslmode", value)) => mode = Some(value),
                Some(("sslrootcert", value)) => roots = Some(value),
                _ => others.push(pair),
            }
        }
        let plain = if others.is_empty() { base.to_owned() } else { format!("{base}?{}", others.join("&")) };
        // The parser's own message can repeat a part of the address; its kind is all that is told.
        let mut config: Config = plain
            .parse()
            .map_err(|_| ConnectError::InvalidUrl("expected postgres://user:password@host:port/database".to_owned()))?;
        let (ssl, verify) = match mode.unwrap_or("prefer") {
            "disable" => (SslMode::Disable, false),
            "allow" | "prefer" => (SslMode::Prefer, false),
            "require" => (SslMode::Require, roots.is_some()),
            "verify-ca" | "verify-full" => (SslMode::Require, true),
            _ => {
                let known = "sslmode is one of disable, prefer, require, verify-full";
                return Err(ConnectError::InvalidUrl(known.to_owned()));
            }
        };
        if config.get_hosts().is_empty() && config.get_hostaddrs().is_empty() {
            config.host("localhost");
        }
        config.ssl_mode(ssl);
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(CONNECT_LIMIT);
        }
        // A server that vanished without a word is noticed within the minute, also by a call that waits for it.
        if config.get_tcp_user_timeout().is_none() {
            config.tcp_user_timeout(SILENCE);
        }
        config.keepalives_idle(SILENCE);
        if config.get_application_name().is_none() {
            config.application_name("kalends");
        }
        let trust = match (verify, roots) {
            (false, _) => Trust::Anyone,
            (true, None) => Trust::PublicAuthorities,
            (true, Some(file)) => Trust::File(file.into()),
        };
        let place = place(&config);
        Ok(Self { config, trust, place })
    }
}

fn place(config: &Config) -> String {
    let host = match config.get_hosts().first() {
        Some(Host::Tcp(host)) => host.clone(),
        #[cfg(unix)]
        Some(Host::Unix(path)) => path.display().to_string(),
        None => config.get_hostaddrs().first().map_or_else(String::new, ToString::to_string),
    };
    let port = config.get_ports().first().copied().unwrap_or(5432);
    let database = config.get_dbname().or(config.get_user()).unwrap_or("postgres");
    short(&format!("postgres://{host}:{port}/{database}"))
}

impl Address {
    /// Host, port and database.
    pub(super) fn place(&self) -> &str {
        &self.place
    }

    /// One connection, on which this was done first; its background task runs on the runtime of whoever calls.
    pub(super) async fn connect(&self, first: &str) -> Result<AsyncPgConnection, Attempt> {
        let connector = tls::connector(&self.trust).map_err(Attempt::Never)?;
        let (client, connection) = limited(self.config.connect(connector)).await?;
        // It ends with the client, who learns of its errors.
        tokio::spawn(connection);
        let later = |error: &dyn fmt::Display| Attempt::Later(short(&error.to_string()));
        // diesel sets up a connection in several steps, which a pooler keeps together in a transaction only.
        client.batch_execute("begin").await.map_err(|error| later(&error))?;
        let mut conn = AsyncPgConnection::try_from(client).await.map_err(|error| later(&error))?;
        let done = conn.batch_execute(&format!("{first}; commit")).await;
        done.map_err(|error| later(&error))?;
        Ok(conn)
    }
}

/// `connect_timeout` covers the dialling alone; this covers the handshakes too.
async fn limited<T>(connecting: impl Future<Output = Result<T, tokio_postgres::Error>>) -> Result<T, Attempt> {
    match tokio::time::timeout(CONNECT_LIMIT * 2, connecting).await {
        Ok(connected) => connected.map_err(|error| attempt(&error)),
        Err(_) => Err(Attempt::Later("it took too long".to_owned())),
    }
}

fn attempt(error: &tokio_postgres::Error) -> Attempt {
    if let Some(said) = error.as_db_error() {
        let later = [SqlState::CANNOT_CONNECT_NOW, SqlState::TOO_MANY_CONNECTIONS].contains(said.code());
        let message = short(said.message());
        return if later { Attempt::Later(message) } else { Attempt::Never(message) };
    }
    let mut message = error.to_string();
    // Neither a certificate nor a server without TLS mends itself by waiting.
    let never = message.starts_with("error performing TLS handshake");
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        message = format!("{message}: {cause}");
        source = cause.source();
    }
    if never { Attempt::Never(short(&message)) } else { Attempt::Later(short(&message)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        for (url, place) in [
            ("postgres://u:secret@db.example:6543/cal", "postgres://db.example:6543/cal"),
            (
                "postgresql://u:secret@db.example/cal?sslmode=require&application_name=x",
                "postgres://db.example:5432/cal",
            ),
            ("postgres://u@/cal?host=/run/postgresql", "postgres:///run/postgresql:5432/cal"),
            ("postgres:///cal", "postgres://localhost:5432/cal"),
        ] {
            let address: Address = url.parse().unwrap_or_else(|error| panic!("{url}: {error}"));
            assert_eq!(address.place(), place, "{url}");
            assert!(!format!("{address:?}").contains("secret"));
        }
    }

    #[test]
    fn bad_addresses_are_told_without_their_secrets() {
        for url in [
            "postgres://u:se@cret@db.example/cal",
            "postgres://u:secret@db.example:port/cal",
            "postgres://u:secret@db.example/cal?sslmode=perhaps",
            "postgres://u:secret@db.example/cal?secret=secret",
        ] {
            let told = url.parse::<Address>().unwrap_err().to_string();
            assert!(!told.contains("secret") && !told.contains("cret@"), "{told}");
        }
    }

    #[test]
    fn certificates_are_checked_where_that_is_asked_for() {
        for (mode, trust) in [
            ("", Trust::Anyone),
            ("?sslmode=prefer", Trust::Anyone),
            ("?sslmode=require", Trust::Anyone),
            ("?sslmode=require&sslrootcert=/ca.pem", Trust::File("/ca.pem".into())),
            ("?sslmode=verify-full", Trust::PublicAuthorities),
            ("?sslmode=verify-full&sslrootcert=/ca.pem", Trust::File("/ca.pem".into())),
        ] {
            let address: Address = format!("postgres://u@h/d{mode}").parse().unwrap();
            assert_eq!(address.trust, trust, "{mode}");
        }
    }
}
