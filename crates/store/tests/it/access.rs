//! Accounts, grants, links, API tokens, sessions and editor sessions.

use rstest::rstest;
use thon_domain::{account::TokenKind, device::Device, role::Role};
use thon_store::{
    StoreError, Subject, accounts, api_tokens,
    editor_sessions::{self, EditorSession},
    grants, sessions, tokens,
};

use crate::{
    database::{Kind, read, refused, sql, write},
    make::{self, with_cast},
};

#[rstest]
#[tokio::test]
async fn an_account_is_kept(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let (_database, store, cast) = with_cast(kind).await;
    let other = make::account(21);
    let (id, row, missing) = (cast.account.id, other.clone(), make::account(22).id);
    write(&store, move |w| accounts::insert(w, &row)).await;
    assert_eq!(read(&store, move |c| accounts::password_hash(c, id)).await, None);
    assert!(write(&store, move |w| accounts::set_password_hash(w, id, Some("$argon2id$x"))).await);
    assert!(!write(&store, move |w| accounts::set_password_hash(w, missing, Some("$argon2id$x"))).await);
    assert_eq!(read(&store, move |c| accounts::password_hash(c, id)).await.as_deref(), Some("$argon2id$x"));
    assert_eq!(read(&store, move |c| accounts::password_hash(c, missing)).await, None);
    assert_eq!(read(&store, move |c| accounts::find(c, id)).await, Some(cast.account.clone()));
    assert_eq!(read(&store, accounts::all).await, [cast.account, other]);
}

#[rstest]
#[tokio::test]
async fn a_grant_is_kept(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let (_database, store, cast) = with_cast(kind).await;
    let organizer = make::grant(30, &cast.account, Some(cast.event.id), Role::Organizer);
    let admin = make::grant(31, &cast.account, None, Role::Admin);
    let (row, id) = (organizer.clone(), cast.account.id);
    write(&store, move |w| grants::insert(w, &row)).await;
    assert!(!read(&store, grants::any_admin).await);
    let row = admin.clone();
    write(&store, move |w| grants::insert(w, &row)).await;
    assert!(read(&store, grants::any_admin).await);
    assert_eq!(read(&store, move |c| grants::of_account(c, id)).await, [organizer, admin]);

    let orphan = make::grant(32, &make::account(77), None, Role::Admin);
    let error = refused(&store, move |w| grants::insert(w, &orphan)).await;
    assert!(matches!(error, StoreError::Conflict(Subject::Owner)), "{error:?}");
}

#[rstest]
#[tokio::test]
async fn a_link_works_once_or_often(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let (_database, store, cast) = with_cast(kind).await;
    let once = make::token(30, &cast.account, TokenKind::SignInOnce);
    let often = make::token(31, &cast.account, TokenKind::SignIn);
    let (a, b, once_id, often_id) = (once.clone(), often.clone(), once.id, often.id);
    write(&store, move |w| tokens::insert(w, &a, "h1").and_then(|()| tokens::insert(w, &b, "h2"))).await;
    assert_eq!(read(&store, |c| tokens::by_secret_hash(c, "h1")).await, Some(once.clone()));
    assert_eq!(read(&store, |c| tokens::by_secret_hash(c, "h3")).await, None);

    assert!(write(&store, move |w| tokens::mark_used(w, once_id)).await);
    assert!(!write(&store, move |w| tokens::mark_used(w, once_id)).await);
    assert!(write(&store, move |w| tokens::mark_used(w, often_id)).await);
    let used = store.write(make::stamp_at(7), move |w| tokens::mark_used(w, often_id)).await;
    assert!(used.expect("it is written"));
    let (account, first, second) = (cast.account.id, Some(make::at(0)), Some(make::at(7)));
    let kept = read(&store, move |c| tokens::of_account(c, account)).await;
    assert_eq!(kept.iter().map(|token| token.used_at).collect::<Vec<_>>(), [first, second]);

    let twin = make::token(32, &cast.account, TokenKind::SignIn);
    let error = refused(&store, move |w| tokens::insert(w, &twin, "h1")).await;
    assert!(matches!(error, StoreError::Conflict(Subject::TokenSecret)), "{error:?}");
}

#[rstest]
#[tokio::test]
async fn links_are_revoked_once(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let (_database, store, cast) = with_cast(kind).await;
    let kinds = [TokenKind::SignInOnce, TokenKind::SignIn];
    let (account, id) = (cast.account.clone(), cast.account.id);
    write(&store, move |w| {
        (30..).zip(kinds).try_for_each(|(n, kind)| tokens::insert(w, &make::token(n, &account, kind), &format!("h{n}")))
    })
    .await;
    assert_eq!(write(&store, move |w| tokens::revoke_links(w, id)).await, 2);
    assert_eq!(write(&store, move |w| tokens::revoke_links(w, id)).await, 0);
    let kept = read(&store, move |c| tokens::of_account(c, id)).await;
    assert_eq!(kept.iter().map(|token| token.is_good(make::at(1))).collect::<Vec<_>>(), [false, false]);
}

