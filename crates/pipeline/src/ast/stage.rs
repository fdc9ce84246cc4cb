//! Stages: what turns a stream of documents into another.

use super::{
    AccumulatorCall, Densify, Expr, Fill, GraphLookup, Lookup, LookupPipeline, Merge, Path, Pipeline, Predicate,
    Target, Unchecked, WindowCall,
};

/// One stage of a pipeline.
#[derive(Clone, Debug, PartialEq)]
pub enum Stage {
    /// `$match`
    Match(Predicate),
    /// `$project`
    Project(Projection),
    /// `$addFields` and `$set`, in the order written; dotted names and nested objects are flattened to paths, of which
    /// none is a prefix of another (so in [`Projection`]).
    AddFields(Vec<(Path, Expr)>, Called),
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
    /// `$lookup` by equality of two fields alone.
    Lookup(Lookup),
    /// `$lookup` with a pipeline of its own.
    LookupPipeline(LookupPipeline),
    /// `$graphLookup`
    GraphLookup(GraphLookup),
    /// `$facet`: sub-pipelines over the same input.
    Facet(Vec<(String, Pipeline)>),
    /// `$bucket`
    Bucket {
        /// What is put in buckets.
        group_by: Expr,
        /// Lower bounds and the last upper bound: constant, at least two; those that are literals are sorted, distinct and
        /// of one type, as far as the parser can compare them.
        boundaries: Vec<Expr>,
        /// The `_id` of what lies outside; without it, outside is a run-time error.
        default: Option<Expr>,
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
    ReplaceRoot(Expr, Called),
    /// `$unionWith`
    UnionWith {
        /// The other collection; without one, the pipeline starts with `$documents`.
        collection: Option<String>,
        /// What runs over it first.
        pipeline: Pipeline,
    },
    /// `$redact`, whose expression sees each level as `$$CURRENT`, and the variables `DESCEND`, `PRUNE` and `KEEP`.
    Redact(Expr),
    /// `$sample`: so many documents by chance.
    Sample(u64),
    /// `$documents`: the elements of an array that reads no document; always first in its pipeline.
    Documents(Expr),
    /// `$densify`
    Densify(Densify),
    /// `$fill`
    Fill(Fill),
    /// `$out`; always last.
    Out(Target),
    /// `$merge`; always last.
    Merge(Box<Merge>),
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

/// By which of its names the user called a stage that has two. What the stage does is the same, so all are equal.
#[derive(Clone, Copy, Default)]
pub enum Called {
    /// `$addFields`, `$replaceRoot`
    #[default]
    Older,
    /// `$set`, `$replaceWith`
    Newer,
}

impl std::fmt::Debug for Called {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Called")
    }
}

impl PartialEq for Called {
    fn eq(&self, _: &Self) -> bool {
        true
    }
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

/// What is told of a stage without looking into its parts.
#[derive(Clone, Debug)]
pub struct Facts<'a> {
    /// With the dollar sign; of two names for one stage, the older.
    pub name: &'static str,
    /// What becomes of its input.
    pub effect: Effect,
    /// The fields of its input that it names itself, outside of expressions and predicates.
    pub reads: Vec<&'a Path>,
    /// The fields that it writes into the documents of its input.
    pub writes: Vec<&'a Path>,
    /// Whether the pipelines and predicates inside it see documents of its own input.
    pub parts_see_input: bool,
}

/// What becomes of the documents that enter a stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Some of them leave it as they are, in some order.
    Selects,
    /// They leave it with fields written or taken away, some more than once or not at all.
    Changes,
    /// Others come beside them.
    Adds,
    /// Nothing of them can be seen behind it but what it reads itself.
    Hides,
}

