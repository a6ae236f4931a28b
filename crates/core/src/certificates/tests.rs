//! The use cases against an authority that makes real certificates and can be told to refuse.

use std::{
    os::unix::fs::PermissionsExt as _,
    path::Path,
    sync::{Mutex, PoisonError},
};

use async_trait::async_trait;
use chrono::TimeDelta;
use rcgen::{CertificateParams, KeyPair, date_time_ymd};
use thon_store::activity;

use super::*;
use crate::{
    fake::clock::StoppedClock,
    task::{Tasks, renew_certificates},
    testing::Ground,
};

/// How long its certificates live.
const LIFE: TimeDelta = TimeDelta::days(90);

/// Signs with the key of the certificate itself, by the test's clock.
struct SelfSigning {
    clock: StoppedClock,
    refuses: Mutex<Option<AuthorityError>>,
}

impl SelfSigning {
    fn refuse(&self, error: Option<AuthorityError>) {
        *self.refuses.lock().unwrap_or_else(PoisonError::into_inner) = error;
    }
}

#[async_trait]
impl CertificateAuthority for SelfSigning {
    fn name(&self) -> &'static str {
        "self"
    }

    fn names(&self, request: &CertificateRequest) -> Vec<CertificateName> {
        request.all_names()
    }

    async fn issue(&self, request: &CertificateRequest) -> Result<Issued, AuthorityError> {
        if let Some(error) = self.refuses.lock().unwrap_or_else(PoisonError::into_inner).clone() {
            return Err(error);
        }
        let names: Vec<String> = request.all_names().iter().map(ToString::to_string).collect();
        let mut params = CertificateParams::new(names).expect("names");
        let since_epoch = |at: chrono::DateTime<chrono::Utc>| Duration::from_secs(at.timestamp().unsigned_abs());
        let now = self.clock.nature().clock.now();
        params.not_before = date_time_ymd(1970, 1, 1) + since_epoch(now);
        params.not_after = date_time_ymd(1970, 1, 1) + since_epoch(now + LIFE);
        let key = KeyPair::generate().expect("a key");
        let certificate = params.self_signed(&key).expect("a certificate");
        let bundle = Bundle::parse(&certificate.pem(), &key.serialize_pem())?;
        Ok(Issued { bundle, provider: "self".to_owned(), why: "it is the only one".to_owned() })
    }

    async fn root(&self) -> Result<Option<Certificate>, AuthorityError> {
        Ok(None)
    }
}

struct Stage {
    ground: Ground,
    authority: Arc<SelfSigning>,
    dir: tempfile::TempDir,
}

impl Stage {
    async fn new() -> Self {
        let ground = Ground::with("{alpha: [alice]}").await;
        let authority = Arc::new(SelfSigning { clock: ground.clock.clone(), refuses: Mutex::default() });
        Self { ground, authority, dir: tempfile::tempdir().expect("a folder") }
    }

    /// The use cases of a server that is reached under a domain, as after a restart.
    fn certificates(&self, domain: &str) -> Certificates {
        let request =
            CertificateRequest { domain: Some(domain.to_owned()), wildcard: true, ..CertificateRequest::default() };
        let files = Shelf::new(self.dir.path().join("certificates"));
        let (store, nature) = (self.ground.store.clone(), self.ground.clock.nature());
        Certificates::new(store, nature, self.authority.clone(), Some(request), files)
    }

    async fn history(&self) -> Vec<String> {
        let all = self.ground.store.read(|c| activity::before(c, i64::MAX, 100)).await.expect("activity");
        let kinds = all.iter().map(|one| <&str>::from(&one.change).to_owned());
        kinds.filter(|kind| kind.starts_with("certificate")).collect()
    }
}

fn in_use(certificates: &Certificates) -> Option<String> {
    certificates.current().borrow().as_ref().map(|bundle| bundle.certificate.fingerprint.clone())
}

#[tokio::test]
async fn the_first_look_makes_one_and_a_restart_keeps_it() {
    let stage = Stage::new().await;
    let certificates = stage.certificates("thon.example.org");
    assert_eq!(in_use(&certificates), None);
    certificates.look().await.expect("made");
    let first = in_use(&certificates).expect("one is in use");
    certificates.look().await.expect("nothing to do");
    assert_eq!(in_use(&certificates).as_ref(), Some(&first));
    assert_eq!(stage.history().await, ["certificate_issued"]);

    let again = stage.certificates("thon.example.org");
    again.look().await.expect("loaded");
    assert_eq!(in_use(&again), Some(first.clone()));
    let elsewhere = stage.certificates("other.example.org");
    elsewhere.look().await.expect("made anew: the one that was kept is for other names");
    assert_ne!(in_use(&elsewhere), Some(first));
}

#[tokio::test]
async fn nobody_else_may_read_what_is_kept() {
    let stage = Stage::new().await;
    let certificates = stage.certificates("thon.example.org");
    certificates.look().await.expect("made");
    let mode = |path: &Path| std::fs::metadata(path).expect("a file").permissions().mode() & 0o777;
    let (chain, key) = certificates.files();
    assert_eq!((mode(&chain), mode(&key)), (0o600, 0o600));
    assert_eq!(mode(key.parent().expect("a folder")), 0o700);
    // A power cut between the two files.
    std::fs::write(&key, KeyPair::generate().expect("a key").serialize_pem()).expect("written");
    let again = stage.certificates("thon.example.org");
    again.look().await.expect("made anew");
    assert_ne!(in_use(&again), in_use(&certificates));
    let debug = format!("{:?}", again.current().borrow());
    assert!(debug.contains("thon.example.org") && !debug.contains("PRIVATE KEY"), "{debug}");
}

