//! The walks visit every part of every expression, test, accumulator, window and stage: each place of a statement holds a
//! field of its own, and all of them have to be found.

use pipeline::{
    Pipeline,
    ast::{Expr, FieldRef, Node, NodeMut, Path},
    parse_expr, parse_predicate, parse_text, print, read,
};

/// What an expression reads: its fields in order, and `*` for whole documents.
fn reads(expr: &str) -> String {
    let expr = read(expr).and_then(|value| parse_expr(&value)).unwrap_or_else(|error| panic!("{error}"));
    told(&expr.reads())
}

fn told(reads: &pipeline::ast::Reads) -> String {
    let mut words: Vec<String> = reads.named().iter().map(Path::to_string).collect();
    words.extend(reads.is_whole().then(|| "*".to_owned()));
    words.join(" ")
}

#[test]
fn the_fields_of_every_form_of_expression() {
    for (expr, expected) in [
        ("5", ""),
        ("{$literal: '$a'}", ""),
        ("'$a.b'", "a.b"),
        ("'$$ROOT.a.b'", "a.b"),
        ("'$$CURRENT.a.b'", "a.b"),
        ("'$$ROOT'", "*"),
        ("'$$CURRENT'", "*"),
        ("'$$NOW'", ""),
        ("'$$REMOVE'", ""),
        ("{x: '$a', y: {z: '$b'}}", "a b"),
        ("['$a', ['$b'], '$a']", "a b"),
        ("{$add: ['$a', {$multiply: ['$b', 2]}]}", "a b"),
        ("{$dateToString: {date: '$a', timezone: '$b', onNull: '$c'}}", "c a b"),
        ("{$let: {vars: {x: '$a', y: '$b'}, in: {$add: ['$$x.c', '$$y', '$d']}}}", "a b d"),
        ("{$let: {vars: {CURRENT: '$a'}, in: '$b'}}", "a"),
        ("{$let: {vars: {r: '$$ROOT'}, in: '$$r.a'}}", "*"),
        ("{$switch: {branches: [{case: '$a', then: '$b'}, {case: '$c', then: '$d'}], default: '$e'}}", "a b c d e"),
        ("{$map: {input: '$a', as: 'x', in: {$add: ['$$x', '$b']}}}", "a b"),
        ("{$filter: {input: '$a', cond: {$gt: ['$$this', '$b']}, limit: '$c'}}", "a b c"),
        ("{$reduce: {input: '$a', initialValue: '$b', in: {$add: ['$$value', '$$this', '$c']}}}", "a b c"),
        ("{$getField: 'a'}", "*"),
        ("{$setField: {field: 'a', input: '$b', value: '$c'}}", "b c"),
        ("{$zip: {inputs: ['$a', '$b'], defaults: ['$c', '$d'], useLongestLength: true}}", "a b c d"),
    ] {
        let mut expected: Vec<&str> = expected.split_whitespace().collect();
        let found = reads(expr);
        let mut found: Vec<&str> = found.split_whitespace().collect();
        expected.sort_unstable();
        found.sort_unstable();
        assert_eq!(found, expected, "{expr}");
    }
}

#[test]
fn the_fields_of_predicates() {
    for (query, expected) in [
        ("{a: 1, 'b.c': {$gt: 2}}", "a b.c"),
        ("{$or: [{a: 1}, {b: 2}], $nor: [{c: 3}], $and: [{d: 4}, {a: 5}]}", "a b c d"),
        ("{$expr: {$gt: ['$a', '$$ROOT.b']}, c: 1}", "a b c"),
        ("{$expr: '$$ROOT'}", "*"),
        ("{a: {$elemMatch: {b: 1}}}", "a"),
    ] {
        let predicate = parse_predicate(&read(query).unwrap()).unwrap();
        assert_eq!(told(&predicate.reads()), expected, "{query}");
    }
}

