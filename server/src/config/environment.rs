//! Every environment variable that THON reads, with what it does. There are no others.

/// A variable of the environment.
#[derive(Clone, Copy, Debug)]
pub struct Variable {
    pub name: &'static str,
    /// The key of `thon.yaml` that it sets, if it sets one.
    pub sets: Option<&'static str>,
    pub doc: &'static str,
}

const fn sets(name: &'static str, key: &'static str, doc: &'static str) -> Variable {
    Variable { name, sets: Some(key), doc }
}

const fn alone(name: &'static str, doc: &'static str) -> Variable {
    Variable { name, sets: None, doc }
}

const VARIABLES: &[Variable] = &[
    alone("THON_HOME", "The folder of THON's own files, instead of ~/.thon"),
    alone("THON_DB_PATH", "The file of the SQLite database; THON_DB_URL is stronger"),
    alone("NO_COLOR", "When set, output has no colours (https://no-color.org)"),
    sets("THON_LOG_LEVEL", "log_level", "How much is logged: TRACE, DEBUG, INFO, WARN or ERROR"),
    sets("THON_LOG_FORMAT", "log_format", "How it is logged: pretty or json"),
    sets("THON_EVENT_ID", "event.id", "The id of the event that groups without one belong to"),
    sets("THON_EVENT_TITLE", "event.title", "The title of that event"),
    sets("THON_DB_URL", "database.url", "The database: sqlite:///path/to/thon.db or postgres://user@host/name"),
    sets("DASHBOARD_HOST", "dashboard.host", "The address that THON listens on"),
    sets("DASHBOARD_PORT", "dashboard.port", "The port that THON listens on"),
    sets("AUTH_LOCAL_PASSWORD", "auth.local_password", "The admin's password"),
    sets("SANDBOX_RUNTIME", "sandbox.runtime", "What runs the sandboxes: docker or simulated"),
    sets("SANDBOX_IMAGE", "sandbox.image", "The image of the sandboxes"),
    sets("THON_SECURE", "vscode.secure", "Whether people type a password of their own before their editor opens"),
    sets("THON_WORKSPACE_DIR", "workspace.dir", "The folder of the workspaces, instead of volumes"),
    sets("DOCKER_HOST", "sandbox.docker_host", "Where Docker listens, as the docker CLI knows it"),
];

impl Variable {
    /// All variables, in the order in which they are documented.
    pub fn all() -> impl Iterator<Item = &'static Self> {
        VARIABLES.iter()
    }

    pub fn named(name: &str) -> Option<&'static Self> {
        Self::all().find(|variable| variable.name == name)
    }
}

#[cfg(test)]
mod tests {
    use super::{super::keys::KEYS, *};

    #[test]
    fn every_variable_sets_a_key_that_there_is() {
        for variable in Variable::all() {
            assert!(variable.sets.is_none_or(|key| KEYS.contains(&key)), "{}", variable.name);
            assert!(!variable.doc.is_empty() && !variable.doc.ends_with('.'), "{}", variable.name);
        }
    }
}
