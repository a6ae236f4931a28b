//! Rules about several keys at once.

use super::{Auth, Config, EdgeTier, Mistake, SslProvider, edge, reader::Reader};

/// Notes what does not go together.
pub(super) fn check(config: &Config, reader: &mut Reader<'_>) {
    ports(config, reader);
    tier(config, reader);
    gateway(config, reader);
    sign_in(config, reader);
    logins(config, reader);
    assistant(config, reader);
    certificates(config, reader);
}

fn ports(config: &Config, reader: &mut Reader<'_>) {
    let edge = &config.edge;
    if edge.http_port.is_some() && edge.https_port.is_none() {
        let message = format!("{} is set without {}", edge::HTTP_PORT, edge::HTTPS_PORT);
        let mistake = Mistake::new(reader.origin(edge::HTTP_PORT), message);
        reader.mistake(mistake.with_hint("it sends callers to HTTPS; to serve plain HTTP there is dashboard.port"));
    }
    if edge.https_port.is_some() && edge.https_port == edge.http_port {
        let message = format!("{} and {} are the same", edge::HTTPS_PORT, edge::HTTP_PORT);
        reader.mistake(Mistake::new(reader.origin(edge::HTTP_PORT), message).with_hint("usually they are 443 and 80"));
    }
    let server = &config.nginx.server;
    if config.nginx.enabled && server.http_port == server.https_port {
        let message = "nginx.http_port and nginx.https_port are the same";
        let mistake = Mistake::new(reader.origin("nginx.https_port"), message);
        reader.mistake(mistake.with_hint("usually they are 80 and 443"));
    }
    for (name, port) in [(edge::HTTPS_PORT, edge.https_port), (edge::HTTP_PORT, edge.http_port)] {
        let of_nginx =
            config.nginx.enabled && port.is_some_and(|port| [server.http_port, server.https_port].contains(&port));
        if of_nginx {
            let message = format!("{name} is a port of nginx's");
            let mistake = Mistake::new(reader.origin(name), message);
            reader.mistake(
                mistake.with_hint("with nginx.enabled it is nginx that faces the internet: leave this key out"),
            );
        }
        if port == Some(config.dashboard.port) {
            let message = format!("{name} and dashboard.port are the same");
            reader.mistake(Mistake::new(reader.origin(name), message).with_hint("give each a port of its own"));
        }
    }
}

fn tier(config: &Config, reader: &mut Reader<'_>) {
    let Config { edge, nginx, network, .. } = config;
    let speaks = edge.https_port.is_some() || nginx.enabled || !network.trusted_proxies.is_empty();
    let (lacks, hint) = match edge.tier {
        EdgeTier::Auto | EdgeTier::Local => return,
        EdgeTier::Domain if nginx.domain.is_none() => {
            ("nginx.domain", "set the domain under which sandboxes have names")
        }
        _ if !speaks => (edge::HTTPS_PORT, "usually it is 443; where a proxy speaks HTTPS, name it in trusted_proxies"),
        _ => return,
    };
    let message = format!("{} is {} without {lacks}", edge::TIER, edge.tier);
    reader.mistake(Mistake::new(reader.origin(edge::TIER), message).with_hint(hint));
}

fn gateway(config: &Config, reader: &mut Reader<'_>) {
    let Config { gateway, lemonade, .. } = config;
    if gateway.enabled && !lemonade.enabled && gateway.apisix.admin_key.is_none() {
        let message = "gateway.enabled is true, but there is no model behind the gateway";
        let mistake = Mistake::new(reader.origin("gateway.enabled"), message);
        reader
            .mistake(mistake.with_hint("set lemonade.enabled, or gateway.admin_key for an APISIX with its own models"));
    }
}

fn sign_in(config: &Config, reader: &mut Reader<'_>) {
    let auth = &config.auth;
    if auth.local_password.is_some() && auth.local_password_hash.is_some() {
        let message = "auth.local_password and auth.local_password_hash are both set";
        let mistake = Mistake::new(reader.origin("auth.local_password_hash"), message);
        reader.mistake(mistake.with_hint("keep one of them"));
    }
    for (name, client) in auth.clients() {
        let (has, lacks) = match (&client.id, &client.secret) {
            (Some(_), None) => ("client_id", "client_secret"),
            (None, Some(_)) => ("client_secret", "client_id"),
            _ => continue,
        };
        let message = format!("auth.{name}.{has} is set without auth.{name}.{lacks}");
        let origin = reader.origin(&format!("auth.{name}.{has}"));
        reader.mistake(Mistake::new(origin, message).with_hint("both belong together"));
    }
    let has_client = !auth.oidc.is_empty() || auth.clients().iter().any(|(_, client)| client.id.is_some());
    if auth.enabled && !has_client && !auth.has_password() {
        let message = "auth.enabled is true, but there is no place where people have an account";
        let mistake = Mistake::new(reader.origin("auth.enabled"), message);
        reader.mistake(
            mistake.with_hint("set auth.github, auth.gitlab, auth.linkedin or auth.oidc, or auth.local_password_file"),
        );
    }
}

/// A name says who somebody is at one place only: at another it is somebody else's.
fn logins(config: &Config, reader: &mut Reader<'_>) {
    let Auth { allowed_logins, admins, .. } = &config.auth;
    let names = config.auth.provider_names();
    for (key, entries) in [("auth.allowed_logins", allowed_logins), ("auth.admins", admins)] {
        for entry in entries.iter().filter(|entry| !entry.contains('@')) {
            let message = match entry.split_once(':') {
                Some((place, _)) if names.contains(&place) => continue,
                Some((place, _)) => format!("{key}: there is no place {place} to sign in with"),
                None if names.len() < 2 => continue,
                None => format!("{key}: {entry} is a name at one of several places"),
            };
            let (login, place) =
                (entry.rsplit(':').next().unwrap_or(entry), names.first().copied().unwrap_or("github"));
            let mistake = Mistake::new(reader.origin(key), message);
            reader.mistake(mistake.with_hint(format!("say at which, for example {place}:{login}")));
        }
    }
}

/// Without a model server or a gateway nobody makes the assistant's configuration.
fn assistant(config: &Config, reader: &mut Reader<'_>) {
    let by_hand = !config.lemonade.enabled && !config.gateway.enabled;
    if let Some(missing) = config.kilo.config_file.as_ref().filter(|path| by_hand && !path.is_file()) {
        let message = format!("kilo.config_file: there is no file {missing}");
        let origin = reader.origin("kilo.config_file");
        reader.mistake(
            Mistake::new(origin, message).with_hint("THON makes it only with lemonade.enabled or gateway.enabled"),
        );
    }
}

fn certificates(config: &Config, reader: &mut Reader<'_>) {
    let nginx = &config.nginx;
    let (has, lacks) = match (&nginx.ssl_certificate, &nginx.ssl_certificate_key) {
        (Some(_), Some(_)) if nginx.ssl_provider != SslProvider::Auto => {
            let message =
                format!("nginx.ssl_provider is {}, but there is a certificate of your own", nginx.ssl_provider);
            let mistake = Mistake::new(reader.origin("nginx.ssl_provider"), message);
            reader.mistake(mistake.with_hint("take away nginx.ssl_certificate, or say auto"));
            return;
        }
        (Some(_), None) => ("ssl_certificate", "ssl_certificate_key"),
        (None, Some(_)) => ("ssl_certificate_key", "ssl_certificate"),
        _ => return,
    };
    let message = format!("nginx.{has} is set without nginx.{lacks}");
    reader.mistake(Mistake::new(reader.origin(&format!("nginx.{has}")), message).with_hint("both belong together"));
}
