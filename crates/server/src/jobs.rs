//! `kalends jobs`: what an operator sees of the queue, and does with it.

use jiff::{SignedDuration, Timestamp};
use kalends_app::App;
use kalends_domain::id::JobId;
use kalends_ports::{Job, JobFilter, PageRequest};

use crate::cli::JobsCommand;
use crate::failure::Failure;
use crate::settings::Settings;
use crate::{house, say};

/// Jobs that are read at once.
const PAGE: usize = 500;

pub(crate) async fn run(settings: &Settings, command: JobsCommand) -> Result<(), Failure> {
    let (retries, ids) = match command {
        JobsCommand::List { dead } => return list(&house::open(settings).await?.app, dead).await,
        JobsCommand::Retry { ids } => (true, ids),
        JobsCommand::Drop { ids } => (false, ids),
    };
    // All are read before any is touched.
    let ids = ids.iter().map(|text| id(text)).collect::<Result<Vec<JobId>, Failure>>()?;
    let app = house::open(settings).await?.app;
    for id in ids {
        let done = if retries { app.retry_job(id).await } else { app.drop_job(id).await };
        done.map_err(|error| Failure::new(format!("{id}: {error}")))?;
        say(format!("{id} {}", if retries { "is tried again" } else { "is dropped" }))?;
    }
    Ok(())
}

fn id(text: &str) -> Result<JobId, Failure> {
    text.parse().map_err(|error| Failure::new(format!("ID: {text:?} {error}; `kalends jobs list` shows them")))
}

async fn list(app: &App, dead: bool) -> Result<(), Failure> {
    let now = app.context().now();
    let mut after = None;
    let mut head = Some(row(["ID", "KIND", "AGE", "ATTEMPTS", "NEXT", "ERROR"]));
    loop {
        let page = app.list_jobs(JobFilter { dead }, PageRequest { after, limit: PAGE }).await.map_err(Failure::new)?;
        for job in &page.items {
            if let Some(head) = head.take() {
                say(head)?;
            }
            say(line(job, now))?;
        }
        after = page.items.last().map(|job| job.id);
        if !page.more {
            break;
        }
    }
    match head {
        Some(_) if dead => say("no job was given up"),
        Some(_) => say("no job waits"),
        None => Ok(()),
    }
}

fn line(job: &Job, now: Timestamp) -> String {
    let next = match (job.dead_at, job.lease) {
        (Some(_), _) => "given up".to_owned(),
        (None, Some(_)) if job.run_at > now => "running".to_owned(),
        _ if job.run_at <= now => "now".to_owned(),
        _ => format!("in {}", length(job.run_at.duration_since(now))),
    };
    let (id, attempts) = (job.id.to_string(), job.attempts.to_string());
    let age = length(now.duration_since(job.created_at));
    let error = job.last_error.as_deref().unwrap_or_default();
    row([&id, &job.kind, &age, &attempts, &next, error])
}

fn row([id, kind, age, attempts, next, error]: [&str; 6]) -> String {
    format!("{id:<36}  {kind:<16}  {age:>4}  {attempts:>8}  {next:<9}  {error}").trim_end().to_owned()
}

/// Of days, hours, minutes and seconds the largest that there is one of.
fn length(length: SignedDuration) -> String {
    let seconds = length.as_secs().max(0);
    let units = [(86_400, "d"), (3_600, "h"), (60, "m")];
    let fitting = units.into_iter().find(|(unit, _)| seconds >= *unit);
    fitting.map_or_else(|| format!("{seconds}s"), |(unit, name)| format!("{}{name}", seconds / unit))
}

#[cfg(test)]
mod tests {
    use kalends_ports::Lease;

    use super::*;

    #[test]
    fn a_job_is_one_line() {
        let now = Timestamp::UNIX_EPOCH;
        let at = |seconds| now + SignedDuration::from_secs(seconds);
        let job = Job {
            created_at: at(-7_300),
            attempts: 3,
            last_error: Some("451 later".to_owned()),
            ..Job::new(JobId(uuid::Uuid::nil()), "booking.mail", "", at(90))
        };
        let told = |job: &Job| line(job, now).split("  ").skip(1).map(str::trim).collect::<Vec<_>>().join("|");
        let words = |job: &Job| told(job).split('|').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(", ");
        assert_eq!(words(&job), "booking.mail, 2h, 3, in 1m, 451 later");
        assert!(words(&Job { run_at: now, ..job.clone() }).contains(", now, "));
        assert!(words(&Job { lease: Some(Lease(uuid::Uuid::nil())), ..job.clone() }).contains(", running, "));
        assert!(words(&Job { dead_at: Some(now), last_error: None, ..job }).ends_with(", given up"));
    }

    #[test]
    fn lengths() {
        for (seconds, told) in [(-5, "0s"), (59, "59s"), (60, "1m"), (7_199, "1h"), (86_400, "1d"), (900_000, "10d")] {
            assert_eq!(length(SignedDuration::from_secs(seconds)), told);
        }
    }

    #[test]
    fn what_is_no_id_is_told() {
        assert!(format!("{:?}", id("7").unwrap_err()).contains("is not a UUID"));
    }
}
