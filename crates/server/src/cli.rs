//! What can be typed: the commands, and every setting as a flag and an environment variable of the same name.

use clap::{Args, Parser, Subcommand};

use crate::providers::RawProviders;

/// What a setting is when it is not given, or empty.
pub(crate) mod defaults {
    pub(crate) const DATABASE_URL: &str = "sqlite://data/kalends.db";
    pub(crate) const HOST: &str = "127.0.0.1";
    pub(crate) const PORT: &str = "3019";
    pub(crate) const PUBLIC_URL: &str = "http://localhost:3019";
    pub(crate) const RATE_LIMIT: &str = "600/min";
    pub(crate) const REGISTRATION: &str = "open";
    pub(crate) const LOG_FORMAT: &str = "text";
    pub(crate) const RUST_LOG: &str = "info";
}

/// Kalends, a self-hosted calendar server.
#[derive(Debug, Parser)]
#[command(name = "kalends", version, about)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
    #[command(flatten)]
    pub(crate) settings: RawSettings,
}

#[derive(Debug, Clone, PartialEq, Eq, Subcommand)]
pub(crate) enum Command {
    /// Runs the server; the default.
    Serve {
        /// Leaves the jobs of the queue to others: `kalends worker`.
        #[arg(long)]
        no_worker: bool,
    },
    /// Does the jobs of the queue, and serves nothing: for more nodes on one Postgres.
    Worker,
    /// Looks at the queue: mails and other work that is done after a request.
    Jobs {
        #[command(subcommand)]
        command: JobsCommand,
    },
    /// Brings the schema up to date and exits.
    Migrate,
    /// Manages accounts.
    User {
        #[command(subcommand)]
        command: UserCommand,
    },
    /// Prints the OpenAPI document.
    Openapi,
    /// Checks settings, store, schema and time zones; says what is wrong and how to mend it.
    Doctor {
        /// Prints one JSON object a line.
        #[arg(long)]
        json: bool,
    },
    /// Calculates recurrences: JSON lines in, JSON lines out.
    ///
    /// Each line of standard input is an object: {"id"?, "dtstart", "tzid"?, "rrule": [...], "rdate"?, "exdate"?,
    /// "from"?, "to"?, "limit"?, "dtstart_always"?}, with times as in iCalendar; "from" is inclusive, "to" exclusive.
    /// Each is answered by a line, {"id", "instances": [...], "truncated"} or {"id", "error"}.
    Expand,
}

#[derive(Debug, Clone, PartialEq, Eq, Subcommand)]
pub(crate) enum UserCommand {
    /// Makes an account; the password is the first line of standard input.
    Create {
        /// The address to sign in with.
        email: String,
        /// How the person is called.
        #[arg(long)]
        name: Option<String>,
    },
}

#[derive(Debug, Clone, PartialEq, Eq, Subcommand)]
pub(crate) enum JobsCommand {
    /// Prints a line for each job: id, kind, age, attempts, when it is done next, and why it was not done yet.
    List {
        /// Those that were given up, instead of those that wait.
        #[arg(long)]
        dead: bool,
    },
    /// Has jobs tried at once, whether they wait or were given up.
    Retry {
        /// Their ids.
        #[arg(required = true, value_name = "ID")]
        ids: Vec<String>,
    },
    /// Forgets jobs; they will not be done.
    Drop {
        /// Their ids.
        #[arg(required = true, value_name = "ID")]
        ids: Vec<String>,
    },
}

