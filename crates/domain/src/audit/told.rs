//! How the audit tells of a change. Nothing of what a secret opens, and no value of a setting, is in it.

use super::{Deed, Object, ObjectKind};
use crate::{
    group::Group,
    id::{AccountId, ArrivalId, EventId, GroupId, UserId},
    live::Change,
    role::Role,
    user::User,
};

/// What something is about. Its name is looked up where it is written down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum About {
    Event(EventId),
    Group(GroupId),
    User(UserId),
    Account(AccountId),
    Arrival(ArrivalId),
    /// It carries what is known of it: it may be gone.
    ThisGroup(Group),
    ThisUser(User),
    /// With the event that it belongs to.
    Other(Object, Option<EventId>),
}

/// What a change is in the audit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    pub deed: Deed,
    pub detail: String,
    pub about: Option<About>,
    /// Who did it, where nobody knew that before.
    pub by: Option<AccountId>,
}

impl Told {
    fn new(deed: Deed, detail: impl Into<String>, about: impl Into<Option<About>>) -> Self {
        Self { deed, detail: detail.into(), about: about.into(), by: None }
    }
}

/// How the audit tells of a change; not at all of what nobody does.
pub fn told(change: &Change) -> Option<Told> {
    of_people(change).or_else(|| of_access(change)).or_else(|| of_instances(change)).or_else(|| of_system(change))
}

fn of_people(change: &Change) -> Option<Told> {
    let (deed, detail, about) = match change {
        Change::EventCreated { event } => (Deed::EditEvents, "created", About::Event(event.id)),
        Change::EventChanged { event } => (Deed::EditEvents, "changed", About::Event(event.id)),
        Change::EventArchived { event } => (Deed::EditEvents, "archived", About::Event(event.id)),
        Change::EventUnarchived { event } => (Deed::EditEvents, "taken out of the archive", About::Event(event.id)),
        Change::EventDeleted { event } => {
            let gone = other(ObjectKind::Event, event.id.to_string(), event.name(), Some(event.id));
            (Deed::EditEvents, "deleted", gone)
        }
        Change::GroupCreated { group } => (Deed::EditGroups, "created", About::ThisGroup(group.clone())),
        Change::GroupChanged { group } => (Deed::EditGroups, "changed", About::ThisGroup(group.clone())),
        Change::GroupDeleted { group } => (Deed::EditGroups, "deleted", About::ThisGroup(group.clone())),
        Change::UserCreated { user } => (Deed::EditUsers, "created", About::ThisUser(user.clone())),
        Change::UserChanged { user } => (Deed::EditUsers, "changed", About::ThisUser(user.clone())),
        Change::UserMoved { user, .. } => (Deed::EditUsers, "moved to another group", About::ThisUser(user.clone())),
        Change::UserDeleted { user } => (Deed::EditUsers, "deleted", About::ThisUser(user.clone())),
        Change::AccountCreated { account, .. } => (Deed::EditUsers, "account made", About::Account(*account)),
        Change::GroupsExported { event } => {
            return Some(Told::new(Deed::Export, "groups", event.map(About::Event)));
        }
        Change::AuditExported => return Some(Told::new(Deed::Export, "audit", None)),
        _ => return None,
    };
    Some(Told::new(deed, detail, about))
}

fn of_access(change: &Change) -> Option<Told> {
    let role = |account: &AccountId, role: &Role, what: &str| {
        Told::new(Deed::ChangeRole, format!("{role} {what}"), About::Account(*account))
    };
    let of = |deed, detail: &str, account: &AccountId| Told::new(deed, detail, About::Account(*account));
    Some(match change {
        Change::RoleGranted { account, role: given, .. } => role(account, given, "given"),
        Change::RoleRevoked { account, role: taken, .. } => role(account, taken, "taken away"),
        Change::PasswordSet { account } => of(Deed::SetPassword, "set", account),
        Change::PasswordRemoved { account } => of(Deed::SetPassword, "removed", account),
        Change::LinkMade { account, .. } => of(Deed::MakeLink, "", account),
        Change::LinksRevoked { account } => of(Deed::RevokeLinks, "", account),
        Change::JoinCodeMade { code, event } => Told::new(Deed::MakeJoinCode, "", join_code(code.to_string(), *event)),
        Change::JoinCodeRevoked { code, event } => {
            Told::new(Deed::RevokeJoinCode, "", join_code(code.to_string(), *event))
        }
        Change::JoinCodeUsed { code, event, account } => {
            Told { by: Some(*account), ..Told::new(Deed::Join, "", join_code(code.to_string(), *event)) }
        }
        Change::ArrivalWaits { arrival, .. } => Told::new(Deed::Join, "waits", About::Arrival(*arrival)),
        Change::ArrivalLetIn { arrival, .. } => Told::new(Deed::DecideArrival, "let in", About::Arrival(*arrival)),
        Change::ArrivalRefused { arrival, .. } => Told::new(Deed::DecideArrival, "sent away", About::Arrival(*arrival)),
        Change::ApiTokenMade { token, name, scope, .. } => {
            let about = other(ObjectKind::Token, token.to_string(), name.to_string(), None);
            Told::new(Deed::MakeToken, format!("for {scope}"), about)
        }
        Change::ApiTokenRevoked { token, name, .. } => {
            Told::new(Deed::RevokeToken, "", other(ObjectKind::Token, token.to_string(), name.to_string(), None))
        }
        Change::SignedIn { account } => Told { by: Some(*account), ..of(Deed::SignIn, "", account) },
        Change::SignedOut { account } => of(Deed::SignOut, "", account),
        _ => return None,
    })
}

