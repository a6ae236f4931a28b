//! Whom the URL asks for: words, a group, a page of the list.

use thon_domain::{id::GroupId, user::User};

use crate::{live::roster::Team, next_path::value};

/// How many people a page of the list has.
pub const PER_PAGE: usize = 50;

/// What the query of a page asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Words that all have to be found.
    pub q: String,
    /// The name of a group; any when empty.
    pub group: String,
    /// From 1.
    pub page: usize,
}

/// Somebody, and the name of their group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    pub user: User,
    pub group: String,
}

/// One page of those who are found, and how many there are on all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    pub members: Vec<Member>,
    pub total: usize,
    /// From 1; the last one when a later one was asked for.
    pub number: usize,
}

impl Page {
    /// How many pages there are.
    pub const fn pages(&self) -> usize {
        if self.total == 0 { 1 } else { self.total.div_ceil(PER_PAGE) }
    }
}

impl Wanted {
    /// Reads the query of a page.
    pub fn of(search: &str) -> Self {
        let text = |key| value(search, key).unwrap_or_default();
        Self { q: text("q"), group: text("group"), page: text("page").parse().unwrap_or(1).max(1) }
    }

    /// Whether anybody is left out.
    pub fn narrows(&self) -> bool {
        !(self.q.trim().is_empty() && self.group.is_empty())
    }

    /// Who is found, in one group or in all.
    pub fn people(&self, teams: &[Team], only: Option<GroupId>) -> Page {
        let words: Vec<String> = self.q.to_lowercase().split_whitespace().map(str::to_owned).collect();
        let mut found = Vec::new();
        for team in teams.iter().filter(|team| only.is_none_or(|group| team.group.id == group)) {
            let group = team.group.name.as_str();
            if self.group.is_empty() || self.group == group {
                found.extend(team.users.iter().filter(|user| finds(&words, user, group)).map(|user| (user, group)));
            }
        }
        let total = found.len();
        let number = self.page.min(total.div_ceil(PER_PAGE)).max(1);
        let member = |(user, group): (&User, &str)| Member { user: user.clone(), group: group.to_owned() };
        let members = found.into_iter().skip((number - 1) * PER_PAGE).take(PER_PAGE).map(member).collect();
        Page { members, total, number }
    }
}

/// The groups in which something is found: their name, their title, somebody in them.
pub fn teams_with(teams: &[Team], q: &str) -> Vec<Team> {
    let words: Vec<String> = q.to_lowercase().split_whitespace().map(str::to_owned).collect();
    let is_found = |team: &&Team| {
        let named = format!("{} {}", team.group.name, team.group.title.as_deref().unwrap_or_default()).to_lowercase();
        words.iter().all(|word| named.contains(word.as_str()))
            || team.users.iter().any(|user| finds(&words, user, team.group.name.as_str()))
    };
    teams.iter().filter(is_found).cloned().collect()
}

fn finds(words: &[String], user: &User, group: &str) -> bool {
    if words.is_empty() {
        return true;
    }
    let text = format!("{} {group} {} {}", user.name, user.email.as_deref().unwrap_or_default(), user.slug);
    let text = text.to_lowercase();
    words.iter().all(|word| text.contains(word.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::live::roster::{sample::view, teams};

    fn names(query: &str) -> Vec<String> {
        let page = Wanted::of(query).people(&teams(&view()), None);
        page.members.iter().map(|member| member.user.name.to_string()).collect()
    }

    #[test]
    fn words_are_found_in_names_groups_and_addresses() {
        assert_eq!(names(""), ["carol", "alice", "Bob"]);
        assert_eq!(names("?q=BETA"), ["alice", "Bob"]);
        assert_eq!(names("?q=beta+bo"), ["Bob"]);
        assert_eq!(names("?group=beta"), ["alice", "Bob"]);
        assert_eq!(names("?q=nobody"), Vec::<String>::new());
        assert!(Wanted::of("?q=x").narrows() && !Wanted::of("?q=+&page=2").narrows());
    }

    #[test]
    fn a_page_that_is_not_there_is_the_last() {
        let page = Wanted::of("?page=7").people(&teams(&view()), None);
        assert_eq!((page.number, page.pages(), page.total, page.members.len()), (1, 1, 3, 3));
        let nobody = Wanted::of("?q=nobody&page=0").people(&teams(&view()), None);
        assert_eq!((nobody.number, nobody.pages(), nobody.total), (1, 1, 0));
    }

    #[test]
    fn groups_are_found_by_their_name_and_their_people() {
        let found =
            |q: &str| teams_with(&teams(&view()), q).iter().map(|team| team.group.name.to_string()).collect::<Vec<_>>();
        assert_eq!(
            (found("beta"), found("bob"), found("").len()),
            (vec!["beta".to_owned()], vec!["beta".to_owned()], 2)
        );
    }
}
