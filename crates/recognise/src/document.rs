//! A contract under way, and its text as a person would write it.
//!
//! In: columns with their keys. Out: TOML with comments, which `Contract::parse` reads.
//! Invariant: the text is well formed whatever the names and values are; what a key means is told where it first stands.

use std::collections::BTreeSet;
use std::fmt::Write;

use diagnostic::quote;
use toml::{Table, Value};

/// A longer line of a list is broken.
const WIDTH: usize = 110;

/// A contract under way.
#[derive(Clone, Debug, Default)]
pub(crate) struct Document {
    /// The comment at the head, by lines.
    pub(crate) head: Vec<String>,
    pub(crate) title: String,
    pub(crate) columns: Vec<Entry>,
    pub(crate) left_out: Vec<Table>,
    pub(crate) rules: Vec<Table>,
}

/// A column under way.
#[derive(Clone, Debug, Default)]
pub(crate) struct Entry {
    /// Its name in the contract.
    pub(crate) field: String,
    /// Where it is in the file; `None` of one that is numbered or computed.
    pub(crate) source: Option<usize>,
    pub(crate) keys: Table,
    /// What is worth saying of it, by lines.
    pub(crate) comments: Vec<String>,
}

/// What a key means, told where it first stands.
const MEANINGS: [(&str, &str); 22] = [
    ("kind", "what a cell holds: category, whole, decimal, text or date"),
    ("header", "its name in files and its path in documents, where it is not the name above"),
    ("range", "the least and the greatest value; a row with another is refused"),
    ("steps", "how finely the quality summary tells values apart: parts of one"),
    ("categories", "the values in their natural order; `spellings` are read as the value"),
    ("collection", "where the column lies if not in `customers`"),
    ("role", "what the column means; analyses ask for roles"),
    ("label", "its heading in tables and charts"),
    ("unit", "what its numbers count: count, share, dollars, months, years or ratio"),
    ("phrase", "how sentences speak of a group, `{}` being the value"),
    ("phrases", "the same for single values"),
    ("outcome", "what the customers are who are counted as closed, since that is not what they did"),
    ("nullable", "a cell may be empty"),
    ("missing", "cells that say “no answer”"),
    ("format", "how a cell writes a day: `%d` day, `%m` month, `%Y` year, `%b` a month's name"),
    ("numbered", "the file has no key: its rows are numbered from 1"),
    ("computed", "not read from the file but computed from other columns"),
    ("concurrent", "measured in the very months in which accounts closed"),
    ("derived_from", "the columns that it follows from: no finding is made of that"),
    ("direct_identifier", "it names a person: not shown, filtered or grouped by"),
    ("doubt", "what was assumed; the quality page tells it until this line is taken out"),
    ("few", "of few values, whatever its range is: customers may be grouped by them"),
];

impl Document {
    /// Says where each column lies in documents, whose last names are the headers of the table.
    pub(crate) fn lie_at(&mut self, paths: &[String], headers: &[&str]) {
        for entry in &mut self.columns {
            let Some(path) = entry.source.and_then(|source| paths.get(source)) else { continue };
            if *path == entry.field {
                entry.keys.remove("header");
            } else {
                entry.keys.insert("header".to_owned(), Value::from(path.as_str()));
            }
        }
        for keys in &mut self.left_out {
            let position =
                keys.get("name").and_then(|name| headers.iter().position(|header| name.as_str() == Some(header)));
            if let Some(path) = position.and_then(|position| paths.get(position)) {
                keys.insert("name".to_owned(), Value::from(path.as_str()));
            }
        }
    }

    /// The text of it.
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        for line in &self.head {
            comment(&mut text, line);
        }
        _ = write!(text, "\ntitle = {}\n", string(&self.title));
        let mut told = BTreeSet::new();
        for entry in &self.columns {
            text.push('\n');
            for line in &entry.comments {
                comment(&mut text, line);
            }
            _ = writeln!(text, "[columns.{}]", key(&entry.field));
            table(&mut text, &entry.keys, &mut told);
        }
        for (name, tables) in [("left_out", &self.left_out), ("rules", &self.rules)] {
            for keys in tables {
                _ = write!(text, "\n[[{name}]]\n");
                for (name, value) in keys {
                    _ = writeln!(text, "{} = {}", key(name), long(name, value));
                }
            }
        }
        text
    }
}

fn comment(text: &mut String, line: &str) {
    // A comment is one line, whatever stands in the names that it tells of.
    _ = writeln!(text, "# {}", quote(line));
}

