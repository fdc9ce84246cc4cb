//! The limits of a server on the size of statements, with its codes, and that nothing within them needs more stack than
//! the smallest thread has.

use pipeline::{
    Bson, Document, Error, Schema, Schemas, check, limits, oldest_server, parse, parse_expr, parse_predicate,
    parse_text, print, read,
};

/// Less than half of what the threads of rayon have, and less than the least main thread. What needs most of it is the derived
/// equality of two trees.
const SMALL_STACK: usize = 3 << 18;

fn on_a_small_stack(work: impl FnOnce() + Send + 'static) {
    let thread = std::thread::Builder::new().stack_size(SMALL_STACK).spawn(work).expect("a thread");
    thread.join().expect("a thread that ends well");
}

fn code<T>(result: Result<T, Error>) -> Option<i32> {
    result.err().and_then(|error| error.error_code())
}

/// `inner` wrapped so many times.
fn wrapped(times: usize, open: &str, inner: &str, close: &str) -> String {
    format!("{}{inner}{}", open.repeat(times), close.repeat(times))
}

/// The same as values, which may be deeper than text can say.
fn nested(times: usize, wrap: impl Fn(Bson) -> Bson) -> Bson {
    (0..times).fold(Bson::Int32(1), |value, _| wrap(value))
}

fn in_a(key: &str) -> impl Fn(Bson) -> Bson {
    move |value| {
        let mut document = Document::new();
        document.insert(key, value);
        Bson::Document(document)
    }
}

fn stage(name: &str, value: Bson) -> Bson {
    Bson::Array(vec![in_a(name)(value)])
}

#[test]
fn text_is_nested_in_200_levels_at_most() {
    assert!(read(&wrapped(200, "[", "", "]")).is_ok());
    for (open, close) in [("[", "]"), ("{a: ", "}"), ("new Date(", ")"), ("[{a: ", "}]")] {
        let error = read(&wrapped(201, open, "1", close)).unwrap_err();
        assert_eq!(error.error_code(), Some(15), "{open}");
        assert!(error.place().unwrap().starts_with("line 1, column "), "{error}");
        // However deep: nothing recurses further.
        assert_eq!(code(read(&open.repeat(100_000))), Some(15), "{open}");
    }
}

#[test]
fn values_are_nested_in_200_levels_at_most() {
    let deep = |levels: usize| nested(levels, |value| Bson::Array(vec![value]));
    assert_eq!(code(parse_expr(&deep(200))), None);
    for too_deep in [deep(201), deep(3_000), nested(201, in_a("a")), nested(201, in_a("$abs"))] {
        assert_eq!(code(parse_expr(&too_deep)), Some(15));
        assert_eq!(code(parse_predicate(&in_a("a")(too_deep.clone()))), Some(15));
        assert_eq!(code(parse(&stage("$replaceWith", too_deep.clone()))), Some(15));
        assert_eq!(code(pipeline::parse_accumulator(&in_a("$sum")(too_deep))), Some(15));
    }
    assert!(limits::is_deeper_than(&deep(101), 100));
    assert!(!limits::is_deeper_than(&deep(100), 100));
    assert!(!limits::is_deeper_than(&Bson::Int32(1), 0));
}

#[test]
fn a_pipeline_has_1000_stages_at_most() {
    let stages = |n: usize| format!("[{}]", vec!["{$limit: 1}"; n].join(", "));
    assert_eq!(code(parse_text(&stages(1000))), None);
    assert_eq!(code(parse_text(&stages(1001))), Some(9));
    let inside = format!("[{{$unionWith: {{coll: 'x', pipeline: {}}}}}]", stages(1001));
    let error = parse_text(&inside).unwrap_err();
    assert_eq!((error.error_code(), error.place()), (Some(9), Some("stage 1, `$unionWith.pipeline`")));
    assert_eq!(code(parse_text(&format!("[{{$facet: {{a: {}}}}}]", stages(1001)))), Some(9));
}