/// The settings as they were given. All are text here, so that all that is wrong is told at once.
#[derive(Clone, Default, Args)]
#[command(next_help_heading = "Settings")]
pub(crate) struct RawSettings {
    /// sqlite://PATH or postgres://…
    #[arg(long, env = "DATABASE_URL", default_value = defaults::DATABASE_URL, hide_env_values = true, global = true, value_name = "URL")]
    pub(crate) database_url: String,
    /// The address to listen on
    #[arg(long, env = "HOST", default_value = defaults::HOST, global = true)]
    pub(crate) host: String,
    /// The port to listen on; 0 takes a free one
    #[arg(long, env = "PORT", default_value = defaults::PORT, global = true)]
    pub(crate) port: String,
    /// The base of every URL handed out
    #[arg(long, env = "PUBLIC_URL", default_value = defaults::PUBLIC_URL, global = true, value_name = "URL")]
    pub(crate) public_url: String,
    /// The HS256 key of access tokens, 32 bytes or more [default: made at first start and kept in the store]
    #[arg(long, env = "JWT_SECRET", hide_env_values = true, global = true, value_name = "SECRET")]
    pub(crate) jwt_secret: Option<String>,
    /// The key of what is encrypted at rest: 64 hexadecimal characters, base64 of 32 bytes, or a secret text of 32
    /// bytes or more [default: made at first start, in a file beside the SQLite store]
    #[arg(long, env = "ENCRYPTION_KEY", hide_env_values = true, global = true, value_name = "KEY")]
    pub(crate) encryption_key: Option<String>,
    /// How much one caller may ask: 600/min, 10/s, or off
    #[arg(long, env = "RATE_LIMIT", default_value = defaults::RATE_LIMIT, global = true, value_name = "RATE")]
    pub(crate) rate_limit: String,
    /// open, or closed: only `kalends user create` makes accounts
    #[arg(long, env = "REGISTRATION", default_value = defaults::REGISTRATION, global = true)]
    pub(crate) registration: String,
    /// Comma list of origins that browsers may call from [default: none]
    #[arg(long, env = "CORS_ORIGINS", global = true, value_name = "ORIGINS")]
    pub(crate) cors_origins: Option<String>,
    /// Comma list of origins whose pages may show the booking page in a frame [default: none]
    #[arg(long, env = "EMBED_ORIGINS", global = true, value_name = "ORIGINS")]
    pub(crate) embed_origins: Option<String>,
    /// Comma list of hosts in private networks that feeds may be fetched from: nas.lan, 10.0.0.5:8080 [default: none]
    #[arg(long, env = "FETCH_ALLOW_HOSTS", global = true, value_name = "HOSTS")]
    pub(crate) fetch_allow_hosts: Option<String>,
    /// The mail server: smtps://USER:PASSWORD@HOST, or smtp://… with ?tls=required for STARTTLS [default: mails are
    /// logged]
    #[arg(long, env = "SMTP_URL", hide_env_values = true, global = true, value_name = "URL")]
    pub(crate) smtp_url: Option<String>,
    /// Who mails come from: cal@example.org, or Calendar <cal@example.org>
    #[arg(long, env = "MAIL_FROM", global = true, value_name = "SENDER")]
    pub(crate) mail_from: Option<String>,
    #[command(flatten)]
    pub(crate) providers: RawProviders,
    /// text, or json for machines
    #[arg(long, env = "LOG_FORMAT", default_value = defaults::LOG_FORMAT, global = true, value_name = "FORMAT")]
    pub(crate) log_format: String,
    /// What is logged: error, warn, info, debug, trace, or a filter by target
    #[arg(long, env = "RUST_LOG", default_value = defaults::RUST_LOG, global = true, value_name = "FILTER")]
    pub(crate) rust_log: String,
    /// The OpenTelemetry collector that traces go to, over OTLP as HTTP and protobuf: http://localhost:4318. Its other
    /// OTEL_ variables are read too [default: nothing is traced]
    #[arg(long, env = "OTEL_EXPORTER_OTLP_ENDPOINT", hide_env_values = true, global = true, value_name = "URL")]
    pub(crate) otel_exporter_otlp_endpoint: Option<String>,
    /// Where `kalends worker` answers /healthz, /readyz and /metrics, such as 127.0.0.1:3020 [default: nowhere]
    #[arg(long, env = "WORKER_LISTEN", global = true, value_name = "ADDRESS")]
    pub(crate) worker_listen: Option<String>,
    /// A directory of compiled time zones to use instead of the newest known
    #[arg(long, env = "TZDIR", global = true, value_name = "DIR")]
    pub(crate) tzdir: Option<String>,
}

/// Some of these are secret, so none is shown.
impl std::fmt::Debug for RawSettings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RawSettings(…)")
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    fn parse(arguments: &[&str]) -> Cli {
        Cli::try_parse_from([&["kalends"], arguments].concat()).unwrap()
    }

    #[test]
    fn the_definition_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn no_argument_is_serve() {
        assert_eq!(parse(&[]).command, None);
        assert_eq!(parse(&["serve"]).command, Some(Command::Serve { no_worker: false }));
        assert_eq!(parse(&["serve", "--no-worker"]).command, Some(Command::Serve { no_worker: true }));
    }

    #[test]
    fn a_setting_may_stand_before_or_after_the_command() {
        for arguments in [["--port", "1", "serve"], ["serve", "--port", "1"]] {
            assert_eq!(parse(&arguments).settings.port, "1", "{arguments:?}");
        }
        assert_eq!(parse(&["--port", "1"]).settings.port, "1");
    }

    #[test]
    fn a_user_has_an_address_and_perhaps_a_name() {
        let Some(Command::User { command: UserCommand::Create { email, name } }) =
            parse(&["user", "create", "a@b.example", "--name", "Ann"]).command
        else {
            panic!("another command");
        };
        assert_eq!((email.as_str(), name.as_deref()), ("a@b.example", Some("Ann")));
    }

    #[test]
    fn jobs_are_named_by_one_or_more_ids() {
        let ids = |command: Option<Command>| match command {
            Some(Command::Jobs { command: JobsCommand::Retry { ids } | JobsCommand::Drop { ids } }) => ids,
            other => panic!("{other:?}"),
        };
        assert_eq!(ids(parse(&["jobs", "retry", "a"]).command), ["a"]);
        assert_eq!(ids(parse(&["jobs", "drop", "a", "b"]).command), ["a", "b"]);
        assert!(Cli::try_parse_from(["kalends", "jobs", "drop"]).is_err());
    }

    #[test]
    fn secrets_are_not_printed() {
        let secrets = ["--jwt-secret", "hush", "--encryption-key", "hush", "--smtp-url", "smtp://u:hush@h"];
        let of_provider = ["--google-client-secret", "hush", "--database-url", "postgres://u:hush@h/d"];
        let cli = parse(&[&secrets[..], &of_provider].concat());
        assert!(!format!("{cli:?}").contains("hush"));
    }

    #[test]
    fn every_setting_has_a_flag_and_a_variable_of_one_name() {
        let mut settings = 0;
        for argument in Cli::command().get_arguments().filter(|argument| argument.is_global_set()) {
            let (Some(flag), Some(variable)) = (argument.get_long(), argument.get_env()) else { continue };
            assert_eq!(flag.replace('-', "_").to_uppercase(), variable.to_str().unwrap());
            settings += 1;
        }
        assert_eq!(settings, 28);
    }
}
