//! The queue. Claims take what is due whoever asked for it, so each group works in a time of its own, before all others.

use std::collections::HashSet;

use futures_util::future::join_all;
use jiff::{SignedDuration, Timestamp};
use kalends_domain::id::JobId;
use uuid::Uuid;

use super::fixtures::at;
use super::{AnyStore, assert_duplicate, assert_stale, refused, write};
use crate::{Change, Changes, Claim, Job, JobFilter, Lease, PageRequest, QueueState, StoreError, Unique};

fn job(now: Timestamp) -> Job {
    Job::new(JobId(Uuid::now_v7()), "a.kind", "what it is \"about\", and für wen", now)
}

fn keyed(key: &str, now: Timestamp) -> Job {
    Job { key: Some(key.to_owned()), ..job(now) }
}

fn plus(at: Timestamp, seconds: i64) -> Timestamp {
    at + SignedDuration::from_secs(seconds)
}

/// Claims what is due, for a minute.
async fn claim(store: &AnyStore, now: Timestamp, limit: usize) -> Vec<Job> {
    let lease = Lease(Uuid::new_v4());
    write(store, [Change::ClaimJobs(Claim { lease, now, until: plus(now, 60), limit })]).await;
    let claimed = store.list_claimed_jobs(lease).await.unwrap();
    assert!(claimed.iter().all(|job| job.lease == Some(lease) && job.run_at == plus(now, 60)), "{claimed:?}");
    claimed
}

fn ids(jobs: &[Job]) -> HashSet<JobId> {
    jobs.iter().map(|job| job.id).collect()
}

async fn find(store: &AnyStore, job: &Job) -> Option<Job> {
    store.find_job(job.id).await.unwrap()
}

/// Removes all that a group wrote, so that no other finds it due.
async fn clear(store: &AnyStore, jobs: impl IntoIterator<Item = &Job>) {
    for job in jobs {
        if let Some(Job { id, lease, .. }) = find(store, job).await {
            write(store, [Change::RemoveJob { id, expected: lease }]).await;
        }
    }
}

