//! The grammar of mongosh's language, which is JavaScript's: expressions here, statements and literals beside it.
//!
//! In: text. Out: its statements. Types of TypeScript are passed over. What is not read is refused by name: classes,
//! generators, tagged templates.

mod function;
mod literal;
mod object;
mod statement;
mod types;

pub(super) use literal::sent_options;

use std::rc::Rc;

use super::{
    parser::Parser,
    run::value::Value,
    syntax::{Argument, Element, Expr, Kind, Listing, Operator, Statement},
};
use crate::Error;

/// Parses a whole text.
pub(super) fn script(parser: &mut Parser<'_>) -> Result<Vec<Statement>, Error> {
    parser.script()
}

/// Operators between two values, longer ones before what they begin with, and how tightly they bind.
const BINARY: &[(&str, Operator, u8)] = &[
    ("===", Operator::StrictlyEqual, 7),
    ("!==", Operator::StrictlyUnequal, 7),
    (">>>", Operator::ShiftRightUnsigned, 9),
    ("**", Operator::Power, 12),
    ("??", Operator::Coalesce, 1),
    ("||", Operator::Or, 2),
    ("&&", Operator::And, 3),
    ("==", Operator::Equal, 7),
    ("!=", Operator::NotEqual, 7),
    ("<=", Operator::LessOrEqual, 8),
    (">=", Operator::GreaterOrEqual, 8),
    ("<<", Operator::ShiftLeft, 9),
    (">>", Operator::ShiftRight, 9),
    ("|", Operator::BitOr, 4),
    ("^", Operator::BitXor, 5),
    ("&", Operator::BitAnd, 6),
    ("<", Operator::Less, 8),
    (">", Operator::Greater, 8),
    ("+", Operator::Add, 10),
    ("-", Operator::Subtract, 10),
    ("*", Operator::Multiply, 11),
    ("/", Operator::Divide, 11),
    ("%", Operator::Remainder, 11),
];

const WORDS_BEFORE: &[(&str, Operator)] = &[
    ("typeof", Operator::TypeOf),
    ("void", Operator::Void),
    ("delete", Operator::Delete),
    ("await", Operator::Itself),
    ("yield", Operator::Itself),
];

/// Whether this is `String.raw`, behind which a template has no escapes.
fn is_string_raw(value: &Expr) -> bool {
    match &value.kind {
        Kind::Member { of, name, .. } => &**name == "raw" && matches!(&of.kind, Kind::Name(of) if &**of == "String"),
        _ => false,
    }
}

