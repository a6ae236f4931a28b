//! The passwords of editors that ask for one: where they come from, and the one way to see one.

use std::fmt;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest as _, Sha256};
use thon_domain::{
    id::InstanceId,
    instance::{Instance, Intent},
    live::Change,
    route::EditorSecret,
};
use thon_store::{Stamp, Store, instances};

use crate::{
    accounts::password,
    actor::{Action, Actor},
    clock::Nature,
    error::Error,
    secret::{Secret, random},
};

/// How many letters a password has: 120 bits at five each.
const LETTERS: usize = 24;

/// Letters and digits that nobody takes for one another: no `l`, `o`, `0` or `1`. A power of two, so that each is as likely.
const ALPHABET: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";

/// The key that all passwords follow from, so that none is kept: who has it, an instance and its generation has the password.
///
/// It is the same after a restart, and a new generation has a new password.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordKey([u8; 32]);

impl PasswordKey {
    /// Makes a new one.
    pub fn random() -> Self {
        Self(random())
    }

    /// Reads what [`PasswordKey::reveal`] has written.
    pub fn parse(text: &str) -> Option<Self> {
        URL_SAFE_NO_PAD.decode(text).ok()?.try_into().map(Self).ok()
    }

    /// The key itself, for the one place that keeps it.
    pub fn reveal(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }

    /// What else follows from it is made of.
    pub(crate) const fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// What the person types.
    ///
    /// SHA-256 over key, id and generation. All three have a fixed length, so no input is the beginning of another, which is
    /// what a bare hash would have to be protected from.
    pub fn password(&self, instance: InstanceId, generation: u32) -> Secret {
        let digest = Sha256::new()
            .chain_update(self.0)
            .chain_update(instance.uuid().as_bytes())
            .chain_update(generation.to_be_bytes())
            .finalize();
        let letter = |byte: &u8| char::from(ALPHABET[usize::from(*byte) % ALPHABET.len()]);
        Secret::of(digest.iter().take(LETTERS).map(letter).collect())
    }

    /// What the editor is started with: argon2id of the password.
    ///
    /// # Errors
    /// When it cannot be hashed.
    pub(crate) async fn secret_of(&self, instance: &Instance) -> Result<EditorSecret, Error> {
        let password = self.password(instance.id, instance.generation);
        Ok(EditorSecret::new(password::hash(password.reveal().into()).await?))
    }
}

impl fmt::Debug for PasswordKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordKey(…)")
    }
}

/// The use case of looking at a password.
#[derive(Clone)]
pub struct EditorPasswords {
    store: Store,
    nature: Nature,
    key: PasswordKey,
}

impl EditorPasswords {
    pub const fn new(store: Store, nature: Nature, key: PasswordKey) -> Self {
        Self { store, nature, key }
    }

    /// Tells the password that an editor asks for, and writes down who has looked at it.
    ///
    /// # Errors
    /// `NotFound` when there is no such instance, `Forbidden` when it is somebody else's and the actor is no admin,
    /// `Conflict` when its editor asks for none.
    pub async fn reveal(&self, actor: &Actor, id: InstanceId) -> Result<Secret, Error> {
        let (actor, stamp) = (actor.clone(), Stamp { at: self.nature.clock.now(), cause: actor.cause() });
        let instance = self
            .store
            .write(stamp, move |w| {
                let instance = instances::find(w, id)?.ok_or_else(|| Error::not_found("such instance"))?;
                actor.may(Action::RevealPassword(instance.user))?;
                if !instance.secure || instance.intent == Intent::Terminate {
                    return Err(asks_for_none());
                }
                w.record(Change::EditorPasswordRevealed { instance: id, user: instance.user })?;
                Ok(instance)
            })
            .await?;
        Ok(self.key.password(id, instance.generation))
    }
}

fn asks_for_none() -> Error {
    Error::conflict(
        "this editor asks for no password",
        "Open it from the dashboard. One that asks is made by a launch with `secure`, or everywhere by `vscode.secure`.",
    )
}

#[cfg(test)]
mod tests;
