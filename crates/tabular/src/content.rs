//! What is in a file of documents: JSON text, mongodump's BSON, or a table.
//!
//! In: a [`Source`]. Out: which of them it is, opened.

use std::io::Read as _;

use crate::format::Format;
use crate::text::{format_of, unpacked};
use crate::values::ValuesContent;
use crate::{Error, Input, MOST_BYTES_A_ROW, Options, Source, Table, Text, json};

/// What is in a file of documents.
#[derive(Debug)]
pub enum Content {
    /// JSON documents, one after the other or in one array.
    Json(Text),
    /// BSON documents, one after the other.
    Dump(Input),
    /// A table, whatever its format.
    Table(Table),
}

impl Content {
    /// Opens a file, packed or not.
    pub fn open<'a>(source: impl Into<Source<'a>>, options: &Options<'_>) -> Result<Self, Error> {
        let source = source.into();
        if let Source::Values(values) = source {
            return match values.content {
                ValuesContent::Dump => Ok(Self::Dump(values.input.clone())),
                ValuesContent::Table { .. } => Table::of_values(values, options).map(Self::Table),
            };
        }
        let input = Input::open(source, options)?;
        if is_dump(&input)? {
            return Ok(Self::Dump(input));
        }
        let input = unpacked(input, options)?;
        // What is called so and begins otherwise is a dump that is damaged.
        if is_dump(&input)? || is_called_dump(&input)? {
            return Ok(Self::Dump(input));
        }
        let format = format_of(&input)?;
        if format == Format::Text {
            let text = Text::of(input.clone(), options)?;
            // What does not begin as JSON is JSON with a fault, unless it can be a table.
            if json::is_json(&text)? || !has_separator(&text)? {
                return Ok(Self::Json(text));
            }
        }
        Table::of_input(input, format, options).map(Self::Table)
    }
}

/// Whether the first line can be a header.
fn has_separator(text: &Text) -> Result<bool, Error> {
    let mut start = Vec::new();
    text.input.reader(text.base).take(1 << 16).read_to_end(&mut start)?;
    let line = start.split(|byte| matches!(byte, b'\n' | b'\r')).find(|line| !line.trim_ascii().is_empty());
    Ok(line.is_some_and(|line| line.iter().any(|byte| matches!(byte, b',' | b';' | b'\t' | b'|'))))
}

/// Whether the file is called as mongodump calls its files, and is no text.
fn is_called_dump(input: &Input) -> Result<bool, Error> {
    let mut start = Vec::new();
    input.reader(0).take(64).read_to_end(&mut start)?;
    let name = input.name.to_lowercase();
    Ok([".bson", ".bson.gz", ".bson.zst"].iter().any(|ending| name.ends_with(ending)) && start.contains(&0))
}

/// Whether the file begins with a BSON document: its length, and so many bytes on a zero.
fn is_dump(input: &Input) -> Result<bool, Error> {
    let mut start = [0; 5];
    let n = input.reader(0).take(5).read(&mut start)?;
    let length = u64::from(u32::from_le_bytes([start[0], start[1], start[2], start[3]]));
    // The fifth byte is the type of the first element, or the end of an empty document.
    let is_type = matches!(start[4], 0..=0x13 | 0x7f | 0xff);
    if n < 5 || !is_type || !(5..=MOST_BYTES_A_ROW).contains(&length) || length > input.n_bytes()? {
        return Ok(false);
    }
    let mut last = [1];
    let n = input.reader(length - 1).read(&mut last)?;
    Ok(n == 1 && last[0] == 0)
}