fn of_instances(change: &Change) -> Option<Told> {
    let (deed, detail) = match change {
        Change::InstanceLaunched { .. } => (Deed::Launch, String::new()),
        Change::InstanceStopping { .. } | Change::InstanceTerminated { .. } => (Deed::Terminate, String::new()),
        Change::InstancePausing { .. } => (Deed::Pause, String::new()),
        Change::InstanceResuming { .. } => (Deed::Resume, String::new()),
        Change::InstanceRecreated { .. } => (Deed::Recreate, String::new()),
        Change::InstanceRenewed { .. } => (Deed::Renew, String::new()),
        Change::InstancePortShared { port, audience, .. } => (Deed::SharePort, format!("{port} with {audience}")),
        Change::InstancePortUnshared { port, .. } => (Deed::SharePort, format!("{port} with nobody")),
        Change::InstanceVisited { .. } => (Deed::Visit, String::new()),
        Change::InstanceVisitorAsked { visit, .. } => (Deed::EndVisitOf, visit.name.clone()),
        Change::InstanceLeft { .. } => (Deed::EndVisit, String::new()),
        Change::EditorPasswordRevealed { user, .. } => {
            return Some(Told::new(Deed::RevealPassword, "", About::User(*user)));
        }
        Change::VolumeDeleted { volume, .. } => {
            let about = other(ObjectKind::Volume, volume.clone(), volume.clone(), None);
            return Some(Told::new(Deed::DeleteVolume, "", about));
        }
        _ => return None,
    };
    Some(Told::new(deed, detail, About::User(change.instance()?.user)))
}

fn of_system(change: &Change) -> Option<Told> {
    Some(match change {
        Change::JobStarted { job, kind, items } => {
            let about = other(ObjectKind::Job, job.to_string(), format!("{kind} of {items}"), None);
            Told::new(Deed::ActOnMany, "begun", about)
        }
        Change::JobCancelled { job, kind } => {
            Told::new(Deed::ActOnMany, "called off", other(ObjectKind::Job, job.to_string(), kind.to_string(), None))
        }
        Change::LeftoverRemoved { kind, name, .. } => {
            let about = other(ObjectKind::Leftover, name.clone(), name.clone(), None);
            Told::new(Deed::CleanUp, format!("{kind} removed"), about)
        }
        Change::CleanUpAsked { items } => Told::new(Deed::CleanUp, format!("{items} to be removed"), None),
        Change::CertificateAsked => Told::new(Deed::RenewCertificate, "asked for", certificate()),
        Change::ProxyChangeAsked { what } => {
            Told::new(Deed::ChangeProxy, what.clone(), other(ObjectKind::Proxy, "nginx", "nginx", None))
        }
        Change::SettingChanged { key, .. } => {
            Told::new(Deed::ChangeSettings, "", other(ObjectKind::Setting, key.clone(), key.clone(), None))
        }
        _ => return None,
    })
}

fn join_code(id: String, event: EventId) -> About {
    let name = "join code".to_owned();
    other(ObjectKind::JoinCode, id, name, Some(event))
}

fn certificate() -> About {
    other(ObjectKind::Certificate, "server", "server", None)
}

fn other(kind: ObjectKind, id: impl Into<String>, name: impl Into<String>, event: Option<EventId>) -> About {
    About::Other(Object { kind, id: id.into(), name: name.into() }, event)
}
