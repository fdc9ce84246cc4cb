//! Segments by rules, and tiers of spend: parts of the customers that a `$match` selects.
//!
//! In: the training set. Out: what a card keeps of them; and each as a predicate over a customer.
//! Invariant: a predicate selects the customers that were counted.

use additive::rules::{Condition, Is, Rule, rules};
use additive::tiers;
use bson::{Bson, Document, bson, doc};
use contract::{Contract, Role};
use pipeline::ast::Predicate;
use serde::{Deserialize, Serialize};

use super::expression::number;
use super::table::{Table, Values};
use super::{SEED, refused};
use crate::Error;

/// The tiers of a column: its values leave gaps between them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tiers {
    /// The column.
    pub column: String,
    /// Where each tier but the first begins.
    pub edges: Vec<f64>,
    /// Of each tier how many customers there are, and how many of them left.
    pub customers: Vec<(u64, u64)>,
}

/// The rules by some features, which are columns.
pub(crate) fn segments(table: &Table, members: &[usize]) -> Result<Vec<Rule>, Error> {
    let columns: Vec<usize> = members.iter().copied().filter(|at| table.features[*at].is_column()).collect();
    rules(&table.columns(&columns), &table.outcomes, SEED).map(|(rules, _)| rules).map_err(refused)
}

/// The tiers of spend, where its values leave gaps.
pub(crate) fn spend_tiers(contract: &Contract, table: &Table) -> Option<Tiers> {
    let name = &contract.role(Role::Spend)?.name;
    let at = table.features.iter().position(|feature| feature.name == *name)?;
    let Values::Numbers(spend) = &table.values[at] else { return None };
    let edges = tiers(spend);
    let mut customers = vec![(0, 0); edges.len() + 1];
    for (value, left) in spend.iter().zip(&table.outcomes).filter(|(value, _)| !value.is_nan()) {
        let tier = &mut customers[edges.partition_point(|edge| edge <= value)];
        *tier = (tier.0 + 1, tier.1 + u64::from(*left));
    }
    (!edges.is_empty()).then(|| Tiers { column: name.clone(), edges, customers })
}

/// The predicate of conditions over a customer with what was done with the card; none where a column is not there.
pub(crate) fn predicate(contract: &Contract, conditions: &[Condition]) -> Option<Predicate> {
    let mut all: Vec<Bson> = Vec::new();
    for Condition { column, is, or_missing } in conditions {
        let column = contract.column(column)?;
        let path = contract.joined_path(column);
        // What stands for no answer, and null.
        let mut missing = vec![Bson::Null];
        missing.extend(column.missing_value().map(|value| Bson::String(value.to_owned())));
        let test: Bson = match is {
            Is::In(names) => {
                let names = names.iter().map(|name| Bson::String(name.clone()));
                let values: Vec<Bson> = if *or_missing { names.chain(missing).collect() } else { names.collect() };
                doc! { &path: { "$in": values } }.into()
            }
            Is::Between { low, high } => {
                let mut test = Document::new();
                test.extend(low.map(|low| ("$gte".to_owned(), number(low))));
                test.extend(high.map(|high| ("$lt".to_owned(), number(high))));
                let is_any = test.is_empty();
                match (is_any, or_missing) {
                    (true, true) => continue,
                    (true, false) => doc! { &path: { "$nin": missing } }.into(),
                    (false, true) => bson!({ "$or": [{ &path: test }, { &path: { "$in": missing } }] }),
                    (false, false) => doc! { &path: test }.into(),
                }
            }
        };
        all.push(test);
    }
    let all = if all.is_empty() {
        doc! {}
    } else {
        doc! { "$and": all }
    };
    pipeline::parse_predicate(&Bson::Document(all)).ok()
}
