//! Who may do what, as one table.

use chrono::DateTime;
use strum::IntoEnumIterator;
use thon_domain::id::TokenId;
use uuid::Uuid;

use super::*;

#[test]
fn every_role_token_and_action_is_decided() {
    let (own, other) = (UserId::new(Uuid::from_u128(1)), UserId::new(Uuid::from_u128(2)));
    let (group, other_group) = (GroupId::new(own.uuid()), GroupId::new(other.uuid()));
    let (account, other_account) = (AccountId::new(own.uuid()), AccountId::new(other.uuid()));
    let tokens = [None].into_iter().chain(Scope::iter().map(Some));
    let actions = [
        Action::SeeFleet,
        Action::SeeUser(own),
        Action::SeeUser(other),
        Action::Launch(own),
        Action::Launch(other),
        Action::Terminate(own),
        Action::Terminate(other),
        Action::Pause(own),
        Action::Pause(other),
        Action::Recreate(own),
        Action::Recreate(other),
        Action::Renew(own),
        Action::OpenEditor(own),
        Action::OpenEditor(other),
        Action::AskToLeave(own),
        Action::AskToLeave(other),
        Action::SharePort(own),
        Action::SharePort(other),
        Action::RevealPassword(own),
        Action::RevealPassword(other),
        Action::SeeGroup(group),
        Action::SeeGroup(other_group),
        Action::ImportGroups,
        Action::ExportGroups,
        Action::EditEvents,
        Action::EditGroups,
        Action::EditUsers,
        Action::ChooseImage,
        Action::MakeLink,
        Action::MakeAdminLink,
        Action::SeeSystem,
        Action::CleanUp,
        Action::RenewCertificate,
        Action::ChangeProxy,
        Action::SeeSettings,
        Action::ChangeSettings,
        Action::MakeToken,
        Action::SeeTokens,
        Action::RevokeToken(account),
        Action::RevokeToken(other_account),
        Action::SeeRoles,
        Action::SeeJoinCodes,
        Action::ShowJoinCode,
        Action::MakeJoinCode,
        Action::RevokeJoinCode,
        Action::SeeArrivals,
        Action::DecideArrival,
        Action::SeeAudit,
        Action::ExportAudit,
    ];
    let roles = Role::iter().map(Action::GrantRole);
    let ports = [(own, group), (other, group), (other, other_group)]
        .into_iter()
        .flat_map(|(user, group)| Audience::iter().map(move |audience| Action::OpenPort { user, group, audience }));
    let actions: Vec<_> = actions.into_iter().chain(roles).chain(ports).collect();
    let everybody = Role::iter().map(|role| {
        // They go through an event in which both take part.
        let rounds = if role.goes_round() { vec![round(role, [own, other])] } else { Vec::new() };
        (role.to_string(), role, rounds)
    });
    let organizes = |name: &str, users: [UserId; 2]| {
        (format!("organizer {name}"), Role::Organizer, vec![round(Role::Organizer, users)])
    };
    let nobody = UserId::new(Uuid::from_u128(3));
    let everybody = everybody.chain([
        organizes("of this event and not of all", [own, other]),
        organizes("of another event", [nobody, nobody]),
    ]);
    let table = everybody.flat_map(|one| tokens.clone().map(move |scope| (one.clone(), scope)));
    let table = table.map(|((name, role, rounds), scope)| {
        let actor = Actor {
            account: Some(account),
            name: "x".into(),
            role,
            users: vec![own],
            groups: vec![group],
            rounds,
            token: scope.map(|scope| token(account, scope)),
        };
        let allowed = actions.iter().filter(|action| actor.may(**action).is_ok()).map(|action| {
            let whose = match action {
                Action::OpenPort { user, group, audience } if *user == other => {
                    format!("_of_{}_for_{audience}", if *group == other_group { "others" } else { "the_group" })
                }
                Action::OpenPort { audience, .. } => format!("_for_{audience}"),
                Action::GrantRole(role) => format!("_{role}"),
                _ if format!("{action:?}").contains("0002") => "_of_others".to_owned(),
                _ => String::new(),
            };
            format!("{}{whose}", <&str>::from(action))
        });
        let with = scope.map(|scope| format!(" with a token for {scope}")).unwrap_or_default();
        format!("{name}{with}: {}", allowed.collect::<Vec<_>>().join(" "))
    });
    let table: Vec<String> = table.collect();
    insta::assert_snapshot!(table.join("\n"));
}

#[test]
fn a_token_stands_in_the_log() {
    let account = AccountId::new(Uuid::nil());
    let actor = Actor { account: Some(account), token: Some(token(account, Scope::Read)), ..Actor::operator() };
    assert_eq!(actor.cause().name, "operator (token ci)");
    let refused = actor.may(Action::ChangeSettings).expect_err("it is too narrow");
    assert_eq!(refused.to_string(), "this token has the scope `read`; this takes `admin`");
}

fn round(role: Role, users: [UserId; 2]) -> Round {
    let groups = users.map(|user| GroupId::new(user.uuid())).into();
    Round { event: EventId::new(Uuid::nil()), role, groups, users: users.into() }
}

fn token(account: AccountId, scope: Scope) -> ApiToken {
    ApiToken {
        id: TokenId::new(Uuid::nil()),
        account,
        name: "ci".parse().expect("a name"),
        scope,
        made_with: None,
        created_at: DateTime::UNIX_EPOCH,
        expires_at: DateTime::UNIX_EPOCH,
        last_used_at: None,
        revoked_at: None,
    }
}