/// The keys of a column, each with its meaning where it is the first of its name.
fn table(text: &mut String, keys: &Table, told: &mut BTreeSet<String>) {
    for (name, value) in keys {
        let meaning = MEANINGS.iter().find(|(known, _)| known == name);
        if let Some((_, meaning)) = meaning.filter(|_| told.insert(name.clone())) {
            _ = writeln!(text, "# `{name}`: {meaning}");
        }
        _ = writeln!(text, "{} = {}", key(name), long(name, value));
    }
}

/// A value of a line of its own; lists that are long are broken.
fn long(name: &str, value: &Value) -> String {
    let line = inline(value);
    match value {
        Value::String(text) if text.contains('\n') && !text.contains("'''") && !has_controls(text) => {
            // The line feed behind the quotes is none of the text.
            format!("'''\n{text}'''")
        }
        Value::String(text) if text.contains('"') && !text.contains('\'') && !has_controls(text) => format!("'{text}'"),
        Value::Array(values) if name.len() + line.len() > WIDTH => {
            let mut text = String::from("[\n");
            for value in values {
                _ = writeln!(text, "  {},", inline(value));
            }
            text + "]"
        }
        _ => line,
    }
}

fn has_controls(text: &str) -> bool {
    text.chars().any(|c| c.is_control() && c != '\n')
}

fn inline(value: &Value) -> String {
    match value {
        Value::String(text) => string(text),
        Value::Integer(number) => whole(*number),
        Value::Float(number) => format!("{number:?}"),
        Value::Array(values) => format!("[{}]", values.iter().map(inline).collect::<Vec<_>>().join(", ")),
        Value::Table(table) => {
            let pairs: Vec<String> =
                table.iter().map(|(name, value)| format!("{} = {}", key(name), inline(value))).collect();
            format!("{{ {} }}", pairs.join(", "))
        }
        Value::Boolean(_) | Value::Datetime(_) => value.to_string(),
    }
}

/// A whole number, its thousands apart where it is long.
fn whole(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut text = String::from(if number < 0 { "-" } else { "" });
    for (i, digit) in digits.chars().enumerate() {
        if digits.len() > 4 && i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push('_');
        }
        text.push(digit);
    }
    text
}

fn string(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            '\r' => quoted.push_str("\\r"),
            // A blank that looks like any other is told apart by its code.
            c if c.is_control()
                || matches!(c, '\u{a0}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202f}' | '\u{feff}') =>
            {
                _ = write!(quoted, "\\u{:04X}", u32::from(c));
            }
            c => quoted.push(c),
        }
    }
    quoted + "\""
}

fn key(name: &str) -> String {
    let is_bare =
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
    if is_bare { name.to_owned() } else { string(name) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        let names =
            ["plain", "", "a b", "a.b", "\"", "'''", "\\", "\u{0}\u{1}", "é\u{a0}", "#", "line\nline", "[x]", "日本"];
        let mut entry = Entry { field: "f".to_owned(), comments: vec!["a\nb\u{7}".to_owned()], ..Entry::default() };
        for (i, name) in names.into_iter().enumerate() {
            entry.keys.insert(format!("{name}{i}"), Value::String(name.repeat(1 + i * 4)));
        }
        let list =
            names.iter().map(|name| Value::Table([("value".to_owned(), Value::from(*name))].into_iter().collect()));
        entry.keys.insert("categories".to_owned(), Value::Array(list.collect()));
        let numbers = [Value::Integer(i64::MIN), Value::Integer(12_345), Value::Float(1e20), Value::Float(-0.001)];
        entry.keys.insert("range".to_owned(), Value::Array(numbers.to_vec()));
        let columns = names.iter().map(|name| Entry { field: (*name).to_owned(), ..entry.clone() }).collect();
        let holds: Table = [("holds".to_owned(), Value::from("{ $lt: [\"$a\",\n 1] }\n"))].into_iter().collect();
        let document = Document {
            head: vec!["h".to_owned()],
            title: "t'\"".to_owned(),
            columns,
            rules: vec![holds.clone()],
            ..Document::default()
        };
        let text = document.text();
        let read: Table = text.parse().unwrap_or_else(|error| panic!("{error}\n{text}"));
        let columns = read["columns"].as_table().unwrap();
        assert_eq!(columns.keys().map(String::as_str).collect::<Vec<_>>(), names);
        assert!(columns.values().all(|keys| keys.as_table() == Some(&entry.keys)), "{text}");
        assert_eq!(read["rules"], Value::Array(vec![Value::Table(holds)]));
        assert!(text.contains("[-9_223_372_036_854_775_808, 12_345, 1e20, -0.001]"), "{text}");
    }
}
