//! Which editors somebody's pages ask whether they are there.

use thon_domain::address::Pattern;
use thon_store::{instances, users};

use super::Fleet;
use crate::{actor::Actor, error::Error};

impl Fleet {
    /// What a content security policy calls the editors whose addresses the actor's pages show: everybody's for those who run
    /// the event, their own for all others.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn sources(&self, actor: &Actor) -> Result<Vec<String>, Error> {
        let addresses = self.addresses.clone();
        if actor.role.organizes() {
            return Ok(addresses.all().filter_map(Pattern::source).collect());
        }
        let own = actor.users.clone();
        let read = move |c: &mut _| {
            let mut sources = Vec::new();
            for user in users::with_ids(c, &own)? {
                let port = instances::of_user(c, user.id)?.and_then(|instance| instance.public_port);
                sources.extend(addresses.all().filter_map(|pattern| pattern.source_of(&user.slug, port)));
            }
            Ok(sources)
        };
        self.store.read(read).await
    }
}
