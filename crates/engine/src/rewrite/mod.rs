//! Rewrites: pipelines into pipelines that answer the same with less work.
//!
//! In: stages. Out: stages, and the names of the rewrites that changed something. Each rewrite is one function with its
//! reason in [`REWRITES`], and a pair of files in the user's language in `tests/rewrites`. What cannot be said in the
//! user's language (a lookup as aligned columns, a sort with limit as top rows) is the executor's own business.

mod bucket;
mod count;
mod push_match;
mod sort_by_count;
mod zero_in_sum;

use pipeline::ast::Stage;

/// One rewrite.
struct Rewrite {
    name: &'static str,
    #[cfg_attr(not(test), expect(dead_code, reason = "read by people, and by the test that each rewrite has one"))]
    reason: &'static str,
    /// Whether it only pays where columns are grouped.
    is_for_columns: bool,
    /// The stages rewritten once, if there was anything to do.
    apply: fn(&[Stage]) -> Option<Vec<Stage>>,
}

/// All rewrites, in the order in which they are tried; each again until it finds nothing to do.
const REWRITES: [Rewrite; 5] = [
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
    Rewrite {
        name: "zero in sum to nothing",
        reason: "adding the int 0 changes neither sum nor type, and without it a choice between doubles stays a column",
        is_for_columns: true,
        apply: zero_in_sum::apply,
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

#[cfg(test)]
mod tests {
    use expect_test::{ExpectFile, expect_file};
    use pipeline::{Pipeline, parse_text, print};

    use super::*;

    /// `UPDATE_EXPECT=1` rewrites the files behind.
    fn check(before: &str, names: &[&str], after: &ExpectFile) {
        let before = parse_text(before).unwrap();
        let (stages, applied) = rewrite(&before.stages, true);
        assert_eq!(applied, names);
        after.assert_eq(&(print::extended_json(&Pipeline::of(stages)) + "\n"));
    }

    macro_rules! pair {
        ($test:ident, $names:expr) => {
            #[test]
            fn $test() {
                let before = include_str!(concat!("../../tests/rewrites/", stringify!($test), ".before.json"));
                let after = expect_file![concat!("../../tests/rewrites/", stringify!($test), ".after.json")];
                check(before, $names, &after);
            }
        };
    }

    pair!(push_match_below_join, &["push match"]);
    pair!(push_match_in_part, &["push match"]);
    pair!(push_match_only_below_kept_fields, &["push match"]);
    pair!(bucket_to_group, &["bucket to group"]);
    pair!(bucket_of_expression, &["bucket to group"]);
    pair!(sort_by_count_to_group, &["sort by count to group"]);
    pair!(zero_in_sum, &["zero in sum to nothing"]);
    pair!(count_to_group, &["count to group"]);

    #[test]
    fn every_rewrite_says_why() {
        assert!(REWRITES.iter().all(|rewrite| rewrite.reason.len() > 40));
    }

    #[test]
    fn a_match_stays_behind_what_makes_its_fields() {
        for text in [
            "[{$addFields: {a: 1}}, {$match: {'a.b': 1}}]",
            "[{$addFields: {'a.b': 1}}, {$match: {a: 1}}]",
            "[{$unwind: '$a'}, {$match: {a: 1}}]",
            "[{$limit: 3}, {$match: {a: 1}}]",
            "[{$sort: {a: 1}}, {$match: {$sampleRate: 0.5}}]",
            "[{$unset: 'b'}, {$match: {$expr: {$gt: [{$rand: {}}, '$a']}}}]",
            "[{$addFields: {b: 1}}, {$match: {$jsonSchema: {required: ['a']}}}]",
            "[{$group: {_id: '$a'}}, {$match: {_id: 1}}]",
            "[{$lookup: {from: 'b', localField: 'a', foreignField: 'a', as: 'c'}}, {$match: {$expr: '$$ROOT.c'}}]",
            "[{$addFields: {a: 1}}, {$match: {$expr: {$eq: ['$$ROOT', 1]}}}]",
            "[{$project: {b: 1}}, {$match: {a: null}}]",
        ] {
            let stages = parse_text(text).unwrap().stages;
            assert_eq!(rewrite(&stages, false), (stages, Vec::new()), "{text}");
        }
    }
}
