//! Who makes the certificate of this server, and what for.

use std::{collections::BTreeSet, net::IpAddr, path::PathBuf, sync::Arc};

use thon_adapters::certificates::{
    acme::{Acme, AcmeOptions, Method},
    auto::{Auto, Step},
    certbot::Certbot,
    files::Files,
    mkcert::Mkcert,
    openssl::OpenSsl,
    own_ca::OwnCa,
};
use thon_core::{
    certificates::{Certificates, Shelf, challenges::Challenges},
    clock::Clock,
    port::certificate_authority::{CertificateAuthority, CertificateRequest},
};

use super::{Ground, addresses};
use crate::{
    config::{AcmeChallenge, Config, EdgeTier, SslProvider},
    http::certificates::Proofs,
};

/// The use cases of the certificate, and where proofs of names are shown.
pub(super) fn certificates(ground: &Ground<'_>) -> Proofs {
    let Ground { config, store, nature, .. } = ground;
    let folder = config.nginx.ssl_dir.clone().unwrap_or_else(|| config.home.certificates());
    let maker = Maker { config, folder: folder.into(), clock: nature.clock.clone() };
    let challenges = Challenges::with_folder(maker.folder.join("proofs"));
    let request = wanted(config);
    let authority = maker.authority(request.as_ref(), &challenges);
    let shelf = Shelf::new(maker.folder);
    let certificates = Certificates::new(store.clone(), nature.clone(), authority, request, shelf);
    Proofs { certificates, challenges, assets: ground.site.clone() }
}

/// What a certificate is for. Who has no domain, address or port of HTTPS, and asks for no certificate, needs none.
fn wanted(config: &Config) -> Option<CertificateRequest> {
    let nginx = &config.nginx;
    let asked = nginx.ssl_certificate.is_some() || nginx.ssl_provider != SslProvider::Auto;
    let external = addresses::address(config);
    let hosts = [config.dashboard.host, config.edge.host].into_iter();
    let hosts = hosts.filter(|host| !host.is_unspecified() && !host.is_loopback());
    let addresses: BTreeSet<IpAddr> = external.into_iter().chain(hosts).collect();
    let domain = nginx.domain.as_ref().map(|domain| domain.as_str().to_owned());
    // Single names would run out, and publish people's names; with paths there are none.
    let wildcard = domain.is_some() && config.edge.tier != EdgeTier::Path;
    let reached =
        nginx.enabled || domain.is_some() || config.network.external_ip.is_some() || config.edge.https_port.is_some();
    (asked || reached).then_some(CertificateRequest { domain, wildcard, addresses })
}

struct Maker<'c> {
    config: &'c Config,
    folder: PathBuf,
    clock: Arc<dyn Clock>,
}

impl Maker<'_> {
    fn authority(
        &self,
        request: Option<&CertificateRequest>,
        challenges: &Challenges,
    ) -> Arc<dyn CertificateAuthority> {
        let folder = self.folder.clone();
        match self.config.nginx.ssl_provider {
            SslProvider::Auto => Arc::new(self.auto(request, challenges)),
            SslProvider::Own => Arc::new(self.own()),
            SslProvider::Acme => Arc::new(self.acme(challenges)),
            SslProvider::Certbot => Arc::new(self.certbot(challenges)),
            SslProvider::Mkcert => Arc::new(Mkcert { folder, root_folder: None }),
            SslProvider::Openssl => Arc::new(OpenSsl { folder }),
        }
    }

    /// The operator's own files, else a public authority where that can work, else THON's own.
    fn auto(&self, request: Option<&CertificateRequest>, challenges: &Challenges) -> Auto {
        let nginx = &self.config.nginx;
        let mut steps = Vec::new();
        if let (Some(certificate), Some(key)) = (&nginx.ssl_certificate, &nginx.ssl_certificate_key) {
            let files = Files { certificate: certificate.into(), key: key.into() };
            // Nothing takes the place of what an operator chose.
            return Auto::new(vec![Step { authority: Arc::new(files), passed_over: None }], self.clock.clone());
        }
        let acme = self.acme(challenges);
        let passed_over = match request {
            _ if nginx.certbot_email.is_none() => {
                Some("nobody agreed to the terms of a public authority: set `nginx.certbot_email`".to_owned())
            }
            Some(request) => acme.why_not(request),
            None => None,
        };
        steps.push(Step { authority: Arc::new(acme), passed_over });
        steps.push(Step { authority: Arc::new(self.own()), passed_over: None });
        Auto::new(steps, self.clock.clone())
    }

    fn own(&self) -> OwnCa {
        OwnCa::new(self.folder.clone(), self.clock.clone())
    }

    fn acme(&self, challenges: &Challenges) -> Acme {
        let Config { nginx, acme, .. } = self.config;
        let methods = match acme.challenge {
            AcmeChallenge::Auto if acme.dns_hook.is_some() && nginx.domain.is_some() => vec![Method::Dns01],
            AcmeChallenge::Auto => vec![Method::Http01, Method::TlsAlpn01],
            AcmeChallenge::Http01 => vec![Method::Http01],
            AcmeChallenge::TlsAlpn01 => vec![Method::TlsAlpn01],
            AcmeChallenge::Dns01 => vec![Method::Dns01],
        };
        let options = AcmeOptions {
            directory: acme.directory.clone(),
            root_file: acme.ca_file.clone().map(PathBuf::from),
            folder: self.folder.join("acme"),
            email: self.email(),
            methods,
            dns_hook: acme.dns_hook.clone().map(PathBuf::from),
        };
        Acme::new(options, challenges.clone())
    }

    fn certbot(&self, challenges: &Challenges) -> Certbot {
        let acme = &self.config.acme;
        Certbot {
            program: "certbot".to_owned(),
            folder: self.folder.join("certbot"),
            web_folder: challenges.folder().map(PathBuf::from).unwrap_or_default(),
            email: self.email(),
            dns_hook: acme.dns_hook.clone().map(PathBuf::from),
            directory: (!acme.is_lets_encrypt()).then(|| acme.directory.clone()),
        }
    }

    fn email(&self) -> Option<String> {
        self.config.nginx.certbot_email.as_ref().map(|email| email.as_str().to_owned())
    }
}
