//! Lists that programs ask for again and again: found and written once, for as long as nothing changes.

use axum::{
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use serde::Serialize;
use thon_core::{
    error::Error,
    memo::{Found, Memo},
};
use thon_domain::live::Sight;
use thon_store::Store;

use crate::http::problem::Failed;

/// How much is kept of all lists together, in bytes: some pages of each, and nothing that a server would feel.
const ROOM: usize = 1 << 20;

/// Written lists. Clones share them.
#[derive(Clone)]
pub struct WrittenLists(Memo<Question, Written>);

/// What keeping a list takes besides its text, in bytes, so that many short ones have their measure, too.
const EACH: usize = 256;

/// What was asked for. Two who see the same of the fleet get the same answer.
#[derive(PartialEq, Eq, Hash)]
pub struct Question {
    pub list: &'static str,
    /// As it stood in the address.
    pub query: Option<String>,
    pub sight: Sight,
}

/// A list in JSON.
#[derive(Clone)]
pub struct Written {
    /// How many there are on all pages.
    pub total: u64,
    json: Bytes,
}

impl WrittenLists {
    pub fn new(store: Store) -> Self {
        Self(Memo::new(store, ROOM))
    }

    /// The list that is kept, or the one that `find` writes now.
    ///
    /// # Errors
    /// What `find` returns.
    pub async fn answer(
        &self,
        question: Question,
        find: impl Future<Output = Result<Written, Failed>>,
    ) -> Result<Written, Failed> {
        let asked = EACH + question.query.as_ref().map_or(0, String::len);
        let found = async {
            let answer = find.await?;
            let size = asked + answer.json.len();
            Ok(Found { answer, size })
        };
        self.0.answer(question, found).await
    }
}

impl Written {
    /// Writes a list.
    ///
    /// # Errors
    /// `Internal` when it cannot be written.
    pub fn new(list: &impl Serialize, total: u64) -> Result<Self, Failed> {
        let json = serde_json::to_vec(list).map_err(Error::internal)?;
        Ok(Self { total, json: json.into() })
    }
}

impl IntoResponse for Written {
    fn into_response(self) -> Response {
        ([(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))], self.json).into_response()
    }
}
