//! The reference and the shipped example are made from what the keys say of themselves, and committed.

use std::{fmt::Write as _, fs, path::PathBuf};

use thon_server::config::{Config, Effect, Key, Loaded, Shown, ShownValue, Sources, yaml};

use super::Machine;

/// Set to anything, it makes these tests write the files instead of comparing them.
const REGENERATE: &str = "THON_UPDATE_REFERENCE";

/// What stands before the keys.
const REFERENCE_HEAD: &str = include_str!("reference_head.md");

/// What stands before the example's keys.
const EXAMPLE_HEAD: &str = "\
# The configuration of THON, read from ~/.thon/thon.yaml or from where `--config` says.
# Everything is optional: what stands here in comments is the default.
# A flag is stronger than the environment, the environment than this file, this file than a setting of the dashboard.
# `thon config show --origin` prints what took effect and why, `thon config validate` tells every mistake.
# The variables of the environment are listed in docs/reference/configuration.md.
";

/// The configuration of a person whose home is called `~`, so that it reads well.
fn nobodys() -> Loaded {
    let folder = tempfile::tempdir().expect("a folder");
    let current_dir = folder.path().to_str().expect("UTF-8").into();
    Config::load(&Sources { user_home: Some("~".into()), current_dir, ..Sources::default() }).expect("the defaults")
}

fn compared(path: &str, text: &str) {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..").join(path);
    if std::env::var_os(REGENERATE).is_some() {
        fs::write(&file, text).expect("written");
    }
    let committed = fs::read_to_string(&file).unwrap_or_default();
    assert!(
        committed == text,
        "{path} is not what the keys say; if the change is meant, run \
         `{REGENERATE}=1 cargo nextest run -p thon-server reference` and commit the file"
    );
}

#[test]
fn the_committed_reference_is_what_the_keys_say() {
    let loaded = nobodys();
    let mut text = REFERENCE_HEAD.to_owned();
    let (top, sections): (Vec<&Shown>, Vec<&Shown>) = loaded.shown.iter().partition(|shown| section(shown).is_empty());
    text += &table("At the top", &top);
    for keys in sections.chunk_by(|a, b| section(a) == section(b)) {
        text += &table(section(keys[0]), keys);
    }
    text.push_str("\n## Variables without a key\n\n| variable | what it is for |\n|---|---|\n");
    for variable in &loaded.variables {
        let about = variable.idle.map_or(variable.about.to_owned(), |why| format!("**No effect:** {why}"));
        writeln!(text, "| `{}` | {about} |", variable.name).expect("a text");
    }
    compared("docs/reference/configuration.md", &text);
}

/// The section of a key; empty for those at the top.
fn section(shown: &Shown) -> &str {
    shown.key.name.split_once('.').map_or("", |(section, _)| section)
}

fn table(title: &str, keys: &[&Shown]) -> String {
    let head = "| key | what it is for | what it takes | default | set by |\n|---|---|---|---|---|";
    let mut text = format!("\n## {title}\n\n{head}\n");
    for Shown { key, .. } in keys {
        text += &row(&key.name, key);
        text.extend(key.fields.iter().map(|field| row(&format!("{}[].{}", key.name, field.name), field)));
    }
    text
}

fn row(name: &str, key: &Key) -> String {
    let code = |text: &str| format!("`{text}`");
    let mut about = vec![key.about.to_owned()];
    let shown = if key.default == ShownValue::Unset { "Shown to nobody." } else { "Shown without its password." };
    about.extend(key.secret.then(|| shown.to_owned()));
    about.extend(key.aliases.iter().map(|alias| format!("Also `{alias}`.")));
    about.extend(match key.effect {
        Effect::Now => None,
        Effect::Later => Some("**No effect yet.**".to_owned()),
        Effect::Never(why) => Some(format!("**No effect:** {why}.")),
    });
    let mut set_by: Vec<String> = key.flag.iter().chain(&key.variables).map(|name| code(name)).collect();
    set_by.extend(
        key.setting.map(|names| format!("setting {}", names.iter().map(|n| code(n)).collect::<Vec<_>>().join(", "))),
    );
    let default = match &key.default {
        ShownValue::Entries(entries) => format!("{} entries", entries.len()),
        other => other.plain().map(|text| code(&text)).unwrap_or_default(),
    };
    // A sentence ends only where another follows.
    let about = if about.len() > 1 { format!("{}. {}", about[0], about[1..].join(" ")) } else { about.concat() };
    format!("| `{name}` | {about} | {} | {default} | {} |\n", key.takes, set_by.join(", "))
}

#[test]
fn the_shipped_example_is_what_the_keys_say_and_good() {
    let loaded = nobodys();
    let example = format!("{EXAMPLE_HEAD}{}", yaml::example(&loaded.shown).expect("YAML"));
    compared("config/thon.yaml", &example);

    let lines: Vec<&str> = example.lines().map(|line| setting(line).unwrap_or(line)).collect();
    let uncommented = lines.join("\n");
    assert!(uncommented.contains("\ndemo: false\n") && uncommented.contains("\n  port: 8100\n"), "{uncommented}");
    for text in [&example, &uncommented] {
        let (with, without) = (Machine::with_yaml(text), Machine::new());
        assert_eq!(debug(&with), debug(&without));
        assert!(
            !with.load().shown.iter().any(|shown| matches!(shown.key.effect, Effect::Never(_)) && shown.origin.fixes())
        );
    }
}

/// A line that is a setting in a comment, without the comment: prose begins with a capital.
fn setting(line: &str) -> Option<&str> {
    line.strip_prefix("# ").filter(|rest| !rest.starts_with(|c: char| c.is_ascii_uppercase() || c == '`'))
}

