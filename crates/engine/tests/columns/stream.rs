//! Rows are made as they are asked for, and outlive the engine that made them.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::nasty_bank::{both, collection, customers, lines};
use bson::Document;
use diagnostic::Diagnostic;
use engine::{Collection, Engine, Verify};
use pipeline::{Run as _, parse_text};

/// Counts the columns of blocks that are read.
#[derive(Default)]
pub(crate) struct Reads(AtomicUsize);

impl Reads {
    pub(crate) fn n(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }
}

impl Verify for Reads {
    fn verify(&self, _block: usize, _column: usize) -> Result<(), Diagnostic> {
        self.0.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }

    fn check_length(&self) -> Result<(), Diagnostic> {
        Ok(())
    }
}

#[test]
fn rows_outlive_their_engine_and_may_go_to_another_thread() {
    let (columns, documents) = both();
    let texts = [
        "[]",
        "[{$match: {age: {$gt: 3}}}, {$unwind: '$card'}, {$skip: 2}]",
        "[{$lookup: {from: 'transactions', localField: 'age', foreignField: 'amount', as: 't'}}]",
        "[{$group: {_id: '$card', n: {$sum: 1}}}, {$sort: {n: 1}}]",
        "[{$sort: {age: 1}}, {$limit: 3}]",
        "[{$unionWith: 'transactions'}]",
    ];
    for text in texts {
        let pipeline = parse_text(text).expect("a pipeline");
        for engine in [&columns, &documents] {
            let expected = lines(&engine.run("customers", &pipeline).expect("rows"), true, false);
            let rows = engine.clone().rows("customers", &pipeline).expect("rows");
            let taken = std::thread::spawn(move || rows.collect::<Result<Vec<Document>, _>>());
            let taken = taken.join().expect("no panic").expect("rows");
            assert_eq!(lines(&taken, true, false), expected, "{text}");
        }
    }
}

#[test]
fn what_needs_no_other_rows_reads_only_the_blocks_that_are_asked_for() {
    let (schema, batches) = collection(customers);
    let n_columns = schema.fields().len();
    for (text, n) in [
        ("[]", 317),
        ("[{$match: {age: {$gt: -100}}}]", 317),
        ("[{$set: {x: {$concat: ['$name', 'x']}}}, {$unwind: '$card'}, {$project: {x: 0}}]", 317),
        ("[{$skip: 3}, {$match: {$expr: true}}]", 314),
    ] {
        let reads = Arc::new(Reads::default());
        let mut engine = Engine::new();
        let customers = Collection::from_batches(&schema, batches.clone()).expect("types that fields have");
        engine.insert("customers", customers.verified_by(Arc::<Reads>::clone(&reads)));
        let mut rows = engine.rows("customers", &parse_text(text).expect("a pipeline")).expect("rows");
        // Ranges of integers that no file declares are found by a look at the whole column.
        let at_start = reads.n();
        assert!(rows.next().is_some_and(|row| row.is_ok()), "{text}");
        let for_one = reads.n();
        assert!(for_one <= at_start + n_columns, "{text}: {for_one} from {at_start}");
        assert_eq!(rows.map(|row| row.map_or(0, |_| 1)).sum::<usize>() + 1, n, "{text}");
        assert!(reads.n() > for_one, "{text}: more rows are more blocks");
    }
}
