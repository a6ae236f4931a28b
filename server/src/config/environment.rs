//! The variables that set no key of `thon.yaml`. Those that set one are declared with their key.

use super::{env_file, reader::Reader};

/// A variable of the environment that sets no key.
#[derive(Clone, Copy, Debug)]
pub struct Variable {
    pub name: &'static str,
    pub about: &'static str,
    /// Why it does nothing, if it does nothing.
    pub idle: Option<&'static str>,
}

const fn read(name: &'static str, about: &'static str) -> Variable {
    Variable { name, about, idle: None }
}

const fn idle(name: &'static str, why: &'static str) -> Variable {
    Variable { name, about: "", idle: Some(why) }
}

const VARIABLES: &[Variable] = &[
    read("THON_HOME", "The folder of THON's own files, instead of ~/.thon"),
    read("THON_DB_PATH", "The file of the SQLite database; THON_DB_URL is stronger"),
    read(env_file::VARIABLE, "The .env file that gives further variables, instead of the nearest one"),
    read("THON_SERVER", "The address of a server elsewhere that commands talk to, as --server"),
    read("THON_TOKEN", "The API token for that server; nothing else reads it"),
    read("NO_COLOR", "When set, output has no colours (https://no-color.org)"),
    idle("DASHBOARD_SECRET_KEY", "sessions are kept in the database and need no key"),
    idle("LEMONADE_NUM_USERS", "the users are counted"),
    idle("LEMONADE_CTX_SIZE", "LEMONADE_CTX_SIZE_PER_USER times the users is what the model server gets"),
    idle("LEMONADE_EMBEDDING", "the embedding model is always set up"),
    idle("INSTALL_GATEWAY", "the gateway is part of THON and needs no installation"),
];

/// Notes all of them, and says of those that do nothing but are set why that is so.
pub(super) fn declare(reader: &mut Reader<'_>) {
    for variable in VARIABLES {
        reader.variable(*variable);
        if let (Some(why), Some(_)) = (variable.idle, reader.environment(variable.name)) {
            reader.hint(format!("`{}` has no effect: {why}", variable.name));
        }
    }
}
