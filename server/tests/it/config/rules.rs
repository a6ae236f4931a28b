//! What keys take, what goes together, and what is said of keys without effect.

use thon_server::config::{CacheType, Config, GatewayMode, Runtime, SplitMode, SslProvider};

use super::Machine;

#[test]
fn a_configuration_of_the_earlier_thon_is_understood() {
    let machine = Machine::with_yaml(include_str!("earlier.yaml"));
    machine.write("kilo.jsonc", "{}");
    machine.write(".thon/vscode-settings.jsonc", "{}");
    let Config { gateway, lemonade, nginx, vscode, groups, kilo, .. } = machine.load().config;
    assert_eq!((gateway.mode, gateway.limits.tokens, gateway.limits.window_s), (GatewayMode::PerGroup, 500, 30));
    assert_eq!(gateway.model_concurrency[0].model, "user.gemma-4-31b-it");
    assert_eq!((gateway.model_concurrency[0].limits.concurrency, gateway.model_concurrency[0].priority), (2, 1));
    assert_eq!((lemonade.llamacpp.ctk, lemonade.llamacpp.spread.split_mode), (CacheType::Q40, Some(SplitMode::Row)));
    let models: Vec<_> = lemonade.chat_models.iter().map(|model| (model.name.as_str(), model.context)).collect();
    assert_eq!(models, [("small", 8192), ("large", 262_144)]);
    assert_eq!(
        (nginx.ssl_provider, nginx.domain.expect("a domain").as_str()),
        (SslProvider::Certbot, "thon.example.org")
    );
    // From the current folder, else from THON's own.
    assert!(kilo.config_file.is_some_and(|path| path.ends_with("kilo.jsonc")));
    assert!(vscode.settings_file.is_some_and(|path| path.ends_with(".thon/vscode-settings.jsonc")));
    assert_eq!(groups.len(), 2);
}