/// A job waits, is put off, given up, revived and removed; each only by who has its lease, or while nobody has.
pub async fn jobs(store: AnyStore) {
    let store = &store;
    let now = at("1971-01-01T00:00:00Z");
    let first = job(now);
    assert_eq!(find(store, &first).await, None);
    let before = store.count_jobs().await.unwrap();
    write(store, [Change::InsertJob(first.clone())]).await;
    assert_eq!(find(store, &first).await.as_ref(), Some(&first));
    assert_duplicate(&refused(store, [Change::InsertJob(first.clone())]).await, Unique::Id);
    let state = store.count_jobs().await.unwrap();
    assert_eq!(state, QueueState { waiting: before.waiting + 1, next: Some(now), ..before });
    assert_eq!(store.find_next_due().await.unwrap(), Some(now));

    let claimed = claim(store, now, 10).await;
    let [leased] = &claimed[..] else { panic!("expected one: {claimed:?}") };
    assert_eq!((leased.id, leased.attempts, leased.payload.as_str()), (first.id, 1, first.payload.as_str()));
    let state = store.count_jobs().await.unwrap();
    assert_eq!((state.waiting, state.running), (before.waiting, before.running + 1));
    assert_eq!(store.find_next_due().await.unwrap(), Some(plus(now, 60)), "a lease that runs out is due");

    // Only who has the lease.
    let put_off = Job { lease: None, run_at: plus(now, 120), last_error: Some("no \"luck\"".into()), ..leased.clone() };
    for wrong in [None, Some(Lease(Uuid::new_v4()))] {
        assert_stale(&refused(store, [Change::UpdateJob { job: put_off.clone(), expected: wrong }]).await);
        assert_stale(&refused(store, [Change::RemoveJob { id: first.id, expected: wrong }]).await);
    }
    write(store, [Change::UpdateJob { job: put_off.clone(), expected: leased.lease }]).await;
    assert_eq!(find(store, &first).await.as_ref(), Some(&put_off));
    assert_stale(&refused(store, [Change::RemoveJob { id: first.id, expected: leased.lease }]).await);

    // Given up, it is due no more, until it is revived.
    let dead = Job { dead_at: Some(plus(now, 121)), ..put_off.clone() };
    write(store, [Change::UpdateJob { job: dead.clone(), expected: None }]).await;
    assert_eq!(claim(store, plus(now, 1_000), 10).await, []);
    assert_eq!(store.count_jobs().await.unwrap().dead, before.dead + 1);
    let list = async |dead| {
        let page = PageRequest { after: None, limit: 1_000 };
        store.list_jobs(JobFilter { dead }, page).await.unwrap().items
    };
    assert!(list(true).await.contains(&dead) && !list(false).await.contains(&dead));
    let revived = Job { dead_at: None, attempts: 0, run_at: plus(now, 5), last_error: None, ..dead };
    write(store, [Change::UpdateJob { job: revived.clone(), expected: None }]).await;
    assert_eq!(find(store, &first).await.as_ref(), Some(&revived));

    // What a job wrote and that it is done are one commit.
    let claimed = claim(store, plus(now, 5), 10).await;
    let next = job(plus(now, 9));
    let done = |lease| [Change::InsertJob(next.clone()), Change::RemoveJob { id: first.id, expected: lease }];
    assert_stale(&refused(store, done(None)).await);
    assert_eq!(find(store, &next).await, None);
    write(store, done(claimed[0].lease)).await;
    assert_eq!((find(store, &first).await, find(store, &next).await), (None, Some(next.clone())));
    assert_stale(&refused(store, [Change::RemoveJob { id: first.id, expected: None }]).await);

    // Pages, oldest first.
    let more: Vec<Job> = (0..3).map(|_| job(plus(now, 9))).collect();
    write(store, more.iter().cloned().map(Change::InsertJob)).await;
    let page =
        store.list_jobs(JobFilter { dead: false }, PageRequest { after: Some(next.id), limit: 2 }).await.unwrap();
    assert_eq!((page.items.as_slice(), page.more), (&more[..2], true));
    let page = store.list_jobs(JobFilter { dead: false }, PageRequest { after: Some(more[0].id), limit: 2 }).await;
    assert_eq!(page.map(|page| (page.items, page.more)).unwrap(), (more[1..].to_vec(), false));
    clear(store, more.iter().chain([&next])).await;

    let long = Job { payload: "x".repeat(crate::PAYLOAD_MAX + 1), ..job(now) };
    assert!(matches!(refused(store, [Change::InsertJob(long)]).await, StoreError::Broken(_)));
}

/// A claim takes what is due, the longest due first, as many as it may; a lease that ran out is claimed anew.
pub async fn job_claims(store: AnyStore) {
    let store = &store;
    let now = at("1972-01-01T00:00:00Z");
    let jobs: Vec<Job> = [3, 1, 2, 0, 500].into_iter().map(|second| job(plus(now, second))).collect();
    write(store, jobs.iter().cloned().map(Change::InsertJob)).await;
    assert_eq!(store.find_next_due().await.unwrap(), Some(now));
    assert_eq!(claim(store, plus(now, -1), 10).await, [], "nothing is due yet");
    let first = claim(store, plus(now, 10), 2).await;
    assert_eq!(ids(&first), HashSet::from([jobs[3].id, jobs[1].id]), "the longest due");
    let rest = claim(store, plus(now, 10), 10).await;
    assert_eq!(ids(&rest), HashSet::from([jobs[0].id, jobs[2].id]));
    assert_eq!(claim(store, plus(now, 69), 10).await, [], "they are leased");

    // The one who claimed them died.
    let again = claim(store, plus(now, 70), 3).await;
    assert_eq!(again.len(), 3);
    assert!(again.iter().all(|job| job.attempts == 2), "{again:?}");
    let old = first.iter().chain(&rest).find(|job| job.id == again[0].id).expect("it was claimed before");
    assert_stale(&refused(store, [Change::RemoveJob { id: old.id, expected: old.lease }]).await);
    write(store, [Change::RemoveJob { id: old.id, expected: again[0].lease }]).await;
    clear(store, &jobs).await;
}

