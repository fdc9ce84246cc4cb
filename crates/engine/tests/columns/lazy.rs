//! Collections that are opened when they are first asked for, under any name: also one that names a day.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bson::doc;
use engine::{Collection, Engine, Error};
use pipeline::{Run as _, Schema, parse_text};

const DAY: &str = "customers@2026-05-31";

fn engine() -> (Engine, Arc<AtomicUsize>) {
    let n_opened = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&n_opened);
    let mut engine = Engine::new();
    engine.insert("customers", Collection::from_documents(vec![doc! { "_id": 1, "n": 5 }, doc! { "_id": 2, "n": 6 }]));
    engine.insert_lazy(DAY, move || {
        counter.fetch_add(1, Ordering::Relaxed);
        Ok(Collection::from_documents(vec![doc! { "_id": 1, "n": 3 }]))
    });
    engine.insert_lazy("broken", || Err(Error::new("it cannot be opened")));
    (engine, n_opened)
}

fn answer(engine: &Engine, collection: &str, text: &str) -> Result<Vec<bson::Document>, String> {
    engine
        .run(collection, &parse_text(text).expect("a pipeline"))
        .map_err(|error| error.diagnostic.message().to_owned())
}

#[test]
fn nothing_is_opened_before_it_is_asked_for_and_nothing_twice() {
    let (engine, n_opened) = engine();
    assert_eq!(engine.names().collect::<Vec<_>>(), ["broken", "customers", DAY]);
    assert_eq!(engine.schemas().get(DAY), Some(&Schema::Any));
    assert!(answer(&engine, "customers", "[{$count: 'n'}]").is_ok());
    assert_eq!(n_opened.load(Ordering::Relaxed), 0);
    let on_the_day = answer(&engine, DAY, "[]");
    assert_eq!(on_the_day, Ok(vec![doc! { "_id": 1, "n": 3 }]));
    assert_eq!(answer(&engine.clone(), DAY, "[]"), on_the_day);
    assert_eq!(engine.schema(DAY), Ok(Some(Schema::Any)));
    assert_eq!(n_opened.load(Ordering::Relaxed), 1);
}

#[test]
fn two_days_are_compared_in_one_pipeline() {
    let (engine, n_opened) = engine();
    let lookup = "[{$lookup: {from: 'customers@2026-05-31', localField: '_id', foreignField: '_id', as: 'then'}}, \
                   {$project: {n: 1, then: {$first: '$then.n'}}}]";
    let expected = vec![doc! { "_id": 1, "n": 5, "then": 3 }, doc! { "_id": 2, "n": 6 }];
    assert_eq!(answer(&engine, "customers", lookup), Ok(expected));
    let union =
        "[{$unionWith: {coll: 'customers@2026-05-31', pipeline: [{$set: {old: true}}]}}, {$match: {old: true}}]";
    assert_eq!(answer(&engine, "customers", union), Ok(vec![doc! { "_id": 1, "n": 3, "old": true }]));
    assert_eq!(n_opened.load(Ordering::Relaxed), 1);
}

#[test]
fn what_cannot_be_opened_fails_where_it_is_needed_and_only_there() {
    let (engine, _) = engine();
    assert!(answer(&engine, "customers", "[]").is_ok());
    for (collection, text) in [
        ("broken", "[]"),
        ("customers", "[{$lookup: {from: 'broken', localField: 'n', foreignField: 'n', as: 'b'}}]"),
        ("customers", "[{$unionWith: 'broken'}]"),
    ] {
        assert_eq!(answer(&engine, collection, text), Err("it cannot be opened".to_owned()), "{text}");
    }
    assert!(engine.schema("broken").is_err());
    assert_eq!(engine.schemas().get("broken"), Some(&Schema::Any));
}

#[test]
fn the_collections_that_a_pipeline_reads_are_opened_for_its_check() {
    let (engine, n_opened) = engine();
    let pipeline = parse_text("[{$unionWith: 'customers@2026-05-31'}]").expect("a pipeline");
    assert!(engine.schemas_for("customers", &pipeline).is_ok_and(|schemas| schemas.len() == 3));
    assert_eq!(n_opened.load(Ordering::Relaxed), 1);
    let pipeline = parse_text("[{$facet: {a: [{$unionWith: 'broken'}]}}]").expect("a pipeline");
    assert!(engine.schemas_for("customers", &pipeline).is_err());
}
