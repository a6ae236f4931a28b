//! Accounts: who can sign in, with what, and who they are then.

use secrecy::{ExposeSecret as _, SecretString};
use thon_domain::{
    account::{Account, Grant, Token, TokenKind},
    group::Group,
    id::{AccountId, EventId, GrantId, TokenId, UserId},
    live::{Cause, Change},
    role::Role,
    user::User,
};
use thon_store::{Connection, Stamp, Store, Writer, accounts, grants, groups, identities, tokens, users};

use crate::{
    actor::{Action, Actor},
    clock::Nature,
    error::Error,
    secret::{Secret, hash_of},
    tally::Tally,
};

mod acting;
pub(crate) mod password;

pub(crate) use acting::{actor_of, round};

/// How long an admin's link is good, in hours: it opens everything, so it is for now, not for later.
const ADMIN_LINK_HOURS: i64 = 24;

/// How many wrong passwords are taken within ten minutes.
const WRONG_PASSWORDS: usize = 10;

/// Whom a sign-in link is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Whom {
    /// The admin: a link for one use.
    Admin,
    /// Somebody who can sign in already, or has a role and could not so far.
    Account(AccountId),
    /// A user of a group: a link that works on several devices.
    User(UserId),
}

/// A fresh sign-in link: the only moment at which its secret is known.
#[derive(Clone, Debug)]
pub struct SignInLink {
    pub secret: Secret,
    /// Who will be signed in.
    pub name: String,
    pub token: Token,
}

/// The use cases around accounts.
#[derive(Clone)]
pub struct Accounts {
    store: Store,
    nature: Nature,
    /// Wrong passwords.
    failures: Tally<AccountId>,
}

impl Accounts {
    pub fn new(store: Store, nature: Nature) -> Self {
        Self { store, nature, failures: Tally::new(WRONG_PASSWORDS) }
    }

    /// Makes the admin's account and a link for it, on the very first start only.
    ///
    /// # Errors
    /// When the database does not take it.
    pub async fn found(&self) -> Result<Option<SignInLink>, Error> {
        if self.store.read(|c| Ok::<_, Error>(grants::any_admin(c)?)).await? {
            return Ok(None);
        }
        let nature = self.nature.clone();
        self.store
            .write(self.stamp(Cause { account: None, name: "thon".to_owned() }), move |w| {
                if grants::any_admin(w)? {
                    return Ok(None);
                }
                let account = insert_account(w, &nature, "Admin")?;
                grant(w, &nature, account.id, None, Role::Admin)?;
                insert_link(w, &nature, &account, TokenKind::SignInOnce).map(Some)
            })
            .await
    }

    /// Makes a fresh sign-in link.
    ///
    /// # Errors
    /// `Forbidden` for those who may not, `NotFound` when there is no such user.
    pub async fn make_link(&self, actor: &Actor, whom: Whom) -> Result<SignInLink, Error> {
        actor.may(if whom == Whom::Admin { Action::MakeAdminLink } else { Action::MakeLink })?;
        let (nature, actor) = (self.nature.clone(), actor.clone());
        self.store
            .write(self.stamp(actor.cause()), move |w| {
                let account = match whom {
                    Whom::Admin => admin(w)?,
                    Whom::Account(id) => accounts::find(w, id)?.ok_or_else(|| Error::not_found("such account"))?,
                    Whom::User(user) => account_of(w, &nature, user)?,
                };
                // Who has the link has what it opens.
                opens_theirs(w, &actor, account.id)?;
                let kind = if is_admin(w, account.id)? {
                    actor.may(Action::MakeAdminLink)?;
                    TokenKind::SignInOnce
                } else {
                    TokenKind::SignIn
                };
                insert_link(w, &nature, &account, kind)
            })
            .await
    }

    /// Whose link this is, without using it up: chats and mail scanners look at every link.
    ///
    /// # Errors
    /// `NotFound` when it is unknown, used up, revoked or too old.
    pub async fn link_preview(&self, secret: &str) -> Result<String, Error> {
        let (hash, now) = (hash_of(secret), self.nature.clock.now());
        self.store.read(move |c| good_link(c, &hash, now).map(|(_, account)| account.name)).await
    }

    /// Signs in with a link.
    ///
    /// # Errors
    /// `NotFound` when it is unknown, used up, revoked or too old.
    pub async fn use_link(&self, secret: &str) -> Result<Account, Error> {
        let (hash, now) = (hash_of(secret), self.nature.clock.now());
        self.store
            .write(self.stamp(Cause { account: None, name: "a link".to_owned() }), move |w| {
                let (token, account) = good_link(w, &hash, now)?;
                if !tokens::mark_used(w, token.id)? {
                    return Err(dead_link());
                }
                w.record(Change::SignedIn { account: account.id })?;
                Ok(account)
            })
            .await
    }

