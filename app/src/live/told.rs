//! What happened, in the words of the pages.

use thon_domain::{
    id::UserId,
    live::{Activity, Change, FleetView},
    sharing::Audience,
};

use crate::ui::{Entry, StateWords, Symbol};

/// An activity as an entry of a timeline; `named` says whether it tells whom it is about.
pub fn entry(activity: &Activity, view: &FleetView, named: bool) -> Entry {
    let Activity { number, at, cause, change } = activity;
    let state = StateWords::of(change.instance().map(|one| one.state));
    let (key, symbol, word) = match change.instance() {
        Some(_) => (state.key, state.symbol, state.word.to_owned()),
        None => ("none", Symbol::User, sentence_case(&<&str>::from(change).replace('_', " "))),
    };
    let whom = subject(change, view).filter(|_| named);
    let by = (cause.account.is_some() || cause.name != "thon").then(|| format!("by {}", cause.name));
    let more = [what(change), by].into_iter().flatten().collect::<Vec<_>>().join(", ");
    Entry { number: *number, at: *at, key, symbol, word, whom, more }
}

/// What happened to an instance beyond the state that it has now.
fn what(change: &Change) -> Option<String> {
    let said = match change {
        Change::InstanceLaunched { .. } => "Asked for",
        Change::InstanceStarted { .. } => "The editor answers",
        Change::InstanceStopping { .. } => "Asked to end",
        Change::InstanceTerminated { instance } if instance.ephemeral => "The sandbox is gone, and the files with it",
        Change::InstanceTerminated { .. } => "The sandbox is gone, the files are kept",
        Change::InstancePausing { .. } => "Asked to pause",
        Change::InstanceResuming { .. } => "Asked to go on",
        Change::InstanceRecreated { instance } if instance.rescue => "A rescue start asked for",
        Change::InstanceRecreated { .. } => "A new sandbox asked for",
        Change::InstanceExpired { .. } => "Its time was over",
        Change::InstanceVisited { .. } => "The editor was visited",
        Change::InstanceVisitorAsked { visit, .. } => return Some(format!("{} was asked to leave", visit.name)),
        Change::InstanceLeft { .. } => "The visit ended",
        Change::InstanceExpiring { minutes, .. } => return Some(format!("Ends in {minutes} min")),
        Change::InstanceRenewed { instance } => {
            return Some(instance.expires_at.map_or_else(|| "Never ends".to_owned(), |_| "Another end".to_owned()));
        }
        Change::InstancePortShared { port, audience, .. } => {
            return Some(format!("Port {port} is for {}", audience_words(*audience)));
        }
        Change::InstancePortUnshared { port, .. } => return Some(format!("Port {port} is not shared any more")),
        Change::InstanceTryFailed { instance } | Change::InstanceFailed { instance } => {
            return instance.failure.as_ref().map(|failure| failure.reason.clone());
        }
        Change::InstanceLost { instance } => {
            let reason = instance.failure.as_ref().map(|failure| failure.reason.clone());
            return Some(reason.unwrap_or_else(|| "The sandbox was gone".to_owned()));
        }
        _ => return None,
    };
    Some(said.to_owned())
}

/// For whom a port is, as a part of a sentence.
pub const fn audience_words(audience: Audience) -> &'static str {
    match audience {
        Audience::Owner => "nobody else",
        Audience::Group => "the group",
        Audience::Judges => "the judges",
        Audience::Everybody => "everybody who has the address",
    }
}

/// Whom or what it is about.
fn subject(change: &Change, view: &FleetView) -> Option<String> {
    let name = |user: UserId| view.users.get(&user).map(|user| user.name.to_string());
    let user = change.user().or_else(|| change.deleted_user()).map(|user| user.name.to_string());
    let group = change.group().or_else(|| change.deleted_group()).map(|group| group.name.to_string());
    change.instance().and_then(|one| name(one.user)).or(user).or(group)
}

fn sentence_case(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_ascii_uppercase().to_string() + chars.as_str()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use thon_domain::{
        instance::{Failure, Instance, State},
        live::Cause,
    };

    use super::*;
    use crate::live::roster::sample::{instance, view};

    fn told(change: Change, cause: Cause) -> (String, Option<String>, String) {
        let at = chrono::DateTime::UNIX_EPOCH;
        let Entry { word, whom, more, .. } = entry(&Activity { number: 1, at, cause, change }, &view(), true);
        (word, whom, more)
    }

    #[test]
    fn an_instance_is_told_by_its_state_and_by_whom() {
        let cause = Cause { account: None, name: "Rosa".to_owned() };
        let launched = Change::InstanceLaunched { instance: instance(1, State::Pending) };
        assert_eq!(told(launched, cause), ("Pending".into(), Some("Bob".into()), "Asked for, by Rosa".into()));
        let failure = Some(Failure { code: "x".into(), reason: "No space is left".into() });
        let failed = Change::InstanceFailed { instance: Instance { failure, ..instance(1, State::Failed) } };
        assert_eq!(told(failed, Cause::thon()), ("Failed".into(), Some("Bob".into()), "No space is left".into()));
    }

    #[test]
    fn whatever_else_is_told_by_its_kind() {
        let group = view().groups.into_values().next().expect("a group");
        let name = group.name.to_string();
        let made = told(Change::GroupCreated { group }, Cause::thon());
        assert_eq!(made, ("Group created".into(), Some(name), String::new()));
    }
}
