//! The actor: who acts, and what they may do. The first argument of every use case.

use thon_domain::{
    id::{AccountId, GroupId, UserId},
    live::{Cause, Sight},
    role::Role,
    sandbox::SandboxOverrides,
};

use crate::error::Error;

/// Somebody acting: a signed-in account, or whoever runs the program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// `None` for the operator at the machine and for THON itself.
    pub account: Option<AccountId>,
    pub name: String,
    pub role: Role,
    /// The places that are theirs.
    pub users: Vec<UserId>,
    /// The groups that they sit in.
    pub groups: Vec<GroupId>,
}

/// What somebody wants to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum Action {
    /// See everybody's instances, groups and users.
    SeeFleet,
    /// See one user and their instance.
    SeeUser(UserId),
    /// Start an instance.
    Launch(UserId),
    /// End an instance.
    Terminate(UserId),
    /// Freeze an instance, or let it go on.
    Pause(UserId),
    /// Put a new sandbox in the place of the old one.
    Recreate(UserId),
    /// Say how long an instance may run.
    Renew(UserId),
    /// Open somebody's editor.
    OpenEditor(UserId),
    /// See one group and who is in it.
    SeeGroup(GroupId),
    /// Add and change groups and users as a file says.
    ImportGroups,
    /// Take groups and users out as a file, with addresses.
    ExportGroups,
    /// Make, change and delete events.
    EditEvents,
    /// Make, change and delete groups.
    EditGroups,
    /// Make, change, move and delete users.
    EditUsers,
    /// Choose the image and the runtime of sandboxes.
    ChooseImage,
    /// Make a sign-in link for a user.
    MakeLink,
    /// Make a sign-in link for the admin.
    MakeAdminLink,
    /// Look at what the system says of itself.
    SeeSystem,
    /// Remove what is left over in the sandbox runtime.
    CleanUp,
    /// Look at the settings.
    SeeSettings,
    /// Change the settings.
    ChangeSettings,
}

impl Actor {
    /// Whoever runs the program on the machine: may do everything.
    pub fn operator() -> Self {
        Self { account: None, name: "operator".to_owned(), role: Role::Admin, users: Vec::new(), groups: Vec::new() }
    }

    /// Decides whether this may be done.
    ///
    /// # Errors
    /// `Forbidden`, saying what would be needed.
    pub fn may(&self, action: Action) -> Result<(), Error> {
        let allowed = match action.needs() {
            Standing::Admin => self.role == Role::Admin,
            Standing::Organizer => self.role.organizes(),
            Standing::Own(user) => self.role.organizes() || self.users.contains(&user),
            Standing::Member(group) => self.role.organizes() || self.groups.contains(&group),
        };
        if allowed { Ok(()) } else { Err(Error::forbidden(refusal(action))) }
    }

    /// Decides whether sandboxes may have these overrides instead of those before.
    ///
    /// # Errors
    /// `Forbidden` when the image or the runtime is another and they may not choose it.
    pub fn may_choose(&self, after: &SandboxOverrides, before: &SandboxOverrides) -> Result<(), Error> {
        let same = after.image == before.image && after.runtime == before.runtime;
        if same { Ok(()) } else { self.may(Action::ChooseImage) }
    }

    /// How much of the fleet they see.
    pub fn sight(&self) -> Sight {
        if self.role.organizes() {
            Sight::All
        } else {
            Sight::Own { users: self.users.clone(), groups: self.groups.clone() }
        }
    }

    /// How they stand in the log.
    pub fn cause(&self) -> Cause {
        Cause { account: self.account, name: self.name.clone() }
    }
}

/// What somebody must be to do something.
enum Standing {
    Admin,
    Organizer,
    /// The user themselves, or an organizer.
    Own(UserId),
    /// Somebody of the group, or an organizer.
    Member(GroupId),
}

impl Action {
    const fn needs(self) -> Standing {
        match self {
            Self::MakeAdminLink | Self::ChangeSettings | Self::ChooseImage | Self::CleanUp => Standing::Admin,
            Self::SeeFleet
            | Self::Renew(_)
            | Self::ImportGroups
            | Self::ExportGroups
            | Self::EditEvents
            | Self::EditGroups
            | Self::EditUsers
            | Self::MakeLink
            | Self::SeeSystem
            | Self::SeeSettings => Standing::Organizer,
            Self::SeeUser(user)
            | Self::Launch(user)
            | Self::Terminate(user)
            | Self::Pause(user)
            | Self::Recreate(user)
            | Self::OpenEditor(user) => Standing::Own(user),
            Self::SeeGroup(group) => Standing::Member(group),
        }
    }
}

const fn refusal(action: Action) -> &'static str {
    match action.needs() {
        Standing::Admin if matches!(action, Action::ChooseImage) => {
            "only an admin may choose the image or the runtime of sandboxes"
        }
        Standing::Admin => "only an admin may do this",
        Standing::Organizer => "only organizers may do this",
        Standing::Own(_) if matches!(action, Action::OpenEditor(_)) => "this editor is somebody else's",
        Standing::Own(_) => "this instance is somebody else's",
        Standing::Member(_) => "this group is somebody else's",
    }
}

#[cfg(test)]
mod tests {
    use strum::IntoEnumIterator;
    use uuid::Uuid;

    use super::*;

    #[test]
    fn every_role_and_action_is_decided() {
        let (own, other) = (UserId::new(Uuid::from_u128(1)), UserId::new(Uuid::from_u128(2)));
        let (group, other_group) = (GroupId::new(own.uuid()), GroupId::new(other.uuid()));
        let actions = [
            Action::SeeFleet,
            Action::SeeUser(own),
            Action::SeeUser(other),
            Action::Launch(own),
            Action::Launch(other),
            Action::Terminate(own),
            Action::Terminate(other),
            Action::Pause(own),
            Action::Pause(other),
            Action::Recreate(own),
            Action::Recreate(other),
            Action::Renew(own),
            Action::OpenEditor(own),
            Action::OpenEditor(other),
            Action::SeeGroup(group),
            Action::SeeGroup(other_group),
            Action::ImportGroups,
            Action::ExportGroups,
            Action::EditEvents,
            Action::EditGroups,
            Action::EditUsers,
            Action::ChooseImage,
            Action::MakeLink,
            Action::MakeAdminLink,
            Action::SeeSystem,
            Action::CleanUp,
            Action::SeeSettings,
            Action::ChangeSettings,
        ];
        let table: Vec<String> = Role::iter()
            .map(|role| {
                let actor = Actor { account: None, name: "x".into(), role, users: vec![own], groups: vec![group] };
                let verdicts: Vec<_> = actions
                    .iter()
                    .filter(|action| actor.may(**action).is_ok())
                    .map(|action| {
                        let whose = if format!("{action:?}").contains("0002") { "_of_others" } else { "" };
                        format!("{}{whose}", <&str>::from(action))
                    })
                    .collect();
                format!("{role}: {}", verdicts.join(" "))
            })
            .collect();
        insta::assert_snapshot!(table.join("\n"));
    }
}
