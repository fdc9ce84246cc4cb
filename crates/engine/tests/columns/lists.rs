//! Documents of any shape, whose arrays lie in lists, answer as documents in row mode do: in value, type and order.

use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_schema::{Schema, SchemaRef};
use bson::{Bson, Document, bson, doc};
use documents::Draft;
use engine::{Collection, Engine};
use pipeline::{Run as _, parse_text};

use crate::nasty_bank::{Dice, lines};

/// Several batches of as many rows; `drafted` decides on the columns.
fn columns(documents: &[Document], drafted: &[Document]) -> (SchemaRef, Vec<RecordBatch>) {
    let raw = |document: &Document| document.to_vec().expect("BSON");
    let mut draft = Draft::new();
    for document in drafted {
        draft.add(&raw(document)).expect("a document");
    }
    let mut encoder = draft.encoder();
    let batch = |rows: &[Document]| {
        for document in rows {
            encoder.add(&raw(document)).expect("a document");
        }
        encoder.finish().expect("a batch")
    };
    let batches = documents.chunks(40).map(batch).collect();
    (encoder.schema(), batches)
}

fn collection(documents: &[Document], drafted: &[Document]) -> Collection {
    let (schema, batches) = columns(documents, drafted);
    Collection::from_batches(&schema, batches).expect("a collection")
}

/// As versions before lists wrote them: arrays in one piece, and nothing in the metadata.
fn as_before(documents: &[Document]) -> Collection {
    let pieces = |document: &Document| {
        let mut document = document.clone();
        for name in ["items", "numbers"] {
            if let Some(Bson::Array(_)) = document.get(name) {
                document.insert(name, bson!([[1]]));
            }
        }
        document.remove("in");
        document
    };
    let (schema, batches) = columns(documents, &documents.iter().map(pieces).collect::<Vec<_>>());
    let names: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
    assert!(names.contains(&"items:bson4") && names.contains(&"numbers:bson4"), "{names:?}");
    let before = Arc::new(Schema::new(schema.fields().clone()));
    let batches = batches.into_iter().map(|batch| RecordBatch::try_new(Arc::clone(&before), batch.columns().to_vec()));
    let batches = batches.collect::<Result<_, _>>().expect("the same fields");
    Collection::from_batches(&before, batches).expect("a collection")
}

/// How alike the elements are.
#[derive(Clone, Copy, Debug)]
enum Kind {
    /// All have the same fields of the same types.
    Alike,
    /// Some lack fields.
    Optional,
    /// Some have nulls, other types, are no objects.
    Mixed,
    /// Some are arrays.
    Nested,
}

fn element(dice: &mut Dice, kind: Kind) -> Bson {
    let word = |dice: &mut Dice| ["fee", "card", "cash", "interest"][dice.roll(4)];
    let mut element = doc! {
        "kind": word(dice),
        "value": dice.roll(1000) as f64 / 8.0,
        "n": dice.roll(7) as i32,
        "big": i64::MAX / 3 - dice.roll(9) as i64,
        "place": { "city": word(dice), "open": dice.roll(2) == 0 },
        "note": format!("note {}", dice.roll(5000)),
    };
    if matches!(kind, Kind::Alike) {
        return Bson::Document(element);
    }
    for name in ["kind", "value", "n", "place"] {
        if dice.roll(6) == 0 {
            element.remove(name);
        }
    }
    if matches!(kind, Kind::Optional) {
        return Bson::Document(element);
    }
    match dice.roll(12) {
        0 => Bson::Null,
        1 => Bson::Int32(5),
        2 => bson!({}),
        3 => bson!({ "kind": Bson::Null, "value": "much", "n": 2.5, "place": [{ "city": "fee" }] }),
        4 if matches!(kind, Kind::Nested) => bson!([1, { "kind": "fee" }, []]),
        _ => Bson::Document(element),
    }
}

fn documents(dice: &mut Dice, kind: Kind) -> Vec<Document> {
    let document = |(n, dice): (i32, &mut Dice)| {
        let mut document = doc! { "_id": n, "group": dice.roll(3) as i32 };
        let length = dice.roll(5);
        let items: Vec<Bson> = (0..length).map(|_| element(dice, kind)).collect();
        match dice.roll(10) {
            0 => {}
            1 => drop(document.insert("items", Bson::Null)),
            _ => drop(document.insert("items", items)),
        }
        if dice.roll(7) > 0 {
            document.insert("a", if dice.roll(9) > 0 { Bson::Int32(dice.roll(20) as i32) } else { Bson::Null });
        }
        if dice.roll(3) > 0 {
            document.insert("o", doc! { "w": *dice.pick(&["x", "y", "z"]) });
        }
        let numbers: Vec<i32> = (0..dice.roll(4)).map(|_| dice.roll(50) as i32).collect();
        document.insert("numbers", numbers);
        document.insert("in", doc! { "words": (0..dice.roll(3)).map(|_| "word").collect::<Vec<&str>>() });
        document
    };
    (0..130).map(|n| document((n, dice))).collect()
}

