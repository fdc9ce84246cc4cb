//! What a model may learn from: columns of the contract, and what was done in the first of two periods.
//!
//! In: a contract. Out: its features, each with what it is in a pipeline, and the columns that are none and why.
//! Invariant: nothing that names a person, was computed from the outcome, or is the outcome is a feature.

use bson::{Bson, bson};
use contract::{Column, Contract, Kind, Role};
use serde::{Deserialize, Serialize};

/// Something that is known of each customer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Feature {
    /// Its name, which is that of its column where it is one.
    pub name: String,
    /// Its heading.
    pub label: String,
    /// Where it comes from.
    pub from: Origin,
    /// What its values count, by the name of the unit.
    pub unit: String,
}

/// Where a feature comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Origin {
    /// A column of numbers.
    Number,
    /// A column of categories.
    Category,
    /// The first of two periods, by their total and the ratio of the last to the first.
    FirstPart {
        /// The column of the total.
        total: String,
        /// The column of the ratio.
        ratio: String,
    },
    /// The quotient of two features.
    Quotient {
        /// What is divided.
        of: String,
        /// By what; less than one counts as one.
        by: String,
    },
}

/// A column that is no feature, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoFeature {
    /// The column.
    pub name: String,
    /// Why, in words that follow its name.
    pub reason: String,
}

impl Feature {
    fn of_column(column: &Column) -> Result<Self, &'static str> {
        if column.direct_identifier {
            return Err("names a person");
        }
        if column.leaks {
            return Err("was computed from the outcome");
        }
        let from = match (column.role, &column.kind) {
            (Some(Role::CustomerKey), _) => return Err("is the customer's number"),
            (Some(Role::Closed), _) => return Err("is the outcome"),
            (_, Kind::Text) => return Err("holds any text"),
            (_, Kind::Date) => return Err("holds days"),
            (_, Kind::Category(_)) => Origin::Category,
            (_, Kind::Whole { .. } | Kind::Decimal { .. }) => Origin::Number,
        };
        let (name, label, unit) = (column.name.clone(), column.label.clone(), column.unit.name().to_owned());
        Ok(Self { name, label, from, unit })
    }

    /// Whether it is a column as it stands.
    pub(crate) fn is_column(&self) -> bool {
        matches!(self.from, Origin::Number | Origin::Category)
    }

    /// The columns that it is read from; those of a quotient are its parts'.
    pub(crate) fn columns(&self) -> Vec<&str> {
        match &self.from {
            Origin::Number | Origin::Category => vec![&self.name],
            Origin::FirstPart { total, ratio } => vec![total, ratio],
            Origin::Quotient { .. } => Vec::new(),
        }
    }

    /// What computes it from a customer's columns, where it is none of them.
    pub(crate) fn expression(&self) -> Option<Bson> {
        let field = |name: &str| Bson::String(format!("${name}"));
        match &self.from {
            Origin::Number | Origin::Category => None,
            Origin::FirstPart { total, ratio } => Some(bson!({
                "$round": [{ "$divide": [field(total), { "$add": [1, field(ratio)] }] }]
            })),
            Origin::Quotient { of, by } => Some(bson!({
                "$divide": [field(of), { "$cond": [{ "$gt": [field(by), 1] }, field(by), 1] }]
            })),
        }
    }
}

/// The features of a contract, those of the first period behind its columns; and what is none.
pub(crate) fn features(contract: &Contract) -> (Vec<Feature>, Vec<NoFeature>) {
    let (mut features, mut others) = (Vec::new(), Vec::new());
    for column in &contract.columns {
        match Feature::of_column(column) {
            Ok(feature) => features.push(feature),
            Err(reason) => others.push(NoFeature { name: column.name.clone(), reason: reason.to_owned() }),
        }
    }
    let count = first_part(contract, "first_part_transactions", [Role::Transactions, Role::TransactionsChange]);
    let spend = first_part(contract, "first_part_spend", [Role::Spend, Role::SpendChange]);
    let ticket = count.as_ref().zip(spend.as_ref()).map(|(count, spend)| Feature {
        name: "first_part_spend_per_transaction".to_owned(),
        label: "Spend per transaction (first part)".to_owned(),
        from: Origin::Quotient { of: spend.name.clone(), by: count.name.clone() },
        unit: spend.unit.clone(),
    });
    features.extend(count.into_iter().chain(spend).chain(ticket));
    (features, others)
}

/// What was done in the first period, where the contract has the total and the ratio, and none of them is below 0.
fn first_part(contract: &Contract, name: &str, [total, ratio]: [Role; 2]) -> Option<Feature> {
    let (total, ratio) = (contract.role(total)?, contract.role(ratio)?);
    let is_fit = |column: &Column| match column.kind {
        Kind::Whole { min, .. } => min >= 0,
        Kind::Decimal { min, .. } => min >= 0.0,
        _ => false,
    };
    let is_free = contract.column(name).is_none() && !total.direct_identifier && !ratio.direct_identifier;
    (is_fit(total) && is_fit(ratio) && is_free && !total.leaks && !ratio.leaks).then(|| Feature {
        name: name.to_owned(),
        label: format!("{} (first part)", total.label.split(" (").next().unwrap_or(&total.label)),
        from: Origin::FirstPart { total: total.name.clone(), ratio: ratio.name.clone() },
        unit: total.unit.name().to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_card_has_nineteen_columns_and_a_first_period() {
        let (features, others) = features(&Contract::card());
        let of_columns = features.iter().filter(|feature| feature.is_column()).count();
        assert_eq!((of_columns, features.len()), (19, 22));
        let names: Vec<&str> = others.iter().map(|other| &other.name[..]).collect();
        assert_eq!(names, ["CLIENTNUM", "Attrition_Flag"]);
        let labels: Vec<&str> = features[19..].iter().map(|feature| &feature.label[..]).collect();
        assert_eq!(labels, ["Transactions (first part)", "Spend (first part)", "Spend per transaction (first part)"]);
    }
}
