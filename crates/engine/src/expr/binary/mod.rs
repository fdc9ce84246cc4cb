//! Operators on a value's bytes and on timestamps, one file each.

pub(super) mod digest;
pub(super) mod hashed;
pub(super) mod size;
pub(super) mod timestamp;
