//! The mark under the place in the text: of errors in the text itself, in the statement, and in the fields it reads.

#![expect(clippy::needless_raw_string_hashes, reason = "expect-test writes them so")]

use expect_test::{Expect, expect};
use pipeline::{Field, FieldType, Schema, Schemas, parse, parse_text, read};

/// Parses and checks a pipeline over `customers`, and gives what is wrong.
#[track_caller]
fn check(text: &str, expected: &Expect) {
    let field = |path: &str| Field { path: path.to_owned(), field_type: FieldType::Int, nullable: false };
    let schemas = Schemas::from([("customers".to_owned(), Schema::Fields(vec![field("age"), field("limit")]))]);
    let checked = parse_text(text)
        .and_then(|pipeline| pipeline::check(&pipeline, "customers", &schemas))
        .map_err(|error| error.shown_in(text));
    expected.assert_eq(&checked.expect_err("something is wrong").to_string());
}

#[test]
fn a_place_in_the_text() {
    check(
        "[{$match: {age: 1}} {$limit: 5}]",
        &expect![[r#"
        expected `,` or `]`, found `{`
          at line 1, column 21
            [{$match: {age: 1}} {$limit: 5}]
                                ^"#]],
    );
    check(
        "[\n  {$match: {age: 1}},\n  {$limit: 5,\n]",
        &expect![[r#"
        expected a key, found `]`
          at line 4, column 1
            4 | ]
              | ^"#]],
    );
    check(
        "[{$match: {age: 1}}",
        &expect![[r#"
        expected `,` or `]`, found the end of the text
          at line 1, column 20
            [{$match: {age: 1}}
                               ^"#]],
    );
    check(
        "",
        &expect![[r#"
        expected a value, found the end of the text
          at line 1, column 1"#]],
    );
}

#[test]
fn a_key_with_its_plain_value() {
    check(
        "[{$match: {age: 1}}, {$group: {_id: '$age', n: {$sums: 1}}}]",
        &expect![[r#"
            unknown accumulator `$sums`
              at stage 2, `$group.n.$sums`
                [{$match: {age: 1}}, {$group: {_id: '$age', n: {$sums: 1}}}]
                                                                ^^^^^^^^
            hint: the nearest accumulator is `$sum`"#]],
    );
    check(
        "[{$group: {_id: '$age', n: {$sums: {$add: [1, 2]}}}}]",
        &expect![[r#"
            unknown accumulator `$sums`
              at stage 1, `$group.n.$sums`
                [{$group: {_id: '$age', n: {$sums: {$add: [1, 2]}}}}]
                                            ^^^^^
            hint: the nearest accumulator is `$sum`"#]],
    );
    check(
        "[{$set: {a: {$switch: {branches: [{case: true, then: 1}, {case: {$gtt: 5}}]}}}}]",
        &expect![[r#"
        `branches` needs `then`
          at stage 1, `$set.a.$switch.branches[1]`
            [{$set: {a: {$switch: {branches: [{case: true, then: 1}, {case: {$gtt: 5}}]}}}}]
                                                                     ^^^^^^^^^^^^^^^^^"#]],
    );
    check(
        "{$limt: 5}",
        &expect![[r#"
            unknown stage `$limt`
              at stage 1, `$limt`
                {$limt: 5}
                 ^^^^^^^^
            hint: the nearest stage is `$limit`"#]],
    );
    check(
        "db.customers.aggregate([\n  {$match: {age: {$gtt: 5}}}\n])",
        &expect![[r#"
            unknown query operator `$gtt`
              at stage 1, `$match.age.$gtt`
                2 |   {$match: {age: {$gtt: 5}}}
                  |                   ^^^^^^^
            hint: operators with a near name: `$gt`, `$gte`"#]],
    );
}

#[test]
fn an_element() {
    check(
        "[{$match: {age: 1}}, 'x']",
        &expect![[r#"
        a stage is an object, found `"x"`
          at stage 2
            [{$match: {age: 1}}, 'x']
                                 ^^^"#]],
    );
    check(
        "[{$set: {a: {$add: ['$age', {$nope: 1}]}}}]",
        &expect![[r#"
            unknown operator `$nope`
              at stage 1, `$set.a.$add[1].$nope`
                [{$set: {a: {$add: ['$age', {$nope: 1}]}}}]
                                             ^^^^^^^^"#]],
    );
}

#[test]
fn a_field_that_is_not_there() {
    check(
        "[{$group: {_id: null, n: {$sum: '$limt'}}}]",
        &expect![[r#"
        unknown field `limt` in `$group`
          at stage 1, `$group.n.$sum`
            [{$group: {_id: null, n: {$sum: '$limt'}}}]
                                      ^^^^^^^^^^^^^
        hint: the fields here are `_id`, `age`, `limit`"#]],
    );
    check(
        "[{$set: {a: {b: {$add: ['$age', '$limt']}}}}]",
        &expect![[r#"
            unknown field `limt` in `$set`
              at stage 1, `$set.a.b.$add[1]`
                [{$set: {a: {b: {$add: ['$age', '$limt']}}}}]
                                                ^^^^^^^
            hint: the fields here are `_id`, `age`, `limit`"#]],
    );
    check(
        "[{$match: {$and: [{age: 1}, {limt: 2}]}}]",
        &expect![[r#"
        unknown field `limt` in `$match`
          at stage 1, `$match.limt`
            [{$match: {$and: [{age: 1}, {limt: 2}]}}]
                                         ^^^^^^^
        hint: the fields here are `_id`, `age`, `limit`"#]],
    );
    check(
        "[{$match: {$or: [{age: 1}, {limt: {$gt: 2}}]}}]",
        &expect![[r#"
        unknown field `limt` in `$match`
          at stage 1, `$match.$or[1].limt`
            [{$match: {$or: [{age: 1}, {limt: {$gt: 2}}]}}]
                                        ^^^^
        hint: the fields here are `_id`, `age`, `limit`"#]],
    );
    check(
        "[{$facet: {a: [{$limit: 1}, {$sort: {limt: 1}}]}}]",
        &expect![[r#"
        unknown field `limt` in `$sort`
          at stage 1, `$facet.a`: stage 2, `$sort.limt`
            [{$facet: {a: [{$limit: 1}, {$sort: {limt: 1}}]}}]
                                                 ^^^^^^^
        hint: the fields here are `_id`, `age`, `limit`"#]],
    );
    check(
        "[{$replaceWith: {a: '$limt'}}]",
        &expect![[r#"
            unknown field `limt` in `$replaceWith`
              at stage 1, `$replaceWith.a`
                [{$replaceWith: {a: '$limt'}}]
                                 ^^^^^^^^^^
            hint: the fields here are `_id`, `age`, `limit`"#]],
    );
}

#[test]
fn a_long_line_is_cut_round_the_place() {
    let many = (0..300).map(|n| format!("{{$match: {{age: {n}}}}}")).collect::<Vec<_>>().join(", ");
    check(
        &format!("[{many}, {{$limt: 5}}, {many}]"),
        &expect![[r#"
            unknown stage `$limt`
              at stage 301, `$limt`
                …ch: {age: 298}}, {$match: {age: 299}}, {$limt: 5}, {$match: {age: 0}}, {$match: {age: 1}}, {$match: …
                                                         ^^^^^^^^
            hint: the nearest stage is `$limit`"#]],
    );
}

#[test]
fn a_statement_that_came_as_values_has_none() {
    let value = read("[{$limt: 5}]").unwrap();
    assert_eq!(parse(&value).unwrap_err().into_diagnostic().to_string().lines().count(), 3);
}
