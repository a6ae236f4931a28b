//! Jobs and their items, on both databases.

use std::collections::BTreeMap;

use rstest::rstest;
use thon_domain::{
    id::{InstanceId, JobId, UserId},
    job::{ItemOutcome, Job, JobItem, JobKind},
    live::Cause,
    page::PageRequest,
};
use thon_store::{
    StoreError, Subject, events, groups,
    jobs::{self, JobFilter},
    users,
};

use crate::{
    database::{Kind, read, refused, write},
    make,
};

fn job(n: u32, seconds: i64) -> Job {
    Job {
        id: JobId::new(make::id(n)),
        kind: JobKind::Launch,
        asked_by: Cause { account: Some(make::account(20).id), name: "Olga".to_owned() },
        created_at: make::at(seconds),
        cancelled_at: None,
        finished_at: None,
    }
}

fn items(job: &Job, outcomes: &[Option<ItemOutcome>]) -> Vec<JobItem> {
    let item = |(position, outcome): (u32, &Option<ItemOutcome>)| JobItem {
        job: job.id,
        position,
        user: None,
        label: format!("alpha/p{position}"),
        instance: Some(InstanceId::new(make::id(100 + position))),
        generation: 3,
        outcome: *outcome,
        reason: outcome.map(|_| "No.".to_owned()),
        ended_at: outcome.map(|_| make::at(1)),
    };
    (0..).zip(outcomes).map(item).collect()
}

#[rstest]
#[tokio::test]
async fn a_job_is_over_with_its_last_item(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let (_database, store) = kind.store().await;
    let job = job(50, 0);
    let (id, all) = (job.id, items(&job, &[None, Some(ItemOutcome::Refused), None]));
    let (row, rows) = (job.clone(), all.clone());
    write(&store, move |w| jobs::insert(w, &row, &rows)).await;
    assert_eq!(read(&store, move |c| jobs::find(c, id)).await, Some(job.clone()));
    assert_eq!(read(&store, move |c| jobs::items(c, id)).await, all);
    let tally = read(&store, move |c| jobs::tallies(c, &[id])).await;
    assert_eq!(tally[&id], BTreeMap::from([(None, 2), (Some(ItemOutcome::Refused), 1)]));

    let about = all[2].instance.expect("an instance");
    assert_eq!(read(&store, move |c| jobs::open_about(c, about)).await, [(JobKind::Launch, all[2].clone())]);
    assert!(!write(&store, move |w| jobs::finish_if_over(w, id)).await, "two are open");
    assert!(write(&store, move |w| jobs::end_item(w, (id, 0), ItemOutcome::Done, None)).await);
    assert!(!write(&store, move |w| jobs::end_item(w, (id, 0), ItemOutcome::Failed, None)).await, "it has ended");
    assert!(write(&store, move |w| jobs::cancel(w, id)).await);
    assert!(!write(&store, move |w| jobs::cancel(w, id)).await, "once is enough");
    assert!(write(&store, move |w| jobs::end_item(w, (id, 2), ItemOutcome::Failed, Some("Full."))).await);
    assert!(write(&store, move |w| jobs::finish_if_over(w, id)).await);
    assert!(!write(&store, move |w| jobs::finish_if_over(w, id)).await, "that was told");
    assert_eq!(read(&store, move |c| jobs::open_about(c, about)).await, []);
    let ended = read(&store, move |c| jobs::items(c, id)).await;
    assert_eq!((ended[2].reason.as_deref(), ended[0].outcome), (Some("Full."), Some(ItemOutcome::Done)));
    let over = read(&store, move |c| jobs::find(c, id)).await.expect("a job");
    assert!(over.finished_at.is_some() && over.cancelled_at.is_some(), "{over:?}");
}

#[rstest]
#[tokio::test]
async fn jobs_come_newest_first_and_old_ones_go(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let (_database, store) = kind.store().await;
    let all = [job(50, 0), job(51, 2), job(52, 1)];
    let foreign = Job { asked_by: Cause::thon(), ..job(53, 3) };
    let rows = [all.to_vec(), vec![foreign]].concat();
    write(&store, move |w| rows.iter().try_for_each(|job| jobs::insert(w, job, &items(job, &[None])))).await;
    let page = async |account, page| {
        let page = PageRequest { page, page_size: 2 };
        let (found, total) = read(&store, move |c| jobs::page(c, JobFilter { account, event: None }, page)).await;
        (found.into_iter().map(|job| job.id.uuid()).collect::<Vec<_>>(), total)
    };
    let own = Some(make::account(20).id);
    assert_eq!(page(None, 1).await, (vec![make::id(53), make::id(51)], 4));
    assert_eq!(page(own, 1).await, (vec![make::id(51), make::id(52)], 3));
    assert_eq!(page(own, 2).await, (vec![make::id(50)], 3));

    assert_eq!(write(&store, |w| jobs::forget_before(w, make::at(1))).await, 1);
    let first = all[0].id;
    assert_eq!(read(&store, move |c| jobs::items(c, first)).await, []);
    let again = all[1].clone();
    let error = refused(&store, move |w| jobs::insert(w, &again, &[])).await;
    assert!(matches!(error, StoreError::Conflict(Subject::Key)), "{error:?}");
}

#[rstest]
#[tokio::test]
async fn a_job_is_of_the_events_that_it_is_about(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let (_database, store, cast) = make::with_cast(kind).await;
    let other = make::event(60);
    let elsewhere = make::group(61, &other, "elsewhere");
    let zoe = make::user(62, &elsewhere, "zoe");
    let (ada, first, second) = (cast.users[0].id, cast.event.id, other.id);
    let about = |job: &Job, users: &[UserId]| {
        let items = items(job, &vec![None; users.len()]).into_iter().zip(users);
        items.map(|(item, user)| JobItem { user: Some(*user), ..item }).collect::<Vec<_>>()
    };
    let (here, there, both) = (job(50, 0), job(51, 1), job(52, 2));
    let rows = [
        (here.clone(), about(&here, &[ada])),
        (there.clone(), about(&there, &[zoe.id])),
        (both.clone(), about(&both, &[ada, zoe.id])),
    ];
    write(&store, move |w| {
        events::insert(w, &other)?;
        groups::insert(w, &elsewhere)?;
        users::insert(w, &zoe)?;
        rows.iter().try_for_each(|(job, items)| jobs::insert(w, job, items))
    })
    .await;
    for (event, wanted) in [
        (None, vec![both.id, there.id, here.id]),
        (Some(first), vec![both.id, here.id]),
        (Some(second), vec![both.id, there.id]),
    ] {
        let filter = JobFilter { event, account: None };
        let (found, total) = read(&store, move |c| jobs::page(c, filter, PageRequest::default())).await;
        assert_eq!(found.iter().map(|job| job.id).collect::<Vec<_>>(), wanted);
        assert_eq!(total, wanted.len() as u64);
    }
}
