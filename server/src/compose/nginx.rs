//! What leads requests to sandboxes: the edge of this process alone, or behind an nginx.

use std::{io, net::SocketAddr, sync::Arc};

use thon_adapters::proxy::{
    embedded::Embedded,
    nginx::{Listen, Nginx, NginxOptions, SiteOptions, front_key},
};
use thon_core::{certificates::Certificates, port::proxy::ReverseProxy};
use thon_edge::FrontKey;

use crate::config::Config;

/// The proxy, and by what THON knows the nginx in front of it.
///
/// # Errors
/// When the file with that cannot be read or made.
pub(super) fn proxy(
    config: &Config,
    embedded: Embedded,
    certificates: &Certificates,
) -> io::Result<(Arc<dyn ReverseProxy>, Option<FrontKey>)> {
    if !config.nginx.enabled {
        return Ok((Arc::new(embedded), None));
    }
    let options = options(config, certificates);
    let key = front_key(&options.front)?;
    Ok((Arc::new(Nginx::new(embedded, options)), Some(key)))
}

fn options(config: &Config, certificates: &Certificates) -> NginxOptions {
    let Config { nginx, dashboard, edge, network, home, .. } = config;
    let server = &nginx.server;
    let (certificate, key) = certificates.files();
    let host = if dashboard.host.is_unspecified() { [127, 0, 0, 1].into() } else { dashboard.host };
    NginxOptions {
        command: server.command.clone(),
        folder: server.config_dir.clone().into(),
        tries: home.nginx().join("tries").into(),
        front: home.nginx().join("front.conf").into(),
        template: server.template_file.clone().map(Into::into),
        site: SiteOptions {
            domain: nginx.domain.as_ref().map(|domain| domain.as_str().to_owned()),
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
