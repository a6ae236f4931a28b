//! Who may sign in with an account elsewhere, as the configuration says.

use crate::port::identity::Identity;

/// The lists of the configuration. Case does not count in them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GuestList {
    pub emails: Vec<String>,
    pub domains: Vec<String>,
    /// Names at a provider: `alice`, or `github:alice` where there are several.
    pub logins: Vec<String>,
    /// Addresses and logins.
    pub admins: Vec<String>,
}

impl GuestList {
    /// Whether they may come in, if they are known. Without any list everybody who is known may.
    pub fn admits(&self, provider: &str, identity: &Identity) -> bool {
        let open = self.emails.is_empty() && self.domains.is_empty() && self.logins.is_empty();
        open || self.lists_email(identity) || self.lists_login(provider, identity) || self.is_admin(provider, identity)
    }

    pub fn is_admin(&self, provider: &str, identity: &Identity) -> bool {
        self.admins.iter().any(|entry| is_login(entry, provider, identity) || is_email(entry, identity))
    }

    /// Whether an organizer has vouched for the name that they have there.
    pub fn lists_login(&self, provider: &str, identity: &Identity) -> bool {
        self.logins.iter().any(|entry| is_login(entry, provider, identity))
    }

    fn lists_email(&self, identity: &Identity) -> bool {
        let of_domain = |email: &String| {
            let domain = email.rsplit_once('@').map_or("", |(_, domain)| domain);
            self.domains.iter().any(|entry| entry.eq_ignore_ascii_case(domain))
        };
        self.emails.iter().any(|entry| is_email(entry, identity)) || identity.emails.iter().any(of_domain)
    }
}

fn is_email(entry: &str, identity: &Identity) -> bool {
    let entry = entry.to_lowercase();
    identity.emails.iter().any(|email| email.to_lowercase() == entry)
}

fn is_login(entry: &str, provider: &str, identity: &Identity) -> bool {
    let (place, login) = entry.split_once(':').unwrap_or((provider, entry));
    place == provider && identity.login.as_ref().is_some_and(|own| own.to_lowercase() == login.to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alice() -> Identity {
        Identity {
            subject: "1".to_owned(),
            name: "Alice".to_owned(),
            login: Some("AliceOnHub".to_owned()),
            emails: vec!["Alice@example.org".to_owned()],
        }
    }

    fn list(entry: &str) -> Vec<String> {
        vec![entry.to_owned()]
    }

    #[test]
    fn whoever_is_on_one_of_the_lists_may_come_in() {
        let lists = GuestList::default;
        for (list, admitted) in [
            (lists(), true),
            (GuestList { emails: list("alice@EXAMPLE.org"), ..lists() }, true),
            (GuestList { emails: list("bob@example.org"), ..lists() }, false),
            (GuestList { domains: list("example.org"), ..lists() }, true),
            (GuestList { domains: list("ample.org"), ..lists() }, false),
            (GuestList { logins: list("aliceonhub"), ..lists() }, true),
            (GuestList { logins: list("github:aliceonhub"), ..lists() }, true),
            (GuestList { logins: list("gitlab:aliceonhub"), ..lists() }, false),
            (GuestList { emails: list("bob@example.org"), admins: list("github:aliceonhub"), ..lists() }, true),
        ] {
            assert_eq!(list.admits("github", &alice()), admitted, "{list:?}");
        }
    }

    #[test]
    fn an_admin_is_listed_by_address_or_login() {
        for (entry, admin) in [("alice@example.org", true), ("AliceOnHub", true), ("gitlab:AliceOnHub", false)] {
            let lists = GuestList { admins: list(entry), ..GuestList::default() };
            assert_eq!(lists.is_admin("github", &alice()), admin, "{entry}");
        }
    }

    #[test]
    fn an_address_that_nobody_has_checked_opens_nothing() {
        let unchecked = Identity { emails: Vec::new(), login: None, ..alice() };
        let lists =
            GuestList { emails: list("alice@example.org"), domains: list("example.org"), ..GuestList::default() };
        assert!(!lists.admits("uni", &unchecked));
    }
}
