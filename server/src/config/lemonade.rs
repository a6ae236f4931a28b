//! The model server beside THON.

mod embedding;
mod llamacpp;

use secrecy::SecretString;
use thon_core::yaml::Node;

pub use self::{
    embedding::Embedding,
    llamacpp::{Backend, CacheType, LlamaCpp, RocmChannel, SplitMode, Spread},
};
use super::{forms::is_host, reader::Reader};

/// Lemonade Server.
#[derive(Clone, Debug)]
pub struct Lemonade {
    pub enabled: bool,
    pub host: String,
    pub port: u16,
    /// Its own folder on this machine.
    pub config_dir: camino::Utf8PathBuf,
    /// The model that everybody talks with: its checkpoint, its short name, what makes it see.
    pub model: String,
    pub model_name: String,
    pub mmproj: String,
    pub ctx_size_per_user: u32,
    pub embedding: Embedding,
    pub llamacpp: LlamaCpp,
    /// Whether keys are made when there are none.
    pub generate_keys: bool,
    pub api_key: Option<SecretString>,
    pub admin_api_key: Option<SecretString>,
    pub chat_models: Vec<ChatModel>,
}

/// A model to talk with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChatModel {
    pub name: String,
    /// Where its weights are from, for example `unsloth/Qwen3.6-27B-GGUF:Q8_K_XL`.
    pub checkpoint: String,
    /// Tokens that it can have in mind for one user.
    pub context: u32,
    /// Tokens of one answer.
    pub output: u32,
}

/// The most tokens that a model can have in mind.
const MAX_TOKENS: u32 = 16_777_216;

const CHAT_MODELS: &str = "
- {name: gemma-4-31b-it, checkpoint: 'unsloth/gemma-4-31B-it-GGUF:Q8_K_XL'}
- {name: qwen3.6-27b, checkpoint: 'unsloth/Qwen3.6-27B-GGUF:Q8_K_XL'}
";

impl Lemonade {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        let enabled = reader.key("lemonade.enabled", "Whether there is a model server").later().truth(false);
        let host = reader.key("lemonade.host", "The address that the model server listens on").env("LEMONADE_HOST");
        let host = host.later().text_of("a host name or an IP address", "0.0.0.0", is_host);
        let port = reader.key("lemonade.port", "The port of the model server").env("LEMONADE_PORT").later();
        let port = port.whole(13305, 1..=65535);
        let config_dir = reader.key("lemonade.config_dir", "The model server's own folder").env("LEMONADE_CONFIG_DIR");
        let config_dir = config_dir.later().path_or("/var/lib/lemonade/.cache/lemonade");
        let (model, model_name, mmproj, ctx_size_per_user) = chat_model(reader);
        let embedding = Embedding::read(reader);
        let llamacpp = LlamaCpp::read(reader);
        let (generate_keys, api_key, admin_api_key) = keys(reader);
        let chat_models = reader.key("lemonade.chat_models", "The models that people may choose from").later();
        let chat_models = chat_models.entries(CHAT_MODELS, ChatModel::read);
        Self {
            enabled,
            host,
            port,
            config_dir,
            model,
            model_name,
            mmproj,
            ctx_size_per_user,
            embedding,
            llamacpp,
            generate_keys,
            api_key,
            admin_api_key,
            chat_models,
        }
    }
}

fn chat_model(reader: &mut Reader<'_>) -> (String, String, String, u32) {
    let model = reader.key("lemonade.model", "The checkpoint of the model that everybody talks with");
    let name = "The short name of that model";
    (
        model.env("LEMONADE_MODEL").later().text_or("unsloth/gemma-4-31B-it-GGUF:Q8_K_XL"),
        reader.key("lemonade.model_name", name).env("LEMONADE_MODEL_NAME").later().text_or("gemma-4-31b-it"),
        reader
            .key("lemonade.mmproj", "The file that lets that model see pictures")
            .env("LEMONADE_MMPROJ")
            .later()
            .text_or("mmproj-BF16.gguf"),
        reader
            .key("lemonade.ctx_size_per_user", "Tokens that it can have in mind for one user")
            .env("LEMONADE_CTX_SIZE_PER_USER")
            .later()
            .whole(262_144, 512..=MAX_TOKENS),
    )
}

fn keys(reader: &mut Reader<'_>) -> (bool, Option<SecretString>, Option<SecretString>) {
    (
        reader
            .key("lemonade.generate_keys", "Whether keys are made when there are none")
            .env("LEMONADE_GENERATE_KEYS")
            .later()
            .truth(true),
        reader
            .key("lemonade.api_key", "The key for asking the models")
            .env("LEMONADE_API_KEY")
            .later()
            .secret("lemonade.api_key_file"),
        reader
            .key("lemonade.admin_api_key", "The key for administering the model server")
            .env("LEMONADE_ADMIN_API_KEY")
            .later()
            .secret("lemonade.admin_api_key_file"),
    )
}

impl ChatModel {
    fn read(reader: &mut Reader<'_>, entry: &Node) -> Self {
        Self {
            name: reader.key("name", "Its short name").required_text(entry),
            checkpoint: reader.key("checkpoint", "Where its weights are from").required_text(entry),
            context: reader
                .key("context", "Tokens that it can have in mind for one user")
                .whole(262_144, 512..=MAX_TOKENS),
            output: reader.key("output", "Tokens of one answer").whole(4096, 1..=MAX_TOKENS),
        }
    }
}
