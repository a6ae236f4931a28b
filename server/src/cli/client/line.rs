//! A connection to the server: over its socket, over TCP, or over TLS.

use std::{io, sync::Arc};

use camino::Utf8PathBuf;
use rustls::{
    ClientConfig, RootCertStore,
    crypto::ring,
    pki_types::{CertificateDer, ServerName, pem::PemObject as _},
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpStream, UnixStream},
};
use tokio_rustls::TlsConnector;

use super::{ClientError, address::ServerAddress};
use crate::cli::error::CliError;

/// Whatever bytes go over.
pub trait Bytes: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Bytes for T {}

/// An open connection.
pub type Line = Box<dyn Bytes>;

/// Where the server is.
#[derive(Clone)]
pub enum Place {
    /// On this machine, where the peer's uid is the credential.
    Here(Utf8PathBuf),
    /// At an address, where a token is.
    Elsewhere { address: ServerAddress, tls: Option<Arc<ClientConfig>> },
}

impl Place {
    /// The server at an address. Its certificate has to be signed by one of the authorities in a file, if there is one, else by
    /// one that this machine trusts.
    ///
    /// # Errors
    /// When no certificate can be read.
    pub fn at(address: ServerAddress, authorities: Option<&Utf8PathBuf>) -> Result<Self, CliError> {
        let tls = address.is_https.then(|| trusting(authorities)).transpose()?;
        Ok(Self::Elsewhere { address, tls })
    }

    /// What stands in `Host`.
    pub fn host(&self) -> &str {
        match self {
            Self::Here(_) => "localhost",
            Self::Elsewhere { address, .. } => &address.authority,
        }
    }

    /// As people know it.
    pub fn name(&self) -> String {
        match self {
            Self::Here(socket) => socket.to_string(),
            Self::Elsewhere { address, .. } => address.to_string(),
        }
    }

    /// Opens a connection.
    ///
    /// # Errors
    /// When nobody listens there, or it is not who it should be.
    pub async fn connect(&self) -> Result<Line, ClientError> {
        let unreachable =
            |cause| ClientError::NoServer { place: self.name(), is_here: matches!(self, Self::Here(_)), cause };
        match self {
            Self::Here(socket) => Ok(Box::new(UnixStream::connect(socket).await.map_err(unreachable)?)),
            Self::Elsewhere { address, tls } => {
                let stream = TcpStream::connect((address.host.as_str(), address.port)).await.map_err(unreachable)?;
                let Some(tls) = tls else { return Ok(Box::new(stream)) };
                let distrusted =
                    |cause: io::Error| ClientError::Distrusted { place: self.name(), cause: cause.to_string() };
                let name =
                    ServerName::try_from(address.host.clone()).map_err(|error| distrusted(io::Error::other(error)))?;
                let line = TlsConnector::from(Arc::clone(tls)).connect(name, stream).await.map_err(distrusted)?;
                Ok(Box::new(line))
            }
        }
    }
}

fn trusting(authorities: Option<&Utf8PathBuf>) -> Result<Arc<ClientConfig>, CliError> {
    let roots = match authorities {
        Some(file) => of_file(file)?,
        None => of_machine()?,
    };
    let config =
        ClientConfig::builder_with_provider(Arc::new(ring::default_provider())).with_safe_default_protocol_versions();
    let config = config.map_err(|error| CliError::ours(format!("TLS cannot be used: {error}")))?;
    Ok(Arc::new(config.with_root_certificates(roots).with_no_client_auth()))
}

fn of_file(file: &Utf8PathBuf) -> Result<RootCertStore, CliError> {
    let unreadable = |cause: &dyn std::fmt::Display| {
        CliError::user(format!("{file} holds no certificate: {cause}"))
            .with_hint("--ca takes a PEM file, with the certificate of the authority that signed the server's")
    };
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(file).map_err(|error| unreadable(&error))? {
        let certificate = certificate.map_err(|error| unreadable(&error))?;
        roots.add(certificate).map_err(|error| unreadable(&error))?;
    }
    if roots.is_empty() { Err(unreadable(&"there is none in it")) } else { Ok(roots) }
}

fn of_machine() -> Result<RootCertStore, CliError> {
    let found = rustls_native_certs::load_native_certs();
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(found.certs);
    if roots.is_empty() {
        let error = CliError::user("this machine knows no certificate authorities, so no server can be trusted");
        return Err(error.with_hint("install them (Debian: ca-certificates), or name the server's with --ca FILE"));
    }
    Ok(roots)
}
