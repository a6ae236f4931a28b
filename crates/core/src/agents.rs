//! Agents: programs of ours inside sandboxes, and how they prove whose they are.

use std::fmt;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;
use thon_domain::{
    id::InstanceId,
    instance::{Instance, Intent},
};
use thon_store::{Store, instances};

use crate::{editor_password::PasswordKey, error::Error, secret::Secret};

/// The variable that a sandbox's agent finds its token in.
pub const TOKEN_VARIABLE: &str = "THON_AGENT_TOKEN";

/// What an agent says who it is with: the instance, its generation, and a proof that only THON could have made.
///
/// It follows from the installation's key, so none is kept, it is the same after a restart, and a new sandbox has a new one.
/// Everything in the sandbox can read it, so it is worth no more than to hear what its owner may know.
pub fn token(key: &PasswordKey, instance: InstanceId, generation: u32) -> Secret {
    Secret::of(format!("{instance}.{generation}.{}", proof(key, instance, generation)))
}

/// All parts have a fixed length, so no input is the beginning of another.
fn proof(key: &PasswordKey, instance: InstanceId, generation: u32) -> String {
    let digest = Sha256::new()
        .chain_update(b"thon agent")
        .chain_update(key.bytes())
        .chain_update(instance.uuid().as_bytes())
        .chain_update(generation.to_be_bytes())
        .finalize();
    URL_SAFE_NO_PAD.encode(digest)
}

/// Tells agents apart.
#[derive(Clone)]
pub struct Agents {
    store: Store,
    key: PasswordKey,
}

impl fmt::Debug for Agents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Agents(…)")
    }
}

impl Agents {
    pub const fn new(store: Store, key: PasswordKey) -> Self {
        Self { store, key }
    }

    /// The instance whose sandbox has this token.
    ///
    /// # Errors
    /// `Unauthenticated` when nobody's has it, or a later sandbox has taken that one's place.
    pub async fn identify(&self, token: &str) -> Result<Instance, Error> {
        let (instance, generation) = self.proven(token).ok_or(Error::Unauthenticated)?;
        let found = self.store.read(move |c| Ok::<_, Error>(instances::find(c, instance)?)).await?;
        let is_current = |found: &Instance| found.generation == generation && found.intent != Intent::Terminate;
        found.filter(is_current).ok_or(Error::Unauthenticated)
    }

    fn proven(&self, token: &str) -> Option<(InstanceId, u32)> {
        let (instance, rest) = token.split_once('.')?;
        let (generation, said) = rest.split_once('.')?;
        let (instance, generation) = (instance.parse().ok()?, generation.parse().ok()?);
        let wanted = proof(&self.key, instance, generation);
        bool::from(wanted.as_bytes().ct_eq(said.as_bytes())).then_some((instance, generation))
    }
}

#[cfg(test)]
mod tests;