#[test]
fn the_fields_of_every_stage() {
    for (stage, expected, hides) in [
        ("{$match: {a: 1, $expr: '$b'}}", "a b", false),
        ("{$project: {a: 1, 'b.c': '$d'}}", "_id a d b", true),
        ("{$project: {a: 1, _id: 0}}", "a", true),
        ("{$project: {a: 0}}", "", false),
        ("{$addFields: {'a.b': '$c', d: '$e'}}", "c e a", false),
        ("{$unset: 'a'}", "", false),
        (
            "{$group: {_id: {k: '$a'}, n: {$sum: '$b'}, m: {$topN: {n: 2, output: '$c', sortBy: {d: 1}}}}}",
            "a b c d",
            true,
        ),
        ("{$group: {_id: null, n: {$firstN: {n: '$a', input: '$b'}}}}", "b", true),
        ("{$sort: {a: 1, b: -1}}", "a b", false),
        ("{$limit: 1}", "", false),
        ("{$skip: 1}", "", false),
        ("{$count: 'n'}", "", true),
        ("{$sortByCount: '$a'}", "a", true),
        ("{$unwind: {path: '$a', includeArrayIndex: 'b.c'}}", "a b", false),
        ("{$lookup: {from: 'o', localField: 'a', foreignField: 'f', as: 'b.c'}}", "a b", false),
        (
            "{$lookup: {from: 'o', localField: 'a', foreignField: 'f', let: {v: '$c'}, pipeline: [{$match: {x: 1, \
             $expr: {$gt: ['$y', '$$v']}}}], as: 'd.e'}}",
            "a c d",
            false,
        ),
        (
            "{$graphLookup: {from: 'o', startWith: '$a', connectFromField: 'p', connectToField: 'f', as: 'b.c', \
             restrictSearchWithMatch: {x: 1}}}",
            "a b",
            false,
        ),
        ("{$redact: {$cond: ['$a', '$$KEEP', '$$PRUNE']}}", "*", false),
        ("{$sample: {size: 1}}", "", false),
        ("{$documents: [{a: 1}]}", "", true),
        ("{$densify: {field: 'a', partitionByFields: ['b'], range: {step: 1, bounds: 'full'}}}", "b a", false),
        (
            "{$fill: {partitionByFields: ['a'], sortBy: {b: 1}, output: {'c.d': {method: 'locf'}, e: {value: '$f'}}}}",
            "b c.d e a f c",
            false,
        ),
        ("{$merge: {into: 'o'}}", "*", false),
        ("{$out: 'o'}", "*", false),
        ("{$facet: {x: [{$match: {a: 1}}, {$count: 'n'}], y: [{$sort: {b: 1}}]}}", "a b *", true),
        ("{$facet: {x: [{$match: {a: 1}}, {$count: 'n'}], y: [{$sortByCount: '$b'}]}}", "a b", true),
        ("{$bucket: {groupBy: '$a', boundaries: [0, 1], output: {n: {$sum: '$b'}}}}", "a b", true),
        ("{$bucketAuto: {groupBy: '$a', buckets: 2, output: {n: {$sum: '$b'}}}}", "a b", true),
        ("{$replaceRoot: {newRoot: '$a'}}", "a", true),
        ("{$unionWith: {coll: 'o', pipeline: [{$match: {a: 1}}]}}", "", false),
        (
            "{$setWindowFields: {partitionBy: '$a', sortBy: {b: 1}, output: {'c.d': {$sum: '$e'}, \
             f: {$shift: {output: '$g', by: 1}}, h: {$rank: {}}}}}",
            "b a e g c",
            false,
        ),
    ] {
        let pipeline = parse_text(&format!("[{stage}]")).unwrap();
        assert_eq!(told(&pipeline.stages[0].reads()), expected, "{stage}");
        assert_eq!(pipeline.stages[0].hides_its_input(), hides, "{stage}");
    }
}

#[test]
fn the_fields_of_a_pipeline_end_where_a_stage_hides_the_rest() {
    let told = |text: &str| told(&parse_text(text).unwrap().reads());
    assert_eq!(told("[{$match: {a: 1}}, {$group: {_id: '$b'}}, {$match: {c: 1}}]"), "a b");
    assert_eq!(told("[{$match: {a: 1}}]"), "a *");
    assert_eq!(told("[]"), "*");
}

