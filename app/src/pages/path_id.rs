//! The id that a page has in its path.

use std::str::FromStr;

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

/// The id of `/…/:id`; nothing when what stands there is none.
pub fn path_id<I>() -> Memo<Option<I>>
where
    I: FromStr + PartialEq + Send + Sync + 'static,
{
    let params = use_params_map();
    Memo::new(move |_| params.with(|params| params.get_str("id")?.parse().ok()))
}
