//! Where people may have an account elsewhere, and who came from there.

use leptos::{prelude::*, server_fn::codec::GetUrl};
use serde::{Deserialize, Serialize};

use super::{codec::Answer, error::ApiError};

/// What the pages of the sign-in show.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignInBoard {
    pub places: Vec<Place>,
    /// Who came and is not let in.
    pub arrived: Option<Arrived>,
}

/// Somewhere to sign in with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// Its word in addresses, for example `github`.
    pub name: String,
    /// As people know it, for example `GitHub`.
    pub title: String,
}

/// Somebody as the place says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Arrived {
    /// For example `GitHub`.
    pub title: String,
    pub name: String,
    /// By which they can be entered here: the checked address, else the name there.
    pub known_as: Option<String>,
}

/// Tells where people may sign in, and who came from there and is not let in.
#[server(name = ReadSignInBoard, prefix = "/sfn", endpoint = "sign_in_board", input = GetUrl, output = Answer)]
pub async fn sign_in_board() -> Result<SignInBoard, ApiError> {
    let sign_in = super::context::sign_in()?;
    let place = |name: &str, title: &str| Place { name: name.to_owned(), title: title.to_owned() };
    let places = sign_in.providers().map(|provider| place(provider.name(), provider.title())).collect();
    let arrived = super::context::arrival().map(|arrival| Arrived {
        title: arrival.title,
        name: arrival.name,
        known_as: arrival.email.or(arrival.login),
    });
    Ok(SignInBoard { places, arrived })
}
