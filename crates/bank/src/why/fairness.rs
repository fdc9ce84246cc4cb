//! How a model treats groups of customers: by gender, age, education, income and marital status.
//!
//! In: the customers' attributes, in the order of the training set, and what was said of each customer by a model that had not
//! seen them. Out: the counts of each group, and the columns that stand in for the attribute.
//! Invariant: it is measured and not judged; counts are kept, so that intervals can be made of them.

use additive::Column;
use additive::evidence::{OutOfFold, alone};
use bson::{Bson, Document};
use catalog::{Listing, Wish};
use pipeline::Run;
use serde::{Deserialize, Serialize};

use super::refused;
use super::table::{Table, outcome};
use crate::{Bank, Error};

/// The dimensions that say of which kind a person is.
pub(crate) const ATTRIBUTES: [&str; 5] = ["gender", "age_band", "education", "income", "marital_status"];
/// A group of fewer customers, or all but so few, is not looked for in other columns.
const FEWEST: usize = 50;
/// A column that tells a group from the others less well does not stand in for it.
const LEAST_AUC: f64 = 0.6;
/// So many columns that stand in are named.
const MOST_NAMED: usize = 3;

/// How a model treats the groups of an attribute.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fairness {
    /// The attribute: the name of a dimension.
    pub attribute: String,
    /// Its heading.
    pub label: String,
    /// The groups in their natural order.
    pub groups: Vec<Treated>,
    /// The columns that tell a group from the others best.
    pub stand_ins: Vec<StandIn>,
}

/// How a model treats a group of customers.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Treated {
    /// The group.
    pub group: String,
    /// How many customers it has.
    pub customers: u64,
    /// How many of them left.
    pub left: u64,
    /// How many reach the threshold.
    pub selected: u64,
    /// How many of those left.
    pub found: u64,
    /// How many the probabilities add up to.
    pub expected: f64,
}

/// A column that stands in for an attribute.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StandIn {
    /// The name of the feature.
    pub feature: String,
    /// The group that it tells from the others.
    pub group: String,
    /// How well: the area under the ROC curve.
    pub roc_auc: f64,
}

/// An attribute of all customers whose outcome is known, in the order of the training set.
pub(crate) struct Attribute {
    name: String,
    label: String,
    groups: Vec<String>,
    /// The place of each customer's group; none where it is not known.
    of: Vec<Option<usize>>,
    /// The columns that it is made of.
    columns: Vec<String>,
}

impl Attribute {
    /// Those that the bank's contract has the roles for.
    pub(crate) fn all(bank: &Bank) -> Result<Vec<Self>, Error> {
        let (outcome, _) = outcome(bank.customers()?)?;
        let dimensions: Vec<_> = ATTRIBUTES.iter().filter_map(|name| bank.catalog().dimension(name).ok()).collect();
        let mut attributes: Vec<Self> = dimensions
            .iter()
            .map(|dimension| Self {
                name: dimension.name.clone(),
                label: dimension.label.clone(),
                groups: dimension.order.iter().filter(|value| !dimension.is_missing(value)).map(words).collect(),
                of: Vec::new(),
                columns: columns_of(bank, dimension),
            })
            .collect();
        let missing = bank.customers()?.column(outcome).and_then(contract::Column::missing_value);
        let names = attributes.iter().map(|attribute| attribute.name.clone());
        let columns = std::iter::once(outcome.to_owned()).chain(names).collect();
        let Listing { query: (collection, pipeline), .. } =
            bank.catalog().listing(None, &Wish { sort: Vec::new(), limit: 0, columns })?;
        for row in Run::rows(bank, &collection, &pipeline)? {
            let row: Document = row?;
            let is_known = matches!(row.get(outcome), Some(Bson::String(value)) if Some(value.as_str()) != missing);
            if is_known {
                for (attribute, dimension) in attributes.iter_mut().zip(&dimensions) {
                    let value = row.get(&attribute.name).filter(|value| !dimension.is_missing(value));
                    attribute.push(value.map(words));
                }
            }
        }
        Ok(attributes)
    }

    fn push(&mut self, group: Option<String>) {
        let place = group.map(|group| {
            self.groups.iter().position(|there| *there == group).unwrap_or_else(|| {
                self.groups.push(group);
                self.groups.len() - 1
            })
        });
        self.of.push(place);
    }
}

/// A value in words.
fn words(value: &Bson) -> String {
    match value {
        Bson::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// The columns of the contract that a dimension is computed from.
fn columns_of(bank: &Bank, dimension: &catalog::Dimension) -> Vec<String> {
    let (Some(contract), Some(read)) = (bank.contract(), dimension.expr.reads().only()) else { return Vec::new() };
    let is_read = |column: &&contract::Column| {
        let path = contract.joined_path(column);
        read.iter().any(|read| read.to_string() == path)
    };
    contract.columns.iter().filter(is_read).map(|column| column.name.clone()).collect()
}

/// How each attribute's groups are treated.
pub(crate) fn fairness(
    attributes: &[Attribute],
    table: &Table,
    members: &[usize],
    said: &OutOfFold,
) -> Result<Vec<Fairness>, Error> {
    let columns = table.columns(members);
    attributes
        .iter()
        .map(|attribute| {
            let mut groups: Vec<Treated> =
                attribute.groups.iter().map(|group| Treated { group: group.clone(), ..Treated::default() }).collect();
            for (row, place) in attribute.of.iter().enumerate() {
                let Some(group) = place.and_then(|place| groups.get_mut(place)) else { continue };
                let (left, selected) = (table.outcomes[row], said.is_selected[row]);
                group.customers += 1;
                group.left += u64::from(left);
                group.selected += u64::from(selected);
                group.found += u64::from(left && selected);
                group.expected += said.probabilities[row];
            }
            groups.retain(|group| group.customers > 0);
            Ok(Fairness {
                attribute: attribute.name.clone(),
                label: attribute.label.clone(),
                groups,
                stand_ins: stand_ins(attribute, &columns)?,
            })
        })
        .collect()
}

/// The columns that tell a group of the attribute from all others, the best first.
fn stand_ins(attribute: &Attribute, columns: &[Column<'_>]) -> Result<Vec<StandIn>, Error> {
    let mut found = Vec::new();
    for column in columns.iter().filter(|column| !attribute.columns.iter().any(|own| own == column.name)) {
        let mut best: Option<StandIn> = None;
        for (place, group) in attribute.groups.iter().enumerate() {
            let is_of_group: Vec<bool> = attribute.of.iter().map(|of| *of == Some(place)).collect();
            let n = is_of_group.iter().filter(|is| **is).count();
            if n < FEWEST || is_of_group.len() - n < FEWEST {
                continue;
            }
            let roc_auc = alone(column, &is_of_group).map_err(refused)?;
            if roc_auc >= LEAST_AUC && best.as_ref().is_none_or(|best| roc_auc > best.roc_auc) {
                best = Some(StandIn { feature: column.name.to_owned(), group: group.clone(), roc_auc });
            }
        }
        found.extend(best);
    }
    found.sort_by(|a, b| b.roc_auc.total_cmp(&a.roc_auc));
    found.truncate(MOST_NAMED);
    Ok(found)
}
