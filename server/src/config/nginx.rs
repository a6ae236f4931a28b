//! The domain, its certificates, and nginx where it stands in front.

use camino::Utf8PathBuf;

use super::{
    forms::{DomainName, Email},
    reader::Reader,
};

mod server;

pub use self::server::{NginxForm, NginxServer};

/// What stands in front of the sandboxes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Nginx {
    /// Whether nginx stands in front of THON's own proxy.
    pub enabled: bool,
    pub server: NginxServer,
    /// Where certificates lie; in THON's own folder when nothing is said.
    pub ssl_dir: Option<Utf8PathBuf>,
    /// The domain under which every sandbox has a name.
    pub domain: Option<DomainName>,
    pub ssl_provider: SslProvider,
    /// The operator's own certificate with its chain; THON makes none then.
    pub ssl_certificate: Option<Utf8PathBuf>,
    /// The key of the operator's own certificate.
    pub ssl_certificate_key: Option<Utf8PathBuf>,
    /// Whom Let's Encrypt writes to.
    pub certbot_email: Option<Email>,
}

/// Who makes the certificates.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, strum::Display, strum::EnumIter, strum::EnumString)]
#[strum(serialize_all = "snake_case", ascii_case_insensitive)]
pub enum SslProvider {
    /// The first of: the operator's own files, Let's Encrypt where that can work, THON's own authority.
    #[default]
    Auto,
    /// THON's own authority.
    #[strum(to_string = "own", serialize = "own_ca", serialize = "own-ca")]
    Own,
    /// Let's Encrypt, without certbot.
    Acme,
    Certbot,
    Mkcert,
    Openssl,
}

impl Nginx {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        Self {
            enabled: reader
                .key("nginx.enabled", "Whether nginx stands in front of THON's own proxy, and takes its certificate")
                .truth(false),
            server: NginxServer::read(reader),
            ssl_dir: reader
                .key("nginx.ssl_dir", "The folder of the certificates; without one it is certificates/ in THON's own")
                .env("SSL_DIR")
                .path(),
            domain: reader
                .key("nginx.domain", "The domain under which every sandbox has a name")
                .alias("edge.domain")
                .env("THON_DOMAIN")
                .setting(&["nginx_domain"])
                .optional_word(DomainName::TAKES, |text| text.parse().ok()),
            ssl_provider: reader
                .key("nginx.ssl_provider", "Who makes the certificates")
                .env("THON_SSL_PROVIDER")
                .setting(&["nginx_ssl_provider"])
                .choice(),
            ssl_certificate: reader
                .key("nginx.ssl_certificate", "A certificate of your own with its chain, PEM; THON makes none then")
                .file(),
            ssl_certificate_key: reader.key("nginx.ssl_certificate_key", "The key of your own certificate, PEM").file(),
            certbot_email: reader
                .key("nginx.certbot_email", "Whom Let's Encrypt writes to; naming somebody agrees to its terms")
                .env("THON_CERTBOT_EMAIL")
                .setting(&["nginx_certbot_email"])
                .optional_word("an e-mail address", |text| text.parse().ok()),
        }
    }
}
