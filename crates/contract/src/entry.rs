//! Walks a TOML document with the place in hand, so that every fault names its file and key.
//!
//! In: the text of a TOML file. Out: its values, each asked for by the kind that is wanted.
//! Invariant: nothing here stops at the first fault; a value that is missing or wrong is reported and left out.

use bson::Bson;
use diagnostic::{Diagnostic, nearest, quote};
use toml::{Table, Value};

/// Parses a file; a fault of TOML's own syntax is placed by its line.
pub fn parse(place: &str, text: &str, faults: &mut Vec<Diagnostic>) -> Option<Table> {
    match text.parse::<Table>() {
        Ok(table) => Some(table),
        Err(error) => {
            let line = error.span().map_or(1, |span| text[..span.start].matches('\n').count() + 1);
            faults
                .push(Diagnostic::new(error.message().trim_end_matches('.').to_owned()).at(format!("{place}:{line}")));
            None
        }
    }
}

/// A table of a file, with its place and where faults go.
pub struct Entry<'a> {
    place: String,
    table: &'a Table,
    faults: &'a mut Vec<Diagnostic>,
}

impl<'a> Entry<'a> {
    /// The whole of a file.
    #[must_use]
    pub fn file(place: &str, table: &'a Table, faults: &'a mut Vec<Diagnostic>) -> Self {
        Self { place: place.to_owned(), table, faults }
    }

    /// The place of a key: `catalog/measures.toml: closure_rate.finish`.
    #[must_use]
    pub fn place(&self, key: &str) -> String {
        let separator = if self.place.contains(": ") { "." } else { ": " };
        format!("{}{separator}{}", self.place, quote(key))
    }

    /// Reports a fault at a key.
    pub fn fault(&mut self, key: &str, fault: impl Into<Diagnostic>) {
        let (fault, place) = (fault.into(), self.place(key));
        let placed = if fault.place().is_some() { fault.within(&place) } else { fault.at(place) };
        self.faults.push(placed);
    }

    /// Reports a fault that has its place already.
    pub fn report(&mut self, fault: Diagnostic) {
        self.faults.push(fault);
    }

    /// How many faults there are so far.
    #[must_use]
    pub fn n_faults(&self) -> usize {
        self.faults.len()
    }

    /// What was found, of a list of names at a key; what was not found is reported.
    pub fn good<T>(&mut self, key: &str, found: Vec<Result<T, impl Into<Diagnostic>>>) -> Vec<T> {
        let mut good = Vec::new();
        for each in found {
            match each {
                Ok(value) => good.push(value),
                Err(error) => self.fault(key, error),
            }
        }
        good
    }

    /// Reports every key that is none of `known`.
    pub fn only(&mut self, known: &[&str]) {
        for key in self.table.keys().filter(|key| !known.contains(&key.as_str())) {
            let fault = Diagnostic::new(format!("unknown key `{}`", quote(key)));
            let fault = fault.hint(nearest("key", key, known.iter().copied()));
            let place = self.place(key);
            self.faults.push(fault.at(place));
        }
    }

    /// The keys, as written.
    pub fn keys(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        self.table.keys().map(String::as_str)
    }

