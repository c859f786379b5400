//! The settings, parsed. Whatever is wrong is told at once, each with its name and what was expected.

use std::fmt;
use std::net::SocketAddr;
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use kalends_api::{Network, Rate};
use kalends_fetch::AllowedHosts;
use kalends_mail::{Sender, Server};
use kalends_secrets::{JWT_KEY_MIN, key_of_phrase};
use tracing_subscriber::EnvFilter;
use url::Url;

use crate::cli::{RawSettings, defaults};
use crate::database::{Database, store_options};
use crate::providers::ProviderSettings;

/// The least and the most time between two syncs.
const INTERVALS: RangeInclusive<Duration> = Duration::from_secs(1)..=Duration::from_hours(24 * 7);

/// What this server was told.
#[derive(Debug)]
pub(crate) struct Settings {
    pub(crate) database: Database,
    /// How its connections are lent, and its replica.
    pub(crate) store: kalends_store::Options,
    pub(crate) host: String,
    pub(crate) port: u16,
    /// Without a slash at its end.
    pub(crate) public_url: String,
    pub(crate) jwt_secret: Option<Secret<Vec<u8>>>,
    pub(crate) encryption_key: Option<Secret<[u8; 32]>>,
    /// How much one caller may ask, if there is a limit.
    pub(crate) rate_limit: Option<Rate>,
    /// The proxies that are believed whom they speak for.
    pub(crate) trusted_proxies: Vec<Network>,
    pub(crate) open_registration: bool,
    pub(crate) cors_origins: Vec<String>,
    /// Whose pages may show the booking page in a frame.
    pub(crate) embed_origins: Vec<String>,
    /// What may be fetched from although it is in a private network.
    pub(crate) fetch_allow_hosts: AllowedHosts,
    /// How mail goes out, if it does.
    pub(crate) mail: Option<Mail>,
    pub(crate) providers: ProviderSettings,
    /// How long requests are still taken once the server is asked to stop.
    pub(crate) shutdown_delay: Duration,
    pub(crate) feeds: FeedSettings,
    pub(crate) log: Log,
    /// Where traces go, if there are any.
    pub(crate) collector: Option<Url>,
    /// Where the worker alone can be asked how it is.
    pub(crate) worker_listen: Option<SocketAddr>,
}

/// What feeds may cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct FeedSettings {
    /// The time between two syncs of a feed.
    pub(crate) interval: Duration,
    /// How many one account may register.
    pub(crate) limit: usize,
}

/// Where mail is handed over, and who it comes from.
#[derive(Debug)]
pub(crate) struct Mail {
    pub(crate) server: Server,
    pub(crate) from: Sender,
}

/// A value that `Debug` does not show.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Secret<T>(pub(crate) T);

impl<T> fmt::Debug for Secret<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// How and how much is logged.
#[derive(Debug)]
pub(crate) struct Log {
    pub(crate) json: bool,
    pub(crate) filter: EnvFilter,
}

/// A setting that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Wrong {
    /// Its name.
    pub(crate) setting: &'static str,
    /// What was expected, and unless it is secret what was found.
    pub(crate) message: String,
}

/// All settings that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Invalid(pub(crate) Vec<Wrong>);

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("these settings cannot be used:")?;
        self.0.iter().try_for_each(|wrong| write!(f, "\n  {}: {}", wrong.setting, wrong.message))
    }
}

impl std::error::Error for Invalid {}

