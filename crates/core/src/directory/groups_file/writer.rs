//! Writes a groups file in the shape that programs of the earlier THON know: groups by name, users as plain names where
//! there is nothing else to say of them.

use serde::{Serialize, Serializer, ser::SerializeMap as _};
use thon_domain::{byte_size::ByteSize, sandbox::SandboxOverrides};

use super::{GroupEntry, GroupsFile, UserEntry};

impl Serialize for GroupsFile {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut file = serializer.serialize_map(None)?;
        if let Some(event_id) = &self.event_id {
            file.serialize_entry("event_id", event_id)?;
        }
        if let Some(title) = &self.title {
            file.serialize_entry("title", title)?;
        }
        file.serialize_entry("groups", &ByName(&self.groups))?;
        file.end()
    }
}

/// Groups as a map, in their order.
struct ByName<'a>(&'a [GroupEntry]);

impl Serialize for ByName<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|group| (&group.name, Body(group))))
    }
}

/// A group without its name.
struct Body<'a>(&'a GroupEntry);

impl Serialize for Body<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(group) = self;
        let mut body = serializer.serialize_map(None)?;
        if let Some(title) = &group.title {
            body.serialize_entry("title", title)?;
        }
        if let Some(overrides) = &group.sandbox {
            body.serialize_entry("sandbox", &Sandbox(overrides))?;
        }
        body.serialize_entry("users", &group.users.iter().map(Seat).collect::<Vec<_>>())?;
        body.end()
    }
}

/// A user: just the name, where that is all.
struct Seat<'a>(&'a UserEntry);

impl Serialize for Seat<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(user) = self;
        if user.email.is_none() && user.sandbox.is_none() {
            user.name.serialize(serializer)
        } else {
            user.serialize(serializer)
        }
    }
}

/// Overrides with sizes as people write them.
struct Sandbox<'a>(&'a SandboxOverrides);

impl Serialize for Sandbox<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(overrides) = self;
        let mut entries = serializer.serialize_map(None)?;
        let size = |bytes: u64| ByteSize(bytes).to_string();
        if let Some(memory) = overrides.memory_bytes.map(size) {
            entries.serialize_entry("memory", &memory)?;
        }
        if let Some(cpus) = overrides.cpus {
            entries.serialize_entry("cpus", &cpus)?;
        }
        if let Some(pids) = overrides.pids {
            entries.serialize_entry("pids", &pids)?;
        }
        if let Some(disk) = overrides.disk_bytes.map(size) {
            entries.serialize_entry("disk", &disk)?;
        }
        if let Some(image) = &overrides.image {
            entries.serialize_entry("image", image)?;
        }
        if let Some(runtime) = &overrides.runtime {
            entries.serialize_entry("runtime", runtime)?;
        }
        entries.end()
    }
}

/// As [`Sandbox`], for entries that are written by themselves.
#[expect(clippy::ref_option, reason = "the shape that serde wants")]
pub(super) fn sandbox<S: Serializer>(overrides: &Option<SandboxOverrides>, serializer: S) -> Result<S::Ok, S::Error> {
    overrides.as_ref().map(Sandbox).serialize(serializer)
}
