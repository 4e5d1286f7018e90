//! Services of the Web API that are served here: the store never gets to see what they are sent.

use super::Method;

/// A service that is served here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Service {
    /// A token of an administrator, for name and password.
    AdminToken,
    /// The same with a code of the second factor.
    AdminTokenByCode,
    /// A token of a customer, for e-mail address and password.
    CustomerToken,
    /// The end of a customer's own tokens.
    RevokeCustomerToken,
}

impl Service {
    /// The service at that address without prefix.
    pub(super) fn at(method: Method, template: &str) -> Option<Self> {
        match (method, template) {
            (Method::Post, "/V1/integration/admin/token") => Some(Self::AdminToken),
            (Method::Post, "/V1/tfa/provider/google/authenticate") => Some(Self::AdminTokenByCode),
            (Method::Post, "/V1/integration/customer/token") => Some(Self::CustomerToken),
            (Method::Post, "/V1/integration/customer/revoke-customer-token") => {
                Some(Self::RevokeCustomerToken)
            }
            _ => None,
        }
    }
}
