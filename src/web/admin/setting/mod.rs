//! The settings. One page for all of them: Magento's section "OAuth", with groups of ours below it.

pub mod oauth;
pub mod save;

mod form;

/// The page, and where its form is sent.
pub const ADDRESS: &str = "/admin/setting/oauth";
