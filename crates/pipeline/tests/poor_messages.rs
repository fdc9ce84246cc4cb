//! Messages that are poor today, kept as passing tests until they are bettered: each says what a user would rather read.
//! Who betters one moves it to the cases.

#![expect(clippy::needless_raw_string_hashes, reason = "expect-test writes them so")]

use expect_test::{Expect, expect};
use pipeline::{parse_text, print};

#[track_caller]
fn check(text: &str, expected: &Expect) {
    let told = match parse_text(text) {
        Ok(pipeline) => format!("accepted: {}", print::extended_json(&pipeline)),
        Err(error) => error.to_string(),
    };
    expected.assert_eq(&told);
}

/// Better: "did you mean `$gt`?" A server takes it, too, and finds nothing.
#[test]
fn an_operator_without_its_dollar_sign_is_a_value() {
    check(
        "[{$match: {age: {gt: 30}}}]",
        &expect![[r#"
        accepted: [
          {"$match": {"age": {"gt": 30}}}
        ]"#]],
    );
}

/// Better: "`sum` is written `$sum`".
#[test]
fn an_accumulator_without_its_dollar_sign() {
    check(
        "[{$group: {_id: '$a', n: {sum: 1}}}]",
        &expect![[r#"
        expected an accumulator, found an object
          at stage 1, `$group.n`
            [{$group: {_id: '$a', n: {sum: 1}}}]
                                  ^
        hint: for example `{ $sum: "$amount" }`"#]],
    );
}

/// Better: the place where the bracket was opened.
#[test]
fn a_bracket_that_is_not_closed() {
    check(
        "[{$match: {a: 1}, {$limit: 5}]",
        &expect![[r#"
        expected a key, found `{`
          at line 1, column 19
            [{$match: {a: 1}, {$limit: 5}]
                              ^"#]],
    );
    check(
        "[{$match: {a: {$in: [1, 2}}}]",
        &expect![[r#"
        expected `,` or `]`, found `}`
          at line 1, column 26
            [{$match: {a: {$in: [1, 2}}}]
                                     ^"#]],
    );
}

/// Better: "a field that is read starts with `$`".
#[test]
fn a_field_without_its_dollar_sign_is_text() {
    check(
        "[{$group: {_id: null, n: {$sum: 'Credit_Limit'}}}]",
        &expect![[r#"
        accepted: [
          {"$group": {"_id": null, "n": {"$sum": "Credit_Limit"}}}
        ]"#]],
    );
}

/// Better: the branch or field by which the value grows, not the whole statement.
#[test]
fn values_too_deep_have_no_place() {
    let deep = (0..201).fold(pipeline::Bson::Int32(1), |value, _| pipeline::Bson::Array(vec![value]));
    let error = pipeline::parse_expr(&deep).unwrap_err();
    expect!["values are nested more than 200 deep"].assert_eq(&error.to_string());
}
