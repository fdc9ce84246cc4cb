//! The expressions with forms of their own: `$let`, `$switch`, `$map`, `$filter`, `$reduce`.

use bson::{Bson, Document};

use super::{
    expr::{Scope, expr},
    form::{self, Codes, Form},
};
use crate::{Error, ast::Expr};

const LET: Form<2> = Form {
    name: "$let",
    keys: [("vars", true), ("in", true)],
    codes: Codes { shape: Some(16874), unknown: Some(16875), missing: &[16876, 16877] },
};
const SWITCH: Form<2> = Form {
    name: "$switch",
    keys: [("branches", true), ("default", false)],
    codes: Codes { shape: Some(40060), unknown: Some(40067), missing: &[40068] },
};
const BRANCH: Form<2> = Form {
    name: "branches",
    keys: [("case", true), ("then", true)],
    codes: Codes { shape: Some(40062), unknown: Some(40063), missing: &[40064, 40065] },
};
const MAP: Form<3> = Form {
    name: "$map",
    keys: [("input", true), ("as", false), ("in", true)],
    codes: Codes { shape: Some(16878), unknown: Some(16879), missing: &[16880, 0, 16882] },
};
const FILTER: Form<4> = Form {
    name: "$filter",
    keys: [("input", true), ("as", false), ("cond", true), ("limit", false)],
    codes: Codes { shape: Some(28646), unknown: Some(28647), missing: &[28648, 0, 28650] },
};
const REDUCE: Form<3> = Form {
    name: "$reduce",
    keys: [("input", true), ("initialValue", true), ("in", true)],
    codes: Codes { shape: Some(40075), unknown: Some(40076), missing: &[40077, 40078, 40079] },
};

/// The argument of that name, which its form has made sure of.
fn argument(name: &str, value: Option<&Bson>, scope: &Scope<'_>) -> Result<Expr, Error> {
    match value {
        Some(value) => expr(value, scope).map_err(|error| error.under(name)),
        None => Ok(Expr::Missing),
    }
}

pub(super) fn let_(value: &Bson, scope: &Scope<'_>) -> Result<Expr, Error> {
    let [vars, body] = LET.read(value)?;
    let codes = Codes { shape: Some(10065), ..Codes::default() };
    let none = Document::new();
    let vars = match vars {
        // MongoDB: an array is an object whose names are 0, 1 and so on; without any it will do.
        Some(Bson::Array(values)) if values.is_empty() => &none,
        other => form::object("vars", other.unwrap_or(&Bson::Null), codes)?,
    };
    let bindings = bindings(vars, scope).map_err(|error| error.under("vars"))?;
    let names: Vec<String> = vars.keys().cloned().collect();
    let body = argument("in", body, &scope.with(&names))?;
    Ok(Expr::Let { bindings, body: Box::new(body) })
}

/// Parses variables with their values, none of which sees the others.
pub(super) fn bindings(vars: &bson::Document, scope: &Scope<'_>) -> Result<Vec<(String, Expr)>, Error> {
    let binding = |(name, value): (&String, &Bson)| {
        variable_name(name)?;
        Ok((name.clone(), expr(value, scope).map_err(|error| error.under(name))?))
    };
    vars.iter().map(binding).collect()
}

pub(super) fn switch(value: &Bson, scope: &Scope<'_>) -> Result<Expr, Error> {
    let [branches, default] = SWITCH.read(value)?;
    let list = form::array("branches", branches.unwrap_or(&Bson::Null)).map_err(|error| error.code(40061))?;
    if list.is_empty() {
        return Err(Error::input("`$switch` needs at least one branch").code(40068));
    }
    let branch = |(at, value): (usize, &Bson)| {
        let branch = BRANCH
            .read(value)
            .and_then(|[case, then]| Ok((argument("case", case, scope)?, argument("then", then, scope)?)));
        branch.map_err(|error| error.in_element(at).under("branches"))
    };
    Ok(Expr::Switch {
        branches: list.iter().enumerate().map(branch).collect::<Result<_, _>>()?,
        default: default.map(|value| argument("default", Some(value), scope).map(Box::new)).transpose()?,
    })
}

pub(super) fn map(value: &Bson, scope: &Scope<'_>) -> Result<Expr, Error> {
    let [input, variable, body] = MAP.read(value)?;
    let names = [element_variable(variable)?];
    let body = argument("in", body, &scope.with(&names))?;
    let [variable] = names;
    Ok(Expr::Map { input: Box::new(argument("input", input, scope)?), variable, body: Box::new(body) })
}

pub(super) fn filter(value: &Bson, scope: &Scope<'_>) -> Result<Expr, Error> {
    let [input, variable, condition, limit] = FILTER.read(value)?;
    let names = [element_variable(variable)?];
    let condition = argument("cond", condition, &scope.with(&names))?;
    let [variable] = names;
    Ok(Expr::Filter {
        input: Box::new(argument("input", input, scope)?),
        variable,
        condition: Box::new(condition),
        limit: limit.map(|value| argument("limit", Some(value), scope).map(Box::new)).transpose()?,
    })
}

pub(super) fn reduce(value: &Bson, scope: &Scope<'_>) -> Result<Expr, Error> {
    let [input, initial, body] = REDUCE.read(value)?;
    let names = ["value".to_owned(), "this".to_owned()];
    Ok(Expr::Reduce {
        input: Box::new(argument("input", input, scope)?),
        initial: Box::new(argument("initialValue", initial, scope)?),
        body: Box::new(argument("in", body, &scope.with(&names))?),
    })
}

fn element_variable(value: Option<&Bson>) -> Result<String, Error> {
    let Some(value) = value else { return Ok("this".to_owned()) };
    let name = form::string("as", value).map_err(|error| error.code(9))?;
    variable_name(name)?;
    Ok(name.to_owned())
}

/// MongoDB: a variable of one's own starts with a lower-case letter, and goes on with letters, digits and underscores;
/// only `CURRENT` may be bound anew, which changes what `"$field"` reads.
fn variable_name(name: &str) -> Result<(), Error> {
    let starts_well = name.starts_with(|c: char| c.is_ascii_lowercase() || !c.is_ascii());
    let goes_on_well = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || !c.is_ascii());
    if (starts_well && goes_on_well) || name == "CURRENT" {
        return Ok(());
    }
    Err(Error::input(format!("`{name}` is not a name for a variable"))
        .hint("it starts with a lower-case letter and has only letters, digits and underscores")
        .code(9))
}
