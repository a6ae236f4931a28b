//! The viewer: who is signed in, as far as pages need to know.

use serde::{Deserialize, Serialize};
use thon_domain::{
    id::{EventId, UserId},
    role::Role,
};

/// Who looks at the page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Viewer {
    pub name: String,
    pub role: Role,
    /// The places that are theirs.
    pub users: Vec<UserId>,
    /// The events that they run; `None` for all that there are.
    pub events: Option<Vec<EventId>>,
}

impl Viewer {
    /// Whether they run this event.
    pub fn runs(&self, event: EventId) -> bool {
        self.events.as_ref().is_none_or(|events| events.contains(&event))
    }

    /// The letters that stand for the name, for example `AK`.
    pub fn initials(&self) -> String {
        initials(&self.name)
    }
}

/// The first letters of the first two words of a name, in capitals.
pub fn initials(name: &str) -> String {
    let words = name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.take(2).filter_map(|word| word.chars().next()).flat_map(char::to_uppercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_letters_stand_for_a_name() {
        assert_eq!(initials("anastasia-konstantinopoulou-1998"), "AK");
        assert_eq!(initials("alice"), "A");
        assert_eq!(initials("--"), "");
    }
}
