//! What a public authority is shown as proof that a name is ours, while it asks: a text over HTTP, or a certificate over TLS.
//!
//! The one who orders a certificate puts proofs here; the doors on port 80 and 443 only look.

use std::{
    collections::HashMap,
    fmt,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// The path below which the texts are asked for (RFC 8555 §8.3).
pub const HTTP_PATH: &str = "/.well-known/acme-challenge/";

/// The protocol in which the certificates are asked for (RFC 8737 §6.2).
pub const TLS_PROTOCOL: &[u8] = b"acme-tls/1";

/// The proofs that are out now. Clones share them.
#[derive(Clone, Default)]
pub struct Challenges(Arc<Shown>);

#[derive(Default)]
struct Shown {
    texts: Mutex<HashMap<String, String>>,
    certificates: Mutex<HashMap<String, Arc<ProofCertificate>>>,
    /// Where a program of the host puts texts of its own.
    folder: Option<PathBuf>,
}

/// A certificate that proves a name and is good for nothing else.
pub struct ProofCertificate {
    pub chain_der: Vec<u8>,
    /// The key, as PKCS#8.
    pub key_der: Vec<u8>,
}

impl Challenges {
    /// With a folder below which a program puts texts too, at [`HTTP_PATH`].
    pub fn with_folder(folder: PathBuf) -> Self {
        Self(Arc::new(Shown { folder: Some(folder), ..Shown::default() }))
    }

    /// The folder that programs may put texts below.
    pub fn folder(&self) -> Option<&Path> {
        self.0.folder.as_deref()
    }

    /// Shows a text until what this gives is dropped.
    pub fn show_text(&self, token: &str, text: String) -> Proof {
        lock(&self.0.texts).insert(token.to_owned(), text);
        Proof { challenges: self.clone(), kind: Kind::Text, key: token.to_owned() }
    }

    /// Shows a certificate to who asks for this server name, until what this gives is dropped.
    pub fn show_certificate(&self, server_name: &str, certificate: ProofCertificate) -> Proof {
        let key = server_name.to_ascii_lowercase();
        lock(&self.0.certificates).insert(key.clone(), Arc::new(certificate));
        Proof { challenges: self.clone(), kind: Kind::Certificate, key }
    }

    /// The text of a token, for `GET` below [`HTTP_PATH`].
    pub async fn text(&self, token: &str) -> Option<String> {
        if let Some(text) = lock(&self.0.texts).get(token) {
            return Some(text.clone());
        }
        // What names a file must be a token and nothing else (RFC 8555 §8.3: base64url).
        let is_token = !token.is_empty() && token.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
        let folder = self.0.folder.as_ref().filter(|_| is_token)?;
        let path = folder.join(HTTP_PATH.trim_start_matches('/')).join(token);
        tokio::task::spawn_blocking(move || std::fs::read_to_string(path).ok()).await.ok()?
    }

    /// The certificate for a handshake in [`TLS_PROTOCOL`]. An address is asked for by its reverse name (RFC 8738 §6).
    pub fn certificate(&self, server_name: &str) -> Option<Arc<ProofCertificate>> {
        lock(&self.0.certificates).get(&server_name.to_ascii_lowercase()).cloned()
    }
}

impl fmt::Debug for Challenges {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (texts, certificates) = (lock(&self.0.texts).len(), lock(&self.0.certificates).len());
        f.debug_struct("Challenges").field("texts", &texts).field("certificates", &certificates).finish_non_exhaustive()
    }
}

/// A proof that is out for as long as this lives.
#[must_use = "the proof is taken back when this is dropped"]
#[derive(Debug)]
pub struct Proof {
    challenges: Challenges,
    kind: Kind,
    key: String,
}

#[derive(Clone, Copy, Debug)]
enum Kind {
    Text,
    Certificate,
}

impl Drop for Proof {
    fn drop(&mut self) {
        let shown = &self.challenges.0;
        match self.kind {
            Kind::Text => drop(lock(&shown.texts).remove(&self.key)),
            Kind::Certificate => drop(lock(&shown.certificates).remove(&self.key)),
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_proof_is_out_until_it_is_dropped() {
        let challenges = Challenges::default();
        let proof = challenges.show_text("token", "token.thumb".to_owned());
        assert_eq!(challenges.text("token").await.as_deref(), Some("token.thumb"));
        drop(proof);
        assert_eq!(challenges.text("token").await, None);
        let (chain_der, key_der) = (vec![1], vec![2]);
        let proof = challenges.show_certificate("Thon.Example", ProofCertificate { chain_der, key_der });
        assert!(challenges.certificate("thon.example").is_some());
        drop(proof);
        assert!(challenges.certificate("thon.example").is_none());
    }

    #[tokio::test]
    async fn only_a_token_leads_to_a_file() {
        let dir = tempfile::tempdir().expect("a folder");
        let below = dir.path().join(".well-known/acme-challenge");
        std::fs::create_dir_all(&below).expect("folders");
        std::fs::write(below.join("to-ken_1"), "proof").expect("written");
        std::fs::write(dir.path().join("secret"), "secret").expect("written");
        let challenges = Challenges::with_folder(dir.path().to_owned());
        assert_eq!(challenges.text("to-ken_1").await.as_deref(), Some("proof"));
        for bad in ["", "../../secret", "..%2fsecret", "to-ken_1/", "."] {
            assert_eq!(challenges.text(bad).await, None, "{bad}");
        }
    }
}
