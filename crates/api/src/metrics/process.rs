//! How much of the machine this process uses, under the names that every Prometheus dashboard knows. Where the system does
//! not tell (it is Linux that does), they are left out.

use std::fs;

use jiff::Timestamp;
use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::registry::Unit;

/// What the kernel counts processor time in, on every Linux there is.
const TICKS_PER_SECOND: f64 = 100.0;

/// Read anew whenever metrics are asked for.
#[derive(Debug)]
pub(super) struct Process {
    pub(super) started: Timestamp,
}

impl Collector for Process {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> std::fmt::Result {
        let mut gauge = |name: &str, help: &str, unit: Option<&Unit>, value: Option<u64>| {
            let Some(value) = value.and_then(|value| i64::try_from(value).ok()) else { return Ok(()) };
            let gauge = ConstGauge::new(value);
            gauge.encode(encoder.encode_descriptor(name, help, unit, gauge.metric_type())?)
        };
        let bytes = Some(&Unit::Bytes);
        gauge("process_resident_memory", "Memory that is in use.", bytes, resident_memory())?;
        gauge("process_open_fds", "Open files and connections.", None, open_files())?;
        gauge("process_max_fds", "Files and connections that may be open.", None, limit_of_files())?;
        let started = u64::try_from(self.started.as_second()).ok();
        gauge("process_start_time", "When it started, since 1970.", Some(&Unit::Seconds), started)?;
        let Some(seconds) = processor_seconds() else { return Ok(()) };
        let spent = ConstCounter::new(seconds);
        let unit = Some(&Unit::Seconds);
        spent.encode(encoder.encode_descriptor("process_cpu", "Processor time.", unit, spent.metric_type())?)
    }
}

fn resident_memory() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    Some(line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()? * 1024)
}

fn open_files() -> Option<u64> {
    u64::try_from(fs::read_dir("/proc/self/fd").ok()?.count()).ok()
}

fn limit_of_files() -> Option<u64> {
    let limits = fs::read_to_string("/proc/self/limits").ok()?;
    let line = limits.lines().find_map(|line| line.strip_prefix("Max open files"))?;
    line.split_whitespace().next()?.parse().ok()
}

/// The program's own and the kernel's for it: fields 14 and 15 of its line, counted behind its name, which may hold blanks.
fn processor_seconds() -> Option<f64> {
    let line = fs::read_to_string("/proc/self/stat").ok()?;
    let fields = line.rsplit_once(')')?.1.split_whitespace();
    let ticks = fields.skip(11).take(2).map(str::parse::<u32>).sum::<Result<u32, _>>().ok()?;
    Some(f64::from(ticks) / TICKS_PER_SECOND)
}
