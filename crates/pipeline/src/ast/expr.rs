//! Expressions: what computes one value from one document.

use std::fmt::Debug;

use bson::Bson;

use super::{Operator, Path};

/// How an expression refers to the fields of what it is evaluated on: as the user wrote them, by their [`Path`], or as an
/// engine has resolved them.
pub trait FieldRef: Clone + Debug + PartialEq {
    /// How it refers to all of them, which is `$$ROOT`.
    type Root: Clone + Debug + PartialEq;

    /// The path that goes on inside the top-level value in which the field lies; empty where it is that value.
    fn rest(&self) -> &[String];
}

impl FieldRef for Path {
    /// The path of a field below it, if one is named.
    type Root = Option<Path>;

    fn rest(&self) -> &[String] {
        &self.segments()[1..]
    }
}

/// An aggregation expression.
#[derive(Clone, Debug, PartialEq)]
pub enum Expr<F: FieldRef = Path> {
    /// A constant; printed inside `$literal` where it would otherwise mean something else.
    Literal(Bson),
    /// No value at all: an optional argument that was left out.
    Missing,
    /// `"$a.b"`, and `"$$CURRENT.a.b"`.
    Field(F),
    /// `"$$ROOT"` or `"$$ROOT.a.b"`: the whole document, or a field of it.
    Root(F::Root),
    /// `"$$name"` or `"$$name.a.b"`.
    Variable(Variable, Option<Path>),
    /// `{a: <expr>, b: <expr>}`: a new object; fields whose value is missing are left out.
    Object(Vec<(String, Expr<F>)>),
    /// `[<expr>, …]`: a new array; missing elements become null.
    Array(Vec<Expr<F>>),
    /// `$let`.
    Let {
        /// Names with their values; a value cannot see its siblings.
        bindings: Vec<(String, Expr<F>)>,
        /// The expression that sees them.
        body: Box<Expr<F>>,
    },
    /// `$switch`; without a default, no matching branch is a run-time error (40066).
    Switch {
        /// `(case, then)`, tried in order.
        branches: Vec<(Expr<F>, Expr<F>)>,
        /// The value where no case holds.
        default: Option<Box<Expr<F>>>,
    },
    /// `$map`.
    Map {
        /// The array.
        input: Box<Expr<F>>,
        /// The element's variable (`this` unless named).
        variable: String,
        /// What becomes of an element.
        body: Box<Expr<F>>,
    },
    /// `$filter`.
    Filter {
        /// The array.
        input: Box<Expr<F>>,
        /// The element's variable (`this` unless named).
        variable: String,
        /// Which elements stay.
        condition: Box<Expr<F>>,
        /// At most so many.
        limit: Option<Box<Expr<F>>>,
    },
    /// `$reduce`: `body` sees `$$value` and `$$this`.
    Reduce {
        /// The array.
        input: Box<Expr<F>>,
        /// The value to start from.
        initial: Box<Expr<F>>,
        /// The next value.
        body: Box<Expr<F>>,
    },
    /// Any other operator. `args` are in the order of the operator's [`super::OperatorSpec`]; named arguments that
    /// were left out are [`Expr::Missing`], so their number is always that of the names. What the parser makes sure of:
    /// `$sortArray`'s `sortBy` is a literal (1, -1 or a document of them), the `field` of `$getField` and `$setField` a
    /// literal string, `$getField`'s `input` is there, `$zip`'s `inputs` and `defaults` are [`Expr::Array`].
    Call {
        /// Which operator.
        operator: Operator,
        /// Its arguments.
        args: Vec<Expr<F>>,
    },
}

/// What `$$name` refers to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Variable {
    /// `$$REMOVE`: missing.
    Remove,
    /// `$$NOW`: the time at which the pipeline was started, the same in every stage.
    Now,
    /// A variable bound by `$let`, `$map`, `$filter` or `$reduce`; `CURRENT` only where one of them binds it anew.
    User(String),
}
