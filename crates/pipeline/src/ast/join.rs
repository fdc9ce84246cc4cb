//! The stages that bring in documents of other collections, or write into them.

use super::{Expr, Path, Pipeline, Predicate};

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

/// `$lookup` with a pipeline of its own.
#[derive(Clone, Debug, PartialEq)]
pub struct LookupPipeline {
    /// The other collection; without one, the pipeline starts with `$documents`.
    pub from: Option<String>,
    /// The field here and the field there, where only documents that are equal in them enter the pipeline.
    pub on: Option<(Path, Path)>,
    /// `let`: variables that the pipeline sees, with their values, which are computed from the document here.
    pub bindings: Vec<(String, Expr)>,
    /// What runs over the other collection, once for each document here unless it sees nothing of it.
    pub pipeline: Pipeline,
    /// The array of what comes out.
    pub target: Path,
}

/// `$graphLookup`.
#[derive(Clone, Debug, PartialEq)]
pub struct GraphLookup {
    /// The collection that is searched.
    pub from: String,
    /// The values that the search starts with, computed from the document here.
    pub start_with: Expr,
    /// The field there whose values are searched for next.
    pub connect_from: Path,
    /// The field there in which they are searched.
    pub connect_to: Path,
    /// The array of what is found.
    pub target: Path,
    /// How many steps are taken behind the first.
    pub max_depth: Option<u64>,
    /// A field for the number of steps.
    pub depth_field: Option<Path>,
    /// Which documents there may be found.
    pub restrict: Option<Predicate>,
}

/// The collection that a stage writes into.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// The database, where one was named.
    pub database: Option<String>,
    /// The collection.
    pub collection: String,
}

/// `$merge`.
#[derive(Clone, Debug, PartialEq)]
pub struct Merge {
    /// Where the documents go.
    pub into: Target,
    /// The fields by which a document finds the one that is there; none is `_id`.
    pub on: Vec<Path>,
    /// `let`: variables for the pipeline of `when_matched`; `$$new` is always there.
    pub bindings: Vec<(String, Expr)>,
    /// What becomes of one that is there.
    pub when_matched: WhenMatched,
    /// What becomes of one that is not.
    pub when_not_matched: WhenNotMatched,
}

/// What `$merge` does where the document is there already.
#[derive(Clone, Debug, PartialEq)]
pub enum WhenMatched {
    /// Takes the new one.
    Replace,
    /// Keeps the old one.
    KeepExisting,
    /// Puts the new one's fields in the old one.
    Merge,
    /// Stops with an error.
    Fail,
    /// Changes the old one by these stages, which see the new one as `$$new`.
    Pipeline(Pipeline),
}

/// What `$merge` does where the document is not there yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhenNotMatched {
    /// Puts it in.
    Insert,
    /// Leaves it out.
    Discard,
    /// Stops with an error.
    Fail,
}
