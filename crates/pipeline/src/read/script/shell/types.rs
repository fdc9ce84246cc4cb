//! Types of TypeScript, which say nothing of a value: they are passed over.
//!
//! In: text behind a colon, behind `as`, or between angle brackets. Out: the place behind the type.
//! Invariant: what is no type is refused, and nothing is tried twice at one place.

use crate::{
    Error,
    read::script::parser::{Parser, is_word_start},
};

/// What may stand before a type.
const BEFORE: &[&str] = &["keyof", "typeof", "readonly", "unique", "infer", "asserts", "new", "abstract"];

impl Parser<'_> {
    /// Passes over one type.
    pub(super) fn skip_type(&mut self) -> Result<(), Error> {
        self.deeper(Self::type_of_several)
    }

    /// `: type`, if it stands here.
    pub(super) fn skip_annotation(&mut self) -> Result<bool, Error> {
        let is_typed = self.sign(":")?;
        if is_typed {
            self.skip_type()?;
        }
        Ok(is_typed)
    }

    /// `a | b & c`, `a extends b ? c : d`.
    fn type_of_several(&mut self) -> Result<(), Error> {
        self.sign("|")?;
        loop {
            self.type_of_one()?;
            let is_or = self.sign("|")?;
            if !is_or && !self.sign("&")? {
                break;
            }
        }
        if !self.blank()? && self.take_word("extends") {
            self.skip_type()?;
            // Without the mark it bounds a parameter.
            if self.sign("?")? {
                self.skip_type()?;
                self.must(":")?;
                self.skip_type()?;
            }
        }
        Ok(())
    }

    fn type_of_one(&mut self) -> Result<(), Error> {
        self.blank()?;
        if BEFORE.iter().any(|word| self.take_word(word)) {
            return self.deeper(Self::type_of_one);
        }
        match self.peek() {
            Some('(') => {
                self.skip_balanced('(', ')')?;
                if self.sign("=>")? {
                    return self.skip_type();
                }
            }
            Some('{') => self.skip_balanced('{', '}')?,
            Some('[') => self.skip_balanced('[', ']')?,
            Some('"' | '\'') => drop(self.string()?),
            Some('`') => drop(self.template()?),
            Some('-' | '0'..='9') => {
                self.take("-");
                self.number()?;
            }
            Some(c) if is_word_start(c) => {
                self.word();
                while self.sign(".")? {
                    self.blank()?;
                    self.word();
                }
                if self.looks_at("<") {
                    self.skip_type_arguments()?;
                }
            }
            _ => return Err(self.expected("a type")),
        }
        loop {
            let is_new_line = self.blank()?;
            if is_new_line || !self.looks_at("[") {
                break;
            }
            self.skip_balanced('[', ']')?;
        }
        if !self.blank()? && self.take_word("is") {
            self.skip_type()?;
        }
        Ok(())
    }

    /// `<a, b>`, with what a parameter may say besides.
    pub(super) fn skip_type_arguments(&mut self) -> Result<(), Error> {
        self.must("<")?;
        loop {
            if self.sign(">")? {
                return Ok(());
            }
            self.skip_type()?;
            if self.sign("=")? {
                self.skip_type()?;
            }
            if !self.sign(",")? {
                return self.must(">");
            }
        }
    }

    /// `<a, b>` before the bracket of a call; nothing is read where that does not stand here.
    pub(super) fn skip_type_arguments_of_call(&mut self) -> bool {
        let before = self.cursor.clone();
        let found = self.looks_at("<")
            && !self.looks_at("<=")
            && !self.looks_at("<<")
            && self.skip_type_arguments().is_ok()
            && self.blank().is_ok()
            && self.looks_at("(");
        if !found {
            self.cursor = before;
        }
        found
    }

    /// Passes over brackets with all that is inside.
    fn skip_balanced(&mut self, open: char, close: char) -> Result<(), Error> {
        let start = self.at();
        let mut depth = 0;
        loop {
            self.blank()?;
            match self.peek() {
                Some('"' | '\'') => drop(self.string()?),
                Some(c) => {
                    self.cursor.advance();
                    depth += i32::from(c == open) - i32::from(c == close);
                    if depth == 0 {
                        return Ok(());
                    }
                }
                None => return Err(self.cursor.error_at(start, "this bracket has no end")),
            }
        }
    }

    /// `type A = …`, `interface A { … }`; nothing is read where that does not stand here.
    pub(super) fn skip_type_declaration(&mut self, word: &str) -> Result<bool, Error> {
        let before = self.cursor.clone();
        let is_new_line = self.blank()?;
        let name = if is_new_line { "" } else { self.word() };
        self.blank()?;
        let found = !name.is_empty()
            && match word {
                "type" => self.looks_at("=") || self.looks_at("<"),
                _ => self.looks_at("{") || self.looks_at("<") || self.looks_at_word("extends"),
            };
        if !found {
            self.cursor = before;
            return Ok(false);
        }
        if self.looks_at("<") {
            self.skip_type_arguments()?;
        }
        if word == "type" {
            self.must("=")?;
            self.skip_type()?;
        } else {
            while !self.sign("{")? {
                if self.cursor.advance().is_none() {
                    return Err(self.expected("`{`"));
                }
            }
            self.cursor = self.cursor.moved_to(self.at() - 1);
            self.skip_balanced('{', '}')?;
        }
        Ok(true)
    }
}
