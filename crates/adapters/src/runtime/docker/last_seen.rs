//! Which container was an instance's at the last look.
//!
//! Only a hint, for Docker alone knows: a look at one container costs the daemon a fraction of a list, and an instance that
//! starts is looked at again and again. An id means one container for ever, so a hint is right or leads nowhere.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use thon_domain::id::InstanceId;

/// The ids of finished containers.
#[derive(Debug, Default)]
pub(super) struct LastSeen(Mutex<HashMap<InstanceId, String>>);

impl LastSeen {
    pub(super) fn of(&self, instance: InstanceId) -> Option<String> {
        self.ids().get(&instance).cloned()
    }

    pub(super) fn remember(&self, instance: InstanceId, id: &str) {
        self.ids().insert(instance, id.to_owned());
    }

    pub(super) fn forget(&self, instance: InstanceId) {
        self.ids().remove(&instance);
    }

    fn ids(&self) -> MutexGuard<'_, HashMap<InstanceId, String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
