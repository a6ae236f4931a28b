//! The fleet as a whole: the snapshot that live views begin with.

use thon_domain::{address::Addresses, live::FleetView};

use crate::{Connection, StoreError, activity, events, groups, instances, users};

/// Everything there is but what archived events hold, with the number of the last activity that it contains.
///
/// Five queries whatever the size. To be asked in [`crate::Store::read`], which sees one moment.
///
/// # Errors
/// When something cannot be read.
pub fn snapshot(c: &mut Connection, addresses: Addresses) -> Result<FleetView, StoreError> {
    let mut view = FleetView {
        number: activity::last_number(c)?,
        addresses,
        events: events::all(c)?.into_iter().map(|event| (event.id, event)).collect(),
        groups: groups::all(c)?.into_iter().map(|group| (group.id, group)).collect(),
        users: users::all(c)?.into_iter().map(|user| (user.id, user)).collect(),
        instances: instances::all(c)?.into_iter().map(|instance| (instance.id, instance)).collect(),
    };
    view.leave_out_archived();
    Ok(view)
}
