//! Runs a script's statements as far as that makes pipelines: nothing is read, written or sent.
//!
//! In: statements. Out: the `aggregate` calls that they make, each with its pipeline as a value of the arena.
//! Invariant: the work is bounded by [`MAX_STEPS`] and what is made by it too, for every element and every 16 bytes of text
//! cost a step; calls in one another are bounded, and so is the stack.

mod bind;
mod call;
mod dates;
mod evaluate;
pub(super) mod finds;
mod formats;
mod lists;
mod native;
mod numbers;
mod objects;
mod operate;
pub(super) mod places;
mod plain;
mod python;
mod texts;
pub(super) mod to_bson;
pub(super) mod value;

use std::collections::HashMap;
use std::rc::Rc;

use super::syntax::{Action, Expr, Kind, Listing, Span, Statement};
use crate::{Error, read::cursor::Cursor};
use places::Asked;
use value::{Closure, Entries, Entry, Item, List, Value};

/// How many steps a script may take, beside four for each byte of it.
const MAX_STEPS: usize = 200_000;
/// How many calls and expressions may be in one another while it runs.
const MAX_DEPTH: usize = 2000;

pub(super) struct Machine<'a> {
    pub(super) cursor: Cursor<'a>,
    pub(super) is_python: bool,
    pub(super) lists: Vec<List>,
    pub(super) objects: Vec<Entries>,
    /// Milliseconds since 1970.
    dates: Vec<f64>,
    functions: Vec<Closure>,
    scopes: Vec<Scope>,
    steps: usize,
    depth: usize,
    /// The calls of `aggregate`, in order.
    pub(super) asked: Vec<Asked>,
    views: Vec<places::View>,
    /// What `use` chose.
    database: Option<Rc<str>>,
    /// The value of the last statement that is one, outside of functions; or what is exported.
    pub(super) last: Option<Item>,
    /// The objects and arrays that stand in lines of their own.
    pub(super) written: Vec<Span>,
    pub(super) notes: Vec<String>,
    /// The time at which it runs, in milliseconds since 1970.
    now: f64,
}

#[derive(Default)]
struct Scope {
    names: HashMap<Rc<str>, Value>,
    outer: Option<usize>,
}

/// How a statement ends.
enum Flow {
    Next,
    Return(Value),
    Break,
    Continue,
}

impl<'a> Machine<'a> {
    pub(super) fn new(cursor: Cursor<'a>, is_python: bool) -> Self {
        let now = bson::DateTime::now().timestamp_millis() as f64;
        Self {
            cursor,
            is_python,
            lists: Vec::new(),
            objects: Vec::new(),
            dates: Vec::new(),
            functions: Vec::new(),
            scopes: vec![Scope::default()],
            steps: 0,
            depth: 0,
            asked: Vec::new(),
            views: Vec::new(),
            database: None,
            last: None,
            written: Vec::new(),
            notes: Vec::new(),
            now,
        }
    }

    /// Runs a whole script.
    pub(super) fn run(&mut self, statements: &[Statement]) -> Result<(), Error> {
        self.statements(statements, 0).map(drop)
    }

    pub(super) fn error(&self, span: Span, message: impl Into<String>) -> Error {
        self.cursor.error_at(span.start, message)
    }

    /// Takes steps.
    fn charge(&mut self, steps: usize, span: Span) -> Result<(), Error> {
        self.steps = self.steps.saturating_add(steps);
        if self.steps <= MAX_STEPS + 4 * self.cursor.length() {
            return Ok(());
        }
        Err(self
            .error(span, "this text takes too many steps before there is a pipeline")
            .hint("write out what it computes"))
    }

    fn deeper<T>(&mut self, span: Span, work: impl FnOnce(&mut Self) -> Result<T, Error>) -> Result<T, Error> {
        if self.depth >= MAX_DEPTH {
            return Err(self.error(span, "too many calls in one another"));
        }
        self.depth += 1;
        let done = work(self);
        self.depth -= 1;
        done
    }

