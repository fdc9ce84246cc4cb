//! Limits on time and memory: what runs into one gives no answer, with the server's code; what does not, the usual one.

use std::time::{Duration, Instant};

use crate::nasty_bank::both;
use engine::Engine;
use pipeline::{Limits, Run as _, parse_text};

/// Pipelines that hold rows or groups, and the code for holding too much.
const HOLDING: [(&str, i32); 8] = [
    ("[{$sort: {text: 1, age: -1}}]", 292),
    ("[{$match: {$expr: true}}, {$sort: {age: 1}}, {$limit: 900}]", 292),
    ("[{$group: {_id: '$name', ids: {$push: '$id'}, more: {$push: '$text'}}}]", 292),
    ("[{$group: {_id: '$id', n: {$sum: 1}}}]", 292),
    ("[{$lookup: {from: 'transactions', localField: 'age', foreignField: 'amount', as: 't'}}, {$count: 'n'}]", 146),
    ("[{$facet: {a: [{$count: 'n'}]}}]", 146),
    ("[{$bucketAuto: {groupBy: '$age', buckets: 3}}]", 146),
    ("[{$setWindowFields: {sortBy: {age: 1}, output: {n: {$sum: 1, window: {documents: [-3, 3]}}}}}]", 146),
];

fn code(engine: &Engine, limits: Limits, text: &str) -> Result<usize, Option<i32>> {
    let pipeline = parse_text(text).expect("a pipeline");
    engine.with_limits(limits).run("customers", &pipeline).map(|rows| rows.len()).map_err(|error| error.code())
}

#[test]
fn what_holds_too_much_is_refused() {
    let (columns, documents) = both();
    for (text, expected) in HOLDING {
        for engine in [&columns, &documents] {
            let limited = |bytes| code(engine, Limits { memory: Some(bytes), ..Limits::default() }, text);
            assert_eq!(limited(10_000), Err(Some(expected)), "{text}");
            assert_eq!(limited(100_000_000), code(engine, Limits::default(), text), "{text}");
        }
    }
}

/// Pipelines without an end in sight: what they make of one row, or of all, grows beyond any memory, and takes long.
fn runaways() -> Vec<String> {
    let doubled =
        |body: &str| format!("{{$reduce: {{input: {{$range: [0, 60]}}, initialValue: ['$text'], in: {body}}}}}");
    let into_itself = |at: usize| format!("{{$set: {{f{at}: {{x: '$$ROOT', y: '$$ROOT'}}}}}}");
    let many = "{$range: [0, {$add: [100000, {$ifNull: ['$age', 1]}]}]}";
    vec![
        format!("[{{$project: {{x: {}}}}}]", doubled("{$concatArrays: ['$$value', '$$value']}")),
        format!("[{{$match: {{$expr: {{$eq: [1, {{$size: {}}}]}}}}}}]", doubled("['$$value', '$$value']")),
        format!("[{{$group: {{_id: null, all: {{$push: {many}}}}}}}]"),
        format!("[{{$group: {{_id: {{$size: {many}}}, all: {{$addToSet: {many}}}}}}}]"),
        format!("[{}]", (0..60).map(into_itself).collect::<Vec<_>>().join(", ")),
        format!("[{{$set: {{m: {many}}}}}, {{$sort: {{id: 1}}}}]"),
        format!("[{{$facet: {{a: [{{$set: {{m: {many}}}}}]}}}}]"),
        "[{$setWindowFields: {sortBy: {id: 1}, output: {a: {$push: {$range: [0, 1000]}, window: \
          {documents: ['unbounded', 'current']}}}}}]"
            .to_owned(),
        "[{$setWindowFields: {sortBy: {id: 1}, output: {a: {$push: {$range: [0, 1000]}, window: \
          {documents: [-200, 200]}}}}}]"
            .to_owned(),
        format!("[{{$sortByCount: {{$map: {{input: {many}, in: {many}}}}}}}]"),
    ]
}

#[test]
fn what_runs_away_ends_at_the_limit_that_it_meets() {
    let (columns, documents) = both();
    for text in runaways() {
        for engine in [&columns, &documents] {
            let limited = engine.with_limits(Limits { memory: Some(20_000_000), ..Limits::default() });
            let pipeline = parse_text(&text).expect("a pipeline");
            let error = limited.run("customers", &pipeline).expect_err("too much");
            assert!(matches!(error.code(), Some(146 | 292)), "{text}: {error}");
            let told = error.to_string();
            assert!(told.contains("20000000 bytes") && told.contains("\n  at stage "), "{text}: {told}");
        }
    }
}