#[rstest]
#[tokio::test]
async fn an_api_token_is_kept_used_and_revoked(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let (_database, store, cast) = with_cast(kind).await;
    let first = make::api_token(30, &cast.account, None);
    let second = make::api_token(31, &cast.account, Some(first.id));
    let (a, b, id, account) = (first.clone(), second.clone(), first.id, cast.account.id);
    write(&store, move |w| api_tokens::insert(w, &a, "h1").and_then(|()| api_tokens::insert(w, &b, "h2"))).await;
    assert_eq!(read(&store, |c| api_tokens::by_secret_hash(c, "h1")).await, Some(first.clone()));
    assert_eq!(read(&store, |c| api_tokens::by_secret_hash(c, "h3")).await, None);
    assert_eq!(read(&store, |c| tokens::by_secret_hash(c, "h1")).await, None, "it is no link");
    assert_eq!(read(&store, |c| api_tokens::all(c, None)).await, [first.clone(), second.clone()]);
    assert_eq!(read(&store, move |c| api_tokens::all(c, Some(account))).await, [first.clone(), second.clone()]);
    assert_eq!(read(&store, |c| api_tokens::all(c, Some(make::account(77).id))).await, []);
    assert_eq!(read(&store, move |c| api_tokens::made_with(c, id)).await, [second.id]);

    let touched = store.write(make::stamp_at(7), move |w| api_tokens::touch(w, id)).await;
    touched.expect("it is written");
    let used = read(&store, move |c| api_tokens::find(c, id)).await.expect("it is there");
    assert_eq!(used.last_used_at, Some(make::at(7)));
    assert_eq!(write(&store, move |w| api_tokens::revoke(w, id)).await.as_deref(), Some("h1"));
    assert_eq!(write(&store, move |w| api_tokens::revoke(w, id)).await, None);
    assert_eq!(read(&store, |c| api_tokens::all(c, None)).await, [second]);
    let dead = read(&store, |c| api_tokens::by_secret_hash(c, "h1")).await.expect("it is still known");
    assert_eq!(dead.revoked_at, Some(make::at(0)));

    let twin = make::api_token(32, &cast.account, None);
    let error = refused(&store, move |w| api_tokens::insert(w, &twin, "h1")).await;
    assert!(matches!(error, StoreError::Conflict(Subject::TokenSecret)), "{error:?}");
    let orphan = make::api_token(33, &make::account(77), None);
    let error = refused(&store, move |w| api_tokens::insert(w, &orphan, "h4")).await;
    assert!(matches!(error, StoreError::Conflict(Subject::Owner)), "{error:?}");
}

#[rstest]
#[tokio::test]
async fn a_session_is_saved_again_and_again(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let (_database, store, cast) = with_cast(kind).await;
    let mut session = make::session("s1", None);
    let row = session.clone();
    write(&store, move |w| sessions::save(w, &row)).await;
    session.account = Some(cast.account.id);
    session.data = "{\"csrf\":\"…\"}".to_owned();
    session.expires_at = make::at(120);
    session.device = Some(Device::new("Mozilla/5.0", Some([192, 0, 2, 7].into()), "link"));
    let row = session.clone();
    write(&store, move |w| sessions::save(w, &row)).await;
    assert_eq!(read(&store, |c| sessions::find(c, "s1")).await, Some(session.clone()));
    let account = cast.account.id;
    assert_eq!(read(&store, move |c| sessions::of_account(c, account)).await, [session]);

    write(&store, |w| sessions::save(w, &make::session("s2", None))).await;
    let late = store.write(make::stamp_at(60), sessions::delete_expired).await;
    assert_eq!(late.expect("it is written"), 1);
    assert_eq!(read(&store, |c| sessions::find(c, "s2")).await, None);
    assert!(write(&store, |w| sessions::delete(w, "s1")).await);
    assert!(!write(&store, |w| sessions::delete(w, "s1")).await);
}

#[rstest]
#[tokio::test]
async fn an_editor_session_ends_with_its_session(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let (_database, store, cast) = with_cast(kind).await;
    let session = make::session("s1", Some(cast.account.id));
    let editor = EditorSession {
        id_hash: "e1".to_owned(),
        session_id_hash: "s1".to_owned(),
        doorway: thon_domain::address::Doorway::editor(cast.users[0].slug.clone()),
        created_at: make::at(0),
    };
    let (a, b) = (session.clone(), editor.clone());
    write(&store, move |w| sessions::save(w, &a).and_then(|()| editor_sessions::insert(w, &b))).await;
    assert_eq!(read(&store, |c| editor_sessions::find(c, "e1")).await, Some((editor.clone(), session)));

    write(&store, |w| sessions::delete(w, "s1")).await;
    assert_eq!(read(&store, |c| editor_sessions::find(c, "e1")).await, None);
    let error = refused(&store, move |w| editor_sessions::insert(w, &editor)).await;
    assert!(matches!(error, StoreError::Conflict(Subject::Owner)), "{error:?}");
}

#[rstest]
#[tokio::test]
async fn what_is_an_accounts_goes_with_it(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let (_database, store, cast) = with_cast(kind).await;
    let (account, id) = (cast.account.clone(), cast.account.id);
    write(&store, move |w| {
        tokens::insert(w, &make::token(30, &account, TokenKind::SignIn), "h")?;
        let first = make::api_token(31, &account, None);
        api_tokens::insert(w, &first, "t1")?;
        api_tokens::insert(w, &make::api_token(32, &account, Some(first.id)), "t2")?;
        sessions::save(w, &make::session("s", Some(id)))
    })
    .await;
    sql(&store, &format!("DELETE FROM accounts WHERE id = '{id}'")).await;
    assert_eq!(read(&store, |c| tokens::by_secret_hash(c, "h")).await, None);
    assert_eq!(read(&store, |c| api_tokens::all(c, None)).await, []);
    assert_eq!(read(&store, |c| sessions::find(c, "s")).await, None);
}
