//! Operators that take objects apart and make new ones.

pub(super) mod array_to_object;
pub(super) mod field;
pub(super) mod merge_objects;
pub(super) mod object_to_array;
