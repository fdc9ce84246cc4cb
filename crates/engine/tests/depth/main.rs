//! How deep things may get while a pipeline runs: nothing within the language's limits needs more stack than a thread of
//! rayon has, and values that grow deep are refused with the server's code.

use std::sync::Arc;

use arrow_array::{ArrayRef, Int32Array, RecordBatch};
use arrow_schema::{DataType, Field, Schema};
use bson::{Bson, Document, doc};
use engine::{Collection, Engine};
use pipeline::{Run, RunError, parse_text};

/// The stack of a thread that rayon or the standard library starts.
const SMALL_STACK: usize = 2 << 20;

fn on_a_small_stack(work: impl FnOnce() + Send + 'static) {
    std::thread::Builder::new()
        .stack_size(SMALL_STACK)
        .spawn(work)
        .expect("a thread")
        .join()
        .expect("a thread that ends well");
}

/// A value of so many levels.
fn nested(levels: usize) -> Bson {
    (0..levels).fold(Bson::Int32(1), |value, at| {
        if at % 2 == 0 { Bson::Array(vec![value]) } else { Bson::Document(doc! {"a": value}) }
    })
}

/// One collection of documents, one of columns, and one of documents as deep as they may lie in a bank.
fn engine() -> Engine {
    let schema =
        Arc::new(Schema::new(vec![Field::new("_id", DataType::Int32, false), Field::new("a", DataType::Int32, false)]));
    let column = || -> ArrayRef { Arc::new(Int32Array::from_iter_values(0..3)) };
    let batch = RecordBatch::try_new(Arc::clone(&schema), vec![column(), column()]).expect("a batch");
    let mut engine = Engine::new();
    engine.insert("columns", Collection::from_batches(&schema, vec![batch]).expect("a collection"));
    engine.insert(
        "documents",
        Collection::from_documents(vec![doc! {"_id": 1, "a": 1}, doc! {"_id": 2, "a": [1, {"b": 1}]}]),
    );
    let deep = |id: i32| doc! {"_id": id, "a": nested(98), "k": nested(97)};
    engine.insert("deep", Collection::from_documents(vec![deep(1), deep(2), deep(3)]));
    engine
}

