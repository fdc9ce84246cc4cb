//! Scores with their reasons: for each customer the columns that move the score most, in plain words.
//!
//! In: a [`ModelCard`] and what is wished. Out: a document a customer: key, log-odds, probability, and three reasons.
//! Invariant: log-odds are those of the pipeline, to the last bit; a reason is what a column adds against the mean customer, with
//! half of what its pairs add.

use additive::{Column, Input, Model, Reason, probability, reasons};
use bson::{Bson, Document};
use pipeline::{Rows, Run};

use super::card::ModelCard;
use super::feature::Feature;
use super::table::{self, Values};
use super::{Scored, Scoring, refused, words};
use crate::{Bank, Error};

/// So many reasons a customer.
const REASONS: usize = 3;

impl Bank {
    /// The scores of all customers with their reasons; the checks are those of [`Bank::score`].
    pub fn score_with_reasons(&self, card: &ModelCard, wish: &Scoring) -> Result<(Rows, Scored), Error> {
        let scored = self.score(card, wish)?;
        let viewed = card.view(wish.view.as_deref())?;
        let model = &viewed.model;
        let key = self.customers()?.key();
        let beside = if key.direct_identifier { vec![] } else { vec![key.name.as_str()] };
        let (collection, pipeline) = table::pipeline(self.catalog(), &card.features_of(model), &beside)?;
        let mut inputs = Inputs::of(card, model);
        let mut keys = Vec::new();
        for row in Run::rows(self, &collection, &pipeline)? {
            let row = row?;
            inputs.push(&row)?;
            keys.push(row.get(&key.name).cloned());
        }
        let log_odds = model.log_odds(&inputs.columns()).map_err(refused)?;
        let found = inputs.reasons(model)?;
        let document = |(row, (one_key, log_odds)): (usize, (Option<Bson>, f64))| {
            let mut document = Document::new();
            if let (Some(value), false) = (one_key, key.direct_identifier) {
                document.insert(&key.name, value);
            }
            document.insert("log_odds", log_odds);
            document.insert("probability", probability(log_odds));
            for (at, reason) in found[row].iter().enumerate() {
                document.insert(format!("reason_{}", at + 1), reason);
            }
            document
        };
        let documents = keys.into_iter().zip(log_odds).enumerate().map(document).collect();
        Ok((Rows::of(documents), scored))
    }
}

/// What a model reads of some customers.
pub(crate) struct Inputs<'a> {
    features: Vec<&'a Feature>,
    values: Vec<Values>,
}

impl<'a> Inputs<'a> {
    /// Of no customer yet.
    pub(crate) fn of(card: &'a ModelCard, model: &Model) -> Self {
        let feature = |input: &Input| card.features.iter().find(|feature| feature.name == input.name);
        let values = model.inputs.iter().map(|input| Values::known(input.categories.as_deref())).collect();
        Self { features: model.inputs.iter().filter_map(feature).collect(), values }
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
        let values = self.values.into_iter().map(|values| values.kept(rows)).collect();
        Self { values, ..self }
    }

    fn columns(&self) -> Vec<Column<'_>> {
        self.values.iter().zip(&self.features).map(|(values, feature)| values.column(&feature.name)).collect()
    }

    /// The reasons of each customer, in words.
    pub(crate) fn reasons(&self, model: &Model) -> Result<Vec<Vec<String>>, Error> {
        let found = reasons(model, &self.columns(), REASONS).map_err(refused)?;
        let words = |row: usize, reason: &Reason| {
            let value = self.values[reason.input].words(row);
            format!("{} {value} ({:+.2})", self.features[reason.input].label, reason.contribution)
        };
        let of_row = |(row, found): (usize, &Vec<Reason>)| found.iter().map(|reason| words(row, reason)).collect();
        Ok(found.iter().enumerate().map(of_row).collect())
    }
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
