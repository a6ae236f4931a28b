//! API tokens: programs act in an account's name with them, within a scope and until an end.

use chrono::TimeDelta;
use thon_domain::{
    account::Account,
    api_token::{ApiToken, Scope},
    id::{AccountId, TokenId},
    live::{Cause, Change},
    name::TokenName,
    problem::FieldError,
};
use thon_store::{Connection, Stamp, Store, Writer, accounts, api_tokens};

use crate::{
    accounts::{actor_of, admin},
    actor::{Action, Actor},
    clock::Nature,
    entry::Entry,
    error::Error,
    memo::{Found, Memo},
    secret::{Secret, hash_of},
    tally::Tally,
};

/// What every token begins with, so that people and scanners of source code know one when they see it.
pub const PREFIX: &str = "thon_";

/// How long a token is good when nobody says how long, in hours.
pub const USUAL_HOURS: u32 = 90 * 24;

/// How long a token may be good, in hours: a year.
pub const MOST_HOURS: u32 = 366 * 24;

/// The most tokens of an account.
const MOST_TOKENS: usize = 100;

/// How many tokens are remembered with whom they stand for.
const REMEMBERED: usize = 1000;

/// How often within ten minutes a program may come with a token that is not good any more.
const DEAD_USES: usize = 10;

/// Make a token for a program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MakeToken {
    pub name: TokenName,
    pub scope: Scope,
    /// How long it is good.
    pub hours: u32,
}

/// A fresh token: the only moment at which its secret is known.
#[derive(Clone, Debug)]
pub struct FreshToken {
    pub secret: Secret,
    pub token: ApiToken,
}

/// The use cases around API tokens.
#[derive(Clone)]
pub struct Tokens {
    store: Store,
    nature: Nature,
    entry: Entry,
    /// Uses of dead tokens. Unknown ones are not counted: nobody guesses 256 bits, and a venue is behind one address.
    dead_uses: Tally<TokenId>,
    /// Whose each token is, by the hash of its secret, and as whom they act, if they may at all.
    owners: Memo<String, (ApiToken, Option<Actor>)>,
}

impl Tokens {
    pub fn new(store: Store, nature: Nature, entry: Entry) -> Self {
        let owners = Memo::new(store.clone(), REMEMBERED);
        Self { store, nature, entry, dead_uses: Tally::new(DEAD_USES), owners }
    }

    /// Makes a token of the actor's own; the operator's is the admin's.
    ///
    /// A program that came with a token gets none that may do more or lasts longer than its own, and the new one ends with it.
    ///
    /// # Errors
    /// `Forbidden` when the scope is wider than the actor's token, `Invalid` when it would last too long, `Conflict` when the
    /// account has too many.
    pub async fn make(&self, actor: &Actor, asked: MakeToken) -> Result<FreshToken, Error> {
        actor.may(Action::MakeToken)?;
        actor.may_with_token(asked.scope)?;
        if !(1..=MOST_HOURS).contains(&asked.hours) {
            return Err(too_long());
        }
        let (nature, owner, parent) = (self.nature.clone(), actor.account, actor.token.clone());
        self.store
            .write(self.stamp(actor.cause()), move |w| {
                let account = owner_of(w, owner)?;
                let now = w.at();
                if api_tokens::all(w, Some(account.id))?.iter().filter(|token| token.is_good(now)).count()
                    >= MOST_TOKENS
                {
                    let what = format!("an account has at most {MOST_TOKENS} tokens");
                    return Err(Error::conflict(what, "Revoke those that are not used any more."));
                }
                let end = now + TimeDelta::hours(asked.hours.into());
                let token = ApiToken {
                    id: TokenId::new(nature.ids.next()),
                    account: account.id,
                    name: asked.name,
                    scope: asked.scope,
                    made_with: parent.as_ref().map(|parent| parent.id),
                    created_at: now,
                    expires_at: parent.map_or(end, |parent| end.min(parent.expires_at)),
                    last_used_at: None,
                    revoked_at: None,
                };
                insert(w, token)
            })
            .await
    }

