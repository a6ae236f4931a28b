//! A QR code: dark on light in both themes, because not every reader takes the opposite.

use leptos::prelude::*;

use crate::api::join::QrDrawing;

/// The code, with what it leads to for those who do not see it.
#[component]
pub fn QrCode(qr: QrDrawing, #[prop(into)] to: String) -> impl IntoView {
    let QrDrawing { side, path } = qr;
    view! {
        <svg
            class="qr"
            viewBox=format!("0 0 {side} {side}")
            role="img"
            aria-label=format!("QR code that leads to {to}")
            shape-rendering="crispEdges"
        >
            <path d=path />
        </svg>
    }
}
