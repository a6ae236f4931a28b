//! An error as a person needs it: what, why, what to do, and the id that finds it in the log.

use leptos::prelude::*;
use thon_domain::problem::{FieldError, Problem};

use super::{Copy, Icon, Symbol};

/// One problem in a card that announces itself.
#[component]
pub fn ProblemCard(
    problem: Problem,
    /// Whether it stays in sight while the page scrolls.
    #[prop(optional)]
    here: bool,
) -> impl IntoView {
    let Problem { title, code, detail, hint, errors, request_id, .. } = problem;
    view! {
        <section class="card err" class:here=here role="alert">
            <div class="row wrap top-e">
                <Icon symbol=Symbol::StateFailed />
                <h2>{title}</h2>
                <code class="tag end">{code.to_string()}</code>
            </div>
            <dl class="why">
                <dt>"Why"</dt>
                <dd>{detail} {fields(errors)}</dd>
                {hint.map(|hint| view! { <dt>"What to do"</dt> <dd>{hint}</dd> })}
                {request_id.map(request)}
            </dl>
        </section>
    }
}

fn fields(errors: Vec<FieldError>) -> impl IntoView {
    let item = |error: FieldError| view! { <li><code>{error.field}</code> ": " {error.message}</li> };
    (!errors.is_empty()).then(|| view! { <ul>{errors.into_iter().map(item).collect_view()}</ul> })
}

fn request(id: String) -> impl IntoView {
    view! {
        <dt>"Request"</dt>
        <dd class="row">
            <span class="mono any">{id.clone()}</span>
            <Copy text=id what="the request id" />
        </dd>
    }
}