#[test]
fn every_mistake_in_every_section_is_told_at_once() {
    let machine = Machine::with_yaml(
        "\
external_ip: thon.example.org
trusted_proxies: [10.0.0.0/33]
vscode: {settings_file: gone.jsonc, reconnection_grace_s: 1}
nginx: {domain: 'a b; } location / {', certbot_email: me, ssl_provider: mkcrt, ssl_dir: 5}
lemonade:
  llamacpp: {ctk: q8, main_gpu: -2, min_p: 2}
  chat_models:
  - {name: a, checkpont: b}
  - 5
  llamacpp_bin: ./llama
langfuse: {base_url: cloud.langfuse.com}
gateway: {model_concurrency: {model: a}, token_window: 0}
auth: {allowed_emails: 'a@b.example, nobody'}
",
    );
    insta::assert_snapshot!(machine.mistakes(), @r#"
    ~/.thon/thon.yaml:1:14: external_ip must be an IP address, found "thon.example.org"
    ~/.thon/thon.yaml:2:19: trusted_proxies must be a list of addresses and networks such as 10.0.0.0/8, found "10.0.0.0/33"
    ~/.thon/thon.yaml:3:25: vscode.settings_file: there is no file ~/cwd/gone.jsonc
    hint: a path starts from the current folder, else from ~/.thon
    ~/.thon/thon.yaml:3:59: vscode.reconnection_grace_s must be a whole number from 60 to 604800, found 1
    ~/.thon/thon.yaml:4:17: nginx.domain must be a domain name such as thon.example.org, found "a b; } location / {"
    ~/.thon/thon.yaml:4:55: nginx.certbot_email must be an e-mail address, found "me"
    ~/.thon/thon.yaml:4:73: nginx.ssl_provider must be one of auto, own, acme, certbot, mkcert, openssl, found "mkcrt"
    hint: did you mean mkcert?
    ~/.thon/thon.yaml:4:89: nginx.ssl_dir must be a path, found 5
    hint: put it in quotation marks
    ~/.thon/thon.yaml:6:19: lemonade.llamacpp.ctk must be one of f32, f16, bf16, q8_0, q4_0, q4_1, q5_0, q5_1, iq4_nl, found "q8"
    ~/.thon/thon.yaml:6:33: lemonade.llamacpp.main_gpu must be a whole number from -1 to 63, found -2
    ~/.thon/thon.yaml:6:44: lemonade.llamacpp.min_p must be a number from 0 to 1, found 2
    ~/.thon/thon.yaml:8:5: lemonade.chat_models[0].checkpoint is missing
    ~/.thon/thon.yaml:8:15: unknown key `lemonade.chat_models[0].checkpont`
    hint: did you mean `lemonade.chat_models[0].checkpoint`?
    ~/.thon/thon.yaml:9:5: `lemonade.chat_models[1]` holds keys and values, found a number
    ~/.thon/thon.yaml:10:17: lemonade.llamacpp_bin must be builtin, latest or an absolute path, found "./llama"
    ~/.thon/thon.yaml:11:22: langfuse.base_url must be a URL such as https://cloud.langfuse.com, found "cloud.langfuse.com"
    ~/.thon/thon.yaml:12:30: gateway.model_concurrency must be a list of entries, found keys and values
    ~/.thon/thon.yaml:12:56: gateway.token_window must be a whole number from 1 to 31536000, found 0
    ~/.thon/thon.yaml:13:24: auth.allowed_emails must be a list of e-mail addresses, found "nobody"
    "#);
}

#[test]
fn what_does_not_go_together_is_told() {
    let machine = Machine::with_yaml("gateway: {enabled: true}\nauth: {enabled: true, github: {client_id: a}}\n");
    insta::assert_snapshot!(machine.mistakes(), @r"
    ~/.thon/thon.yaml:1:20: gateway.enabled is true, but there is no model behind the gateway
    hint: set lemonade.enabled, or gateway.admin_key for an APISIX with its own models
    ~/.thon/thon.yaml:2:43: auth.github.client_id is set without auth.github.client_secret
    hint: both belong together
    ");
    let alone = Machine::with_yaml("auth: {enabled: true}\nkilo: {config_file: ~/gone}\n");
    insta::assert_snapshot!(alone.mistakes(), @r"
    ~/.thon/thon.yaml:1:17: auth.enabled is true, but there is no place where people have an account
    hint: set auth.github, auth.gitlab, auth.linkedin or auth.oidc, or auth.local_password_file
    ~/.thon/thon.yaml:2:21: kilo.config_file: there is no file ~/gone
    hint: THON makes it only with lemonade.enabled or gateway.enabled
    ");
}

#[test]
fn places_to_sign_in_with_are_told_apart() {
    let uni = "client_id: a, issuer: 'https://id.example.edu/'";
    let good = Machine::with_yaml(&format!("auth: {{oidc: [{{name: uni, {uni}}}], allowed_logins: [alice]}}\n"));
    let config = good.load().config.auth;
    assert_eq!((config.oidc[0].title.as_str(), config.oidc[0].scopes.join(" ")), ("uni", "profile email".to_owned()));
    let github = "github: {client_id: a, client_secret: b}";
    let machine = Machine::with_yaml(&format!(
        "auth:\n  {github}\n  allowed_logins: [alice, 'uni:bob', 'gitlab:carol']\n  oidc:\n  - {{name: uni, {uni}}}\n  \
         - {{name: github, {uni}}}\n  - {{name: A b, client_id: a, issuer: 'http://id.example.edu'}}\n"
    ));
    insta::assert_snapshot!(machine.mistakes(), @r#"
    ~/.thon/thon.yaml:3:19: auth.allowed_logins: alice is a name at one of several places
    hint: say at which, for example github:alice
    ~/.thon/thon.yaml:3:19: auth.allowed_logins: there is no place gitlab to sign in with
    hint: say at which, for example github:carol
    ~/.thon/thon.yaml:5:5: auth.oidc has a second place named github
    hint: give each a name of its own
    ~/.thon/thon.yaml:7:5: "A b" is no name: 1 to 32 small letters, digits and -
    ~/.thon/thon.yaml:7:5: "http://id.example.edu" is no issuer: a URL such as https://id.example.org
    "#);
}

#[test]
fn what_has_no_effect_is_said_only_when_it_is_set() {
    assert!(Machine::new().load().hints.is_empty());
    let machine =
        Machine::with_yaml("langfuse: {enabled: true}\nlemonade: {enabled: true}\nauth: {session_secret: a}\n")
            .variable("DASHBOARD_DEBUG", "true")
            .variable("DASHBOARD_SECRET_KEY", "a")
            .variable("GATEWAY_MODE", "per-group");
    insta::assert_snapshot!(machine.load().hints.join("\n"), @r"
    `DASHBOARD_SECRET_KEY` has no effect: sessions are kept in the database and need no key
    `lemonade.enabled`, `gateway.mode` and `langfuse.enabled` are read, but have no effect yet
    `dashboard.debug` has no effect: THON is a compiled program; log_level says how much it logs
    `auth.session_secret` has no effect: sessions are kept in the database and need no secret
    ");
    let one = Machine::with_yaml("langfuse: {enabled: true}\n");
    assert_eq!(one.load().hints, ["`langfuse.enabled` is read, but has no effect yet"]);
}

#[test]
fn an_empty_group_is_said() {
    assert_eq!(Machine::with_yaml("groups: {alpha: []}\n").load().hints, ["group `alpha` has nobody in it yet"]);
}

#[test]
fn settings_are_the_weakest_but_the_defaults() {
    let mut machine = Machine::new();
    machine.sources.settings.insert("sandbox.image".to_owned(), "from-database".to_owned());
    // What is no setting cannot be set this way.
    machine.sources.settings.insert("sandbox.runtime".to_owned(), "simulated".to_owned());
    let config = machine.load().config;
    assert_eq!((config.sandbox.image(), config.sandbox.runtime), ("from-database", Runtime::Docker));
    assert_eq!(machine.origin("sandbox.image"), "database");
    machine.write(".thon/thon.yaml", "sandbox: {image: from-file}\n");
    assert_eq!(machine.load().config.sandbox.image(), "from-file");
    // A key without a value is not really written.
    machine.write(".thon/thon.yaml", "sandbox: {image: }\n");
    assert_eq!(machine.load().config.sandbox.image(), "from-database");
}

#[test]
fn the_doors_to_the_internet_are_checked_together() {
    let told = Machine::with_yaml("edge:\n  http_port: 80\n").mistakes();
    assert!(told.contains("edge.http_port is set without edge.https_port"), "{told}");
    let told = Machine::with_yaml("edge:\n  https_port: 8100\n  http_port: 8100\n  headers: 5\n").mistakes();
    for part in ["edge.https_port and edge.http_port are the same", "edge.https_port and dashboard.port are the same"] {
        assert!(told.contains(part), "{told}");
    }
    assert!(told.contains("edge.headers must be a whole number from 32 to 1024, found 5"), "{told}");
    let open = Machine::with_yaml("edge:\n  host: 0.0.0.0\n  https_port: 443\n").load();
    let told = open.check_exposure().expect_err("nobody can sign in").to_string();
    assert!(told.contains("edge.host is 0.0.0.0, but there is no way to sign in"), "{told}");
    let closed = Machine::with_yaml("edge:\n  host: 0.0.0.0\n").load();
    closed.check_exposure().expect("without a port nobody listens there");
}
