//! A damaged column of a block: every way to read it is refused, and no other query is.

use std::sync::Arc;

use crate::nasty_bank::{collection, customers, transactions};
use crate::stream::Reads;
use arrow_array::{BinaryArray, RecordBatch};
use arrow_schema::{DataType, Field, Schema};
use diagnostic::Diagnostic;
use engine::{Collection, Engine, Verify};
use pipeline::{Run as _, parse_text};

/// One column of one block is damaged.
struct Damaged {
    block: usize,
    column: usize,
}

impl Verify for Damaged {
    fn verify(&self, block: usize, column: usize) -> Result<(), Diagnostic> {
        if (block, column) == (self.block, self.column) {
            return Err(Diagnostic::new("`customers-1.arrow` is damaged"));
        }
        Ok(())
    }

    fn check_length(&self) -> Result<(), Diagnostic> {
        Ok(())
    }
}

fn engine(column: &str, in_transactions: bool) -> Engine {
    let mut engine = Engine::new();
    for (name, make) in [("customers", customers as fn(&mut _, i32, usize) -> _), ("transactions", transactions)] {
        let (schema, batches) = collection(make);
        let mut kept = Collection::from_batches(&schema, batches).expect("types that fields have");
        if in_transactions == (name == "transactions") {
            let column = schema.index_of(column).expect("a column");
            kept = kept.verified_by(Arc::new(Damaged { block: 1, column }));
        }
        engine.insert(name, kept);
    }
    engine
}

fn refused(engine: &Engine, collection: &str, text: &str) -> bool {
    let pipeline = parse_text(text).expect("a pipeline");
    let by_rows = engine.run(collection, &pipeline);
    let explained = engine.explain(collection, &pipeline);
    assert_eq!(by_rows.is_err(), explained.is_err(), "{text}");
    let Err(error) = by_rows else { return false };
    assert!(error.is_place_at_fault, "{text}: {error}");
    let said = error.to_string();
    for part in ["`customers-1.arrow` is damaged", "block 2", "hint: import the file again"] {
        assert!(said.contains(part), "{text}: {said}");
    }
    true
}

#[test]
fn every_way_to_a_damaged_column_is_refused_and_others_are_not() {
    let in_customers = [
        ("name", "[{$match: {name: 'a'}}, {$count: 'n'}]"),
        ("name", "[{$group: {_id: '$name', n: {$sum: 1}}}]"),
        ("name", "[{$project: {name: 1}}]"),
        ("name", "[{$group: {_id: null, x: {$addToSet: '$name'}}}]"),
        ("name", "[{$match: {$expr: {$eq: ['$$ROOT.name', 'a']}}}]"),
        ("age", "[{$group: {_id: null, x: {$sum: '$age'}}}]"),
        ("age", "[{$sort: {age: 1}}, {$limit: 2}, {$project: {age: 1}}]"),
        ("age", "[{$match: {age: {$gt: 3}}}, {$count: 'n'}]"),
        ("text", "[{$group: {_id: '$text', n: {$sum: 1}}}]"),
        ("flag", "[{$sortByCount: '$flag'}]"),
        ("day", "[{$group: {_id: {$year: '$day'}, n: {$sum: 1}}}]"),
        ("code.a", "[{$group: {_id: '$code', n: {$sum: 1}}}]"),
        ("day", "[]"),
        ("day", "[{$match: {$expr: true}}, {$unwind: '$card'}]"),
    ];
    for (column, text) in in_customers {
        assert!(refused(&engine(column, false), "customers", text), "{text}");
        let other = if column == "card" { "text" } else { "card" };
        let elsewhere = format!("[{{$group: {{_id: '${other}', n: {{$sum: 1}}}}}}]");
        assert!(!refused(&engine(column, false), "customers", &elsewhere), "{elsewhere}");
        assert!(!refused(&engine(column, false), "customers", "[{$count: 'n'}]"));
    }
    let join = "{$lookup: {from: 'transactions', localField: 'id', foreignField: 'id', as: 't'}}, {$unwind: '$t'}";
    let by_rows = "{$lookup: {from: 'transactions', localField: 'age', foreignField: 'amount', as: 't'}}";
    for (column, stage) in [
        ("tame", format!("[{join}, {{$group: {{_id: null, x: {{$avg: '$t.tame'}}}}}}]")),
        ("wild", format!("[{join}, {{$match: {{'t.wild': {{$gt: 1}}}}}}, {{$count: 'n'}}]")),
        ("amount", format!("[{join}, {{$group: {{_id: null, x: {{$max: '$t.amount'}}}}}}]")),
        ("tame", format!("[{by_rows}, {{$count: 'n'}}]")),
        ("tame", "[{$unionWith: 'transactions'}]".to_owned()),
    ] {
        assert!(refused(&engine(column, true), "customers", &stage), "{stage}");
        let elsewhere = format!("[{join}, {{$group: {{_id: null, x: {{$max: '$t.limit'}}}}}}]");
        assert!(!refused(&engine(column, true), "customers", &elsewhere), "{elsewhere}");
    }
}

