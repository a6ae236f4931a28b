//! Has a certificate made when one is wanted, and another before it is over.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::{About, Report};
use crate::certificates::Certificates;

/// How often it looks. It is a look at a date; a machine that slept must not show one that is over for long.
const PERIOD: Duration = Duration::from_secs(15);

/// What this task is.
pub const ABOUT: About = About {
    name: "renew_certificates",
    purpose: "Has the server's certificate made, and renewed after two thirds of its life.",
    period: PERIOD,
    woken_by: Some("somebody who asks for a new one"),
};

/// Looks until told to stop. A certificate that is being made then is left; the next server begins anew.
pub async fn run(certificates: Certificates, mut report: Report, stop: CancellationToken) {
    let mut period = tokio::time::interval(PERIOD);
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = period.tick() => {}
            () = certificates.poked() => {}
        }
        report.began();
        let looked = tokio::select! {
            () = stop.cancelled() => return,
            looked = certificates.look() => looked,
        };
        report.ended(&looked);
    }
}
