//! Stages: what turns a stream of documents into another.

use bson::Bson;

use super::{AccumulatorCall, Expr, Path, Pipeline, Predicate, Unchecked, WindowCall};

/// One stage of a pipeline.
#[derive(Clone, Debug, PartialEq)]
pub enum Stage {
    /// `$match`
    Match(Predicate),
    /// `$project`
    Project(Projection),
    /// `$addFields` and `$set`, in the order written; dotted names and nested objects are flattened to paths, of which
    /// none is a prefix of another (so in [`Projection`]).
    AddFields(Vec<(Path, Expr)>),
    /// `$unset`
    Unset(Vec<Path>),
    /// `$group`
    Group {
        /// The key.
        id: Expr,
        /// Output fields with what gathers them.
        fields: Vec<(String, AccumulatorCall)>,
    },
    /// `$sort`
    Sort(Vec<SortKey>),
    /// `$limit`, at least 1.
    Limit(u64),
    /// `$skip`
    Skip(u64),
    /// `$count`, into this field.
    Count(String),
    /// `$sortByCount`
    SortByCount(Expr),
    /// `$unwind`
    Unwind(Unwind),
    /// `$lookup`, equality form.
    Lookup(Lookup),
    /// `$facet`: sub-pipelines over the same input.
    Facet(Vec<(String, Pipeline)>),
    /// `$bucket`
    Bucket {
        /// What is put in buckets.
        group_by: Expr,
        /// Lower bounds and the last upper bound: sorted, distinct, of one type, at least two.
        boundaries: Vec<Bson>,
        /// The `_id` of what lies outside; without it, outside is a run-time error.
        default: Option<Bson>,
        /// Accumulators; `count: {$sum: 1}` where the user gave none.
        output: Vec<(String, AccumulatorCall)>,
    },
    /// `$bucketAuto`
    BucketAuto {
        /// What is put in buckets.
        group_by: Expr,
        /// How many buckets, at least 1.
        buckets: u32,
        /// Accumulators; `count: {$sum: 1}` where the user gave none.
        output: Vec<(String, AccumulatorCall)>,
        /// A preferred number series (`R5`, `1-2-5`, `POWERSOF2`, …).
        granularity: Option<String>,
    },
    /// `$replaceRoot` and `$replaceWith`
    ReplaceRoot(Expr),
    /// `$unionWith`
    UnionWith {
        /// The other collection.
        collection: String,
        /// What runs over it first.
        pipeline: Pipeline,
    },
    /// `$setWindowFields`
    SetWindowFields {
        /// Documents with equal keys form a partition.
        partition_by: Option<Expr>,
        /// The order inside a partition.
        sort_by: Vec<SortKey>,
        /// Output fields with what computes them.
        output: Vec<(Path, WindowCall)>,
    },
    /// A stage that is not known here, for a server alone.
    Unchecked(Unchecked),
}

/// A `$project`: either includes or excludes (but for `_id`).
#[derive(Clone, Debug, PartialEq)]
pub enum Projection {
    /// Keeps the named fields, adds the computed ones.
    Include {
        /// Whether the input's `_id` stays whole. False also where `fields` computes `_id` or names parts of it.
        id: bool,
        /// In the order written.
        fields: Vec<(Path, Projected)>,
    },
    /// Drops the named fields (`_id` among them where the user said `_id: 0`).
    Exclude(Vec<Path>),
}

/// What a field of an including `$project` becomes.
#[derive(Clone, Debug, PartialEq)]
pub enum Projected {
    /// `a: 1`: kept as it is, at its place in the input.
    Kept,
    /// `a: <expr>`: computed, behind the kept ones.
    Computed(Expr),
}

/// One key of a sort.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SortKey {
    /// The field.
    pub path: Path,
    /// Its direction.
    pub order: Order,
}

/// A direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// `1`
    Ascending,
    /// `-1`
    Descending,
}

/// `$unwind`.
#[derive(Clone, Debug, PartialEq)]
pub struct Unwind {
    /// The array.
    pub path: Path,
    /// A field for the element's index.
    pub index: Option<Path>,
    /// `preserveNullAndEmptyArrays`
    pub preserve: bool,
}

/// `$lookup` by equality of two fields.
#[derive(Clone, Debug, PartialEq)]
pub struct Lookup {
    /// The other collection.
    pub from: String,
    /// The field here.
    pub local: Path,
    /// The field there.
    pub foreign: Path,
    /// The array of matches.
    pub target: Path,
}

impl Stage {
    /// Its name, with the dollar sign; of two names for one stage, the older. An unchecked stage has none here, but
    /// [`Unchecked::name`].
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Match(_) => "$match",
            Self::Project(_) => "$project",
            Self::AddFields(_) => "$addFields",
            Self::Unset(_) => "$unset",
            Self::Group { .. } => "$group",
            Self::Sort(_) => "$sort",
            Self::Limit(_) => "$limit",
            Self::Skip(_) => "$skip",
            Self::Count(_) => "$count",
            Self::SortByCount(_) => "$sortByCount",
            Self::Unwind(_) => "$unwind",
            Self::Lookup(_) => "$lookup",
            Self::Facet(_) => "$facet",
            Self::Bucket { .. } => "$bucket",
            Self::BucketAuto { .. } => "$bucketAuto",
            Self::ReplaceRoot(_) => "$replaceRoot",
            Self::UnionWith { .. } => "$unionWith",
            Self::SetWindowFields { .. } => "$setWindowFields",
            Self::Unchecked(_) => "",
        }
    }
}
