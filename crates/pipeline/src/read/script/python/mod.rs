//! The grammar of Python: expressions here, statements and literals beside it.
//!
//! In: text. Out: its statements. What is not read is refused by name: classes, `match`, decorators with a meaning.

mod atom;
mod literal;
mod statement;

pub(super) use statement::{describe, has_marks};

use std::rc::Rc;

use super::{
    parser::Parser,
    syntax::{Body, Element, Expr, Kind, Listing, Operator, Parameter, Passed, Statement},
};
use crate::Error;

/// Parses a whole text.
pub(super) fn script(parser: &mut Parser<'_>) -> Result<Vec<Statement>, Error> {
    parser.python_script()
}

/// Signs between two values, longer ones before what they begin with, and how tightly they bind.
const SIGNS: &[(&str, Operator, u8)] = &[
    ("**", Operator::Power, 9),
    ("//", Operator::FloorDivide, 8),
    ("<<", Operator::ShiftLeft, 6),
    (">>", Operator::ShiftRight, 6),
    ("|", Operator::BitOr, 3),
    ("^", Operator::BitXor, 4),
    ("&", Operator::BitAnd, 5),
    ("+", Operator::Add, 7),
    ("-", Operator::Subtract, 7),
    ("*", Operator::Multiply, 8),
    ("/", Operator::Divide, 8),
    ("%", Operator::Remainder, 8),
];

const COMPARISONS: &[(&str, Operator)] = &[
    ("==", Operator::Equal),
    ("!=", Operator::NotEqual),
    ("<=", Operator::LessOrEqual),
    (">=", Operator::GreaterOrEqual),
    ("<", Operator::Less),
    (">", Operator::Greater),
];

