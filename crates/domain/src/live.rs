//! The live view: a snapshot, then numbered activity, folded by one pure function on both sides of the wire.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    account::TokenKind,
    api_token::Scope,
    event::Event,
    group::Group,
    id::{AccountId, ArrivalId, EventId, GroupId, InstanceId, JobId, JoinCodeId, TokenId, UserId},
    instance::Instance,
    job::JobKind,
    leftover::LeftoverKind,
    name::TokenName,
    role::Role,
    sandbox::{LogLine, Reading},
    sharing::{Audience, InnerPort},
    user::User,
    visit::Visit,
};

mod about;
mod sight;
mod view;

pub use self::{sight::Sight, view::FleetView};

/// Who caused an activity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cause {
    /// `None` when THON itself acted.
    pub account: Option<AccountId>,
    /// The name at that time, for example "Alice" or "thon".
    pub name: String,
}

impl Cause {
    /// THON itself.
    pub fn thon() -> Self {
        Self { account: None, name: "thon".to_owned() }
    }
}

/// One numbered entry of the log. Numbers rise by commit; a viewer may see gaps, which are no losses.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Activity {
    pub number: i64,
    pub at: DateTime<Utc>,
    pub cause: Cause,
    pub change: Change,
}

/// What happened, with the thing as it is afterwards.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, strum::IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Change {
    EventCreated {
        event: Event,
    },
    EventChanged {
        event: Event,
    },
    /// It is over, and left out with its groups and everybody in them.
    EventArchived {
        event: Event,
    },
    /// It goes on, with its groups and everybody in them.
    EventUnarchived {
        event: Event,
    },
    /// It is gone, as it was last. Its groups went before it.
    EventDeleted {
        event: Event,
    },
    GroupCreated {
        group: Group,
    },
    GroupChanged {
        group: Group,
    },
    /// It is gone, as it was last. Its users went before it, each with an activity of their own.
    GroupDeleted {
        group: Group,
    },
    UserCreated {
        user: User,
    },
    UserChanged {
        user: User,
    },
    /// They sit in another group now.
    UserMoved {
        user: User,
        from: GroupId,
    },
    /// They are gone, as they were last, and their instance with them.
    UserDeleted {
        user: User,
    },
    /// Somebody asked for it to run.
    InstanceLaunched {
        instance: Instance,
    },
    /// Its editor answered.
    InstanceStarted {
        instance: Instance,
    },
    /// A try failed; another follows.
    InstanceTryFailed {
        instance: Instance,
    },
    /// Given up until somebody asks again.
    InstanceFailed {
        instance: Instance,
    },
    /// The sandbox was there and is not any more.
    InstanceLost {
        instance: Instance,
    },
    /// Somebody asked for it to end.
    InstanceStopping {
        instance: Instance,
    },
    InstanceTerminated {
        instance: Instance,
    },
    /// Somebody asked for it to freeze.
    InstancePausing {
        instance: Instance,
    },
    InstancePaused {
        instance: Instance,
    },
    /// Somebody asked for it to go on.
    InstanceResuming {
        instance: Instance,
    },
    /// Somebody asked for a new sandbox in place of the old one.
    InstanceRecreated {
        instance: Instance,
    },
    /// Somebody gave it another end.
    InstanceRenewed {
        instance: Instance,
    },
    /// Its end is near.
    InstanceExpiring {
        instance: Instance,
        minutes: u32,
    },
    /// Its time was over, so it is being ended.
    InstanceExpired {
        instance: Instance,
    },
    /// A port inside it is for others, too, or for others than before.
    InstancePortShared {
        instance: Instance,
        port: InnerPort,
        audience: Audience,
    },
    /// A port inside it is its owner's alone again.
    InstancePortUnshared {
        instance: Instance,
        port: InnerPort,
    },
    /// Somebody else than its owner came into its editor.
    InstanceVisited {
        instance: Instance,
        /// Entries of earlier versions have none.
        #[serde(default)]
        visit: Option<Visit>,
    },
    /// Its owner wants whoever came into it out again.
    InstanceVisitorAsked {
        instance: Instance,
        visit: Visit,
    },
    /// Whoever came into it is out again.
    InstanceLeft {
        instance: Instance,
        visit: Visit,
    },
    /// Somebody looked at the password that an editor asks for.
    EditorPasswordRevealed {
        instance: InstanceId,
        user: UserId,
    },
    /// A volume is gone for good, because somebody asked for that.
    VolumeDeleted {
        volume: String,
        user: UserId,
    },
    /// Something in the runtime belonged to nothing any more, and is gone because somebody asked for that.
    LeftoverRemoved {
        kind: LeftoverKind,
        name: String,
        why: String,
    },
    /// Somebody wants what is left over removed, so many things.
    CleanUpAsked {
        items: usize,
    },
    /// Somebody wants another certificate.
    CertificateAsked,
    /// Somebody wants what stands in front changed.
    ProxyChangeAsked {
        what: String,
    },
    /// Somebody took the groups of an event out as a file, or none where there is no event.
    GroupsExported {
        event: Option<EventId>,
    },
    /// Somebody took the audit out.
    AuditExported,
    /// Somebody wants the same of many instances.
    JobStarted {
        job: JobId,
        kind: JobKind,
        items: u32,
    },
    /// Somebody called it off; what had begun goes on.
    JobCancelled {
        job: JobId,
        kind: JobKind,
    },
    /// Each of its items has an outcome.
    JobFinished {
        job: JobId,
        kind: JobKind,
    },
    /// The machine's clock jumped, and every end of time moved with it.
    ClockJumped {
        /// Forward when positive.
        seconds: i64,
    },
    AccountCreated {
        account: AccountId,
        name: String,
    },
    RoleGranted {
        account: AccountId,
        event: Option<EventId>,
        role: Role,
    },
    RoleRevoked {
        account: AccountId,
        event: Option<EventId>,
        role: Role,
    },
    PasswordSet {
        account: AccountId,
    },
    PasswordRemoved {
        account: AccountId,
    },
    LinkMade {
        account: AccountId,
        kind: TokenKind,
    },
    LinksRevoked {
        account: AccountId,
    },
    /// People may come in by another code.
    JoinCodeMade {
        code: JoinCodeId,
        event: EventId,
    },
    JoinCodeRevoked {
        code: JoinCodeId,
        event: EventId,
    },
    /// Somebody came by it.
    JoinCodeUsed {
        code: JoinCodeId,
        event: EventId,
        account: AccountId,
    },
    /// Somebody came, and an organizer says whether they are let in.
    ArrivalWaits {
        arrival: ArrivalId,
        name: String,
    },
    ArrivalLetIn {
        arrival: ArrivalId,
        name: String,
    },
    ArrivalRefused {
        arrival: ArrivalId,
        name: String,
    },
    /// A program may act in an account's name.
    ApiTokenMade {
        account: AccountId,
        token: TokenId,
        name: TokenName,
        scope: Scope,
    },
    ApiTokenRevoked {
        account: AccountId,
        token: TokenId,
        name: TokenName,
    },
    SignedIn {
        account: AccountId,
    },
    SignedOut {
        account: AccountId,
    },
    /// The server has a new certificate.
    CertificateIssued {
        /// The published word for who made it.
        provider: String,
        names: Vec<String>,
        not_after: DateTime<Utc>,
    },
    /// No new certificate could be made, for a reason that was not told yet.
    CertificateFailed {
        provider: String,
        reason: String,
    },
    /// An empty value gives the key back to its default.
    SettingChanged {
        key: String,
        value: String,
    },
}

/// The places of those who wait for their start, counted from 1.
pub type QueuePlaces = BTreeMap<UserId, u32>;

/// What the running sandboxes of these users take. Whose figures are not known is not in it.
pub type Readings = BTreeMap<UserId, Reading>;

/// What the live stream sends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LiveMessage {
    /// The stream stands; nothing up to `number` is missing. Repeated in silence, as a sign of life.
    Ready { number: i64 },
    /// Something changed.
    Activity { activity: Box<Activity> },
    /// Who waits for their start, as far as it may be seen. Not numbered: the latest holds.
    Queue { places: QueuePlaces },
    /// What sandboxes take, for those who asked for it. Not numbered: the latest holds, and what it lacks is not known.
    Readings { readings: Readings },
    /// What a sandbox wrote, the oldest line first, for those who asked for it. `anew`: what was told before is void.
    Log { anew: bool, lines: Vec<LogLine> },
    /// Too far behind, or what may be seen has changed: fetch a snapshot, then come again.
    Reset,
}
