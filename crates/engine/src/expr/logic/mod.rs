//! Comparisons, truth, and the choice between values.

pub(super) mod boolean;
pub(super) mod choice;
pub(super) mod compare;
