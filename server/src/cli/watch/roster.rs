//! Who is watched, row by row, and what is new between two looks. Pure functions of the view.

use std::collections::BTreeMap;

use thon_domain::{
    id::UserId,
    instance::{Instance, State},
    live::{FleetView, QueuePlaces},
};

use crate::cli::columns::{NOTHING, aligned, moment};

/// One sandbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Row {
    /// As people write it: `alpha/alice`.
    pub person: String,
    pub state: State,
    since: String,
    ends: String,
    /// The place among those who wait for their start.
    place: Option<u32>,
    address: String,
    /// Why it failed, or is tried again.
    reason: Option<String>,
}

/// Everybody who has an instance, of one group or of all, by name.
pub(super) fn rows(view: &FleetView, queue: &QueuePlaces, group: Option<&str>) -> Vec<Row> {
    let instances: BTreeMap<UserId, &Instance> = view.instances.values().map(|one| (one.user, one)).collect();
    let row = |(user, instance): (&UserId, &&Instance)| {
        let user = view.users.get(user)?;
        let team = view.groups.get(&user.group)?;
        let wanted = group.is_none_or(|group| team.name.folded() == group.to_lowercase());
        wanted.then(|| Row {
            person: format!("{}/{}", team.name, user.name),
            state: instance.state,
            since: moment(Some(instance.state_since)),
            ends: moment(instance.expires_at),
            place: queue.get(&user.id).copied(),
            address: view.addresses.editor(&user.slug, instance.public_port),
            reason: instance.failure.as_ref().map(|failure| failure.reason.clone()),
        })
    };
    let mut rows: Vec<Row> = instances.iter().filter_map(row).collect();
    rows.sort_by_cached_key(|row| row.person.to_lowercase());
    rows
}

/// The table, with its head.
pub(super) fn table(rows: &[Row]) -> Vec<String> {
    let head = ["PERSON", "STATE", "SINCE", "ENDS", "QUEUE", "ADDRESS"].map(str::to_owned).to_vec();
    let cells = |row: &Row| {
        let place = row.place.map_or_else(|| NOTHING.to_owned(), |place| place.to_string());
        let last = row.reason.as_ref().map_or_else(|| row.address.clone(), |reason| reason.replace('\n', " "));
        vec![row.person.clone(), row.state.to_string(), row.since.clone(), row.ends.clone(), place, last]
    };
    aligned(&[head].into_iter().chain(rows.iter().map(cells)).collect::<Vec<_>>())
}

/// How many there are, and what of them.
pub(super) fn summary(rows: &[Row]) -> String {
    let count = |wanted: fn(State) -> bool| rows.iter().filter(|row| wanted(row.state)).count();
    let running = count(|state| state == State::Running);
    let (moving, failed) = (count(State::is_on_the_way), count(|state| state == State::Failed));
    format!("{} sandboxes: {running} running, {moving} on their way, {failed} failed", rows.len())
}

/// A line for each that is new, gone, or in another state than before.
pub(super) fn changes(before: &[Row], after: &[Row]) -> Vec<String> {
    let same = |one: &Row, other: &Row| {
        one.person == other.person
            && (one.state, &one.since, &one.ends, &one.reason)
                == (other.state, &other.since, &other.ends, &other.reason)
    };
    let gone = before.iter().filter(|old| !after.iter().any(|new| new.person == old.person));
    let gone = gone.map(|old| format!("{}  gone", old.person));
    let news = after.iter().filter(|new| !before.iter().any(|old| same(old, new)));
    gone.chain(news.map(line)).collect()
}

fn line(row: &Row) -> String {
    let ends = if row.ends == NOTHING { String::new() } else { format!("  ends {}", row.ends) };
    let reason = row.reason.as_ref().map(|reason| format!("  {}", reason.replace('\n', " "))).unwrap_or_default();
    format!("{}  {}  since {}{ends}{reason}", row.person, row.state, row.since)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(name: &str, state: State) -> Row {
        Row {
            person: format!("alpha/{name}"),
            state,
            since: "2026-11-24 10:00 UTC".to_owned(),
            ends: NOTHING.to_owned(),
            place: None,
            address: format!("http://alpha-{name}.localhost:8100/"),
            reason: None,
        }
    }

    #[test]
    fn only_what_is_new_is_told() {
        let before = [row("alice", State::Pending), row("bob", State::Running), row("carol", State::Running)];
        let failed = Row { reason: Some("there is\nno image".to_owned()), ..row("dora", State::Failed) };
        let waits = Row { place: Some(2), ..row("bob", State::Running) };
        let after = [row("alice", State::Running), waits, failed];
        insta::assert_snapshot!(changes(&before, &after).join("\n"), @r"
        alpha/carol  gone
        alpha/alice  Running  since 2026-11-24 10:00 UTC
        alpha/dora  Failed  since 2026-11-24 10:00 UTC  there is no image
        ");
        assert_eq!(changes(&after, &after), Vec::<String>::new());
        assert_eq!(changes(&[], &before).len(), 3, "at first everything is new");
    }

    #[test]
    fn the_table_tells_places_and_reasons() {
        let waits = Row { place: Some(2), ..row("alice", State::Pending) };
        let failed = Row { reason: Some("there is no image".to_owned()), ..row("bob", State::Failed) };
        insta::assert_snapshot!(table(&[waits.clone(), failed.clone()]).join("\n"), @r"
        PERSON       STATE    SINCE                 ENDS  QUEUE  ADDRESS
        alpha/alice  Pending  2026-11-24 10:00 UTC  -     2      http://alpha-alice.localhost:8100/
        alpha/bob    Failed   2026-11-24 10:00 UTC  -     -      there is no image
        ");
        assert_eq!(summary(&[waits, failed]), "2 sandboxes: 0 running, 1 on their way, 1 failed");
    }
}
