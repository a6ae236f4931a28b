//! Where the traces of the assistants go.

use secrecy::SecretString;

use super::{forms::is_http_url, reader::Reader};

/// Langfuse.
#[derive(Clone, Debug)]
pub struct Langfuse {
    pub enabled: bool,
    pub public_key: Option<String>,
    pub secret_key: Option<SecretString>,
    pub base_url: String,
}

impl Langfuse {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        Self {
            enabled: reader
                .key("langfuse.enabled", "Whether the assistants are traced")
                .env("LANGFUSE_ENABLED")
                .env("LEMONADE_LANGFUSE")
                .later()
                .truth(false),
            public_key: reader
                .key("langfuse.public_key", "The public key of the project")
                .env("LANGFUSE_PUBLIC_KEY")
                .later()
                .text(),
            secret_key: reader
                .key("langfuse.secret_key", "The secret key of the project")
                .env("LANGFUSE_SECRET_KEY")
                .later()
                .secret("langfuse.secret_key_file"),
            base_url: reader.key("langfuse.base_url", "Where Langfuse is").env("LANGFUSE_BASEURL").later().text_of(
                "a URL such as https://cloud.langfuse.com",
                "https://cloud.langfuse.com",
                is_http_url,
            ),
        }
    }
}