const PIPELINES: &[&str] = &[
    "[{$setWindowFields: {sortBy: {_id: -1}, output: {at: {$documentNumber: {}}, 'in.sum': {$sum: '$group', window: {documents: ['unbounded', 'current']}}}}}]",
    "[{$setWindowFields: {partitionBy: '$group', sortBy: {a: 1, _id: 1}, output: {mean: {$avg: '$a', window: {documents: [-2, 2]}}, group: {$first: '$a'}}}}, {$match: {mean: {$gt: 5}}}]",
    "[{$match: {group: {$gt: 0}}}, {$setWindowFields: {partitionBy: '$a', output: {n: {$count: {}}, l: {$last: '$items'}}}}, {$project: {n: 1, a: 1, l: 1}}]",
    "[{$setWindowFields: {partitionBy: {$mod: ['$_id', 4]}, sortBy: {a: 1}, output: {rank: {$rank: {}}, next: {$shift: {output: '$a', by: 1}}}}}, {$group: {_id: '$rank', n: {$sum: 1}, s: {$sum: '$next'}}}]",
    "[{$setWindowFields: {sortBy: {a: 1}, output: {near: {$sum: '$group', window: {range: [-3, 3]}}}}}, {$sort: {_id: 1}}]",
    "[{$setWindowFields: {partitionBy: '$o.w', sortBy: {_id: 1}, output: {'o.d': {$derivative: {input: '$group'}, window: {documents: [-1, 0]}}}}}]",
    "[{$set: {a: {$ifNull: ['$a', 0]}}}, {$setWindowFields: {sortBy: {a: 1}, output: {r: {$denseRank: {}}}}}]",
    "[{$setWindowFields: {partitionBy: '$items', sortBy: {_id: 1}, output: {n: {$documentNumber: {}}}}}]",
    "[{$setWindowFields: {partitionBy: '$numbers', output: {n: {$count: {}}}}}]",
    "[{$setWindowFields: {sortBy: {'items.n': 1}, output: {n: {$documentNumber: {}}}}}]",
    "[{$setWindowFields: {sortBy: {_id: 1}, output: {'items.n': {$documentNumber: {}}}}}, {$limit: 3}]",
    "[]",
    "[{$unwind: '$items'}]",
    "[{$unwind: {path: '$items', preserveNullAndEmptyArrays: true}}]",
    "[{$unwind: {path: '$items', includeArrayIndex: 'at'}}]",
    "[{$unwind: '$items'}, {$count: 'n'}]",
    "[{$unwind: '$items'}, {$group: {_id: '$items.kind', n: {$sum: 1}, sum: {$sum: '$items.value'}, first: {$first: '$_id'}}}]",
    "[{$unwind: '$items'}, {$group: {_id: '$items.n', max: {$max: '$items.value'}, mean: {$avg: '$items.n'}}}]",
    "[{$unwind: '$items'}, {$group: {_id: null, all: {$sum: '$items.big'}, least: {$min: '$items.big'}}}]",
    "[{$unwind: '$items'}, {$group: {_id: '$items.place.city', open: {$addToSet: '$items.place.open'}, g: {$sum: '$group'}}}]",
    "[{$unwind: '$items'}, {$group: {_id: '$items.place', n: {$sum: 1}}}]",
    "[{$unwind: '$items'}, {$group: {_id: {g: '$group', k: '$items.kind'}, n: {$sum: 1}, last: {$last: '$items.note'}}}]",
    "[{$unwind: '$items'}, {$group: {_id: '$group', items: {$push: '$items'}}}]",
    "[{$unwind: '$items'}, {$group: {_id: '$group', kinds: {$push: '$items.kind'}, n: {$sum: '$items.n'}}}]",
    "[{$unwind: '$items'}, {$match: {'items.kind': 'fee', 'items.n': {$gt: 2}}}, {$group: {_id: '$items.n', v: {$sum: '$items.value'}}}]",
    "[{$match: {group: 1}}, {$unwind: '$items'}, {$match: {'items.place.open': true}}, {$group: {_id: '$items.kind', n: {$sum: 1}}}]",
    "[{$unwind: '$items'}, {$group: {_id: {$toUpper: '$items.kind'}, v: {$sum: {$multiply: ['$items.value', 2]}}}}]",
    "[{$unwind: '$items'}, {$unwind: '$numbers'}, {$group: {_id: '$numbers', n: {$sum: '$items.n'}, b: {$sum: '$items.big'}}}]",
    "[{$unwind: '$numbers'}, {$group: {_id: '$numbers', n: {$sum: 1}, all: {$sum: '$numbers'}}}]",
    "[{$unwind: {path: '$numbers', preserveNullAndEmptyArrays: true}}, {$group: {_id: '$numbers', n: {$sum: 1}}}]",
    "[{$unwind: {path: '$items', preserveNullAndEmptyArrays: true}}, {$group: {_id: '$items.kind', n: {$sum: 1}, w: {$push: '$items'}}}]",
    "[{$unwind: '$in.words'}, {$group: {_id: '$in.words', n: {$sum: 1}}}]",
    "[{$match: {'items.kind': 'card'}}, {$count: 'n'}]",
    "[{$match: {'items.0.n': 3, numbers: {$elemMatch: {$gt: 10}}}}]",
    "[{$group: {_id: {$size: {$ifNull: ['$items', []]}}, n: {$sum: 1}}}]",
    "[{$project: {k: '$items.kind', s: {$sum: '$items.value'}, last: {$last: '$numbers'}}}]",
    "[{$sort: {numbers: -1, _id: 1}}, {$limit: 7}]",
    "[{$unwind: '$items'}, {$sort: {'items.value': 1, _id: 1}}, {$skip: 3}, {$limit: 5}]",
    "[{$lookup: {from: 'c', localField: 'items.n', foreignField: 'numbers', as: 'l'}}, {$project: {n: {$size: '$l'}}}]",
    "[{$unwind: '$items'}, {$lookup: {from: 'c', localField: 'items.n', foreignField: 'items.n', as: 'l'}}, {$group: {_id: '$items.kind', n: {$sum: {$size: '$l'}}}}]",
];

