//! What may be set while THON runs, as one form: all of it is taken, or none.

use leptos::{form::ActionForm, prelude::*};

use super::Acts;
use crate::api::settings::SettingLine;

/// The form. A field that is left empty gives its key back to the default.
#[component]
pub fn Keys(acts: Acts, admin: bool, settings: Vec<SettingLine>) -> impl IntoView {
    let lines = settings.into_iter().map(|line| view! { <Line line admin /> }).collect_view();
    view! {
        <section class="card" aria-labelledby="keys-set">
            <header>
                <h2 id="keys-set" class="grow">"Settings"</h2>
                <span class="sm dim">"they count from the next start on"</span>
            </header>
            <ActionForm action=acts.set attr:class="stack pad">
                {lines}
                {admin.then(|| view! {
                    <div class="btns"><button class="btn pri" disabled=acts.set.pending()>"Save settings"</button></div>
                })}
            </ActionForm>
        </section>
    }
}

#[component]
fn Line(line: SettingLine, admin: bool) -> impl IntoView {
    let SettingLine { key, about, takes, value, default, locked, note } = line;
    let (id, hint) = (format!("set-{key}"), format!("about-{key}"));
    let told = match &locked {
        Some(place) => format!("{about}. Fixed by {place}."),
        None => format!("{about}: {takes}."),
    };
    let fixed = !admin || locked.is_some();
    // A field without a name is not sent.
    let name = (!fixed).then(|| format!("values[{key}]"));
    view! {
        <div class="field">
            <label class="mono any" for=id.clone()>{key}</label>
            <input class="in" id=id name=name value=value placeholder=default readonly=fixed aria-describedby=hint.clone() />
            <p class="sm dim any" id=hint>{told} {note.map(|note| format!(" {note}"))}</p>
        </div>
    }
}
