//! Text in, text out: how operators are tested.

use bson::{Bson, DateTime};
use pipeline::print::{self, Format};

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
    let format = if matches!(value, Bson::Int64(_)) { Format::Canonical } else { Format::Relaxed };
    let printed = print::document(&bson::doc! {"v": value}, format);
    let start = printed.find(':').map_or(0, |colon| colon + 1);
    let text = printed[start..].trim();
    text[..text.len() - 1].trim().to_owned()
}