/// One statement with an expression in every place that may hold one, each a field of its own.
const EVERYWHERE: &str = "[
    {$match: {$or: [{$expr: '$f1'}], $nor: [{$and: [{$expr: '$f2'}]}]}},
    {$project: {a: '$f3', b: 1}},
    {$addFields: {a: '$f4'}},
    {$group: {_id: '$f5', a: {$sum: '$f6'}, b: {$firstN: {n: '$f7', input: '$f8'}}}},
    {$sortByCount: '$f9'},
    {$facet: {a: [{$match: {$expr: '$f10'}}], b: [{$set: {a: '$f11'}}]}},
    {$bucket: {groupBy: '$f12', boundaries: [0, 1], output: {a: {$sum: '$f13'}}}},
    {$bucketAuto: {groupBy: '$f14', buckets: 2, output: {a: {$sum: '$f15'}}}},
    {$replaceRoot: {newRoot: '$f16'}},
    {$unionWith: {coll: 'other', pipeline: [{$match: {$expr: '$f17'}}]}},
    {$setWindowFields: {partitionBy: '$f18', sortBy: {a: 1}, output: {a: {$sum: '$f19'}, b: {$shift: {output: '$f20', by: 1}}}}},
    {$lookup: {from: 'o', let: {a: '$f21'}, pipeline: [{$set: {a: '$f22'}}], as: 'b'}},
    {$graphLookup: {from: 'o', startWith: '$f23', connectFromField: 'a', connectToField: 'b', as: 'c', restrictSearchWithMatch: {$expr: '$f24'}}},
    {$fill: {partitionBy: {a: '$f25'}, output: {a: {value: '$f26'}}}},
    {$set: {a: {x: '$f27', y: ['$f28', {$add: ['$f29', '$f30']}]}}},
    {$set: {a: {$let: {vars: {x: '$f31'}, in: '$f32'}}}},
    {$set: {a: {$switch: {branches: [{case: '$f33', then: '$f34'}], default: '$f35'}}}},
    {$set: {a: {$map: {input: '$f36', in: '$f37'}}, b: {$filter: {input: '$f38', cond: '$f39', limit: '$f40'}}}},
    {$set: {a: {$reduce: {input: '$f41', initialValue: '$f42', in: '$f43'}}}}
]";
const N_FIELDS: usize = 43;

fn fields(pipeline: &Pipeline) -> Vec<String> {
    let mut found = Vec::new();
    Node::Pipeline(pipeline).visit(&mut |node| {
        if let Node::Expr(Expr::Field(path)) = node {
            found.push(path.to_string());
        }
    });
    found
}

#[test]
fn a_visit_sees_every_expression_in_the_order_written() {
    let pipeline = parse_text(EVERYWHERE).unwrap();
    let expected: Vec<String> = (1..=N_FIELDS).map(|n| format!("f{n}")).collect();
    let mut found = fields(&pipeline);
    // The input of an accumulator comes before its `n`.
    found.swap(6, 7);
    assert_eq!(found, expected);
}

#[test]
fn every_expression_can_be_changed() {
    let mut pipeline = parse_text(EVERYWHERE).unwrap();
    let changed: Result<(), ()> = NodeMut::Pipeline(&mut pipeline).try_for_each_expr(&mut |expr| {
        expr.change_fields(&mut |path| *path = Path::new(&format!("new.{path}")).unwrap());
        Ok(())
    });
    assert_eq!(changed, Ok(()));
    let expected = EVERYWHERE.replace("'$f", "'$new.f");
    assert_eq!(print::extended_json(&pipeline), print::extended_json(&parse_text(&expected).unwrap()));
}

#[test]
fn the_first_error_ends_a_change() {
    let mut pipeline = parse_text("[{$set: {a: '$a', b: '$b'}}, {$set: {c: '$c'}}]").unwrap();
    let mut seen = 0;
    let ended = NodeMut::Pipeline(&mut pipeline).try_for_each_expr(&mut |_| {
        seen += 1;
        if seen == 2 { Err("stop") } else { Ok(()) }
    });
    assert_eq!((ended, seen), (Err("stop"), 2));
}

