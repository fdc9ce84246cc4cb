//! `$redact`: keeps, descends into or drops each level of a document, as an expression says of it.
//!
//! MongoDB: a level is an object, the document itself first; arrays are walked through. `$$CURRENT` (and so a plain field)
//! is the level, `$$ROOT` the document. Anything but the three words is an error.

use std::borrow::Cow;

use bson::{Bson, Document};
use pipeline::ast::Expr;

use super::{Context, Rows};
use crate::Error;
use crate::expr::Env;

const WORDS: [(&str, &str); 3] = [("DESCEND", "descend"), ("PRUNE", "prune"), ("KEEP", "keep")];

pub(super) fn run<'a>(expr: &'a Expr, rows: Rows<'a>, ctx: &'a Context) -> Rows<'a> {
    Box::new(rows.filter_map(move |row| row.and_then(|row| redacted(expr, &row, ctx)).transpose()))
}

fn redacted(expr: &Expr, row: &Document, ctx: &Context) -> Result<Option<Document>, Error> {
    let words = WORDS.map(|(_, word)| Bson::from(word));
    let env = Env::new(row, ctx.now);
    let [descend, prune, keep] = &words;
    let env = env.bind(WORDS[0].0, Some(Cow::Borrowed(descend)));
    let env = env.bind(WORDS[1].0, Some(Cow::Borrowed(prune)));
    let env = env.bind(WORDS[2].0, Some(Cow::Borrowed(keep)));
    let whole = Bson::Document(row.clone());
    match level(expr, &whole, &env)? {
        Some(Bson::Document(kept)) => Ok(Some(kept)),
        _ => Ok(None),
    }
}

/// What is left of an object.
fn level(expr: &Expr, object: &Bson, env: &Env<'_>) -> Result<Option<Bson>, Error> {
    let found = env.bind("CURRENT", Some(Cow::Borrowed(object))).evaluate(expr)?;
    match found.as_ref().and_then(Bson::as_str) {
        Some("keep") => Ok(Some(object.clone())),
        Some("prune") => Ok(None),
        Some("descend") => {
            let mut kept = Document::new();
            for (name, value) in object.as_document().into_iter().flatten() {
                kept.extend(inside(expr, value, env)?.map(|value| (name.clone(), value)));
            }
            Ok(Some(Bson::Document(kept)))
        }
        _ => Err(Error::coded(
            17053,
            "`$redact`'s expression should not return anything aside from the variables $$KEEP, $$DESCEND, and $$PRUNE",
        )),
    }
}

fn inside(expr: &Expr, value: &Bson, env: &Env<'_>) -> Result<Option<Bson>, Error> {
    match value {
        Bson::Document(_) => level(expr, value, env),
        Bson::Array(items) => {
            let mut kept = Vec::new();
            for item in items {
                kept.extend(inside(expr, item, env)?);
            }
            Ok(Some(Bson::Array(kept)))
        }
        other => Ok(Some(other.clone())),
    }
}

#[cfg(test)]
mod tests {
    use crate::stage::testing::check;

    #[test]
    fn levels_are_dropped_and_what_is_no_object_stays() {
        let input =
            "{_id: 1, l: 1, a: {l: 2, b: {l: 1}}, c: [{l: 1, x: [{l: 3}, 5, [{l: 3}, {l: 1}]]}, {l: 3}, 7, null]}";
        check(
            "[{$redact: {$cond: [{$gt: ['$l', 2]}, '$$PRUNE', '$$DESCEND']}}]",
            input,
            "{_id: 1, l: 1, a: {l: 2, b: {l: 1}}, c: [{l: 1, x: [5, [{l: 1}]]}, 7, null]}",
        );
        check(
            "[{$redact: {$cond: [{$gt: ['$l', '$$ROOT.l']}, '$$PRUNE', '$$DESCEND']}}]",
            input,
            "{_id: 1, l: 1, c: [{l: 1, x: [5, [{l: 1}]]}, 7, null]}",
        );
        check("[{$redact: '$$PRUNE'}]", input, "");
        check("[{$redact: '$l'}]", input, "error 17053");
    }
}
