//! Both endpoints, each refusal by its code.

mod access;
mod address;
mod request;

use super::*;
