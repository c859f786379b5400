//! What can be typed: the commands, and every setting as a flag and an environment variable of the same name.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use kalends_domain::frist::record::Head;

use crate::providers::RawProviders;

/// What a setting is when it is not given, or empty.
pub(crate) mod defaults {
    pub(crate) const DATABASE_URL: &str = "sqlite://data/kalends.db";
    pub(crate) const DATABASE_POOL_MODE: &str = "session";
    pub(crate) const HOST: &str = "127.0.0.1";
    pub(crate) const PORT: &str = "3019";
    pub(crate) const PUBLIC_URL: &str = "http://localhost:3019";
    pub(crate) const RATE_LIMIT: &str = "600/min";
    pub(crate) const FEED_SYNC_INTERVAL: &str = "15m";
    pub(crate) const FEED_LIMIT_PER_ACCOUNT: &str = "100";
    pub(crate) const REGISTRATION: &str = "open";
    pub(crate) const SHUTDOWN_DELAY: &str = "0s";
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
    /// Copies the SQLite store into a file, and its key beside it, while the server runs.
    ///
    /// What was acknowledged before is in the copy. On Postgres use pg_dump.
    Backup {
        /// The copy; FILE.key is made too, if the key is in a file.
        file: PathBuf,
    },
    /// Puts a copy where DATABASE_URL says that the SQLite store is to be, if there is none yet.
    Restore {
        /// What `kalends backup` made; FILE.key is taken too, if it is there.
        file: PathBuf,
    },
    /// Asks the server that listens at HOST and PORT whether it can work; fails if not. For containers.
    Healthcheck {
        /// Asks at this address instead, as WORKER_LISTEN has it.
        #[arg(long, value_name = "ADDRESS")]
        at: Option<SocketAddr>,
    },
    /// Manages accounts.
    User {
        #[command(subcommand)]
        command: UserCommand,
    },
    /// Prints the OpenAPI document.
    Openapi,
    /// Checks settings, store, keys, queue, mail, providers, clock, disk and time zones; says what is wrong and how to mend
    /// it.
    Doctor {
        /// Prints one JSON object a line.
        #[arg(long)]
        json: bool,
        /// Also reads the whole history of Fristen and tells which entry does not fit, and where the history ends. Given
        /// an end that it told before, also whether that is still a part of it.
        #[arg(long, value_name = "ENTRY:HASH", num_args = 0..=1)]
        #[allow(clippy::option_option, reason = "not asked for, asked for, and with a value")]
        audit: Option<Option<Head>>,
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
    /// How a pooler before Postgres lends its connections, as pgbouncer's pool_mode: session, or transaction
    #[arg(long, env = "DATABASE_POOL_MODE", default_value = defaults::DATABASE_POOL_MODE, global = true, value_name = "MODE")]
    pub(crate) database_pool_mode: String,
    /// postgres://… of a replica that events are read from as far as it has them [default: none]
    #[arg(long, env = "DATABASE_READ_URL", hide_env_values = true, global = true, value_name = "URL")]
    pub(crate) database_read_url: Option<String>,
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
    /// Comma list of proxies that are believed whom they speak for (X-Forwarded-For): 10.0.0.0/8, 127.0.0.1 [default: none]
    #[arg(long, env = "TRUSTED_PROXIES", global = true, value_name = "NETWORKS")]
    pub(crate) trusted_proxies: Option<String>,
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
    /// How often registered feeds are synced: 15m, 30s, 1h
    #[arg(long, env = "FEED_SYNC_INTERVAL", default_value = defaults::FEED_SYNC_INTERVAL, global = true, value_name = "TIME")]
    pub(crate) feed_sync_interval: String,
    /// How many feeds one account may register
    #[arg(long, env = "FEED_LIMIT_PER_ACCOUNT", default_value = defaults::FEED_LIMIT_PER_ACCOUNT, global = true, value_name = "NUMBER")]
    pub(crate) feed_limit_per_account: String,
    #[command(flatten)]
    pub(crate) providers: RawProviders,
    /// How long requests are still taken after SIGTERM, while /readyz already says 503: as long as a load balancer
    /// takes to notice
    #[arg(long, env = "SHUTDOWN_DELAY", default_value = defaults::SHUTDOWN_DELAY, global = true, value_name = "TIME")]
    pub(crate) shutdown_delay: String,
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
    use std::collections::BTreeMap;

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

    /// Each setting with its default, if that stands in the program.
    fn settings() -> BTreeMap<String, Option<String>> {
        let cli = Cli::command();
        let globals = cli.get_arguments().filter(|argument| argument.is_global_set());
        let named = globals.filter_map(|argument| Some((argument.get_env()?.to_str()?.to_owned(), argument)));
        let default = |argument: &clap::Arg| Some(argument.get_default_values().first()?.to_str()?.to_owned());
        named.map(|(name, argument)| (name, default(argument))).collect()
    }

    #[test]
    fn every_setting_has_a_flag_and_a_variable_of_one_name() {
        for argument in Cli::command().get_arguments().filter(|argument| argument.is_global_set()) {
            let (Some(flag), Some(variable)) = (argument.get_long(), argument.get_env()) else { continue };
            assert_eq!(flag.replace('-', "_").to_uppercase(), variable.to_str().unwrap());
        }
    }

    #[test]
    fn the_readme_has_every_setting_and_no_other() {
        let readme = include_str!("../../../README.md");
        let table = readme.split("| setting | default |").nth(1).unwrap().split("\n\n").next().unwrap();
        let mut told = BTreeMap::new();
        for row in table.lines().skip(2) {
            let cells: Vec<_> = row.trim_matches('|').split('|').map(str::trim).collect();
            for name in cells[0].split(", ") {
                told.insert(name.trim_matches('`').to_owned(), cells[1].to_owned());
            }
        }
        let settings = settings();
        assert_eq!(told.keys().collect::<Vec<_>>(), settings.keys().collect::<Vec<_>>());
        for (name, default) in settings {
            let told = &told[&name];
            // Addresses of others are long, and described.
            if let Some(default) = default.filter(|_| !name.ends_with("_URL") || told.contains("://")) {
                assert_eq!(*told, format!("`{default}`"), "{name}");
            }
        }
    }

    /// The words in capitals that a line gives a value: `NAME=value`, `NAME: value`.
    fn given(text: &str) -> Vec<&str> {
        let lines = text.lines().map(str::trim).filter(|line| !line.starts_with('#'));
        let lines = lines.map(|line| line.strip_prefix("Environment=").unwrap_or(line));
        let words = lines.flat_map(|line| line.split([' ', '\\']));
        let names = words.filter_map(|word| word.split_once('=').map(|(name, _)| name).or(word.strip_suffix(':')));
        let capitals = |name: &&str| name.len() > 2 && name.bytes().all(|b| b.is_ascii_uppercase() || b == b'_');
        names.filter(capitals).collect()
    }

    #[test]
    fn what_is_shipped_sets_what_there_is() {
        // Not ours: the database's, and what the allocator reads.
        let others =
            ["POSTGRES_USER", "POSTGRES_DB", "POSTGRES_PASSWORD", "MIMALLOC_PURGE_DELAY", "MIMALLOC_ALLOW_THP"];
        let settings = settings();
        let mut found = 0;
        for (file, text) in [
            ("compose.yaml", include_str!("../../../compose.yaml")),
            ("Dockerfile", include_str!("../../../Dockerfile")),
            ("kalends.service", include_str!("../../../deploy/systemd/kalends.service")),
            ("kalends.env.example", include_str!("../../../deploy/systemd/kalends.env.example")),
        ] {
            for name in given(text) {
                assert!(
                    settings.contains_key(name) || others.contains(&name),
                    "{file} sets {name}, which there is not"
                );
                found += 1;
            }
        }
        assert!(found > 15, "only {found} were found");
    }

    #[test]
    fn what_is_shipped_runs_commands_that_there_are() {
        let unit = include_str!("../../../deploy/systemd/kalends.service");
        let unit = unit.lines().find_map(|line| line.strip_prefix("ExecStart=")).unwrap();
        let compose = include_str!("../../../compose.yaml");
        let mut commands = vec![unit.split(' ').skip(1).collect::<Vec<_>>()];
        for line in compose.lines().map(str::trim) {
            let list =
                |rest: &'static str| rest.trim_matches(['[', ']']).split(", ").map(|word| word.trim_matches('"'));
            if let Some(rest) = line.strip_prefix("command: ") {
                commands.push(list(rest).collect());
            }
            if let Some(rest) = line.strip_prefix("test: [CMD, /usr/local/bin/kalends, ") {
                commands.push(list(rest).collect());
            }
        }
        let docker = include_str!("../../../Dockerfile");
        assert!(
            docker.contains("CMD [\"/usr/local/bin/kalends\", \"healthcheck\"]") && docker.contains("CMD [\"serve\"]")
        );
        commands.extend([vec!["healthcheck"], vec!["serve"]]);
        assert_eq!(commands.len(), 6, "{commands:?}");
        for command in commands {
            assert!(parse(&command).command.is_some(), "{command:?}");
        }
    }

    #[test]
    fn the_image_is_built_with_the_rust_that_is_needed() {
        let docker = include_str!("../../../Dockerfile");
        assert!(docker.contains(concat!("FROM rust:", env!("CARGO_PKG_RUST_VERSION"), "-")), "{docker}");
    }
}
