//! The elements of a raw document: type, name and the bytes of the value.
//!
//! In: bytes that should be a BSON document. Out: its elements one by one, or the first thing that is wrong.
//! Invariant: no byte outside the document is read, whatever its lengths say.

use bson::{Bson, RawDocument};

use crate::Error;

pub(crate) const DOUBLE: u8 = 0x01;
pub(crate) const STRING: u8 = 0x02;
pub(crate) const OBJECT: u8 = 0x03;
pub(crate) const ARRAY: u8 = 0x04;
pub(crate) const OBJECT_ID: u8 = 0x07;
pub(crate) const BOOL: u8 = 0x08;
pub(crate) const DATE: u8 = 0x09;
pub(crate) const NULL: u8 = 0x0A;
pub(crate) const INT: u8 = 0x10;
pub(crate) const LONG: u8 = 0x12;

/// One field of a raw document.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Element<'a> {
    /// Its BSON type.
    pub(crate) kind: u8,
    pub(crate) name: &'a str,
    pub(crate) value: &'a [u8],
}

/// The elements of a document.
pub(crate) struct Elements<'a> {
    left: &'a [u8],
    is_over: bool,
}

pub(crate) fn elements(document: &[u8]) -> Result<Elements<'_>, Error> {
    let length = length(document)?;
    match document.get(4..length) {
        Some(left) if length == document.len() && left.last() == Some(&0) => Ok(Elements { left, is_over: false }),
        _ => Err(malformed()),
    }
}

/// Whether the elements of an array are named 0, 1, 2 and so on, as they should be.
pub(crate) fn is_in_order(array: &[u8]) -> Result<bool, Error> {
    let mut number = Decimal::new();
    for element in elements(array)? {
        if element?.name.as_bytes() != number.digits() {
            return Ok(false);
        }
        number.add_one();
    }
    Ok(true)
}

/// A whole number as its digits, counted up from zero.
pub(crate) struct Decimal {
    digits: [u8; 20],
    start: usize,
}

impl Decimal {
    pub(crate) fn new() -> Self {
        Self { digits: [b'0'; 20], start: 19 }
    }

    pub(crate) fn digits(&self) -> &[u8] {
        &self.digits[self.start..]
    }

    pub(crate) fn add_one(&mut self) {
        for at in (0..self.digits.len()).rev() {
            self.start = self.start.min(at);
            if self.digits[at] < b'9' {
                self.digits[at] += 1;
                return;
            }
            self.digits[at] = b'0';
        }
    }
}

impl<'a> Elements<'a> {
    fn read(&mut self) -> Result<Option<Element<'a>>, Error> {
        let (element, rest) = self.left.split_first().ok_or_else(malformed)?;
        if *element == 0 {
            return if rest.is_empty() { Ok(None) } else { Err(malformed()) };
        }
        let end = rest.iter().position(|byte| *byte == 0).ok_or_else(malformed)?;
        let name = std::str::from_utf8(&rest[..end]).map_err(|_| malformed())?;
        let value = &rest[end + 1..];
        let size = size(*element, value)?;
        let (value, left) = value.split_at_checked(size).ok_or_else(malformed)?;
        self.left = left;
        Ok(Some(Element { kind: *element, name, value }))
    }
}

impl<'a> Iterator for Elements<'a> {
    type Item = Result<Element<'a>, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.is_over {
            return None;
        }
        let read = self.read().transpose();
        self.is_over = !matches!(read, Some(Ok(_)));
        read
    }
}

/// How many bytes a value of this type takes at the start of `bytes`.
pub(crate) fn size(element: u8, bytes: &[u8]) -> Result<usize, Error> {
    let plus = |n: usize, more: usize| n.checked_add(more).ok_or_else(malformed);
    Ok(match element {
        DOUBLE | DATE | LONG | 0x11 => 8,
        INT => 4,
        BOOL => 1,
        OBJECT_ID => 12,
        0x13 => 16,
        NULL | 0x06 | 0xFF | 0x7F => 0,
        STRING | 0x0D | 0x0E => plus(length(bytes)?, 4)?,
        OBJECT | ARRAY | 0x0F => length(bytes)?,
        0x05 => plus(length(bytes)?, 5)?,
        0x0C => plus(length(bytes)?, 16)?,
        0x0B => {
            let pattern = text_end(bytes, 0)?;
            text_end(bytes, pattern)?
        }
        _ => return Err(malformed()),
    })
}

/// Behind the zero that ends a text.
fn text_end(bytes: &[u8], from: usize) -> Result<usize, Error> {
    let text = bytes.get(from..).ok_or_else(malformed)?;
    Ok(from + text.iter().position(|byte| *byte == 0).ok_or_else(malformed)? + 1)
}

fn length(bytes: &[u8]) -> Result<usize, Error> {
    let length = bytes.first_chunk::<4>().map(|bytes| i32::from_le_bytes(*bytes));
    length.and_then(|length| usize::try_from(length).ok()).ok_or_else(malformed)
}

/// A value from its type and its bytes.
pub(crate) fn value(element: u8, bytes: &[u8]) -> Result<Bson, Error> {
    let fixed = || bytes.try_into().map_err(|_| malformed());
    Ok(match element {
        DOUBLE => Bson::Double(f64::from_le_bytes(fixed()?)),
        LONG => Bson::Int64(i64::from_le_bytes(fixed()?)),
        DATE => Bson::DateTime(bson::DateTime::from_millis(i64::from_le_bytes(fixed()?))),
        INT => Bson::Int32(i32::from_le_bytes(bytes.try_into().map_err(|_| malformed())?)),
        NULL => Bson::Null,
        STRING => Bson::String(text(bytes)?.to_owned()),
        _ => {
            // A document of this one field, for all the types that are rare.
            let mut document = Vec::with_capacity(bytes.len() + 7);
            document.extend(i32::try_from(bytes.len() + 7).map_err(|_| malformed())?.to_le_bytes());
            document.extend([element, 0]);
            document.extend(bytes);
            document.push(0);
            let document = RawDocument::from_bytes(&document).map_err(|_| malformed())?;
            let field = document.get("").ok().flatten().ok_or_else(malformed)?;
            Bson::try_from(field).map_err(|_| malformed())?
        }
    })
}

/// The text of a string's bytes.
pub(crate) fn text(bytes: &[u8]) -> Result<&str, Error> {
    let text = bytes.get(4..).and_then(|bytes| bytes.split_last()).map(|(_, text)| text).ok_or_else(malformed)?;
    std::str::from_utf8(text).map_err(|_| malformed())
}

pub(crate) fn malformed() -> Error {
    Error::new("malformed BSON")
}
