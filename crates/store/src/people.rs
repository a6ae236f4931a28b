//! People as lists show them: users with their group, their instance and their workspace, in one query.

use std::collections::HashSet;

use diesel::prelude::*;
use thon_domain::{
    id::{GroupId, InstanceId, UserId},
    instance::State,
    name::GroupName,
    page::PageRequest,
    user::User,
    workspace::Workspace,
};

use crate::{
    Connection, StoreError,
    connection::Dialect,
    convert::{self, ESCAPE, number, parsed, parsed_option, pattern},
    events,
    schema::{groups, instances, users, workspaces},
    users::Row as UserRow,
    workspaces::Row as WorkspaceRow,
};

/// A user with what hangs on them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    pub user: User,
    pub group_name: GroupName,
    /// Their instance, if they ever had one.
    pub instance: Option<(InstanceId, State)>,
    /// Their workspace, once they have started.
    pub workspace: Option<Workspace>,
}

impl Person {
    /// The volumes that are theirs.
    pub fn volumes(&self) -> impl Iterator<Item = &str> {
        self.workspace.iter().flat_map(Workspace::mounts).map(|(volume, _)| volume)
    }
}

/// Which people are asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PersonFilter {
    /// In one of these groups; `None` means in any.
    pub groups: Option<Vec<GroupId>>,
    /// One of these; `None` means anybody.
    pub users: Option<Vec<UserId>>,
    /// With this in their name or their group's, whatever its case.
    pub search: Option<String>,
    /// Whether an e-mail address is searched too.
    pub by_email: bool,
    /// Whether people of archived events are left out.
    pub current: bool,
}

/// The columns of a [`Person`], in the order of [`Row`].
macro_rules! columns {
    () => {
        (
            UserRow::as_select(),
            groups::name,
            instances::id.nullable(),
            instances::state.nullable(),
            Option::<WorkspaceRow>::as_select(),
        )
    };
}

type Row = (UserRow, String, Option<String>, Option<String>, Option<WorkspaceRow>);

/// A query over everybody with what hangs on them, narrowed down by the filter.
macro_rules! narrowed {
    ($filter:expr) => {{
        let mut query = users::table
            .inner_join(groups::table)
            .left_join(instances::table)
            .left_join(workspaces::table)
            .into_boxed::<Dialect>();
        if let Some(groups) = &$filter.groups {
            query = query.filter(users::group_id.eq_any(groups.iter().map(GroupId::to_string).collect::<Vec<_>>()));
        }
        if let Some(users) = &$filter.users {
            query = query.filter(users::id.eq_any(users.iter().map(UserId::to_string).collect::<Vec<_>>()));
        }
        if $filter.current {
            query = query.filter(groups::event_id.ne_all(events::archived()));
        }
        if let Some(pattern) = $filter.search.as_deref().map(pattern) {
            let name = users::name_folded.like(pattern.clone()).escape(ESCAPE);
            let name = name.or(groups::name_folded.like(pattern.clone()).escape(ESCAPE));
            query = if $filter.by_email {
                query.filter(name.or(users::email_folded.like(pattern).escape(ESCAPE)))
            } else {
                query.filter(name)
            };
        }
        query
    }};
}

fn person((user, group, instance, state, workspace): Row) -> Result<Person, StoreError> {
    let id: Option<InstanceId> = parsed_option(instance.as_deref(), "instances.id")?;
    let state: Option<State> = parsed_option(state.as_deref(), "instances.state")?;
    Ok(Person {
        user: user.try_into()?,
        group_name: parsed(&group, "groups.name")?,
        instance: id.zip(state),
        workspace: convert::one(workspace)?,
    })
}

/// The people that pass the filter by group and name, one page of them or all, and how many pass it in all.
///
/// # Errors
/// When one cannot be read.
pub fn page(
    c: &mut Connection,
    filter: &PersonFilter,
    page: Option<PageRequest>,
) -> Result<(Vec<Person>, u64), StoreError> {
    let mut query = narrowed!(filter).order((groups::name_folded, groups::id, users::name_folded)).select(columns!());
    if let Some(page) = page {
        let offset = i64::try_from(page.offset()).unwrap_or(i64::MAX);
        query = query.limit(i64::from(page.page_size)).offset(offset);
    }
    let rows: Vec<Row> = query.load(c)?;
    let total = match page {
        None => i64::try_from(rows.len()).unwrap_or(i64::MAX),
        Some(_) => narrowed!(filter).count().get_result(c)?,
    };
    Ok((rows.into_iter().map(person).collect::<Result<_, _>>()?, number(total, "users")?))
}

/// The groups of those who pass the filter.
///
/// # Errors
/// When one cannot be read.
pub fn groups_of(c: &mut Connection, filter: &PersonFilter) -> Result<HashSet<GroupId>, StoreError> {
    let groups: Vec<String> = narrowed!(filter).select(users::group_id).distinct().load(c)?;
    groups.iter().map(|group| parsed(group, "users.group_id")).collect()
}

/// One user with what hangs on them.
///
/// # Errors
/// When it cannot be read.
pub fn find(c: &mut Connection, id: UserId) -> Result<Option<Person>, StoreError> {
    let query = narrowed!(PersonFilter::default()).filter(users::id.eq(id.to_string()));
    query.select(columns!()).first::<Row>(c).optional()?.map(person).transpose()
}
