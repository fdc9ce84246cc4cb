//! A pipeline as text that others can read, run and paste; and values as Extended JSON.
//!
//! Invariant: what is printed says the same as what was parsed: `parse(to_bson(p)) == p` for every parsed `p`, and the
//! texts of [`mongosh`] and [`extended_json`] read back as the same BSON, types and all.

mod call;
mod expr;
mod gaps;
mod join;
mod layout;
mod predicate;
mod scalar;
mod stage;

use bson::{Bson, Document};

use crate::{
    Pipeline,
    ast::{Expr, Predicate},
};
use scalar::Style;

/// How much of the types Extended JSON tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Numbers as plain numbers, dates as ISO 8601: easy to read.
    Relaxed,
    /// Every type spelt out: nothing is lost.
    Canonical,
}

/// `db.NAME.aggregate([ … ])`: to paste into mongosh.
#[must_use]
pub fn mongosh(collection: &str, pipeline: &Pipeline) -> String {
    let is_plain = collection.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && collection.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    let owner =
        if is_plain { format!("db.{collection}") } else { format!("db.getCollection({})", scalar::quoted(collection)) };
    format!("{owner}.aggregate({})", layout::stages(&to_bson(pipeline), Style::Mongosh))
}

/// The array of stages as Extended JSON: relaxed, but canonical where a type would be lost.
#[must_use]
pub fn extended_json(pipeline: &Pipeline) -> String {
    layout::stages(&to_bson(pipeline), Style::Lossless)
}

/// The array of stages as BSON, in the spelling that a server takes.
#[must_use]
pub fn to_bson(pipeline: &Pipeline) -> Bson {
    stage::pipeline(pipeline)
}

/// An expression as BSON, in the spelling that a server takes.
#[must_use]
pub fn expr_to_bson(expr: &Expr) -> Bson {
    self::expr::expr(expr)
}

/// A predicate as BSON, in the spelling that a server takes.
#[must_use]
pub fn predicate_to_bson(predicate: &Predicate) -> Bson {
    Bson::Document(self::predicate::predicate(predicate))
}

/// One document on one line.
#[must_use]
pub fn document(document: &Document, format: Format) -> String {
    let style = match format {
        Format::Relaxed => Style::Relaxed,
        Format::Canonical => Style::Canonical,
    };
    let mut out = String::new();
    layout::inline_document(document, style, &mut out);
    out
}

/// One value on one line, as in messages: relaxed Extended JSON, but with the types that could be mistaken.
#[must_use]
pub fn value(value: &Bson) -> String {
    let mut out = String::new();
    layout::inline(value, Style::Lossless, &mut out);
    out
}

/// One value on one line as relaxed Extended JSON: easy to read.
#[must_use]
pub fn relaxed(value: &Bson) -> String {
    let mut out = String::new();
    layout::inline(value, Style::Relaxed, &mut out);
    out
}

/// One value on one line as canonical Extended JSON: nothing is lost.
#[must_use]
pub fn canonical(value: &Bson) -> String {
    let mut out = String::new();
    layout::inline(value, Style::Canonical, &mut out);
    out
}