/// The rows as text; groups in any order.
fn rows(collection: &Collection, text: &str) -> Result<Vec<String>, String> {
    let mut engine = Engine::new();
    engine.insert("c", collection.clone());
    let rows =
        engine.run("c", &parse_text(text).expect("a pipeline")).map_err(|error| format!("{:?}", error.code()))?;
    Ok(lines(&rows, !text.contains("$group"), false))
}

#[test]
fn lists_answer_as_documents_do() {
    for (seed, kind) in [Kind::Alike, Kind::Optional, Kind::Mixed, Kind::Nested].into_iter().cycle().take(8).enumerate()
    {
        let documents = documents(&mut Dice::new(seed as u64 + 1), kind);
        let plain = Collection::from_documents(documents.clone());
        let kept = [
            ("few drafted", collection(&documents, &documents[..20])),
            ("all drafted", collection(&documents, &documents)),
            ("as before", as_before(&documents)),
        ];
        for text in PIPELINES {
            let expected = rows(&plain, text);
            for (how, columns) in &kept {
                assert_eq!(rows(columns, text), expected, "{kind:?}, {how}\n{text}");
            }
        }
    }
}

/// What becomes of the first stages.
fn explained(documents: &[Document], text: &str) -> String {
    let mut engine = Engine::new();
    engine.insert("c", collection(documents, documents));
    engine.explain("c", &parse_text(text).expect("a pipeline")).expect("an explanation").to_string()
}

#[test]
fn only_what_is_irregular_is_made() {
    let text = "[{$unwind: '$items'}, {$group: {_id: '$items.kind', v: {$sum: '$items.value'}}}]";
    for (kind, how) in [
        (Kind::Alike, "rows of elements, whose fields are columns"),
        (Kind::Optional, "rows of elements, whose fields are columns"),
        (Kind::Mixed, "rows of elements, of which only what is read is made"),
    ] {
        let explained = explained(&documents(&mut Dice::new(1), kind), text);
        assert!(explained.contains(how), "{explained}");
    }
}

#[test]
fn windows_sort_columns_and_make_documents_last() {
    let window = |by: &str| {
        format!(
            "[{{$setWindowFields: {{sortBy: {{{by}: 1}}, output: {{n: {{$documentNumber: {{}}}}}}}}}}, {{$match: {{n: 1}}}}]"
        )
    };
    let documents = documents(&mut Dice::new(1), Kind::Alike);
    for (by, how) in
        [("_id", "keys and inputs as columns"), ("a", "keys and inputs as columns"), ("numbers", "row mode")]
    {
        let explained = explained(&documents, &window(by));
        assert!(explained.contains(&format!("1. $setWindowFields: {how}")), "{explained}");
    }
}

/// More elements than rows: a sum of them all does not fit where one of the rows' would.
#[test]
fn sums_of_more_elements_than_rows_do_not_overflow() {
    let documents: Vec<Document> = (0..3).map(|n| doc! { "_id": n, "v": vec![i64::MAX / 4; 4] }).collect();
    let text = "[{$unwind: '$v'}, {$group: {_id: null, v: {$sum: '$v'}, n: {$sum: {$toLong: '3000000000000000000'}}}}]";
    let plain = rows(&Collection::from_documents(documents.clone()), text);
    assert_eq!(rows(&collection(&documents, &documents), text), plain);
}
