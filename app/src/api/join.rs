//! Joining by a code, and waiting to be let in.

use leptos::{prelude::*, server_fn::codec::GetUrl};
use serde::{Deserialize, Serialize};
use thon_domain::{
    id::{GroupId, JoinCodeId},
    join_code::JoinTrouble,
};

use super::{codec::Answer, error::ApiError};

/// What a code leads to, or why it leads nowhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Offered {
    Open(Box<JoinOffer>),
    Trouble(JoinTrouble),
}

/// What a code offers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JoinOffer {
    pub sign: JoinSign,
    /// The teams that were founded by it and have room.
    pub teams: Vec<TeamLine>,
    pub left: u32,
    /// What makes one form one arrival, however often it is sent.
    pub form: String,
    /// Who they proved to be elsewhere, whom nobody here knows.
    pub elsewhere: Option<Elsewhere>,
}

/// An account elsewhere that would sign them in the next time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Elsewhere {
    /// For example `GitHub`.
    pub title: String,
    /// Their address there, or what they are called.
    pub name: String,
    /// What the form says of it when they agree.
    pub mark: String,
}

/// A code as it is shown to people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JoinSign {
    pub event: String,
    /// The one group that it leads to.
    pub group: Option<String>,
    /// For example `K7QM-4PXR`.
    pub code: String,
    /// Where one types it, for example `thon.example.org/join`.
    pub address: String,
    /// For example `Open for 5 h 12 min`.
    pub until: String,
    pub approval: bool,
    /// The most people in one group.
    pub seats: u32,
    pub qr: QrDrawing,
}

/// A QR code as one path over a square of modules.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QrDrawing {
    pub side: usize,
    pub path: String,
}

/// A team with room.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TeamLine {
    pub id: GroupId,
    pub name: String,
    pub free: u32,
}

/// How somebody stands who came.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Stands {
    /// They did not come yet.
    Nowhere,
    Waits {
        name: String,
    },
    In,
    Refused {
        name: String,
    },
}

/// Tells what a code leads to.
#[server(name = ReadJoinOffer, prefix = "/sfn", endpoint = "join_offer", input = GetUrl, output = Answer)]
pub async fn join_offer(code: String) -> Result<Offered, ApiError> {
    super::context::join_offer(&code).await
}

/// Tells how somebody stands who came in this browser.
#[server(name = ReadStanding, prefix = "/sfn", endpoint = "join_standing", input = GetUrl, output = Answer)]
pub async fn join_standing() -> Result<Stands, ApiError> {
    super::context::join_standing().await
}

/// Shows a code, for the wall and for paper.
#[server(name = ReadJoinSign, prefix = "/sfn", endpoint = "join_sign", input = GetUrl, output = Answer)]
pub async fn join_sign(id: JoinCodeId) -> Result<JoinSign, ApiError> {
    super::context::join_sign(&super::context::actor()?, id).await
}