#[tokio::test]
async fn after_two_thirds_of_its_life_another_is_in_use() {
    let stage = Stage::new().await;
    let certificates = stage.certificates("thon.example.org");
    certificates.look().await.expect("made");
    let mut watched = certificates.current();
    let first = watched.borrow_and_update().clone().expect("one is in use");
    stage.ground.clock.pass(TimeDelta::days(59));
    certificates.look().await.expect("nothing to do");
    assert!(!watched.has_changed().expect("it lives"));
    stage.ground.clock.pass(TimeDelta::days(2));
    certificates.look().await.expect("renewed");
    let second = watched.borrow_and_update().clone().expect("one is in use");
    assert_ne!(second.certificate.fingerprint, first.certificate.fingerprint);
    assert_eq!(second.not_after() - first.not_after(), TimeDelta::days(61));
    assert_eq!(stage.history().await, ["certificate_issued", "certificate_issued"]);
}

#[tokio::test]
async fn when_none_can_be_made_the_old_one_stays_and_people_are_told() {
    let stage = Stage::new().await;
    let certificates = stage.certificates("thon.example.org");
    certificates.look().await.expect("made");
    let first = in_use(&certificates);
    let operator = Actor::operator();
    assert_eq!(certificates.status(&operator).expect("a status").concern(), None);

    stage.ground.clock.pass(TimeDelta::days(61));
    stage.authority.refuse(Some(AuthorityError::unavailable("nobody answers at the directory")));
    assert!(matches!(certificates.look().await, Err(Error::Unavailable { .. })));
    certificates.look().await.expect("it is not tried again at once");
    stage.ground.clock.pass(TimeDelta::minutes(2));
    certificates.look().await.expect_err("tried again");
    assert_eq!(in_use(&certificates), first);
    assert_eq!(stage.history().await, ["certificate_failed", "certificate_issued"], "told once, the newest first");
    let status = certificates.status(&operator).expect("a status");
    assert_eq!(
        status.concern().expect("a concern"),
        "the certificate ends in 28 days and no new one could be made: nobody answers at the directory"
    );
    assert_eq!(status.standing.trouble.expect("trouble").tries, 2);

    stage.authority.refuse(None);
    stage.ground.clock.pass(TimeDelta::minutes(6));
    certificates.look().await.expect("renewed");
    assert_ne!(in_use(&certificates), first);
    assert_eq!(certificates.status(&operator).expect("a status").concern(), None);
}

#[tokio::test]
async fn somebody_who_asks_gets_another_from_the_task() {
    let stage = Stage::new().await;
    let certificates = stage.certificates("thon.example.org");
    let (tasks, clock) = (Tasks::default(), stage.ground.clock.nature().clock);
    let worked = certificates.clone();
    tasks.start_told(renew_certificates::ABOUT, &clock, |report, stop| renew_certificates::run(worked, report, stop));
    let mut watched = certificates.current();
    watched.wait_for(Option::is_some).await.expect("the first");
    let first = in_use(&certificates);
    let status = certificates.renew(&Actor::operator()).await.expect("renewed");
    assert_ne!(in_use(&certificates), first);
    assert_eq!(status.standing.held.expect("one is in use").provider, "self");

    stage.authority.refuse(Some(AuthorityError::rejected("the domain is another's")));
    let refused = certificates.renew(&Actor::operator()).await.expect_err("refused");
    assert_eq!(refused.to_string(), "the domain is another's");
    let alice = stage.ground.participant(stage.ground.user("alpha/alice").await.id).await;
    assert!(matches!(certificates.renew(&alice).await, Err(Error::Forbidden { .. })));
    assert!(matches!(certificates.status(&alice), Err(Error::Forbidden { .. })));
    tasks.stop().await;
}

#[tokio::test]
async fn without_tls_nothing_is_made() {
    let stage = Stage::new().await;
    let shelf = Shelf::new(stage.dir.path().join("certificates"));
    let (store, nature) = (stage.ground.store.clone(), stage.ground.clock.nature());
    let certificates = Certificates::new(store, nature, stage.authority.clone(), None, shelf);
    certificates.look().await.expect("nothing to do");
    assert_eq!(in_use(&certificates), None);
    assert_eq!(certificates.status(&Actor::operator()).expect("a status").concern(), None);
    assert!(matches!(certificates.renew(&Actor::operator()).await, Err(Error::Conflict { .. })));
    assert!(!stage.dir.path().join("certificates").exists());
}

#[test]
fn a_pair_is_checked() {
    let make = |name: &str| {
        let key = KeyPair::generate().expect("a key");
        let certificate = CertificateParams::new([name.to_owned()]).expect("a name").self_signed(&key).expect("made");
        (certificate.pem(), key.serialize_pem())
    };
    let ((one, one_key), (two, two_key)) = (make("one.example"), make("two.example"));
    let bundle = Bundle::parse(&format!("{one}{two}"), &one_key).expect("a pair");
    assert_eq!(bundle.names().iter().map(ToString::to_string).collect::<Vec<_>>(), ["one.example"]);
    assert_eq!(bundle.chain_pem.matches("BEGIN CERTIFICATE").count(), 2);
    let told = |chain: &str, key: &str| Bundle::parse(chain, key).expect_err("no pair").to_string();
    assert!(told(&one, &two_key).contains("not the one of the certificate"), "{}", told(&one, &two_key));
    assert!(told("nothing", &one_key).contains("no certificate"));
    assert!(told(&one, &one).contains("no private key"));
    let broken = one.replace("MI", "AA");
    assert!(told(&broken, &one_key).contains("cannot be read") || told(&broken, &one_key).contains("no certificate"));
}
