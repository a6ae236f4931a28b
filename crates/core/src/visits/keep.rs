//! The task that writes down who came into whose editor without having been let in anew, and who left.

use std::{
    collections::{BTreeMap, HashSet},
    time::Duration,
};

use chrono::{DateTime, TimeDelta, Utc};
use thon_domain::{
    id::{AccountId, UserId, VisitId},
    live::Cause,
    visit::Visit,
};
use thon_store::{
    Stamp, users,
    visits::{self, OneVisit},
};

use super::{
    Visits, record,
    stay::{Kind, Stay},
};
use crate::{
    error::Error,
    task::{About, Beat},
};

/// How exactly it is known when somebody came and went.
const PERIOD: Duration = Duration::from_secs(5);

/// How long whoever was let in may take to open the editor: its page loads some megabytes first.
const COMING: TimeDelta = TimeDelta::minutes(2);

/// How long whoever was there before a restart may take to come back. The server before keeps what is open for ten minutes.
const RETURNING: TimeDelta = TimeDelta::minutes(11);

/// What this task is.
pub const ABOUT: About = About {
    name: "keep_visits",
    purpose: "Writes down who came into whose editor, and until when.",
    period: PERIOD,
    woken_by: None,
};

impl Visits {
    /// Writes down comings and goings, again and again.
    pub async fn run(self, mut beat: Beat) {
        while beat.next().await {
            let kept = self.keep().await;
            if let Err(error) = &kept {
                tracing::warn!(%error, "who visits whom cannot be written down");
            }
            beat.ended(&kept);
        }
    }

    /// Writes down who came and who left since it was done last.
    ///
    /// # Errors
    /// When the database does not answer; it is done the next time then.
    pub async fn keep(&self) -> Result<(), Error> {
        let now = self.nature.clock.now();
        self.open.send_if_modified(|open| {
            // Everybody is looked at.
            open.values_mut().flat_map(BTreeMap::values_mut).filter_map(|stay| stay.look(now).then_some(())).count() > 0
        });
        for (user, account, stay) in self.stays().into_iter().filter(|(.., stay)| stay.kind == Kind::Unknown) {
            let kind = self.settle(user, account, stay.since).await?;
            self.with(user, account, |stay| stay.kind = kind);
        }
        let open = self.store.read(|c| Ok::<_, Error>(visits::open(c)?)).await?;
        let asked: HashSet<_> =
            open.iter().filter(|one| one.visit.asked_to_leave).map(|one| (one.user, one.account)).collect();
        let gone = self.take_gone(now, &asked);
        for OneVisit { user, account, visit } in open {
            let left = gone.iter().find(|(whose, who, _)| (*whose, *who) == (user, account)).map(|(.., left)| *left);
            let until = left.or_else(|| self.never_came(user, account, &visit, now));
            if let Some(until) = until {
                let cause = Cause { account: Some(account), name: visit.name };
                self.end(visit.id, until, Stamp { at: now, cause }).await?;
            }
        }
        Ok(())
    }

    /// Finds out what a stay is, and writes down the visit that it is the beginning of.
    async fn settle(&self, user: UserId, account: AccountId, since: DateTime<Utc>) -> Result<Kind, Error> {
        let guest = self.store.read(move |c| {
            let owner = users::find(c, user)?.and_then(|user| user.account);
            if owner == Some(account) { Ok(None) } else { record::guest(c, account, user) }
        });
        let Some((name, role)) = guest.await? else { return Ok(Kind::NoVisit) };
        let cause = Cause { account: Some(account), name: name.clone() };
        let id = VisitId::new(self.nature.ids.next());
        let visit = Visit { id, name, role, since, until: None, asked_to_leave: false };
        let (one, stamp) = (OneVisit { user, account, visit }, Stamp { at: self.nature.clock.now(), cause });
        self.store.write(stamp, move |w| record::begin_late(w, &one)).await?;
        Ok(Kind::Visit)
    }

    async fn end(&self, visit: VisitId, until: DateTime<Utc>, stamp: Stamp) -> Result<(), Error> {
        self.store.write(stamp, move |w| record::end(w, visit, until)).await
    }

    fn stays(&self) -> Vec<(UserId, AccountId, Stay)> {
        let open = self.open.borrow();
        open.iter().flat_map(|(user, inside)| inside.iter().map(|(account, stay)| (*user, *account, *stay))).collect()
    }

    /// Changes a stay, if it is still there; nobody who follows needs to know.
    fn with(&self, user: UserId, account: AccountId, change: impl FnOnce(&mut Stay)) {
        self.open.send_if_modified(|open| {
            if let Some(stay) = open.get_mut(&user).and_then(|inside| inside.get_mut(&account)) {
                change(stay);
            }
            false
        });
    }

    /// Takes out those who are gone, with the time at which they went. Who was asked to leave is not waited for.
    fn take_gone(
        &self,
        now: DateTime<Utc>,
        asked: &HashSet<(UserId, AccountId)>,
    ) -> Vec<(UserId, AccountId, DateTime<Utc>)> {
        let mut gone = Vec::new();
        self.open.send_if_modified(|open| {
            for (user, inside) in open.iter_mut() {
                inside.retain(|account, stay| {
                    let expected = !asked.contains(&(*user, *account));
                    let left = stay.over(now, expected).filter(|_| stay.kind != Kind::Unknown);
                    gone.extend(left.map(|left| (*user, *account, left)));
                    left.is_none()
                });
            }
            open.retain(|_, inside| !inside.is_empty());
            false
        });
        gone
    }

    /// When a visit is taken for over that is open in the database alone: its visitor never came, or not again since a restart.
    fn never_came(&self, user: UserId, account: AccountId, visit: &Visit, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        if self.open.borrow().get(&user).is_some_and(|inside| inside.contains_key(&account)) {
            return None;
        }
        let (known, patience) = if visit.since < self.since { (self.since, RETURNING) } else { (visit.since, COMING) };
        let is_over = visit.asked_to_leave || (now - known).abs() >= patience;
        is_over.then_some(known)
    }
}