#[test]
fn a_copy_is_refused_too() {
    let copied = |engine: &Engine| -> Result<usize, engine::Error> {
        let collection = engine.collection("customers")?.expect("it is there");
        collection.raw_documents().map(|document| document.map(|_| 1)).sum()
    };
    assert!(copied(&engine("name", false)).is_err());
    assert_eq!(copied(&engine("amount", true)), Ok(317));
}

#[test]
fn documents_of_any_shape_are_verified_block_by_block() {
    let bytes = bson::doc! { "a": 1 }.to_vec().expect("a document");
    let schema = Arc::new(Schema::new(vec![Field::new("bson", DataType::Binary, false)]));
    let batch = RecordBatch::try_new(Arc::clone(&schema), vec![Arc::new(BinaryArray::from(vec![bytes.as_slice(); 3]))]);
    let batch = batch.expect("one column");
    let of = |verify: Arc<dyn Verify>| {
        let kept = Collection::from_batches(&schema, vec![batch.clone(), batch.clone()]).expect("documents");
        let mut engine = Engine::new();
        engine.insert("any", kept.verified_by(verify));
        engine
    };
    let damaged = of(Arc::new(Damaged { block: 1, column: 0 }));
    assert!(refused(&damaged, "any", "[]"));
    assert!(!refused(&damaged, "any", "[{$limit: 3}]"), "the first block is whole");
    let collection = damaged.collection("any").expect("open").expect("it is there");
    assert!(collection.raw_documents().any(|document| document.is_err()));
    let reads = Arc::new(Reads::default());
    assert!(!refused(&of(Arc::<Reads>::clone(&reads)), "any", "[{$count: 'n'}]"));
    assert_eq!(reads.n(), 2, "each block once, though it was read twice");
}

#[test]
fn a_column_is_verified_once_however_often_it_is_read() {
    let (schema, batches) = collection(customers);
    let reads = Arc::new(Reads::default());
    let kept = Collection::from_batches(&schema, batches).expect("types that fields have");
    let mut engine = Engine::new();
    engine.insert("customers", kept.verified_by(Arc::<Reads>::clone(&reads)));
    let pipeline = parse_text("[{$group: {_id: '$card', n: {$sum: 1}}}]").expect("a pipeline");
    let run = || engine.run("customers", &pipeline).expect("rows").len();
    run();
    let once = reads.n();
    run();
    assert_eq!(reads.n(), once);
    // The card, and the five integers whose range no file declares: three blocks each.
    assert!(once <= 3 * 6, "{once}");
}

/// A file that was cut after it was opened.
struct Cut;

impl Verify for Cut {
    fn verify(&self, _block: usize, _column: usize) -> Result<(), Diagnostic> {
        Ok(())
    }

    fn check_length(&self) -> Result<(), Diagnostic> {
        Err(Diagnostic::new("`customers-1.arrow` was cut"))
    }
}

#[test]
fn what_was_cut_since_is_not_read_by_any_run() {
    let mut engine = engine("wild", true);
    let (schema, batches) = collection(customers);
    let cut = Collection::from_batches(&schema, batches).expect("types that fields have").verified_by(Arc::new(Cut));
    engine.insert("cut", cut.clone());
    let join =
        "[{$lookup: {from: 'cut', localField: 'id', foreignField: 'id', as: 't'}}, {$unwind: '$t'}, {$count: 'n'}]";
    for (collection, text) in [
        ("cut", "[]"),
        ("cut", "[{$group: {_id: '$card', n: {$sum: 1}}}]"),
        ("customers", join),
        ("customers", "[{$unionWith: 'cut'}]"),
    ] {
        let error = engine.run(collection, &parse_text(text).expect("a pipeline")).expect_err("it was cut");
        assert!(error.is_place_at_fault && error.to_string().contains("was cut"), "{text}: {error}");
    }
    assert!(cut.raw_documents().any(|document| document.is_err()));
}