    fn note(&mut self, note: String) {
        if !self.notes.contains(&note) && self.notes.len() < 20 {
            self.notes.push(note);
        }
    }

    fn list(&mut self, items: Vec<Item>, span: Span) -> Result<Value, Error> {
        self.listed(items, Listing::List, span)
    }

    pub(super) fn listed(&mut self, items: Vec<Item>, listing: Listing, span: Span) -> Result<Value, Error> {
        self.charge(1 + items.len(), span)?;
        self.lists.push(List { items, listing });
        Ok(Value::List(self.lists.len() - 1))
    }

    /// An object of one entry.
    pub(super) fn pair(&mut self, key: &str, item: Item, span: Span) -> Result<Value, Error> {
        self.object(Entries::from_iter([(Rc::from(key), Entry { key_span: span, item })]), span)
    }

    fn object(&mut self, entries: Entries, span: Span) -> Result<Value, Error> {
        self.charge(1 + entries.len(), span)?;
        self.objects.push(entries);
        Ok(Value::Object(self.objects.len() - 1))
    }

    fn date(&mut self, millis: f64, span: Span) -> Result<Value, Error> {
        self.charge(1, span)?;
        self.dates.push(millis);
        Ok(Value::Date(self.dates.len() - 1))
    }

    /// A text that was computed.
    fn made_text(&mut self, text: String, span: Span) -> Result<Value, Error> {
        self.charge(1 + text.len() / 16, span)?;
        Ok(Value::text(text))
    }

    fn put(&mut self, object: usize, key: Rc<str>, key_span: Span, item: Item) {
        self.objects[object].insert(key, Entry { key_span, item });
    }

    fn scope(&mut self, outer: usize, span: Span) -> Result<usize, Error> {
        self.charge(1, span)?;
        self.scopes.push(Scope { names: HashMap::new(), outer: Some(outer) });
        Ok(self.scopes.len() - 1)
    }

    /// The scope of a block: Python has none.
    fn block_scope(&mut self, outer: usize, span: Span) -> Result<usize, Error> {
        if self.is_python { Ok(outer) } else { self.scope(outer, span) }
    }

    fn statements(&mut self, statements: &[Statement], scope: usize) -> Result<Flow, Error> {
        // A function may be called before the line that writes it.
        for statement in statements {
            if let Action::Function(function) = &statement.kind {
                let value = self.closure(function, scope);
                self.declare(scope, function.name.as_ref(), value);
            }
        }
        for statement in statements {
            self.charge(1, statement.span)?;
            match self.deeper(statement.span, |machine| machine.statement(statement, scope))? {
                Flow::Next => {}
                ended => return Ok(ended),
            }
        }
        Ok(Flow::Next)
    }

    fn statement(&mut self, statement: &Statement, scope: usize) -> Result<Flow, Error> {
        let span = statement.span;
        match &statement.kind {
            Action::Function(_) | Action::Nothing => {}
            Action::Value(expr) => {
                let value = self.evaluate(expr, scope)?;
                if scope == 0
                    && !matches!(expr.kind, Kind::Assign(..))
                    && matches!(value, Value::List(_) | Value::Object(_))
                {
                    if matches!(expr.kind, Kind::Object(_) | Kind::List(..)) {
                        self.written.push(expr.span);
                    }
                    self.last = Some(value.at(expr.span));
                }
            }
            Action::Result(expr) => self.last = Some(self.evaluate(expr, scope)?.at(expr.span)),
            Action::Declare(pairs) => {
                for (target, value) in pairs {
                    let value = match value {
                        Some(value) => self.evaluate(value, scope)?,
                        None => Value::Undefined,
                    };
                    self.bind(target, value, scope, true)?;
                }
            }
            Action::Return(value) => {
                return Ok(Flow::Return(match value {
                    Some(value) => self.evaluate(value, scope)?,
                    None if self.is_python => Value::Null,
                    None => Value::Undefined,
                }));
            }
            Action::If(test, yes, no) => return self.branch(test, yes, no, scope),
            Action::While { test, body, is_tested_last } => return self.repeat(test, body, *is_tested_last, scope),
            Action::For { start, test, next, body } => {
                let scope = self.block_scope(scope, span)?;
                if let Some(start) = start {
                    self.statement(start, scope)?;
                }
                return self.count(test.as_ref(), next.as_ref(), body, scope);
            }
            Action::ForEach { target, over, is_over_keys, body } => {
                return self.each(target, over, *is_over_keys, body, scope);
            }
            Action::Block(statements) => {
                let scope = self.block_scope(scope, span)?;
                return self.statements(statements, scope);
            }
            Action::Break => return Ok(Flow::Break),
            Action::Continue => return Ok(Flow::Continue),
            Action::Throw => {
                return Err(self.error(span, "the text ends with an error of its own before there is a pipeline"));
            }
            Action::Import(names) => {
                for (name, path) in names {
                    let value = self.imported(path, name);
                    self.declare(scope, Some(name), value);
                }
            }
            Action::Use(name) => self.database = Some(Rc::clone(name)),
        }
        Ok(Flow::Next)
    }

