//! The gateway between the sandboxes and the models: who may ask how much.

mod limits;

use secrecy::SecretString;

pub use self::limits::{ModelConcurrency, TokenLimits};
use super::{
    forms::{is_host, is_http_url},
    reader::Reader,
};

/// The AI gateway.
#[derive(Clone, Debug)]
pub struct Gateway {
    pub enabled: bool,
    pub mode: GatewayMode,
    pub rate_limit_scope: RateLimitScope,
    /// APISIX, where it is used.
    pub apisix: Apisix,
    /// Where counters are kept, when several gateways share them.
    pub redis: Redis,
    pub limits: TokenLimits,
    pub model_concurrency: Vec<ModelConcurrency>,
}

/// How APISIX is reached.
#[derive(Clone, Debug)]
pub struct Apisix {
    pub admin_key: Option<SecretString>,
    pub admin_url: String,
    pub proxy_port: u16,
}

/// How Redis is reached.
#[derive(Clone, Debug)]
pub struct Redis {
    pub host: Option<String>,
    pub port: u16,
    pub password: Option<SecretString>,
}

/// Who has a key of their own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, strum::Display, strum::EnumIter, strum::EnumString)]
#[strum(serialize_all = "kebab-case", ascii_case_insensitive)]
pub enum GatewayMode {
    #[default]
    PerUser,
    PerGroup,
}

/// What limits are counted for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, strum::Display, strum::EnumIter, strum::EnumString)]
#[strum(serialize_all = "kebab-case", ascii_case_insensitive)]
pub enum RateLimitScope {
    #[default]
    PerUser,
    PerModel,
}

impl Gateway {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        Self {
            enabled: reader
                .key("gateway.enabled", "Whether the sandboxes reach the models through the gateway")
                .env("GATEWAY_ENABLED")
                .setting(&["gateway_enabled"])
                .later()
                .truth(false),
            mode: reader
                .key("gateway.mode", "Who has a key of their own")
                .env("GATEWAY_MODE")
                .setting(&["gateway_mode"])
                .later()
                .choice(),
            rate_limit_scope: reader
                .key("gateway.rate_limit_scope", "What limits are counted for")
                .env("GATEWAY_RATE_LIMIT_SCOPE")
                .setting(&["gateway_rate_limit_scope"])
                .later()
                .choice(),
            apisix: Apisix::read(reader),
            redis: Redis::read(reader),
            limits: TokenLimits::read(reader),
            model_concurrency: reader
                .key("gateway.model_concurrency", "Limits of single models")
                .later()
                .entries("[]", ModelConcurrency::read),
        }
    }
}

impl Apisix {
    fn read(reader: &mut Reader<'_>) -> Self {
        Self {
            admin_key: reader
                .key("gateway.admin_key", "The key of APISIX's own administration")
                .env("GATEWAY_ADMIN_KEY")
                .env("APISIX_ADMIN_KEY")
                .later()
                .secret("gateway.admin_key_file"),
            admin_url: reader
                .key("gateway.admin_url", "Where APISIX is administered")
                .env("GATEWAY_ADMIN_URL")
                .later()
                .text_of("a URL such as http://127.0.0.1:9180", "http://127.0.0.1:9180", is_http_url),
            proxy_port: reader
                .key("gateway.proxy_port", "The port on which APISIX answers the sandboxes")
                .env("GATEWAY_PROXY_PORT")
                .later()
                .whole(9080, 1..=65535),
        }
    }
}

impl Redis {
    fn read(reader: &mut Reader<'_>) -> Self {
        Self {
            host: reader
                .key("gateway.redis_host", "Where the counters are kept, when several gateways share them")
                .env("GATEWAY_REDIS_HOST")
                .setting(&["gateway_redis_host"])
                .later()
                .checked_text("a host name or an IP address", is_host),
            port: reader
                .key("gateway.redis_port", "The port of that Redis")
                .env("GATEWAY_REDIS_PORT")
                .setting(&["gateway_redis_port"])
                .later()
                .whole(6379, 1..=65535),
            password: reader
                .key("gateway.redis_password", "The password of that Redis")
                .env("GATEWAY_REDIS_PASSWORD")
                .later()
                .secret("gateway.redis_password_file"),
        }
    }
}
