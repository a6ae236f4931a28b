//! The domain, its certificates, and nginx where it stands in front.

use camino::Utf8PathBuf;

use super::{
    forms::{DomainName, Email},
    reader::Reader,
};

/// What stands in front of the sandboxes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Nginx {
    /// Whether nginx stands in front, instead of THON's own proxy.
    pub enabled: bool,
    /// Where certificates lie.
    pub ssl_dir: Utf8PathBuf,
    /// The domain under which every sandbox has a name.
    pub domain: Option<DomainName>,
    pub ssl_provider: SslProvider,
    /// Whom Let's Encrypt writes to.
    pub certbot_email: Option<Email>,
}

/// Who makes the certificates.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, strum::Display, strum::EnumIter, strum::EnumString)]
#[strum(serialize_all = "snake_case", ascii_case_insensitive)]
pub enum SslProvider {
    /// Whatever the machine can do.
    #[default]
    Auto,
    /// THON's own authority.
    OwnCa,
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
                .key("nginx.enabled", "Whether nginx stands in front, instead of THON's own proxy")
                .later()
                .truth(false),
            ssl_dir: reader
                .key("nginx.ssl_dir", "The folder of the certificates")
                .env("SSL_DIR")
                .later()
                .path_or("/etc/nginx/ssl"),
            domain: reader
                .key("nginx.domain", "The domain under which every sandbox has a name")
                .alias("edge.domain")
                .env("THON_DOMAIN")
                .setting(&["nginx_domain"])
                .later()
                .optional_word(DomainName::TAKES, |text| text.parse().ok()),
            ssl_provider: reader
                .key("nginx.ssl_provider", "Who makes the certificates")
                .env("THON_SSL_PROVIDER")
                .setting(&["nginx_ssl_provider"])
                .later()
                .choice(),
            certbot_email: reader
                .key("nginx.certbot_email", "Whom Let's Encrypt writes to")
                .env("THON_CERTBOT_EMAIL")
                .setting(&["nginx_certbot_email"])
                .later()
                .optional_word("an e-mail address", |text| text.parse().ok()),
        }
    }
}
