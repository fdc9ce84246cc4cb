//! The typed pipeline: what a MongoDB aggregation pipeline says once every name in it is known.
//!
//! Invariant: whatever can be built by [`crate::parse`] is well formed: known stages and operators, right argument
//! counts, literals that a server would take. Engines may rely on that; only what is parsed for a server may hold
//! [`Unchecked`] stages.

mod accumulator;
mod expr;
mod operator;
mod path;
mod predicate;
mod reads;
mod stage;
mod unchecked;
mod walk;
mod window;

pub use accumulator::{Accumulator, AccumulatorCall, AccumulatorSpec};
pub use expr::{Expr, FieldRef, Variable};
pub use operator::{Arguments, Operator, OperatorSpec};
pub use path::Path;
pub use predicate::{Comparison, Predicate, Regex, Test, TypeName};
pub use reads::Reads;
pub use stage::{Lookup, Order, Projected, Projection, SortKey, Stage, Unwind};
pub use unchecked::Unchecked;
pub use walk::{Node, NodeMut};
pub use window::{Bound, TimeUnit, Window, WindowCall, WindowFunction};

/// A list of stages, run one after the other.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Pipeline {
    /// The stages, first to last.
    pub stages: Vec<Stage>,
}
