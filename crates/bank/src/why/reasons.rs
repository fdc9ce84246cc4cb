//! Scores with their reasons: for each customer the columns that move the score most, in plain words.
//!
//! In: a [`ModelCard`] and what is wished. Out: a document a customer: key, log-odds, probability, and three reasons.
//! Invariant: log-odds are those of the pipeline, to the last bit; a reason is what a column adds against the mean customer, with
//! half of what its pairs add.

use additive::{Column, probability, reasons};
use bson::{Bson, Document};
use pipeline::{Rows, Run};

use super::card::ModelCard;
use super::feature::Feature;
use super::table::{self, Values};
use super::{Scored, Scoring, refused, spelling, told};
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
        let (collection, mut pipeline) = table::pipeline(self.catalog(), &card.features_of(model), &beside)?;
        spelling::as_learnt(&mut pipeline, self.customers()?, &model.inputs)?;
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
        let document = |(row, (one_key, log_odds)): (usize, (Option<Bson>, f64))| {
            let mut document = Document::new();
            if let (Some(value), false) = (one_key, key.direct_identifier) {
                document.insert(&key.name, value);
            }
            document.insert("log_odds", log_odds);
            document.insert("probability", probability(log_odds));
            for (at, reason) in found[row].iter().enumerate() {
                let value = values[reason.input].words(row);
                let text = format!("{} {value} ({:+.2})", inputs[reason.input].label, reason.contribution);
                document.insert(format!("reason_{}", at + 1), text);
            }
            document
        };
        let documents = keys.into_iter().zip(log_odds).enumerate().map(document).collect();
        Ok((Rows::of(documents), scored))
    }
}

impl Values {
    /// Nothing yet, with the categories that a model knows; others count as missing.
    fn known(categories: Option<&[String]>) -> Self {
        categories.map_or_else(|| Self::Numbers(Vec::new()), |names| Self::Categories(Vec::new(), names.to_vec()))
    }

    /// A customer's value.
    fn words(&self, row: usize) -> String {
        let text = match self {
            Self::Numbers(numbers) => {
                numbers.get(row).filter(|number| !number.is_nan()).map(|number| told::number(*number))
            }
            Self::Categories(codes, names) => codes.get(row).and_then(|code| names.get(*code as usize)).cloned(),
        };
        text.unwrap_or_else(|| "not known".to_owned())
    }
}
