//! The import of a groups file: a plan of everything that differs, shown first where that is asked for, then carried out.
//!
//! It adds and changes; what the file does not name is told as missing and left alone.

use thon_domain::{event::Event, group::Group, live::Change, user::User};
use thon_store::{Writer, events, groups, users};

use super::{Directory, events as event_cases, groups_file::GroupsFile};
use crate::{
    actor::{Action, Actor},
    archive,
    clock::Nature,
    error::Error,
};

mod diff;
mod plan;

pub use diff::{EventDiff, FieldChange, GroupDiff, ImportDiff, Tally, UserDiff, Verdict};
use plan::{Plan, Step};

impl Directory {
    /// What an import of this file would do.
    ///
    /// # Errors
    /// As [`Directory::import`].
    pub async fn import_preview(&self, actor: &Actor, file: GroupsFile) -> Result<ImportDiff, Error> {
        actor.may(Action::ImportGroups)?;
        let (actor, nature) = (actor.clone(), self.nature.clone());
        self.store
            .read(move |c| {
                let plan = Plan::read(c, &actor, &file, (&nature, nature.clock.now()))?;
                check(&actor, &plan)?;
                Ok(plan.diff())
            })
            .await
    }

    /// Makes everything as the file says. All of it or nothing; nobody is removed.
    ///
    /// # Errors
    /// `Forbidden` for those who may not, also when it chooses an image or a runtime and they are no admin.
    pub async fn import(&self, actor: &Actor, file: GroupsFile) -> Result<ImportDiff, Error> {
        actor.may(Action::ImportGroups)?;
        let (actor, nature) = (actor.clone(), self.nature.clone());
        self.store
            .write(self.stamp(&actor), move |w| {
                let at = w.at();
                let plan = Plan::read(w, &actor, &file, (&nature, at))?;
                check(&actor, &plan)?;
                carry_out(w, (&actor, &nature), &plan)?;
                Ok(plan.diff())
            })
            .await
    }
}

/// A file is of an event that one organizes. Images and runtimes are the admin's to choose, in a file too.
fn check(actor: &Actor, plan: &Plan) -> Result<(), Error> {
    match &plan.event {
        Step::Create(_) => actor.must_run_all()?,
        there => actor.must_run(there.thing().id)?,
    }
    archive::current(plan.event.thing())?;
    for (step, users) in &plan.groups {
        if let Some((before, after)) = step.changed() {
            actor.may_choose(&after.sandbox, &before.map(|group| group.sandbox.clone()).unwrap_or_default())?;
        }
        for (before, after) in users.iter().filter_map(Step::changed) {
            actor.may_choose(&after.sandbox, &before.map(|user| user.sandbox.clone()).unwrap_or_default())?;
        }
    }
    Ok(())
}

/// Writes what the plan says, new users with few statements: there may be thousands.
fn carry_out(w: &mut Writer<'_>, who: (&Actor, &Nature), plan: &Plan) -> Result<(), Error> {
    let mut changes = Vec::new();
    changes.extend(event(w, who, &plan.event)?);
    for (step, _) in &plan.groups {
        changes.extend(group(w, step)?);
    }
    let mut created: Vec<User> = Vec::new();
    for step in plan.groups.iter().flat_map(|(_, users)| users) {
        match step {
            Step::Create(user) => created.push(user.clone()),
            Step::Change { after, .. } => {
                users::update(w, after)?;
                changes.push(Change::UserChanged { user: after.clone() });
            }
            Step::Unchanged(_) | Step::Missing(_) => {}
        }
    }
    users::insert_all(w, &created)?;
    changes.extend(created.into_iter().map(|user| Change::UserCreated { user }));
    Ok(w.record_all(changes)?)
}

fn event(w: &mut Writer<'_>, (actor, nature): (&Actor, &Nature), step: &Step<Event>) -> Result<Option<Change>, Error> {
    Ok(match step.clone() {
        Step::Create(event) => {
            event_cases::insert(w, nature, actor, event)?;
            None
        }
        Step::Change { after: event, .. } => {
            events::update(w, &event)?;
            Some(Change::EventChanged { event })
        }
        Step::Unchanged(_) | Step::Missing(_) => None,
    })
}

fn group(w: &mut Writer<'_>, step: &Step<Group>) -> Result<Option<Change>, Error> {
    Ok(match step.clone() {
        Step::Create(group) => {
            groups::insert(w, &group)?;
            Some(Change::GroupCreated { group })
        }
        Step::Change { after: group, .. } => {
            groups::update(w, &group)?;
            Some(Change::GroupChanged { group })
        }
        Step::Unchanged(_) | Step::Missing(_) => None,
    })
}
