//! Variables followed to what they stand for, so that a field below one is known or refused like any other.
//!
//! In: expressions that bind variables, and the fields of the documents. Out: the shape of what each variable stands for,
//! and an error where a field below it cannot be there. Invariant: what an operator gives that is not named here is not
//! known, so a field below it is refused where [unknown shapes](Scope::strict) are, and never taken for a known one.

use bson::Bson;

use super::{
    shape::{Fields, Node},
    walk::Walk,
};
use crate::{
    Error,
    ast::{Expr, Operator, Path, Variable},
    error::nearest,
};

/// More fields than these in one shape are not followed: variables that hold each other, and stages, can double them at each step.
const MOST_FIELDS: usize = 20_000;

/// Variables with the shapes of what they stand for.
#[derive(Debug, Default)]
pub(super) struct Scope<'a> {
    bound: Vec<(String, Node)>,
    outer: Option<&'a Scope<'a>>,
    /// Whether a field below something of unknown shape is refused.
    is_strict: bool,
}

impl Scope<'_> {
    /// No variables; a field below something of unknown shape is refused.
    pub(super) fn strict() -> Self {
        Self { is_strict: true, ..Self::default() }
    }

    fn find(&self, name: &str) -> Option<&Node> {
        let own = self.bound.iter().rev().find(|(known, _)| known == name).map(|(_, node)| node);
        own.or_else(|| self.outer.and_then(|outer| outer.find(name)))
    }
}

impl<'a> Walk<'a> {
    /// The same walk where these variables are bound.
    pub(super) fn inside<'b>(&self, scope: Option<&'b Scope<'b>>) -> Walk<'b>
    where
        'a: 'b,
    {
        Walk { stage: self.stage, fields: self.fields, scope: scope.or(self.scope) }
    }

