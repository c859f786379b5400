//! Questions of one kind that wait at the same time, asked in one statement.
//!
//! A question that finds nobody at work is asked at once. Those that come while it is being answered wait for that, and then
//! go together: under load the statements grow, and not their number. Each is asked after it came, so no
//! answer is older than its question.

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use futures_util::FutureExt;
use kalends_ports::StoreError;
use tokio::runtime::Handle;
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;

/// Questions that one statement answers at most.
const MOST: usize = 64;
/// How long a statement of so little work may take: behind one that is stuck, all wait.
const PATIENCE: Duration = Duration::from_secs(10);
/// Questions that may wait.
const QUEUE: usize = 4_096;

/// Where questions are put.
pub(super) struct Together<Q, A>(mpsc::Sender<Asked<Q, A>>);

/// A question, and who waits for the answer.
type Asked<Q, A> = (Q, oneshot::Sender<Result<A, StoreError>>);

impl<Q: Send + 'static, A: Send + 'static> Together<Q, A> {
    /// Questions are answered on this runtime, until the value goes; `answer` gives one answer to each, in their order.
    pub(super) fn new<F>(runtime: &Handle, answer: impl Fn(Vec<Q>) -> F + Send + 'static) -> Self
    where
        F: Future<Output = Result<Vec<A>, StoreError>> + Send + 'static,
    {
        let (asked, queue) = mpsc::channel(QUEUE);
        runtime.spawn(serve(queue, answer));
        Self(asked)
    }

    /// The answer to a question.
    pub(super) async fn ask(&self, question: Q) -> Result<A, StoreError> {
        let (done, outcome) = oneshot::channel();
        self.0.send((question, done)).await.map_err(|_| died())?;
        outcome.await.map_err(|_| died())?
    }
}

fn late() -> StoreError {
    StoreError::Unavailable("the database did not answer a query in time".to_owned())
}

fn died() -> StoreError {
    StoreError::Broken("a query panicked".to_owned())
}

async fn serve<Q, A, F>(mut queue: mpsc::Receiver<Asked<Q, A>>, answer: impl Fn(Vec<Q>) -> F)
where
    F: Future<Output = Result<Vec<A>, StoreError>>,
{
    loop {
        let mut asked = Vec::new();
        if queue.recv_many(&mut asked, MOST).await == 0 {
            return;
        }
        let (questions, waiting): (Vec<Q>, Vec<_>) = asked.into_iter().unzip();
        // A panic ends the answers that it is about, and nothing else.
        let outcome = timeout(PATIENCE, AssertUnwindSafe(answer(questions)).catch_unwind()).await;
        match outcome.map_or_else(|_| Err(late()), |outcome| outcome.unwrap_or_else(|_| Err(died()))) {
            Ok(answers) => {
                for (done, answer) in waiting.into_iter().zip(answers) {
                    // Who asked may have gone.
                    drop(done.send(Ok(answer)));
                }
            }
            Err(error) => waiting.into_iter().for_each(|done| drop(done.send(Err(error.clone())))),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use futures_util::future::join_all;

    use super::*;

    #[tokio::test]
    async fn what_waits_is_asked_together_and_each_hears_its_own_answer() {
        let statements = Arc::new(AtomicUsize::new(0));
        let counted = statements.clone();
        let doubled = Together::new(&Handle::current(), move |numbers: Vec<u32>| {
            counted.fetch_add(1, Ordering::Relaxed);
            async move {
                tokio::task::yield_now().await;
                Ok(numbers.into_iter().map(|number| number * 2).collect::<Vec<_>>())
            }
        });
        let answers = join_all((0..100).map(|number| doubled.ask(number))).await;
        let answers: Vec<u32> = answers.into_iter().map(Result::unwrap).collect();
        assert_eq!(answers, (0..100).map(|number| number * 2).collect::<Vec<_>>());
        assert!(statements.load(Ordering::Relaxed) < 10, "{statements:?}");
    }

    #[tokio::test]
    async fn a_failure_is_told_to_all_who_wait_and_a_panic_ends_nothing_else() {
        let fussy = Together::new(&Handle::current(), |numbers: Vec<u32>| async move {
            assert!(!numbers.contains(&13), "this one is meant");
            if numbers.contains(&7) { Err(StoreError::Unavailable("busy".to_owned())) } else { Ok(numbers) }
        });
        assert!(matches!(fussy.ask(7).await, Err(StoreError::Unavailable(_))));
        assert!(matches!(fussy.ask(13).await, Err(StoreError::Broken(_))));
        assert!(matches!(fussy.ask(13).await, Err(StoreError::Broken(_))));
        assert!(matches!(fussy.ask(13).await, Err(StoreError::Broken(_))));
        assert!(matches!(fussy.ask(1).await, Ok(1)));
    }
}
