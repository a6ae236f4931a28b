//! The HTML document around the app: what is needed before the first paint, then what makes the page alive.

use leptos::{nonce::use_nonce, prelude::*};
use leptos_meta::MetaTags;

use crate::routes::App;

/// Runs in the head, before the body is painted: the chosen theme, and what needs no WASM: two buttons, keys and choices.
const HEAD: &str =
    concat!(include_str!("shell/head.js"), include_str!("shell/keys.js"), include_str!("shell/probe.js"));

/// Where the built files are, under names that carry their hash. The server provides it through the context.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Assets {
    /// The URL of the styles, for example `/pkg/thon.0123456789abcdef.css`.
    pub css: String,
    /// The URL of the JavaScript glue.
    pub js: String,
    /// The URL of the WASM.
    pub wasm: String,
}

/// The document. Only the body is hydrated.
pub fn shell() -> impl IntoView {
    let Assets { css, js, wasm } = use_context().unwrap_or_default();
    let start =
        format!(r#"import init, {{ hydrate }} from "{js}"; init({{ module_or_path: "{wasm}" }}).then(hydrate);"#);
    view! {
        <!DOCTYPE html>
        <html lang="en">
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover" />
                <meta name="color-scheme" content="light dark" />
                <meta name="theme-color" media="(prefers-color-scheme: light)" content="#fdfdf8" />
                <meta name="theme-color" media="(prefers-color-scheme: dark)" content="#1b1916" />
                <script nonce=use_nonce()>{HEAD}</script>
                <link rel="icon" type="image/svg+xml" href="/favicon.svg" />
                <link rel="preload" r#as="font" r#type="font/woff2" href="/fonts/space-grotesk.woff2" crossorigin="" />
                <link rel="stylesheet" href=css />
                <link rel="modulepreload" href=js nonce=use_nonce() />
                <link rel="preload" r#as="fetch" r#type="application/wasm" href=wasm crossorigin="" />
                <script type="module" nonce=use_nonce()>{start}</script>
                <MetaTags />
            </head>
            <body>
                <App />
            </body>
        </html>
    }
}
