//! What goes wrong on demand.

use std::time::Duration;

use super::call::Call;

/// Something that goes wrong with the next calls of a kind. Faults are used up in the order in which they were given.
#[derive(Debug, Clone)]
pub struct Fault {
    method: String,
    end: String,
    times: usize,
    pub(super) what: Mishap,
}

/// How it goes wrong.
#[derive(Debug, Clone)]
pub(super) enum Mishap {
    /// This is answered, and nothing done.
    Refused { status: u16, reason: String, retry_after: Option<u64> },
    /// It is done, and nobody hears of it: the connection ends.
    Lost,
    /// The connection ends before anything is done.
    Cut,
    /// It is done, slowly.
    Slow(Duration),
    /// What is answered is not JSON.
    Garbled,
}

impl Fault {
    /// On the next call of this method whose path ends so. An empty method or end is any.
    pub fn on(method: &str, end: &str) -> FaultOn {
        FaultOn(Self { method: method.to_owned(), end: end.to_owned(), times: 1, what: Mishap::Cut })
    }

    /// So often instead of once.
    pub fn times(self, times: usize) -> Self {
        Self { times, ..self }
    }

    pub(super) fn take(faults: &mut Vec<Self>, call: &Call) -> Option<Mishap> {
        let at = faults.iter().position(|fault| call.is(&fault.method, &fault.end))?;
        faults[at].times -= 1;
        let what = faults[at].what.clone();
        if faults[at].times == 0 {
            faults.remove(at);
        }
        Some(what)
    }
}

/// Which calls go wrong; how is said next.
#[derive(Debug)]
pub struct FaultOn(Fault);

impl FaultOn {
    /// Refused with a status and the provider's own name for the reason, such as 403 `rateLimitExceeded`.
    pub fn refused(self, status: u16, reason: &str) -> Fault {
        self.is(Mishap::Refused { status, reason: reason.to_owned(), retry_after: None })
    }

    /// Refused with a status and the advice to come again after so many seconds.
    pub fn busy(self, status: u16, reason: &str, retry_after: u64) -> Fault {
        self.is(Mishap::Refused { status, reason: reason.to_owned(), retry_after: Some(retry_after) })
    }

    /// Done, but the answer is lost.
    pub fn lost(self) -> Fault {
        self.is(Mishap::Lost)
    }

    /// Not done, and the connection ends.
    pub fn cut(self) -> Fault {
        self.is(Mishap::Cut)
    }

    /// Done after a while.
    pub fn slow(self, delay: Duration) -> Fault {
        self.is(Mishap::Slow(delay))
    }

    /// Answered with what is not JSON.
    pub fn garbled(self) -> Fault {
        self.is(Mishap::Garbled)
    }

    fn is(self, what: Mishap) -> Fault {
        Fault { what, ..self.0 }
    }
}
