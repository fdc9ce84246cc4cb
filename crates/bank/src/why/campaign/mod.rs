//! A campaign with a hold-out: how many to hold out, who is, and what the calls did.
//!
//! ```text
//!  design: rate, effect, power ──► sizes        list ──► assign: arms ──► calls ──► evaluate ◄── who closed later
//! ```
//!
//! In: a list as CSV, and later outcomes. Out: sizes, the list with its arms, and the effect with its interval and test.
//! Invariant: nothing is compared that was not drawn at random; a draw is the same on every machine.

mod assign;
mod design;
mod evaluate;
mod list;
#[cfg(test)]
mod tests;

pub use assign::{ARM, HoldOut};
pub use design::{Design, Designed};
pub use evaluate::{Evaluated, Evaluation, Outcomes, evaluated};
pub use list::List;
