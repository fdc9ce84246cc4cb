//! Operators on strings. Strings compare and are cut by bytes or by code points, never by what a reader calls a letter.

pub(super) mod case;
pub(super) mod concat;
pub(super) mod index_of;
pub(super) mod length;
mod pattern;
pub(super) mod regex;
pub(super) mod replace;
pub(super) mod split;
pub(super) mod substr;
pub(super) mod trim;

pub use pattern::Pattern;
