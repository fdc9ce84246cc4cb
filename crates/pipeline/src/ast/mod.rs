//! The typed pipeline: what a MongoDB aggregation pipeline says once every name in it is known.
//!
//! Invariant: whatever can be built by [`crate::parse`] is well formed: known stages and operators, right argument
//! counts, literals that a server would take. Engines may rely on that; only what is parsed for a server may hold
//! [`Unchecked`] stages.

mod accumulator;
mod arguments;
mod bind;
mod expr;
mod gaps;
mod join;
mod json_schema;
mod operator;
mod path;
mod predicate;
mod reads;
mod stage;
mod unchecked;
mod walk;
mod window;

pub use accumulator::{Accumulator, AccumulatorCall, AccumulatorSpec};
pub use arguments::{Arguments, OperatorSpec};
pub use expr::{Expr, FieldRef, Variable};
pub use gaps::{Densify, DensifyBounds, Fill, FillWith};
pub use join::{GraphLookup, Lookup, LookupPipeline, Merge, Target, WhenMatched, WhenNotMatched};
pub use json_schema::{JsonSchema, Rest, Schema, SchemaRule};
pub use operator::Operator;
pub use path::Path;
pub use predicate::{BitTest, Comparison, Predicate, Regex, Test, TypeName};
pub use reads::Reads;
pub use stage::{Called, Effect, Facts, Order, Projected, Projection, SortKey, Stage, Unwind};
pub use unchecked::Unchecked;
pub use walk::{Node, NodeMut};
pub(crate) use window::WINDOW_FUNCTIONS;
pub use window::{Bound, Computed, Smoothing, TimeUnit, Window, WindowCall, WindowFunction};

use crate::Collation;

/// A list of stages, run one after the other.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Pipeline {
    /// The stages, first to last.
    pub stages: Vec<Stage>,
    /// How it says that strings are compared, if it does. A pipeline inside a stage has none: that of the whole holds.
    pub collation: Option<Collation>,
}

impl Pipeline {
    /// These stages, without a collation.
    #[must_use]
    pub fn of(stages: Vec<Stage>) -> Self {
        Self { stages, collation: None }
    }

    /// By which rules it compares strings; none where it compares their bytes, whether it says so or not.
    #[must_use]
    pub fn rules(&self) -> Option<&Collation> {
        self.collation.as_ref().filter(|collation| !collation.is_simple())
    }

    /// The stage that writes into a collection, if it ends in one, and where it does.
    #[must_use]
    pub fn writes(&self) -> Option<(&Stage, &Target)> {
        match self.stages.last()? {
            stage @ Stage::Out(target) => Some((stage, target)),
            stage @ Stage::Merge(merge) => Some((stage, &merge.into)),
            _ => None,
        }
    }
}
