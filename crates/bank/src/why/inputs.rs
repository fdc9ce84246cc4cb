//! What a model reads of some customers, and what it says of each in words.
//!
//! In: the rows of the pipeline of the features. Out: arrays for the model; the reasons of each customer.
//! Invariant: a value that the model has no category for is not known.

use additive::{Change, Column, Input, Model, Reason, changes, probability, reasons};
use bson::Document;
use contract::{Contract, Role};

use super::card::ModelCard;
use super::feature::{Feature, Origin};
use super::table::Values;
use super::{refused, words};
use crate::Error;

/// So many reasons a customer.
const REASONS: usize = 3;
/// What a customer or the bank can act on.
const MAY_CHANGE: [Role; 9] = [
    Role::Products,
    Role::Contacts,
    Role::MonthsInactive,
    Role::Active,
    Role::CreditLimit,
    Role::RevolvingBalance,
    Role::DepositBalance,
    Role::Spend,
    Role::Transactions,
];
/// What counts as few and as many: the lowest and the highest quarter of the customers.
const QUARTER: usize = 4;

/// What a model reads of some customers.
pub(crate) struct Inputs<'a> {
    features: Vec<&'a Feature>,
    values: Vec<Values>,
    /// The quarters of all customers, where these are some of them.
    of_all: Option<Vec<Option<(f64, f64)>>>,
}

impl<'a> Inputs<'a> {
    /// Of no customer yet.
    pub(crate) fn of(card: &'a ModelCard, model: &Model) -> Self {
        let feature = |input: &Input| card.features.iter().find(|feature| feature.name == input.name);
        let values = model.inputs.iter().map(|input| Values::known(input.categories.as_deref())).collect();
        Self { features: model.inputs.iter().filter_map(feature).collect(), values, of_all: None }
    }

    /// Adds a customer, by what the pipeline of the features gives.
    pub(crate) fn push(&mut self, row: &Document) -> Result<(), Error> {
        for (values, feature) in self.values.iter_mut().zip(&self.features) {
            values.push(row.get(&feature.name), feature)?;
        }
        Ok(())
    }

    /// Some of the customers, in this order.
    pub(crate) fn kept(self, rows: &[usize]) -> Self {
        let of_all = Some(self.quarters());
        let values = self.values.into_iter().map(|values| values.kept(rows)).collect();
        Self { features: self.features, values, of_all }
    }

    pub(crate) fn columns(&self) -> Vec<Column<'_>> {
        self.values.iter().zip(&self.features).map(|(values, feature)| values.column(&feature.name)).collect()
    }

    /// The reasons of each customer, in words.
    pub(crate) fn reasons(&self, model: &Model) -> Result<Vec<Vec<String>>, Error> {
        let found = reasons(model, &self.columns(), REASONS).map_err(refused)?;
        let quarters = self.quarters();
        let words = |row: usize, reason: &Reason| {
            let (feature, at) = (self.features[reason.input], reason.input);
            let value = self.values[at].among_all(row, feature, quarters[at]);
            format!("{} {value} ({:+.2})", feature.label, reason.contribution)
        };
        let of_row = |(row, found): (usize, &Vec<Reason>)| found.iter().map(|reason| words(row, reason)).collect();
        Ok(found.iter().enumerate().map(of_row).collect())
    }

    /// The ends of the lowest and of the highest quarter of all customers, by column.
    fn quarters(&self) -> Vec<Option<(f64, f64)>> {
        self.of_all.clone().unwrap_or_else(|| self.values.iter().map(Values::quarters).collect())
    }

    /// What one column would have to change for each customer to come down to these log-odds, in words; nothing where the contract
    /// has no column that someone can act on.
    pub(crate) fn changes(
        &self,
        model: &Model,
        contract: &Contract,
        target: f64,
    ) -> Result<Option<Vec<Option<String>>>, Error> {
        let may_change: Vec<bool> = self.features.iter().map(|feature| may_change(contract, feature)).collect();
        if !may_change.contains(&true) {
            return Ok(None);
        }
        let found = changes(model, &self.columns(), &may_change, target).map_err(refused)?;
        let words = |(row, change): (usize, &Option<Change>)| {
            let change = change.as_ref()?;
            let to = words::number(change.to);
            let how = if change.is_rise { format!("{to} or more") } else { format!("below {to}") };
            let (label, now) = (&self.features[change.input].label, self.values[change.input].words(row));
            Some(format!("{label} from {now} to {how} (probability {:.2})", probability(change.log_odds)))
        };
        Ok(Some(found.iter().enumerate().map(words).collect()))
    }
}

/// Whether a feature is a column that someone can act on.
fn may_change(contract: &Contract, feature: &Feature) -> bool {
    let role = contract.column(&feature.name).and_then(|column| column.role);
    feature.from == Origin::Number && role.is_some_and(|role| MAY_CHANGE.contains(&role))
}

impl Values {
    /// Nothing yet, with the categories that a model knows; others count as missing.
    fn known(categories: Option<&[String]>) -> Self {
        categories.map_or_else(|| Self::Numbers(Vec::new()), |names| Self::Categories(Vec::new(), names.to_vec()))
    }

    /// Those of some customers, in this order.
    fn kept(self, rows: &[usize]) -> Self {
        match self {
            Self::Numbers(numbers) => Self::Numbers(rows.iter().map(|row| numbers[*row]).collect()),
            Self::Categories(codes, names) => Self::Categories(rows.iter().map(|row| codes[*row]).collect(), names),
        }
    }

    /// The ends of the lowest and of the highest quarter of numbers that differ; none of categories.
    fn quarters(&self) -> Option<(f64, f64)> {
        let Self::Numbers(numbers) = self else { return None };
        let mut known: Vec<f64> = numbers.iter().copied().filter(|number| !number.is_nan()).collect();
        known.sort_unstable_by(f64::total_cmp);
        let quarter = known.len() / QUARTER;
        let (low, high) = (known.get(quarter)?, known.get(known.len().checked_sub(1 + quarter)?)?);
        (low < high).then_some((*low, *high))
    }

    /// A customer's value, and whether it is low or high among all customers.
    fn among_all(&self, row: usize, feature: &Feature, quarters: Option<(f64, f64)>) -> String {
        let words = self.words(row);
        let (Self::Numbers(numbers), Some((low, high))) = (self, quarters) else { return words };
        let is_count = feature.unit == "count";
        match numbers.get(row) {
            Some(0.0) if feature.unit == "dollars" => "none".to_owned(),
            Some(number) if *number < low => format!("{words}, {}", if is_count { "few" } else { "low" }),
            Some(number) if *number > high => format!("{words}, {}", if is_count { "many" } else { "high" }),
            _ => words,
        }
    }

    /// A customer's value.
    fn words(&self, row: usize) -> String {
        let text = match self {
            Self::Numbers(numbers) => {
                numbers.get(row).filter(|number| !number.is_nan()).map(|number| words::number(*number))
            }
            Self::Categories(codes, names) => codes.get(row).and_then(|code| names.get(*code as usize)).cloned(),
        };
        text.unwrap_or_else(|| words::NOT_KNOWN.to_owned())
    }
}
