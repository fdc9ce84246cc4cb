//! Errors while a pipeline runs name the stage: the same on columns as in row mode, and its own number where stages are rewritten.

use crate::nasty_bank::both;
use pipeline::{Run as _, parse_text};

#[test]
fn errors_name_the_stage_in_which_they_arise() {
    const ZERO: &str = "{$subtract: ['$id', '$id']}";
    const MATCH: &str = "{$match: {$expr: {$eq: [{$divide: [1, ZERO]}, 1]}}}";
    let (columns, documents) = both();
    for (text, expected) in [
        ("[{$match: {age: {$gte: 0}}}, {$project: {x: {$divide: [1, ZERO]}}}]", "stage 2, `$project`"),
        ("[{$limit: 9}, {$project: {x: {$divide: [1, ZERO]}}}, {$limit: 5}]", "stage 2, `$project`"),
        ("[{$set: {x: {$divide: [1, ZERO]}}}, {$group: {_id: '$x'}}]", "stage 1, `$set`"),
        ("[{$set: {y: 1}}, {$group: {_id: null, s: {$sum: {$divide: ['$y', ZERO]}}}}]", "stage 2, `$group`"),
        ("[{$set: {y: 1}}, {$group: {_id: null, s: {$sum: {$divide: [1, 0]}}}}]", "stage 2, `$group`"),
        ("[{$set: {y: 1}}, MATCH]", "stage 2, `$match`"),
        ("[{$sort: {id: 1}}, {$skip: 1}, MATCH, {$count: 'n'}]", "stage 3, `$match`"),
        ("[{$skip: 1}, {$facet: {a: [{$set: {x: {$toInt: '$text'}}}]}}]", "stage 2, `$facet.a`: stage 1, `$set`"),
        (
            "[{$limit: 1}, {$lookup: {from: 'transactions', pipeline: [{$set: {x: {$divide: [1, ZERO]}}}], as: 't'}}]",
            "stage 2, `$lookup.pipeline`: stage 1, `$set`",
        ),
        (
            "[{$limit: 1}, {$lookup: {from: 'transactions', let: {a: '$age'}, as: 't', pipeline: [
                {$limit: 1}, {$set: {y: '$$a'}}, {$project: {x: {$divide: [1, ZERO]}}}]}}]",
            "stage 2, `$lookup.pipeline`: stage 3, `$project`",
        ),
        (
            "[{$limit: 1}, {$lookup: {from: 'transactions', pipeline: [{$limit: 1}, {$set: {x: {$divide: [1, 0]}}}], as: 't'}}]",
            "stage 2, `$lookup.pipeline`: stage 2, `$set`",
        ),
        (
            "[{$facet: {a: [{$limit: 1}, {$unionWith: {coll: 'transactions', pipeline: [MATCH]}}]}}]",
            "stage 1, `$facet.a`: stage 2, `$unionWith.pipeline`: stage 1, `$match`",
        ),
        ("[{$limit: 1}, {$replaceWith: {x: {$divide: [1, ZERO]}}}]", "stage 2, `$replaceWith`"),
        (
            "[{$match: {}}, {$unionWith: {coll: 'transactions', pipeline: [MATCH]}}]",
            "stage 2, `$unionWith.pipeline`: stage 1, `$match`",
        ),
        ("[{$match: {}}, {$sortByCount: {$toInt: '$text'}}]", "stage 2, `$sortByCount`"),
        ("[{$limit: 1}, {$set: {x: {$range: [0, 3000000]}}}, {$set: {y: 1}}]", "stage 3, `$set`"),
        ("[{$limit: 1}, {$set: {a: [1], b: [2]}}, {$sort: {a: 1, b: 1}}]", "stage 3, `$sort`"),
        ("[{$unset: 'age'}, {$set: {age: {$divide: [1, ZERO]}}}]", "stage 2, `$set`"),
    ] {
        let text = text.replace("MATCH", MATCH).replace("ZERO", ZERO);
        for engine in [&columns, &documents] {
            let error = engine.run("customers", &parse_text(&text).expect("a pipeline")).expect_err("it fails");
            assert_eq!(error.diagnostic().place(), Some(expected), "{text}: {error}");
        }
    }
}

#[test]
fn errors_behind_views_name_the_view_or_the_stage_behind_it() {
    const FAILS: &str = "{$set: {x: {$divide: [1, {$subtract: ['$id', '$id']}]}}}";
    let (columns, documents) = both();
    for mut engine in [columns, documents] {
        let mut view =
            |name: &str, on: &str, text: &str| engine.insert_view(name, on, parse_text(text).expect("a view"));
        view("fine", "customers", "[{$sort: {id: 1}}, {$limit: 9}]");
        view("faulty", "fine", &format!("[{{$skip: 1}}, {FAILS}]"));
        for (collection, text, expected) in [
            ("fine", "[{$skip: 1}, FAILS]", "stage 2, `$set`"),
            ("faulty", "[{$match: {age: {$gte: -9}}}]", "view `faulty`: stage 2, `$set`"),
            ("fine", "[{$unionWith: 'faulty'}]", "view `faulty`: stage 2, `$set`"),
            (
                "fine",
                "[{$unionWith: {coll: 'fine', pipeline: [FAILS]}}]",
                "stage 1, `$unionWith.pipeline`: stage 1, `$set`",
            ),
        ] {
            let pipeline = parse_text(&text.replace("FAILS", FAILS)).expect("a pipeline");
            let error = engine.run(collection, &pipeline).expect_err("it fails");
            let place = error.diagnostic().place().unwrap_or_default();
            assert!(place.ends_with(expected), "{text} on {collection}: {error}");
        }
    }
}