/// Of a key one job waits and one is worked on.
pub async fn job_keys(store: AnyStore) {
    let store = &store;
    let now = at("1973-01-01T00:00:00Z");
    let key = format!("sync/{}", Uuid::new_v4());
    let first = keyed(&key, plus(now, 10));
    write(store, [Change::InsertJob(first.clone())]).await;
    // Later is no later, sooner is sooner, and another key is another job.
    let [later, sooner, other] =
        [keyed(&key, plus(now, 20)), keyed(&key, plus(now, 5)), keyed("other", plus(now, 500))];
    write(store, [&later, &sooner, &other].map(|job| Change::InsertJob(job.clone()))).await;
    assert_eq!((find(store, &later).await, find(store, &sooner).await), (None, None));
    assert_eq!(find(store, &first).await, Some(Job { run_at: plus(now, 5), ..first.clone() }));
    assert_eq!(find(store, &other).await.as_ref(), Some(&other));

    // While it is worked on, the next one waits, and is not begun.
    let claimed = claim(store, plus(now, 30), 10).await;
    assert_eq!(ids(&claimed), HashSet::from([first.id]));
    let [second, third] = [keyed(&key, plus(now, 31)), keyed(&key, plus(now, 32))];
    write(store, [&second, &third].map(|job| Change::InsertJob(job.clone()))).await;
    assert_eq!((find(store, &second).await.as_ref(), find(store, &third).await), (Some(&second), None));
    assert_eq!(claim(store, plus(now, 40), 10).await, []);
    let again = claim(store, plus(now, 100), 10).await;
    assert_eq!(ids(&again), HashSet::from([first.id]), "whose lease ran out comes first");

    // Put off, it does for the one that waits; done, that one's turn comes.
    let put_off = Job { lease: None, run_at: plus(now, 110), ..again[0].clone() };
    write(store, [Change::UpdateJob { job: put_off.clone(), expected: again[0].lease }]).await;
    assert_eq!((find(store, &first).await, find(store, &second).await), (Some(put_off), None));
    let claimed = claim(store, plus(now, 110), 10).await;
    write(store, [Change::InsertJob(third.clone())]).await;
    write(store, [Change::RemoveJob { id: first.id, expected: claimed[0].lease }]).await;
    let claimed = claim(store, plus(now, 120), 10).await;
    assert_eq!(ids(&claimed), HashSet::from([third.id]));

    // A dead one is in nobody's way.
    let dead = Job { lease: None, dead_at: Some(now), ..claimed[0].clone() };
    write(store, [Change::UpdateJob { job: dead, expected: claimed[0].lease }]).await;
    let fourth = keyed(&key, plus(now, 130));
    write(store, [Change::InsertJob(fourth.clone())]).await;
    let claimed = claim(store, plus(now, 130), 10).await;
    assert_eq!(ids(&claimed), HashSet::from([fourth.id]));
    clear(store, [&third, &fourth, &other]).await;
}

/// However many claim at once, each job goes to one of them; however many ask for one key, one job waits.
pub async fn job_races(store: AnyStore) {
    let store = &store;
    let now = at("1974-01-01T00:00:00Z");
    let jobs: Vec<Job> = (0..60).map(|_| job(now)).collect();
    write(store, jobs.iter().cloned().map(Change::InsertJob)).await;
    let claims = join_all((0..20).map(|_| claim(store, now, 5))).await;
    let claimed: Vec<JobId> = claims.iter().flatten().map(|job| job.id).collect();
    assert!(claims.iter().all(|claim| claim.len() <= 5));
    assert_eq!(claimed.iter().collect::<HashSet<_>>().len(), claimed.len(), "no job went to two");
    let rest = claim(store, now, 60).await;
    assert_eq!(claimed.len() + rest.len(), 60, "and none was lost");
    clear(store, &jobs).await;

    let key = format!("race/{}", Uuid::new_v4());
    let asked: Vec<Job> = (0..30).map(|_| keyed(&key, now)).collect();
    let asking = asked.iter().map(|job| store.commit(Changes::new().and(Change::InsertJob(job.clone()))));
    for outcome in join_all(asking).await {
        outcome.expect("who comes second has asked, too");
    }
    assert_eq!(claim(store, now, 60).await.len(), 1);
    clear(store, &asked).await;
}
