//! Cuts a file of documents into the text of each: a line each (NDJSON), or the elements of one array.
//!
//! In: bytes of a text file. Out: pieces with the line and column where each begins; nothing is parsed yet.
//! Invariant: memory holds one piece, however long the file is.

use std::io::{self, BufRead, Read as _};

/// The text of a document may be so long; in BSON, 16 MB is the limit.
const MOST_BYTES: u64 = 64 << 20;

/// How many brackets of a text are open.
#[derive(Default)]
struct Brackets {
    depth: i64,
    quote: Option<u8>,
    is_escaped: bool,
}

impl Brackets {
    fn add(&mut self, text: &[u8]) {
        for byte in text {
            if self.is_escaped {
                self.is_escaped = false;
                continue;
            }
            match (byte, self.quote) {
                (b'\\', Some(_)) => self.is_escaped = true,
                (_, Some(open)) if *byte == open => self.quote = None,
                (_, Some(_)) => {}
                (b'"' | b'\'', None) => self.quote = Some(*byte),
                (b'{' | b'[' | b'(', None) => self.depth += 1,
                (b'}' | b']' | b')', None) => self.depth -= 1,
                _ => {}
            }
        }
    }

    /// A text within quotes ends with its line.
    fn is_open(&self) -> bool {
        self.depth > 0 && self.quote.is_none()
    }
}

/// The text of one document.
#[derive(Debug, PartialEq)]
pub(crate) struct Piece {
    pub(crate) line: usize,
    pub(crate) column: usize,
    pub(crate) text: Vec<u8>,
}

/// Why a file cannot be cut.
#[derive(Debug)]
pub(crate) enum Fault {
    Io(io::Error),
    /// A place and what is wrong there.
    Text(usize, usize, String),
}

/// A file being cut.
pub(crate) struct Pieces<R> {
    reader: R,
    is_array: bool,
    /// Of the next byte, from 1; columns count characters.
    line: usize,
    column: usize,
    pub(crate) at_byte: u64,
    is_done: bool,
}

impl<R: BufRead> Pieces<R> {
    /// The reader must stand after the byte order mark, if there is one.
    pub(crate) fn new(reader: R) -> Result<Self, Fault> {
        let mut this = Self { reader, is_array: false, line: 1, column: 1, at_byte: 0, is_done: false };
        if this.skip_blank()? == Some(b'[') {
            this.is_array = true;
            this.take()?;
        }
        Ok(this)
    }

    /// The next document's text; `None` at the end.
    pub(crate) fn next(&mut self) -> Result<Option<Piece>, Fault> {
        if self.is_array { self.next_element() } else { self.next_line() }
    }

    fn next_line(&mut self) -> Result<Option<Piece>, Fault> {
        let Some(_) = self.skip_blank()? else { return Ok(None) };
        let (line, column) = (self.line, self.column);
        let mut text = Vec::new();
        let mut open = Brackets::default();
        // A document may be spread over lines; one that begins in the first column of its line ends the one before.
        loop {
            let n_before = text.len();
            let mut rest = (&mut self.reader).take(MOST_BYTES + 1 - n_before as u64);
            let n = rest.read_until(b'\n', &mut text).map_err(Fault::Io)?;
            self.at_byte += n as u64;
            if text.len() as u64 > MOST_BYTES {
                return Err(Fault::Text(line, column, format!("the document is longer than {} MB", MOST_BYTES >> 20)));
            }
            (self.line, self.column) = (self.line + 1, 1);
            if n == 0 || self.peek()? == Some(b'{') {
                break;
            }
            open.add(&text[n_before..]);
            if !open.is_open() {
                break;
            }
        }
        text.truncate(text.trim_ascii_end().len());
        Ok(Some(Piece { line, column, text }))
    }

    fn next_element(&mut self) -> Result<Option<Piece>, Fault> {
        if self.is_done {
            return match self.skip_blank()? {
                None => Ok(None),
                Some(_) => Err(self.fault("nothing may follow the array's end `]`")),
            };
        }
        let first = self.skip_blank()?;
        let mut piece = Piece { line: self.line, column: self.column, text: Vec::new() };
        match first {
            Some(b']') => {
                self.take()?;
                self.is_done = true;
                return self.next_element();
            }
            Some(b',') => return Err(self.fault("a document belongs before the `,`")),
            _ => {}
        }
        self.is_done = self.read_element(&mut piece.text)? == b']';
        piece.text.truncate(piece.text.trim_ascii_end().len());
        Ok(Some(piece))
    }

