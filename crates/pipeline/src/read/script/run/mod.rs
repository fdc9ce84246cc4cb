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
mod json;
mod keys;
mod lists;
mod loops;
mod moments;
mod native;
mod numbers;
mod objects;
mod operate;
mod patterns;
pub(super) mod places;
mod plain;
mod python;
mod python_lists;
mod python_texts;
mod re;
mod sets;
mod spans;
mod standard;
mod texts;
pub(super) mod to_bson;
pub(super) mod value;

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use super::syntax::{Action, Declared, Expr, Kind, Listing, Span, Statement};
use crate::{Error, read::cursor::Cursor};
use moments::Moment;
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
    /// What is to be known of Python's dates besides.
    moments: HashMap<usize, Moment>,
    /// The keys of dicts that are no strings, by the names under which they are kept.
    odd_keys: HashMap<Rc<str>, Value>,
    /// What a dict makes where it lacks a key: `defaultdict(list)`.
    makers: HashMap<usize, Value>,
    functions: Vec<Closure>,
    scopes: Vec<Scope>,
    /// The label of the loop that begins.
    label: Option<Rc<str>>,
    /// Whether the rest of a chain `a?.b.c` is left out.
    is_cut: bool,
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
    kind: Region,
    /// Names that get no other value.
    constants: HashSet<Rc<str>>,
    /// Names that belong to another scope: Python's `global` and `nonlocal`.
    elsewhere: Vec<(Rc<str>, usize)>,
}

/// Whether a statement is there for what it changes, and not for its value: `a.splice(0, 1)`, `d.setdefault("b", {})`.
fn is_change(expr: &Expr) -> bool {
    let Kind::Call { callee, .. } = &expr.kind else { return false };
    let Kind::Member { name, .. } = &callee.kind else { return false };
    ["setdefault", "pop", "popitem", "shift", "splice", "sort", "reverse", "fill", "assign", "add"].contains(&&**name)
}

/// What a scope is of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Region {
    #[default]
    Block,
    Function,
    Comprehension,
}

/// How a statement ends.
enum Flow {
    Next,
    Return(Value),
    /// With the label of the loop that is meant.
    Break(Option<Rc<str>>),
    Continue(Option<Rc<str>>),
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
            moments: HashMap::new(),
            odd_keys: HashMap::new(),
            makers: HashMap::new(),
            functions: Vec::new(),
            scopes: vec![Scope { kind: Region::Function, ..Scope::default() }],
            label: None,
            is_cut: false,
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
    pub(super) fn run(&mut self, statements: &[Statement], vars: &[Rc<str>]) -> Result<(), Error> {
        if !self.is_python {
            self.hoist(vars, 0);
        }
        match self.statements(statements, 0)? {
            Flow::Next | Flow::Return(_) => Ok(()),
            Flow::Break(_) | Flow::Continue(_) => {
                Err(self.error(Span::default(), "`break` and `continue` belong into a loop"))
            }
        }
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
        self.scope_of(outer, Region::Block, span)
    }

    fn scope_of(&mut self, outer: usize, kind: Region, span: Span) -> Result<usize, Error> {
        self.charge(1, span)?;
        self.scopes.push(Scope { outer: Some(outer), kind, ..Scope::default() });
        Ok(self.scopes.len() - 1)
    }

    /// The scope of a block: Python has none.
    fn block_scope(&mut self, outer: usize, span: Span) -> Result<usize, Error> {
        if self.is_python { Ok(outer) } else { self.scope(outer, span) }
    }

