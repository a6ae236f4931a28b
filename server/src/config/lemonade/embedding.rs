//! The model that turns text into numbers, so that it can be searched.

use super::MAX_TOKENS;
use crate::config::reader::Reader;

/// The embedding model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Embedding {
    /// Where its weights are from.
    pub model: String,
    pub model_name: String,
    pub ctx_size_per_user: u32,
    /// The length of its vectors; 0 = what the model says.
    pub dimensions: u32,
}

impl Embedding {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        Self {
            model: reader
                .key("lemonade.embedding_model", "The checkpoint of the embedding model")
                .env("LEMONADE_EMBEDDING_MODEL")
                .later()
                .text_or("SuperPauly/harrier-oss-v1-0.6b-gguf:harrier-oss-v1-0.6B-BF16"),
            model_name: reader
                .key("lemonade.embedding_model_name", "The short name of that model")
                .env("LEMONADE_EMBEDDING_MODEL_NAME")
                .later()
                .text_or("harrier-oss-v1-0.6b"),
            ctx_size_per_user: reader
                .key("lemonade.embedding_ctx_size_per_user", "Tokens that it takes at once from one user")
                .env("LEMONADE_EMBEDDING_CTX_SIZE_PER_USER")
                .later()
                .whole(32_768, 128..=MAX_TOKENS),
            dimensions: reader
                .key("lemonade.embedding_dimensions", "The length of its vectors, 0 = what the model says")
                .env("LEMONADE_EMBEDDING_DIMENSIONS")
                .later()
                .whole(0, 0..=65_536),
        }
    }
}
