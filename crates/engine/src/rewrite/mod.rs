//! Rewrites: pipelines into pipelines that answer the same with less work.
//!
//! In: stages. Out: stages, and the names of the rewrites that changed something. Each rewrite is one function with its
//! reason in [`REWRITES`], and a pair of files in the user's language in `tests/rewrites`. What cannot be said in the
//! user's language (a lookup as aligned columns, a sort with limit as top rows) is the executor's own business.

mod bucket;
mod count;
mod push_match;
mod sort_by_count;

use pipeline::ast::Stage;

/// One rewrite.
pub(crate) struct Rewrite {
    pub(crate) name: &'static str,
    pub(crate) reason: &'static str,
    /// Whether it only pays where columns are grouped.
    is_for_columns: bool,
    /// The stages rewritten once, if there was anything to do.
    apply: fn(&[Stage]) -> Option<Vec<Stage>>,
}

/// All rewrites, in the order in which they are tried; each again until it finds nothing to do.
pub(crate) const REWRITES: [Rewrite; 4] = [
    Rewrite {
        name: "push match",
        reason: "rows that a later $match drops need not be joined, unwound, computed or sorted first",
        is_for_columns: false,
        apply: push_match::apply,
    },
    Rewrite {
        name: "bucket to group",
        reason: "buckets are a $switch on bounds, and a $group by few values is dense",
        is_for_columns: true,
        apply: bucket::apply,
    },
    Rewrite {
        name: "sort by count to group",
        reason: "$sortByCount is a $group that counts and a $sort",
        is_for_columns: true,
        apply: sort_by_count::apply,
    },
    Rewrite {
        name: "count to group",
        reason: "$count is a $group into one group; on columns it reads no values at all",
        is_for_columns: true,
        apply: count::apply,
    },
];

/// Applies every rewrite that fits; also gives the names of those that did.
pub(crate) fn rewrite(stages: &[Stage], on_columns: bool) -> (Vec<Stage>, Vec<&'static str>) {
    let mut stages = stages.to_vec();
    let mut applied = Vec::new();
    for rewrite in REWRITES.iter().filter(|rewrite| on_columns || !rewrite.is_for_columns) {
        let mut left = 1000;
        while let Some(rewritten) = (rewrite.apply)(&stages).filter(|_| left > 0) {
            stages = rewritten;
            left -= 1;
            if applied.last() != Some(&rewrite.name) {
                applied.push(rewrite.name);
            }
        }
    }
    (stages, applied)
}

/// The stages with the one at `at` replaced by others.
fn replaced(stages: &[Stage], at: usize, by: Vec<Stage>) -> Vec<Stage> {
    stages[..at].iter().cloned().chain(by).chain(stages[at + 1..].iter().cloned()).collect()
}