    fn statements(&mut self, statements: &[Statement], scope: usize) -> Result<Flow, Error> {
        if !self.is_python {
            self.declare_early(statements, scope)?;
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

    /// What is known before its line: functions may be called, and `let` and `const` declare a name once.
    fn declare_early(&mut self, statements: &[Statement], scope: usize) -> Result<(), Error> {
        for statement in statements {
            match &statement.kind {
                Action::Function(function) => {
                    let value = self.closure(function, scope)?;
                    self.declare(scope, function.name.as_ref(), value);
                }
                Action::Declare(Declared::Let | Declared::Const, pairs) => {
                    for (target, _) in pairs {
                        let Kind::Name(name) = &target.kind else { continue };
                        if !self.scopes[scope].constants.insert(Rc::clone(name)) {
                            return Err(self.error(target.span, format!("`{name}` is declared twice")));
                        }
                    }
                }
                _ => {}
            }
        }
        self.scopes[scope].constants.clear();
        Ok(())
    }

    fn statement(&mut self, statement: &Statement, scope: usize) -> Result<Flow, Error> {
        let span = statement.span;
        match &statement.kind {
            Action::Function(function) => {
                let value = match self.scopes[scope].names.get(function.name.as_deref().unwrap_or_default()) {
                    Some(value) if !self.is_python => value.clone(),
                    _ => self.closure(function, scope)?,
                };
                // MongoDB's shell is not strict: a function of a block is known outside of it, too.
                let home = if self.is_python { scope } else { self.home_of(scope) };
                if let Some(name) = &function.name {
                    self.assign_name(name, value, home, span)?;
                }
            }
            Action::Nothing => {}
            Action::Value(expr) => self.valued(expr, scope)?,
            Action::Result(expr) => self.last = Some(self.evaluate(expr, scope)?.at(expr.span)),
            Action::Declare(how, pairs) => {
                for (target, value) in pairs {
                    let value = match value {
                        Some(value) => self.evaluate(value, scope)?,
                        None if *how == Declared::Var => continue,
                        None => Value::Undefined,
                    };
                    self.bind(target, value, scope, Some(*how))?;
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
            Action::While { .. } | Action::For { .. } | Action::ForEach { .. } | Action::Switch(..) => {
                return self.looped(statement, scope);
            }
            Action::Block(statements) => {
                let scope = self.block_scope(scope, span)?;
                return self.statements(statements, scope);
            }
            Action::Labelled(label, inner) => {
                self.label = Some(Rc::clone(label));
                let flow = self.deeper(span, |machine| machine.statement(inner, scope))?;
                let is_left = matches!(&flow, Flow::Break(Some(left)) if left == label);
                return Ok(if is_left { Flow::Next } else { flow });
            }
            Action::Break(label) => return Ok(Flow::Break(label.clone())),
            Action::Continue(label) => return Ok(Flow::Continue(label.clone())),
            Action::Throw => {
                return Err(self.error(span, "the text ends with an error of its own before there is a pipeline"));
            }
            _ => self.of_python_alone(statement, scope)?,
        }
        Ok(Flow::Next)
    }

    /// A value as a statement: outside of functions a list or an object may be the pipeline.
    fn valued(&mut self, expr: &Expr, scope: usize) -> Result<(), Error> {
        let value = self.evaluate(expr, scope)?;
        let is_outside = scope == 0 && !matches!(expr.kind, Kind::Assign(..)) && !is_change(expr);
        if is_outside && matches!(value, Value::List(_) | Value::Object(_)) {
            if matches!(expr.kind, Kind::Object(_) | Kind::List(..)) {
                self.written.push(expr.span);
            }
            self.last = Some(value.at(expr.span));
        }
        Ok(())
    }

    fn of_python_alone(&mut self, statement: &Statement, scope: usize) -> Result<(), Error> {
        match &statement.kind {
            Action::Import(names) => {
                for (name, path) in names {
                    let value = self.imported(path, name);
                    self.declare(scope, Some(name), value);
                }
            }
            Action::Use(name) => self.database = Some(Rc::clone(name)),
            Action::Remove(targets) => {
                for target in targets {
                    self.remove(target, scope)?;
                }
            }
            Action::Check(test) => {
                let found = self.evaluate(test, scope)?;
                if !matches!(found, Value::Unknown(_)) && !self.is_true(&found) {
                    return Err(self.error(statement.span, "what the text asserts here is not so"));
                }
            }
            Action::Decorate(name, decorator) => {
                let decorator = self.evaluate(decorator, scope)?;
                if !matches!(decorator, Value::Unknown(_)) {
                    let function = self.named(name, scope).unwrap_or(Value::Null).at(statement.span);
                    let made = self.apply(&decorator, &value::Args::of(vec![function]), statement.span)?;
                    self.assign_name(name, made, scope, statement.span)?;
                }
            }
            _ => {}
        }
        Ok(())
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
}
