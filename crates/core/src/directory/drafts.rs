//! Drafts: groups files that somebody has handed in and looks at before they are imported.
//!
//! They are kept in memory, so that what was shown is what is imported, with and without scripts. A restart forgets them.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
};

use chrono::{DateTime, TimeDelta, Utc};
use thon_domain::id::{AccountId, DraftId};

use super::{Directory, groups_file::GroupsFile, import::ImportDiff};
use crate::{
    actor::{Action, Actor},
    error::Error,
};

/// How many are kept: the oldest makes room.
const MOST: usize = 16;

/// How long one is kept.
const KEPT: TimeDelta = TimeDelta::hours(1);

/// The drafts of everybody. Clones share them.
#[derive(Clone, Default)]
pub(super) struct Drafts(Arc<Mutex<VecDeque<Draft>>>);

#[derive(Clone)]
struct Draft {
    id: DraftId,
    /// Whose it is; nobody else imports it.
    of: Option<AccountId>,
    since: DateTime<Utc>,
    file: GroupsFile,
}

impl Drafts {
    fn keep(&self, draft: Draft) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let oldest = draft.since - KEPT;
        all.retain(|known| known.since > oldest);
        all.truncate(MOST - 1);
        all.push_front(draft);
    }

    fn find(&self, id: DraftId, of: Option<AccountId>, now: DateTime<Utc>) -> Option<GroupsFile> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let found = all.iter().find(|draft| draft.id == id && draft.of == of && draft.since > now - KEPT)?;
        Some(found.file.clone())
    }

    fn forget(&self, id: DraftId) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).retain(|draft| draft.id != id);
    }
}

impl Directory {
    /// Keeps a groups file for an hour, to be looked at and imported by whoever handed it in. One that names no event is about
    /// the one of this id, if there is one.
    ///
    /// # Errors
    /// `Invalid` with every mistake of the file, `Forbidden` for those who may not import.
    pub fn draft(&self, actor: &Actor, text: &str, event_id: Option<String>) -> Result<DraftId, Error> {
        actor.may(Action::ImportGroups)?;
        let mut file = GroupsFile::parse(text)?;
        file.event_id = file.event_id.or(event_id);
        let id = DraftId::new(self.nature.ids.next());
        self.drafts.keep(Draft { id, of: actor.account, since: self.nature.clock.now(), file });
        Ok(id)
    }

    /// What importing a draft would do now.
    ///
    /// # Errors
    /// `NotFound` when it is not there or not the actor's, else as [`Directory::import_preview`].
    pub async fn draft_preview(&self, actor: &Actor, id: DraftId) -> Result<ImportDiff, Error> {
        self.import_preview(actor, self.drafted(actor, id)?).await
    }

    /// Imports a draft, which is none any more then.
    ///
    /// # Errors
    /// `NotFound` when it is not there or not the actor's, else as [`Directory::import`].
    pub async fn import_draft(&self, actor: &Actor, id: DraftId) -> Result<ImportDiff, Error> {
        let done = self.import(actor, self.drafted(actor, id)?).await?;
        self.drafts.forget(id);
        Ok(done)
    }

    fn drafted(&self, actor: &Actor, id: DraftId) -> Result<GroupsFile, Error> {
        let file = self.drafts.find(id, actor.account, self.nature.clock.now());
        file.ok_or_else(|| Error::not_found("file waiting to be imported; hand it in again"))
    }
}
