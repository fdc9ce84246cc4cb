//! Expressions: what computes one value from one document.

use bson::Bson;

use super::{Operator, Path};

/// An aggregation expression.
#[derive(Clone, Debug, PartialEq)]
pub enum Expr {
    /// A constant; printed inside `$literal` where it would otherwise mean something else.
    Literal(Bson),
    /// No value at all: an optional argument that was left out.
    Missing,
    /// `"$a.b"`, and `"$$CURRENT.a.b"`.
    Field(Path),
    /// `"$$name"` or `"$$name.a.b"`.
    Variable(Variable, Option<Path>),
    /// `{a: <expr>, b: <expr>}`: a new object; fields whose value is missing are left out.
    Object(Vec<(String, Expr)>),
    /// `[<expr>, …]`: a new array; missing elements become null.
    Array(Vec<Expr>),
    /// `$let`.
    Let {
        /// Names with their values; a value cannot see its siblings.
        bindings: Vec<(String, Expr)>,
        /// The expression that sees them.
        body: Box<Expr>,
    },
    /// `$switch`; without a default, no matching branch is a run-time error (40066).
    Switch {
        /// `(case, then)`, tried in order.
        branches: Vec<(Expr, Expr)>,
        /// The value where no case holds.
        default: Option<Box<Expr>>,
    },
    /// `$map`.
    Map {
        /// The array.
        input: Box<Expr>,
        /// The element's variable (`this` unless named).
        variable: String,
        /// What becomes of an element.
        body: Box<Expr>,
    },
    /// `$filter`.
    Filter {
        /// The array.
        input: Box<Expr>,
        /// The element's variable (`this` unless named).
        variable: String,
        /// Which elements stay.
        condition: Box<Expr>,
        /// At most so many.
        limit: Option<Box<Expr>>,
    },
    /// `$reduce`: `body` sees `$$value` and `$$this`.
    Reduce {
        /// The array.
        input: Box<Expr>,
        /// The value to start from.
        initial: Box<Expr>,
        /// The next value.
        body: Box<Expr>,
    },
    /// Any other operator. `args` are in the order of the operator's [`super::OperatorSpec`]; named arguments that
    /// were left out are [`Expr::Missing`], so their number is always that of the names. What the parser makes sure of:
    /// `$sortArray`'s `sortBy` is a literal (1, -1 or a document of them), the `field` of `$getField` and `$setField` a
    /// literal string, `$getField`'s `input` is there, `$zip`'s `inputs` and `defaults` are [`Expr::Array`].
    Call {
        /// Which operator.
        operator: Operator,
        /// Its arguments.
        args: Vec<Expr>,
    },
}

/// What `$$name` refers to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Variable {
    /// `$$ROOT`: the whole document.
    Root,
    /// `$$REMOVE`: missing.
    Remove,
    /// `$$NOW`: the time at which the pipeline was started, the same in every stage.
    Now,
    /// A variable bound by `$let`, `$map`, `$filter` or `$reduce`; `CURRENT` only where one of them binds it anew.
    User(String),
}
