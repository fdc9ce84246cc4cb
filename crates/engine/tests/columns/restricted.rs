//! What a handle does not show comes out of it by no way.
//!
//! The ways out, each compared with the same over documents that were filtered beforehand: scans on columns, row mode, both
//! sides of a `$lookup` (in order of the ids and by hash), `$unionWith`, `$facet`, `$$ROOT`, counts, least and greatest values,
//! `_id`, errors of values that are not shown, the schema, the number of rows, copies, and explanations.

use crate::equal::{JOIN, condition, number};
use crate::nasty_bank::{Dice, both, lines};
use bson::Document;
use engine::{Collection, Engine};
use pipeline::ast::Path;
use pipeline::{Pipeline, Run as _, Schema, parse_text};

/// What is hidden from whom.
const VIEWS: [(&str, &[&str]); 6] = [
    ("{card: 'Blue'}", &["text"]),
    ("{$expr: {$gt: ['$age', 10]}}", &["code.a", "flag"]),
    ("{age: {$gte: 0}, flag: {$ne: true}}", &["id"]),
    ("{name: /^a/}", &["_id", "code"]),
    ("{}", &["age"]),
    ("{card: 'none'}", &[]),
];

const TRANSACTIONS: (&str, &[&str]) = ("{amount: {$gt: 0}}", &["wild"]);

fn restricted(engine: &Engine, name: &str, (predicate, hidden): (&str, &[&str])) -> Collection {
    let predicate = pipeline::parse_predicate(&pipeline::read(predicate).expect("a value")).expect("a predicate");
    let hidden: Vec<Path> = hidden.iter().filter_map(|path| Path::new(path)).collect();
    engine.collection(name).expect("open").expect("it is there").restricted(&predicate, &hidden)
}

/// What a view shows, found by the plain definitions.
fn shown(documents: &Engine, name: &str, (predicate, hidden): (&str, &[&str])) -> Vec<Document> {
    let both_ids = hidden.contains(&"id") || hidden.contains(&"_id");
    let mut unset: Vec<String> = hidden.iter().map(|path| format!("'{path}'")).collect();
    if both_ids {
        unset.retain(|path| path != "'id'" && path != "'_id'");
        unset.extend(["'id'".to_owned(), "'_id'".to_owned()]);
    }
    let unset = if unset.is_empty() { String::new() } else { format!(", {{$unset: [{}]}}", unset.join(", ")) };
    let pipeline = parse_text(&format!("[{{$match: {predicate}}}{unset}]")).expect("a pipeline");
    documents.run(name, &pipeline).expect("rows")
}

/// Restricted columns, restricted documents, and documents filtered beforehand.
fn engines(view: (&str, &[&str])) -> [Engine; 3] {
    let (columns, documents) = both();
    let now = bson::DateTime::from_millis(1_700_000_000_000);
    let mut engines = [(); 3].map(|()| Engine::new().with_now(now));
    for (name, view) in [("customers", view), ("transactions", TRANSACTIONS)] {
        // In columns only: as documents the `_id` is a field like any other.
        let ids: &[&str] = if view.1.contains(&"id") || view.1.contains(&"_id") { &["id", "_id"] } else { &[] };
        let hidden: Vec<&str> = view.1.iter().chain(ids).copied().collect();
        engines[0].insert(name, restricted(&columns, name, view));
        engines[1].insert(name, restricted(&documents, name, (view.0, &hidden)));
        engines[2].insert(name, Collection::from_documents(shown(&documents, name, view)));
    }
    engines
}

/// What a handle hides it hides by bytes: a collation widens no condition.
#[cfg(feature = "collation")]
#[test]
fn a_collation_shows_no_more() {
    let engines = engines(("{name: 'a'}", &[]));
    let mut pipeline = parse_text("[{$group: {_id: '$name', n: {$sum: 1}}}]").expect("a pipeline");
    let option = pipeline::read("{locale: 'en', strength: 1}").expect("a value");
    pipeline.collation = pipeline::Collation::parse(&option).expect("a collation");
    let [columns, documents, beforehand] = engines.map(|engine| engine.run("customers", &pipeline).expect("rows"));
    assert_eq!(columns, beforehand);
    assert_eq!(documents, beforehand);
    assert_eq!(beforehand[0].get_str("_id").ok(), Some("a"));
}

