//! Jobs while the reconciler makes them true: how far they are, what became of each, calling them off.

use thon_domain::{
    id::JobId,
    job::{ItemOutcome, JobKind},
    live::Change,
    page::PageRequest,
};

use super::*;
use crate::fleet::{JobView, Operation};

impl House {
    async fn job(&self, id: JobId) -> JobView {
        self.fleet.job(&Actor::operator(), id).await.expect("a job")
    }

    /// Waits, in real time, until each item of a job has an outcome.
    async fn over(&self, id: JobId) -> JobView {
        for _ in 0..400 {
            let view = self.job(id).await;
            if view.job.finished_at.is_some() {
                return view;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("still {:?}", self.job(id).await)
    }
}

fn outcomes(view: &JobView) -> Vec<(&str, Option<ItemOutcome>)> {
    view.items.iter().map(|item| (item.item.label.as_str(), item.item.outcome)).collect()
}

const DONE: Option<ItemOutcome> = Some(ItemOutcome::Done);

#[tokio::test]
async fn a_job_is_as_far_as_its_instances_and_keeps_what_became_of_each() {
    let house = House::new().await;
    let mut bus = house.store.activity();
    house.runtime.hold_starts(true);
    let launched = house.fleet.launch_missing(&Actor::operator(), None).await.expect("launched");
    let id = launched.job.expect("a job");
    // Two places: the third waits.
    while house.fleet.queue(&Actor::operator()).len() != 1 || house.runtime.held_starts() != 2 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let view = house.job(id).await;
    assert_eq!(outcomes(&view), [("alpha/alice", None), ("alpha/bob", None), ("alpha/carol", None)]);
    let places: Vec<_> = view.items.iter().filter_map(|item| item.place).collect();
    assert_eq!((places, view.items.iter().all(|item| item.instance.is_some())), (vec![1], true));
    house.runtime.hold_starts(false);
    let view = house.over(id).await;
    assert_eq!(outcomes(&view), [("alpha/alice", DONE), ("alpha/bob", DONE), ("alpha/carol", DONE)]);

    // What happens later to an instance is nothing to a job that is over.
    let ids: Vec<InstanceId> = launched.each.iter().map(|instance| instance.id).collect();
    let pausing = house.fleet.change_all(&Actor::operator(), ids, Operation::Pause).await.expect("asked");
    house.over(pausing.job.expect("a job")).await;
    assert_eq!(outcomes(&house.job(id).await)[0], ("alpha/alice", DONE));
    let page = house.fleet.jobs(&Actor::operator(), None, PageRequest::default()).await.expect("jobs");
    assert_eq!(page.jobs.iter().map(|(job, _)| job.kind).collect::<Vec<_>>(), [JobKind::Pause, JobKind::Launch]);
    assert_eq!((page.total, page.jobs[0].1[&DONE]), (2, 3));

    let mut told = Vec::new();
    while let Ok(activity) = bus.try_recv() {
        if matches!(activity.change, Change::JobStarted { .. } | Change::JobFinished { .. }) {
            told.push(<&str>::from(&activity.change));
        }
    }
    assert_eq!(told, ["job_started", "job_finished", "job_started", "job_finished"]);
    house.tasks.stop().await;
}

#[tokio::test]
async fn calling_off_empties_the_queue_and_lets_go_on_what_began() {
    let house = House::new().await;
    house.runtime.hold_starts(true);
    let launched = house.fleet.launch_missing(&Actor::operator(), None).await.expect("launched");
    let id = launched.job.expect("a job");
    while house.fleet.queue(&Actor::operator()).len() != 1 || house.runtime.held_starts() != 2 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let cancelled = house.fleet.cancel_job(&Actor::operator(), id).await.expect("called off");
    assert_eq!((cancelled.left_queue, cancelled.go_on), (1, 2));
    assert!(cancelled.view.job.cancelled_at.is_some() && cancelled.view.job.finished_at.is_none());
    house.runtime.hold_starts(false);
    let view = house.over(id).await;
    let mut counted: Vec<_> = outcomes(&view).into_iter().filter_map(|(_, outcome)| outcome).collect();
    counted.sort();
    assert_eq!(counted, [ItemOutcome::Done, ItemOutcome::Done, ItemOutcome::Cancelled]);
    let left = view.items.iter().find(|item| item.item.outcome == Some(ItemOutcome::Cancelled)).expect("one");
    let left = left.item.instance.expect("an instance");
    house.until(left, |instance| instance.state == State::Terminated).await;
    assert_eq!(house.runtime.made(), 2, "whoever left was never made");
    let again = house.fleet.cancel_job(&Actor::operator(), id).await.expect_err("it is over");
    assert!(again.to_string().contains("over already"), "{again}");
    house.tasks.stop().await;
}

#[tokio::test]
async fn what_is_refused_overtaken_or_gone_is_told_as_such() {
    let house = House::new().await;
    house.runtime.hold_starts(true);
    let launched = house.fleet.launch_missing(&Actor::operator(), None).await.expect("launched");
    let id = launched.job.expect("a job");
    let [alice, bob, carol] = &launched.each[..] else { panic!("three") };
    let ids = vec![alice.id, InstanceId::new(uuid::Uuid::nil())];
    let refused = house.fleet.change_all(&Actor::operator(), ids, Operation::Pause).await.expect("asked");
    let view = house.over(refused.job.expect("a job")).await;
    assert!(view.items.iter().all(|item| item.item.outcome == Some(ItemOutcome::Refused)), "{view:?}");
    assert_eq!(view.items[1].item.reason.as_deref(), Some("There is no such instance."));

    house.fleet.terminate(&Actor::operator(), alice.id).await.expect("terminated");
    house.directory.delete_user(&Actor::operator(), bob.user.into(), VolumeFate::Keep).await.expect("deleted");
    house.runtime.break_with(Some(RuntimeError::Rejected { code: "no-space", reason: "the disk is full".to_owned() }));
    house.runtime.hold_starts(false);
    let view = house.over(id).await;
    assert_eq!(
        outcomes(&view),
        [
            ("alpha/alice", Some(ItemOutcome::Overtaken)),
            ("alpha/bob", Some(ItemOutcome::Overtaken)),
            ("alpha/carol", Some(ItemOutcome::Failed))
        ]
    );
    let reasons: Vec<_> = view.items.iter().filter_map(|item| item.item.reason.as_deref()).collect();
    assert_eq!(
        reasons,
        ["Something else was wanted of it since.", "The user was deleted meanwhile.", "The disk is full."]
    );
    assert_eq!(house.instance(carol.id).await.state, State::Failed);
    house.tasks.stop().await;
}

#[tokio::test]
async fn a_job_is_for_those_who_asked_and_for_organizers() {
    let house = House::new().await;
    let job = house.fleet.launch_missing(&Actor::operator(), None).await.expect("launched").job.expect("a job");
    let account = Some(thon_domain::id::AccountId::new(uuid::Uuid::nil()));
    let role = thon_domain::role::Role::Participant;
    let participant = Actor { account, role, ..Actor::operator() };
    let hidden = house.fleet.job(&participant, job).await.expect_err("somebody else's");
    assert!(matches!(hidden, crate::error::Error::NotFound { .. }), "{hidden}");
    assert!(house.fleet.cancel_job(&participant, job).await.is_err());
    let page = house.fleet.jobs(&participant, None, PageRequest::default()).await.expect("jobs");
    assert_eq!(page.total, 0);
    house.tasks.stop().await;
}