impl Settings {
    /// Parses all, and fails with all that is wrong.
    pub(crate) fn parse(raw: &RawSettings) -> Result<Self, Invalid> {
        let mut reader = Reader::default();
        let database = reader.needed("DATABASE_URL", &raw.database_url, defaults::DATABASE_URL, Database::parse);
        let store = store_options(&mut reader, raw, database.as_ref());
        let host = reader.needed("HOST", &raw.host, defaults::HOST, host);
        let port = reader.needed("PORT", &raw.port, defaults::PORT, port);
        let public_url = reader.needed("PUBLIC_URL", &raw.public_url, defaults::PUBLIC_URL, public_url);
        let rate_limit = reader.needed("RATE_LIMIT", &raw.rate_limit, defaults::RATE_LIMIT, rate_limit);
        let open_registration = reader.needed("REGISTRATION", &raw.registration, defaults::REGISTRATION, registration);
        let json = reader.needed("LOG_FORMAT", &raw.log_format, defaults::LOG_FORMAT, log_format);
        let filter = reader.needed("RUST_LOG", &raw.rust_log, defaults::RUST_LOG, log_filter);
        let jwt_secret = reader.optional("JWT_SECRET", raw.jwt_secret.as_deref(), jwt_secret);
        let encryption_key = reader.optional("ENCRYPTION_KEY", raw.encryption_key.as_deref(), encryption_key);
        let cors_origins = reader.optional("CORS_ORIGINS", raw.cors_origins.as_deref(), origins);
        let embed_origins = reader.optional("EMBED_ORIGINS", raw.embed_origins.as_deref(), origins);
        let fetch_allow_hosts = reader.optional("FETCH_ALLOW_HOSTS", raw.fetch_allow_hosts.as_deref(), allowed_hosts);
        let trusted_proxies = reader.optional("TRUSTED_PROXIES", raw.trusted_proxies.as_deref(), networks);
        let mail = mail(&mut reader, raw);
        let collector = raw.otel_exporter_otlp_endpoint.as_deref();
        let collector = reader.optional("OTEL_EXPORTER_OTLP_ENDPOINT", collector, self::collector);
        let worker_listen = reader.optional("WORKER_LISTEN", raw.worker_listen.as_deref(), listen);

        let feeds = feeds(&mut reader, raw);
        let providers = ProviderSettings::read(&mut reader, &raw.providers);

        let delay = |text: &str| time(text, Duration::ZERO..=Duration::from_mins(5), "0s to 5m");
        let shutdown_delay = reader.needed("SHUTDOWN_DELAY", &raw.shutdown_delay, defaults::SHUTDOWN_DELAY, delay);
        let log = json.zip(filter).map(|(json, filter)| Log { json, filter });

        let needed = (
            database.zip(store),
            host,
            port,
            public_url,
            rate_limit,
            open_registration,
            log,
            feeds,
            providers,
            shutdown_delay,
        );
        match needed {
            (
                Some((database, store)),
                Some(host),
                Some(port),
                Some(public_url),
                Some(rate_limit),
                Some(open_registration),
                Some(log),
                Some(feeds),
                Some(providers),
                Some(shutdown_delay),
            ) if reader.wrong.is_empty() => Ok(Self {
                database,
                store,
                host,
                port,
                public_url,
                jwt_secret,
                encryption_key,
                rate_limit,
                trusted_proxies: trusted_proxies.unwrap_or_default(),
                open_registration,
                cors_origins: cors_origins.unwrap_or_default(),
                embed_origins: embed_origins.unwrap_or_default(),
                fetch_allow_hosts: fetch_allow_hosts.unwrap_or_default(),
                mail,
                providers,
                feeds,
                shutdown_delay,
                log,
                collector,
                worker_listen,
            }),
            _ => Err(Invalid(reader.wrong)),
        }
    }
}

/// The directory of zones that was named, if any.
pub(crate) fn tzdir(raw: &RawSettings) -> Option<PathBuf> {
    raw.tzdir.as_deref().filter(|dir| !dir.trim().is_empty()).map(PathBuf::from)
}

/// Reads settings and notes what is wrong. An empty one counts as not given, as container files have it.
#[derive(Default)]
pub(crate) struct Reader {
    wrong: Vec<Wrong>,
}

impl Reader {
    pub(crate) fn needed<T>(
        &mut self,
        setting: &'static str,
        text: &str,
        default: &str,
        parse: impl FnOnce(&str) -> Result<T, String>,
    ) -> Option<T> {
        let text = if text.trim().is_empty() { default } else { text };
        self.optional(setting, Some(text), parse)
    }

    pub(crate) fn optional<T>(
        &mut self,
        setting: &'static str,
        text: Option<&str>,
        parse: impl FnOnce(&str) -> Result<T, String>,
    ) -> Option<T> {
        let text = text.map(str::trim).filter(|text| !text.is_empty())?;
        parse(text).map_err(|message| self.wrong.push(Wrong { setting, message })).ok()
    }