#[test]
fn tests_and_predicates_inside_tests_are_parts() {
    let pipeline = parse_text(
        "[{$match: {a: {$elemMatch: {b: {$not: {$size: 1}}}}, c: {$all: [5]}, d: {$elemMatch: {$gt: 1, $lt: 2}}}}]",
    )
    .unwrap();
    let mut seen = String::new();
    Node::Pipeline(&pipeline).visit(&mut |node| {
        seen.push_str(match node {
            Node::Predicate(_) => "p",
            Node::Test(_) => "t",
            _ => "",
        });
    });
    // The conjunction; `a` with its test, and in it `b`: $not, $size; `c`: $all, $eq; `d`: $elemMatch, $gt, $lt.
    assert_eq!(seen, "p pt ptt ptt pttt".replace(' ', ""));
}

#[test]
fn collections_are_named_once_and_from_the_inside_too() {
    let pipeline = parse_text(
        "[{$lookup: {from: 'a', localField: 'x', foreignField: 'x', as: 'y'}}, {$facet: {f: [{$unionWith: 'b'}]}}, \
         {$unionWith: {coll: 'c', pipeline: [{$unionWith: 'd'}, {$unionWith: 'a'}]}}, \
         {$lookup: {from: 'e', pipeline: [{$unionWith: 'f'}], as: 'z'}}, \
         {$graphLookup: {from: 'g', startWith: '$a', connectFromField: 'p', connectToField: 'f', as: 'z'}}]",
    )
    .unwrap();
    assert_eq!(pipeline.collections(), ["a", "b", "c", "d", "e", "f", "g"]);
    assert_eq!(pipeline.stages[1].pipelines().len(), 1);
    assert_eq!(pipeline.stages[0].pipelines().len(), 0);
}

#[test]
fn what_is_replaced_is_not_looked_into() {
    let mut expr = parse_expr(&read("{$add: ['$a', {$add: ['$b', '$c']}]}").unwrap()).unwrap();
    expr.replace(&mut |expr| match expr {
        Expr::Field(path) if path.head() == "a" => Some(parse_expr(&read("['$a', '$a']").unwrap()).unwrap()),
        _ => None,
    });
    assert_eq!(print::value(&print::expr_to_bson(&expr)), r#"{"$add": [["$a", "$a"], {"$add": ["$b", "$c"]}]}"#);
}

#[test]
fn resolving_puts_other_fields_into_every_form() {
    let forms = [
        "{x: '$a', y: ['$a.b', 1, '$$NOW', '$$REMOVE']}",
        "{$let: {vars: {v: '$a', w: 2}, in: {$add: ['$$v', '$$v.c', '$b', '$$w']}}}",
        "{$switch: {branches: [{case: '$a', then: '$b'}, {case: '$c', then: 1}], default: '$d'}}",
        "{$switch: {branches: [{case: '$a', then: '$b'}]}}",
        "{$map: {input: '$a', as: 'e', in: ['$$e.b', '$c']}}",
        "{$filter: {input: '$a', as: 'e', cond: {$gt: ['$$e', '$b']}, limit: '$c'}}",
        "{$filter: {input: '$a', cond: '$$this'}}",
        "{$reduce: {input: '$a', initialValue: '$b', in: {$concat: ['$$value', '$$this', '$c']}}}",
        "{$trim: {input: '$a'}}",
        "{$dateToString: {date: '$a', timezone: '$b'}}",
    ];
    let parsed = |text: &str| parse_expr(&read(text).unwrap()).unwrap();
    let below = |path: &Path| Expr::Field(Path::new("t").unwrap().join(path));
    let root = |path: &Option<Path>| path.as_ref().map_or(Expr::Missing, below);
    for form in forms {
        let expected = ["a", "b", "c", "d"]
            .iter()
            .fold(form.to_owned(), |text, name| text.replace(&format!("'${name}"), &format!("'$t.{name}")));
        assert_eq!(parsed(form).resolve(&below, &root), parsed(&expected), "{form}");
    }
    assert_eq!(parsed("'$$ROOT.a'").resolve(&below, &root), parsed("'$t.a'"));
    assert_eq!(parsed("{x: '$$ROOT'}").resolve(&below, &root), Expr::Object(vec![("x".to_owned(), Expr::Missing)]));
}

#[test]
fn the_rest_of_a_field_lies_inside_its_top_level_value() {
    assert_eq!(Path::new("a.b.c").unwrap().rest(), ["b", "c"]);
    assert_eq!(Path::new("a").unwrap().rest(), [""; 0]);
}
