//! Plain JSON → BSON bytes with no tree in between: the fast way for the documents of a file.
//!
//! In: text. Out: the document's bytes, or nothing where the text holds anything that is not plain; then
//! [`super::read_document`] reads it, or says what is wrong and where.
//! Plain is JSON as its standard has it, and of Extended JSON the wrappers of dates, object ids and numbers. Not plain are halves of
//! surrogate pairs, the character with code 0, whole numbers beyond 64 bits, other names that begin with a dollar sign, and more
//! than [`MOST_LEVELS`] levels.
//! Invariant: the bytes are those of the document that `read_document` reads.

use bson::Bson;
use bson::oid::ObjectId;
use bson::spec::ElementType;

use super::{call, date, number};

/// Deeper ones are left to the general reader, which minds its stack and knows the limit.
const MOST_LEVELS: usize = 64;
/// In an object of so many fields each name is held against all others, in a larger one they are sorted.
const FEW_FIELDS: usize = 16;

/// The bytes of a document, if its text is plain JSON.
#[must_use]
pub fn read_plain(text: &str) -> Option<Vec<u8>> {
    let mut reader = Plain { text, at: 0, bytes: Vec::with_capacity(text.len()), names: Vec::new() };
    reader.skip_blank();
    if reader.object(0)? != ElementType::EmbeddedDocument {
        return None;
    }
    reader.skip_blank();
    (reader.at == text.len()).then_some(reader.bytes)
}

struct Plain<'a> {
    text: &'a str,
    at: usize,
    bytes: Vec<u8>,
    /// Where the names of the objects under way lie in the bytes.
    names: Vec<(usize, usize)>,
}