    /// Notes that a setting cannot be as it is.
    pub(crate) fn refuse<T>(&mut self, setting: &'static str, message: String) -> Option<T> {
        self.wrong.push(Wrong { setting, message });
        None
    }
}

pub(crate) fn expected(what: &str, found: &str) -> String {
    format!("expected {what}, found {found:?}")
}

fn host(text: &str) -> Result<String, String> {
    let bare = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
    let plain = bare.chars().all(|c| c.is_ascii_alphanumeric() || ".:-_%".contains(c));
    if plain { Ok(bare.to_owned()) } else { Err(expected("an address or host name to listen on", text)) }
}

fn port(text: &str) -> Result<u16, String> {
    text.parse().map_err(|_| expected("a number from 0 to 65535", text))
}

fn public_url(text: &str) -> Result<String, String> {
    let wrong =
        || expected("an http or https URL without user, query or fragment, such as https://cal.example.org", text);
    let url = Url::parse(text).map_err(|_| wrong())?;
    let bare =
        url.username().is_empty() && url.password().is_none() && url.query().is_none() && url.fragment().is_none();
    if bare && is_web(&url) { Ok(url.as_str().trim_end_matches('/').to_owned()) } else { Err(wrong()) }
}

/// A URL may hold a password, so what was found is not told.
fn collector(text: &str) -> Result<Url, String> {
    let url = Url::parse(text).ok().filter(|url| is_web(url) && url.query().is_none() && url.fragment().is_none());
    url.ok_or_else(|| "expected an http or https URL without a query, such as http://localhost:4318".to_owned())
}

fn listen(text: &str) -> Result<SocketAddr, String> {
    text.parse().map_err(|_| expected("an IP address and a port, such as 127.0.0.1:3020", text))
}

fn is_web(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https") && url.has_host()
}

fn jwt_secret(text: &str) -> Result<Secret<Vec<u8>>, String> {
    if text.len() >= JWT_KEY_MIN {
        return Ok(Secret(text.as_bytes().to_vec()));
    }
    Err(format!("expected {JWT_KEY_MIN} bytes or more, found {}; `openssl rand -hex 32` makes one", text.len()))
}

fn encryption_key(text: &str) -> Result<Secret<[u8; 32]>, String> {
    // A hexadecimal key of a wrong length is a slip, not a phrase.
    let is_phrase = text.len() >= 32 && !text.bytes().all(|b| b.is_ascii_hexdigit());
    let phrase = || is_phrase.then(|| key_of_phrase(text));
    key_of_text(text).or_else(phrase).map(Secret).ok_or_else(|| {
        "expected 32 bytes as 64 hexadecimal characters or as base64, or any secret text of 32 bytes or more; `openssl \
         rand -hex 32` makes one"
            .to_owned()
    })
}

/// 32 bytes from 64 hexadecimal characters, or from base64 of either alphabet, padded or not.
pub(crate) fn key_of_text(text: &str) -> Option<[u8; 32]> {
    let bytes = if text.len() == 64 {
        let pairs =
            text.as_bytes().chunks(2).map(|pair| std::str::from_utf8(pair).ok().filter(|pair| !pair.contains('+')));
        pairs.map(|pair| u8::from_str_radix(pair?, 16).ok()).collect::<Option<Vec<u8>>>()?
    } else {
        let bare = text.trim_end_matches('=');
        STANDARD_NO_PAD.decode(bare).or_else(|_| URL_SAFE_NO_PAD.decode(bare)).ok()?
    };
    bytes.try_into().ok()
}

fn rate_limit(text: &str) -> Result<Option<Rate>, String> {
    if text.eq_ignore_ascii_case("off") {
        return Ok(None);
    }
    let wrong = || expected("a rate such as 600/min, 10/s or 5000/h, or off", text);
    let (requests, period) = text.split_once('/').ok_or_else(wrong)?;
    let seconds = match period.trim() {
        "s" | "sec" | "second" => 1,
        "m" | "min" | "minute" => 60,
        "h" | "hour" => 3600,
        _ => return Err(wrong()),
    };
    let requests = requests.trim().parse().map_err(|_| wrong())?;
    Ok(Some(Rate { requests, period: Duration::from_secs(seconds) }))
}