#[test]
fn pipelines_lie_inside_20_others_at_most() {
    let nested = |n: usize| wrapped(n, "[{$unionWith: {coll: 'x', pipeline: ", "[]", "}}]");
    assert_eq!(code(parse_text(&nested(20))), None);
    let error = parse_text(&nested(21)).unwrap_err();
    assert_eq!(error.error_code(), Some(232));
    assert_eq!(error.into_diagnostic().error_code_name(), Some("MaxSubPipelineDepthExceeded"));
}

#[test]
fn a_path_has_200_names_at_most() {
    let path = |n: usize| vec!["a"; n].join(".");
    for (most, wrong, statement) in [
        (200, 15, "{$project: {'PATH': 1}}"),
        (200, 15, "{$set: {'PATH': 1}}"),
        (200, 15, "{$unset: 'PATH'}"),
        (200, 15, "{$sort: {'PATH': 1}}"),
        (200, 15, "{$unwind: '$PATH'}"),
        (200, 15, "{$lookup: {from: 'x', localField: 'PATH', foreignField: 'a', as: 'b'}}"),
        (199, 15, "{$project: {x: '$PATH'}}"),
        (199, 15, "{$project: {x: '$$ROOT.PATH'}}"),
        (199, 15, "{$project: {x: '$$CURRENT.PATH'}}"),
        (180, 5_729_100, "{$match: {'PATH': 1}}"),
        (180, 5_729_100, "{$match: {b: {$elemMatch: {'PATH': 1}}}}"),
    ] {
        let parsed = |n: usize| parse_text(&format!("[{}]", statement.replace("PATH", &path(n))));
        assert_eq!(code(parsed(most)), None, "{statement}");
        assert_eq!(code(parsed(most + 1)), Some(wrong), "{statement}");
    }
    let nested = |n: usize| format!("[{{$project: {}}}]", wrapped(n, &format!("{{'{}': ", path(20)), "1", "}"));
    assert_eq!((code(parse_text(&nested(10))), code(parse_text(&nested(11)))), (None, Some(15)));
}

/// Statements as deep as they may be, one for each way in which the language nests.
fn deepest() -> Vec<String> {
    let exprs = [
        ("{$abs: ", "'$a'", "}", 196),
        ("[", "'$a'", "]", 196),
        ("{x: ", "'$a'", "}", 190),
        ("{$add: [1, ", "'$a'", "]}", 98),
        ("{$cond: ['$a', 1, ", "'$a'", "]}", 98),
        ("{$let: {vars: {x: '$a'}, in: ", "'$a'", "}}", 98),
        ("{$let: {vars: {x: ", "'$a'", "}, in: '$$x'}}", 65),
        ("{$switch: {branches: [{case: true, then: ", "'$a'", "}]}}", 49),
        ("{$switch: {branches: [{case: false, then: 1}], default: ", "'$a'", "}}", 97),
        ("{$map: {input: ['$a'], in: ", "'$a'", "}}", 98),
        ("{$filter: {input: ", "['$a']", ", cond: true}}", 97),
        ("{$reduce: {input: ['$a'], initialValue: 1, in: ", "'$a'", "}}", 98),
    ];
    let predicates = [
        ("{$and: [", "{a: 1}", "]}", 98),
        ("{$or: [{b: 1}, ", "{a: 1}", "]}", 98),
        ("{$nor: [", "{a: 1}", "]}", 98),
        ("{a: {$elemMatch: ", "{b: 1}", "}}", 98),
    ];
    let mut all: Vec<String> = Vec::new();
    for (open, inner, close, times) in exprs {
        let expr = wrapped(times, open, inner, close);
        all.push(format!("[{{$set: {{v: {expr}}}}}]"));
        all.push(format!("[{{$group: {{_id: {expr}}}}}]"));
    }
    for (open, inner, close, times) in predicates {
        all.push(format!("[{{$match: {}}}]", wrapped(times, open, inner, close)));
    }
    all.push(format!("[{{$match: {{a: {}}}}}]", wrapped(190, "{$not: ", "{$gt: 1}", "}")));
    all.push(format!("[{{$match: {{a: {}}}}}]", wrapped(190, "{$elemMatch: ", "{$gt: 1}", "}")));
    all.push(format!("[{{$match: {{$jsonSchema: {}}}}}]", wrapped(195, "{not: ", "{}", "}")));
    all.push(format!("[{{$match: {{$jsonSchema: {}}}}}]", wrapped(97, "{properties: {a: ", "{}", "}}")));
    all.push(wrapped(20, "[{$unionWith: {coll: 'x', pipeline: ", "[{$match: {a: 1}}]", "}}]"));
    all.push(format!("[{{$project: {}}}]", wrapped(195, "{a: ", "1", "}")));
    all
}

