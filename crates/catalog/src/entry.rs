//! Walks a TOML document with the place in hand, so that every fault names its file and key.
//!
//! Invariant: nothing here stops at the first fault; a value that is missing or wrong is reported and left out.

use bson::Bson;
use pipeline::{Error, nearest};
use toml::{Table, Value};

/// Parses a file; a fault of TOML's own syntax is placed by its line.
pub(crate) fn parse(place: &str, text: &str, faults: &mut Vec<Error>) -> Option<Table> {
    match text.parse::<Table>() {
        Ok(table) => Some(table),
        Err(error) => {
            let line = error.span().map_or(1, |span| text[..span.start].matches('\n').count() + 1);
            faults.push(Error::input(error.message().trim_end_matches('.').to_owned()).at(format!("{place}:{line}")));
            None
        }
    }
}

/// A table of a file, with its place and where faults go.
pub(crate) struct Entry<'a> {
    place: String,
    table: &'a Table,
    faults: &'a mut Vec<Error>,
}

impl<'a> Entry<'a> {
    /// The whole of a file.
    pub(crate) fn file(place: &str, table: &'a Table, faults: &'a mut Vec<Error>) -> Self {
        Self { place: place.to_owned(), table, faults }
    }

    /// The place of a key: `catalog/measures.toml: attrition_rate.finish`.
    pub(crate) fn place(&self, key: &str) -> String {
        let separator = if self.place.contains(": ") { "." } else { ": " };
        format!("{}{separator}{key}", self.place)
    }

    /// Reports a fault at a key.
    pub(crate) fn fault(&mut self, key: &str, error: Error) {
        let place = self.place(key);
        let placed = if error.place().is_some() { error.within(&place) } else { error.at(place) };
        self.faults.push(placed);
    }

    /// Reports a fault that has its place already.
    pub(crate) fn report(&mut self, error: Error) {
        self.faults.push(error);
    }

    /// How many faults there are so far.
    pub(crate) fn n_faults(&self) -> usize {
        self.faults.len()
    }

    /// What was found, of a list of names at a key; what was not found is reported.
    pub(crate) fn good<T>(&mut self, key: &str, found: Vec<Result<T, Error>>) -> Vec<T> {
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
    pub(crate) fn only(&mut self, known: &[&str]) {
        for key in self.table.keys().filter(|key| !known.contains(&key.as_str())) {
            let error = Error::input(format!("unknown key `{key}`"));
            let error = error.hint(nearest("key", key, known.iter().copied()));
            let place = self.place(key);
            self.faults.push(error.at(place));
        }
    }

    /// The keys, as written.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        self.table.keys().map(String::as_str)
    }

    /// Whether the key is there.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.table.contains_key(key)
    }

    /// The value at a key that must be there.
    fn required(&mut self, key: &str) -> Option<&'a Value> {
        let value = self.table.get(key);
        if value.is_none() {
            self.fault(key, Error::input(format!("the key `{key}` is missing")));
        }
        value
    }

    fn wrong(&mut self, key: &str, value: &Value, wanted: &str) {
        self.fault(key, Error::input(format!("`{key}` must be {wanted}, not {}", kind(value))));
    }

    /// A text that must be there.
    pub(crate) fn text(&mut self, key: &str) -> Option<&'a str> {
        self.required(key)?;
        self.optional_text(key)
    }

    /// A text that may be left out.
    pub(crate) fn optional_text(&mut self, key: &str) -> Option<&'a str> {
        match self.table.get(key)? {
            Value::String(text) => Some(text),
            other => {
                self.wrong(key, other, "a text");
                None
            }
        }
    }

    /// A yes or no that may be left out (no).
    pub(crate) fn flag(&mut self, key: &str) -> bool {
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
    pub(crate) fn integer(&mut self, key: &str) -> Option<i64> {
        match self.table.get(key)? {
            Value::Integer(number) => Some(*number),
            other => {
                self.wrong(key, other, "a whole number");
                None
            }
        }
    }

    /// A list of texts that may be left out.
    pub(crate) fn texts(&mut self, key: &str) -> Vec<&'a str> {
        let Some(value) = self.table.get(key) else { return Vec::new() };
        let texts = value.as_array().map(|list| list.iter().map(Value::as_str).collect::<Option<Vec<_>>>());
        texts.flatten().unwrap_or_else(|| {
            self.wrong(key, value, "a list of texts");
            Vec::new()
        })
    }

    /// A list of plain values that may be left out.
    pub(crate) fn values(&mut self, key: &str) -> Vec<Bson> {
        let Some(value) = self.table.get(key) else { return Vec::new() };
        let values = value.as_array().map(|list| list.iter().map(plain).collect::<Option<Vec<_>>>());
        values.flatten().unwrap_or_else(|| {
            self.wrong(key, value, "a list of texts or numbers");
            Vec::new()
        })
    }

    /// One plain value that may be left out.
    pub(crate) fn value(&mut self, key: &str) -> Option<Bson> {
        let value = self.table.get(key)?;
        let plain = plain(value);
        if plain.is_none() {
            self.wrong(key, value, "a text or a number");
        }
        plain
    }

    /// A table inside, walked in turn; may be left out.
    pub(crate) fn table(&mut self, key: &str) -> Option<Entry<'_>> {
        match self.table.get(key)? {
            Value::Table(table) => Some(Entry { place: self.place(key), table, faults: self.faults }),
            other => {
                self.wrong(key, other, "a table");
                None
            }
        }
    }

    /// Whether the value at the key is a table.
    pub(crate) fn is_table(&self, key: &str) -> bool {
        self.table.get(key).is_some_and(Value::is_table)
    }

    /// Reads a text as `read` does and reports what it says against it.
    pub(crate) fn parsed<T>(&mut self, key: &str, read: impl Fn(&str) -> Result<T, Error>) -> Option<T> {
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