fn networks(text: &str) -> Result<Vec<Network>, String> {
    let wrong = || expected("addresses or networks such as 127.0.0.1 or 10.0.0.0/8, separated by commas", text);
    let each = text.split(',').map(str::trim).filter(|text| !text.is_empty());
    each.map(|network| network.parse().map_err(|_| wrong())).collect()
}

fn registration(text: &str) -> Result<bool, String> {
    match text {
        "open" => Ok(true),
        "closed" => Ok(false),
        _ => Err(expected("open or closed", text)),
    }
}

fn origins(text: &str) -> Result<Vec<String>, String> {
    text.split(',').map(str::trim).filter(|text| !text.is_empty()).map(origin).collect()
}

/// As a browser sends it: scheme, host and port, and nothing else.
fn origin(text: &str) -> Result<String, String> {
    let wrong = || expected("origins such as https://app.example.org, separated by commas", text);
    let url = Url::parse(text).map_err(|_| wrong())?;
    let origin = url.origin().ascii_serialization();
    let same = url.as_str().trim_end_matches('/') == origin;
    if is_web(&url) && same { Ok(origin) } else { Err(wrong()) }
}

fn allowed_hosts(text: &str) -> Result<AllowedHosts, String> {
    text.parse().map_err(|error: kalends_fetch::InvalidAllowedHosts| error.to_string())
}

/// A server needs a sender; a sender alone sends nothing.
fn mail(reader: &mut Reader, raw: &RawSettings) -> Option<Mail> {
    let known = reader.wrong.len();
    let server = reader.optional("SMTP_URL", raw.smtp_url.as_deref(), |text| {
        text.parse::<Server>().map_err(|error| error.to_string())
    });
    let from = reader.optional("MAIL_FROM", raw.mail_from.as_deref(), |text| {
        text.parse::<Sender>().map_err(|error| error.to_string())
    });
    if server.is_some() && from.is_none() && reader.wrong.len() == known {
        let message = "is needed with SMTP_URL: who mails come from, such as Calendar <cal@example.org>".to_owned();
        reader.wrong.push(Wrong { setting: "MAIL_FROM", message });
    }
    Some(Mail { server: server?, from: from? })
}

fn feeds(reader: &mut Reader, raw: &RawSettings) -> Option<FeedSettings> {
    let (text, default) = (&raw.feed_sync_interval, defaults::FEED_SYNC_INTERVAL);
    let interval = reader.needed("FEED_SYNC_INTERVAL", text, default, interval);
    let (text, default) = (&raw.feed_limit_per_account, defaults::FEED_LIMIT_PER_ACCOUNT);
    let limit = reader.needed("FEED_LIMIT_PER_ACCOUNT", text, default, |text| {
        text.parse::<u32>().map_err(|_| expected("a number from 0 to 4294967295", text))
    });
    Some(FeedSettings { interval: interval?, limit: usize::try_from(limit?).unwrap_or(usize::MAX) })
}

/// A time between two syncs.
pub(crate) fn interval(text: &str) -> Result<Duration, String> {
    time(text, INTERVALS, "1s to 7d")
}

/// A number of seconds, minutes, hours or days.
fn time(text: &str, within: RangeInclusive<Duration>, words: &str) -> Result<Duration, String> {
    let wrong = || expected(&format!("a time from {words}, such as 30s, 5m or 1h"), text);
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let seconds = match unit.trim() {
        "s" => 1,
        "m" | "min" => 60,
        "h" => 3_600,
        "d" => 86_400,
        _ => return Err(wrong()),
    };
    let number: u64 = number.parse().map_err(|_| wrong())?;
    let time = number.checked_mul(seconds).map(Duration::from_secs).ok_or_else(wrong)?;
    if within.contains(&time) { Ok(time) } else { Err(wrong()) }
}

fn log_format(text: &str) -> Result<bool, String> {
    match text {
        "text" => Ok(false),
        "json" => Ok(true),
        _ => Err(expected("text or json", text)),
    }
}

