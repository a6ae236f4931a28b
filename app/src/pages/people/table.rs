//! The table of people: who they are, how their instance is, and a box to choose each.

use leptos::prelude::*;

use super::{
    Acts,
    bulk::Bulk,
    wanted::{Member, Page},
};
use crate::{
    live::FleetStore,
    pages::instances::{act::Act, row::memo},
    ui::StateMark,
};

/// One page of people, and the bar for those who are chosen.
#[component]
pub fn PeopleTable(
    store: FleetStore,
    acts: Acts,
    query: Memo<String>,
    page: Memo<Page>,
    /// Whether each row tells its group.
    grouped: bool,
) -> impl IntoView {
    let members = move || page.with(|page| page.members.clone());
    let nobody = move || page.with(|page| page.members.is_empty());
    view! {
        <section class="card fitc" aria-label="People" class:gone=nobody>
            <div class="tblw" tabindex="0" role="region" aria-label="Table of people">
                <table class="t-inst t-ppl">
                    <thead>
                        <tr>
                            <th scope="col" class="c-ck">
                                <input class="ck scripted" type="checkbox" aria-label="Select all that are shown" />
                            </th>
                            <th scope="col" class="c-us">"Person"</th>
                            <th scope="col">"E-mail address"</th>
                            <th scope="col" class="c-st">"State"</th>
                            <th scope="col" class="c-act"><span class="sr">"Actions"</span></th>
                        </tr>
                    </thead>
                    <tbody>
                        <For
                            each=members
                            key=|member| (member.user.id, member.user.updated_at, member.group.clone())
                            let:member
                        >
                            <Row store acts query member grouped />
                        </For>
                    </tbody>
                </table>
            </div>
            <Bulk store acts />
        </section>
    }
}

#[component]
fn Row(store: FleetStore, acts: Acts, query: Memo<String>, member: Member, grouped: bool) -> impl IntoView {
    let Member { user, group } = member;
    let instance = store.row(user.id);
    let state = memo(&instance, |one| one.map(|one| one.state));
    let (name, path) = (user.name.to_string(), format!("/users/{}", user.id));
    let place = grouped.then(|| {
        view! { <a class="xs mute cut block font-normal" href=format!("/groups/{}", user.group) title=group.clone()>{group.clone()}</a> }
    });
    let email = user.email.clone();
    view! {
        <tr>
            <td class="c-ck">
                <label>
                    <input
                        class="ck"
                        type="checkbox"
                        form="bulk"
                        name="users[]"
                        value=user.id.to_string()
                        aria-label=format!("Select {name}")
                    />
                </label>
            </td>
            <th scope="row" class="c-us">
                <a class="block cut name" href=path title=name.clone()>{name.clone()}</a>
                {place}
            </th>
            <td class="c-url sm"><span class="cut block" title=email.clone()>{email.clone()}</span></td>
            <td class="c-st"><StateMark state /></td>
            <td class="c-act"><Act actions=acts.instances query user instance /></td>
        </tr>
    }
}