    /// The keys of a table inside, as written; none where it is not there.
    #[must_use]
    pub fn keys_of(&self, key: &str) -> Vec<&'a str> {
        let table = self.table.get(key).and_then(Value::as_table);
        table.into_iter().flat_map(Table::keys).map(String::as_str).collect()
    }

    /// Whether the key is there.
    #[must_use]
    pub fn has(&self, key: &str) -> bool {
        self.table.contains_key(key)
    }

    /// The value at a key that must be there.
    fn required(&mut self, key: &str) -> Option<&'a Value> {
        let value = self.table.get(key);
        if value.is_none() {
            self.fault(key, Diagnostic::new(format!("the key `{key}` is missing")));
        }
        value
    }

    fn wrong(&mut self, key: &str, value: &Value, wanted: &str) {
        self.fault(key, Diagnostic::new(format!("`{key}` must be {wanted}, not {}", kind(value))));
    }

    /// A text that must be there.
    pub fn text(&mut self, key: &str) -> Option<&'a str> {
        self.required(key)?;
        self.optional_text(key)
    }

    /// A text that may be left out.
    pub fn optional_text(&mut self, key: &str) -> Option<&'a str> {
        match self.table.get(key)? {
            Value::String(text) => Some(text),
            other => {
                self.wrong(key, other, "a text");
                None
            }
        }
    }

    /// The text at a key, where it is one; nothing is reported.
    #[must_use]
    pub fn peek_text(&self, key: &str) -> Option<&'a str> {
        self.table.get(key).and_then(Value::as_str)
    }

    /// A yes or no that may be left out (no).
    pub fn flag(&mut self, key: &str) -> bool {
        match self.table.get(key) {
            None => false,
            Some(Value::Boolean(flag)) => *flag,
            Some(other) => {
                self.wrong(key, other, "`true` or `false`");
                false
            }
        }
    }

    /// A whole number that may be left out.
    pub fn integer(&mut self, key: &str) -> Option<i64> {
        match self.table.get(key)? {
            Value::Integer(number) => Some(*number),
            other => {
                self.wrong(key, other, "a whole number");
                None
            }
        }
    }

    /// A list of texts that may be left out.
    pub fn texts(&mut self, key: &str) -> Vec<&'a str> {
        let Some(value) = self.table.get(key) else { return Vec::new() };
        let texts = value.as_array().map(|list| list.iter().map(Value::as_str).collect::<Option<Vec<_>>>());
        texts.flatten().unwrap_or_else(|| {
            self.wrong(key, value, "a list of texts");
            Vec::new()
        })
    }

    /// A text, or a list of texts; may be left out.
    pub fn text_or_texts(&mut self, key: &str) -> Vec<&'a str> {
        match self.table.get(key) {
            Some(Value::String(text)) => vec![text],
            Some(Value::Array(_)) | None => self.texts(key),
            Some(other) => {
                self.wrong(key, other, "a text or a list of texts");
                Vec::new()
            }
        }
    }

    /// A list of plain values that may be left out.
    pub fn values(&mut self, key: &str) -> Vec<Bson> {
        let Some(value) = self.table.get(key) else { return Vec::new() };
        let values = value.as_array().map(|list| list.iter().map(plain).collect::<Option<Vec<_>>>());
        values.flatten().unwrap_or_else(|| {
            self.wrong(key, value, "a list of texts or numbers");
            Vec::new()
        })
    }

    /// One plain value that may be left out.
    pub fn value(&mut self, key: &str) -> Option<Bson> {
        let value = self.table.get(key)?;
        let plain = plain(value);
        if plain.is_none() {
            self.wrong(key, value, "a text or a number");
        }
        plain
    }

    /// A table inside, walked in turn; may be left out.
    pub fn table(&mut self, key: &str) -> Option<Entry<'_>> {
        match self.table.get(key)? {
            Value::Table(table) => Some(Entry { place: self.place(key), table, faults: self.faults }),
            other => {
                self.wrong(key, other, "a table");
                None
            }
        }
    }

    /// Calls `read` with each table of a list that may be left out, in order. Their places are numbered from 1.
    pub fn each_table(&mut self, key: &str, mut read: impl FnMut(Entry<'_>)) {
        let Some(value) = self.table.get(key) else { return };
        let tables = value.as_array().map(|list| list.iter().map(Value::as_table).collect::<Option<Vec<_>>>());
        let Some(tables) = tables.flatten() else { return self.wrong(key, value, "a list of tables") };
        for (i, table) in tables.into_iter().enumerate() {
            let place = format!("{}[{}]", self.place(key), i + 1);
            read(Entry { place, table, faults: self.faults });
        }
    }

    /// Whether the value at the key is a table.
    #[must_use]
    pub fn is_table(&self, key: &str) -> bool {
        self.table.get(key).is_some_and(Value::is_table)
    }

    /// Reads a text as `read` does and reports what it says against it.
    pub fn parsed<T, E: Into<Diagnostic>>(&mut self, key: &str, read: impl Fn(&str) -> Result<T, E>) -> Option<T> {
        let text = self.text(key)?;
        match read(text) {
            Ok(value) => Some(value),
            Err(error) => {
                self.fault(key, error);
                None
            }
        }
    }
}

fn plain(value: &Value) -> Option<Bson> {
    match value {
        Value::String(text) => Some(Bson::String(text.clone())),
        Value::Integer(number) => Some(i32::try_from(*number).map_or(Bson::Int64(*number), Bson::Int32)),
        Value::Float(number) => Some(Bson::Double(*number)),
        Value::Boolean(flag) => Some(Bson::Boolean(*flag)),
        _ => None,
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::String(_) => "a text",
        Value::Integer(_) => "a whole number",
        Value::Float(_) => "a number",
        Value::Boolean(_) => "a yes or no",
        Value::Datetime(_) => "a date",
        Value::Array(_) => "a list",
        Value::Table(_) => "a table",
    }
}
