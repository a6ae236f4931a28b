//! A gatekeeper that lets nobody in: a probe needs no cookie.

use async_trait::async_trait;
use thon_domain::{
    address::Doorway,
    id::{AccountId, InstanceId, UserId},
};
use thon_edge::{Admission, EditorCookie, Gatekeeper, Refusal};

pub struct Nobody;

#[async_trait]
impl Gatekeeper for Nobody {
    async fn redeem(&self, _: &str, _: &Doorway) -> Result<EditorCookie, Refusal> {
        Err(Refusal::Unknown)
    }

    async fn admit(&self, _: Option<&str>, _: &Doorway) -> Result<Admission, Refusal> {
        Err(Refusal::Unknown)
    }

    async fn start(&self, _: &str, _: &Doorway) -> Result<(), Refusal> {
        Err(Refusal::Unknown)
    }

    fn lost(&self, _: InstanceId) {}

    fn opened(&self, _: UserId, _: Option<AccountId>) -> Box<dyn Send> {
        Box::new(())
    }

    fn led(&self, _: UserId, _: Option<AccountId>) {}
}
