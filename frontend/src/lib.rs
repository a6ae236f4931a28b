//! The WASM entry: makes the rendered page alive.

use leptos::{logging, mount::hydrate_body};
use thon_app::routes::App;
use wasm_bindgen::prelude::wasm_bindgen;

/// Hydrates the page. Called once, by the script in the document's head.
#[wasm_bindgen]
pub fn hydrate() {
    std::panic::set_hook(Box::new(|panic| logging::error!("{panic}")));
    hydrate_body(App);
}
