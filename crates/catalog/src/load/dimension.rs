//! `dimensions.toml`: what customers are grouped by.

use bson::{Bson, bson};
use contract::Column;
use contract::entry::Entry;
use pipeline::Error;
use pipeline::ast::Expr;

use super::{check_name, note, taken, unit};
use crate::compose::OWN_FIELDS;
use crate::left_out::{Absent, Kind, LeftOut, Need};
use crate::roles::{self, Resolved};
use crate::{Catalog, Dimension, Unit};

pub(super) fn read(catalog: &mut Catalog, mut file: Entry<'_>) {
    for name in file.keys() {
        if let Err(error) = check_name(name, catalog.dimensions.iter().map(|other| other.name.as_str())) {
            file.fault(name, error);
        } else if catalog.is_column_of_measures(name) {
            let by = if OWN_FIELDS.contains(&name) { "the pipelines themselves" } else { "a measure" };
            file.fault(name, taken(name, by));
        }
        let mut lacking = Vec::new();
        if let Some(entry) = file.table(name)
            && let Some(dimension) = dimension(catalog, name, entry, &mut lacking)
        {
            catalog.dimensions.push(dimension);
        }
        if !lacking.is_empty() {
            catalog.left_out.push(LeftOut::new(Kind::Dimension, name, lacking));
        }
    }
}

fn dimension(catalog: &Catalog, name: &str, mut entry: Entry<'_>, lacking: &mut Vec<Need>) -> Option<Dimension> {
    if entry.has("role") {
        return of_role(catalog, name, entry, lacking);
    }
    entry.only(&["role", "label", "expression", "order", "missing", "unit", "phrase", "phrases"]);
    let label = entry.text("label").and_then(|text| {
        let read = named(catalog, text, |column| Some(column.label.clone()));
        note(&mut entry, "label", lacking, read).flatten()
    });
    let read = first_expression(catalog, &mut entry);
    let expr = read.and_then(|read| note(&mut entry, "expression", lacking, read));
    let order = entry.values("order");
    let missing = entry.value("missing");
    if let Some(value) = &missing
        && !order.is_empty()
        && order.last() != Some(value)
    {
        entry.fault("order", Error::input(format!("the missing answer {value} must be its last value")));
    }
    let unit = unit(catalog, &mut entry, lacking).unwrap_or(Unit::Text);
    let phrase = entry.optional_text("phrase").and_then(|text| {
        let read = named(catalog, text, |column| column.phrase.clone());
        note(&mut entry, "phrase", lacking, read).flatten()
    });
    let phrases = entry.table("phrases").map_or_else(Vec::new, phrases);
    let (label, expr) = (label?, expr?);
    Some(Dimension {
        name: name.to_owned(),
        label: label.clone(),
        derived_from: catalog.derived_from(&expr),
        expr,
        unit,
        order,
        missing,
        closed: Vec::new(),
        phrase: phrase.unwrap_or_else(|| format!("customers with {label} {{}}")),
        phrases,
        banded_by: None,
    })
}

/// A dimension that is just the column of a role: all but its name is the contract's, unless the file says otherwise.
fn of_role(catalog: &Catalog, name: &str, mut entry: Entry<'_>, lacking: &mut Vec<Need>) -> Option<Dimension> {
    entry.only(&["role", "label", "phrase", "phrases"]);
    let text = entry.text("role")?;
    let found = roles::named(&format!("<{text}>")).unwrap_or_else(|| Err(Error::input("no role")));
    let found = found.map_err(Absent::from).and_then(|need| roles::column(&catalog.contract, need));
    let column = note(&mut entry, "role", lacking, found)?;
    let field = catalog.field(&catalog.contract.joined_path(column))?;
    let mut dimension = Dimension { name: name.to_owned(), ..catalog.plain(field) };
    if let Some(label) = entry.optional_text("label") {
        label.clone_into(&mut dimension.label);
    }
    if let Some(phrase) = entry.optional_text("phrase") {
        phrase.clone_into(&mut dimension.phrase);
    }
    if let Some(own) = entry.table("phrases") {
        dimension.phrases.splice(0..0, phrases(own));
    }
    Some(dimension)
}

/// A text of the file; `<age>` stands for what the contract says of the role's column.
fn named(catalog: &Catalog, text: &str, of: impl Fn(&Column) -> Option<String>) -> Result<Option<String>, Absent> {
    match roles::named(text) {
        Some(need) => Ok(of(roles::column(&catalog.contract, need?)?)),
        None => Ok(Some(text.to_owned())),
    }
}

/// Of several expressions the first that the contract has the roles for; where it has them for none, what the first lacks.
fn first_expression(catalog: &Catalog, entry: &mut Entry<'_>) -> Option<Result<Expr, Absent>> {
    if !entry.has("expression") {
        entry.text("expression");
    }
    let mut first = None;
    for text in entry.text_or_texts("expression") {
        match expression(catalog, text) {
            lacking @ Err(Absent::Lacking(_)) => first = first.or(Some(lacking)),
            read => return Some(read),
        }
    }
    first
}

/// An expression over a customer; where a role's column in it is null or no number there is no answer, whatever else it says.
fn expression(catalog: &Catalog, text: &str) -> Result<Expr, Absent> {
    let Resolved { value, nullable } = roles::resolve(&catalog.contract, pipeline::read(text)?)?;
    // NaN and null are below all numbers, in this order of values; programs write either where there is no answer.
    let is_number = |path: &str| {
        let field = catalog.field(path);
        field.is_some_and(|field| catalog.contract.columns[field.column].is_number())
    };
    let is_known = |path: &String| {
        let field = format!("${path}");
        if is_number(path) { bson!({ "$gte": [field, f64::NEG_INFINITY] }) } else { bson!({ "$gt": [field, null] }) }
    };
    let known: Vec<Bson> = nullable.iter().map(is_known).collect();
    let value = match known.as_slice() {
        _ if matches!(value, Bson::String(_)) => value,
        [] => value,
        [only] => bson!({ "$cond": [only.clone(), value, null] }),
        several => bson!({ "$cond": [{ "$and": several.to_vec() }, value, null] }),
    };
    let expr = pipeline::parse_expr(&value)?;
    catalog.check_expr(&expr)?;
    Ok(expr)
}

/// The phrases of single values; TOML's keys are texts, also where the values are numbers.
fn phrases(mut entry: Entry<'_>) -> Vec<(Bson, String)> {
    let mut phrases = Vec::new();
    for value in entry.keys() {
        if let Some(phrase) = entry.text(value) {
            phrases.push((Bson::String(value.to_owned()), phrase.to_owned()));
        }
    }
    phrases
}
