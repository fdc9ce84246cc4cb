//! The stages that see to gaps: `$densify` adds documents, `$fill` values.

use bson::Bson;

use super::{Expr, Path, SortKey, TimeUnit};

/// `$densify`.
#[derive(Clone, Debug, PartialEq)]
pub struct Densify {
    /// The field of numbers or dates.
    pub field: Path,
    /// Documents with equal values of these fields form a partition.
    pub partition_by: Vec<Path>,
    /// The distance of two documents: a number above zero; a whole one where there is a unit.
    pub step: Bson,
    /// The unit of the step, of dates and only of these.
    pub unit: Option<TimeUnit>,
    /// Where documents are added.
    pub bounds: DensifyBounds,
}

impl Densify {
    /// The two bounds, if they are given as values.
    #[must_use]
    pub fn explicit(&self) -> Option<(&Bson, &Bson)> {
        match &self.bounds {
            DensifyBounds::Explicit(bounds) => Some((&bounds[0], &bounds[1])),
            DensifyBounds::Full | DensifyBounds::Partition => None,
        }
    }
}

/// Where `$densify` adds documents.
#[derive(Clone, Debug, PartialEq)]
pub enum DensifyBounds {
    /// From the least value of all documents to the greatest.
    Full,
    /// The same within each partition.
    Partition,
    /// From the first value to before the second: two dates, or two numbers of the step's type.
    Explicit(Box<[Bson; 2]>),
}

/// `$fill`.
#[derive(Clone, Debug, PartialEq)]
pub struct Fill {
    /// Documents with equal keys form a partition.
    pub partition_by: Option<Expr>,
    /// The order inside a partition.
    pub sort_by: Vec<SortKey>,
    /// Fields with what they are filled with where they are null or missing; none is twice there.
    pub output: Vec<(Path, FillWith)>,
}

/// What a field is filled with.
#[derive(Clone, Debug, PartialEq)]
pub enum FillWith {
    /// `value`
    Value(Expr),
    /// `method: "locf"`: the last value before.
    Last,
    /// `method: "linear"`: between the values before and behind, by the one key of the order.
    Linear,
    /// Neither: the field stays.
    Nothing,
}
