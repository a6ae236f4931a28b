//! How people sign in.

use secrecy::SecretString;

use super::reader::Reader;

/// The ways to sign in, beside links.
#[derive(Clone, Debug)]
pub struct Auth {
    /// The admin's password.
    pub local_password: Option<SecretString>,
    /// Whether other machines may connect although nobody can sign in with a password.
    pub insecure_no_auth: bool,
}

impl Auth {
    pub(super) fn read(reader: &mut Reader<'_>, insecure_no_auth: bool) -> Self {
        let local_password = reader.secret("auth.local_password", "auth.local_password_file");
        Self { local_password, insecure_no_auth }
    }

    /// Whether there is a way to sign in that needs no access to the machine.
    pub const fn can_sign_in(&self) -> bool {
        self.local_password.is_some()
    }
}
