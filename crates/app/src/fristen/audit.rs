//! Checking the history of all Fristen.

use kalends_domain::frist::record::{Audit, Finding, Head};
use kalends_ports::{Fristen, KeptFrist, Page, PageRequest, StoreError};

use crate::{Error, Result};

/// How many entries, or Fristen, are read at a time.
const AT_ONCE: usize = 1_000;
/// How often it is read while others write.
const TRIES: usize = 5;

/// What a check found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditReport {
    /// Where the history ends: to be noted elsewhere, and given to a later check.
    pub head: Head,
    /// How many Fristen there are, deleted ones included.
    pub fristen: usize,
    /// What does not fit.
    pub findings: Vec<Finding>,
}

/// Reads the whole history and every Frist, and tells what does not fit; against an end that was noted before, if one
/// was. What is found while others write may be their doing: then it is read again.
pub async fn audit_fristen(store: &(impl Fristen + ?Sized), known: Option<Head>) -> Result<AuditReport> {
    for _ in 0..TRIES {
        let report = read_once(store, known).await?;
        if report.findings.is_empty() || store.find_frist_head().await? == report.head {
            return Ok(report);
        }
    }
    Err(Error::Conflict("Fristen are written all the time: check again when it is quieter".to_owned()))
}

async fn read_once(store: &(impl Fristen + ?Sized), known: Option<Head>) -> Result<AuditReport> {
    let head = store.find_frist_head().await?;
    let mut audit = Audit::new(known);
    let records = async |page| store.list_frist_records(None, page).await;
    each(records, |entry| entry.seq, |entry| audit.entry(entry)).await?;
    let mut count = 0;
    let fristen = async |page| store.list_all_fristen(page).await;
    each(
        fristen,
        |kept| kept.frist.id,
        |KeptFrist { frist, event, calendar_deleted }| {
            count += 1;
            let mut following = frist.state.following(&event);
            following.deleted |= calendar_deleted;
            audit.frist(&frist, &following);
        },
    )
    .await?;
    Ok(AuditReport { head, fristen: count, findings: audit.finish(head) })
}

/// Reads a whole list.
async fn each<T, K>(
    read: impl AsyncFn(PageRequest<K>) -> std::result::Result<Page<T>, StoreError>,
    key: impl Fn(&T) -> K,
    mut take: impl FnMut(T),
) -> Result<()> {
    let mut after = None;
    loop {
        let page = read(PageRequest { after, limit: AT_ONCE }).await?;
        after = page.items.last().map(&key);
        page.items.into_iter().for_each(&mut take);
        if !page.more {
            return Ok(());
        }
    }
}
