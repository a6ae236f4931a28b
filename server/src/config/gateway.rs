//! The gateway between the sandboxes and the models: who may ask how much.

use secrecy::SecretString;
use thon_core::yaml::Node;

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

/// How much one consumer may ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TokenLimits {
    /// Requests at the same time; 0 = any number.
    pub concurrency: u32,
    /// Tokens in a window; 0 = any number.
    pub tokens: u32,
    pub window_s: u32,
}

/// The limits of one model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModelConcurrency {
    pub model: String,
    pub limits: TokenLimits,
    /// Who goes first when several models wait; larger is earlier.
    pub priority: i32,
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

const MAX_REQUESTS: u32 = 10_000;
const MAX_TOKENS: u32 = 2_000_000_000;
const MAX_WINDOW_S: u32 = 31_536_000;
const ANY_MODEL: &str = "";

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

impl TokenLimits {
    fn read(reader: &mut Reader<'_>) -> Self {
        Self {
            concurrency: reader
                .key("gateway.concurrency_limit", "Requests of one consumer at the same time, 0 = any number")
                .env("GATEWAY_CONCURRENCY_LIMIT")
                .setting(&["gateway_concurrency_limit"])
                .later()
                .whole(1, 0..=MAX_REQUESTS),
            tokens: reader
                .key("gateway.token_limit", "Tokens of one consumer in a window, 0 = any number")
                .alias("gateway.rate_limit")
                .env("GATEWAY_TOKEN_LIMIT")
                .env("GATEWAY_RATE_LIMIT_TOKENS")
                .setting(&["gateway_token_limit", "gateway_rate_limit"])
                .later()
                .whole(0, 0..=MAX_TOKENS),
            window_s: reader
                .key("gateway.token_window", "The length of that window in seconds")
                .alias("gateway.time_window")
                .env("GATEWAY_TOKEN_WINDOW")
                .env("GATEWAY_RATE_LIMIT_WINDOW")
                .setting(&["gateway_token_window", "gateway_time_window", "gateway_rate_limit_window"])
                .later()
                .whole(60, 1..=MAX_WINDOW_S),
        }
    }
}

impl ModelConcurrency {
    fn read(reader: &mut Reader<'_>, _: &Node) -> Self {
        Self {
            model: reader.key("model", "The model's name; without one every other model").text_or(ANY_MODEL),
            limits: TokenLimits {
                concurrency: reader
                    .key("concurrency_limit", "Requests at the same time, 0 = any number")
                    .whole(1, 0..=MAX_REQUESTS),
                tokens: reader.key("token_limit", "Tokens in a window, 0 = any number").whole(0, 0..=MAX_TOKENS),
                window_s: reader
                    .key("token_window", "The length of that window in seconds")
                    .whole(60, 1..=MAX_WINDOW_S),
            },
            priority: reader
                .key("priority", "Who goes first when several models wait; larger is earlier")
                .whole(0, -100..=100),
        }
    }
}