/// The configuration in full, the folder's name taken out.
fn debug(machine: &Machine) -> String {
    format!("{:#?}", machine.load().config).replace(machine.dir.path().to_str().expect("UTF-8"), "~")
}

#[test]
fn every_key_says_what_it_is_for() {
    let loaded = nobodys();
    let all: Vec<&Key> =
        loaded.shown.iter().flat_map(|shown| std::iter::once(&shown.key).chain(&shown.key.fields)).collect();
    assert!(all.len() > 120, "only {} keys were found", all.len());
    for key in &all {
        assert!(!key.about.is_empty() && !key.about.ends_with('.') && !key.takes.is_empty(), "{key:?}");
        assert!(!key.secret || key.setting.is_none(), "{} is a secret, which no setting may be", key.name);
        assert!(key.setting.is_none_or(|names| !names.is_empty()), "{} has no name as a setting", key.name);
    }
    let variables: Vec<&str> = all.iter().flat_map(|key| key.variables.iter().copied()).collect();
    let names = variables.iter().copied().chain(loaded.variables.iter().map(|variable| variable.name));
    let mut sorted: Vec<&str> = names.collect();
    sorted.sort_unstable();
    assert!(sorted.windows(2).all(|pair| pair[0] != pair[1]), "a variable sets two keys: {sorted:?}");
}

/// Every variable that the earlier THON read or documented.
const PUBLISHED: &[&str] = &[
    "SANDBOX_DOMAIN",
    "SANDBOX_API_KEY",
    "SANDBOX_IMAGE",
    "PYTHON_VERSION",
    "THON_SECURE",
    "THON_WORKSPACE_DIR",
    "THON_DB_PATH",
    "THON_KILO_CONFIG",
    "THON_VSCODE_SETTINGS",
    "THON_EVENT_ID",
    "THON_EVENT_TITLE",
    "THON_ENV_FILE",
    "THON_LOG_LEVEL",
    "THON_LOG_FORMAT",
    "EXTERNAL_IP",
    "THON_DOMAIN",
    "THON_SSL_PROVIDER",
    "THON_CERTBOT_EMAIL",
    "DASHBOARD_HOST",
    "DASHBOARD_PORT",
    "DASHBOARD_SECRET_KEY",
    "DASHBOARD_DEBUG",
    "LEMONADE_HOST",
    "LEMONADE_PORT",
    "LEMONADE_API_KEY",
    "LEMONADE_ADMIN_API_KEY",
    "LEMONADE_CONFIG_DIR",
    "LEMONADE_NUM_USERS",
    "LEMONADE_BACKEND",
    "LEMONADE_CTX_SIZE",
    "LEMONADE_CTX_SIZE_PER_USER",
    "LEMONADE_EMBEDDING_CTX_SIZE_PER_USER",
    "LEMONADE_EMBEDDING_DIMENSIONS",
    "LEMONADE_MODEL",
    "LEMONADE_MODEL_NAME",
    "LEMONADE_MMPROJ",
    "LEMONADE_EMBEDDING",
    "LEMONADE_EXTERNAL_IP",
    "LEMONADE_GENERATE_KEYS",
    "LEMONADE_PREFER_SYSTEM",
    "LEMONADE_LLMACPP_BIN",
    "LEMONADE_KILO_CONFIG",
    "LEMONADE_LANGFUSE",
    "GATEWAY_ENABLED",
    "GATEWAY_ADMIN_URL",
    "GATEWAY_ADMIN_KEY",
    "GATEWAY_PROXY_PORT",
    "GATEWAY_REDIS_HOST",
    "GATEWAY_REDIS_PORT",
    "GATEWAY_REDIS_PASSWORD",
    "GATEWAY_CONCURRENCY_LIMIT",
    "GATEWAY_TOKEN_LIMIT",
    "GATEWAY_TOKEN_WINDOW",
    "GATEWAY_MODE",
    "GATEWAY_RATE_LIMIT_TOKENS",
    "GATEWAY_RATE_LIMIT_WINDOW",
    "GATEWAY_RATE_LIMIT_SCOPE",
    "INSTALL_GATEWAY",
    "APISIX_ADMIN_KEY",
    "SSL_DIR",
    "AUTH_ENABLED",
    "AUTH_SESSION_SECRET",
    "AUTH_LOCAL_PASSWORD",
    "AUTH_GITHUB_CLIENT_ID",
    "AUTH_GITHUB_CLIENT_SECRET",
    "AUTH_GITLAB_CLIENT_ID",
    "AUTH_GITLAB_CLIENT_SECRET",
    "AUTH_LINKEDIN_CLIENT_ID",
    "AUTH_LINKEDIN_CLIENT_SECRET",
    "LANGFUSE_ENABLED",
    "LANGFUSE_PUBLIC_KEY",
    "LANGFUSE_SECRET_KEY",
    "LANGFUSE_BASEURL",
];

/// Every key of the earlier THON with the default that it had and still has.
const PUBLISHED_KEYS: &str = include_str!("published_keys.txt");

#[test]
fn everything_that_was_published_is_understood() {
    let loaded = nobodys();
    let known = |name: &&str| {
        loaded.variables.iter().any(|variable| variable.name == *name)
            || loaded.shown.iter().any(|shown| shown.key.variables.contains(name))
    };
    let unknown: Vec<&&str> = PUBLISHED.iter().filter(|name| !known(name)).collect();
    assert!(unknown.is_empty(), "{unknown:?}");

    for line in PUBLISHED_KEYS.lines() {
        let (name, default) = line.split_once(" = ").unwrap_or((line, ""));
        let key = loaded.shown.iter().map(|shown| &shown.key).find(|key| key.name == name);
        let key = key.unwrap_or_else(|| panic!("{name} is not known"));
        assert_eq!(key.default.plain().unwrap_or_default(), default, "{name}");
    }
}