fn compare(engines: &[Engine; 3], text: &str) {
    let pipeline = parse_text(text).unwrap_or_else(|error| panic!("{text}: {error}"));
    let [columns, documents, beforehand] = engines;
    let expected = beforehand.run("customers", &pipeline);
    let expected_explain = beforehand.explain("customers", &pipeline);
    let all = beforehand.collection("customers").expect("open").expect("it is there").n_rows().expect("a number");
    for engine in [columns, documents] {
        match (engine.run("customers", &pipeline), &expected) {
            (Ok(ours), Ok(theirs)) => {
                assert_eq!(lines(&ours, false, true), lines(theirs, false, true), "{text}");
            }
            (Err(ours), Err(theirs)) => assert_eq!(ours.code(), theirs.code(), "{text}\n{ours}\n{theirs}"),
            (ours, theirs) => panic!("{text}\nours: {ours:?}\ntheirs: {theirs:?}"),
        }
        let Ok(expected) = &expected_explain else { continue };
        let explain = engine.explain("customers", &pipeline).expect("it ran");
        if !text.contains("$limit") {
            assert_eq!(explain.rows_read, expected.rows_read, "{text}\n{explain}");
        }
        assert!(explain.rows_read <= all, "{text}");
        let last = |explain: &engine::Explain| explain.stages.last().map(|stage| stage.rows_out);
        assert_eq!(last(&explain), last(expected), "{text}\n{explain}");
    }
    // In row mode nothing tells the two apart.
    let Ok(expected) = expected_explain else { return };
    if !text.contains("$limit") {
        assert_eq!(documents.explain("customers", &pipeline).expect("it ran"), expected, "{text}");
    }
}

#[test]
fn every_way_out_shows_what_the_view_shows() {
    let ways = [
        "[]",
        "[{$count: 'n'}]",
        "[{$project: {x: '$$ROOT'}}]",
        "[{$replaceRoot: {newRoot: {all: '$$ROOT', age: '$$ROOT.age', text: '$text'}}}]",
        "[{$group: {_id: null, ids: {$push: '$_id'}, id: {$push: '$id'}, all: {$push: '$$ROOT'}}}]",
        "[{$group: {_id: null, least: {$min: '$age'}, most: {$max: '$id'}, n: {$sum: 1}}}]",
        "[{$group: {_id: {text: '$text', card: '$card', a: '$code.a'}, n: {$sum: 1}}}]",
        "[{$sortByCount: '$text'}]",
        "[{$sortByCount: '$code'}]",
        "[{$match: {text: 'F'}}]",
        "[{$match: {'code.a': 1}}, {$count: 'n'}]",
        "[{$match: {id: {$gt: 0}}}, {$count: 'n'}]",
        "[{$match: {_id: {$exists: true}}}, {$count: 'n'}]",
        "[{$match: {age: null}}, {$count: 'n'}]",
        "[{$match: {card: 'Gold'}}, {$count: 'n'}]",
        "[{$match: {$expr: {$divide: [1, {$subtract: ['$age', 3]}]}}}, {$count: 'n'}]",
        "[{$set: {x: {$divide: [1, {$cond: [{$eq: ['$card', 'Gold']}, 0, 1]}]}}}, {$count: 'n'}]",
        "[{$sort: {age: 1, id: 1}}, {$limit: 5}]",
        "[{$sort: {id: -1}}, {$skip: 1}, {$limit: 2}, {$project: {card: 1}}]",
        "[{$skip: 3}]",
        "[{$limit: 4}]",
        "[{$unwind: '$card'}, {$group: {_id: '$card', n: {$sum: 1}}}]",
        "[{$bucketAuto: {groupBy: '$age', buckets: 3}}]",
        "[{$facet: {n: [{$count: 'n'}], text: [{$sortByCount: '$text'}]}}]",
        "[{$setWindowFields: {sortBy: {age: 1}, output: {n: {$sum: 1, window: {documents: ['unbounded', 'current']}}}}}, \
          {$group: {_id: null, n: {$sum: '$n'}}}]",
        "[{$lookup: {from: 'transactions', localField: 'id', foreignField: 'id', as: 't'}}, {$unwind: '$t'}]",
        "[{$lookup: {from: 'transactions', localField: '_id', foreignField: '_id', as: 't'}}, {$unwind: '$t'}, \
          {$group: {_id: '$card', sum: {$sum: '$t.amount'}, wild: {$max: '$t.wild'}, n: {$sum: 1}}}]",
        "[{$lookup: {from: 'transactions', localField: 'id', foreignField: 'id', as: 't'}}, \
          {$group: {_id: {$size: '$t'}, n: {$sum: 1}}}]",
        "[{$lookup: {from: 'customers', localField: 'card', foreignField: 'card', as: 't'}}, {$limit: 2}]",
        "[{$unionWith: 'transactions'}]",
        "[{$unionWith: {coll: 'customers', pipeline: [{$match: {card: 'Gold'}}]}}, {$count: 'n'}]",
        "[{$facet: {a: [{$unionWith: 'transactions'}, {$count: 'n'}]}}]",
    ];
    for view in VIEWS {
        let engines = engines(view);
        for text in ways {
            compare(&engines, text);
        }
    }
}

