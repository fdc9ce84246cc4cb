//! `dimensions.toml`: what customers are grouped by.

use bson::Bson;
use pipeline::Error;

use super::{check_name, unit};
use crate::entry::Entry;
use crate::{Catalog, Dimension, Unit};

pub(super) fn read(catalog: &mut Catalog, mut file: Entry<'_>) {
    for name in file.keys() {
        if let Err(error) = check_name(name, catalog.dimensions.iter().map(|other| other.name.as_str())) {
            file.fault(name, error);
        }
        if let Some(entry) = file.table(name)
            && let Some(dimension) = dimension(catalog, name, entry)
        {
            catalog.dimensions.push(dimension);
        }
    }
}

fn dimension(catalog: &Catalog, name: &str, mut entry: Entry<'_>) -> Option<Dimension> {
    entry.only(&["label", "expression", "order", "missing", "unit", "phrase", "phrases"]);
    let label = entry.text("label");
    let expr = entry.parsed("expression", |text| catalog.expression(text));
    let order = entry.values("order");
    let missing = entry.value("missing");
    if let Some(value) = &missing
        && !order.is_empty()
        && order.last() != Some(value)
    {
        entry.fault("order", Error::input(format!("the missing answer {value} must be its last value")));
    }
    let unit = unit(&mut entry, Unit::Text);
    let phrase = entry.optional_text("phrase").map(str::to_owned);
    let phrases = entry.table("phrases").map_or_else(Vec::new, phrases);
    let label = label?;
    Some(Dimension {
        name: name.to_owned(),
        label: label.to_owned(),
        expr: expr?,
        unit,
        order,
        missing,
        phrase: phrase.unwrap_or_else(|| format!("customers with {label} {{}}")),
        phrases,
        banded_by: None,
    })
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