    /// The tokens of the actor's own account that are not revoked, the oldest first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn own(&self, actor: &Actor) -> Result<Vec<(ApiToken, Account)>, Error> {
        let owner = actor.account;
        self.store
            .read(move |c| {
                let account = owner_of(c, owner)?;
                let tokens = api_tokens::all(c, Some(account.id))?;
                Ok(tokens.into_iter().map(|token| (token, account.clone())).collect())
            })
            .await
    }

    /// Everybody's tokens that are not revoked, the oldest first.
    ///
    /// # Errors
    /// `Forbidden` for all but admins.
    pub async fn all(&self, actor: &Actor) -> Result<Vec<(ApiToken, Account)>, Error> {
        actor.may(Action::SeeTokens)?;
        self.store
            .read(|c| {
                let accounts = accounts::all(c)?;
                let owned = |token: ApiToken| {
                    let account = accounts.iter().find(|account| account.id == token.account)?;
                    Some((token, account.clone()))
                };
                Ok(api_tokens::all(c, None)?.into_iter().filter_map(owned).collect())
            })
            .await
    }

    /// Revokes a token, with all that were made with it, and cuts what they opened. Returns how many that were.
    ///
    /// # Errors
    /// `NotFound` when there is none or it is revoked already, `Forbidden` when it is somebody else's.
    pub async fn revoke(&self, actor: &Actor, id: TokenId) -> Result<usize, Error> {
        let actor = actor.clone();
        let hashes = self
            .store
            .write(self.stamp(actor.cause()), move |w| {
                let token = api_tokens::find(w, id)?.filter(|token| token.revoked_at.is_none());
                let token = token.ok_or_else(|| Error::not_found("such token"))?;
                actor.may(Action::RevokeToken(token.account))?;
                revoke(w, token)
            })
            .await?;
        for hash in &hashes {
            self.entry.cut_session(hash);
        }
        Ok(hashes.len())
    }

    /// Who a program acts for that comes with a token, and writes down that it was used.
    ///
    /// # Errors
    /// `Unauthenticated` when the token is unknown, revoked or too old, or its account may nothing any more;
    /// `TooManyRequests` when a dead one comes again and again.
    pub async fn actor(&self, secret: &str) -> Result<Actor, Error> {
        let (hash, now) = (hash_of(secret), self.nature.clock.now());
        let asked = hash.clone();
        let found = async {
            let answer = self.store.read(move |c| owner_with(c, &asked)).await?;
            Ok::<_, Error>(Found { answer, size: 1 })
        };
        let (token, actor) = self.owners.answer(hash, found).await?;
        if !token.is_good(now) {
            self.dead_uses.check(&token.id, now)?;
            self.dead_uses.count(token.id, now);
            return Err(Error::Unauthenticated);
        }
        let actor = actor.ok_or(Error::Unauthenticated)?;
        if token.is_touch_due(now) {
            let id = token.id;
            self.store.write(self.stamp(Cause::thon()), move |w| Ok::<_, Error>(api_tokens::touch(w, id)?)).await?;
        }
        Ok(Actor { token: Some(token), ..actor })
    }

    fn stamp(&self, cause: Cause) -> Stamp {
        Stamp { at: self.nature.clock.now(), cause }
    }
}

/// The token of a secret, good or not, and as whom its account acts, if it may at all.
fn owner_with(c: &mut Connection, hash: &str) -> Result<(ApiToken, Option<Actor>), Error> {
    let token = api_tokens::by_secret_hash(c, hash)?.ok_or(Error::Unauthenticated)?;
    match actor_of(c, token.account) {
        Ok(actor) => Ok((token, Some(actor))),
        Err(Error::Unauthenticated) => Ok((token, None)),
        Err(error) => Err(error),
    }
}

/// Whose tokens somebody's are: who acts without an account is the operator, who stands for the admin.
fn owner_of(c: &mut Connection, account: Option<AccountId>) -> Result<Account, Error> {
    match account {
        Some(account) => accounts::find(c, account)?.ok_or(Error::Unauthenticated),
        None => admin(c),
    }
}

fn insert(w: &mut Writer<'_>, token: ApiToken) -> Result<FreshToken, Error> {
    let secret = Secret::random(PREFIX);
    api_tokens::insert(w, &token, &secret.hash())?;
    w.record(Change::ApiTokenMade {
        account: token.account,
        token: token.id,
        name: token.name.clone(),
        scope: token.scope,
    })?;
    Ok(FreshToken { secret, token })
}

/// Revokes a token and what came of it; returns the hashes of their secrets.
fn revoke(w: &mut Writer<'_>, token: ApiToken) -> Result<Vec<String>, Error> {
    let mut hashes = Vec::new();
    let mut open = vec![token];
    while let Some(token) = open.pop() {
        if let Some(hash) = api_tokens::revoke(w, token.id)? {
            hashes.push(hash);
            w.record(Change::ApiTokenRevoked { account: token.account, token: token.id, name: token.name })?;
        }
        for id in api_tokens::made_with(w, token.id)? {
            open.extend(api_tokens::find(w, id)?);
        }
    }
    Ok(hashes)
}

fn too_long() -> Error {
    let message = format!("a token lasts from 1 to {MOST_HOURS} hours ({} days)", MOST_HOURS / 24);
    let fields = vec![FieldError { field: "expires_in_hours".to_owned(), message }];
    Error::Invalid { what: "no token lasts that long".to_owned(), fields }
}

#[cfg(test)]
mod tests;
