//! Documents of another collection that are found by their place, so that a join keeps keys and places alone.
//!
//! In: a join's target and the stages behind it. Out: [`Side`]: the other collection's documents, in memory or made one by
//! one from where they are stored; and which of their fields anything reads.
//! Invariant: a place gives the same document each time; fields that nothing reads may be left out.

use std::borrow::Cow;
use std::collections::HashSet;

use bson::{Bson, Document};
use pipeline::ast::{Expr, NodeMut, Operator, Path, Pipeline, Reads, Stage};

use super::Rows;
use crate::Error;
use crate::value::Value;

/// Values of some documents at a time; `None` is missing.
pub type Values<'a> = Box<dyn Iterator<Item = Result<Vec<Value>, Error>> + Send + 'a>;

/// Stored documents, by their place in the collection.
pub trait ByPlace: Send + Sync {
    /// All documents in order, with the fields at their top that `wanted` names, or all.
    fn all(&self, wanted: Option<&HashSet<String>>) -> Rows<'_>;

    /// What all documents have at a path, in order, some at a time; nothing where that is no column, as where an array is on
    /// the path or at its end.
    fn values(&self, path: &Path) -> Option<Values<'_>>;

    /// The document at a place, with the fields at its top that were wanted when the collection was asked for.
    fn document(&self, place: usize) -> Result<Document, Error>;
}

/// The documents of the other side of a join.
pub(super) enum Side {
    /// In memory.
    Here(Vec<Document>),
    /// Where they are stored.
    There(Box<dyn ByPlace>),
}

impl Side {
    /// A document by its place.
    pub(super) fn document(&self, place: usize) -> Result<Cow<'_, Document>, Error> {
        match self {
            Self::Here(documents) => Ok(Cow::Borrowed(&documents[place])),
            Self::There(stored) => stored.document(place).map(Cow::Owned),
        }
    }
}

/// The fields of joined documents that are read behind a join into `target`; `None` where that may be any.
///
/// How many documents there are is no matter of their fields, and a `$unwind` of them reads none by itself.
pub(super) fn fields_read(target: &Path, behind: &[Stage]) -> Option<HashSet<String>> {
    let is_target = |expr: &Expr| matches!(expr, Expr::Field(path) if path == target);
    let is_unwound =
        |stage: &Stage| matches!(stage, Stage::Unwind(unwind) if unwind.path == *target && unwind.index.is_none());
    let mut stages = Pipeline::of(behind.iter().filter(|stage| !is_unwound(stage)).cloned().collect());
    let counted = NodeMut::Pipeline(&mut stages).try_for_each_expr(&mut |expr| {
        forget_sizes(expr, &is_target);
        Ok::<(), Error>(())
    });
    counted.ok()?;
    let paths = Reads::of_stages(&stages.stages).only()?;
    let n = target.segments().len();
    let below = paths.iter().filter(|path| path.covers(target) || target.covers(path));
    below.map(|path| path.segments().get(n).cloned()).collect()
}

/// Puts a number in the place of each `{$size: "$target"}`.
fn forget_sizes(expr: &mut Expr, is_target: &dyn Fn(&Expr) -> bool) {
    if let Expr::Call { operator: Operator::Size, args } = expr
        && args.iter().all(is_target)
    {
        *expr = Expr::Literal(Bson::Int32(0));
        return;
    }
    expr.parts_mut().into_iter().for_each(|part| forget_sizes(part, is_target));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_stages_behind_read_of_the_joined_is_wanted() {
        let target = Path::new("e").unwrap();
        let read = |text: &str| {
            let stages = pipeline::parse_text(text).unwrap().stages;
            let mut names: Option<Vec<String>> = fields_read(&target, &stages).map(|names| names.into_iter().collect());
            if let Some(names) = &mut names {
                names.sort();
            }
            names.map(|names| names.join(" "))
        };
        assert_eq!(read("[]"), None);
        assert_eq!(read("[{$group: {_id: '$k', n: {$sum: {$size: '$e'}}}}]").as_deref(), Some(""));
        assert_eq!(read("[{$unwind: '$e'}, {$group: {_id: '$e.a.b', s: {$sum: '$e.c'}}}]").as_deref(), Some("a c"));
        assert_eq!(read("[{$project: {x: '$e'}}]"), None);
        assert_eq!(read("[{$group: {_id: '$$ROOT'}}]"), None);
        assert_eq!(read("[{$unwind: {path: '$e', includeArrayIndex: 'e.i'}}, {$group: {_id: '$e.a'}}]"), None);
    }
}
