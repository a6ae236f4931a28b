//! The edge's gatekeeper over the use cases: tickets, cookies, and starting one's own editor.

use async_trait::async_trait;
use thon_core::{
    actor::Action,
    entry::{Admitted, Entry},
    error::Error,
    fleet::Fleet,
    poke::Poke,
    presence::Presence,
    visits::Visits,
};
use thon_domain::{
    address::Doorway,
    id::{AccountId, InstanceId, UserId},
};
use thon_edge::{Admission, EditorCookie, Gatekeeper, Refusal};

/// Lets browsers into sandboxes.
pub struct Doorkeeper {
    pub entry: Entry,
    pub fleet: Fleet,
    pub presence: Presence,
    pub visits: Visits,
    pub poke: Poke,
}

#[async_trait]
impl Gatekeeper for Doorkeeper {
    async fn redeem(&self, ticket: &str, doorway: &Doorway) -> Result<EditorCookie, Refusal> {
        let secret = self.entry.redeem(ticket, doorway).await.map_err(refusal)?;
        EditorCookie::new(secret.reveal()).ok_or(Refusal::Unavailable)
    }

    async fn admit(&self, cookie: Option<&str>, doorway: &Doorway) -> Result<Admission, Refusal> {
        let Admitted { user, actor, guest, revoked } = self.entry.admit(cookie, doorway).await.map_err(refusal)?;
        if !guest {
            self.presence.seen(user);
        }
        let may_start = actor.as_ref().is_some_and(|actor| actor.may(Action::Launch(user)).is_ok());
        Ok(Admission { revoked, may_start, guest, viewer: actor.and_then(|actor| actor.account) })
    }

    async fn start(&self, cookie: &str, doorway: &Doorway) -> Result<(), Refusal> {
        let Admitted { user, actor, .. } = self.entry.admit(Some(cookie), doorway).await.map_err(refusal)?;
        let actor = actor.ok_or(Refusal::Forbidden)?;
        match self.fleet.launch(&actor, user).await {
            // Two clicks, or two devices: it is on its way already.
            Ok(_) | Err(Error::Conflict { .. }) => Ok(()),
            Err(error) => Err(refusal(error)),
        }
    }

    fn lost(&self, instance: InstanceId) {
        self.poke.poke(instance);
    }

    fn opened(&self, user: UserId, viewer: Option<AccountId>) -> Box<dyn Send> {
        Box::new((self.presence.open(user), viewer.map(|account| self.visits.enter(user, account))))
    }

    fn led(&self, user: UserId, viewer: Option<AccountId>) {
        if let Some(account) = viewer {
            self.visits.passed(user, account);
        }
    }
}

fn refusal(error: Error) -> Refusal {
    match error {
        // An editor that is not there any more is nobody's: signing in again would not help.
        Error::Forbidden { .. } | Error::NotFound { .. } => Refusal::Forbidden,
        Error::Unauthenticated => Refusal::Unknown,
        other => {
            tracing::error!(error = %other, "access cannot be checked");
            Refusal::Unavailable
        }
    }
}
