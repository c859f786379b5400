//! Whether the history of Fristen fits.

use std::sync::Arc;

use kalends_app::{AuditReport, audit_fristen};
use kalends_domain::frist::record::{Finding, Head};
use kalends_ports::Store;
use kalends_store::Options;

use super::Check;
use crate::cli::RawSettings;
use crate::settings::Settings;

const WHAT: &str = "fristen";
const MEND: &str = "compare with a backup: somebody wrote to the database past this program";

/// A line for each thing that does not fit, or one that says that all does, and where the history ends. None where the
/// settings cannot be used, which is told already.
pub(super) async fn fristen(raw: &RawSettings, known: Option<Head>) -> Vec<Check> {
    let Ok(settings) = Settings::parse(raw) else { return Vec::new() };
    match opened(settings.database.url()).await {
        Ok(store) => match audit_fristen(store.as_ref(), known).await {
            Ok(report) => told(report),
            Err(error) => vec![Check::fail(WHAT, format!("the history cannot be read: {error}"), "try again")],
        },
        Err(reason) => vec![Check::fail(WHAT, format!("the history cannot be read: {reason}"), "mend the store first")],
    }
}

/// The store, if opening it changes nothing: it is there, and its schema is this program's.
async fn opened(url: &str) -> Result<Arc<dyn Store>, String> {
    let status = kalends_store::schema_status(url).await.map_err(|error| error.to_string())?;
    if !status.pending.is_empty() {
        return Err("the schema is not up to date".to_owned());
    }
    kalends_store::connect(url, &Options::default()).await.map_err(|error| error.to_string())
}

fn told(AuditReport { head, fristen, findings }: AuditReport) -> Vec<Check> {
    if findings.is_empty() {
        let message = format!("{} entries of {fristen} Fristen fit; the history ends with {head}", head.seq);
        return vec![Check::ok(WHAT, message)];
    }
    findings.into_iter().map(|finding| Check::fail(WHAT, line(&finding), MEND)).collect()
}

fn line(Finding { seq, frist, what }: &Finding) -> String {
    let entry = seq.map(|seq| format!("entry {seq}"));
    let frist = frist.map(|id| format!("Frist {id}"));
    let subject: Vec<String> = entry.into_iter().chain(frist).collect();
    if subject.is_empty() { what.clone() } else { format!("{}: {what}", subject.join(" of ")) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::State;

    #[test]
    fn what_fits_is_one_line_and_what_does_not_is_named() {
        let report = AuditReport { head: Head::default(), fristen: 0, findings: Vec::new() };
        let all = told(report.clone());
        assert!(all.len() == 1 && all[0].state == State::Ok && all[0].message.contains("ends with 0:0000"));
        let finding = |seq, frist| Finding { seq, frist, what: "is odd".to_owned() };
        let id = "019cb3a2-0d00-7a3f-8c1e-2b9d4e5f6a70".parse().ok();
        let findings = vec![finding(Some(2), id), finding(None, id), finding(None, None)];
        let all = told(AuditReport { findings, ..report });
        let lines: Vec<&str> = all.iter().map(|check| check.message.as_str()).collect();
        assert_eq!(
            lines,
            [
                "entry 2 of Frist 019cb3a2-0d00-7a3f-8c1e-2b9d4e5f6a70: is odd",
                "Frist 019cb3a2-0d00-7a3f-8c1e-2b9d4e5f6a70: is odd",
                "is odd",
            ]
        );
        assert!(all.iter().all(|check| check.state == State::Fail));
    }
}
