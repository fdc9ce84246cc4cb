//! Lines and indentation: what fits on a line stays on one, the rest is broken at its outermost level.

use bson::{Bson, Document};

use super::scalar::{self, Style};

const WIDTH: usize = 100;

/// An array of stages, always one or more lines a stage.
pub(super) fn stages(value: &Bson, style: Style) -> String {
    match value {
        Bson::Array(stages) if !stages.is_empty() => {
            let mut out = String::from("[\n");
            for (at, stage) in stages.iter().enumerate() {
                out.push_str("  ");
                pretty(stage, style, 2, 0, &mut out);
                out.push_str(if at + 1 < stages.len() { ",\n" } else { "\n" });
            }
            out.push(']');
            out
        }
        other => {
            let mut out = String::new();
            inline(other, style, &mut out);
            out
        }
    }
}

/// Prints a value that starts at column `used` in a line that is indented by `indent`.
fn pretty(value: &Bson, style: Style, indent: usize, used: usize, out: &mut String) {
    let start = out.len();
    inline(value, style, out);
    let breakable = match value {
        Bson::Document(document) => !document.is_empty(),
        Bson::Array(values) => !values.is_empty(),
        _ => false,
    };
    // One column is left for the comma behind.
    if !breakable || indent + used + out[start..].chars().count() < WIDTH {
        return;
    }
    out.truncate(start);
    let inner = indent + 2;
    let new_line = |out: &mut String, indent: usize| {
        out.push('\n');
        out.extend(std::iter::repeat_n(' ', indent));
    };
    match value {
        Bson::Document(document) => {
            out.push('{');
            for (at, (key, value)) in document.iter().enumerate() {
                new_line(out, inner);
                let line = out.len();
                scalar::key(key, style, out);
                out.push_str(": ");
                let used = out[line..].chars().count();
                pretty(value, style, inner, used, out);
                out.push_str(if at + 1 < document.len() { "," } else { "" });
            }
            new_line(out, indent);
            out.push('}');
        }
        Bson::Array(values) => {
            out.push('[');
            for (at, value) in values.iter().enumerate() {
                new_line(out, inner);
                pretty(value, style, inner, 0, out);
                out.push_str(if at + 1 < values.len() { "," } else { "" });
            }
            new_line(out, indent);
            out.push(']');
        }
        _ => {}
    }
}

/// Prints a value on one line.
pub(super) fn inline(value: &Bson, style: Style, out: &mut String) {
    match value {
        Bson::Document(document) => inline_document(document, style, out),
        Bson::Array(values) => {
            out.push('[');
            for (at, value) in values.iter().enumerate() {
                out.push_str(if at > 0 { ", " } else { "" });
                inline(value, style, out);
            }
            out.push(']');
        }
        other => scalar::scalar(other, style, out),
    }
}

/// Prints a document on one line.
pub(super) fn inline_document(document: &Document, style: Style, out: &mut String) {
    let (open, close) = match style {
        _ if document.is_empty() => ("{", "}"),
        Style::Mongosh => ("{ ", " }"),
        _ => ("{", "}"),
    };
    out.push_str(open);
    for (at, (key, value)) in document.iter().enumerate() {
        out.push_str(if at > 0 { ", " } else { "" });
        scalar::key(key, style, out);
        out.push_str(": ");
        inline(value, style, out);
    }
    out.push_str(close);
}