impl Parser<'_> {
    /// Skips blanks and comments; a line's end only inside brackets.
    pub(super) fn gap(&mut self) {
        loop {
            let lines = self.brackets > 0;
            self.cursor.take_while(|c| (lines || c != '\n') && (c.is_whitespace() || c == '\u{feff}'));
            if self.looks_at("#") {
                self.cursor.take_while(|c| c != '\n');
            } else if !(self.take("\\\r\n") || self.take("\\\n")) {
                return;
            }
        }
    }

    /// Moves behind this sign, with the gap before it.
    fn py_sign(&mut self, sign: &str) -> bool {
        self.gap();
        self.take(sign)
    }

    fn py_must(&mut self, sign: &str) -> Result<(), Error> {
        if self.py_sign(sign) { Ok(()) } else { Err(self.expected(&format!("`{sign}`"))) }
    }

    fn py_word(&mut self, word: &str) -> bool {
        self.gap();
        self.take_word(word)
    }

    /// Does the work inside brackets, the first of which is behind.
    fn within<T>(&mut self, work: impl FnOnce(&mut Self) -> Result<T, Error>) -> Result<T, Error> {
        self.brackets += 1;
        let done = work(self);
        self.brackets -= 1;
        done
    }

    /// Values with commas between them: a tuple.
    pub(super) fn py_values(&mut self) -> Result<Expr, Error> {
        self.gap();
        let start = self.at();
        let first = self.py_element()?;
        self.gap();
        if !self.looks_at(",") && !first.is_spread {
            return Ok(first.value);
        }
        let mut elements = vec![first];
        while self.py_sign(",") {
            self.gap();
            let is_end = self.peek().is_none_or(|c| matches!(c, '\n' | ')' | ']' | '}' | '=' | ':' | ';'));
            if is_end || self.looks_at_word("in") {
                break;
            }
            elements.push(self.py_element()?);
        }
        self.expr(start, Kind::List(elements, Listing::Tuple))
    }

    fn py_element(&mut self) -> Result<Element, Error> {
        let is_spread = self.py_sign("*");
        Ok(Element { is_spread, value: self.py_value()? })
    }

    /// One value.
    pub(super) fn py_value(&mut self) -> Result<Expr, Error> {
        self.deeper(Self::py_choice)
    }

    fn py_choice(&mut self) -> Result<Expr, Error> {
        self.gap();
        let start = self.at();
        if self.take_word("lambda") {
            return self.py_lambda(start);
        }
        let value = self.py_any()?;
        self.gap();
        if self.looks_at(":=") {
            self.take(":=");
            let right = Box::new(self.py_value()?);
            self.note_vars(&value);
            return self.expr(start, Kind::Assign(Box::new(value), None, right));
        }
        if !self.take_word("if") {
            return Ok(value);
        }
        let condition = self.py_any()?;
        if !self.py_word("else") {
            return Err(self.expected("`else`"));
        }
        let no = self.py_value()?;
        self.expr(start, Kind::Choice(Box::new(condition), Box::new(value), Box::new(no)))
    }

    fn py_lambda(&mut self, start: usize) -> Result<Expr, Error> {
        let function = self.function(start, None, true, |parser| {
            let params = parser.py_parameters(":")?;
            Ok((params, Body::Value(parser.py_value()?)))
        })?;
        self.expr(start, Kind::Function(function))
    }

    /// Parameters up to `close`: `a, b=1, *c, **d`, with types behind colons where the end is no colon.
    pub(super) fn py_parameters(&mut self, close: &str) -> Result<Vec<Parameter>, Error> {
        let mut params: Vec<Parameter> = Vec::new();
        let mut passed = Passed::Either;
        loop {
            self.gap();
            if self.take(close) {
                return Ok(params);
            }
            let stars = if self.take("**") { 2 } else { usize::from(self.take("*")) };
            self.gap();
            let name_at = self.at();
            let name = self.word();
            if name.is_empty() {
                if stars == 0 && self.take("/") {
                    for param in &mut params {
                        param.passed = Passed::ByPlace;
                    }
                } else if stars != 1 {
                    return Err(self.expected("the name of a parameter"));
                }
            }
            if !name.is_empty() {
                let mut pattern = self.expr(name_at, Kind::Name(Rc::from(name)))?;
                if close != ":" && self.py_sign(":") {
                    self.py_value()?;
                }
                if self.py_sign("=") {
                    let default = Box::new(self.py_value()?);
                    pattern = self.expr(name_at, Kind::Assign(Box::new(pattern), None, default))?;
                }
                params.push(Parameter { stars, passed, pattern });
            }
            if stars == 1 {
                passed = Passed::ByName;
            }
            self.gap();
            if !self.take(",") && !self.looks_at(close) {
                return Err(self.expected(&format!("`,` or `{close}`")));
            }
        }
    }

    /// `a or b`.
    pub(super) fn py_any(&mut self) -> Result<Expr, Error> {
        self.gap();
        let start = self.at();
        let mut left = self.py_all()?;
        while self.py_word("or") {
            let right = self.py_all()?;
            left = self.binary(start, Operator::Or, left, right)?;
        }
        Ok(left)
    }

    fn py_all(&mut self) -> Result<Expr, Error> {
        self.gap();
        let start = self.at();
        let mut left = self.py_not()?;
        while self.py_word("and") {
            let right = self.py_not()?;
            left = self.binary(start, Operator::And, left, right)?;
        }
        Ok(left)
    }

    fn py_not(&mut self) -> Result<Expr, Error> {
        self.gap();
        let start = self.at();
        if self.take_word("not") {
            let of = Box::new(self.deeper(Self::py_not)?);
            return self.expr(start, Kind::Unary(Operator::Not, of));
        }
        self.py_comparison()
    }

    fn py_comparison(&mut self) -> Result<Expr, Error> {
        let start = self.at();
        let left = self.py_between(0)?;
        let Some(operator) = self.py_compared() else { return Ok(left) };
        let right = self.py_between(0)?;
        let mut rest = vec![(operator, right)];
        while let Some(operator) = self.py_compared() {
            rest.push((operator, self.py_between(0)?));
        }
        if rest.len() > 1 {
            return self.expr(start, Kind::Compare(Box::new(left), rest));
        }
        match rest.pop() {
            Some((operator, right)) => self.binary(start, operator, left, right),
            None => Ok(left),
        }
    }

    fn py_compared(&mut self) -> Option<Operator> {
        self.gap();
        if self.take_word("in") {
            return Some(Operator::In);
        }
        if self.take_word("is") {
            return Some(if self.py_word("not") { Operator::IsNot } else { Operator::Is });
        }
        let before = self.cursor.clone();
        if self.take_word("not") {
            if self.py_word("in") {
                return Some(Operator::NotIn);
            }
            self.cursor = before;
            return None;
        }
        let found = COMPARISONS.iter().find(|(sign, _)| self.looks_at(sign));
        let found = found.filter(|(sign, _)| !matches!(*sign, "<" | ">") || !self.is_shift_here());
        found.map(|(sign, operator)| {
            self.take(sign);
            *operator
        })
    }

    fn is_shift_here(&self) -> bool {
        self.looks_at("<<") || self.looks_at(">>")
    }

    /// Values with signs between them that bind more tightly than `loosest`.
    fn py_between(&mut self, loosest: u8) -> Result<Expr, Error> {
        self.gap();
        let start = self.at();
        let mut left = self.py_before()?;
        loop {
            self.gap();
            let found = SIGNS.iter().find(|(sign, ..)| self.looks_at(sign));
            let Some((sign, operator, tightness)) = found else { return Ok(left) };
            let is_assignment = self.cursor.rest()[sign.len()..].starts_with('=');
            if *tightness <= loosest || is_assignment {
                return Ok(left);
            }
            self.take(sign);
            let inner = if *operator == Operator::Power { tightness - 1 } else { *tightness };
            let right = self.deeper(|parser| parser.py_between(inner))?;
            left = self.binary(start, *operator, left, right)?;
        }
    }

    fn py_before(&mut self) -> Result<Expr, Error> {
        self.gap();
        let start = self.at();
        let signs = [("-", Operator::Minus), ("+", Operator::Plus), ("~", Operator::BitNot)];
        let found = signs.iter().find(|(sign, _)| self.take(sign)).map(|(_, operator)| *operator);
        let found = found.or_else(|| self.take_word("await").then_some(Operator::Itself));
        match found {
            Some(operator) => {
                // `-2 ** 2` is `-(2 ** 2)`.
                let of = Box::new(self.deeper(|parser| parser.py_between(8))?);
                self.expr(start, Kind::Unary(operator, of))
            }
            None => self.py_after(),
        }
    }
}
