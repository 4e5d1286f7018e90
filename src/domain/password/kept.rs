//! Argon2id in memory that is kept: a hash fills 19 MiB. Given back and taken anew for each, they would leave holes in
//! the memory of the process which the allocator keeps, and a crowd of sign-ins would cost several times as much.

use std::cell::RefCell;

use argon2::{Algorithm, Argon2, Block, Error, Params, Version};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use subtle::ConstantTimeEq as _;

const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;
/// Bytes of a digest.
const LENGTH: usize = Params::DEFAULT_OUTPUT_LEN;

thread_local! {
    static MEMORY: RefCell<Vec<Block>> = const { RefCell::new(Vec::new()) };
}

/// What every hash of today's costs begins with.
pub(super) fn prefix() -> String {
    format!("$argon2id$v=19$m={MEMORY_KIB},t={PASSES},p={LANES}$")
}

/// The hash as it is stored: algorithm, costs, salt and digest.
///
/// # Errors
/// When the costs are not accepted, which a test rules out.
pub(super) fn hash(password: &[u8], salt: &[u8]) -> Result<String, Error> {
    let digest = digest(password, salt)?;
    Ok(format!("{}{}${}", prefix(), STANDARD_NO_PAD.encode(salt), STANDARD_NO_PAD.encode(digest)))
}

/// Whether the password is the hashed one; `None` for a hash of other costs, or none.
pub(super) fn verify(password: &[u8], stored: &str) -> Option<bool> {
    let (salt, stored) = stored.strip_prefix(&prefix())?.split_once('$')?;
    let (salt, stored) = (STANDARD_NO_PAD.decode(salt).ok()?, STANDARD_NO_PAD.decode(stored).ok()?);
    if stored.len() != LENGTH {
        return None;
    }
    let digest = digest(password, &salt).ok()?;
    Some(digest.ct_eq(stored.as_slice()).into())
}

fn digest(password: &[u8], salt: &[u8]) -> Result<[u8; LENGTH], Error> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, Some(LENGTH))?;
    let blocks = params.block_count();
    let hasher = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let mut digest = [0; LENGTH];
    MEMORY.with_borrow_mut(|memory| {
        memory.resize(blocks, Block::new());
        hasher.hash_password_into_with_memory(password, salt, &mut digest, memory)
    })?;
    Ok(digest)
}
