//! A client of a server elsewhere: where it is, what opens it, and whose word its certificate needs.

use std::{fs, io};

use http::HeaderValue;

use super::{Client, TIMEOUT, address::ServerAddress, line::Place};
use crate::{
    cli::{args::Elsewhere, error::CliError},
    config::Sources,
};

impl Client {
    /// A client of the server at an address.
    ///
    /// # Errors
    /// When the address is none, when there is no token for it, or when the token would go there unencrypted.
    pub fn elsewhere(address: &str, options: &Elsewhere, sources: &Sources) -> Result<Self, CliError> {
        let address = ServerAddress::read(address)?;
        if !options.insecure_http {
            address.check_secrecy()?;
        }
        let credential = credential(&token(options, sources)?)?;
        let authorities = options.ca.as_ref().map(|file| sources.absolute(file));
        let place = Place::at(address, authorities.as_ref())?;
        Ok(Self { place, credential: Some(credential), patience: TIMEOUT })
    }
}

/// The token: never an argument, which everybody on the machine can read.
fn token(options: &Elsewhere, sources: &Sources) -> Result<String, CliError> {
    if let Some(file) = &options.token_file {
        let unreadable = |error: io::Error| CliError::user(format!("cannot read the token in {file}: {error}"));
        return fs::read_to_string(sources.absolute(file)).map_err(unreadable);
    }
    let token = sources.variable("THON_TOKEN").map(str::to_owned);
    token.ok_or_else(|| {
        CliError::user("a server elsewhere is talked to with a token, and there is none").with_hint(
            "make one there with `thon token create NAME`, then set THON_TOKEN or name its file with --token-file",
        )
    })
}

/// What stands in `Authorization`, marked so that nothing ever shows it.
fn credential(token: &str) -> Result<HeaderValue, CliError> {
    let credential = HeaderValue::from_str(&format!("Bearer {}", token.trim()));
    let mut credential = credential.map_err(|_| CliError::user("the token holds characters that no token has"))?;
    credential.set_sensitive(true);
    Ok(credential)
}
