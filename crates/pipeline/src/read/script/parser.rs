//! What both parsers share: looking at the text, building trees, bounding their depth.
//!
//! In: text. Out: parts of the tree in `syntax`. Invariant: the depth of the recursion and the height of every tree are bounded.

use std::rc::Rc;

use super::{
    run::value::Value,
    syntax::{
        Argument, Body, Clause, Element, Expr, Function, Kind, MAX_HEIGHT, Operator, Parameter, Part, Property, Span,
    },
};
use crate::{Error, limits::MAX_DEPTH, read::cursor::Cursor};

/// How deep the parsers' own calls may be: a value in brackets takes two or three.
const MAX_NESTING: usize = 3 * MAX_DEPTH;

pub(super) struct Parser<'a> {
    pub(super) cursor: Cursor<'a>,
    nesting: usize,
    /// The height of the highest expression of the function that is being read.
    highest: usize,
    /// Where the blanks ended that were skipped last, and whether a line ended among them.
    pub(super) blank_end: usize,
    pub(super) is_behind_line: bool,
    /// What the user should know of how the text is read.
    pub(super) notes: Vec<String>,
    /// Python: inside brackets a line's end means nothing.
    pub(super) brackets: usize,
}

impl<'a> Parser<'a> {
    pub(super) fn new(cursor: Cursor<'a>) -> Self {
        Self { cursor, nesting: 0, highest: 0, blank_end: 0, is_behind_line: false, notes: Vec::new(), brackets: 0 }
    }

    pub(super) fn note(&mut self, note: String) {
        if self.notes.len() < 20 && !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.cursor.peek()
    }

    pub(super) fn at(&self) -> usize {
        self.cursor.at()
    }

    pub(super) fn span(&self, start: usize) -> Span {
        Span { start, end: self.cursor.at() }
    }

    pub(super) fn looks_at(&self, text: &str) -> bool {
        self.cursor.rest().starts_with(text)
    }

    /// Whether this word stands here, and not a longer one.
    pub(super) fn looks_at_word(&self, word: &str) -> bool {
        let rest = self.cursor.rest();
        rest.strip_prefix(word).is_some_and(|rest| !rest.starts_with(is_word))
    }

    /// Moves behind the text, if it stands here.
    pub(super) fn take(&mut self, text: &str) -> bool {
        let found = self.looks_at(text);
        if found {
            self.cursor.advance_bytes(text.len());
        }
        found
    }

    pub(super) fn take_word(&mut self, word: &str) -> bool {
        let found = self.looks_at_word(word);
        if found {
            self.cursor.advance_bytes(word.len());
        }
        found
    }

    /// The word here; empty where there is none.
    pub(super) fn word(&mut self) -> &'a str {
        if self.peek().is_some_and(is_word_start) { self.cursor.take_while(is_word) } else { "" }
    }

    /// Does the work one level deeper.
    pub(super) fn deeper<T>(&mut self, work: impl FnOnce(&mut Self) -> Result<T, Error>) -> Result<T, Error> {
        if self.nesting >= MAX_NESTING {
            return Err(self.cursor.too_deep());
        }
        self.nesting += 1;
        let done = work(self);
        self.nesting -= 1;
        done
    }

    /// Builds an expression that ends here.
    pub(super) fn expr(&mut self, start: usize, kind: Kind) -> Result<Expr, Error> {
        let height = 1 + inside(&kind);
        self.highest = self.highest.max(height);
        if height > MAX_HEIGHT {
            return Err(self.cursor.error_at(start, format!("more than {MAX_HEIGHT} expressions in one another")));
        }
        Ok(Expr { span: self.span(start), height, kind })
    }

    pub(super) fn constant(&mut self, start: usize, value: Value) -> Result<Expr, Error> {
        self.expr(start, Kind::Constant(value))
    }

    pub(super) fn binary(&mut self, start: usize, operator: Operator, left: Expr, right: Expr) -> Result<Expr, Error> {
        self.expr(start, Kind::Binary(operator, Box::new(left), Box::new(right)))
    }

    pub(super) fn member(&mut self, of: Expr, name: &str, is_optional: bool) -> Result<Expr, Error> {
        self.expr(of.span.start, Kind::Member { of: Box::new(of), name: Rc::from(name), is_optional })
    }

    pub(super) fn call(&mut self, callee: Expr, args: Vec<Argument>, is_optional: bool) -> Result<Expr, Error> {
        self.expr(callee.span.start, Kind::Call { callee: Box::new(callee), args, is_optional })
    }

    /// Reads a function: its parameters and its body.
    pub(super) fn function(
        &mut self,
        start: usize,
        name: Option<&str>,
        read: impl FnOnce(&mut Self) -> Result<(Vec<Parameter>, Body), Error>,
    ) -> Result<Rc<Function>, Error> {
        let outer = std::mem::take(&mut self.highest);
        let (params, body) = self.deeper(read)?;
        let height = self.highest;
        self.highest = outer.max(height);
        Ok(Rc::new(Function { name: name.map(Rc::from), params, body, span: self.span(start), height }))
    }

    /// The error for what stands here in place of something else.
    pub(super) fn expected(&self, wanted: &str) -> Error {
        match self.peek() {
            Some(found) => self.cursor.error(format!("expected {wanted}, found `{}`", found.escape_debug())),
            None => self.cursor.error(format!("expected {wanted}, found the end of the text")),
        }
    }
}

/// The height of the highest part.
fn inside(kind: &Kind) -> usize {
    let of_all = |found: &mut dyn Iterator<Item = &Expr>| found.map(|expr| expr.height).max().unwrap_or(0);
    match kind {
        Kind::Constant(_) | Kind::Name(_) => 0,
        Kind::Function(function) => function.height,
        Kind::Template(parts) => of_all(&mut parts.iter().filter_map(|part| match part {
            Part::Value(value, _) => Some(value),
            Part::Text(_) => None,
        })),
        Kind::List(elements, _) => of_all(&mut elements.iter().map(|Element { value, .. }| value)),
        Kind::Object(properties) => of_all(&mut properties.iter().map(|property| match property {
            Property::Pair(_, value) | Property::Spread(value) => value,
        })),
        Kind::Unary(_, of) | Kind::Step { target: of, .. } | Kind::Member { of, .. } => of.height,
        Kind::Binary(_, left, right) | Kind::Assign(left, _, right) | Kind::Index { of: left, at: right, .. } => {
            left.height.max(right.height)
        }
        Kind::Choice(condition, yes, no) => condition.height.max(yes.height).max(no.height),
        Kind::Slice(of, parts) => of.height.max(of_all(&mut parts.iter().flatten().map(Box::as_ref))),
        Kind::Call { callee, args, .. } => callee.height.max(of_all(&mut args.iter().map(|arg| &arg.value))),
        Kind::Sequence(values) => of_all(&mut values.iter()),
        Kind::Comprehension(found) => of_all(&mut found.key.iter().chain([&found.value]).chain(
            found.clauses.iter().flat_map(|clause| match clause {
                Clause::For(target, over) => vec![target, over],
                Clause::If(test) => vec![test],
            }),
        )),
    }
}

pub(super) fn is_word_start(c: char) -> bool {
    c.is_alphabetic() || c == '_' || c == '$'
}

pub(super) fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '$'
}
