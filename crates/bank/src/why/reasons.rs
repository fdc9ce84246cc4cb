//! Scores with their reasons: for each customer the columns that move the score most, in plain words.
//!
//! In: a [`ModelCard`] and what is wished. Out: a document a customer: key, log-odds, probability, three reasons, and of those who
//! reach the threshold which one column would have to change.
//! Invariant: log-odds are those of the pipeline, to the last bit; a reason is what a column adds against the mean customer, with
//! half of what its pairs add.

use additive::{Column, changes, probability, reasons};
use bson::{Bson, Document};
use contract::{Contract, Role};
use diagnostic::Diagnostic;
use pipeline::{Rows, Run};

use super::card::ModelCard;
use super::feature::{Feature, Origin};
use super::table::{self, Values};
use super::{Scored, Scoring, answers, refused};
use crate::{Bank, Error};

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

impl Bank {
    /// The scores of all customers with their reasons; the checks are those of [`Bank::score`].
    pub fn score_with_reasons(&self, card: &ModelCard, wish: &Scoring) -> Result<(Rows, Scored), Error> {
        let mut scored = self.score(card, wish)?;
        let viewed = card.view(wish.view.as_deref())?;
        let model = &viewed.model;
        let contract = self.customers()?;
        let key = contract.key();
        let beside = if key.direct_identifier { vec![] } else { vec![key.name.as_str()] };
        let (collection, pipeline) = table::unsorted(self.catalog(), &card.features_of(model), &beside)?;
        let inputs: Vec<&Feature> = model
            .inputs
            .iter()
            .filter_map(|input| card.features.iter().find(|feature| feature.name == input.name))
            .collect();
        let mut values: Vec<Values> =
            model.inputs.iter().map(|input| Values::known(input.categories.as_deref())).collect();
        let mut keys = Vec::new();
        for row in Run::rows(self, &collection, &pipeline)? {
            let row = row?;
            for (values, feature) in values.iter_mut().zip(&inputs) {
                values.push(row.get(&feature.name), feature)?;
            }
            keys.push(row.get(&key.name).cloned());
        }
        let columns: Vec<Column<'_>> =
            values.iter().zip(&inputs).map(|(values, feature)| values.column(&feature.name)).collect();
        let log_odds = model.log_odds(&columns).map_err(refused)?;
        let found = reasons(model, &columns, REASONS).map_err(refused)?;
        let may_change: Vec<bool> = inputs.iter().map(|feature| may_change(contract, feature)).collect();
        let threshold = viewed.evidence.threshold.mean.clamp(f64::EPSILON, 1.0 - f64::EPSILON);
        let changes = changes(model, &columns, &may_change, (threshold / (1.0 - threshold)).ln()).map_err(refused)?;
        if may_change.contains(&true) {
            scored.notices.push(Diagnostic::new(format!(
                "`would_change` is the smallest step of one column that brings a customer below the threshold of {threshold:.2} in the                  model: no promise that it keeps the customer"
            )));
        }
        let quarters: Vec<Option<(f64, f64)>> = values.iter().map(Values::quarters).collect();
        let document = |(row, (one_key, log_odds)): (usize, (Option<Bson>, f64))| {
            let mut document = Document::new();
            if let (Some(value), false) = (one_key, key.direct_identifier) {
                document.insert(&key.name, value);
            }
            document.insert("log_odds", log_odds);
            document.insert("probability", probability(log_odds));
            for (at, reason) in found[row].iter().enumerate() {
                let at_input = reason.input;
                let words = values[at_input].in_words(row, inputs[at_input], quarters[at_input]);
                let text = format!("{} {words} ({:+.2})", inputs[at_input].label, reason.contribution);
                document.insert(format!("reason_{}", at + 1), text);
            }
            if let Some(change) = &changes[row] {
                let feature = inputs[change.input];
                let to = answers::number(change.to);
                let how = if change.is_rise { format!("{to} or more") } else { format!("below {to}") };
                let now = values[change.input].words(row);
                let text =
                    format!("{} from {now} to {how} (probability {:.2})", feature.label, probability(change.log_odds));
                document.insert("would_change", text);
            }
            document
        };
        let documents = keys.into_iter().zip(log_odds).enumerate().map(document).collect();
        Ok((Rows::of(documents), scored))
    }
}

/// Whether a feature is a column that someone can act on.
fn may_change(contract: &Contract, feature: &Feature) -> bool {
    let role = contract.column(&feature.name).and_then(|column| column.role);
    feature.from == Origin::Number && role.is_some_and(|role| MAY_CHANGE.contains(&role))
}

impl Values {
    /// The ends of the lowest and of the highest quarter of numbers that differ; none of categories.
    fn quarters(&self) -> Option<(f64, f64)> {
        let Self::Numbers(numbers) = self else { return None };
        let mut known: Vec<f64> = numbers.iter().copied().filter(|number| !number.is_nan()).collect();
        known.sort_unstable_by(f64::total_cmp);
        let (low, high) = (known.get(known.len() / QUARTER)?, known.get(known.len() - 1 - known.len() / QUARTER)?);
        (low < high).then_some((*low, *high))
    }

    /// A customer's value, and whether it is low or high among all customers.
    fn in_words(&self, row: usize, feature: &Feature, quarters: Option<(f64, f64)>) -> String {
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

    /// Nothing yet, with the categories that a model knows; others count as missing.
    fn known(categories: Option<&[String]>) -> Self {
        categories.map_or_else(|| Self::Numbers(Vec::new()), |names| Self::Categories(Vec::new(), names.to_vec()))
    }

    /// A customer's value.
    fn words(&self, row: usize) -> String {
        let text = match self {
            Self::Numbers(numbers) => {
                numbers.get(row).filter(|number| !number.is_nan()).map(|number| answers::number(*number))
            }
            Self::Categories(codes, names) => codes.get(row).and_then(|code| names.get(*code as usize)).cloned(),
        };
        text.unwrap_or_else(|| "not known".to_owned())
    }
}