    /// Reads up to the `,` or `]` that ends the element, which is returned.
    fn read_element(&mut self, text: &mut Vec<u8>) -> Result<u8, Fault> {
        let (mut depth, mut quote) = (0_usize, None);
        loop {
            let Some(byte) = self.take()? else { return Err(self.fault("the array does not end: `]` is missing")) };
            match (byte, quote) {
                (b'\\', Some(_)) => {
                    text.push(byte);
                    text.extend(self.take()?);
                    continue;
                }
                (_, Some(open)) if byte == open => quote = None,
                (_, Some(_)) => {}
                (b'"' | b'\'', None) => quote = Some(byte),
                (b'{' | b'[' | b'(', None) => depth += 1,
                (b',' | b']', None) if depth == 0 => return Ok(byte),
                (b'}' | b']' | b')', None) => depth = depth.saturating_sub(1),
                _ => {}
            }
            text.push(byte);
            if text.len() as u64 > MOST_BYTES {
                return Err(self.fault(&format!("the document is longer than {} MB", MOST_BYTES >> 20)));
            }
        }
    }

    /// The next byte that is not blank, not yet taken.
    fn skip_blank(&mut self) -> Result<Option<u8>, Fault> {
        loop {
            match self.peek()? {
                Some(byte) if byte.is_ascii_whitespace() => _ = self.take()?,
                other => return Ok(other),
            }
        }
    }

    fn peek(&mut self) -> Result<Option<u8>, Fault> {
        Ok(self.reader.fill_buf().map_err(Fault::Io)?.first().copied())
    }

    fn take(&mut self) -> Result<Option<u8>, Fault> {
        let Some(byte) = self.peek()? else { return Ok(None) };
        self.reader.consume(1);
        self.at_byte += 1;
        if byte == b'\n' {
            (self.line, self.column) = (self.line + 1, 1);
        } else if byte & 0xc0 != 0x80 {
            self.column += 1;
        }
        Ok(Some(byte))
    }

    fn fault(&self, message: &str) -> Fault {
        Fault::Text(self.line, self.column, message.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str) -> String {
        let mut out = Vec::new();
        let mut pieces = Pieces::new(text.as_bytes()).unwrap();
        loop {
            match pieces.next() {
                Ok(Some(piece)) => {
                    let text = String::from_utf8(piece.text).unwrap();
                    out.push(format!("{}:{} {text}", piece.line, piece.column));
                }
                Ok(None) => return out.join("|"),
                Err(Fault::Text(line, column, message)) => {
                    out.push(format!("{line}:{column}! {message}"));
                    return out.join("|");
                }
                Err(Fault::Io(error)) => panic!("{error}"),
            }
        }
    }

    #[test]
    fn lines_and_elements_are_cut_with_their_places() {
        assert_eq!(cut("{a:1}\n\n  {b:2}  \r\n{c:3}"), "1:1 {a:1}|3:3 {b:2}|4:1 {c:3}");
        assert_eq!(cut("{\n  a: {\n b: '}'}\n}\n\n {c:3}\n"), "1:1 {\n  a: {\n b: '}'}\n}|6:2 {c:3}");
        assert_eq!(cut("{a:\n{b:2}\n{c: 'x\n{d:4}"), "1:1 {a:|2:1 {b:2}|3:1 {c: 'x|4:1 {d:4}");
        assert_eq!(cut("[]"), "");
        assert_eq!(
            cut("\n [ {a:[1,2]},\n{b:\"],\\\"\",é:']'} , {c:f(1,2)},\n]\n"),
            "2:4 {a:[1,2]}|3:1 {b:\"],\\\"\",é:']'}|3:20 {c:f(1,2)}"
        );
        assert_eq!(cut("[{a:1},,{}]"), "1:2 {a:1}|1:8! a document belongs before the `,`");
        assert_eq!(cut("[{a:1}"), "1:7! the array does not end: `]` is missing");
        assert_eq!(cut("[{a:1}] {}"), "1:2 {a:1}|1:9! nothing may follow the array's end `]`");
    }
}
