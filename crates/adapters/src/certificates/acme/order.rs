//! One certificate, asked for: names proven, a key made here, the chain fetched.

use std::time::Duration;

use instant_acme::{Account, AuthorizationStatus, Error, Identifier, NewOrder, Order, OrderStatus, RetryPolicy};
use rcgen::{CertificateParams, DistinguishedName, KeyPair};
use thon_core::port::certificate_authority::{AuthorityError, Bundle, CertificateName};

use super::{
    account::Accounts,
    proof::{Prover, Shown},
};

/// How long the authority may take to look at the proofs, and then to sign.
const PATIENCE: Duration = Duration::from_mins(2);

/// The kind of certificate in which Let's Encrypt certifies addresses, for six days
/// (<https://letsencrypt.org/docs/profiles/#shortlived>).
const SHORT_LIVED: &str = "shortlived";

/// What says that an account is not known any more (RFC 8555 §6.7).
const NO_ACCOUNT: &str = "urn:ietf:params:acme:error:accountDoesNotExist";

/// Asks for a certificate.
///
/// # Errors
/// `Rejected` when a name is not proven or not certified, `Unavailable` when it may work later.
pub(super) async fn certificate(
    accounts: &Accounts<'_>,
    names: &[CertificateName],
    prover: &Prover<'_>,
) -> Result<Bundle, AuthorityError> {
    let account = accounts.account().await?;
    let mut order = match new_order(&account, names).await {
        Err(Error::Api(problem)) if problem.r#type.as_deref() == Some(NO_ACCOUNT) => {
            accounts.forget();
            new_order(&accounts.account().await?, names).await
        }
        made => made,
    }
    .map_err(refusal)?;
    let mut shown = Vec::new();
    let result = prove(&mut order, prover, &mut shown).await;
    for proof in shown {
        proof.take_back().await;
    }
    result?;
    let (key, request) = signing_request(names)?;
    order.finalize_csr(&request).await.map_err(refusal)?;
    let chain = order.poll_certificate(&patience()).await.map_err(refusal)?;
    Ok(Bundle::parse(&chain, &key)?)
}

async fn new_order(account: &Account, names: &[CertificateName]) -> Result<Order, Error> {
    let identifiers: Vec<Identifier> = names.iter().map(identifier).collect();
    let mut wanted = NewOrder::new(&identifiers);
    let has_address = names.iter().any(|name| matches!(name, CertificateName::Address(_)));
    if has_address && account.profiles().any(|profile| profile.name == SHORT_LIVED) {
        wanted = wanted.profile(SHORT_LIVED);
    }
    account.new_order(&wanted).await
}

/// Shows what proves each name, and waits until the authority has looked. Everything shown is in `shown`, whatever happens.
async fn prove(order: &mut Order, prover: &Prover<'_>, shown: &mut Vec<Shown>) -> Result<(), AuthorityError> {
    let mut authorizations = order.authorizations();
    while let Some(authorization) = authorizations.next().await {
        let mut authorization = authorization.map_err(refusal)?;
        if authorization.status == AuthorizationStatus::Valid {
            continue;
        }
        let (identifier, wildcard) = {
            let authorized = authorization.identifier();
            (authorized.identifier.clone(), authorized.wildcard)
        };
        let method = prover.method_for(&identifier, wildcard);
        let Some(mut challenge) = authorization.challenge(method.challenge()) else {
            let reason = format!("the authority does not take {method} for {identifier:?}");
            return Err(AuthorityError::rejected(reason));
        };
        let token = challenge.token.clone();
        shown.push(prover.show(method, &identifier, &token, &challenge.key_authorization()).await?);
        challenge.set_ready().await.map_err(refusal)?;
    }
    match order.poll_ready(&patience()).await.map_err(refusal)? {
        OrderStatus::Ready | OrderStatus::Valid => Ok(()),
        _ => Err(unproven(order).await),
    }
}

/// What the authority says about each name that it found unproven.
async fn unproven(order: &mut Order) -> AuthorityError {
    let mut reasons = Vec::new();
    let mut authorizations = order.authorizations();
    while let Some(Ok(mut authorization)) = authorizations.next().await {
        let Ok(state) = authorization.refresh().await else { continue };
        let said = state.challenges.iter().filter_map(|challenge| challenge.error.as_ref());
        reasons.extend(said.filter_map(|problem| problem.detail.clone()));
    }
    if reasons.is_empty() {
        reasons.push("the authority found a name unproven and does not say why".to_owned());
    }
    AuthorityError::rejected(reasons.join("; "))
}

fn identifier(name: &CertificateName) -> Identifier {
    match name {
        CertificateName::Domain(domain) => Identifier::Dns(domain.clone()),
        CertificateName::Address(address) => Identifier::Ip(*address),
    }
}

/// A new key, as PEM, and what asks to have it certified, as DER (RFC 2986).
fn signing_request(names: &[CertificateName]) -> Result<(String, Vec<u8>), AuthorityError> {
    let refused = |error: rcgen::Error| AuthorityError::rejected(format!("the request cannot be made: {error}"));
    let names: Vec<String> = names.iter().map(ToString::to_string).collect();
    let mut params = CertificateParams::new(names).map_err(refused)?;
    params.distinguished_name = DistinguishedName::new();
    let key = KeyPair::generate().map_err(refused)?;
    let request = params.serialize_request(&key).map_err(refused)?;
    Ok((key.serialize_pem(), request.der().to_vec()))
}

fn patience() -> RetryPolicy {
    RetryPolicy::default().timeout(PATIENCE)
}

/// What an error of the protocol means for us.
pub(super) fn refusal(error: Error) -> AuthorityError {
    match error {
        Error::Api(problem) => {
            let kind = problem.r#type.as_deref().unwrap_or_default();
            let passes = ["rateLimited", "serverInternal", "badNonce"].iter().any(|word| kind.ends_with(word));
            let reason = format!("the authority refuses it: {problem}");
            if passes { AuthorityError::unavailable(reason) } else { AuthorityError::rejected(reason) }
        }
        other => AuthorityError::unavailable(format!("the authority cannot be asked: {other}")),
    }
}
