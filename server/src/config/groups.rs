//! The groups written in `thon.yaml` itself, in the grammar of the groups file.

use thon_core::directory::groups_file::{self, GroupEntry};

use super::{Mistake, Origin, reader::Reader};

pub(super) fn read(reader: &mut Reader<'_>) -> Vec<GroupEntry> {
    let key = reader.key("groups", "The groups and their users, in the grammar of the groups file");
    let (node, origin, key) = key.node("groups by name, each with its users");
    let (groups, mistakes) = node.map(groups_file::read_groups).unwrap_or_default();
    key.show_groups(groups.clone(), origin.clone());
    if let Origin::File { path, .. } = &origin {
        for mistake in mistakes {
            let message = format!("{}: {}", mistake.path, mistake.message);
            reader.mistake(Mistake::at(path, mistake.at, message));
        }
    }
    for group in groups.iter().filter(|group| group.users.is_empty()) {
        reader.hint(format!("group `{}` has nobody in it yet", group.name));
    }
    groups
}
