//! The tree of a script, the same for mongosh's language and for Python.
//!
//! In: what the two parsers found. Out: statements and expressions, each with its place in the text.
//! Invariant: no expression is higher than [`MAX_HEIGHT`], so walking and dropping one is safe.

use std::rc::Rc;

use super::run::value::Value;

/// How many expressions may lie inside one another, and how long a chain of operators or calls may be.
pub(super) const MAX_HEIGHT: usize = 1000;

/// The bytes of the text that something was read from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::read) struct Span {
    pub(in crate::read) start: usize,
    pub(in crate::read) end: usize,
}

#[derive(Debug)]
pub(super) struct Expr {
    pub(super) span: Span,
    pub(super) height: usize,
    pub(super) kind: Kind,
}

#[derive(Debug)]
pub(super) enum Kind {
    Constant(Value),
    /// A string with values inside, in Python each perhaps with a format.
    Template(Vec<Part>),
    Name(Rc<str>),
    List(Vec<Element>, Listing),
    Object(Vec<Property>),
    Function(Rc<Function>),
    Unary(Operator, Box<Expr>),
    Binary(Operator, Box<Expr>, Box<Expr>),
    /// Condition, then, else.
    Choice(Box<Expr>, Box<Expr>, Box<Expr>),
    /// `a = b`, or `a += b` with the operator.
    Assign(Box<Expr>, Option<Operator>, Box<Expr>),
    /// `a++` and its kin: by how much, and whether the value is that before it.
    Step {
        target: Box<Expr>,
        by: f64,
        is_postfix: bool,
    },
    /// `a.b`; `a?.b` where it may be missing.
    Member {
        of: Box<Expr>,
        name: Rc<str>,
        is_optional: bool,
    },
    Index {
        of: Box<Expr>,
        at: Box<Expr>,
        is_optional: bool,
    },
    /// Python's `a[start:end:step]`.
    Slice(Box<Expr>, [Option<Box<Expr>>; 3]),
    Call {
        callee: Box<Expr>,
        args: Vec<Argument>,
        is_optional: bool,
        is_new: bool,
    },
    /// `a?.b.c`: undefined as a whole where `a` is nothing.
    Chain(Box<Expr>),
    /// Python's `a < b < c`.
    Compare(Box<Expr>, Vec<(Operator, Expr)>),
    Sequence(Vec<Expr>),
    Comprehension(Box<Comprehension>),
}

/// What a list in brackets is: Python has more than one kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Listing {
    List,
    Tuple,
    Set,
    /// What is gone through once: `zip(…)`, `(a for a in b)`.
    Iterator,
    /// What is gone through, and is no value of MongoDB: `range(…)`, `d.keys()`.
    View,
}

#[derive(Debug)]
pub(super) enum Part {
    Text(Rc<str>),
    Value(Expr),
    Formatted(Box<Formatted>),
}

/// `{value!r:>5}` in a format string of Python, whose format may have such parts, too.
#[derive(Debug)]
pub(super) struct Formatted {
    pub(super) value: Expr,
    pub(super) conversion: Option<char>,
    pub(super) format: Vec<Part>,
}

#[derive(Debug)]
pub(super) struct Element {
    pub(super) is_spread: bool,
    pub(super) value: Expr,
}

#[derive(Debug)]
pub(super) enum Property {
    Pair(Key, Expr),
    /// `get a() { … }`.
    Getter(Key, Rc<Function>),
    Spread(Expr),
}

#[derive(Debug)]
pub(super) enum Key {
    Name(Rc<str>, Span),
    Computed(Expr),
}

#[derive(Debug)]
pub(super) struct Argument {
    /// Python's `name=value`.
    pub(super) name: Option<Rc<str>>,
    /// 0 for a plain one, 1 for `...a` and `*a`, 2 for `**a`.
    pub(super) stars: usize,
    pub(super) value: Expr,
}

