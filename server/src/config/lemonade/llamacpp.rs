//! llama.cpp, which runs the models.

use crate::config::reader::Reader;

/// How llama.cpp is started. What the numbers mean is told by `llama-server --help`.
#[derive(Clone, Debug, PartialEq)]
pub struct LlamaCpp {
    pub backend: Backend,
    /// Whether the system's own llama-server is taken where there is one.
    pub prefer_system: bool,
    /// `builtin`, `latest`, or the path of a llama-server.
    pub bin: String,
    pub rocm_channel: RocmChannel,
    /// How keys and values of the cache are kept.
    pub ctk: CacheType,
    pub ctv: CacheType,
    pub batch_size: u32,
    pub ubatch_size: u32,
    pub spread: Spread,
    pub min_p: f64,
    pub presence_penalty: f64,
}

/// Where the parts of a model are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spread {
    /// How a model is spread over several GPUs; none means as llama.cpp does by itself.
    pub split_mode: Option<SplitMode>,
    /// The GPU for what is not spread; -1 = as llama.cpp does by itself.
    pub main_gpu: i32,
    /// Whether all experts of a model stay in the machine's own memory, or those of how many layers.
    pub cpu_moe: bool,
    pub n_cpu_moe: u32,
}

/// What llama.cpp computes with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, strum::Display, strum::EnumIter, strum::EnumString)]
#[strum(serialize_all = "lowercase", ascii_case_insensitive)]
pub enum Backend {
    /// The earlier THON took `rocm`, `metal` and `system` for this.
    #[default]
    #[strum(to_string = "auto", serialize = "rocm", serialize = "metal", serialize = "system")]
    Auto,
    Vulkan,
    Cpu,
}

/// Which builds of `ROCm` are taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, strum::Display, strum::EnumIter, strum::EnumString)]
#[strum(serialize_all = "lowercase", ascii_case_insensitive)]
pub enum RocmChannel {
    #[default]
    Preview,
    Stable,
    Nightly,
}

/// How numbers of the cache are kept, as llama.cpp names it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, strum::Display, strum::EnumIter, strum::EnumString)]
#[strum(serialize_all = "snake_case", ascii_case_insensitive)]
pub enum CacheType {
    F32,
    F16,
    Bf16,
    #[default]
    #[strum(serialize = "q8_0")]
    Q80,
    #[strum(serialize = "q4_0")]
    Q40,
    #[strum(serialize = "q4_1")]
    Q41,
    #[strum(serialize = "q5_0")]
    Q50,
    #[strum(serialize = "q5_1")]
    Q51,
    #[strum(serialize = "iq4_nl")]
    Iq4Nl,
}

/// How a model is spread over several GPUs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::Display, strum::EnumIter, strum::EnumString)]
#[strum(serialize_all = "lowercase", ascii_case_insensitive)]
pub enum SplitMode {
    None,
    Layer,
    Row,
    Tensor,
}

const BIN: &str = "Which llama-server: builtin, latest, or the path of one";

impl LlamaCpp {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        Self {
            backend: reader
                .key("lemonade.llamacpp_backend", "What the models are computed with")
                .env("LEMONADE_BACKEND")
                .later()
                .choice(),
            prefer_system: reader
                .key("lemonade.prefer_system", "Whether the system's own llama-server is taken where there is one")
                .env("LEMONADE_PREFER_SYSTEM")
                .later()
                .truth(true),
            bin: reader.key("lemonade.llamacpp_bin", BIN).env("LEMONADE_LLMACPP_BIN").later().text_of(
                "builtin, latest or an absolute path",
                "builtin",
                |text| matches!(text, "builtin" | "latest") || text.starts_with('/'),
            ),
            rocm_channel: reader.key("lemonade.rocm_channel", "Which builds of ROCm are taken").later().choice(),
            ctk: reader.key("lemonade.llamacpp.ctk", "How the keys of the cache are kept").later().choice(),
            ctv: reader.key("lemonade.llamacpp.ctv", "How the values of the cache are kept").later().choice(),
            batch_size: reader
                .key("lemonade.llamacpp.batch_size", "Tokens that are taken in at once")
                .later()
                .whole(8192, 1..=1_048_576),
            ubatch_size: reader
                .key("lemonade.llamacpp.ubatch_size", "Tokens that are computed at once")
                .later()
                .whole(8192, 1..=1_048_576),
            spread: Spread::read(reader),
            min_p: reader
                .key("lemonade.llamacpp.min_p", "The least probability of a token, measured by the likeliest")
                .later()
                .decimal(0.0, 0.0..=1.0),
            presence_penalty: reader
                .key("lemonade.llamacpp.presence_penalty", "How much tokens that were there already are avoided")
                .later()
                .decimal(0.0, -2.0..=2.0),
        }
    }
}

impl Spread {
    fn read(reader: &mut Reader<'_>) -> Self {
        Self {
            split_mode: reader
                .key("lemonade.llamacpp.split_mode", "How a model is spread over several GPUs")
                .later()
                .optional_choice(),
            main_gpu: reader
                .key("lemonade.llamacpp.main_gpu", "The GPU for what is not spread, -1 = llama.cpp decides")
                .later()
                .whole(-1, -1..=63),
            cpu_moe: reader
                .key("lemonade.llamacpp.cpu_moe", "Whether all experts stay in the machine's own memory")
                .later()
                .truth(false),
            n_cpu_moe: reader
                .key("lemonade.llamacpp.n_cpu_moe", "Of how many layers the experts stay there")
                .later()
                .whole(0, 0..=1000),
        }
    }
}
