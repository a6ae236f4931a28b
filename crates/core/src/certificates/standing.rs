//! How the certificate stands, for those who run the event: what is in use, since when something is wrong, when it is tried next.

use chrono::{DateTime, TimeDelta, Utc};

use crate::port::certificate_authority::{Certificate, CertificateName, Issued};

/// After how many minutes it is tried again, by how often it failed. Public authorities count failures by the hour.
const AGAIN_MIN: [i64; 6] = [1, 5, 15, 60, 180, 360];

/// How many days before its end a certificate that is not renewed becomes a matter for people.
const NEAR_END_DAYS: i64 = 14;

/// How the certificate stands.
#[derive(Clone, Debug, Default)]
pub struct Standing {
    /// What is in use.
    pub held: Option<Held>,
    pub trouble: Option<Trouble>,
    /// How often one was asked for in this run of the server, with and without success.
    pub attempts: u64,
}

/// The certificate in use, without its key.
#[derive(Clone, Debug)]
pub struct Held {
    pub certificate: Certificate,
    /// The published word for who made it.
    pub provider: String,
    /// Why them, in a sentence without its full stop.
    pub why: String,
}

/// Why there is no new certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// A sentence without its full stop.
    pub reason: String,
    pub since: DateTime<Utc>,
    pub tries: u32,
    pub next_try_at: DateTime<Utc>,
}

impl Trouble {
    /// What follows on a failure, and on the failures before it.
    pub(super) fn after(before: Option<&Self>, reason: String, now: DateTime<Utc>) -> Self {
        let tries = before.map_or(0, |before| before.tries) + 1;
        let minutes = AGAIN_MIN[AGAIN_MIN.len().min(tries as usize) - 1];
        let since = before.map_or(now, |before| before.since);
        Self { reason, since, tries, next_try_at: now + TimeDelta::minutes(minutes) }
    }
}

impl From<&Issued> for Held {
    fn from(issued: &Issued) -> Self {
        let Issued { bundle, provider, why } = issued;
        Self { certificate: bundle.certificate.clone(), provider: provider.clone(), why: why.clone() }
    }
}

/// A use-case's answer: everything that there is to say.
#[derive(Clone, Debug)]
pub struct Status {
    /// The published word of the configuration.
    pub authority: &'static str,
    /// The names that are wanted; none when the server is reached without TLS.
    pub wanted: Vec<CertificateName>,
    pub standing: Standing,
    pub now: DateTime<Utc>,
}

impl Status {
    /// What a person should look at, in a sentence without its full stop; nothing when all is well.
    pub fn concern(&self) -> Option<String> {
        if self.wanted.is_empty() {
            return None;
        }
        let Standing { held, trouble, .. } = &self.standing;
        let why = trouble.as_ref().map(|trouble| format!(": {}", trouble.reason)).unwrap_or_default();
        let Some(Held { certificate, .. }) = held else {
            return Some(format!("there is no certificate, so nothing is answered over TLS{why}"));
        };
        let days = certificate.days_left(self.now);
        if !certificate.is_good_at(self.now) {
            return Some(format!("the certificate is over since {}{why}", certificate.not_after.format("%Y-%m-%d")));
        }
        match trouble {
            Some(_) => Some(format!("the certificate ends in {days} days and no new one could be made{why}")),
            None if days < NEAR_END_DAYS && certificate.renew_at() < self.now => {
                Some(format!("the certificate ends in {days} days and is not renewed yet"))
            }
            None => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_are_tried_again_later_and_later() {
        let now = DateTime::UNIX_EPOCH;
        let first = Trouble::after(None, "no".to_owned(), now);
        assert_eq!((first.tries, first.next_try_at), (1, now + TimeDelta::minutes(1)));
        let later = now + TimeDelta::hours(1);
        let second = Trouble::after(Some(&first), "still no".to_owned(), later);
        assert_eq!((second.since, second.next_try_at), (now, later + TimeDelta::minutes(5)));
        let ninth = Trouble::after(Some(&Trouble { tries: 8, ..second }), "never".to_owned(), later);
        assert_eq!((ninth.tries, ninth.next_try_at), (9, later + TimeDelta::hours(6)));
    }
}
