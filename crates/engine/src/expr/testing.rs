//! Text in, text out: how operators are tested.

use bson::{Bson, DateTime};

use super::Env;

/// Evaluates `expr` on `document` (both in mongosh's spelling) and compares with the expected text: Extended JSON,
/// canonical where it starts with a type (`{"$numberLong": …`), `missing`, or `error <code>`.
pub(super) fn check(expr: &str, document: &str, expected: &str) {
    let actual = answer(expr, document);
    assert_eq!(actual.replace(' ', ""), expected.replace(' ', ""), "{expr} on {document} gave {actual}");
}

/// Checks an expression that reads no field.
pub(super) fn gives(expr: &str, expected: &str) {
    check(expr, "{}", expected);
}

fn answer(expr: &str, document: &str) -> String {
    let expr = pipeline::read(expr).unwrap_or_else(|error| panic!("{expr}: {error}"));
    let expr = pipeline::parse_expr(&expr).unwrap_or_else(|error| panic!("{expr}: {error}"));
    let document = pipeline::read_document(document).unwrap_or_else(|error| panic!("{document}: {error}"));
    match Env::new(&document, DateTime::from_millis(1_577_934_245_678)).evaluate(&expr) {
        Ok(None) => "missing".to_owned(),
        Ok(Some(value)) => text(value),
        Err(error) => format!("error {}", error.code().map_or("without a code".to_owned(), |code| code.to_string())),
    }
}

fn text(value: Bson) -> String {
    match value {
        Bson::Int64(_) => value.into_canonical_extjson().to_string(),
        other => other.into_relaxed_extjson().to_string(),
    }
}
