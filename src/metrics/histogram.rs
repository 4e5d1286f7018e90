//! A histogram that is counted without a lock. That of `prometheus_client` takes one for each observation, on which all
//! workers would meet.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use prometheus_client::encoding::{EncodeMetric, MetricEncoder, NoLabelSet};
use prometheus_client::metrics::MetricType;

/// Counts observations by size. Cheap to clone; clones count together.
#[derive(Debug, Clone)]
pub(super) struct Histogram(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    /// Upper ends, rising, the last one infinite; and how many observations lie there but in none before.
    buckets: Vec<(f64, AtomicU64)>,
    /// The bits of the sum of all observations.
    sum: AtomicU64,
}

impl Histogram {
    /// With buckets up to these ends, and one for what is larger.
    pub(super) fn new(ends: impl Iterator<Item = f64>) -> Self {
        let buckets = ends.chain([f64::INFINITY]).map(|end| (end, AtomicU64::new(0))).collect();
        Self(Arc::new(Inner { buckets, sum: AtomicU64::new(0) }))
    }

    /// Counts one.
    pub(super) fn observe(&self, value: f64) {
        let Inner { buckets, sum } = &*self.0;
        if let Some((_, count)) = buckets.iter().find(|(end, _)| value <= *end) {
            count.fetch_add(1, Ordering::Relaxed);
            let add = |bits| Some((f64::from_bits(bits) + value).to_bits());
            // It tries until nobody came between, and always gives a sum.
            let _ = sum.fetch_update(Ordering::Relaxed, Ordering::Relaxed, add);
        }
    }
}

impl EncodeMetric for Histogram {
    fn encode(&self, mut encoder: MetricEncoder<'_>) -> fmt::Result {
        let counted = |(end, count): &(f64, AtomicU64)| (*end, count.load(Ordering::Relaxed));
        let buckets: Vec<(f64, u64)> = self.0.buckets.iter().map(counted).collect();
        let count = buckets.iter().map(|(_, count)| count).sum();
        let sum = f64::from_bits(self.0.sum.load(Ordering::Relaxed));
        encoder.encode_histogram::<NoLabelSet>(sum, count, &buckets, None)
    }

    fn metric_type(&self) -> MetricType {
        MetricType::Histogram
    }
}

#[cfg(test)]
mod tests {
    use prometheus_client::encoding::text;
    use prometheus_client::registry::Registry;

    use super::*;

    #[test]
    fn observations_are_written_by_size_and_none_is_lost() {
        let histogram = Histogram::new([1.0, 2.0].into_iter());
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for _ in 0..1_000 {
                        [0.5, 1.0, 1.5, 4.0].into_iter().for_each(|size| histogram.observe(size));
                    }
                });
            }
        });
        let mut registry = Registry::default();
        registry.register("size", "Sizes", histogram);
        let mut written = String::new();
        text::encode(&mut written, &registry).unwrap();
        for line in [
            "# TYPE size histogram",
            "size_sum 28000.0",
            "size_count 16000",
            "size_bucket{le=\"1.0\"} 8000",
            "size_bucket{le=\"2.0\"} 12000",
            "size_bucket{le=\"+Inf\"} 16000",
        ] {
            assert!(written.lines().any(|written| written == line), "{line} in {written}");
        }
    }
}
