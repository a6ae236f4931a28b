//! Keeps what stands in front of THON in line with the routes and the certificate.

use std::{sync::Arc, time::Duration};

use tokio::{sync::watch, time::sleep};
use tokio_util::sync::CancellationToken;

use super::{About, Report};
use crate::{outer_proxy::OuterProxy, port::certificate_authority::Bundle};

/// How often it looks, whatever happens: somebody may have changed the files by hand.
const PERIOD: Duration = Duration::from_secs(30);

/// How long it waits for more of the same. Forty people who are launched together are one change.
const TOGETHER: Duration = Duration::from_millis(400);

/// What this task is.
pub const ABOUT: About = About {
    name: "sync_proxy",
    purpose: "Writes what nginx in front is told, and has it taken.",
    period: PERIOD,
    woken_by: Some("a change of the routes or of the certificate"),
};

/// Looks until told to stop, and at once when the certificate is another.
pub async fn run(
    proxy: OuterProxy,
    mut certificate: watch::Receiver<Option<Arc<Bundle>>>,
    mut report: Report,
    stop: CancellationToken,
) {
    let mut period = tokio::time::interval(PERIOD);
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = period.tick() => {}
            () = proxy.stale() => sleep(TOGETHER).await,
            Ok(()) = certificate.changed() => {}
        }
        report.began();
        let looked = proxy.look().await;
        report.ended(&looked);
        period.reset();
    }
}