#[test]
fn the_deepest_statements_fit_on_a_small_stack() {
    on_a_small_stack(|| {
        for text in deepest() {
            let value = read(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
            let parsed = match parse(&value) {
                Ok(parsed) => parsed,
                Err(error) => panic!("{error}\n{text}"),
            };
            assert_eq!(
                parse(&print::to_bson(&parsed)).map_err(|error| error.to_string()),
                Ok(parsed.clone()),
                "{text}"
            );
            assert!(print::mongosh("x", &parsed).len() > 100);
            let _ = (oldest_server(&parsed), parsed.reads(), parsed.collections());
            let schemas = Schemas::from([("x".to_owned(), Schema::Fields(Vec::new()))]);
            let _ = check(&parsed, "x", &schemas);
        }
    });
}

#[test]
fn too_many_stages_are_refused_while_they_are_read() {
    let n = 100_000;
    let texts = [
        format!("[{}]", vec!["{$limit: 1}"; n].join(", ")),
        format!("[{}]", vec!["{\"$limit\": 1}"; n].join(", ")),
        format!("db.c.aggregate([{}])", vec!["{$limit: 1}"; n].join(", ")),
        format!("p = [{}]", vec!["{'$limit': 1, }"; n].join(", ")),
    ];
    for text in texts {
        let error = parse_text(&text).unwrap_err();
        assert_eq!((error.error_code(), error.message()), (Some(9), "a pipeline has at most 1000 stages, found more"));
        assert!(error.place().is_some_and(|place| place.starts_with("line 1, column ")), "{error}");
    }
    // A query may hold more of what looks like stages.
    let many = vec!["{$or: [{a: 1}]}"; 1500].join(", ");
    assert_eq!(code(parse_text(&format!("[{{$match: {{$or: [{many}]}}}}]"))), None);
}

/// Twice as many fields may take twice as long, and not four times: what was quadratic took a minute here.
#[test]
fn many_fields_take_linear_time() {
    let n = 40_000;
    let names: Vec<String> = (0..n).map(|at| format!("f{at}")).collect();
    let fields = names.iter().map(|name| pipeline::Field {
        path: name.clone(),
        field_type: pipeline::FieldType::Int,
        nullable: false,
    });
    let schemas = Schemas::from([("x".to_owned(), Schema::Fields(fields.collect()))]);
    let all = |one: &dyn Fn(&str) -> String| names.iter().map(|name| one(name)).collect::<Vec<_>>().join(", ");
    for text in [
        format!("[{{$project: {{{}}}}}]", all(&|name| format!("{name}: 1"))),
        format!("[{{$set: {{o: {{{}}}}}}}]", all(&|name| format!("{name}: '${name}'"))),
        format!("[{{$unset: [{}]}}]", all(&|name| format!("'{name}'"))),
    ] {
        let start = std::time::Instant::now();
        let parsed = parse_text(&text).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(check(&parsed, "x", &schemas), Ok(()));
        let _ = parsed.reads();
        assert!(start.elapsed().as_secs() < 30, "{} took {:?}", &text[..20], start.elapsed());
    }
}
