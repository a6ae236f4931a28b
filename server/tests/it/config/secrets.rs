//! No secret is told by anything: not by what is shown, not by a mistake, not by `{:?}`.

use miette::{GraphicalReportHandler, GraphicalTheme};
use proptest::prelude::*;
use thon_server::config::{Config, Key, Shown, yaml};

use super::Machine;

/// Everything that a configuration says of itself, good or bad.
fn everything_said(machine: &Machine) -> String {
    match Config::load(&machine.sources) {
        Ok(loaded) => {
            let shown = yaml::written(&loaded.shown, true).expect("YAML");
            format!("{shown}\n{loaded:?}\n{:?}\n{:?}", machine.sources, loaded.hints)
        }
        Err(error) => {
            let drawn = error.drawn(&GraphicalReportHandler::new_themed(GraphicalTheme::unicode_nocolor()));
            format!("{error}\n{drawn}\n{error:?}")
        }
    }
}

/// The keys whose values are nobody's to see.
fn secret_keys() -> Vec<Key> {
    let shown = Machine::new().load().shown.into_iter().map(|shown: Shown| shown.key);
    shown.filter(|key| key.secret && key.name != "database.url").collect()
}

/// A key as a line of a section in braces: `auth: {github: {client_secret: …}}`.
fn inline(name: &str, value: &str) -> String {
    let (sections, key) = name.rsplit_once('.').expect("a section");
    let open = sections.replace('.', ": {");
    format!("{open}: {{{key}: {value}{}\n", "}".repeat(sections.split('.').count()))
}

/// The same in lines of their own.
fn block(name: &str, value: &str) -> String {
    let parts: Vec<&str> = name.split('.').collect();
    let lines = parts.iter().enumerate().map(|(depth, part)| format!("{}{part}:", "  ".repeat(depth)));
    format!("{} {value}\n", lines.collect::<Vec<_>>().join("\n"))
}

/// What is wrong beside it, so that lines are drawn.
const MISTAKES: &[&str] = &["", "demo: maybe\n", "zzz: 1\n", "sandbox: [\n", "demo: : :\n"];

fn secrets() -> impl Strategy<Value = String> {
    // Not a word that is said anyway; also what YAML takes for a number.
    prop_oneof!["s3cr[a-z0-9]{8}et", "9[1-9]{11}", "s3cr'\"[a-z]{8}", "s3cr ü[a-z]{8}"]
}

/// The part that must not be seen; quoting may change the rest.
fn core(secret: &str) -> &str {
    &secret[secret.len() - 8..]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn no_secret_is_told(
        secret in secrets(),
        key in prop::sample::select(secret_keys()),
        misspelt in any::<bool>(),
        in_block in any::<bool>(),
        quoted in any::<bool>(),
        twice in any::<bool>(),
        mistake in prop::sample::select(MISTAKES),
    ) {
        // A letter at the end is lost.
        let name = if misspelt { &key.name[..key.name.len() - 1] } else { &key.name };
        let needs_quotes = secret.contains(['\'', '"']);
        let written = if quoted || needs_quotes { format!("'{}'", secret.replace('\'', "''")) } else { secret.clone() };
        let line = if in_block { block(name, &written) } else { inline(name, &written) };
        let again = if twice { line.clone() } else { String::new() };
        let machine = Machine::with_yaml(&format!("{line}{mistake}{again}"));
        let said = everything_said(&machine);
        prop_assert!(!said.contains(core(&secret)), "{}", said);
    }

    #[test]
    fn no_secret_of_the_environment_is_told(
        secret in secrets(),
        key in prop::sample::select(secret_keys().into_iter().filter(|key| !key.variables.is_empty()).collect::<Vec<_>>()),
        mistake in prop::sample::select(MISTAKES),
        in_file in any::<bool>(),
    ) {
        let machine = Machine::with_yaml(mistake);
        let name = key.variables[0];
        let machine = if in_file {
            machine.write(".env", &format!("{name}={}\n", thon_server::config::quoted(&secret)));
            machine
        } else {
            machine.variable(name, &secret)
        };
        let said = everything_said(&machine);
        prop_assert!(!said.contains(core(&secret)), "{}", said);
    }

    #[test]
    fn no_password_of_the_database_is_told(secret in "s3cr[a-z0-9]{8}", form in 0..4, bad in any::<bool>()) {
        let scheme = if bad { "mysql" } else { "postgres" };
        let url = match form {
            0 => format!("{scheme}://thon:{secret}@db/thon"),
            1 => format!("{scheme}:///thon?user=a&password={secret}"),
            2 => format!("{scheme}:{secret}"),
            _ => secret.clone(),
        };
        let machine = Machine::with_yaml(&format!("database:\n  url: '{url}'\ndemo: maybe\n"));
        let said = everything_said(&machine);
        prop_assert!(!said.contains(core(&secret)), "{}", said);
    }
}

#[test]
fn what_stands_for_a_secret_is_no_secret() {
    let machine = Machine::with_yaml("auth: {local_password: '***'}\n");
    insta::assert_snapshot!(machine.mistakes(), @r"
    ~/.thon/thon.yaml:1:24: auth.local_password is ***, which only stands for a secret
    hint: write the secret itself, or the file that holds it with auth.local_password_file
    ");
}

#[test]
fn a_stronger_place_wins_over_the_twin() {
    let machine = Machine::with_yaml("gateway: {admin_key_file: ~/key}\n").variable("GATEWAY_ADMIN_KEY", "strong");
    machine.write("key", "weak\n");
    let loaded = machine.load();
    let key = loaded.shown.iter().find_map(|shown| shown.exported().filter(|e| e.name == "GATEWAY_ADMIN_KEY"));
    assert_eq!(key.expect("a key").value, "strong");
}

#[test]
fn no_secret_of_an_entry_is_told() {
    let entry = "{name: uni, client_id: a, issuer: 'https://id.example.edu', client_secret: s3cr-of-uni}";
    let good = Machine::with_yaml(&format!("auth: {{oidc: [{entry}]}}\n"));
    for arguments in [&["config", "show"][..], &["config", "show", "--origin"], &["config", "validate"]] {
        let said = good.thon(arguments);
        assert!(!said.contains("s3cr-of-uni"), "{said}");
    }
    let bad = Machine::with_yaml(&format!("demo: maybe\nauth: {{oidc: [{entry}, 5], admins: ['x:y']}}\n"));
    let said = bad.thon(&["config", "validate"]);
    assert!(said.contains("demo must be") && !said.contains("s3cr-of-uni"), "{said}");
}
