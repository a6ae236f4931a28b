//! Launching many, with an answer for each.

use std::collections::HashSet;

use futures::{StreamExt as _, stream};
use thon_domain::{id::UserId, instance::Instance};

use super::{Fleet, LaunchChoice, LaunchInstance, change::PARALLEL};
use crate::{actor::Actor, error::Error};

/// What became of the wish for one user's instance.
#[derive(Debug)]
pub struct LaunchOutcome {
    pub user: UserId,
    pub result: Result<Instance, Error>,
}

impl Fleet {
    /// Asks for the instances of many users, each on its own: one that is refused holds up no other.
    ///
    /// The outcomes are in the order of the users; one who comes twice is asked for once.
    pub async fn launch_all(&self, actor: &Actor, mut users: Vec<UserId>, choice: LaunchChoice) -> Vec<LaunchOutcome> {
        let mut seen = HashSet::new();
        users.retain(|user| seen.insert(*user));
        stream::iter(users)
            .map(async |user| {
                let wish = LaunchInstance { choice, ..LaunchInstance::of(user) };
                LaunchOutcome { user, result: self.launch_with(actor, wish).await }
            })
            .buffered(PARALLEL)
            .collect()
            .await
    }
}
