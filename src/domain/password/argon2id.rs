//! Argon2id, and its hashes as they are stored: `$argon2id$v=19$m=…,t=…,p=…$salt$digest`.
//!
//! A hash of today fills 19 MiB. Given back and taken anew for each, they would leave holes in the memory of the process
//! which the allocator keeps, and a crowd of sign-ins would cost several times as much: so each thread keeps them.

use std::cell::RefCell;

use argon2::{Algorithm, Argon2, Block, Error, Params, Version};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use subtle::ConstantTimeEq as _;

/// What a hash costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Costs {
    /// Memory that is filled, in KiB.
    pub(super) memory: u32,
    /// How often it is filled.
    pub(super) passes: u32,
    /// In how many parts.
    pub(super) lanes: u32,
}

/// What every hash costs that is made today.
pub(super) const TODAY: Costs = Costs { memory: 19 * 1024, passes: 2, lanes: 1 };

/// Costs beyond these are no password's of ours, and could stop the server.
const MOST: Costs = Costs { memory: 256 * 1024, passes: 8, lanes: 8 };

/// Bytes of a digest of today.
const LENGTH: usize = Params::DEFAULT_OUTPUT_LEN;

/// Fewest bytes of a digest: one that is shorter is guessed.
const MIN_DIGEST: usize = 8;

/// What was computed, in order: the work that a comparison came to.
pub(super) type Done = Vec<Costs>;

impl Costs {
    /// Blocks of a KiB that are filled: this is what takes the time.
    pub(super) fn blocks(self) -> u64 {
        u64::from(self.memory) * u64::from(self.passes)
    }

    /// Costs as those of today that fill so many blocks, or hardly fewer; `None` when those are too few for Argon2.
    pub(super) fn filling(blocks: u64) -> Option<Self> {
        let memory = u32::try_from(blocks / u64::from(TODAY.passes)).ok()?;
        (memory >= Params::MIN_M_COST).then_some(Self { memory, ..TODAY })
    }

    /// Whether they can be paid, and stop no server.
    pub(super) fn are_bearable(self) -> bool {
        let Self { memory, passes, lanes } = self;
        (Params::MIN_M_COST..=MOST.memory).contains(&memory)
            && (1..=MOST.passes).contains(&passes)
            && (1..=MOST.lanes).contains(&lanes)
    }
}

/// A stored hash, taken apart.
pub(super) struct Stored {
    costs: Costs,
    salt: Vec<u8>,
    digest: Vec<u8>,
}

impl Stored {
    /// Reads one; `None` when it is none, or dearer than is bearable.
    pub(super) fn read(text: &str) -> Option<Self> {
        let parts: Vec<&str> = text.split('$').collect();
        let &["", "argon2id", "v=19", costs, salt, digest] = parts.as_slice() else { return None };
        let mut costs = costs.split(',');
        let mut cost = |name: &str| -> Option<u32> { costs.next()?.strip_prefix(name)?.parse().ok() };
        let (memory, passes, lanes) = (cost("m=")?, cost("t=")?, cost("p=")?);
        let decode = |text| STANDARD_NO_PAD.decode(text).ok();
        let stored =
            Self { costs: Costs { memory, passes, lanes }, salt: decode(salt)?, digest: decode(digest)? };
        let is_long = stored.salt.len() >= argon2::MIN_SALT_LEN && stored.digest.len() >= MIN_DIGEST;
        (costs.next().is_none() && is_long && stored.costs.are_bearable()).then_some(stored)
    }

    /// Whether it is that of the password.
    pub(super) fn is_of(&self, password: &[u8], done: &mut Done) -> bool {
        let mut digest = vec![0; self.digest.len()];
        let computed = compute(password, &self.salt, self.costs, &mut digest, done);
        computed.is_ok() && bool::from(digest.ct_eq(&self.digest))
    }
}

/// What every hash of today begins with.
pub(super) fn prefix() -> String {
    let Costs { memory, passes, lanes } = TODAY;
    format!("$argon2id$v=19$m={memory},t={passes},p={lanes}$")
}

/// A hash of today as it is stored.
///
/// # Errors
/// When the costs are not accepted, which a test rules out.
pub(super) fn hash(password: &[u8], salt: &[u8]) -> Result<String, Error> {
    let mut digest = [0; LENGTH];
    compute(password, salt, TODAY, &mut digest, &mut Done::new())?;
    Ok(format!("{}{}${}", prefix(), STANDARD_NO_PAD.encode(salt), STANDARD_NO_PAD.encode(digest)))
}

thread_local! {
    static MEMORY: RefCell<Vec<Block>> = const { RefCell::new(Vec::new()) };
}

/// Computes a digest as long as `digest`, and notes that it was done.
///
/// # Errors
/// When salt, costs or length are not accepted.
pub(super) fn compute(
    password: &[u8],
    salt: &[u8],
    costs: Costs,
    digest: &mut [u8],
    done: &mut Done,
) -> Result<(), Error> {
    let params = Params::new(costs.memory, costs.passes, costs.lanes, Some(digest.len()))?;
    let blocks = params.block_count();
    let hasher = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    if costs.memory > TODAY.memory {
        // So large that the allocator gives them back, and so seldom that no thread keeps them.
        hasher.hash_password_into_with_memory(password, salt, digest, vec![Block::new(); blocks])?;
    } else {
        MEMORY.with_borrow_mut(|memory| {
            memory.resize(TODAY.memory as usize, Block::new());
            hasher.hash_password_into_with_memory(password, salt, digest, memory.as_mut_slice())
        })?;
    }
    done.push(costs);
    Ok(())
}