#[test]
fn random_pipelines_see_what_the_view_shows() {
    let mut dice = Dice::new(314);
    for view in VIEWS {
        let engines = engines(view);
        for round in 0..25 {
            let (expr, test) = (number(&mut dice, round % 3), condition(&mut dice, 1 + round % 2));
            compare(&engines, &format!("[{{$project: {{x: {expr}}}}}]"));
            compare(&engines, &format!("[{{$match: {{$expr: {test}}}}}, {{$count: 'n'}}]"));
            compare(&engines, &format!("[{JOIN}, {{$group: {{_id: {test}, n: {{$sum: 1}}, x: {{$min: {expr}}}}}}}]"));
        }
    }
}

#[test]
fn schema_number_of_rows_and_copies_show_what_the_view_shows() {
    for view in VIEWS {
        let engines = engines(view);
        let [columns, documents, beforehand] =
            engines.each_ref().map(|engine| engine.collection("customers").expect("open").expect("it is there"));
        let Schema::Fields(fields) = columns.schema() else { panic!("columns have fields") };
        let hides = |path: &str| view.1.iter().any(|hidden| path == *hidden || path.starts_with(&format!("{hidden}.")));
        assert!(!fields.is_empty() && !fields.iter().any(|field| hides(&field.path)), "{view:?}");
        if hides("id") || hides("_id") {
            assert!(!fields.iter().any(|field| ["id", "_id"].contains(&field.path.as_str())), "{view:?}");
        }
        let n = beforehand.n_rows().expect("a number");
        assert_eq!((columns.n_rows(), documents.n_rows()), (Ok(n), Ok(n)), "{view:?}");
        let copy = |collection: &Collection| -> Vec<Vec<u8>> {
            collection.raw_documents().map(|document| document.expect("a document").into_bytes()).collect()
        };
        assert_eq!(copy(&columns), copy(&beforehand), "{view:?}");
        assert_eq!(copy(&documents), copy(&beforehand), "{view:?}");
    }
}

/// What a pipeline over all customers makes of the transactions that a view shows, and what became of it on columns; row
/// mode answers the same.
fn joined(view: (&str, &[&str]), stages: &str) -> (Result<Vec<Document>, i32>, Option<engine::Explain>) {
    let (columns, documents) = both();
    let code = |error: pipeline::RunError| error.code().expect("a code");
    let text = format!("[{stages}]");
    let pipeline = parse_text(&text).unwrap_or_else(|error| panic!("{text}: {error}"));
    let run = |engine: &Engine, from: &Engine| {
        let mut engine = engine.clone();
        engine.insert("transactions", restricted(from, "transactions", view));
        (engine.run("customers", &pipeline).map_err(code), engine.explain("customers", &pipeline))
    };
    let (ours, explain) = run(&columns, &columns);
    let (theirs, _) = run(&documents, &columns);
    match (&ours, &theirs) {
        (Ok(ours), Ok(theirs)) => assert_eq!(lines(ours, true, false), lines(theirs, true, false), "{view:?} {text}"),
        _ => assert_eq!(ours, theirs, "{view:?} {text}"),
    }
    (ours, explain.ok())
}

const UNWIND: &str =
    "{$lookup: {from: 'transactions', localField: 'id', foreignField: 'id', as: 't'}}, {$unwind: '$t'}";

#[test]
fn a_join_in_order_sees_what_the_other_view_shows() {
    for view in [
        ("{amount: {$gt: 0}}", &["wild"] as &[&str]),
        ("{amount: {$gt: 0}, limit: 7}", &["amount", "limit"]),
        ("{$or: [{maybe: null}, {tame: {$lt: 1}}], $expr: {$lt: ['$amount', '$long']}}", &[]),
        ("{}", &["huge"]),
    ] {
        let (rows, explain) = joined(view, &format!("{UNWIND}, {{$match: {{card: 'Blue'}}}}, {{$project: {{t: 1}}}}"));
        let explain = explain.expect("it ran");
        let said = explain.to_string();
        assert!(explain.stages.iter().any(|stage| stage.how.starts_with("aligned join")), "{said}");
        assert!(view.1.iter().all(|hidden| !explain.columns_read.iter().any(|path| path == hidden)), "{said}");
        let all = rows.expect("rows");
        assert!(!all.is_empty(), "{said}");
        assert!(
            all.iter().all(|row| row.get_document("t").is_ok_and(|t| view.1.iter().all(|path| !t.contains_key(path))))
        );
        // The joined rows are counted behind the `$unwind`, as if the others had found no match.
        let (counted, explain) = joined(view, &format!("{UNWIND}, {{$count: 'n'}}"));
        let n = counted.expect("rows")[0].get_i32("n").expect("a number");
        let explain = explain.expect("it ran");
        assert_eq!((explain.stages[0].rows_out, explain.stages[1].rows_out), (317, n as u64), "{explain}");
        assert!(explain.columns_read.is_empty(), "what a view reads is not told: {explain}");
    }
}

