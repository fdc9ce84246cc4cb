//! The values of a script while it runs, and where they came from.
//!
//! In: what constants, constructors and operators make. Out: numbers of what lies in the machine's arena.
//! Invariant: lists, objects, dates and functions lie in the arena and are only named by numbers, so that no cycle leaks and no
//! drop recurses, however a script nests them.

use std::rc::Rc;

use bson::Bson;
use indexmap::IndexMap;
use jiff::tz::TimeZone;

use crate::read::script::syntax::{Function, Listing, Span};

#[derive(Clone, Debug)]
pub(in crate::read::script) enum Value {
    Undefined,
    Null,
    Boolean(bool),
    /// A number of JavaScript, or a float of Python.
    Number(f64),
    /// A whole number of Python.
    Integer(i128),
    Text(Rc<str>),
    /// A value that only MongoDB has a type for.
    Plain(Bson),
    Date(usize),
    /// A time between two dates of Python, in milliseconds.
    Duration(f64),
    /// A number of months and other parts of the calendar: `relativedelta(…)`.
    Shift(Rc<Shift>),
    /// Python's own decimal number, which pymongo does not send.
    Decimal(Rc<str>),
    /// A time zone of Python.
    Zone(TimeZone),
    List(usize),
    Object(usize),
    Function(usize),
    /// A function that gives the value of a field when it is read.
    Getter(usize),
    /// A function with its first arguments: `partial(f, 1)`.
    Bound(Rc<(Value, Args)>),
    /// A regular expression of JavaScript.
    Pattern(Rc<Pattern>),
    /// What the language or a module brings, by its path: `Math.floor`.
    Native(Rc<str>),
    /// A connection to a server.
    Client,
    /// A database, with the name that the text gives it.
    Database(Option<Rc<str>>),
    Collection(Rc<CollectionName>),
    /// The rows of an `aggregate` that was asked for, by its number.
    Answer(usize),
    /// What is not known before a server has answered, or what no pipeline needs: what it would be.
    Unknown(Rc<str>),
}

/// A regular expression as JavaScript keeps it.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::read::script) struct Pattern {
    pub(in crate::read::script) source: Rc<str>,
    pub(in crate::read::script) flags: Rc<str>,
}

/// How far a date is moved over the calendar: `relativedelta(months=1, day=1)`.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::read::script) struct Shift {
    pub(in crate::read::script) months: f64,
    pub(in crate::read::script) millis: f64,
    /// Year, month from 0, day, hour, minute, second, microsecond, where they are set.
    pub(in crate::read::script) set: [Option<f64>; 7],
}

/// A collection as the text names it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::read::script) struct CollectionName {
    pub(in crate::read::script) database: Option<Rc<str>>,
    pub(in crate::read::script) name: Option<Rc<str>>,
    /// Whether it is asked to explain.
    pub(in crate::read::script) explains: bool,
}

/// A value with the place of the expression that gave it.
#[derive(Clone, Debug)]
pub(in crate::read) struct Item {
    pub(in crate::read::script) value: Value,
    pub(in crate::read::script) span: Span,
}

#[derive(Debug)]
pub(in crate::read::script) struct List {
    pub(in crate::read::script) items: Vec<Item>,
    pub(in crate::read::script) listing: Listing,
}

/// An entry of an object.
#[derive(Clone, Debug)]
pub(in crate::read::script) struct Entry {
    pub(in crate::read::script) key_span: Span,
    pub(in crate::read::script) item: Item,
}

pub(in crate::read::script) type Entries = IndexMap<Rc<str>, Entry>;

/// A function with the names that it sees.
#[derive(Clone, Debug)]
pub(in crate::read::script) struct Closure {
    pub(in crate::read::script) function: Rc<Function>,
    pub(in crate::read::script) scope: usize,
    /// Python computes what parameters are by default when the function is made.
    pub(in crate::read::script) defaults: Rc<[Option<Value>]>,
}

/// What a function is called with.
#[derive(Clone, Debug, Default)]
pub(in crate::read::script) struct Args {
    pub(in crate::read::script) items: Vec<Item>,
    pub(in crate::read::script) named: Vec<(Rc<str>, Item)>,
}

impl Value {
    pub(in crate::read::script) fn text(text: impl AsRef<str>) -> Self {
        Self::Text(Rc::from(text.as_ref()))
    }

    pub(in crate::read::script) fn native(path: impl AsRef<str>) -> Self {
        Self::Native(Rc::from(path.as_ref()))
    }

    pub(in crate::read::script) fn is_nothing(&self) -> bool {
        matches!(self, Self::Undefined | Self::Null)
    }

    pub(in crate::read::script) fn at(self, span: Span) -> Item {
        Item { value: self, span }
    }
}

impl Entry {
    pub(in crate::read::script) fn new(key_span: Span, item: Item) -> Self {
        Self { key_span, item }
    }
}

impl Args {
    pub(in crate::read::script) fn of(items: Vec<Item>) -> Self {
        Self { items, named: Vec::new() }
    }

    /// The argument at this place, or of this name; undefined where there is none.
    pub(in crate::read::script) fn get(&self, at: usize, name: &str) -> Value {
        self.item(at, name).map_or(Value::Undefined, |item| item.value.clone())
    }

    pub(in crate::read::script) fn item(&self, at: usize, name: &str) -> Option<&Item> {
        let named = || self.named.iter().find(|(known, _)| &**known == name).map(|(_, item)| item);
        self.items.get(at).or_else(named)
    }

    pub(in crate::read::script) fn first(&self) -> Value {
        self.get(0, "")
    }
}
