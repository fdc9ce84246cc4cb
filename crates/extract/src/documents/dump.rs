//! Documents of a file that mongodump wrote: BSON, one after the other.
//!
//! In: a file. Out: its documents. Invariant: memory holds one document; a length that cannot be is refused with its place.

use std::collections::HashSet;
use std::io::{BufReader, Read as _};

use bson::{Document, RawArray, RawBsonRef, RawDocument};
use diagnostic::quote;
use tabular::{Input, Reader};

use super::{Documents, MOST_BYTES, Read};
use crate::{Error, ids};

/// The file under way.
pub(super) struct Dump<'a> {
    input: &'a Input,
    reader: BufReader<Reader>,
    n_bytes: u64,
    at: u64,
    n_read: u64,
}

/// The bytes of a document, and where they begin.
pub(super) struct Raw {
    number: u64,
    at: u64,
    bytes: Vec<u8>,
}

/// The place of a document; of values of the program itself the byte says nothing.
fn place(input: &Input, number: u64, at: u64) -> String {
    let byte = if input.is_file { format!(", byte {at}") } else { String::new() };
    format!("{}, document {number}{byte}", input.shown)
}

impl<'a> Dump<'a> {
    pub(super) fn open(input: &'a Input) -> Result<Self, Error> {
        Ok(Self { input, reader: input.reader(0), n_bytes: input.n_bytes()?.max(1), at: 0, n_read: 0 })
    }
}

impl Documents for Dump<'_> {
    type Raw = Raw;

    fn next(&mut self) -> Result<Option<Raw>, Error> {
        if self.at >= self.n_bytes {
            return Ok(None);
        }
        let number = self.n_read + 1;
        let cut_off = || {
            Error::input("the file ends in the middle of a document, or is damaged")
                .at(place(self.input, number, self.at))
                .hint("dump the collection again")
        };
        let mut length = [0; 4];
        self.reader.read_exact(&mut length).map_err(|_| cut_off())?;
        let length = u32::from_le_bytes(length) as usize;
        if !(5..=MOST_BYTES + 16 * 1024).contains(&length) {
            return Err(cut_off());
        }
        let mut bytes = vec![0; length];
        bytes[..4].copy_from_slice(&(length as u32).to_le_bytes());
        self.reader.read_exact(&mut bytes[4..]).map_err(|_| cut_off())?;
        let at = self.at;
        self.at += length as u64;
        self.n_read = number;
        Ok(Some(Raw { number, at, bytes }))
    }

    fn read(&self, raw: &Raw) -> Result<Read, Error> {
        // The reader's own words name its types, and no place in the file.
        let document = Document::from_reader(raw.bytes.as_slice()).map_err(|_| {
            let message = "the document is damaged: its bytes are no BSON";
            Error::input(message).at(self.place(raw)).hint("dump the collection again")
        })?;
        Read::of(&document).map_err(|error| error.at(self.place(raw)))
    }

    /// MongoDB: a server keeps a field that is there twice, and reads the first; what was read here has the last, and so is
    /// shorter.
    fn check(&self, raw: &Raw, bytes: &[u8]) -> Result<(), Error> {
        if bytes.len() == raw.bytes.len() {
            return Ok(());
        }
        let twice = RawDocument::from_bytes(&raw.bytes).ok().and_then(twice_in);
        twice.map_or(Ok(()), |path| {
            Err(Error::input(format!("the document has the field `{}` twice", quote(&path)))
                .at(self.place(raw))
                .hint("keep one of them, or give the other another name"))
        })
    }

    fn place(&self, raw: &Raw) -> String {
        place(self.input, raw.number, raw.at)
    }

    fn fraction(&self) -> f64 {
        self.at as f64 / self.n_bytes as f64
    }

    fn first_with(&self, id: &[u8]) -> Option<String> {
        let mut again = Self::open(self.input).ok()?;
        while let Ok(Some(raw)) = again.next() {
            if again.read(&raw).is_ok_and(|read| ids::key(&read.bytes).as_deref() == Some(id)) {
                return Some(again.place(&raw));
            }
        }
        None
    }
}

/// The path of the first field that is there twice. Invariant: what was read before is not nested too deeply to be walked.
fn twice_in(document: &RawDocument) -> Option<String> {
    let mut names = HashSet::new();
    for element in document.iter_elements() {
        let element = element.ok()?;
        let name = element.key().as_str();
        if !names.insert(name) {
            return Some(name.to_owned());
        }
        if let Some(below) = twice_below(element.value().ok()?) {
            return Some(format!("{name}.{below}"));
        }
    }
    None
}

fn twice_below(value: RawBsonRef<'_>) -> Option<String> {
    match value {
        RawBsonRef::Document(inner) => twice_in(inner),
        RawBsonRef::Array(items) => twice_in_array(items),
        RawBsonRef::JavaScriptCodeWithScope(code) => twice_in(code.scope),
        _ => None,
    }
}

/// The names of an array's elements do not count.
fn twice_in_array(items: &RawArray) -> Option<String> {
    items.into_iter().enumerate().find_map(|(at, item)| Some(format!("{at}.{}", twice_below(item.ok()?)?)))
}