impl<'a> Plain<'a> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn skip_blank(&mut self) {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.peek() {
            self.at += 1;
        }
    }

    /// Takes this byte, which must be the next one.
    fn take(&mut self, byte: u8) -> Option<()> {
        (self.peek()? == byte).then(|| self.at += 1)
    }

    /// Writes what a `{` opens; gives its type, which is another one where it is a wrapper.
    fn object(&mut self, depth: usize) -> Option<ElementType> {
        self.take(b'{')?;
        self.skip_blank();
        if self.text.as_bytes()[self.at..].starts_with(b"\"$") {
            return self.wrapper();
        }
        if depth == MOST_LEVELS {
            return None;
        }
        let (start, first_name) = (self.begin(), self.names.len());
        let mut is_over = self.peek()? == b'}';
        self.at += usize::from(is_over);
        while !is_over {
            self.skip_blank();
            let element = self.bytes.len();
            self.bytes.push(0);
            self.string()?;
            if self.bytes.get(element + 1) == Some(&b'$') {
                return None;
            }
            self.names.push((element + 1, self.bytes.len()));
            self.bytes.push(0);
            self.skip_blank();
            self.take(b':')?;
            self.bytes[element] = self.value(depth + 1)? as u8;
            is_over = self.is_over(b'}')?;
        }
        if self.has_name_twice(first_name) {
            return None;
        }
        self.names.truncate(first_name);
        self.end(start)?;
        Some(ElementType::EmbeddedDocument)
    }

    fn array(&mut self, depth: usize) -> Option<ElementType> {
        self.take(b'[')?;
        self.skip_blank();
        if depth == MOST_LEVELS {
            return None;
        }
        let start = self.begin();
        let mut is_over = self.peek()? == b']';
        self.at += usize::from(is_over);
        let mut number = 0_usize;
        while !is_over {
            let element = self.bytes.len();
            self.bytes.push(0);
            self.bytes.extend(number.to_string().as_bytes());
            self.bytes.push(0);
            self.bytes[element] = self.value(depth + 1)? as u8;
            number += 1;
            is_over = self.is_over(b']')?;
        }
        self.end(start)?;
        Some(ElementType::Array)
    }

    /// Leaves room for the length of an object or array.
    fn begin(&mut self) -> usize {
        let start = self.bytes.len();
        self.bytes.extend([0; 4]);
        start
    }

    fn end(&mut self, start: usize) -> Option<()> {
        self.bytes.push(0);
        let length = i32::try_from(self.bytes.len() - start).ok()?;
        self.bytes[start..start + 4].copy_from_slice(&length.to_le_bytes());
        Some(())
    }

    /// Behind an element: takes the comma, or what closes the list.
    fn is_over(&mut self, close: u8) -> Option<bool> {
        self.skip_blank();
        let next = self.peek()?;
        self.at += 1;
        match next {
            b',' => {
                self.skip_blank();
                // A comma may not be the last, by the standard.
                (self.peek()? != close).then_some(false)
            }
            _ => (next == close).then_some(true),
        }
    }

    /// A name twice would be refused.
    fn has_name_twice(&mut self, first: usize) -> bool {
        let (bytes, names) = (&self.bytes, &mut self.names[first..]);
        let name = |(start, end): &(usize, usize)| &bytes[*start..*end];
        if names.len() <= FEW_FIELDS {
            return names.iter().enumerate().any(|(at, one)| names[..at].iter().any(|other| name(one) == name(other)));
        }
        names.sort_unstable_by(|one, other| name(one).cmp(name(other)));
        names.windows(2).any(|pair| name(&pair[0]) == name(&pair[1]))
    }

    /// Writes a value, and gives its type.
    fn value(&mut self, depth: usize) -> Option<ElementType> {
        self.skip_blank();
        match self.peek()? {
            b'"' => {
                let start = self.begin();
                self.string()?;
                self.bytes.push(0);
                let length = i32::try_from(self.bytes.len() - start - 4).ok()?;
                self.bytes[start..start + 4].copy_from_slice(&length.to_le_bytes());
                Some(ElementType::String)
            }
            b'{' => self.object(depth),
            b'[' => self.array(depth),
            b't' => self.word(b"true", ElementType::Boolean, &[1]),
            b'f' => self.word(b"false", ElementType::Boolean, &[0]),
            b'n' => self.word(b"null", ElementType::Null, &[]),
            _ => self.number(),
        }
    }

    fn word(&mut self, word: &[u8], kind: ElementType, value: &[u8]) -> Option<ElementType> {
        self.text.as_bytes()[self.at..].starts_with(word).then(|| {
            self.at += word.len();
            self.bytes.extend(value);
            kind
        })
    }

    fn number(&mut self) -> Option<ElementType> {
        let is_negative = self.peek()? == b'-';
        self.at += usize::from(is_negative);
        let start = self.at;
        while let Some(b'0'..=b'9' | b'.' | b'e' | b'E' | b'+' | b'-') = self.peek() {
            self.at += 1;
        }
        let body = &self.text[start..self.at];
        let value = number::parse(body, is_negative)?;
        // What no integer of 64 bits can hold is not for a double.
        let is_rounded = matches!(value, Bson::Double(_)) && body.bytes().all(|byte| byte.is_ascii_digit());
        if is_rounded { None } else { self.scalar(&value) }
    }

    fn scalar(&mut self, value: &Bson) -> Option<ElementType> {
        let bytes = &mut self.bytes;
        match value {
            Bson::Int32(value) => bytes.extend(value.to_le_bytes()),
            Bson::Int64(value) => bytes.extend(value.to_le_bytes()),
            Bson::Double(value) => bytes.extend(value.to_le_bytes()),
            Bson::DateTime(value) => bytes.extend(value.timestamp_millis().to_le_bytes()),
            Bson::ObjectId(value) => bytes.extend(value.bytes()),
            Bson::Decimal128(value) => bytes.extend(value.bytes()),
            _ => return None,
        }
        Some(value.element_type())
    }

    /// Writes the text within quotes.
    fn string(&mut self) -> Option<()> {
        self.take(b'"')?;
        loop {
            let rest = &self.text.as_bytes()[self.at..];
            let n_plain = rest.iter().position(|byte| matches!(byte, b'"' | b'\\' | 0..=0x1F))?;
            self.bytes.extend(&rest[..n_plain]);
            self.at += n_plain + 1;
            match rest[n_plain] {
                b'"' => return Some(()),
                b'\\' => self.escape()?,
                _ => return None,
            }
        }
    }

    /// Writes what an escape stands for; the backslash is behind.
    fn escape(&mut self) -> Option<()> {
        let byte = match self.peek()? {
            byte @ (b'"' | b'\\' | b'/') => byte,
            b'n' => b'\n',
            b't' => b'\t',
            b'r' => b'\r',
            b'b' => 0x08,
            b'f' => 0x0C,
            b'u' => return self.unicode(),
            _ => return None,
        };
        self.at += 1;
        self.bytes.push(byte);
        Some(())
    }

    fn unicode(&mut self) -> Option<()> {
        let digits = self.text.get(self.at + 1..self.at + 5)?;
        if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        let found = char::from_u32(u32::from_str_radix(digits, 16).ok()?).filter(|found| *found != '\0')?;
        self.at += 5;
        self.bytes.extend(found.encode_utf8(&mut [0; 4]).as_bytes());
        Some(())
    }

    /// Writes the value of a wrapper, of which the `{` and blanks are behind.
    fn wrapper(&mut self) -> Option<ElementType> {
        let name = self.bare_string()?;
        self.skip_blank();
        self.take(b':')?;
        self.skip_blank();
        let is_nested = name == "$date" && self.peek()? == b'{';
        let kind = if is_nested {
            self.take(b'{')?;
            self.skip_blank();
            let is_long = self.text.as_bytes()[self.at..].starts_with(b"\"$numberLong\"");
            // The bytes of a long are those of a date.
            (is_long && self.wrapper()? == ElementType::Int64).then_some(ElementType::DateTime)?
        } else {
            let text = self.bare_string()?;
            let value = match name {
                "$date" => Bson::DateTime(date::parse(text)?),
                "$oid" => Bson::ObjectId(ObjectId::parse_str(text).ok()?),
                "$numberInt" | "$numberLong" | "$numberDouble" | "$numberDecimal" => call::number_wrapper(name, text)?,
                _ => return None,
            };
            self.scalar(&value)?
        };
        self.skip_blank();
        self.take(b'}')?;
        Some(kind)
    }

    /// The text within quotes, if it has no escapes.
    fn bare_string(&mut self) -> Option<&'a str> {
        self.take(b'"')?;
        let rest = &self.text[self.at..];
        let end = rest.bytes().position(|byte| matches!(byte, b'"' | b'\\' | 0..=0x1F))?;
        self.at += end;
        self.take(b'"')?;
        rest.get(..end)
    }
}
