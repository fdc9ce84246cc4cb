//! Operators on strings. Strings compare and are cut by bytes or by code points, never by what a reader calls a letter.

pub(super) mod case;
pub(super) mod concat;
pub(super) mod index_of;
pub(super) mod length;
mod newer;
mod options;
mod pattern;
mod pcre;
mod property;
pub(super) mod regex;
pub(super) mod replace;
pub(super) mod split;
pub(super) mod substr;
pub(super) mod trim;

pub use pattern::Pattern;

use crate::Error;

/// The most bytes of a string that an operator makes.
const MOST_BYTES: usize = 16 * 1024 * 1024;

/// Refuses a length that the server refuses.
fn checked(length: usize) -> Result<(), Error> {
    if length > MOST_BYTES {
        return Err(Error::coded(16_493, "tried to create a string longer than 16 MB"));
    }
    Ok(())
}
