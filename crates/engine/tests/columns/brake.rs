//! Whoever raises the flag gets no answer, whichever way it would have come, and only from what the flag was given to.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::nasty_bank::both;
use engine::Engine;
use pipeline::{Run as _, parse_text};

#[test]
fn a_raised_flag_ends_every_kind_of_work() {
    let (columns, documents) = both();
    let flag = Arc::new(AtomicBool::new(false));
    for text in [
        "[]",
        "[{$match: {card: 'none'}}]",
        "[{$group: {_id: '$card', n: {$sum: 1}}}]",
        "[{$sort: {age: 1}}, {$limit: 1}]",
        "[{$sort: {text: 1, age: -1}}]",
        "[{$project: {x: {$concat: ['$text', 'x']}}}]",
        "[{$lookup: {from: 'transactions', localField: 'age', foreignField: 'amount', as: 't'}}]",
        "[{$bucketAuto: {groupBy: '$age', buckets: 3}}]",
        "[{$setWindowFields: {sortBy: {age: 1}, output: {n: {$sum: 1, window: {documents: [-3, 3]}}}}}]",
        "[{$facet: {a: [{$count: 'n'}]}}]",
        "[{$limit: 1}, {$unionWith: {coll: 'transactions', pipeline: [{$match: {amount: -1}}]}}]",
    ] {
        let pipeline = parse_text(text).expect("a pipeline");
        for engine in [&columns, &documents] {
            let until = engine.until(&flag);
            flag.store(false, Ordering::Relaxed);
            let n_rows = |engine: &Engine| engine.run("customers", &pipeline).map(|rows| rows.len());
            assert_eq!(n_rows(&until), n_rows(engine), "{text}");
            flag.store(true, Ordering::Relaxed);
            assert_eq!(n_rows(&until).map_err(|error| error.code()), Err(Some(11601)), "{text}");
            assert!(n_rows(engine).is_ok(), "{text}: the flag was somebody else's");
        }
    }
}
