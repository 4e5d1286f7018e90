//! What the operating system counts of this process, under the names that Prometheus gives them. Linux tells it in
//! `/proc`; elsewhere these figures are missing.

use std::fmt;
use std::fs;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::registry::Unit;

/// Ticks a second in `/proc`, the same on every Linux.
const TICKS: f64 = 100.0;

/// Looks when somebody asks.
#[derive(Debug)]
pub(super) struct Process;

impl Collector for Process {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        if let Some(seconds) = processor_seconds() {
            let figure = ConstCounter::new(seconds);
            write(&mut encoder, "process_cpu", "Processor time used", Some(&Unit::Seconds), &figure)?;
        }
        if let Some(bytes) = resident_bytes() {
            let figure = ConstGauge::new(bytes);
            write(&mut encoder, "process_resident_memory", "Memory in use", Some(&Unit::Bytes), &figure)?;
        }
        if let Ok(open) = fs::read_dir("/proc/self/fd") {
            let figure = ConstGauge::new(i64::try_from(open.count()).unwrap_or(i64::MAX));
            write(&mut encoder, "process_open_fds", "Open files and connections", None, &figure)?;
        }
        Ok(())
    }
}

fn write(
    encoder: &mut DescriptorEncoder<'_>,
    name: &str,
    help: &str,
    unit: Option<&Unit>,
    figure: &impl EncodeMetric,
) -> fmt::Result {
    figure.encode(encoder.encode_descriptor(name, help, unit, figure.metric_type())?)
}

/// Processor time of all threads so far.
fn processor_seconds() -> Option<f64> {
    let stat = fs::read_to_string("/proc/self/stat").ok()?;
    // The name in parentheses may hold anything; fields 14 and 15 are counted from behind it.
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
    let ticks = fields.next()?.parse::<u32>().ok()?.checked_add(fields.next()?.parse::<u32>().ok()?)?;
    Some(f64::from(ticks) / TICKS)
}

fn resident_bytes() -> Option<i64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    Some(line.split_whitespace().next()?.parse::<i64>().ok()? * 1024)
}
