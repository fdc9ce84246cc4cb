//! Operators on arrays as sets: order and repetition do not count, equality is that of the total order.

pub(super) mod combine;
pub(super) mod relate;
pub(super) mod truth;
