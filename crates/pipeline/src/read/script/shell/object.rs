//! Objects: pairs, short forms, computed keys, methods, spreads.

use std::rc::Rc;

use crate::{
    Error,
    read::script::{
        parser::{Parser, is_word},
        syntax::{Expr, Function, Key, Kind, Property, Span},
    },
};

impl Parser<'_> {
    /// Reads an object; the cursor stands on its brace.
    pub(super) fn object(&mut self) -> Result<Expr, Error> {
        let start = self.at();
        let outer = std::mem::take(&mut self.is_in_choice);
        self.n_open += 1;
        self.take("{");
        let mut properties = Vec::new();
        loop {
            self.blank()?;
            if self.take("}") {
                self.is_in_choice = outer;
                self.n_open -= 1;
                return self.expr(start, Kind::Object(properties));
            }
            properties.push(self.property()?);
            self.blank()?;
            if !self.take(",") && !self.looks_at("}") {
                return Err(self.expected("`,` or `}`"));
            }
        }
    }

    fn property(&mut self) -> Result<Property, Error> {
        if self.take("...") {
            return self.value().map(Property::Spread);
        }
        let start = self.at();
        let is_async = self.is_word_before_a_key("async");
        if is_async {
            self.take("async");
            self.blank()?;
        }
        if self.is_word_before_a_key("set") {
            return Err(self
                .cursor
                .error("`set` in an object is not read here")
                .hint("write the field with its value"));
        }
        if self.is_word_before_a_key("get") {
            self.take("get");
            self.blank()?;
            let key = self.any_key()?;
            let function = self.method(start)?;
            return Ok(Property::Getter(key, function));
        }
        if self.peek() == Some('[') {
            self.take("[");
            let key = self.value()?;
            self.must("]")?;
            return self.pair(start, Key::Computed(key), None);
        }
        let is_quoted = matches!(self.peek(), Some('"' | '\''));
        let name = self.key()?;
        let span = self.span(start);
        let short = (!is_quoted).then(|| Rc::clone(&name));
        self.pair(start, Key::Name(name, span), short.map(|name| (name, span)))
    }

    /// Whether this word says something of the key behind it, and is not the key itself.
    fn is_word_before_a_key(&self, word: &str) -> bool {
        self.cursor.rest().strip_prefix(word).is_some_and(|rest| {
            rest.starts_with(' ')
                && rest.trim_start().starts_with(|c: char| is_word(c) || matches!(c, '[' | '"' | '\''))
        })
    }

    fn any_key(&mut self) -> Result<Key, Error> {
        let start = self.at();
        if self.take("[") {
            let key = self.value()?;
            self.must("]")?;
            return Ok(Key::Computed(key));
        }
        let name = self.key()?;
        Ok(Key::Name(name, self.span(start)))
    }

    /// Parameters and body.
    fn method(&mut self, start: usize) -> Result<Rc<Function>, Error> {
        self.function(start, None, false, |parser| {
            parser.must("(")?;
            let params = parser.parameters()?;
            parser.skip_annotation()?;
            Ok((params, parser.block_body()?))
        })
    }

    fn key(&mut self) -> Result<Rc<str>, Error> {
        let start = self.at();
        let key = match self.peek() {
            Some('"' | '\'') => self.string()?,
            Some(c) if is_word(c) => self.cursor.take_while(is_word).to_owned(),
            None => return Err(self.expected("a key or `}`")),
            Some(_) => return Err(self.expected("a key")),
        };
        if key.contains('\0') {
            return Err(self.cursor.error_at(start, "a key cannot contain the character with code 0"));
        }
        Ok(Rc::from(key))
    }

    /// What follows a key; `short` is the name whose value stands for itself in `{name}`.
    fn pair(&mut self, start: usize, key: Key, short: Option<(Rc<str>, Span)>) -> Result<Property, Error> {
        self.blank()?;
        match (self.peek(), short) {
            (Some('('), _) => {
                let function = self.method(start)?;
                Ok(Property::Pair(key, self.expr(start, Kind::Function(function))?))
            }
            (Some(',' | '}' | '='), Some((name, span))) if !name.starts_with(|c: char| c.is_ascii_digit()) => {
                let mut value = self.expr(start, Kind::Name(name))?;
                value.span = span;
                if self.take("=") {
                    let default = Box::new(self.value()?);
                    value = self.expr(start, Kind::Assign(Box::new(value), None, default))?;
                }
                Ok(Property::Pair(key, value))
            }
            _ => {
                self.must(":")?;
                Ok(Property::Pair(key, self.value()?))
            }
        }
    }
}