    /// Makes the password from the configuration the admin's; without one there the admin has none.
    ///
    /// Stored as argon2id, and only when it is new.
    ///
    /// # Errors
    /// When the database does not take it.
    pub async fn set_admin_password(&self, password: Option<&SecretString>) -> Result<(), Error> {
        let (account, stored) = self.store.read(admin_and_password).await?;
        let hash = match (password, stored) {
            (None, None) => return Ok(()),
            (None, Some(_)) => None,
            (Some(password), Some(stored)) if password::verify(password.clone(), stored.clone()).await? => {
                return Ok(());
            }
            (Some(password), _) => Some(password::hash(password.clone()).await?),
        };
        self.keep_password(account.id, hash).await
    }

    /// Makes a password the admin's of which the configuration has the hash only.
    ///
    /// # Errors
    /// `Invalid` when it is no argon2id hash.
    pub async fn set_admin_password_hash(&self, hash: &SecretString) -> Result<(), Error> {
        let (account, stored) = self.store.read(admin_and_password).await?;
        let hash = hash.expose_secret();
        if !password::is_hash(hash) {
            let what = "auth.local_password_hash is no argon2id hash, which begins with $argon2id$".to_owned();
            return Err(Error::Invalid { what, fields: Vec::new() });
        }
        if stored.as_deref() == Some(hash) {
            return Ok(());
        }
        self.keep_password(account.id, Some(hash.to_owned())).await
    }

    async fn keep_password(&self, id: AccountId, hash: Option<String>) -> Result<(), Error> {
        self.store
            .write(self.stamp(Cause { account: None, name: "configuration".to_owned() }), move |w| {
                accounts::set_password_hash(w, id, hash.as_deref())?;
                let is_set = hash.is_some();
                w.record(if is_set {
                    Change::PasswordSet { account: id }
                } else {
                    Change::PasswordRemoved { account: id }
                })?;
                Ok(())
            })
            .await
    }

    /// Signs the admin in with the password.
    ///
    /// # Errors
    /// `Invalid` when it is wrong, `TooManyRequests` after ten wrong ones in ten minutes.
    pub async fn check_password(&self, password: SecretString) -> Result<Account, Error> {
        let (account, stored) = self.store.read(admin_and_password).await?;
        let now = self.nature.clock.now();
        self.failures.check(&account.id, now)?;
        let right = match stored {
            Some(stored) if !password.expose_secret().is_empty() => password::verify(password, stored).await?,
            _ => false,
        };
        if !right {
            self.failures.count(account.id, now);
            return Err(Error::Invalid { what: "the password is wrong".to_owned(), fields: Vec::new() });
        }
        let id = account.id;
        self.store
            .write(self.stamp(Cause { account: Some(id), name: account.name.clone() }), move |w| {
                w.record(Change::SignedIn { account: id }).map_err(Error::from)
            })
            .await?;
        Ok(account)
    }

    /// Who an account is when it acts.
    ///
    /// # Errors
    /// `Unauthenticated` when the account is gone or has no role.
    pub async fn actor(&self, account: AccountId) -> Result<Actor, Error> {
        self.store.read(move |c| actor_of(c, account)).await
    }

    /// Where somebody is reached: at the address of their place, else at the one that was made sure of elsewhere.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn email_of(&self, actor: &Actor) -> Result<Option<String>, Error> {
        let Some(account) = actor.account else { return Ok(None) };
        self.store
            .read(move |c| {
                let of_place = users::of_account(c, account)?.into_iter().find_map(|user| user.email);
                Ok(match of_place {
                    Some(email) => Some(email),
                    None => identities::of_account(c, account)?.into_iter().find_map(|row| row.email),
                })
            })
            .await
    }

    /// Writes down that somebody signed out.
    ///
    /// # Errors
    /// When the database does not take it.
    pub async fn signed_out(&self, actor: &Actor) -> Result<(), Error> {
        let Some(account) = actor.account else { return Ok(()) };
        self.store
            .write(self.stamp(actor.cause()), move |w| {
                w.record(Change::SignedOut { account })?;
                Ok(())
            })
            .await
    }

    fn stamp(&self, cause: Cause) -> Stamp {
        Stamp { at: self.nature.clock.now(), cause }
    }
}

