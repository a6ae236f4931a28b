//! Settings: what an admin may change while THON runs, from a closed list of keys.
//!
//! Which keys there are, how each value is checked and which place fixes one is the configuration's to say; it hands in
//! the list. A value that is set here is the weakest but the default, and counts from the next start on.

use std::{collections::BTreeMap, sync::Arc};

use thon_domain::{live::Change, problem::FieldError};
use thon_store::{Connection, Stamp, Store, StoreError, settings};

use crate::{
    actor::{Action, Actor},
    clock::Nature,
    error::Error,
};

/// A key that may be set, as the configuration of this run has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allowed {
    /// As in `thon.yaml`, for example `nginx.domain`.
    pub key: String,
    /// Other names under which programs ask for it.
    pub names: Vec<&'static str>,
    /// What it is for.
    pub about: &'static str,
    /// What may be written, in words.
    pub takes: String,
    pub default: Option<String>,
    /// What this run works with.
    pub in_force: Option<String>,
    /// Where that was set, in words.
    pub origin: String,
    /// Whether a flag, a variable or a file sets it, so that nothing else can.
    pub is_fixed: bool,
    /// Whether anything depends on it yet.
    pub has_effect: bool,
}

/// Values by key.
pub type Values = BTreeMap<String, String>;

/// Says of all values together what is wrong with each.
pub type Check = Arc<dyn Fn(&Values) -> Vec<FieldError> + Send + Sync>;

/// What may be set, and how values are checked.
#[derive(Clone)]
pub struct AllowList {
    pub keys: Arc<[Allowed]>,
    pub check: Check,
}

/// A setting as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    pub allowed: Allowed,
    /// What counts from the next start on: what fixes it, else what was set, else the default.
    pub value: Option<String>,
}

impl Setting {
    fn new(allowed: &Allowed, stored: &Values) -> Self {
        let value = if allowed.is_fixed {
            allowed.in_force.clone()
        } else {
            stored.get(&allowed.key).or(allowed.default.as_ref()).cloned()
        };
        Self { allowed: allowed.clone(), value }
    }

    /// Whether this run works with another value than the next will.
    pub fn needs_restart(&self) -> bool {
        self.value != self.allowed.in_force
    }
}

/// The use cases of settings.
#[derive(Clone)]
pub struct Settings {
    store: Store,
    nature: Nature,
    list: AllowList,
}

impl Settings {
    pub fn new(store: Store, nature: Nature, list: AllowList) -> Self {
        Self { store, nature, list }
    }

    /// All settings, in the order of the configuration.
    ///
    /// # Errors
    /// `Forbidden` for those who organize nothing; when the database does not answer.
    pub async fn all(&self, actor: &Actor) -> Result<Vec<Setting>, Error> {
        actor.may(Action::SeeSettings)?;
        let keys = self.list.keys.clone();
        self.store.read(move |c| Ok(now(&keys, &stored(&keys, c)?))).await
    }

    /// One setting, under any of its names.
    ///
    /// # Errors
    /// `Forbidden` for those who organize nothing; `NotFound` when no such key may be set.
    pub async fn one(&self, actor: &Actor, name: &str) -> Result<Setting, Error> {
        actor.may(Action::SeeSettings)?;
        let allowed = self.list.named(name)?.clone();
        self.store.read(move |c| Ok(Setting::new(&allowed, &stored(std::slice::from_ref(&allowed), c)?))).await
    }

    /// Sets several at once, or none of them; an empty text gives a key back to its default.
    ///
    /// # Errors
    /// `Forbidden` for all but admins; `NotFound` for a key that may not be set; `Conflict` when a file, a variable or a
    /// flag fixes one; `Invalid` when a value is not what its key takes.
    pub async fn set(&self, actor: &Actor, values: Values) -> Result<Vec<Setting>, Error> {
        actor.may(Action::ChangeSettings)?;
        let mut changed = Values::new();
        for (name, value) in values {
            let allowed = self.list.named(&name)?;
            if allowed.is_fixed {
                return Err(fixed(allowed));
            }
            changed.insert(allowed.key.clone(), value.trim().to_owned());
        }
        let stamp = Stamp { at: self.nature.clock.now(), cause: actor.cause() };
        let list = self.list.clone();
        self.store
            .write(stamp, move |w| {
                let before = stored(&list.keys, w)?;
                let mut after = before.clone();
                after.extend(changed.clone());
                after.retain(|_, value| !value.is_empty());
                refuse_mistakes((list.check)(&after), &changed)?;
                for (key, value) in changed.into_iter().filter(|(key, _)| before.get(key) != after.get(key)) {
                    settings::set(w, &key, &value)?;
                    w.record(Change::SettingChanged { key, value })?;
                }
                Ok(now(&list.keys, &after))
            })
            .await
    }
}

impl AllowList {
    fn named(&self, name: &str) -> Result<&Allowed, Error> {
        let is_named = |allowed: &&Allowed| allowed.key == name || allowed.names.contains(&name);
        self.keys.iter().find(is_named).ok_or_else(|| unknown(name))
    }
}

/// What was set of the keys that may be set.
///
/// # Errors
/// When the database does not answer.
pub fn stored(keys: &[Allowed], c: &mut Connection) -> Result<Values, StoreError> {
    let mut values = settings::all(c)?;
    values.retain(|key, value| !value.is_empty() && keys.iter().any(|allowed| allowed.key == *key));
    Ok(values)
}

fn now(keys: &[Allowed], stored: &Values) -> Vec<Setting> {
    keys.iter().map(|allowed| Setting::new(allowed, stored)).collect()
}

/// Only the values of this change are anybody's mistake here.
fn refuse_mistakes(mistakes: Vec<FieldError>, changed: &Values) -> Result<(), Error> {
    let fields: Vec<_> = mistakes.into_iter().filter(|mistake| changed.contains_key(&mistake.field)).collect();
    if fields.is_empty() {
        return Ok(());
    }
    Err(Error::Invalid { what: "not every value is one that its key takes".to_owned(), fields })
}

fn unknown(name: &str) -> Error {
    Error::not_found(format!("setting `{name}`"))
}

fn fixed(allowed: &Allowed) -> Error {
    let what = format!("the setting {} is fixed by {}", allowed.key, allowed.origin);
    Error::conflict(what, "take it out there first, then it can be set here")
}

#[cfg(test)]
mod tests;
