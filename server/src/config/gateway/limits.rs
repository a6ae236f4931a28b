//! How much may be asked for, of all models and of single ones.

use thon_core::yaml::Node;

use crate::config::reader::Reader;

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

const MAX_REQUESTS: u32 = 10_000;
const MAX_TOKENS: u32 = 2_000_000_000;
const MAX_WINDOW_S: u32 = 31_536_000;
const ANY_MODEL: &str = "";

impl TokenLimits {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
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
    pub(super) fn read(reader: &mut Reader<'_>, _: &Node) -> Self {
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