#[derive(Debug)]
pub(super) struct Function {
    pub(super) name: Option<Rc<str>>,
    pub(super) params: Vec<Parameter>,
    pub(super) body: Body,
    pub(super) span: Span,
    /// An arrow has no `this` and no `arguments` of its own.
    pub(super) is_arrow: bool,
    pub(super) uses_arguments: bool,
    /// The names that belong to the whole body: of `var`, and in Python all that are assigned.
    pub(super) vars: Vec<Rc<str>>,
    /// Python's `global a` (true) and `nonlocal a` (false).
    pub(super) elsewhere: Vec<(Rc<str>, bool)>,
    /// That of the highest expression in its body.
    pub(super) height: usize,
}

/// A parameter: a pattern, perhaps with a default (an assignment); with stars, what is left.
#[derive(Debug)]
pub(super) struct Parameter {
    pub(super) stars: usize,
    pub(super) passed: Passed,
    pub(super) pattern: Expr,
}

/// How an argument may be given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Passed {
    #[default]
    Either,
    /// Before Python's `/`.
    ByPlace,
    /// Behind Python's `*`.
    ByName,
}

/// How a name is declared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Declared {
    Var,
    Let,
    Const,
}

#[derive(Debug)]
pub(super) enum Body {
    Value(Expr),
    Block(Vec<Statement>),
}

#[derive(Debug)]
pub(super) struct Comprehension {
    /// The key of a dict's entry.
    pub(super) key: Option<Expr>,
    pub(super) value: Expr,
    pub(super) listing: Listing,
    pub(super) clauses: Vec<Clause>,
}

#[derive(Debug)]
pub(super) enum Clause {
    For(Expr, Expr),
    If(Expr),
}

#[derive(Debug)]
pub(super) struct Statement {
    pub(super) span: Span,
    pub(super) kind: Action,
}

#[derive(Debug)]
pub(super) enum Action {
    Value(Expr),
    /// `const a = 1, b = 2`.
    Declare(Declared, Vec<(Expr, Option<Expr>)>),
    Function(Rc<Function>),
    /// `@a` before a function of this name.
    Decorate(Rc<str>, Expr),
    Return(Option<Expr>),
    If(Expr, Vec<Statement>, Vec<Statement>),
    While {
        test: Expr,
        body: Vec<Statement>,
        is_tested_last: bool,
        /// What Python does where no `break` ended the loop.
        otherwise: Vec<Statement>,
    },
    For {
        start: Option<Box<Statement>>,
        test: Option<Expr>,
        next: Option<Expr>,
        body: Vec<Statement>,
    },
    /// Over the values, or over the keys.
    ForEach {
        target: Expr,
        over: Expr,
        is_over_keys: bool,
        /// How its names are declared; an assignment where they are not.
        how: Option<Declared>,
        body: Vec<Statement>,
        otherwise: Vec<Statement>,
    },
    /// The value, and the cases in order; one without a value is `default`.
    Switch(Expr, Vec<(Option<Expr>, Vec<Statement>)>),
    Block(Vec<Statement>),
    Labelled(Rc<str>, Box<Statement>),
    Break(Option<Rc<str>>),
    Continue(Option<Rc<str>>),
    Throw,
    /// Python's `del`.
    Remove(Vec<Expr>),
    /// Python's `assert`.
    Check(Expr),
    /// Names with what they are of a module: `from datetime import datetime as d`.
    Import(Vec<(Rc<str>, Rc<str>)>),
    /// `use shop`.
    Use(Rc<str>),
    /// The value of the whole script: `export default …`.
    Result(Expr),
    Nothing,
}

/// What stands between or before values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
    Power,
    FloorDivide,
    BitAnd,
    BitOr,
    BitXor,
    ShiftLeft,
    ShiftRight,
    ShiftRightUnsigned,
    Equal,
    NotEqual,
    StrictlyEqual,
    StrictlyUnequal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    In,
    NotIn,
    Is,
    IsNot,
    InstanceOf,
    And,
    Or,
    Coalesce,
    Not,
    BitNot,
    Minus,
    Plus,
    TypeOf,
    Void,
    Delete,
    /// `await`, `yield`: the value itself.
    Itself,
}
