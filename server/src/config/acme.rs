//! Public authorities that make certificates by themselves (ACME, RFC 8555): which one, and how names are proven to it.

use camino::Utf8PathBuf;

use super::{forms::is_http_url, reader::Reader};

/// Where Let's Encrypt is asked (<https://letsencrypt.org/docs/acme-protocol-updates/>).
const LETS_ENCRYPT: &str = "https://acme-v02.api.letsencrypt.org/directory";

/// How certificates are asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Acme {
    /// The URL of the authority's directory.
    pub directory: String,
    /// Whom to trust as that authority's server, instead of those that everybody trusts.
    pub ca_file: Option<Utf8PathBuf>,
    /// The program that puts proofs into the DNS, which wildcards need.
    pub dns_hook: Option<Utf8PathBuf>,
    /// How a name is proven that needs no DNS.
    pub challenge: AcmeChallenge,
}

/// How a name is proven.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, strum::Display, strum::EnumIter, strum::EnumString)]
#[strum(serialize_all = "kebab-case", ascii_case_insensitive)]
pub enum AcmeChallenge {
    /// In the DNS where there is a hook, else on port 80, else on port 443.
    #[default]
    Auto,
    #[strum(to_string = "http-01")]
    Http01,
    #[strum(to_string = "tls-alpn-01")]
    TlsAlpn01,
    #[strum(to_string = "dns-01")]
    Dns01,
}

impl Acme {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        Self {
            directory: reader.key("acme.directory", "Where a public authority is asked for certificates").text_of(
                "an address that begins with https://",
                LETS_ENCRYPT,
                |text| text.starts_with("https://") && is_http_url(text),
            ),
            ca_file: reader
                .key("acme.ca_file", "Whom to trust as that authority's server instead of the usual roots, PEM")
                .file(),
            dns_hook: reader
                .key("acme.dns_hook", "The program that puts proofs into the DNS; a wildcard needs one")
                .file(),
            challenge: reader.key("acme.challenge", "How a name is proven to a public authority").choice(),
        }
    }

    /// Whether it is the authority of an installation that says nothing.
    pub fn is_lets_encrypt(&self) -> bool {
        self.directory == LETS_ENCRYPT
    }
}