    fn bind(&self, bound: Vec<(String, Node)>) -> Option<Scope<'a>> {
        let outer = self.scope?;
        let bound = bound.into_iter().map(|(name, node)| (name, bounded(node))).collect();
        Some(Scope { bound, outer: Some(outer), is_strict: outer.is_strict })
    }

    /// What the variables of `$let` stand for.
    pub(super) fn let_scope(&self, bindings: &[(String, Expr)]) -> Option<Scope<'a>> {
        self.scope?;
        self.bind(bindings.iter().map(|(name, value)| (name.clone(), self.shape(value))).collect())
    }

    /// What the element's variable of `$map` and `$filter` stands for.
    pub(super) fn element_scope(&self, input: &Expr, variable: &str) -> Option<Scope<'a>> {
        self.scope?;
        self.bind(vec![(variable.to_owned(), element(self.shape(input)))])
    }

    /// What `$$this` and `$$value` stand for in `$reduce`: the value is the first one, or what became of it.
    pub(super) fn reduce_scope(&self, input: &Expr, initial: &Expr, body: &Expr) -> Option<Scope<'a>> {
        self.scope?;
        let this = element(self.shape(input));
        let with = |value: Node| self.bind(vec![("this".to_owned(), this.clone()), ("value".to_owned(), value)]);
        let first = self.shape(initial);
        let next = self.inside(with(first.clone()).as_ref()).shape(body);
        with(either(first, next))
    }

    /// Refuses a field below a variable that cannot be there.
    pub(super) fn variable(&self, variable: &Variable, below: Option<&Path>) -> Result<(), Error> {
        let (Some(scope), Variable::User(name), Some(path)) = (self.scope, variable, below) else { return Ok(()) };
        let written = if name == "CURRENT" { format!("${path}") } else { format!("$${name}.{path}") };
        let Some(node) = scope.find(name) else { return Ok(()) };
        self.below(node, path.segments(), &written).map(drop)
    }

    /// Refuses what `$getField` takes out of something that has no such field.
    pub(super) fn named_in_call(&self, operator: Operator, args: &[Expr]) -> Result<(), Error> {
        match (operator, args) {
            (Operator::GetField, [Expr::Literal(Bson::String(name)), input]) if self.scope.is_some() => {
                let found = self.below(&self.shape(input), std::slice::from_ref(name), name).map(drop);
                match found {
                    Err(_) if name.contains('.') => {
                        let error = Error::input(format!("unknown field `{name}`"));
                        Err(error.hint(
                            "`$getField` takes the name of one field, and no path; a path is written as `\"$a.b\"`",
                        ))
                    }
                    found => found,
                }
            }
            _ => Ok(()),
        }
    }

    /// What lies below a value; an error where nothing can.
    fn below(&self, node: &Node, segments: &[String], written: &str) -> Result<Node, Error> {
        match get(node, segments) {
            Some(Found::Known(node)) => Ok(node),
            Some(Found::Unknown) if self.scope.is_none_or(|scope| !scope.is_strict) => Ok(Node::Any),
            Some(Found::Unknown) => {
                let error = Error::input(format!("`{written}` cannot be followed to a field"));
                let example = self.example(segments);
                Err(error.hint(format!("read the field itself, such as `\"${example}\"`, where the value is made")))
            }
            None => {
                let error = Error::input(format!("unknown field `{written}`"));
                let names = names(node);
                Err(if names.is_empty() {
                    error.hint("the value has no fields")
                } else {
                    let name = segments.join(".");
                    error.hint(nearest("field", &name, names.iter().map(String::as_str)))
                })
            }
        }
    }

    /// A field of the documents: one of this name, if there is one.
    fn example(&self, segments: &[String]) -> String {
        let names = self.fields.paths();
        let is_named = |name: &&String| name.rsplit('.').next() == segments.last().map(String::as_str);
        let found = names.iter().find(is_named).or_else(|| names.iter().find(|name| *name != "_id"));
        found.cloned().unwrap_or_default()
    }

    /// What is known of an expression's value, variables followed.
    fn shape(&self, expr: &Expr) -> Node {
        let all = |exprs: &[Expr]| exprs.iter().map(|part| self.shape(part)).reduce(either).unwrap_or(Node::Value);
        match expr {
            Expr::Literal(value) => of_literal(value),
            Expr::Missing | Expr::Variable(Variable::Remove | Variable::Now, _) => Node::Value,
            Expr::Field(path) | Expr::Root(Some(path)) => self.fields.get(path).unwrap_or(Node::Value),
            Expr::Root(None) => Node::Object(self.fields.clone()),
            Expr::Variable(Variable::User(name), below) => {
                let Some(node) = self.scope.and_then(|scope| scope.find(name)) else { return Node::Any };
                match below.as_ref().map(|path| get(node, path.segments())) {
                    None => node.clone(),
                    Some(Some(Found::Known(node))) => node,
                    Some(Some(Found::Unknown)) => Node::Any,
                    Some(None) => Node::Value,
                }
            }
            Expr::Object(fields) => {
                let named = fields.iter().map(|(name, value)| (name.as_str(), self.shape(value)));
                Node::Object(named.fold(Fields::default(), |object, (name, node)| object.with(name, node)))
            }
            Expr::Array(elements) => Node::Array(Box::new(all(elements))),
            Expr::Let { bindings, body } => self.inside(self.let_scope(bindings).as_ref()).shape(body),
            Expr::Switch { branches, default } => {
                let then = branches.iter().map(|(_, then)| then).chain(default.as_deref());
                then.map(|part| self.shape(part)).reduce(either).unwrap_or(Node::Value)
            }
            Expr::Map { input, variable, body } => {
                let scope = self.element_scope(input, variable);
                Node::Array(Box::new(self.inside(scope.as_ref()).shape(body)))
            }
            Expr::Filter { input, .. } => self.shape(input),
            Expr::Reduce { input, initial, body } => {
                let scope = self.reduce_scope(input, initial, body);
                scope.and_then(|scope| scope.find("value").cloned()).unwrap_or(Node::Any)
            }
            Expr::Call { operator, args } => self.of_call(*operator, args, &all),
        }
    }

    /// What is known of an operator's value.
    fn of_call(&self, operator: Operator, args: &[Expr], all: &dyn Fn(&[Expr]) -> Node) -> Node {
        match (operator, args) {
            (Operator::IfNull, args) => all(args),
            (Operator::Cond, [_, branches @ ..]) => all(branches),
            (Operator::First | Operator::Last, [array]) | (Operator::ArrayElemAt, [array, _]) => {
                element(self.shape(array))
            }
            (Operator::Slice, [array, ..]) => self.shape(array),
            (Operator::ReverseArray | Operator::SortArray, [array, ..]) => self.shape(array),
            (Operator::FirstN | Operator::LastN | Operator::MaxN | Operator::MinN, [_, array]) => self.shape(array),
            (Operator::ConcatArrays | Operator::SetUnion | Operator::SetIntersection, args) => all(args),
            (Operator::SetDifference, [array, _]) => self.shape(array),
            (Operator::Zip, [Expr::Array(inputs), _, defaults]) => {
                let defaults = match defaults {
                    Expr::Array(defaults) => all(defaults),
                    _ => Node::Value,
                };
                Node::Array(Box::new(Node::Array(Box::new(either(element(all(inputs)), defaults)))))
            }
            (Operator::ObjectToArray, [object]) => {
                let values = match self.shape(object) {
                    Node::Object(fields) => {
                        fields.into_list().map(|(_, node)| node).reduce(either).unwrap_or(Node::Value)
                    }
                    _ => Node::Any,
                };
                Node::Array(Box::new(Node::Object(Fields::default().with("k", Node::Value).with("v", values))))
            }
            (Operator::MergeObjects, args) => match all(args) {
                Node::Array(element) => *element,
                other => other,
            },
            (Operator::GetField, [Expr::Literal(Bson::String(name)), input]) => {
                match get(&self.shape(input), std::slice::from_ref(name)) {
                    Some(Found::Known(node)) => node,
                    Some(Found::Unknown) => Node::Any,
                    None => Node::Value,
                }
            }
            (Operator::SetField, [Expr::Literal(Bson::String(name)), input, value]) => match self.shape(input) {
                Node::Object(fields) => Node::Object(fields.with(name, self.shape(value))),
                _ => Node::Any,
            },
            _ => Node::Any,
        }
    }
}

