//! How much work one call may do.

/// A call needed more work than its [`Budget`] allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the recurrence needs more work than is allowed")]
pub struct BudgetExceeded;

/// An allowance of candidates: the wall times, and the periods without any, that a call may look at.
///
/// Rules are written by strangers, and a short one can mean billions of instances or none in eight thousand years.
/// Every call takes a budget and answers [`BudgetExceeded`] once it is used up; one candidate costs some tens of
/// nanoseconds. A budget can serve several calls in a row, which then share it.
///
/// ```
/// use kalends_domain::recurrence::Budget;
///
/// let mut budget = Budget::new(10);
/// assert!(budget.spend(8).is_ok());
/// assert_eq!(budget.left(), 2);
/// assert!(budget.spend(3).is_err());
/// assert_eq!(budget.left(), 0);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Budget {
    left: u64,
}

impl Budget {
    /// An allowance of `candidates`.
    pub fn new(candidates: u64) -> Self {
        Self { left: candidates }
    }

    /// What is left of it.
    pub fn left(&self) -> u64 {
        self.left
    }

    /// Takes `candidates` from it; what is left becomes nothing when that is too much.
    ///
    /// # Errors
    ///
    /// [`BudgetExceeded`] when less is left.
    pub fn spend(&mut self, candidates: u64) -> Result<(), BudgetExceeded> {
        let enough = candidates <= self.left;
        self.left = self.left.saturating_sub(candidates);
        if enough { Ok(()) } else { Err(BudgetExceeded) }
    }
}

impl Default for Budget {
    /// Enough for any calendar a person keeps, and for no more than some tens of milliseconds.
    fn default() -> Self {
        Self::new(500_000)
    }
}
