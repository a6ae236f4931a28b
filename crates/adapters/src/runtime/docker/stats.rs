//! What a container takes, from Docker's counters.

use std::time::Duration;

use bollard::{
    Docker as Client,
    errors::Error,
    models::{ContainerMemoryStats, ContainerStatsResponse},
    query_parameters::StatsOptions,
};
use futures::TryStreamExt as _;
use thon_core::port::runtime::Counters;
use thon_domain::sandbox::SandboxStats;
use tokio::time::sleep;

use super::daemon::bounded;

/// How long CPU time is counted for.
const MEASURED: Duration = Duration::from_millis(500);

/// Measures a container; nothing when it does not run.
///
/// # Errors
/// When Docker does not answer or there is no such container.
pub(super) async fn measure(client: &Client, id: &str) -> Result<Option<SandboxStats>, Error> {
    let before = counters(client, id).await?;
    sleep(MEASURED).await;
    Ok(stats(&before, &counters(client, id).await?))
}

/// What a container has taken so far; nothing when it does not run.
///
/// # Errors
/// When Docker does not answer or there is no such container.
pub(super) async fn taken(client: &Client, id: &str) -> Result<Option<Counters>, Error> {
    Ok(counted(&counters(client, id).await?))
}

fn counted(now: &ContainerStatsResponse) -> Option<Counters> {
    Some(Counters { at: now.read?, cpu_ns: cpu_ns(now)?, memory_bytes: without_cache(now.memory_stats.as_ref()?)? })
}

/// The counters as they are now. Without `one_shot`, Docker itself would wait for up to two seconds.
async fn counters(client: &Client, id: &str) -> Result<ContainerStatsResponse, Error> {
    let options = StatsOptions { stream: false, one_shot: true };
    let first = bounded(async { client.stats(id, Some(options)).try_next().await }).await?;
    Ok(first.unwrap_or_default())
}

fn stats(before: &ContainerStatsResponse, now: &ContainerStatsResponse) -> Option<SandboxStats> {
    let memory = now.memory_stats.as_ref()?;
    let networks = || now.networks.iter().flat_map(|networks| networks.values());
    Some(SandboxStats {
        cpu_cores: cpu_cores(before, now)?,
        memory_bytes: without_cache(memory)?,
        memory_limit_bytes: memory.limit?,
        pids: now.pids_stats.as_ref()?.current?,
        network_received_bytes: networks().filter_map(|network| network.rx_bytes).sum(),
        network_sent_bytes: networks().filter_map(|network| network.tx_bytes).sum(),
    })
}

#[expect(clippy::cast_precision_loss, reason = "nanoseconds of half a second are far below 2^52")]
fn cpu_cores(before: &ContainerStatsResponse, now: &ContainerStatsResponse) -> Option<f64> {
    let taken_ns = cpu_ns(now)?.saturating_sub(cpu_ns(before)?);
    let passed = (now.read? - before.read?).num_nanoseconds()?.max(1);
    Some(taken_ns as f64 / passed as f64)
}

fn cpu_ns(at: &ContainerStatsResponse) -> Option<u64> {
    at.cpu_stats.as_ref()?.cpu_usage.as_ref()?.total_usage
}

/// What `docker stats` shows: what counts, less the files that the kernel can forget at once
/// (docker/cli, `cli/command/container/stats_helpers.go`, `calculateMemUsageUnixNoCache`).
fn without_cache(memory: &ContainerMemoryStats) -> Option<u64> {
    let usage = memory.usage?;
    let details = memory.stats.as_ref();
    // The names of the first and of the second version of control groups.
    let cache = ["total_inactive_file", "inactive_file"].iter().find_map(|key| details?.get(*key));
    Some(cache.filter(|cache| **cache < usage).map_or(usage, |cache| usage - cache))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn memory(usage: u64, details: &[(&str, u64)]) -> ContainerMemoryStats {
        let stats = details.iter().map(|(key, value)| ((*key).to_owned(), *value)).collect();
        ContainerMemoryStats { usage: Some(usage), stats: Some(stats), ..Default::default() }
    }

    #[test]
    fn files_that_can_be_forgotten_do_not_count() {
        assert_eq!(without_cache(&memory(100, &[("total_inactive_file", 30), ("inactive_file", 1)])), Some(70));
        assert_eq!(without_cache(&memory(100, &[("inactive_file", 30)])), Some(70));
        assert_eq!(without_cache(&memory(100, &[("inactive_file", 300)])), Some(100));
        assert_eq!(without_cache(&memory(100, &[])), Some(100));
    }
}
