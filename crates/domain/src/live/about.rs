//! What a change is about.

use super::Change;
use crate::{event::Event, group::Group, instance::Instance, user::User, visit::Visit};

impl Change {
    /// The instance that this is about, as it is afterwards.
    pub const fn instance(&self) -> Option<&Instance> {
        match self {
            Self::InstanceLaunched { instance }
            | Self::InstanceStarted { instance }
            | Self::InstanceTryFailed { instance }
            | Self::InstanceFailed { instance }
            | Self::InstanceLost { instance }
            | Self::InstanceStopping { instance }
            | Self::InstanceTerminated { instance }
            | Self::InstancePausing { instance }
            | Self::InstancePaused { instance }
            | Self::InstanceResuming { instance }
            | Self::InstanceRecreated { instance }
            | Self::InstanceRenewed { instance }
            | Self::InstanceExpiring { instance, .. }
            | Self::InstanceExpired { instance }
            | Self::InstancePortShared { instance, .. }
            | Self::InstancePortUnshared { instance, .. }
            | Self::InstanceVisited { instance, .. }
            | Self::InstanceVisitorAsked { instance, .. }
            | Self::InstanceLeft { instance, .. } => Some(instance),
            _ => None,
        }
    }

    /// The visit that this is about, as it is afterwards.
    pub const fn visit(&self) -> Option<&Visit> {
        match self {
            Self::InstanceVisited { visit, .. } => visit.as_ref(),
            Self::InstanceVisitorAsked { visit, .. } | Self::InstanceLeft { visit, .. } => Some(visit),
            _ => None,
        }
    }

    /// Whether this is about the fleet: its instances and people. The rest is about who may do what.
    pub const fn is_about_fleet(&self) -> bool {
        let there = self.instance().is_some() || self.group().is_some() || self.event().is_some();
        let gone = self.deleted_user().is_some() || self.deleted_group().is_some() || self.deleted_event().is_some();
        let people = matches!(self, Self::UserCreated { .. } | Self::UserMoved { .. });
        there || gone || people || matches!(self, Self::VolumeDeleted { .. } | Self::ClockJumped { .. })
    }

    /// The user that this is about, as it is afterwards.
    pub const fn user(&self) -> Option<&User> {
        match self {
            Self::UserCreated { user } | Self::UserChanged { user } | Self::UserMoved { user, .. } => Some(user),
            _ => None,
        }
    }

    /// The user that is gone, as they were last.
    pub const fn deleted_user(&self) -> Option<&User> {
        match self {
            Self::UserDeleted { user } => Some(user),
            _ => None,
        }
    }

    /// The group that this is about, as it is afterwards.
    pub const fn group(&self) -> Option<&Group> {
        match self {
            Self::GroupCreated { group } | Self::GroupChanged { group } => Some(group),
            _ => None,
        }
    }

    /// The group that is gone, as it was last.
    pub const fn deleted_group(&self) -> Option<&Group> {
        match self {
            Self::GroupDeleted { group } => Some(group),
            _ => None,
        }
    }

    /// The event that this is about, as it is afterwards.
    pub const fn event(&self) -> Option<&Event> {
        match self {
            Self::EventCreated { event }
            | Self::EventChanged { event }
            | Self::EventArchived { event }
            | Self::EventUnarchived { event } => Some(event),
            _ => None,
        }
    }

    /// The event that is gone, as it was last.
    pub const fn deleted_event(&self) -> Option<&Event> {
        match self {
            Self::EventDeleted { event } => Some(event),
            _ => None,
        }
    }
}
