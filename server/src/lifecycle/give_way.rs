//! A server that runs, until it is asked to stop or gives way to a newer one.

use std::{process, time::Duration};

use sd_notify::NotifyState;
use thon_domain::route::RouteTable;
use tokio::time::{sleep, timeout};

use super::{
    Running,
    doors::Doors,
    handover::{Predecessor, Successor},
    signals::{Asked, Signals},
};
use crate::{config::process::Invocation, http::restart::Wish};

/// How long editors that are open stay so when another server has taken over.
const DRAIN: Duration = Duration::from_mins(10);

/// How long what is cut gets to notice.
const CUT: Duration = Duration::from_secs(1);

impl Running {
    /// Tells everybody who waits for it that requests are answered here.
    pub(super) async fn serves(&self, predecessor: Option<Predecessor>) {
        told(&[NotifyState::Ready]);
        if let Some(mut predecessor) = predecessor {
            let cuts = self.entry.cuts();
            match predecessor.serving().await {
                Ok(()) => self.work.tasks.start(|stop| predecessor.tell(cuts, stop)),
                Err(error) => tracing::warn!(%error, "the server before this one has ended early"),
            }
        }
    }

    /// Waits until it shall stop, or until there is a successor that could serve, and who asked for it.
    pub(super) async fn until_asked(
        &mut self,
        doors: &Doors,
        call: &Invocation,
        signals: &mut Signals,
    ) -> Option<(Successor, Option<Wish>)> {
        loop {
            let wish = tokio::select! {
                asked = signals.next() => match asked {
                    Asked::Stop => return None,
                    Asked::Restart => None,
                },
                Some(wish) = self.wishes.recv() => Some(wish),
            };
            let started = tokio::select! {
                started = successor(doors, call) => started,
                () = signals.stop() => return None,
            };
            match started {
                Ok(successor) => return Some((successor, wish)),
                Err(error) => refused(wish, &error),
            }
        }
    }

    /// Lets a successor have everything, and stays until nothing is open any more. Says whether it took over.
    ///
    /// If it did not, everything here has ended, too, and the database is free.
    pub(super) async fn give_way(self, mut successor: Successor, wish: Option<Wish>, signals: &mut Signals) -> bool {
        let process = successor.process;
        tracing::info!(process, "giving way to a new server");
        self.work.give_up().await;
        self.store.close().await;
        drop(self.ownership);
        told(&[NotifyState::MainPid(process)]);
        if let Err(error) = successor.take_over().await {
            told(&[NotifyState::MainPid(process::id())]);
            refused(wish, &error);
            self.edge.apply(&RouteTable::default());
            self.work.tunnels.stopping().cancel();
            let _ = timeout(CUT, self.work.drained()).await;
            return false;
        }
        if let Some(wish) = wish {
            wish.answer(Ok(process));
        }
        tracing::info!(process, "the new server serves; what is open here stays so for a while");
        tokio::select! {
            () = self.work.drained() => tracing::info!("nothing is open any more"),
            () = sleep(DRAIN) => tracing::info!("what is still open is cut"),
            () = successor.follow(&self.entry) => tracing::info!("the server after this one has ended"),
            () = signals.stop() => tracing::info!("what is still open is cut"),
        }
        true
    }
}

async fn successor(doors: &Doors, call: &Invocation) -> anyhow::Result<Successor> {
    // All processes of a container end with its first one.
    anyhow::ensure!(process::id() != 1, "this THON is the first process of a container: restart the container instead");
    Successor::start(doors, call).await
}

fn refused(wish: Option<Wish>, error: &anyhow::Error) {
    tracing::error!(error = format!("{error:#}"), "no restart; this server goes on");
    if let Some(wish) = wish {
        wish.answer(Err(format!("{error:#}")));
    }
}

/// Tells the service manager, if there is one (`sd_notify(3)`).
fn told(news: &[NotifyState<'_>]) {
    if let Err(error) = sd_notify::notify(news) {
        tracing::warn!(%error, "the service manager does not listen");
    }
}