impl Parser<'_> {
    /// Skips blanks and comments, and says whether a line ended among them.
    pub(super) fn blank(&mut self) -> Result<bool, Error> {
        let start = self.at();
        loop {
            self.cursor.skip_blank()?;
            if !(self.looks_at("<!--") || (self.looks_at("#!") && self.at() <= '\u{feff}'.len_utf8())) {
                // Blanks that were skipped before count, too.
                let was_line = start == self.blank_end && self.is_behind_line;
                self.is_behind_line = was_line || self.cursor.since(start).contains('\n');
                self.blank_end = self.at();
                return Ok(self.is_behind_line);
            }
            self.cursor.take_while(|c| c != '\n');
        }
    }

    /// Moves behind this sign, with the blanks before it.
    pub(super) fn sign(&mut self, sign: &str) -> Result<bool, Error> {
        self.blank()?;
        Ok(self.take(sign))
    }

    pub(super) fn must(&mut self, sign: &str) -> Result<(), Error> {
        if self.sign(sign)? { Ok(()) } else { Err(self.expected(&format!("`{sign}`"))) }
    }

    /// `a, b`: the last counts.
    pub(super) fn sequence(&mut self) -> Result<Expr, Error> {
        self.blank()?;
        let start = self.at();
        let first = self.value()?;
        let mut values = vec![first];
        while self.sign(",")? {
            values.push(self.value()?);
        }
        match values.len() {
            1 => Ok(values.swap_remove(0)),
            _ => self.expr(start, Kind::Sequence(values)),
        }
    }

    /// One value, with assignments, arrows and choices.
    pub(super) fn value(&mut self) -> Result<Expr, Error> {
        self.deeper(Self::assignment)
    }

    fn assignment(&mut self) -> Result<Expr, Error> {
        self.blank()?;
        let start = self.at();
        if let Some(arrow) = self.arrow_of_one_name(start)? {
            return Ok(arrow);
        }
        let left = self.choice(start)?;
        self.blank()?;
        if self.looks_at("=") && !self.looks_at("==") && !self.looks_at("=>") {
            self.take("=");
            let right = self.value()?;
            return self.expr(start, Kind::Assign(Box::new(left), None, Box::new(right)));
        }
        let changed = BINARY.iter().find(|(sign, ..)| {
            let rest = self.cursor.rest();
            rest.strip_prefix(sign).is_some_and(|rest| rest.starts_with('=') && !rest.starts_with("=="))
        });
        match changed.filter(|(_, _, tightness)| *tightness != 7 && *tightness != 8) {
            Some((sign, operator, _)) => {
                self.cursor.advance_bytes(sign.len() + 1);
                let right = self.value()?;
                self.expr(start, Kind::Assign(Box::new(left), Some(*operator), Box::new(right)))
            }
            None => Ok(left),
        }
    }

    fn choice(&mut self, start: usize) -> Result<Expr, Error> {
        let condition = self.between(0)?;
        self.blank()?;
        // `?.5` is a choice, `?.a` is a member.
        let mark = self.at();
        if !self.looks_at("?") || self.looks_at("??") {
            return Ok(condition);
        }
        self.take("?");
        self.blank()?;
        // `(a?: number) => …`: TypeScript's mark of what may be left out.
        if matches!(self.peek(), Some(':' | ',' | ')' | '=')) {
            self.cursor = self.cursor.moved_to(mark);
            return Ok(condition);
        }
        let outer = std::mem::replace(&mut self.is_in_choice, true);
        let yes = self.value()?;
        self.is_in_choice = outer;
        self.must(":")?;
        let no = self.value()?;
        self.expr(start, Kind::Choice(Box::new(condition), Box::new(yes), Box::new(no)))
    }

    /// Values with operators between them that bind more tightly than `loosest`.
    fn between(&mut self, loosest: u8) -> Result<Expr, Error> {
        self.blank()?;
        let start = self.at();
        let mut left = self.before()?;
        loop {
            let is_new_line = self.blank()?;
            if !is_new_line && (self.take_word("as") || self.take_word("satisfies")) {
                self.blank()?;
                if !self.take_word("const") {
                    self.skip_type()?;
                }
                continue;
            }
            let Some((length, operator, tightness)) = self.operator_here() else { return Ok(left) };
            if tightness <= loosest {
                return Ok(left);
            }
            self.cursor.advance_bytes(length);
            // `2 ** 3 ** 2` is `2 ** 9`.
            let inner = if operator == Operator::Power { tightness - 1 } else { tightness };
            let right = self.deeper(|parser| parser.between(inner))?;
            left = self.binary(start, operator, left, right)?;
        }
    }

    fn operator_here(&self) -> Option<(usize, Operator, u8)> {
        for (word, operator) in [("instanceof", Operator::InstanceOf), ("in", Operator::In)] {
            if self.looks_at_word(word) {
                return Some((word.len(), operator, 8));
            }
        }
        let (sign, operator, tightness) = BINARY.iter().find(|(sign, ..)| self.looks_at(sign))?;
        let rest = &self.cursor.rest()[sign.len()..];
        let is_comparison = matches!(tightness, 7 | 8);
        let is_other = (!is_comparison && rest.starts_with('=')) || rest.starts_with("=>");
        (!is_other).then_some((sign.len(), *operator, *tightness))
    }

    /// A value with operators before it.
    fn before(&mut self) -> Result<Expr, Error> {
        self.blank()?;
        let start = self.at();
        for (sign, by) in [("++", 1.0), ("--", -1.0)] {
            if self.take(sign) {
                let target = Box::new(self.deeper(Self::before)?);
                return self.expr(start, Kind::Step { target, by, is_postfix: false });
            }
        }
        let signs = [("!", Operator::Not), ("~", Operator::BitNot), ("-", Operator::Minus), ("+", Operator::Plus)];
        let found = signs.iter().find(|(sign, _)| self.take(sign));
        let found = found.or_else(|| WORDS_BEFORE.iter().find(|(word, _)| self.take_word(word)));
        match found {
            Some((_, operator)) => {
                let of = Box::new(self.deeper(Self::before)?);
                self.expr(start, Kind::Unary(*operator, of))
            }
            None => self.after(),
        }
    }

    /// A value with members, calls and `++` behind it.
    pub(super) fn after(&mut self) -> Result<Expr, Error> {
        let mut value = self.deeper(Self::primary)?;
        let mut is_chain = false;
        loop {
            let is_new_line = self.blank()?;
            let start = value.span.start;
            let rest = self.cursor.rest();
            let is_optional = rest.starts_with("?.") && !rest[2..].starts_with(|c: char| c.is_ascii_digit());
            if is_optional {
                is_chain = true;
                self.take("?.");
                self.blank()?;
            }
            if !is_new_line && self.looks_at("!") && !self.looks_at("!=") {
                // TypeScript's `a!`: not nothing.
                self.take("!");
                continue;
            }
            self.skip_type_arguments_of_call();
            if self.peek() == Some('[') {
                self.take("[");
                let at = Box::new(self.sequence()?);
                self.must("]")?;
                value = self.expr(start, Kind::Index { of: Box::new(value), at, is_optional })?;
            } else if self.peek() == Some('(') {
                self.take("(");
                let args = self.arguments()?;
                value = self.call(value, args, is_optional)?;
            } else if is_optional || (self.looks_at(".") && !self.looks_at("...")) {
                if !is_optional {
                    self.take(".");
                    self.blank()?;
                }
                let name = self.word();
                if name.is_empty() {
                    return Err(self.expected("a name after `.`"));
                }
                value = self.member(value, name, is_optional)?;
            } else if !is_new_line && (self.looks_at("++") || self.looks_at("--")) {
                let by = if self.looks_at("++") { 1.0 } else { -1.0 };
                self.cursor.advance_bytes(2);
                value = self.expr(start, Kind::Step { target: Box::new(value), by, is_postfix: true })?;
            } else if self.peek() == Some('`') && is_string_raw(&value) {
                value = self.raw_template(start)?;
            } else if self.peek() == Some('`') {
                return Err(self
                    .cursor
                    .unsupported("a function before a template string is not read")
                    .hint("call it with brackets, or write out what it gives"));
            } else if is_chain {
                return self.expr(start, Kind::Chain(Box::new(value)));
            } else {
                return Ok(value);
            }
        }
    }

    /// The arguments of a call, behind its bracket.
    fn arguments(&mut self) -> Result<Vec<Argument>, Error> {
        let elements = self.elements(")")?;
        let argument = |Element { is_spread, value }| Argument { name: None, stars: usize::from(is_spread), value };
        Ok(elements.into_iter().map(argument).collect())
    }

    /// Values up to `close`, behind the bracket that opens them; `[1, , 2]` has a hole.
    fn elements(&mut self, close: &str) -> Result<Vec<Element>, Error> {
        let outer = std::mem::take(&mut self.is_in_choice);
        let elements = self.typed_elements(close, false)?.0;
        self.is_in_choice = outer;
        Ok(elements)
    }

    /// The same, perhaps with types as parameters have them, and whether there are such.
    fn typed_elements(&mut self, close: &str, takes_types: bool) -> Result<(Vec<Element>, bool), Error> {
        let mut elements = Vec::new();
        let mut has_types = false;
        loop {
            self.blank()?;
            if self.take(close) {
                return Ok((elements, has_types));
            }
            if close == "]" && self.looks_at(",") {
                let value = self.constant(self.at(), Value::Undefined)?;
                elements.push(Element { is_spread: false, value });
            } else {
                let is_spread = self.take("...");
                let mut value = self.value()?;
                if takes_types {
                    let is_typed = self.sign("?")? | self.skip_annotation()?;
                    has_types |= is_typed;
                    if is_typed && self.sign("=")? {
                        let default = Box::new(self.value()?);
                        value = self.expr(value.span.start, Kind::Assign(Box::new(value), None, default))?;
                    }
                }
                elements.push(Element { is_spread, value });
                self.within_stages(self.at(), &elements)?;
                self.blank()?;
            }
            if !self.take(",") && !self.looks_at(close) {
                return Err(self.expected(&format!("`,` or `{close}`")));
            }
        }
    }

    /// The elements of a list, behind its bracket. A list of stages that is longer than a pipeline may be is refused at once.
    fn listed_elements(&mut self) -> Result<Vec<Element>, Error> {
        self.n_open += 1;
        let elements = self.elements("]")?;
        self.n_open -= 1;
        Ok(elements)
    }

    pub(super) fn primary(&mut self) -> Result<Expr, Error> {
        self.blank()?;
        let start = self.at();
        match self.peek() {
            None => Err(self.cursor.error("expected a value, found the end of the text")),
            Some('[') => {
                self.take("[");
                let elements = self.listed_elements()?;
                self.expr(start, Kind::List(elements, Listing::List))
            }
            Some('{') => self.object(),
            // `<T>(a: T) => …`.
            Some('<') if self.skip_type_arguments_of_call() => self.in_brackets(),
            Some('(') => self.in_brackets(),
            Some('"' | '\'') => {
                let text = self.string()?;
                self.constant(start, Value::Text(Rc::from(text)))
            }
            Some('`') => self.template(),
            Some('/') => self.regex(),
            Some('.' | '0'..='9') => self.number(),
            Some(c) if super::parser::is_word_start(c) => self.named(),
            Some('“' | '”' | '„' | '‘' | '’') => Err(self
                .cursor
                .error("expected a value, found a quotation mark of a word processor")
                .hint("strings stand in straight quotes, `\"…\"` or `'…'`")),
            Some(_) => Err(self.expected("a value")),
        }
    }

    fn named(&mut self) -> Result<Expr, Error> {
        let start = self.at();
        let word = self.word();
        let value = match word {
            "true" => Value::Boolean(true),
            "false" => Value::Boolean(false),
            "null" => Value::Null,
            "undefined" => Value::Undefined,
            "NaN" => Value::Number(f64::NAN),
            "Infinity" => Value::Number(f64::INFINITY),
            "function" => return self.function_of_word(start),
            "async" if self.is_async_function()? => return self.primary(),
            "new" => return self.made(),
            "class" | "import" | "super" => {
                return Err(self
                    .cursor
                    .error_at(start, format!("`{word}` is not read here"))
                    .hint("write the pipeline as arrays, objects and functions"));
            }
            name => return self.expr(start, Kind::Name(Rc::from(name))),
        };
        self.constant(start, value)
    }

    /// `new Date(0)`: the same as the call without `new`.
    fn made(&mut self) -> Result<Expr, Error> {
        self.blank()?;
        let start = self.at();
        let name = self.word();
        if name.is_empty() {
            return Err(self.expected("a name after `new`"));
        }
        let mut value = self.expr(start, Kind::Name(Rc::from(name)))?;
        while self.sign(".")? {
            self.blank()?;
            let name = self.word();
            value = self.member(value, name, false)?;
        }
        self.blank()?;
        self.skip_type_arguments_of_call();
        let args = if self.sign("(")? { self.arguments()? } else { Vec::new() };
        self.expr(start, Kind::Call { callee: Box::new(value), args, is_optional: false, is_new: true })
    }
}