impl Stage {
    /// What is told of it without looking into its parts.
    #[must_use]
    pub fn facts(&self) -> Facts<'_> {
        use Effect::{Adds, Changes, Hides, Selects};
        let facts = |name, effect, reads, writes| Facts { name, effect, reads, writes, parts_see_input: true };
        let sees_others = |facts| Facts { parts_see_input: false, ..facts };
        match self {
            Self::Match(_) => facts("$match", Selects, vec![], vec![]),
            Self::Project(Projection::Include { id: _, fields }) => {
                let (kept, computed): (Vec<_>, Vec<_>) =
                    fields.iter().partition(|(_, projected)| *projected == Projected::Kept);
                facts("$project", Hides, paths(kept), paths(computed))
            }
            Self::Project(Projection::Exclude(_)) => facts("$project", Changes, vec![], vec![]),
            Self::AddFields(fields, _) => facts("$addFields", Changes, vec![], paths(fields)),
            Self::Unset(_) => facts("$unset", Changes, vec![], vec![]),
            Self::Group { .. } => facts("$group", Hides, vec![], vec![]),
            Self::Sort(keys) => facts("$sort", Selects, sorted(keys), vec![]),
            Self::Limit(_) => facts("$limit", Selects, vec![], vec![]),
            Self::Skip(_) => facts("$skip", Selects, vec![], vec![]),
            Self::Count(_) => facts("$count", Hides, vec![], vec![]),
            Self::SortByCount(_) => facts("$sortByCount", Hides, vec![], vec![]),
            Self::Unwind(Unwind { path, index, preserve: _ }) => {
                facts("$unwind", Changes, vec![path], index.iter().collect())
            }
            Self::Lookup(Lookup { local, target, .. }) => facts("$lookup", Changes, vec![local], vec![target]),
            Self::LookupPipeline(LookupPipeline { on, target, .. }) => {
                let local = on.iter().map(|(local, _)| local);
                sees_others(facts("$lookup", Changes, local.collect(), vec![target]))
            }
            Self::GraphLookup(GraphLookup { target, .. }) => {
                sees_others(facts("$graphLookup", Changes, vec![], vec![target]))
            }
            Self::Facet(_) => facts("$facet", Hides, vec![], vec![]),
            Self::Bucket { .. } => facts("$bucket", Hides, vec![], vec![]),
            Self::BucketAuto { .. } => facts("$bucketAuto", Hides, vec![], vec![]),
            Self::ReplaceRoot(..) => facts("$replaceRoot", Hides, vec![], vec![]),
            Self::UnionWith { .. } => sees_others(facts("$unionWith", Adds, vec![], vec![])),
            Self::SetWindowFields { partition_by: _, sort_by, output } => {
                facts("$setWindowFields", Changes, sorted(sort_by), paths(output))
            }
            Self::Redact(_) => facts("$redact", Changes, vec![], vec![]),
            Self::Sample(_) => facts("$sample", Selects, vec![], vec![]),
            Self::Documents(_) => sees_others(facts("$documents", Hides, vec![], vec![])),
            Self::Densify(Densify { field, partition_by, .. }) => {
                facts("$densify", Adds, partition_by.iter().chain([field]).collect(), vec![])
            }
            Self::Fill(Fill { partition_by: _, sort_by, output }) => {
                let filled = output.iter().map(|(path, _)| path);
                facts("$fill", Changes, sorted(sort_by).into_iter().chain(filled.clone()).collect(), filled.collect())
            }
            Self::Out(_) => facts("$out", Changes, vec![], vec![]),
            Self::Merge(_) => sees_others(facts("$merge", Changes, vec![], vec![])),
            Self::Unchecked(_) => facts("", Changes, vec![], vec![]),
        }
    }

    /// Its name as the user wrote it, with the dollar sign. An unchecked stage has none here, but [`Unchecked::name`].
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::AddFields(_, Called::Newer) => "$set",
            Self::ReplaceRoot(_, Called::Newer) => "$replaceWith",
            stage => stage.facts().name,
        }
    }

    /// Whether nothing of the input can be seen behind the stage but what it reads itself.
    #[must_use]
    pub fn hides_its_input(&self) -> bool {
        self.facts().effect == Effect::Hides
    }

    /// Whether it may give something else each time.
    #[must_use]
    pub fn is_random(&self) -> bool {
        super::Node::Stage(self).is_random()
    }

    /// Whether it writes into a collection.
    #[must_use]
    pub fn writes_a_collection(&self) -> bool {
        matches!(self, Self::Out(_) | Self::Merge(_))
    }
}

fn paths<'a, T: 'a>(fields: impl IntoIterator<Item = &'a (Path, T)>) -> Vec<&'a Path> {
    fields.into_iter().map(|(path, _)| path).collect()
}

fn sorted(keys: &[SortKey]) -> Vec<&Path> {
    keys.iter().map(|key| &key.path).collect()
}
