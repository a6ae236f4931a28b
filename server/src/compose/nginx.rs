//! What leads requests to sandboxes: the edge of this process alone, or behind an nginx.

use std::{io, net::SocketAddr, sync::Arc};

use thon_adapters::proxy::{
    embedded::Embedded,
    nginx::{Listen, Nginx, NginxOptions, SiteOptions, front_key, question_key},
};
use thon_core::{certificates::Certificates, port::proxy::ReverseProxy};
use thon_domain::address::Addresses;

use crate::{
    config::{Config, NginxForm},
    front::Keys,
};

/// The proxy, and by what THON knows the nginx in front of it.
///
/// # Errors
/// When a file with that cannot be read or made.
pub(super) fn proxy(
    config: &Config,
    addresses: &Addresses,
    embedded: Embedded,
    certificates: &Certificates,
) -> io::Result<(Arc<dyn ReverseProxy>, Keys)> {
    if !config.nginx.enabled {
        return Ok((Arc::new(embedded), Keys::default()));
    }
    let options = options(config, addresses, certificates);
    let front = Some(front_key(&options.front)?);
    let question = options.question.as_deref().map(question_key).transpose()?;
    Ok((Arc::new(Nginx::new(embedded, options)), Keys { front, question }))
}

fn options(config: &Config, addresses: &Addresses, certificates: &Certificates) -> NginxOptions {
    let Config { nginx, dashboard, edge, network, home, .. } = config;
    let server = &nginx.server;
    let (certificate, key) = certificates.files();
    let host = if dashboard.host.is_unspecified() { [127, 0, 0, 1].into() } else { dashboard.host };
    NginxOptions {
        command: server.command.clone(),
        folder: server.config_dir.clone().into(),
        tries: home.nginx().join("tries").into(),
        front: home.nginx().join("front.conf").into(),
        question: (server.form == NginxForm::Generated).then(|| home.nginx().join("question.conf").into()),
        template: server.template_file.clone().map(Into::into),
        site: SiteOptions {
            domain: nginx.domain.as_ref().map(|domain| domain.as_str().to_owned()),
            patterns: addresses.all().filter(|pattern| pattern.is_outward()).cloned().collect(),
            addresses: network.external_ip.into_iter().collect(),
            listen: Listen { host: server.host, http_port: server.http_port, https_port: server.https_port },
            certificate,
            key,
            edge: SocketAddr::new(host, dashboard.port),
            // THON ends what is idle after this time.
            idle_s: edge.limits.header_timeout_s / 2,
        },
    }
}
