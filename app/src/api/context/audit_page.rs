//! A page of the audit as its page tells it.

use std::str::FromStr;

use chrono::{DateTime, Days, NaiveDate, Utc};
use thon_core::{actor::Actor, audit::Audit, error::Error};
use thon_domain::{audit::AuditFilter, page::PageRequest, problem::FieldError};

use super::ApiError;
use crate::api::audit::{AuditLines, AuditWish, LINES};

/// The lines that somebody wants to see.
///
/// # Errors
/// `Invalid` when a word of the URL is none; when the database does not answer.
pub async fn audit_page(audit: &Audit, actor: &Actor, wish: AuditWish) -> Result<AuditLines, ApiError> {
    let AuditWish { who, object, deed, outcome, since, until, page } = wish;
    let said = |text: String| Some(text).filter(|text| !text.is_empty());
    let filter = AuditFilter {
        who: said(who),
        object: said(object),
        deed: word("deed", &deed)?,
        outcome: word("outcome", &outcome)?,
        since: word::<NaiveDate>("since", &since)?.map(begin),
        until: word::<NaiveDate>("until", &until)?.and_then(|day| day.checked_add_days(Days::new(1))).map(begin),
    };
    let (entries, total) = audit.page(actor, filter, PageRequest { page: page.max(1), page_size: LINES }).await?;
    Ok(AuditLines { entries, total })
}

fn begin(day: NaiveDate) -> DateTime<Utc> {
    day.and_time(chrono::NaiveTime::MIN).and_utc()
}

/// A word of the URL, if one is there.
fn word<T: FromStr>(field: &str, text: &str) -> Result<Option<T>, Error> {
    let wrong = |_| {
        let message = format!("{text:?} is none; choose one on the page");
        let fields = vec![FieldError { field: field.to_owned(), message }];
        Error::Invalid { what: format!("there is no such {field}"), fields }
    };
    if text.is_empty() { Ok(None) } else { text.parse().map(Some).map_err(wrong) }
}
