//! The binary `kalends`: reads the settings, puts the rooms together, and runs.

mod backup;
mod cli;
mod clock;
mod database;
mod doctor;
mod expand;
mod failure;
mod healthcheck;
mod house;
mod jobs;
mod keys;
mod memory;
mod providers;
#[cfg(test)]
mod scratch;
mod serve;
mod settings;
mod signals;
mod telemetry;
mod tzdata;
mod user;
mod worker;

use std::io::{self, BufWriter, Write};
use std::process::ExitCode;

use clap::Parser;

use crate::cli::{Cli, Command, RawSettings, UserCommand};
use crate::failure::Failure;
use crate::settings::{Invalid, Settings, Wrong};
use crate::telemetry::Telemetry;

fn main() -> ExitCode {
    let cli = Cli::parse();
    match run(cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.tell(),
    }
}

fn run(cli: Cli) -> Result<(), Failure> {
    let raw = &cli.settings;
    match cli.command.unwrap_or(Command::Serve { no_worker: false }) {
        Command::Serve { no_worker } => {
            memory::keep_little();
            let ready = prepare(raw)?;
            on_runtime(serve::run(&ready.settings, !no_worker))
        }
        Command::Worker => {
            memory::keep_little();
            let ready = prepare(raw)?;
            on_runtime(worker::run(&ready.settings))
        }
        Command::Jobs { command } => {
            let ready = prepare(raw)?;
            on_runtime(jobs::run(&ready.settings, command))
        }
        Command::Migrate => {
            let ready = prepare(raw)?;
            on_runtime(migrate(&ready.settings))
        }
        Command::Backup { file } => {
            let ready = prepare(raw)?;
            on_runtime(backup::backup(&ready.settings, &file))
        }
        Command::Restore { file } => {
            let ready = prepare(raw)?;
            on_runtime(backup::restore(&ready.settings, &file))
        }
        Command::Healthcheck { at } => healthcheck::run(&Settings::parse(raw)?, at),
        Command::User { command: UserCommand::Create { email, name } } => {
            let ready = prepare(raw)?;
            on_runtime(user::create(&ready.settings, &email, name))
        }
        Command::Doctor { json, audit } => {
            telemetry::start_quietly()?;
            on_runtime(doctor::run(raw, json, audit))
        }
        Command::Openapi => say(kalends_api::openapi()),
        Command::Expand => {
            telemetry::start_quietly()?;
            use_zones(raw)?;
            ended(expand::run(io::stdin(), BufWriter::new(io::stdout().lock())))
        }
    }
}

/// Settings, logs and zones, in this order, for whatever works on the store.
fn prepare(raw: &RawSettings) -> Result<Ready, Failure> {
    let settings = Settings::parse(raw)?;
    let telemetry = telemetry::start(&settings.log, settings.collector.as_ref())?;
    use_zones(raw)?;
    Ok(Ready { settings, _telemetry: telemetry })
}

/// What a command works with until it ends.
struct Ready {
    settings: Settings,
    _telemetry: Telemetry,
}

/// Before the first zone is looked up.
fn use_zones(raw: &RawSettings) -> Result<(), Failure> {
    let chosen = tzdata::choose(settings::tzdir(raw).as_deref()).and_then(|choice| tzdata::install(&choice));
    chosen.map_err(|unusable| Invalid(vec![Wrong { setting: "TZDIR", message: unusable.to_string() }]).into())
}

/// Migrations need a runtime of several threads, and actix brings its own workers to any.
fn on_runtime(work: impl Future<Output = Result<(), Failure>>) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Failure::new(format!("no threads can be started: {error}")))?;
    let outcome = runtime.block_on(work);
    // A name that is still being looked up must not keep a command from ending.
    runtime.shutdown_background();
    outcome
}

async fn migrate(settings: &Settings) -> Result<(), Failure> {
    let applied = kalends_store::migrate(settings.database.url()).await;
    let applied = applied.map_err(|error| house::unusable(&settings.database, &error))?;
    if applied.is_empty() {
        return say("the schema is up to date");
    }
    applied.iter().try_for_each(|name| say(format!("applied {name}")))
}

/// Writes a line to standard output, and lets it go there at once.
fn say(line: impl AsRef<str>) -> Result<(), Failure> {
    let mut output = io::stdout().lock();
    ended(writeln!(output, "{}", line.as_ref().trim_end()).and_then(|()| output.flush()))
}

/// A reader that has read enough and goes away, as `head` does, is no failure.
fn ended(written: io::Result<()>) -> Result<(), Failure> {
    match written {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other.map_err(|error| Failure::new(format!("standard input or output failed: {error}"))),
    }
}
