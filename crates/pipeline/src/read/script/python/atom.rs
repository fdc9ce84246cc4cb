//! Python's values by themselves, and what stands behind them: members, calls, indexes, slices, comprehensions.

use std::rc::Rc;

use crate::{
    Error,
    read::script::{
        parser::{Parser, is_word_start},
        run::value::Value,
        syntax::{Argument, Clause, Comprehension, Element, Expr, Key, Kind, Listing, Property},
    },
};

impl Parser<'_> {
    /// A value with members, calls and indexes behind it.
    pub(super) fn py_after(&mut self) -> Result<Expr, Error> {
        let mut value = self.deeper(Self::py_atom)?;
        loop {
            self.gap();
            let start = value.span.start;
            if self.looks_at(".") {
                self.take(".");
                self.gap();
                let name = self.word();
                if name.is_empty() {
                    return Err(self.expected("a name after `.`"));
                }
                value = self.member(value, name, false)?;
            } else if self.take("(") {
                let args = self.within(Self::py_arguments)?;
                value = self.call(value, args, false)?;
            } else if self.take("[") {
                let kind = self.within(|parser| parser.py_index(value))?;
                value = self.expr(start, kind)?;
            } else {
                return Ok(value);
            }
        }
    }

    fn py_arguments(&mut self) -> Result<Vec<Argument>, Error> {
        let mut args = Vec::new();
        loop {
            self.gap();
            if self.take(")") {
                return Ok(args);
            }
            let stars = if self.take("**") { 2 } else { usize::from(self.take("*")) };
            let name = if stars == 0 { self.py_keyword() } else { None };
            let value_at = self.at();
            let mut value = self.py_value()?;
            self.gap();
            if self.looks_at_word("for") || self.looks_at_word("async") {
                value = self.py_comprehension(value_at, None, value, Listing::Iterator)?;
            }
            args.push(Argument { name, stars, value });
            self.gap();
            if !self.take(",") && !self.looks_at(")") {
                return Err(self.expected("`,` or `)`"));
            }
        }
    }

    /// `name=`, behind which the value stands.
    fn py_keyword(&mut self) -> Option<Rc<str>> {
        let before = self.cursor.clone();
        let name = self.word();
        if !name.is_empty() {
            self.gap();
            if self.looks_at("=") && !self.looks_at("==") {
                self.take("=");
                return Some(Rc::from(name));
            }
        }
        self.cursor = before;
        None
    }

    fn py_index(&mut self, of: Expr) -> Result<Kind, Error> {
        let mut parts = [None, None, None];
        let mut n_colons = 0;
        loop {
            self.gap();
            if self.take("]") {
                break;
            }
            if self.take(":") {
                n_colons += 1;
                if n_colons > 2 {
                    return Err(self.cursor.error("expected `]`, found `:`"));
                }
            } else if parts[n_colons].is_none() {
                parts[n_colons] = Some(Box::new(self.py_values()?));
            } else {
                return Err(self.expected("`]`"));
            }
        }
        match (n_colons, parts) {
            (0, [Some(at), ..]) => Ok(Kind::Index { of: Box::new(of), at, is_optional: false }),
            (0, _) => Err(self.cursor.error("expected a value, found `]`")),
            (_, parts) => Ok(Kind::Slice(Box::new(of), parts)),
        }
    }

    fn py_atom(&mut self) -> Result<Expr, Error> {
        self.gap();
        let start = self.at();
        match self.peek() {
            None | Some('\n') => Err(self.expected("a value")),
            Some('[') => {
                self.take("[");
                self.opened(|parser| parser.py_listed(start, "]", Listing::List))
            }
            Some('(') => {
                self.take("(");
                self.within(|parser| parser.py_listed(start, ")", Listing::Tuple))
            }
            Some('{') => {
                self.take("{");
                self.opened(|parser| parser.py_braces(start))
            }
            Some('.' | '0'..='9') if !self.looks_at("...") => self.py_number(),
            Some(c) if matches!(c, '"' | '\'') || is_word_start(c) => {
                if self.is_string_here() {
                    return self.py_strings();
                }
                let value = match self.word() {
                    "yield" => {
                        return Err(self.cursor.unsupported("generators are not read here").hint("return a list"));
                    }
                    "True" => Value::Boolean(true),
                    "False" => Value::Boolean(false),
                    "None" => Value::Null,
                    name => return self.expr(start, Kind::Name(Rc::from(name))),
                };
                self.constant(start, value)
            }
            Some(_) => Err(self.expected("a value")),
        }
    }

    /// Does the work inside the brackets of a list or a dict.
    fn opened<T>(&mut self, work: impl FnOnce(&mut Self) -> Result<T, Error>) -> Result<T, Error> {
        self.n_open += 1;
        let done = self.within(work);
        self.n_open -= 1;
        done
    }

    /// Values up to `close`; one value in round brackets is that value.
    fn py_listed(&mut self, start: usize, close: &str, listing: Listing) -> Result<Expr, Error> {
        let mut elements: Vec<Element> = Vec::new();
        let mut has_comma = false;
        loop {
            self.gap();
            if self.take(close) {
                break;
            }
            let is_spread = self.take("*");
            let value = if self.looks_at_word("yield") {
                return Err(self.cursor.unsupported("generators are not read here"));
            } else {
                self.py_value()?
            };
            self.gap();
            if self.looks_at_word("for") || self.looks_at_word("async") {
                let kind = if listing == Listing::Tuple { Listing::Iterator } else { listing };
                let found = self.py_comprehension(start, None, value, kind)?;
                self.py_must(close)?;
                return Ok(found);
            }
            elements.push(Element { is_spread, value });
            self.within_stages(self.at(), &elements)?;
            if self.take(",") {
                has_comma = true;
            } else if !self.looks_at(close) {
                return Err(self.expected(&format!("`,` or `{close}`")));
            }
        }
        if listing == Listing::Tuple && !has_comma && elements.len() == 1 && !elements[0].is_spread {
            return Ok(elements.remove(0).value);
        }
        self.expr(start, Kind::List(elements, listing))
    }

    /// A dict or a set.
    fn py_braces(&mut self, start: usize) -> Result<Expr, Error> {
        let mut properties = Vec::new();
        let mut elements = Vec::new();
        loop {
            self.gap();
            if self.take("}") {
                break;
            }
            if self.take("**") {
                properties.push(Property::Spread(self.py_value()?));
            } else {
                let is_spread = self.take("*");
                let key = self.py_value()?;
                self.gap();
                if !is_spread && self.take(":") {
                    let value = self.py_value()?;
                    self.gap();
                    if self.looks_at_word("for") {
                        let found = self.py_comprehension(start, Some(key), value, Listing::List)?;
                        self.py_must("}")?;
                        return Ok(found);
                    }
                    properties.push(Property::Pair(constant_key(key), value));
                } else if self.looks_at_word("for") {
                    let found = self.py_comprehension(start, None, key, Listing::Set)?;
                    self.py_must("}")?;
                    return Ok(found);
                } else {
                    elements.push(Element { is_spread, value: key });
                }
            }
            self.gap();
            if !self.take(",") && !self.looks_at("}") {
                return Err(self.expected("`,` or `}`"));
            }
            if !properties.is_empty() && !elements.is_empty() {
                return Err(self.cursor.error("expected `:` behind a key"));
            }
        }
        if elements.is_empty() {
            return self.expr(start, Kind::Object(properties));
        }
        self.expr(start, Kind::List(elements, Listing::Set))
    }

    /// What follows the value of a comprehension.
    fn py_comprehension(
        &mut self,
        start: usize,
        key: Option<Expr>,
        value: Expr,
        listing: Listing,
    ) -> Result<Expr, Error> {
        let mut clauses = Vec::new();
        loop {
            self.py_word("async");
            if self.py_word("for") {
                let target = self.py_target()?;
                if !self.py_word("in") {
                    return Err(self.expected("`in`"));
                }
                clauses.push(Clause::For(target, self.py_any()?));
            } else if self.py_word("if") {
                clauses.push(Clause::If(self.py_any()?));
            } else {
                break;
            }
        }
        self.expr(start, Kind::Comprehension(Box::new(Comprehension { key, value, listing, clauses })))
    }

    /// What a loop binds: names, with commas and brackets.
    pub(super) fn py_target(&mut self) -> Result<Expr, Error> {
        self.gap();
        let start = self.at();
        let mut elements = Vec::new();
        let mut is_tuple = false;
        loop {
            let is_spread = self.py_sign("*");
            elements.push(Element { is_spread, value: self.py_after()? });
            if !self.py_sign(",") {
                break;
            }
            is_tuple = true;
            self.gap();
            if self.looks_at_word("in") {
                break;
            }
        }
        if is_tuple {
            return self.expr(start, Kind::List(elements, Listing::Tuple));
        }
        Ok(elements.remove(0).value)
    }
}

/// A key that is a constant string keeps its place for errors.
fn constant_key(key: Expr) -> Key {
    match key.kind {
        Kind::Constant(Value::Text(name)) => Key::Name(name, key.span),
        _ => Key::Computed(key),
    }
}
