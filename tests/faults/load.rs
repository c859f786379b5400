//! People who write all the time, and remember what they were answered.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use kalends_harness::{User, event, wait};

/// Who has been told that it does not work now asks again after this.
const PAUSE: Duration = Duration::from_millis(30);

/// What the writers saw.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    /// The ids of events that were acknowledged.
    pub(crate) acknowledged: Vec<String>,
    /// How many answers were a 503, which says when to ask again.
    pub(crate) refused: usize,
    /// Every other answer, and every connection that came to nothing.
    pub(crate) wrong: Vec<String>,
    /// The longest wait for an answer.
    pub(crate) slowest: Duration,
}

/// The writers, while they write.
#[derive(Debug, Default)]
pub(crate) struct Load {
    stopped: AtomicBool,
    acknowledged: AtomicUsize,
    seen: Mutex<Seen>,
}

impl Load {
    /// Waits until so many more events were acknowledged.
    #[track_caller]
    pub(crate) fn wait_for_more(&self, count: usize) {
        let enough = self.acknowledged.load(Ordering::SeqCst) + count;
        wait("more events to be made", || self.acknowledged.load(Ordering::SeqCst) >= enough);
    }

    fn write(&self, user: &User, calendar: &str, writer: usize) {
        let mut seen = Seen::default();
        for number in 0.. {
            if self.stopped.load(Ordering::SeqCst) {
                break;
            }
            let began = Instant::now();
            // Whoever writes also reads.
            let request = if number % 4 == 3 {
                user.get("/calendars")
            } else {
                user.post("/events").json(event(calendar, &format!("{writer}/{number}"), "2026-03-02T09:00:00Z"))
            };
            let answer = request.try_send();
            seen.slowest = seen.slowest.max(began.elapsed());
            match answer {
                Ok(answer) if answer.status == 201 => {
                    seen.acknowledged.push(answer.at("/event/id"));
                    self.acknowledged.fetch_add(1, Ordering::SeqCst);
                }
                Ok(answer) if answer.status == 200 => {}
                Ok(answer) if answer.status == 503 => {
                    seen.refused += 1;
                    std::thread::sleep(PAUSE);
                }
                Ok(answer) => seen.wrong.push(answer.to_string()),
                Err(cause) => {
                    seen.wrong.push(cause.to_string());
                    std::thread::sleep(PAUSE);
                }
            }
        }
        self.seen.lock().expect("no writer panics").take_in(seen);
    }
}

impl Seen {
    fn take_in(&mut self, other: Self) {
        self.acknowledged.extend(other.acknowledged);
        self.refused += other.refused;
        self.wrong.extend(other.wrong);
        self.slowest = self.slowest.max(other.slowest);
    }

    /// Panics unless every acknowledged event is there, and nothing twice.
    #[track_caller]
    pub(crate) fn expect_all_there(&self, user: &User) {
        let mut titles = Vec::new();
        let mut ids = Vec::new();
        let mut cursor = Some(String::new());
        while let Some(current) = cursor {
            let request = user.get("/events?start=2026-03-02T00:00:00Z&end=2026-03-03T00:00:00Z&limit=200");
            let request = if current.is_empty() { request } else { request.query("cursor", &current) };
            let page = request.send().expect(200);
            ids.extend(page.each("id").into_iter().map(str::to_owned));
            titles.extend(page.each("title").into_iter().map(str::to_owned));
            cursor = page.next_cursor();
        }
        let listed = titles.len();
        titles.sort();
        titles.dedup();
        assert_eq!(titles.len(), listed, "an event is there twice");
        ids.sort();
        let lost: Vec<_> = self.acknowledged.iter().filter(|id| ids.binary_search(id).is_err()).collect();
        assert!(
            lost.is_empty(),
            "{} of {} acknowledged events are lost: {lost:?}",
            lost.len(),
            self.acknowledged.len()
        );
    }
}

/// Lets some writers write while something happens, and tells what they saw.
pub(crate) fn under_load(user: &User, calendar: &str, writers: usize, happens: impl FnOnce(&Load)) -> Seen {
    let load = Load::default();
    std::thread::scope(|scope| {
        for writer in 0..writers {
            let load = &load;
            scope.spawn(move || load.write(user, calendar, writer));
        }
        // Also when what happens fails: else the writers would go on for ever.
        let stop = Stop(&load);
        happens(&load);
        drop(stop);
    });
    load.seen.into_inner().expect("no writer panics")
}

struct Stop<'l>(&'l Load);

impl Drop for Stop<'_> {
    fn drop(&mut self) {
        self.0.stopped.store(true, Ordering::SeqCst);
    }
}
