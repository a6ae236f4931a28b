//! Things to store, each made from a number.

use chrono::{DateTime, TimeDelta, Utc};
use thon_domain::{
    account::{Account, Grant, Token, TokenKind},
    api_token::{ApiToken, Scope},
    event::Event,
    group::Group,
    id::{AccountId, EventId, GrantId, GroupId, InstanceId, TokenId, UserId, WorkspaceId},
    instance::Instance,
    live::Cause,
    name::{GroupName, UserName},
    role::Role,
    sandbox::SandboxOverrides,
    slug::Slug,
    user::User,
    workspace::Workspace,
};
use thon_store::{Stamp, Store, StoreError, Writer, accounts, events, groups, sessions::SessionRow, users};
use uuid::Uuid;

use crate::database::{Database, Kind, write};

/// A time with microseconds, some seconds after another.
pub fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::microseconds(1_800_000_000_123_456) + TimeDelta::seconds(seconds)
}

pub fn stamp() -> Stamp {
    stamp_at(0)
}

pub fn stamp_at(seconds: i64) -> Stamp {
    Stamp { at: at(seconds), cause: Cause { account: None, name: "thon".to_owned() } }
}

pub fn id(n: u32) -> Uuid {
    Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0000 | u128::from(n))
}

pub fn event(n: u32) -> Event {
    Event::new(EventId::new(id(n)), format!("event-{n}"), at(0))
}

pub fn group(n: u32, event: &Event, name: &str) -> Group {
    Group {
        id: GroupId::new(id(n)),
        event: event.id,
        name: GroupName::new(name).expect("a name"),
        title: None,
        sandbox: SandboxOverrides::default(),
        created_at: at(0),
        updated_at: at(0),
    }
}

pub fn user(n: u32, group: &Group, name: &str) -> User {
    User {
        id: UserId::new(id(n)),
        group: group.id,
        account: None,
        name: UserName::new(name).expect("a name"),
        email: None,
        slug: Slug::new(&format!("slug-{n}")).expect("a slug"),
        sandbox: SandboxOverrides::default(),
        created_at: at(0),
        updated_at: at(0),
    }
}

pub fn account(n: u32) -> Account {
    Account { id: AccountId::new(id(n)), name: format!("Person {n}"), created_at: at(0) }
}

pub fn grant(n: u32, account: &Account, event: Option<EventId>, role: Role) -> Grant {
    Grant { id: GrantId::new(id(n)), account: account.id, event, role, created_at: at(0) }
}

pub fn token(n: u32, account: &Account, kind: TokenKind) -> Token {
    Token {
        id: TokenId::new(id(n)),
        account: account.id,
        kind,
        created_at: at(0),
        expires_at: Some(at(60)),
        used_at: None,
        revoked_at: None,
    }
}

pub fn api_token(n: u32, account: &Account, made_with: Option<TokenId>) -> ApiToken {
    ApiToken {
        id: TokenId::new(id(n)),
        account: account.id,
        name: format!("token-{n}").parse().expect("a name"),
        scope: Scope::Write,
        made_with,
        created_at: at(0),
        expires_at: at(60),
        last_used_at: None,
        revoked_at: None,
    }
}

pub fn session(id_hash: &str, account: Option<AccountId>) -> SessionRow {
    SessionRow {
        id_hash: id_hash.to_owned(),
        account,
        data: "{}".to_owned(),
        created_at: at(0),
        expires_at: at(60),
        device: None,
    }
}

pub fn workspace(n: u32, user: &User) -> Workspace {
    Workspace::of(WorkspaceId::new(id(n)), user.id, &user.slug)
}

pub fn instance(n: u16, user: &User) -> Instance {
    Instance::first(InstanceId::new(id(n.into())), user.id, 8500 + n, at(0))
}

/// An event, a group of it, three users (10, 11, 12) and an account.
#[derive(Clone)]
pub struct Cast {
    pub event: Event,
    pub group: Group,
    pub users: [User; 3],
    pub account: Account,
}

pub fn cast() -> Cast {
    let event = event(1);
    let group = group(2, &event, "alpha");
    let users = [user(10, &group, "ada"), user(11, &group, "bob"), user(12, &group, "eve")];
    Cast { event, group, users, account: account(20) }
}

impl Cast {
    pub fn insert(&self, w: &mut Writer<'_>) -> Result<(), StoreError> {
        events::insert(w, &self.event)?;
        groups::insert(w, &self.group)?;
        accounts::insert(w, &self.account)?;
        self.users.iter().try_for_each(|user| users::insert(w, user))
    }
}

/// A database with a cast in it.
pub async fn with_cast(kind: Kind) -> (Database, Store, Cast) {
    let (database, store) = kind.store().await;
    let cast = cast();
    let rows = cast.clone();
    write(&store, move |w| rows.insert(w)).await;
    (database, store, cast)
}
