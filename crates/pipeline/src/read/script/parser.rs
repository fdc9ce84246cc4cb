//! What both parsers share: looking at the text, building trees, bounding their depth.
//!
//! In: text. Out: parts of the tree in `syntax`. Invariant: the depth of the recursion and the height of every tree are bounded.

use std::rc::Rc;

use super::{
    run::value::Value,
    syntax::{
        Argument, Body, Clause, Element, Expr, Function, Key, Kind, MAX_HEIGHT, Operator, Parameter, Part, Property,
        Span,
    },
};
use crate::{
    Error,
    limits::{self, MAX_DEPTH},
    read::cursor::Cursor,
};

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
    /// What belongs to the whole function that is being read, or to the text.
    pub(super) vars: Vec<Rc<str>>,
    pub(super) elsewhere: Vec<(Rc<str>, bool)>,
    uses_arguments: bool,
    /// Whether a colon behind brackets ends the second part of a choice.
    pub(super) is_in_choice: bool,
    /// How many lists and objects are open.
    pub(super) n_open: usize,
}

impl<'a> Parser<'a> {
    pub(super) fn new(cursor: Cursor<'a>) -> Self {
        Self {
            cursor,
            nesting: 0,
            highest: 0,
            blank_end: 0,
            is_behind_line: false,
            notes: Vec::new(),
            brackets: 0,
            vars: Vec::new(),
            elsewhere: Vec::new(),
            uses_arguments: false,
            is_in_choice: false,
            n_open: 0,
        }
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
        self.uses_arguments |= matches!(&kind, Kind::Name(name) if &**name == "arguments");
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
        self.expr(callee.span.start, Kind::Call { callee: Box::new(callee), args, is_optional, is_new: false })
    }

    /// Notes the names of a pattern as those of the whole function.
    pub(super) fn note_vars(&mut self, target: &Expr) {
        match &target.kind {
            Kind::Name(name) => self.vars.push(Rc::clone(name)),
            Kind::Assign(inner, ..) => self.note_vars(inner),
            Kind::List(elements, _) => elements.iter().for_each(|element| self.note_vars(&element.value)),
            Kind::Object(properties) => properties.iter().for_each(|property| match property {
                Property::Pair(_, value) | Property::Spread(value) => self.note_vars(value),
                Property::Getter(..) => {}
            }),
            _ => {}
        }
    }

    /// Reads a function: its parameters and its body.
    pub(super) fn function(
        &mut self,
        start: usize,
        name: Option<&str>,
        is_arrow: bool,
        read: impl FnOnce(&mut Self) -> Result<(Vec<Parameter>, Body), Error>,
    ) -> Result<Rc<Function>, Error> {
        let outer = std::mem::take(&mut self.highest);
        let outer_vars = std::mem::take(&mut self.vars);
        let outer_elsewhere = std::mem::take(&mut self.elsewhere);
        let outer_arguments = std::mem::take(&mut self.uses_arguments);
        let (params, body) = self.deeper(read)?;
        let height = self.highest;
        self.highest = outer.max(height);
        let uses_arguments = self.uses_arguments;
        self.uses_arguments = outer_arguments || (is_arrow && uses_arguments);
        Ok(Rc::new(Function {
            name: name.map(Rc::from),
            params,
            body,
            span: self.span(start),
            is_arrow,
            uses_arguments,
            vars: std::mem::replace(&mut self.vars, outer_vars),
            elsewhere: std::mem::replace(&mut self.elsewhere, outer_elsewhere),
            height,
        }))
    }

    /// Refuses a list of stages as soon as it is longer than a pipeline may be: only lists that lie in no other value are
    /// looked at, for a query may hold longer ones.
    pub(super) fn within_stages(&self, at: usize, elements: &[Element]) -> Result<(), Error> {
        if elements.len() != limits::MAX_STAGES + 1 || self.n_open != 1 {
            return Ok(());
        }
        let is_stage = |element: &Element| match &element.value.kind {
            Kind::Object(properties) => {
                matches!(properties.as_slice(), [Property::Pair(Key::Name(name, _), _)] if name.starts_with('$'))
            }
            _ => false,
        };
        if elements.iter().all(is_stage) { Err(self.cursor.too_many_stages(at)) } else { Ok(()) }
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
        Kind::Template(parts) => parts.iter().map(of_part).max().unwrap_or(0),
        Kind::List(elements, _) => of_all(&mut elements.iter().map(|Element { value, .. }| value)),
        Kind::Object(properties) => properties
            .iter()
            .map(|property| match property {
                Property::Pair(_, value) | Property::Spread(value) => value.height,
                Property::Getter(_, function) => function.height,
            })
            .max()
            .unwrap_or(0),
        Kind::Chain(of) | Kind::Unary(_, of) | Kind::Step { target: of, .. } | Kind::Member { of, .. } => of.height,
        Kind::Binary(_, left, right) | Kind::Assign(left, _, right) | Kind::Index { of: left, at: right, .. } => {
            left.height.max(right.height)
        }
        Kind::Choice(condition, yes, no) => condition.height.max(yes.height).max(no.height),
        Kind::Slice(of, parts) => of.height.max(of_all(&mut parts.iter().flatten().map(Box::as_ref))),
        Kind::Call { callee, args, .. } => callee.height.max(of_all(&mut args.iter().map(|arg| &arg.value))),
        Kind::Compare(first, rest) => first.height.max(of_all(&mut rest.iter().map(|(_, value)| value))),
        Kind::Sequence(values) => of_all(&mut values.iter()),
        Kind::Comprehension(found) => of_all(&mut found.key.iter().chain([&found.value]).chain(
            found.clauses.iter().flat_map(|clause| match clause {
                Clause::For(target, over) => vec![target, over],
                Clause::If(test) => vec![test],
            }),
        )),
    }
}

fn of_part(part: &Part) -> usize {
    match part {
        Part::Text(_) => 0,
        Part::Value(value) => value.height,
        Part::Formatted(part) => part.value.height.max(1 + part.format.iter().map(of_part).max().unwrap_or(0)),
    }
}

pub(super) fn is_word_start(c: char) -> bool {
    c.is_alphabetic() || c == '_' || c == '$'
}

pub(super) fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '$'
}
