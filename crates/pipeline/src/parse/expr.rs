//! Expressions: field paths, variables, objects, arrays, constants. Operators are in `operator` and `forms`.

use bson::{Bson, Document};

use super::{names, operator, path};
use crate::{
    Error,
    ast::{Expr, Path, Variable},
    error::nearest,
    limits,
};

/// The variables that an expression can see: its own on top of the surrounding ones.
#[derive(Clone, Copy, Default)]
pub(super) struct Scope<'a> {
    names: &'a [String],
    outer: Option<&'a Scope<'a>>,
}

impl<'a> Scope<'a> {
    /// What an expression inside sees.
    pub(super) fn with(&'a self, names: &'a [String]) -> Scope<'a> {
        Scope { names, outer: Some(self) }
    }

    fn has(&self, name: &str) -> bool {
        self.names.iter().any(|known| known == name) || self.outer.is_some_and(|outer| outer.has(name))
    }

    /// `$$CURRENT`, or a field of it: the document, unless the name is bound anew.
    pub(super) fn current(&self, path: Option<Path>) -> Expr {
        match path {
            path if self.has("CURRENT") => Expr::Variable(Variable::User("CURRENT".to_owned()), path),
            Some(path) => Expr::Field(path),
            None => Expr::Root(None),
        }
    }

    fn all(&self) -> Vec<&str> {
        let mut names = self.outer.map(Scope::all).unwrap_or_default();
        names.extend(self.names.iter().map(String::as_str));
        names
    }
}

/// Server variables that we do not have.
const UNSUPPORTED: &[&str] = &["CLUSTER_TIME", "USER_ROLES", "SEARCH_META", "JS_SCOPE", "IS_MR"];
/// Words of `$redact`, which mean something there alone.
const OF_REDACT: [&str; 3] = ["DESCEND", "PRUNE", "KEEP"];

/// Parses any expression.
pub(super) fn expr(value: &Bson, scope: &Scope<'_>) -> Result<Expr, Error> {
    match value {
        Bson::String(text) if text.starts_with("$$") => variable(&text[2..], scope),
        Bson::String(text) if text.starts_with('$') => field(&text[1..]).map(|path| scope.current(Some(path))),
        Bson::Document(document) => limits::on_enough_stack(|| object(document, scope)),
        Bson::Array(values) => limits::on_enough_stack(|| elements(values, scope)).map(Expr::Array),
        constant => Ok(Expr::Literal(constant.clone())),
    }
}

/// Parses each expression of an array.
pub(super) fn elements(values: &[Bson], scope: &Scope<'_>) -> Result<Vec<Expr>, Error> {
    let element = |(at, value)| expr(value, scope).map_err(|error| error.in_element(at));
    values.iter().enumerate().map(element).collect()
}

fn field(text: &str) -> Result<Path, Error> {
    if text.is_empty() {
        return Err(Error::input("`$` by itself is not a field path")
            .hint("a string that starts with `$` is written `{$literal: \"$\"}`")
            .code(16872));
    }
    path::path(text).and_then(limits::expr_path)
}

fn variable(text: &str, scope: &Scope<'_>) -> Result<Expr, Error> {
    let (name, rest) = match text.split_once('.') {
        Some((name, rest)) => (name, Some(rest)),
        None => (text, None),
    };
    let is_of_name = |c: char| c.is_ascii_alphanumeric() || c == '_' || !c.is_ascii();
    if name.starts_with(|c: char| c.is_ascii() && !c.is_ascii_alphabetic()) || !name.chars().all(is_of_name) {
        return Err(Error::input(format!("`$${name}` is no name of a variable"))
            .hint("it starts with a letter and has only letters, digits and underscores")
            .code(9));
    }
    let is_known = ["", "ROOT", "CURRENT", "REMOVE", "NOW"].contains(&name) || UNSUPPORTED.contains(&name);
    if !is_known && !scope.has(name) {
        return Err(undefined(name, scope));
    }
    if rest == Some("") {
        return Err(Error::input(format!("the field path `$${text}` ends with a dot")).code(40353));
    }
    let rest = rest.map(|rest| path::path(rest).and_then(limits::expr_path)).transpose()?;
    let found = match name {
        "" => return Err(Error::input("`$$` needs the name of a variable").code(9)),
        "ROOT" => return Ok(Expr::Root(rest)),
        // MongoDB: `$$CURRENT.x` is `$x`, and so `$$CURRENT.$x` a variable.
        "CURRENT" => match rest {
            Some(rest) if rest.head().starts_with('$') && !scope.has(name) => {
                return Err(undefined(&rest.head()[1..], scope));
            }
            rest => return Ok(scope.current(rest)),
        },
        "REMOVE" => Variable::Remove,
        "NOW" => Variable::Now,
        _ if UNSUPPORTED.contains(&name) => {
            return Err(names::unsupported(&format!("the variable `$${name}`")));
        }
        _ => Variable::User(name.to_owned()),
    };
    Ok(Expr::Variable(found, rest))
}

fn undefined(name: &str, scope: &Scope<'_>) -> Error {
    if OF_REDACT.contains(&name) {
        return Error::unsupported(format!("`$${name}` has a meaning in `$redact` alone"));
    }
    let mut known = vec!["ROOT", "CURRENT", "REMOVE", "NOW"];
    known.extend(scope.all());
    Error::input(format!("undefined variable `$${name}`")).hint(nearest("variable", name, known)).code(17276)
}

/// The error for an operator that stands beside other keys.
pub(super) fn not_alone(name: &str, document: &Document) -> Error {
    let others: Vec<String> = document.keys().filter(|key| *key != name).map(|key| format!("`{key}`")).collect();
    let others = others.join(", ");
    Error::input(format!("an object with the operator `{name}` can have no other key, found {others}"))
}

fn object(document: &Document, scope: &Scope<'_>) -> Result<Expr, Error> {
    // MongoDB: a part of a reference is an operator, were there one of that name, in the first place alone.
    let is_operator = |(at, (key, _)): &(usize, (&String, &Bson))| {
        if *at == 0 { key.starts_with('$') } else { path::is_dollared(key) }
    };
    if let Some((_, (name, argument))) = document.iter().enumerate().find(is_operator) {
        if document.len() > 1 {
            let code = if document.keys().next() == Some(name) { 15983 } else { 16410 };
            return Err(not_alone(name, document).code(code));
        }
        return operator::operator(name, argument, scope).map_err(|error| error.under(name));
    }
    let mut fields = Vec::with_capacity(document.len());
    for (key, value) in document {
        let code = if key.is_empty() { 15998 } else { 16412 };
        path::name("a field of an object", key).map_err(|error| error.code(code))?;
        fields.push((key.clone(), expr(value, scope).map_err(|error| error.under(key))?));
    }
    Ok(Expr::Object(fields))
}
