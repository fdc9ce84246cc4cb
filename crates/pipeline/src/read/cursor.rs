//! A place in the text, and what every part of the reader does with it: look, move on, complain.
//!
//! Invariant: `at` lies on a character boundary. Line and column are counted only when there is an error to report.

use crate::{Error, limits};

#[derive(Clone)]
pub(super) struct Cursor<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        // A byte order mark is no part of the text.
        Self { text, at: if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 } }
    }

    /// The same text, at another place.
    pub(super) fn moved_to(&self, at: usize) -> Self {
        Self { text: self.text, at }
    }

    pub(super) fn at(&self) -> usize {
        self.at
    }

    pub(super) fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    /// How long the whole text is.
    pub(super) fn length(&self) -> usize {
        self.text.len()
    }

    /// The bytes from `start` to `end`.
    pub(super) fn between(&self, start: usize, end: usize) -> &'a str {
        &self.text[start..end]
    }

    /// The line in which this place lies, from 1.
    pub(super) fn line_of(&self, at: usize) -> usize {
        self.text[..at].matches('\n').count() + 1
    }

    /// The text from `start` up to here.
    pub(super) fn since(&self, start: usize) -> &'a str {
        &self.text[start..self.at]
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    pub(super) fn advance(&mut self) -> Option<char> {
        let next = self.peek()?;
        self.at += next.len_utf8();
        Some(next)
    }

    /// Moves on over `count` bytes, which must end on a character boundary.
    pub(super) fn advance_bytes(&mut self, count: usize) {
        self.at += count;
    }

    pub(super) fn take_while(&mut self, wanted: impl Fn(char) -> bool) -> &'a str {
        let rest = self.rest();
        let end = rest.find(|c| !wanted(c)).unwrap_or(rest.len());
        self.at += end;
        &rest[..end]
    }

    pub(super) fn expect(&mut self, wanted: char) -> Result<(), Error> {
        self.skip_blank()?;
        match self.peek() {
            Some(found) if found == wanted => {
                self.advance();
                Ok(())
            }
            Some(found) => Err(self.error(format!("expected `{wanted}`, found `{}`", found.escape_debug()))),
            None => Err(self.error(format!("expected `{wanted}`, found the end of the text"))),
        }
    }

    /// Skips white space and comments.
    pub(super) fn skip_blank(&mut self) -> Result<(), Error> {
        loop {
            self.take_while(|c| c.is_whitespace() || c == '\u{feff}');
            if self.rest().starts_with("//") {
                self.take_while(|c| c != '\n');
            } else if self.rest().starts_with("/*") {
                let Some(end) = self.rest().find("*/") else {
                    return Err(self.error("this comment has no end").hint("a comment ends with `*/`"));
                };
                self.at += end + 2;
            } else {
                return Ok(());
            }
        }
    }

    /// An error at this place.
    pub(super) fn error(&self, message: impl Into<String>) -> Error {
        self.error_at(self.at, message)
    }

    /// An error at an earlier place.
    pub(super) fn error_at(&self, at: usize, message: impl Into<String>) -> Error {
        self.shown(Error::input(message), at)
    }

    /// Values are nested too deep.
    pub(super) fn too_deep(&self) -> Error {
        self.shown(limits::too_deep(), self.at)
    }

    /// A list of stages is longer than a pipeline may be.
    pub(super) fn too_many_stages(&self, at: usize) -> Error {
        self.shown(limits::too_many_stages(None), at)
    }

    /// Well written, but not supported.
    pub(super) fn unsupported(&self, message: impl Into<String>) -> Error {
        self.shown(Error::unsupported(message), self.at)
    }

    /// The error with its line and column, and a mark under the place.
    pub(super) fn shown(&self, error: Error, at: usize) -> Error {
        // Behind the end of a line there is nothing to mark.
        let is_end = self.text[at..].trim().is_empty();
        let at_mark = if is_end { self.text[..at].trim_end().len() } else { at };
        let width = self.text[at_mark..].chars().next().map_or(0, char::len_utf8);
        let error = error.at(self.place(at));
        if self.text.trim().is_empty() {
            return error;
        }
        error.excerpt(diagnostic::excerpt(self.text, at_mark..at_mark + width))
    }

    fn place(&self, at: usize) -> String {
        let before = &self.text[..at];
        let line = self.line_of(at);
        let column = before.rsplit('\n').next().unwrap_or(before).chars().count() + 1;
        format!("line {line}, column {column}")
    }
}
