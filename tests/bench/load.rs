//! Many connections at once, and how many requests a second are answered on them.

use std::thread;
use std::time::{Duration, Instant};

use crate::client::Client;

/// Connections; each has a request under way all the time.
pub(crate) const CONNECTIONS: usize = 16;
/// Threads that serve them.
pub(crate) const THREADS: usize = 2;
/// How long one round takes.
pub(crate) const ROUND: Duration = Duration::from_secs(1);

/// Connections to one server, made when they are first used, and what is sent on them.
pub(crate) struct Load<W> {
    base: String,
    lanes: Vec<Lane>,
    /// The next request: of which connection, and how many there were before it.
    write: W,
}

struct Lane {
    number: usize,
    sent: usize,
    client: Client,
}

impl<W: Fn(usize, usize) -> Vec<u8> + Sync> Load<W> {
    pub(crate) fn new(base: &str, write: W) -> Self {
        Self { base: base.to_owned(), lanes: Vec::new(), write }
    }

    /// Requests a second, over one round.
    pub(crate) fn rate(&mut self) -> f64 {
        for number in self.lanes.len()..CONNECTIONS {
            self.lanes.push(Lane { number, sent: 0, client: Client::new(&self.base, "") });
        }
        let (begun, write) = (Instant::now(), &self.write);
        let answered: u32 = thread::scope(|scope| {
            let drive = |lanes| scope.spawn(move || drive(lanes, write, begun + ROUND));
            let threads: Vec<_> = self.lanes.chunks_mut(CONNECTIONS / THREADS).map(drive).collect();
            threads.into_iter().map(|thread| thread.join().expect("no request fails")).sum()
        });
        f64::from(answered) / begun.elapsed().as_secs_f64()
    }
}

/// Answers are taken in turn, and each is followed by the next request on its connection.
fn drive(lanes: &mut [Lane], write: &impl Fn(usize, usize) -> Vec<u8>, until: Instant) -> u32 {
    let send = |lane: &mut Lane| {
        lane.client.send(&write(lane.number, lane.sent));
        lane.sent += 1;
    };
    lanes.iter_mut().for_each(send);
    let mut answered = 0;
    loop {
        let last = Instant::now() >= until;
        for lane in &mut *lanes {
            lane.client.receive();
            answered += 1;
            if !last {
                send(lane);
            }
        }
        if last {
            return answered;
        }
    }
}
