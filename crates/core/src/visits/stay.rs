//! One person in one editor, as far as it is known from what they have open.

use chrono::{DateTime, TimeDelta, Utc};

/// How long somebody may be gone before their visit is over: loading a page anew is no end, and a network hiccup none either.
pub(super) const BACK_WITHIN: TimeDelta = TimeDelta::seconds(15);

/// After how long without a request somebody is taken for gone of whom requests alone are heard.
pub(super) const QUIET: TimeDelta = TimeDelta::minutes(5);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stay {
    pub since: DateTime<Utc>,
    /// How many tunnels they have open: a window of VS Code has two.
    tunnels: usize,
    /// When something was asked for by a server in front, the last time.
    passed_at: Option<DateTime<Utc>>,
    /// When the last tunnel ended, or the last was asked for, while they are gone.
    left_at: Option<DateTime<Utc>>,
    pub kind: Kind,
}

/// What a stay is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Nobody has looked yet.
    Unknown,
    /// Somebody in their own editor, or whose last role was taken meanwhile.
    NoVisit,
    /// Its beginning is written down.
    Visit,
}

impl Stay {
    pub(super) const fn beginning(since: DateTime<Utc>) -> Self {
        Self { since, tunnels: 0, passed_at: None, left_at: None, kind: Kind::Unknown }
    }

    pub(super) const fn entered(&mut self) {
        self.tunnels += 1;
        self.left_at = None;
    }

    pub(super) const fn passed(&mut self, at: DateTime<Utc>) {
        self.passed_at = Some(at);
        self.left_at = None;
    }

    /// Takes whoever has asked for nothing in a while for gone, where nothing else is known of them; says whether that is new.
    pub(super) fn look(&mut self, now: DateTime<Utc>) -> bool {
        let quiet = self.passed_at.filter(|passed| (now - *passed).abs() >= QUIET);
        let goes = self.tunnels == 0 && self.left_at.is_none() && quiet.is_some();
        if goes {
            self.left_at = quiet;
        }
        goes
    }

    pub(super) const fn left(&mut self, at: DateTime<Utc>) {
        self.tunnels = self.tunnels.saturating_sub(1);
        if self.tunnels == 0 {
            self.left_at = Some(at);
        }
    }

    /// Whether they have the editor open now.
    pub(super) const fn is_there(&self) -> bool {
        self.left_at.is_none()
    }

    /// When they went, if they do not come back in time, or are not expected to.
    pub(super) fn over(&self, now: DateTime<Utc>, expected: bool) -> Option<DateTime<Utc>> {
        // Either way: the clock may have been set back.
        self.left_at.filter(|left| !expected || (now - *left).abs() >= BACK_WITHIN)
    }
}
