//! Pages of long lists.

use serde::{Deserialize, Serialize};

/// The most items on one page.
pub const MAX_SIZE: u32 = 200;

/// Which part of a list is asked for. Pages count from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageRequest {
    pub page: u32,
    pub page_size: u32,
}

impl PageRequest {
    /// How many items stand before this page.
    pub const fn offset(self) -> usize {
        (self.page.saturating_sub(1) as usize) * (self.page_size as usize)
    }
}

impl Default for PageRequest {
    fn default() -> Self {
        Self { page: 1, page_size: 50 }
    }
}