fn run(collection: &str, text: &str) -> Result<Vec<Document>, RunError> {
    let pipeline = parse_text(text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    engine().run(collection, &pipeline)
}

/// `inner` wrapped so many times.
fn wrapped(times: usize, open: &str, inner: &str, close: &str) -> String {
    format!("{}{inner}{}", open.repeat(times), close.repeat(times))
}

#[test]
fn the_deepest_statements_fit_on_a_small_stack() {
    on_a_small_stack(|| {
        let exprs = [
            ("{$abs: ", "'$a'", "}", 196),
            ("{$ifNull: [", "'$a'", ", 1]}", 98),
            ("[", "'$a'", "]", 190),
            ("{x: ", "'$a'", "}", 190),
            ("{$mergeObjects: {x: ", "{y: '$a'}", "}}", 97),
            ("{$concatArrays: [", "['$a']", "]}", 97),
            ("{$setUnion: [", "['$a']", ", ['$b']]}", 97),
            ("{$add: [1, ", "1", "]}", 98),
            ("{$add: [1, ", "{$size: [['$a']]}", "]}", 96),
            ("{$cond: ['$a', 1, ", "'$a'", "]}", 98),
            ("{$cond: [", "'$a'", ", '$a', false]}", 98),
            ("{$and: ['$a', ", "'$a'", "]}", 98),
            ("{$let: {vars: {x: '$a'}, in: ", "'$a'", "}}", 98),
            ("{$let: {vars: {x: ", "'$a'", "}, in: '$$x'}}", 65),
            ("{$switch: {branches: [{case: true, then: ", "'$a'", "}]}}", 49),
            ("{$switch: {branches: [{case: {$eq: ['$a', 77]}, then: 1}], default: ", "'$a'", "}}", 96),
            ("{$map: {input: ['$a'], in: ", "'$a'", "}}", 98),
            ("{$filter: {input: ", "['$a']", ", cond: true}}", 97),
            ("{$reduce: {input: ['$a'], initialValue: 1, in: ", "'$a'", "}}", 98),
            ("{$dateToString: {date: {$toDate: 0}, onNull: ", "'$a'", "}}", 98),
            ("{$zip: {inputs: [", "['$a']", "]}}", 65),
        ];
        for (open, inner, close, times) in exprs {
            let expr = wrapped(times, open, inner, close);
            for collection in ["columns", "documents", "deep"] {
                for stage in [
                    format!("[{{$set: {{v: {expr}}}}}, {{$match: {{v: 1}}}}]"),
                    format!("[{{$group: {{_id: {expr}, n: {{$sum: 1}}}}}}]"),
                    format!("[{{$match: {{$expr: {expr}}}}}]"),
                ] {
                    if let Ok(pipeline) = parse_text(&stage) {
                        let answer = engine().run(collection, &pipeline);
                        if let Err(error) = &answer {
                            assert!(error.code().is_some(), "{error}\n{stage}");
                        }
                    }
                }
            }
        }
    });
}

#[test]
fn the_deepest_predicates_fit_on_a_small_stack() {
    on_a_small_stack(|| {
        for (open, inner, close, times) in [
            ("{$and: [", "{a: 1}", "]}", 98),
            ("{$or: [{b: 1}, ", "{a: 1}", "]}", 98),
            ("{$nor: [", "{a: 1}", "]}", 98),
            ("{a: {$elemMatch: ", "{b: 1}", "}}", 98),
            ("{a: ", "{$not: {$gt: 1}}", "}", 1),
            ("{$jsonSchema: ", "{required: ['a']}", "}", 1),
        ] {
            for collection in ["columns", "documents", "deep"] {
                run(collection, &format!("[{{$match: {}}}]", wrapped(times, open, inner, close))).unwrap();
            }
        }
        let schema = wrapped(195, "{not: ", "{required: ['a']}", "}");
        run("documents", &format!("[{{$match: {{$jsonSchema: {schema}}}}}]")).unwrap();
        let schema = wrapped(97, "{properties: {a: ", "{type: 'object'}", "}}");
        run("deep", &format!("[{{$match: {{$jsonSchema: {schema}}}}}]")).unwrap();
        let not = wrapped(190, "{$not: ", "{$gt: 0}", "}");
        assert_eq!(run("documents", &format!("[{{$match: {{a: {not}}}}}, {{$count: 'n'}}]")).unwrap().len(), 1);
        run("deep", &format!("[{{$match: {{'{}': 1}}}}]", vec!["a"; 180].join("."))).unwrap();
    });
}

#[test]
fn pipelines_inside_pipelines_and_a_thousand_stages_fit_on_a_small_stack() {
    on_a_small_stack(|| {
        let nested = wrapped(20, "[{$unionWith: {coll: 'documents', pipeline: ", "[{$match: {a: 1}}]", "}}]");
        assert_eq!(run("documents", &nested).unwrap().len(), 42);
        for stage in [
            "{$limit: 2}",
            "{$match: {a: 1}}",
            "{$set: {b: '$a'}}",
            "{$sort: {a: 1}}",
            "{$unionWith: 'columns'}",
            "{$group: {_id: '$_id'}}",
            "{$unwind: '$_id'}",
        ] {
            for collection in ["columns", "documents"] {
                let stages = vec![stage; 1000].join(", ");
                run(collection, &format!("[{stages}]")).unwrap();
            }
        }
    });
}

#[test]
fn deep_documents_can_be_sorted_grouped_compared_and_joined() {
    on_a_small_stack(|| {
        for text in [
            "[{$sort: {a: 1, k: -1}}]",
            "[{$group: {_id: '$a', all: {$push: '$k'}, set: {$addToSet: '$k'}, least: {$min: '$k'}}}]",
            "[{$match: {$expr: {$and: [{$eq: ['$a', '$a']}, {$lt: ['$k', '$a']}]}}}]",
            "[{$lookup: {from: 'deep', localField: 'a', foreignField: 'a', as: 'k'}}]",
            "[{$unionWith: 'deep'}, {$facet: {a: [{$sortByCount: '$a'}]}}]",
            "[{$set: {u: {$setUnion: ['$k', '$k']}}}, {$setWindowFields: {partitionBy: '$a', sortBy: {a: 1}, output: {l: {$last: '$u'}}}}]",
        ] {
            run("deep", text).unwrap_or_else(|error| panic!("{error}\n{text}"));
        }
    });
}

/// What grows by `levels` a step, for `steps` steps.
fn reduce(steps: usize, levels: usize) -> String {
    let step = wrapped(levels, "[", "'$$value'", "]");
    format!("{{$reduce: {{input: {{$range: [0, {steps}]}}, initialValue: '$a', in: {step}}}}}")
}

#[test]
fn values_that_grow_deep_are_refused() {
    on_a_small_stack(|| {
        let code = |text: &str| run("documents", text).err().map(|error| error.code());
        assert_eq!(code(&format!("[{{$set: {{v: {}}}}}]", reduce(2, 90))), None);
        for (steps, levels) in [(3, 90), (800, 90), (10_000, 1), (250, 1)] {
            assert_eq!(
                code(&format!("[{{$set: {{v: {}}}}}]", reduce(steps, levels))),
                Some(Some(15)),
                "{steps} × {levels}"
            );
            assert_eq!(
                code(&format!("[{{$match: {{$expr: {}}}}}, {{$limit: 1}}]", reduce(steps, levels))).flatten(),
                (steps * levels > 400).then_some(15),
                "{steps} × {levels}"
            );
        }
        let lets = |times: usize| {
            let step = wrapped(50, "[", "'$$x'", "]");
            wrapped(times, &format!("{{$let: {{vars: {{x: {step}}}, in: "), "'$$x'", "}}")
        };
        let bound = |times: usize| format!("[{{$set: {{v: {{$let: {{vars: {{x: '$a'}}, in: {}}}}}}}}}]", lets(times));
        assert_eq!(code(&bound(3)), None);
        assert_eq!(code(&bound(45)), Some(Some(15)));
        for stage in [
            "{$group: {_id: null, v: {$push: '$$ROOT'}}}",
            "{$project: {v: ['$$ROOT']}}",
            "{$set: {v: '$$ROOT'}}",
            "{$replaceWith: {v: '$$ROOT'}}",
            "{$facet: {v: []}}",
            "{$bucketAuto: {groupBy: '$none', buckets: 1, output: {v: {$push: '$$ROOT'}}}}",
            "{$setWindowFields: {output: {v: {$push: '$$ROOT'}}}}",
            "{$sortByCount: {$mergeObjects: [{v: '$$ROOT'}]}}",
        ] {
            let stages = |n: usize| format!("[{{$limit: 1}}, {}]", vec![stage; n].join(", "));
            assert_eq!(code(&stages(50)), None, "{stage}");
            assert_eq!(code(&stages(999)), Some(Some(15)), "{stage}");
        }
    });
}
