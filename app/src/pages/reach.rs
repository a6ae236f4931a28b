//! How a sandbox is reached: its addresses, and the ports inside that others may come to.

mod addresses;
mod ports;

pub use self::{
    addresses::AddressesCard,
    ports::{PortsCard, Whose},
};
