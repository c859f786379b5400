//! `kalends doctor`: looks at everything, changes nothing, and says how to mend what is wrong.

mod audit;
mod checks;
mod inside;
mod machine;
mod reach;

use std::fmt;
use std::time::Duration;

use kalends_domain::frist::record::Head;
use kalends_http::Api;
use kalends_ports::Clock;
use kalends_store::{ConnectError, SchemaStatus};
use serde::Serialize;
use tokio::time::timeout;

use crate::cli::RawSettings;
use crate::clock::SystemClock;
use crate::failure::Failure;
use crate::say;
use crate::settings::{Settings, tzdir};
use crate::tzdata;

/// A store that has not answered by then is told as one that does not.
const PATIENCE: Duration = Duration::from_secs(20);

/// How it is with something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum State {
    /// Good.
    Ok,
    /// It works, and could be better.
    Warn,
    /// It does not work.
    Fail,
}

/// One line of the doctor's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Check {
    state: State,
    #[serde(rename = "check")]
    what: &'static str,
    /// What was found.
    message: String,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    mend: Option<String>,
}

impl Check {
    fn ok(what: &'static str, message: impl Into<String>) -> Self {
        Self { state: State::Ok, what, message: message.into(), mend: None }
    }

    fn warn(what: &'static str, message: impl Into<String>, mend: impl Into<String>) -> Self {
        Self { state: State::Warn, what, message: message.into(), mend: Some(mend.into()) }
    }

    fn fail(what: &'static str, message: impl Into<String>, mend: impl Into<String>) -> Self {
        Self { state: State::Fail, what, message: message.into(), mend: Some(mend.into()) }
    }
}

impl fmt::Display for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = match self.state {
            State::Ok => "ok",
            State::Warn => "warn",
            State::Fail => "fail",
        };
        write!(f, "{state:<5} {:<17} {}", self.what, self.message)?;
        self.mend.as_ref().map_or(Ok(()), |mend| write!(f, "; {mend}"))
    }
}

/// Checks, prints a line for each, and fails when one does.
///
/// `audit` says whether the history of Fristen is read too, and against which end that was noted.
#[allow(clippy::option_option, reason = "not asked for, asked for, and with a value")]
pub(crate) async fn run(raw: &RawSettings, json: bool, audit: Option<Option<Head>>) -> Result<(), Failure> {
    let mut all = examine(raw).await;
    if let Some(known) = audit {
        all.extend(audit::fristen(raw, known).await);
    }
    for check in &all {
        say(if json { serde_json::to_string(check).map_err(Failure::new)? } else { check.to_string() })?;
    }
    if all.iter().any(|check| check.state == State::Fail) { Err(Failure::told()) } else { Ok(()) }
}

async fn examine(raw: &RawSettings) -> Vec<Check> {
    let zones = checks::zones(&tzdata::choose(tzdir(raw).as_deref()), tzdata::bundled().as_ref());
    let settings = match Settings::parse(raw) {
        Ok(settings) => settings,
        Err(invalid) => {
            let wrong =
                invalid.0.into_iter().map(|wrong| Check::fail(wrong.setting, wrong.message, "change this setting"));
            return wrong.chain([zones]).collect();
        }
    };
    let mut all = vec![Check::ok("settings", "all can be used"), checks::public_url(&settings)];
    let now = SystemClock.now();
    let database = &settings.database;
    all.extend(checks::directory(database));
    all.extend(machine::room(database));
    all.extend(machine::privacy(database));
    let found = look(database.url(), &database.to_string()).await;
    all.extend(checks::store(database, &found));
    if let Ok(status) = &found {
        all.extend(machine::clock(database, status, now));
        // Whoever opens a store brings its schema up to date, which is not a doctor's to do.
        if status.pending.is_empty() {
            all.extend(inside::look(&settings, now).await);
        }
    }
    if let Some(url) = &settings.store.replica {
        all.push(checks::replica(look(url, "the replica").await));
    }
    all.push(zones);
    all.push(checks::fetch_allow_hosts(&settings));
    all.push(checks::mail(&settings).await);
    all.push(checks::jwt_secret(&settings));
    all.push(checks::encryption_key(&settings));
    all.extend(checks::providers(&settings));
    match Api::new() {
        Ok(api) => {
            let (public, providers) =
                tokio::join!(reach::public_url(&settings, &api), reach::providers(&settings, &api));
            all.push(public);
            all.extend(providers);
        }
        Err(error) => all.push(Check::fail("certificates", error.to_string(), "install ca-certificates")),
    }
    all
}

async fn look(url: &str, place: &str) -> Result<SchemaStatus, ConnectError> {
    let slow = |_| ConnectError::Unreachable {
        place: place.to_owned(),
        reason: format!("no answer within {} s", PATIENCE.as_secs()),
    };
    timeout(PATIENCE, kalends_store::schema_status(url)).await.map_err(slow)?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn settings_that_are_wrong_are_all_told_with_the_zones() {
        let raw = RawSettings { port: "x".to_owned(), host: "a b".to_owned(), ..RawSettings::default() };
        let all = examine(&raw).await;
        let told: Vec<_> = all.iter().map(|check| (check.what, check.state)).collect();
        assert_eq!(told, [("HOST", State::Fail), ("PORT", State::Fail), ("tzdata", State::Ok)]);
    }

    #[test]
    fn a_check_is_one_line() {
        assert_eq!(Check::ok("store", "answers").to_string(), "ok    store             answers");
        assert_eq!(
            Check::fail("store", "is gone", "bring it back").to_string(),
            "fail  store             is gone; bring it back"
        );
        let json = serde_json::to_value(Check::warn("store", "is slow", "wait")).unwrap();
        assert_eq!(json, serde_json::json!({"state": "warn", "check": "store", "message": "is slow", "mend": "wait"}));
    }
}
