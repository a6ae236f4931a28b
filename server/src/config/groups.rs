//! The groups written in `thon.yaml` itself, in the grammar of the groups file.

use thon_core::directory::groups_file::{self, GroupEntry};

use super::{Mistake, Origin, reader::Reader};

pub(super) fn read(reader: &mut Reader<'_>) -> Vec<GroupEntry> {
    let Some((node, origin)) = reader.node("groups") else {
        reader.show_groups(&[], Origin::Default);
        return Vec::new();
    };
    let (groups, mistakes) = groups_file::read_groups(node);
    if let Origin::File { path, .. } = &origin {
        for mistake in mistakes {
            let message = format!("{}: {}", mistake.path, mistake.message);
            reader.mistake(Mistake::at(path, mistake.at, message));
        }
    }
    reader.show_groups(&groups, origin);
    groups
}