    /// Where the condition is not known before a server has answered, both branches are looked through.
    fn branch(&mut self, test: &Expr, yes: &[Statement], no: &[Statement], scope: usize) -> Result<Flow, Error> {
        let found = self.evaluate(test, scope)?;
        let scope = self.block_scope(scope, test.span)?;
        if matches!(found, Value::Unknown(_) | Value::Answer(_)) {
            self.statements(yes, scope)?;
            self.statements(no, scope)?;
            return Ok(Flow::Next);
        }
        if self.is_true(&found) { self.statements(yes, scope) } else { self.statements(no, scope) }
    }

    fn repeat(&mut self, test: &Expr, body: &[Statement], is_tested_last: bool, scope: usize) -> Result<Flow, Error> {
        let mut is_first = is_tested_last;
        loop {
            let found = if is_first { Value::Boolean(true) } else { self.evaluate(test, scope)? };
            is_first = false;
            let is_unknown = matches!(found, Value::Unknown(_));
            if !is_unknown && !self.is_true(&found) {
                return Ok(Flow::Next);
            }
            let inner = self.block_scope(scope, test.span)?;
            match self.statements(body, inner)? {
                Flow::Break => return Ok(Flow::Next),
                Flow::Return(value) => return Ok(Flow::Return(value)),
                _ if is_unknown => return Ok(Flow::Next),
                _ => {}
            }
        }
    }

    fn count(
        &mut self,
        test: Option<&Expr>,
        next: Option<&Expr>,
        body: &[Statement],
        scope: usize,
    ) -> Result<Flow, Error> {
        loop {
            if let Some(test) = test {
                let found = self.evaluate(test, scope)?;
                if !self.is_true(&found) || matches!(found, Value::Unknown(_)) {
                    return Ok(Flow::Next);
                }
            }
            // A closure that the body makes keeps the counter as it is now.
            let names = self.scopes[scope].names.clone();
            let inner = self.block_scope(scope, Span::default())?;
            self.charge(1 + names.len(), Span::default())?;
            match self.statements(body, inner)? {
                Flow::Break => return Ok(Flow::Next),
                Flow::Return(value) => return Ok(Flow::Return(value)),
                _ => {}
            }
            if let Some(next) = next {
                self.evaluate(next, scope)?;
            }
        }
    }

    fn each(
        &mut self,
        target: &Expr,
        over: &Expr,
        is_over_keys: bool,
        body: &[Statement],
        scope: usize,
    ) -> Result<Flow, Error> {
        let found = self.evaluate(over, scope)?;
        let items = if is_over_keys { self.keys(&found, over.span)? } else { self.items(&found, over.span)? };
        for item in items {
            let inner = self.block_scope(scope, over.span)?;
            self.bind(target, item.value, inner, true)?;
            match self.statements(body, inner)? {
                Flow::Break => break,
                Flow::Return(value) => return Ok(Flow::Return(value)),
                Flow::Next | Flow::Continue => {}
            }
        }
        Ok(Flow::Next)
    }
}