#[test]
fn arrays_over_a_partition_are_held_once() {
    let (columns, documents) = both();
    for gathered in [
        "{$addToSet: '$$ROOT'}",
        "{$push: '$$ROOT'}",
        "{$maxN: {input: '$$ROOT', n: 1000}}",
        "{$top: {sortBy: {id: 1}, output: {$range: [0, 1000]}}}",
    ] {
        for window in ["", "window: {documents: ['unbounded', 'current']}", "window: {documents: [-300, 300]}"] {
            let inside = gathered.strip_suffix('}').expect("an object");
            let window = if window.is_empty() { String::new() } else { format!(", {window}") };
            let stage = format!("{{$setWindowFields: {{sortBy: {{id: 1}}, output: {{all: {inside}{window}}}}}}}}}");
            for engine in [&columns, &documents] {
                let limited = |rest: &str, bytes| {
                    code(engine, Limits { memory: Some(bytes), ..Limits::default() }, &format!("[{stage}{rest}]"))
                };
                let streamed = ", {$project: {n: {$size: {$ifNull: ['$all', []]}}}}";
                assert_eq!(limited(streamed, 120_000_000), Ok(317), "{stage}");
                let refused = limited(streamed, 200_000).expect_err("less than the rows take");
                assert_eq!(refused, Some(146), "{stage}");
            }
        }
    }
    let held = "[{$setWindowFields: {output: {all: {$push: '$$ROOT'}}}}, {$sort: {id: 1}}]";
    let limited = |engine| code(engine, Limits { memory: Some(20_000_000), ..Limits::default() }, held);
    for engine in [&columns, &documents] {
        assert!(matches!(limited(engine), Err(Some(146 | 292))));
    }
}

#[test]
fn one_row_that_takes_too_long_is_given_up() {
    let (columns, documents) = both();
    let inner =
        "{$size: {$filter: {input: {$range: [0, 5000]}, as: 'y', cond: {$eq: ['$$x', {$add: ['$$y', '$id']}]}}}}";
    let slow = format!("{{$size: {{$filter: {{input: {{$range: [0, 5000]}}, as: 'x', cond: {inner}}}}}}}");
    for text in [
        format!("[{{$match: {{$expr: {{$eq: [{slow}, -1]}}}}}}]"),
        format!("[{{$project: {{x: {slow}}}}}]"),
        format!("[{{$group: {{_id: {slow}}}}}]"),
    ] {
        for engine in [&columns, &documents] {
            let start = Instant::now();
            let brief = Limits { time: Some(Duration::from_millis(200)), ..Limits::default() };
            let pipeline = parse_text(&text).expect("a pipeline");
            let error = engine.with_limits(brief).run("customers", &pipeline).expect_err("it takes too long");
            assert_eq!(error.code(), Some(50), "{text}");
            let told = error.to_string();
            assert!(told.starts_with("the operation exceeded its time limit of 200ms\n  at stage 1, `$"), "{told}");
            assert!(start.elapsed() < Duration::from_secs(15), "{text}: {:?}", start.elapsed());
        }
    }
}

#[test]
fn what_streams_holds_nothing() {
    let (columns, documents) = both();
    for text in ["[]", "[{$match: {age: {$gt: 3}}}, {$project: {age: 1}}]", "[{$unwind: '$card'}, {$limit: 9}]"] {
        for engine in [&columns, &documents] {
            let limited = code(engine, Limits { memory: Some(0), ..Limits::default() }, text);
            assert_eq!(limited, code(engine, Limits::default(), text), "{text}");
        }
    }
}

#[test]
fn time_that_is_up_ends_a_run_and_its_name_is_the_servers() {
    let (columns, documents) = both();
    let texts = HOLDING.iter().map(|(text, _)| *text).chain(["[]", "[{$match: {card: 'none'}}]"]);
    for text in texts {
        for engine in [&columns, &documents] {
            let none = Limits { time: Some(Duration::ZERO), ..Limits::default() };
            assert_eq!(code(engine, none, text), Err(Some(50)), "{text}");
            let much = Limits { time: Some(Duration::from_hours(1)), ..Limits::default() };
            assert_eq!(code(engine, much, text), code(engine, Limits::default(), text), "{text}");
        }
    }
    let late = columns.with_limits(Limits { time: Some(Duration::ZERO), ..Limits::default() });
    let error = late.run("customers", &parse_text("[]").expect("a pipeline")).expect_err("no time");
    assert_eq!(error.diagnostic().error_code_name(), Some("MaxTimeMSExpired"));
    assert!(!error.is_place_at_fault);
}

#[test]
fn each_run_has_its_memory_anew() {
    let (columns, _) = both();
    let limits = Limits { memory: Some(2_000_000), ..Limits::default() };
    for _ in 0..5 {
        assert_eq!(code(&columns, limits.clone(), "[{$sort: {text: 1, age: -1}}]"), Ok(317));
    }
    // In one run, what one stage let go another may have.
    let sorts = "[{$sort: {text: 1}}, {$sort: {age: 1}}, {$sort: {name: 1}}, {$sort: {id: 1}}, {$sort: {card: 1}}]";
    assert_eq!(code(&columns, limits, sorts), Ok(317));
}
