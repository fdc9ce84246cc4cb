//! Operators on arrays.

pub(super) mod concat_arrays;
pub(super) mod element;
pub(super) mod index_of;
pub(super) mod n_of;
pub(super) mod range;
pub(super) mod reverse;
pub(super) mod size;
pub(super) mod slice;
pub(super) mod sort;
pub(super) mod zip;
