//! The account at a public authority: made once, its key kept for nobody else to read.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use instant_acme::{Account, AccountBuilder, AccountCredentials, NewAccount};
use thon_core::{port::certificate_authority::AuthorityError, private_file, secret::hash_of};

use super::{AcmeOptions, order::refusal};
use crate::certificates::{apart, unusable};

/// Where accounts are kept, one for each authority.
pub(super) struct Accounts<'a> {
    pub options: &'a AcmeOptions,
}

impl Accounts<'_> {
    /// The account, made when there is none yet.
    ///
    /// # Errors
    /// When the authority does not answer or takes nobody like us, or the key cannot be kept.
    pub async fn account(&self) -> Result<Account, AuthorityError> {
        let path = self.path();
        if let Some(credentials) = apart(move || kept(&path)).await? {
            return self.builder()?.from_credentials(credentials).await.map_err(refusal);
        }
        let contact = self.options.email.as_ref().map(|email| format!("mailto:{email}"));
        let contact: Vec<&str> = contact.as_deref().into_iter().collect();
        let wanted = NewAccount { contact: &contact, terms_of_service_agreed: true, only_return_existing: false };
        let made = self.builder()?.create(&wanted, self.options.directory.clone(), None).await;
        let (account, credentials) = made.map_err(refusal)?;
        let (path, folder) = (self.path(), self.options.folder.clone());
        apart(move || {
            private_file::make_folder(&folder).map_err(|error| unusable(&folder, &error))?;
            let text =
                serde_json::to_string(&credentials).map_err(|error| AuthorityError::rejected(error.to_string()))?;
            private_file::write(&path, &text).map_err(|error| unusable(&path, &error))
        })
        .await?;
        Ok(account)
    }

    /// Forgets an account that the authority does not know any more.
    pub fn forget(&self) {
        if let Err(error) = fs::remove_file(self.path()) {
            tracing::warn!(%error, "the account that is not known any more stays");
        }
    }

    fn builder(&self) -> Result<AccountBuilder, AuthorityError> {
        match &self.options.root_file {
            Some(root) => Account::builder_with_root(root).map_err(refusal),
            None => Account::builder().map_err(refusal),
        }
    }

    fn path(&self) -> PathBuf {
        let digest = hash_of(&self.options.directory);
        self.options.folder.join(format!("account-{}.json", &digest[..8]))
    }
}

fn kept(path: &Path) -> Result<Option<AccountCredentials>, AuthorityError> {
    match fs::read_to_string(path) {
        Ok(text) => serde_json::from_str(&text).map(Some).map_err(|error| {
            AuthorityError::rejected(format!("{} holds no account; take it away: {error}", path.display()))
        }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(unusable(path, &error)),
    }
}
