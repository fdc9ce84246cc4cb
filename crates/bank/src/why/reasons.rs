//! Scores with their reasons: for each customer the columns that move the score most, in plain words.
//!
//! In: a [`ModelCard`] and what is wished. Out: a document a customer: key, log-odds, probability, three reasons, and of those who
//! reach the threshold which one column would have to change.
//! Invariant: log-odds are those of the pipeline, to the last bit; a reason is what a column adds against the mean customer, with
//! half of what its pairs add.

use additive::probability;
use bson::{Bson, Document};
use diagnostic::Diagnostic;
use pipeline::{Rows, Run};

use super::card::ModelCard;
use super::inputs::Inputs;
use super::{Scored, Scoring, refused, spelling, table};
use crate::{Bank, Error};

impl Bank {
    /// The scores of all customers with their reasons; the checks are those of [`Bank::score`].
    pub fn score_with_reasons(&self, card: &ModelCard, wish: &Scoring) -> Result<(Rows, Scored), Error> {
        let mut scored = self.score(card, wish)?;
        let viewed = card.view(wish.view.as_deref())?;
        let model = &viewed.model;
        let contract = self.customers()?;
        let key = contract.key();
        let beside = if key.direct_identifier { vec![] } else { vec![key.name.as_str()] };
        let (collection, mut pipeline) = table::unsorted(self.catalog(), &card.features_of(model), &beside)?;
        spelling::as_learnt(&mut pipeline, contract, &model.inputs)?;
        let mut inputs = Inputs::of(card, model);
        let mut keys = Vec::new();
        for row in Run::rows(self, &collection, &pipeline)? {
            let row = row?;
            inputs.push(&row)?;
            keys.push(row.get(&key.name).cloned());
        }
        let log_odds = model.log_odds(&inputs.columns()).map_err(refused)?;
        let found = inputs.reasons(model)?;
        let threshold = viewed.evidence.threshold.mean.clamp(f64::EPSILON, 1.0 - f64::EPSILON);
        let changes = inputs.changes(model, contract, (threshold / (1.0 - threshold)).ln())?;
        if changes.is_some() {
            scored.notices.push(Diagnostic::new(format!(
                "`would_change` is the smallest step of one column that brings a customer below the threshold of {threshold:.2} in the \
                 model: no promise that it keeps the customer"
            )));
        }
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
            if let Some(change) = changes.as_ref().and_then(|changes| changes[row].as_ref()) {
                document.insert("would_change", change);
            }
            document
        };
        let documents = keys.into_iter().zip(log_odds).enumerate().map(document).collect();
        Ok((Rows::of(documents), scored))
    }
}
