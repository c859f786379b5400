//! Measuring two things in turn, and the table of what came out.

use std::time::{Duration, Instant};

/// Rounds of which the median rate counts.
const ROUNDS: usize = 5;

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
        self.note(what, (sides.0, median(times_a)), (sides.1, median(times_b)), bar);
    }

    /// Runs both in turn and notes the medians of their rates, of requests a second, and their ratio.
    pub(crate) fn rates(
        &mut self,
        what: &str,
        bar: &str,
        sides: (&str, &str),
        mut a: impl FnMut() -> f64,
        mut b: impl FnMut() -> f64,
    ) {
        let (mut rates_a, mut rates_b) = (Vec::new(), Vec::new());
        for round in 0..=ROUNDS {
            let round_of_both = (a(), b());
            // The first is to warm up.
            if round > 0 {
                rates_a.push(round_of_both.0);
                rates_b.push(round_of_both.1);
            }
        }
        let (a, b) = (middle(rates_a), middle(rates_b));
        let ratio = format!("{:.2}", a / b);
        self.push([
            what.to_owned(),
            format!("{} {a:.0}/s", sides.0),
            format!("{} {b:.0}/s", sides.1),
            ratio,
            bar.to_owned(),
        ]);
    }

    /// Notes the median of a rate that there is nothing to compare with.
    pub(crate) fn alone(&mut self, what: &str, mut a: impl FnMut() -> f64) {
        a();
        let rate = middle((0..ROUNDS).map(|_| a()).collect());
        self.push([what.to_owned(), format!("{rate:.0}/s"), String::new(), String::new(), String::new()]);
    }

    /// Notes the median of some times.
    pub(crate) fn took(&mut self, what: &str, times: Vec<Duration>, bar: &str) {
        self.push([what.to_owned(), shown(median(times)), String::new(), String::new(), bar.to_owned()]);
    }

    /// Notes two times that were measured once each.
    pub(crate) fn note(&mut self, what: &str, a: (&str, Duration), b: (&str, Duration), bar: &str) {
        let ratio = a.1.as_secs_f64() / b.1.as_secs_f64();
        self.push([
            what.to_owned(),
            format!("{} {}", a.0, shown(a.1)),
            format!("{} {}", b.0, shown(b.1)),
            format!("{ratio:.2}"),
            bar.to_owned(),
        ]);
    }

    /// Notes how long something took, and how many calls of another server.
    pub(crate) fn amount(&mut self, what: &str, took: Duration, calls: usize, bar: &str) {
        self.push([what.to_owned(), shown(took), format!("{calls} calls"), String::new(), bar.to_owned()]);
    }

    /// Notes how many of something there were in what time.
    pub(crate) fn rate(&mut self, what: &str, count: usize, took: Duration, bar: &str) {
        let a_second = u32::try_from(count).map_or(f64::INFINITY, f64::from) / took.as_secs_f64();
        self.push([what.to_owned(), shown(took), format!("{a_second:.0} a second"), String::new(), bar.to_owned()]);
    }

    /// Notes an amount of memory, in bytes.
    pub(crate) fn memory(&mut self, what: &str, bytes: u64, bar: &str) {
        let shown = format!("{} MiB", bytes >> 20);
        self.push([what.to_owned(), shown, String::new(), String::new(), bar.to_owned()]);
    }

    fn push(&mut self, row: [String; 5]) {
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

fn middle(mut rates: Vec<f64>) -> f64 {
    rates.sort_unstable_by(f64::total_cmp);
    rates[rates.len() / 2]
}

fn shown(time: Duration) -> String {
    let micros = time.as_secs_f64() * 1e6;
    if micros < 1_000.0 { format!("{micros:.1} µs") } else { format!("{:.2} ms", micros / 1_000.0) }
}
