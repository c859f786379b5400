//! Measuring two things in turn, and the table of what came out.

use std::time::{Duration, Instant};

/// The lines of the report.
#[derive(Default)]
pub(crate) struct Table {
    rows: Vec<[String; 5]>,
}

impl Table {
    /// Runs both in turn, `rounds` times after a warm-up, and notes the medians and their ratio.
    pub(crate) fn compare(
        &mut self,
        what: &str,
        bar: &str,
        rounds: usize,
        sides: (&str, &str),
        mut a: impl FnMut(),
        mut b: impl FnMut(),
    ) {
        for _ in 0..rounds.div_ceil(10) {
            a();
            b();
        }
        let (mut times_a, mut times_b) = (Vec::new(), Vec::new());
        for _ in 0..rounds {
            times_a.push(timed(&mut a));
            times_b.push(timed(&mut b));
        }
        let (a, b) = (median(times_a), median(times_b));
        let ratio = a.as_secs_f64() / b.as_secs_f64();
        let row = [
            what.to_owned(),
            format!("{} {}", sides.0, shown(a)),
            format!("{} {}", sides.1, shown(b)),
            format!("{ratio:.2}"),
            bar.to_owned(),
        ];
        println!("{}", row.join(" | "));
        self.rows.push(row);
    }

    /// The whole report, in Markdown.
    pub(crate) fn print(&self) {
        println!("\n| what | one | the other | ratio | bar |\n|---|---|---|---|---|");
        for row in &self.rows {
            println!("| {} |", row.join(" | "));
        }
    }
}

fn timed(run: &mut impl FnMut()) -> Duration {
    let start = Instant::now();
    run();
    start.elapsed()
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

fn shown(time: Duration) -> String {
    let micros = time.as_secs_f64() * 1e6;
    if micros < 1_000.0 { format!("{micros:.1} µs") } else { format!("{:.2} ms", micros / 1_000.0) }
}
