//! Those who look at certificates: rustls as clients do, and OpenSSL.

use std::{fs, path::Path, process::Command, sync::Arc};

use rustls::{
    RootCertStore,
    client::{WebPkiServerVerifier, danger::ServerCertVerifier as _},
    crypto::ring,
    pki_types::{CertificateDer, ServerName, UnixTime, pem::PemObject as _},
};
use thon_core::port::certificate_authority::{Bundle, CertificateName};

/// What a client says that trusts this root and asked for this name.
pub fn by_rustls(bundle: &Bundle, root: &str, asked: &CertificateName) -> Result<(), rustls::Error> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(root.as_bytes()).expect("a root")).expect("a root");
    let provider = Arc::new(ring::default_provider());
    let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider).build().expect("a verifier");
    let chain: Vec<CertificateDer<'_>> =
        CertificateDer::pem_slice_iter(bundle.chain_pem.as_bytes()).collect::<Result<_, _>>().expect("a chain");
    let (leaf, between) = chain.split_first().expect("a certificate");
    let asked = ServerName::try_from(asked.to_string()).expect("a name");
    verifier.verify_server_cert(leaf, between, &asked, &[], UnixTime::now()).map(drop)
}

/// Whether `openssl verify` says yes.
pub fn by_openssl(bundle: &Bundle, root: &str, asked: &CertificateName, folder: &Path) -> bool {
    let (root_file, chain_file) = (folder.join("verify-root.pem"), folder.join("verify-chain.pem"));
    fs::write(&root_file, root).expect("written");
    fs::write(&chain_file, &bundle.chain_pem).expect("written");
    let option = match asked {
        CertificateName::Domain(_) => "-verify_hostname",
        CertificateName::Address(_) => "-verify_ip",
    };
    let mut openssl = Command::new("openssl");
    openssl.args(["verify", "-x509_strict", "-purpose", "sslserver", option, &asked.to_string(), "-CAfile"]);
    let said = openssl.arg(root_file).arg("-untrusted").arg(&chain_file).arg(&chain_file).output().expect("openssl");
    said.status.success()
}