/// What a way leads to.
enum Found {
    Known(Node),
    /// It goes on below something whose fields are not known.
    Unknown,
}

/// What lies below a value; arrays are reached through.
fn get(node: &Node, segments: &[String]) -> Option<Found> {
    let mut node = node;
    for segment in segments {
        while let Node::Array(element) = node {
            node = element;
        }
        match node {
            Node::Any => return Some(Found::Unknown),
            Node::Object(fields) => node = fields.find(segment)?,
            Node::Value | Node::Array(_) => return None,
        }
    }
    Some(Found::Known(node.clone()))
}

/// What either of two values is. A field that one of them has is a field: which of them it is shows only at run time.
fn either(a: Node, b: Node) -> Node {
    match (a, b) {
        (Node::Any, _) | (_, Node::Any) => Node::Any,
        (Node::Value, other) | (other, Node::Value) => other,
        (Node::Array(a), Node::Array(b)) => Node::Array(Box::new(either(*a, *b))),
        (Node::Array(array), other) | (other, Node::Array(array)) => Node::Array(Box::new(either(*array, other))),
        (Node::Object(a), Node::Object(b)) => Node::Object(b.into_list().fold(a, |both, (name, node)| {
            let node = match both.find(&name) {
                Some(own) => either(own.clone(), node),
                None => node,
            };
            both.with(&name, node)
        })),
    }
}

/// An element of an array.
fn element(node: Node) -> Node {
    match node {
        Node::Array(element) => *element,
        other => other,
    }
}

fn of_literal(value: &Bson) -> Node {
    match value {
        Bson::Document(document) => {
            let fields = document.iter().map(|(name, value)| (name, of_literal(value)));
            Node::Object(fields.fold(Fields::default(), |object, (name, node)| object.with(name, node)))
        }
        Bson::Array(items) => Node::Array(Box::new(items.iter().map(of_literal).reduce(either).unwrap_or(Node::Value))),
        _ => Node::Value,
    }
}

/// The fields that lie below a value.
fn names(node: &Node) -> Vec<String> {
    let mut node = node;
    while let Node::Array(element) = node {
        node = element;
    }
    match node {
        Node::Object(fields) => fields.paths(),
        _ => Vec::new(),
    }
}

/// The shape, or nothing known where it has grown too large.
fn bounded(node: Node) -> Node {
    let mut left = MOST_FIELDS;
    count(&node, &mut left);
    if left == 0 { Node::Any } else { node }
}

/// Whether a document has more fields than are followed.
pub(super) fn is_too_large(fields: &Fields) -> bool {
    let mut left = MOST_FIELDS;
    for (_, node) in fields.list() {
        count(node, &mut left);
    }
    left == 0
}

/// Takes the fields of a shape off `left`, as long as there are any.
fn count(node: &Node, left: &mut usize) {
    *left = left.saturating_sub(1);
    match node {
        Node::Array(element) if *left > 0 => count(element, left),
        Node::Object(fields) => {
            for (_, inner) in fields.list() {
                if *left == 0 {
                    return;
                }
                count(inner, left);
            }
        }
        Node::Any | Node::Value | Node::Array(_) => {}
    }
}