/// The first account that is an admin's.
pub(crate) fn admin(c: &mut Connection) -> Result<Account, Error> {
    let accounts = accounts::all(c)?;
    for account in accounts {
        if is_admin(c, account.id)? {
            return Ok(account);
        }
    }
    Err(Error::not_found("admin account"))
}

/// Refuses whoever does not run all events in which an account has a role.
fn opens_theirs(c: &mut Connection, actor: &Actor, account: AccountId) -> Result<(), Error> {
    let theirs = |grant: &Grant| grant.event.is_some_and(|event| actor.runs_event(event));
    if actor.runs_all() || grants::of_account(c, account)?.iter().all(theirs) {
        return Ok(());
    }
    Err(Error::forbidden("they take part in an event that you do not organize, and a link opens that too"))
}

fn is_admin(c: &mut Connection, account: AccountId) -> Result<bool, Error> {
    Ok(grants::of_account(c, account)?.iter().any(|grant| grant.role == Role::Admin))
}

/// The admin, and the hash of their password where one is set.
fn admin_and_password(c: &mut Connection) -> Result<(Account, Option<String>), Error> {
    let account = admin(c)?;
    let hash = accounts::password_hash(c, account.id)?;
    Ok((account, hash))
}

/// The account of a user, made when nobody sits there yet.
pub(crate) fn account_of(w: &mut Writer<'_>, nature: &Nature, user: UserId) -> Result<Account, Error> {
    let user = users::find(w, user)?.ok_or_else(|| Error::not_found("such user"))?;
    if let Some(account) = user.account {
        return accounts::find(w, account)?.ok_or_else(|| Error::not_found("such account"));
    }
    let account = insert_account(w, nature, user.name.as_str())?;
    seat(w, nature, &account, user)?;
    Ok(account)
}

/// Gives a user's place to an account, with the role that belongs to it.
pub(crate) fn seat(w: &mut Writer<'_>, nature: &Nature, account: &Account, user: User) -> Result<(), Error> {
    let group: Group = groups::find(w, user.group)?.ok_or_else(|| Error::not_found("such group"))?;
    if !grants::of_account(w, account.id)?.iter().any(|grant| grant.event == Some(group.event)) {
        grant(w, nature, account.id, Some(group.event), Role::Participant)?;
    }
    let user = User { account: Some(account.id), updated_at: w.at(), ..user };
    users::update(w, &user)?;
    w.record(Change::UserChanged { user })?;
    Ok(())
}

pub(crate) fn insert_account(w: &mut Writer<'_>, nature: &Nature, name: &str) -> Result<Account, Error> {
    let account = Account { id: AccountId::new(nature.ids.next()), name: name.to_owned(), created_at: w.at() };
    accounts::insert(w, &account)?;
    w.record(Change::AccountCreated { account: account.id, name: account.name.clone() })?;
    Ok(account)
}

pub(crate) fn grant(
    w: &mut Writer<'_>,
    nature: &Nature,
    account: AccountId,
    event: Option<EventId>,
    role: Role,
) -> Result<Grant, Error> {
    let grant = Grant { id: GrantId::new(nature.ids.next()), account, event, role, created_at: w.at() };
    grants::insert(w, &grant)?;
    w.record(Change::RoleGranted { account, event, role })?;
    Ok(grant)
}

fn insert_link(w: &mut Writer<'_>, nature: &Nature, account: &Account, kind: TokenKind) -> Result<SignInLink, Error> {
    let secret = Secret::random("");
    let hours = (kind == TokenKind::SignInOnce).then_some(ADMIN_LINK_HOURS);
    let token = Token {
        id: TokenId::new(nature.ids.next()),
        account: account.id,
        kind,
        created_at: w.at(),
        expires_at: hours.map(|hours| w.at() + chrono::Duration::hours(hours)),
        used_at: None,
        revoked_at: None,
    };
    tokens::insert(w, &token, &secret.hash())?;
    w.record(Change::LinkMade { account: account.id, kind })?;
    Ok(SignInLink { secret, name: account.name.clone(), token })
}

fn good_link(c: &mut Connection, hash: &str, now: chrono::DateTime<chrono::Utc>) -> Result<(Token, Account), Error> {
    let token = tokens::by_secret_hash(c, hash)?.filter(|token| token.is_good(now));
    let token = token.ok_or_else(dead_link)?;
    let account = accounts::find(c, token.account)?.ok_or_else(dead_link)?;
    Ok((token, account))
}

fn dead_link() -> Error {
    Error::not_found("such link any more: it is used up, revoked or too old")
}

#[cfg(test)]
mod tests;