#[test]
fn a_join_that_order_does_not_answer_is_left_to_row_mode() {
    let row_mode = |view: (&str, &[&str]), stages: &str| {
        let (rows, explain) = joined(view, stages);
        let is_row_mode =
            |explain: engine::Explain| explain.stages.iter().all(|stage| !stage.how.starts_with("aligned"));
        assert!(explain.is_none_or(is_row_mode), "{view:?} {stages}");
        rows
    };
    // A row whose match is not shown stays here.
    let preserve = UNWIND.replace("'$t'", "{path: '$t', preserveNullAndEmptyArrays: true}");
    let rows = row_mode(("{amount: {$gt: 0}}", &[]), &preserve).expect("rows");
    assert_eq!(rows.len(), 317);
    assert!(rows.iter().any(|row| !row.contains_key("t")));
    // Without the key there is nothing to join by.
    for hidden in ["id", "_id"] {
        assert_eq!(row_mode(("{}", &[hidden]), UNWIND), Ok(Vec::new()));
    }
    // A filter that fails on a document fails also where no row finds that one.
    let fails = ("{$expr: {$gt: [{$divide: [1, '$tame']}, 0]}}", &[] as &[&str]);
    assert_eq!(row_mode(fails, &format!("{{$match: {{id: 1000000}}}}, {UNWIND}")), Err(2));
    for patterns in [
        "{$expr: {$regexMatch: {input: {$toString: '$amount'}, regex: '^1'}}}",
        "{$nor: [{amount: /1/}]}",
        "{amount: {$nin: [/1/, 5]}}",
        "{amount: {$not: {$in: [/1/]}}}",
        "{$or: [{amount: {$elemMatch: {a: /1/}}}, {long: {$gt: 5}}]}",
    ] {
        assert!(!row_mode((patterns, &[]), UNWIND).expect("rows").is_empty(), "{patterns}");
    }
}

#[test]
fn explanations_name_nothing_that_is_hidden() {
    let [columns, ..] = engines(("{card: 'Blue', flag: {$ne: null}}", &["card", "code.a"]));
    let explain = |text: &str| columns.explain("customers", &parse_text(text).expect("a pipeline")).expect("it ran");
    for text in ["[]", "[{$count: 'n'}]", "[{$group: {_id: '$text', n: {$sum: 1}}}]", "[{$match: {card: 'Gold'}}]"] {
        let explain = explain(text);
        let said = explain.to_string();
        assert!(!explain.columns_read.iter().any(|path| path == "card" || path == "code.a"), "{text}\n{said}");
        let is_counted = text.contains("$count") || text.contains("$group");
        let names_flag = explain.columns_read.iter().any(|path| path == "flag");
        assert!(!(is_counted && names_flag), "{text}\n{said}: only the view reads it");
        let n_stages = parse_text(text).expect("a pipeline").stages.len();
        assert!(explain.stages.len() <= n_stages + 1, "{text}\n{said}: the view is no stage");
    }
    assert_eq!(explain("[{$match: {card: 'Gold'}}, {$count: 'n'}]").stages.last().map(|stage| stage.rows_out), Some(0));
}

#[test]
fn a_restricted_handle_can_only_be_restricted_further() {
    let (columns, _) = both();
    let once = restricted(&columns, "customers", ("{card: 'Blue'}", &["text"]));
    let mut engine = Engine::new();
    engine.insert("customers", once.clone());
    // A filter on what is hidden finds it absent.
    let none = restricted(&engine, "customers", ("{text: 'F'}", &[]));
    assert_eq!(none.n_rows(), Ok(0));
    let twice = restricted(&engine, "customers", ("{age: {$gt: 5}}", &["age"]));
    engine.insert("customers", twice.clone());
    assert!(twice.n_rows().expect("a number") < once.n_rows().expect("a number"));
    let rows = engine.run("customers", &Pipeline::default()).expect("rows");
    assert!(rows.iter().all(|row| !row.contains_key("text") && !row.contains_key("age")));
    assert!(rows.iter().all(|row| row.get_str("card").is_ok_and(|card| card == "Blue")) && !rows.is_empty());
}