fn log_filter(text: &str) -> Result<EnvFilter, String> {
    let what = "a level (error, warn, info, debug, trace, off) or targets with levels, such as info,kalends=debug";
    EnvFilter::builder().parse(text).map_err(|_| expected(what, text))
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU32;

    use super::*;

    fn parse(set: impl FnOnce(&mut RawSettings)) -> Result<Settings, Invalid> {
        let mut raw = RawSettings::default();
        set(&mut raw);
        Settings::parse(&raw)
    }

    fn key(text: &str) -> Option<[u8; 32]> {
        key_of_text(text)
    }

    #[test]
    fn nothing_needs_to_be_set() {
        let settings = parse(|_| ()).unwrap();
        assert_eq!(settings.database.to_string(), "sqlite://data/kalends.db");
        assert_eq!((settings.host.as_str(), settings.port), ("127.0.0.1", 3019));
        assert_eq!(settings.public_url, "http://localhost:3019");
        assert!(settings.open_registration && !settings.log.json && settings.cors_origins.is_empty());
        assert!(settings.embed_origins.is_empty());
        assert!(settings.fetch_allow_hosts.is_empty());
        assert!(settings.jwt_secret.is_none() && settings.encryption_key.is_none());
        assert_eq!(rate_limit("600/min").unwrap(), settings.rate_limit);
    }

    #[test]
    fn what_is_empty_is_not_set() {
        let raw = RawSettings {
            port: " ".to_owned(),
            jwt_secret: Some(String::new()),
            tzdir: Some(String::new()),
            ..RawSettings::default()
        };
        let settings = Settings::parse(&raw).unwrap();
        assert_eq!(settings.port, 3019);
        assert!(settings.jwt_secret.is_none() && tzdir(&raw).is_none());
    }

    #[test]
    fn all_that_is_wrong_is_told_at_once_and_no_secret() {
        let invalid = parse(|raw| {
            raw.database_url = "mysql://u:hush@h/d".to_owned();
            raw.host = "a host".to_owned();
            raw.port = "65536".to_owned();
            raw.public_url = "calendar".to_owned();
            raw.jwt_secret = Some("hush".to_owned());
            raw.encryption_key = Some("hush".to_owned());
            raw.rate_limit = "fast".to_owned();
            raw.registration = "maybe".to_owned();
            raw.cors_origins = Some("https://a.example/path".to_owned());
            raw.embed_origins = Some("*".to_owned());
            raw.fetch_allow_hosts = Some("10.0.0.0/8".to_owned());
            raw.smtp_url = Some("smtp://u:hush@mail.example?tls=maybe".to_owned());
            raw.mail_from = Some("the calendar".to_owned());
            raw.otel_exporter_otlp_endpoint = Some("grpc://u:hush@h".to_owned());
            raw.worker_listen = Some("3020".to_owned());
            raw.log_format = "xml".to_owned();
            raw.rust_log = "kalends=loud".to_owned();
            raw.shutdown_delay = "6m".to_owned();
            raw.database_pool_mode = "statement".to_owned();
            raw.database_read_url = Some("mysql://u:hush@h/d".to_owned());
        });
        let invalid = invalid.unwrap_err();
        let said = invalid.to_string();
        assert_eq!(invalid.0.len(), 20, "{said}");
        assert!(!said.contains("hush"), "{said}");
        assert!(said.contains("\n  FETCH_ALLOW_HOSTS: expected hosts such as nas.lan"), "{said}");
        assert!(said.contains("\n  PORT: expected a number from 0 to 65535, found \"65536\""), "{said}");
    }

    #[test]
    fn debug_shows_no_secret() {
        let settings = parse(|raw| {
            raw.database_url = "postgres://u:hush@h/d".to_owned();
            raw.database_read_url = Some("postgres://u:hush@r/d".to_owned());
            raw.jwt_secret = Some("hush".repeat(8));
            raw.encryption_key = Some("ab".repeat(32));
            raw.smtp_url = Some("smtps://u:hush@mail.example".to_owned());
            raw.mail_from = Some("cal@example.org".to_owned());
        });
        let shown = format!("{:?}", settings.unwrap());
        assert!(!shown.contains("hush") && !shown.contains("171") && !shown.contains("abab"), "{shown}");
    }

    #[test]
    fn mail_needs_a_server_and_a_sender() {
        assert!(parse(|_| ()).unwrap().mail.is_none());
        assert!(parse(|raw| raw.mail_from = Some("cal@example.org".to_owned())).unwrap().mail.is_none());
        let invalid = parse(|raw| raw.smtp_url = Some("smtp://mail.example".to_owned())).unwrap_err();
        assert_eq!(invalid.0.iter().map(|wrong| wrong.setting).collect::<Vec<_>>(), ["MAIL_FROM"]);
    }

    #[test]
    fn hosts() {
        for (text, host) in [("0.0.0.0", "0.0.0.0"), ("::1", "::1"), ("[::]", "::"), ("localhost", "localhost")] {
            assert_eq!(super::host(text).as_deref(), Ok(host));
        }
        assert!(super::host("http://localhost/").is_err());
    }

    #[test]
    fn public_urls() {
        for (text, url) in [
            ("https://cal.example.org/", "https://cal.example.org"),
            ("http://localhost:3019", "http://localhost:3019"),
            ("https://example.org/cal/", "https://example.org/cal"),
        ] {
            assert_eq!(public_url(text).as_deref(), Ok(url));
        }
        for text in
            ["ftp://a.example", "cal.example.org", "https://u:p@a.example", "https://a.example/?q", "http://a b/"]
        {
            assert!(public_url(text).is_err(), "{text}");
        }
    }

    #[test]
    fn encryption_keys() {
        let bytes = [0xfb; 32];
        let hex = "fb".repeat(32);
        for text in [hex.clone(), hex.to_uppercase(), STANDARD_NO_PAD.encode(bytes), URL_SAFE_NO_PAD.encode(bytes)] {
            assert_eq!(key(&text), Some(bytes), "{text}");
        }
        assert_eq!(key(&format!("{}=", STANDARD_NO_PAD.encode(bytes))), Some(bytes));
        for text in [&hex[2..], &"+f".repeat(32), &"zz".repeat(32), &"é".repeat(32), "pass phrase", "YWJj"] {
            assert_eq!(key(text), None, "{text}");
        }
    }

    #[test]
    fn a_long_phrase_is_a_key_and_a_mistyped_one_is_not() {
        let key = |text: &str| super::encryption_key(text).ok().map(|key| key.0);
        let phrase = "a secret text, long enough to keep";
        assert!(key(phrase).is_some() && key(phrase) != key(&format!("{phrase}s")));
        assert_eq!(key(&"fb".repeat(32)), Some([0xfb; 32]));
        assert!(key(&"fb".repeat(32)[1..]).is_none() && key("too short").is_none());
    }

    #[test]
    fn rates() {
        let per = |requests, seconds| {
            Ok(Some(Rate { requests: NonZeroU32::new(requests).unwrap(), period: Duration::from_secs(seconds) }))
        };
        assert_eq!(rate_limit("off"), Ok(None));
        assert_eq!(rate_limit("600/min"), per(600, 60));
        assert_eq!(rate_limit("10/s"), per(10, 1));
        assert_eq!(rate_limit("5000/h"), per(5000, 3600));
        for text in ["", "0/s", "-1/s", "10", "10/day", "10/s/s", "1.5/s", "99999999999/s"] {
            assert!(rate_limit(text).is_err(), "{text}");
        }
    }

    #[test]
    fn origins_are_as_browsers_send_them() {
        let list = origins("https://App.example.org, http://localhost:5173/,,https://a.example:443");
        assert_eq!(list.unwrap(), ["https://app.example.org", "http://localhost:5173", "https://a.example"]);
        for text in ["*", "null", "app.example.org", "https://a.example/b", "https://u@a.example", "file:///x"] {
            assert!(origins(text).is_err(), "{text}");
        }
    }

    #[test]
    fn intervals() {
        for (text, seconds) in [("1s", 1), ("5m", 300), ("15 min", 900), ("2h", 7_200), ("7d", 604_800)] {
            assert_eq!(interval(text), Ok(Duration::from_secs(seconds)), "{text}");
        }
        for text in ["0s", "8d", "5", "m", "-1s", "1.5h", "99999999999999999999s", "99999999999999999h", "5ms"] {
            assert!(interval(text).is_err(), "{text}");
        }
    }
}
