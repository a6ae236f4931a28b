//! The nginx that stands in front: where it lies, and where it listens.

use std::net::IpAddr;

use camino::Utf8PathBuf;

use super::Reader;

/// Where nginx leads.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, strum::Display, strum::EnumIter, strum::EnumString)]
#[strum(serialize_all = "snake_case", ascii_case_insensitive)]
pub enum NginxForm {
    /// Everything to THON; its files are written once.
    #[default]
    Front,
    /// To running editors by itself, after THON has said that a request may pass; its files follow the sandboxes.
    Generated,
}

/// How nginx is reached, and where browsers reach it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NginxServer {
    pub form: NginxForm,
    /// The program.
    pub command: String,
    /// The folder with `nginx.conf`, `sites-available` and `sites-enabled`.
    pub config_dir: Utf8PathBuf,
    /// A template of the operator's own.
    pub template_file: Option<Utf8PathBuf>,
    /// None means everywhere.
    pub host: Option<IpAddr>,
    pub http_port: u16,
    pub https_port: u16,
}

impl NginxServer {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        Self {
            form: reader
                .key(
                    "nginx.mode",
                    "Where nginx leads: everything to THON, or to running editors by itself once THON has said of a \
                     request that it may pass",
                )
                .choice(),
            command: reader.key("nginx.command", "The program of nginx, as a name or a path").text_or("nginx"),
            config_dir: reader
                .key(
                    "nginx.config_dir",
                    "The folder with nginx.conf, whose http block includes sites-enabled/* in the same folder",
                )
                .path_or("/etc/nginx"),
            template_file: reader
                .key("nginx.template_file", "A template of your own for nginx's configuration, instead of THON's")
                .file(),
            host: reader
                .key("nginx.host", "The address that nginx listens on; without one it listens everywhere")
                .optional_word("an IP address", |text| text.parse().ok()),
            http_port: reader.key("nginx.http_port", "The port at which nginx leads to HTTPS").whole(80, 1..=65535),
            https_port: reader.key("nginx.https_port", "The port at which nginx speaks HTTPS").whole(443, 1..=65535),
        }
    }
}
