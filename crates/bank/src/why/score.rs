//! Scores: a model as one expression, run over a bank's customers.
//!
//! In: a [`ModelCard`] and what is wished. Out: the pipeline; and the check that the customers are such as the model knows.
//! Invariant: a customer whose category the model has not seen is never scored in silence.

use additive::stability::{Stability, stability};
use additive::{Input, Model};
use bson::{Bson, Document, bson, doc};
use contract::{Contract, Kind};
use diagnostic::{Diagnostic, list};
use pipeline::{Pipeline, Run};

use super::card::{ModelCard, Viewed};
use super::expression;
use super::feature::{Feature, Origin};
use super::{spelling, table};
use crate::{Bank, Error, ErrorKind, Query};

/// So many columns that are not there are named; others are counted.
const MOST_NAMED: usize = 3;

/// What is asked of scores.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scoring {
    /// The view whose model scores; the one that can foresee most where none is named.
    pub view: Option<String>,
    /// The collection that the scores go into.
    pub into: Option<String>,
    /// Whether a category that the model has not seen counts as missing.
    pub unseen_is_missing: bool,
}

/// What scoring said beside the scores.
#[derive(Clone, Debug, PartialEq)]
pub struct Scored {
    /// The query that gives or writes them.
    pub query: Query,
    /// How far the scores lie from those that the model was made of; nothing where there are no customers.
    pub stability: Option<Stability>,
    /// What is to be told.
    pub notices: Vec<Diagnostic>,
}

/// What a view that the user did not ask for can foresee, and what else there is.
fn chosen_for_the_user(card: &ModelCard, viewed: &Viewed) -> Option<Diagnostic> {
    let view = viewed.view()?;
    let told = Diagnostic::new(format!(
        "scored by the view `{}`, the one here that can foresee most. {}",
        view.name, view.says
    ));
    let others: Vec<String> =
        card.views.iter().filter(|other| other.name != viewed.name).map(|other| format!("`{}`", other.name)).collect();
    if others.is_empty() { Some(told) } else { Some(told.hint(format!("`--view` chooses another: {}", list(&others)))) }
}

impl Bank {
    /// The query of the scores, after a look at the customers.
    pub fn score(&self, card: &ModelCard, wish: &Scoring) -> Result<Scored, Error> {
        let (stability, mut notices) = self.looked_at(card, wish)?;
        if self.may_be_learnt_from(card)? {
            notices.push(Diagnostic::new(
                "the model was made of as many customers with as many closures: where they are these, their scores look surer than \
                 those of others would",
            ));
        }
        let key = self.customers()?.key();
        if key.direct_identifier {
            let name = diagnostic::quote(&key.name);
            notices.push(Diagnostic::new(format!("`{name}` names persons, so it does not stand beside the scores")));
        }
        let (collection, pipeline) = scores(self, card, card.view(wish.view.as_deref())?, wish.into.as_deref())?;
        let query = match wish.into {
            // What writes is looked at as any pipeline of the user's.
            Some(_) => self.query(&pipeline::print::extended_json(&pipeline), None, &collection)?,
            None => Query::of_analysis(&collection, &pipeline),
        };
        Ok(Scored { query, stability, notices })
    }

    /// Whether the customers are such as the model knows; how far their scores lie from those that it was made of, and what is to be
    /// told of that.
    pub(crate) fn looked_at(
        &self,
        card: &ModelCard,
        wish: &Scoring,
    ) -> Result<(Option<Stability>, Vec<Diagnostic>), Error> {
        let contract = self.customers()?;
        let viewed = card.view(wish.view.as_deref())?;
        let features = card.features_of(&viewed.model);
        fits(contract, &features)?;
        let mut notices = Vec::new();
        let unseen = self.unseen(&viewed.model, &features, contract)?;
        if !unseen.is_empty() {
            let message = format!("the model has not seen {}", diagnostic::list(&unseen));
            if !wish.unseen_is_missing {
                let hint = "train a model of these customers, or score them as missing: `--unseen missing`";
                return Err(Error::new(ErrorKind::Data, Diagnostic::new(message).hint(hint)));
            }
            notices.push(Diagnostic::new(format!("{message}: they are scored as missing")));
        }
        let stability = self.shift(card, viewed)?;
        if let Some(found) = stability.filter(Stability::is_shifted) {
            notices.push(
                Diagnostic::new(format!(
                    "the scores lie elsewhere than those of the customers that the model was made of: population stability \
                     index {:.3}, by chance at most {:.3}",
                    found.index, found.critical
                ))
                .hint("what the model says of these customers was not tested"),
            );
        }
        notices.extend(chosen_for_the_user(card, viewed).filter(|_| wish.view.is_none()));
        Ok((stability, notices))
    }

    /// The pipeline of the scores, not run.
    pub fn score_pipeline(&self, card: &ModelCard, wish: &Scoring) -> Result<(String, Pipeline), Error> {
        let viewed = card.view(wish.view.as_deref())?;
        fits(self.customers()?, &card.features_of(&viewed.model))?;
        scores(self, card, viewed, wish.into.as_deref())
    }

    /// Whether these could be the customers that a model learned from: as many, of whom as many left.
    fn may_be_learnt_from(&self, card: &ModelCard) -> Result<bool, Error> {
        let Ok((outcome, closed)) = table::outcome(self.customers()?) else { return Ok(false) };
        let missing = self.customers()?.column(outcome).and_then(contract::Column::missing_value);
        let (collection, mut pipeline) = table::unsorted(self.catalog(), &[], &[outcome])?;
        let counted = bson!([{ "$group": { "_id": format!("${outcome}"), "n": { "$sum": 1 } } }]);
        pipeline.stages.extend(pipeline::parse(&counted)?.stages);
        let (mut known, mut left) = (0, 0);
        for row in Run::run(self, &collection, &pipeline)? {
            let Ok(value) = row.get_str("_id") else { continue };
            let n = number(row.get("n"));
            known += if Some(value) == missing { 0 } else { n };
            left += if closed.contains(&value) { n } else { 0 };
        }
        Ok((known, left) == (card.data.customers, card.data.left))
    }

    /// The categories that a model has not seen, each with how many customers have it.
    fn unseen(&self, model: &Model, features: &[Feature], contract: &Contract) -> Result<Vec<String>, Error> {
        let mut found = Vec::new();
        for Input { name, categories } in &model.inputs {
            let Some(known) = categories else { continue };
            let missing = contract.column(name).and_then(contract::Column::missing_value);
            let mut taken: Vec<Bson> = known.iter().map(|name| Bson::String(name.clone())).collect();
            taken.extend(missing.map(|name| Bson::String(name.to_owned())));
            taken.push(Bson::Null);
            let of_this: Vec<Feature> = features.iter().filter(|feature| feature.name == *name).cloned().collect();
            let (collection, mut pipeline) = table::unsorted(self.catalog(), &of_this, &[])?;
            spelling::as_learnt(&mut pipeline, contract, &model.inputs)?;
            let counted = bson!([
                { "$match": { name.as_str(): { "$nin": taken } } },
                { "$group": { "_id": format!("${name}"), "n": { "$sum": 1 } } },
                { "$sort": { "_id": 1 } },
            ]);
            pipeline.stages.extend(pipeline::parse(&counted)?.stages);
            for row in Run::run(self, &collection, &pipeline)? {
                let value = row.get_str("_id").unwrap_or_default();
                let count = report::counted(number(row.get("n")), "customer");
                found.push(format!("`{}` of `{}` ({count})", diagnostic::quote(value), diagnostic::quote(name)));
            }
        }
        Ok(found)
    }

    /// How the scores are spread over the tenths of those that the model was made of.
    fn shift(&self, card: &ModelCard, viewed: &Viewed) -> Result<Option<Stability>, Error> {
        let (collection, mut pipeline) = scores(self, card, viewed, None)?;
        let branches: Vec<Bson> = viewed
            .deciles
            .iter()
            .enumerate()
            .map(|(tenth, edge)| bson!({ "case": { "$lt": ["$log_odds", *edge] }, "then": tenth as i32 }))
            .collect();
        let grouped = bson!([
            { "$group": { "_id": { "$switch": { "branches": branches, "default": 9 } }, "n": { "$sum": 1 } } },
        ]);
        pipeline.stages.extend(pipeline::parse(&grouped)?.stages);
        let mut now = [0_u64; 10];
        for row in Run::run(self, &collection, &pipeline)? {
            if let Some(count) = now.get_mut(number(row.get("_id")) as usize) {
                *count = number(row.get("n"));
            }
        }
        let all = viewed.model.rows;
        let then: Vec<u64> = (0..10).map(|tenth| all * (tenth + 1) / 10 - all * tenth / 10).collect();
        // Tenths that begin at the same score are one.
        let (mut then_apart, mut now_apart): (Vec<u64>, Vec<u64>) = (Vec::new(), Vec::new());
        for tenth in 0..10 {
            let is_same = tenth > 0 && tenth < 9 && viewed.deciles[tenth] == viewed.deciles[tenth - 1];
            if let (true, Some(last_then), Some(last_now)) = (is_same, then_apart.last_mut(), now_apart.last_mut()) {
                *last_then += then[tenth];
                *last_now += now[tenth];
            } else {
                then_apart.push(then[tenth]);
                now_apart.push(now[tenth]);
            }
        }
        Ok(stability(&then_apart, &now_apart))
    }
}

/// The pipeline that gives each customer's key, log-odds and probability, and perhaps writes them.
fn scores(bank: &Bank, card: &ModelCard, viewed: &Viewed, into: Option<&str>) -> Result<(String, Pipeline), Error> {
    let key = bank.customers()?.key();
    let features = card.features_of(&viewed.model);
    let beside = if key.direct_identifier { vec![] } else { vec![key.name.as_str()] };
    let (collection, mut pipeline) = table::unsorted(bank.catalog(), &features, &beside)?;
    spelling::as_learnt(&mut pipeline, bank.customers()?, &viewed.model.inputs)?;
    let mut kept = Document::new();
    kept.insert("_id", 0);
    if !key.direct_identifier {
        kept.insert(&key.name, 1);
    }
    kept.insert("log_odds", expression::log_odds(&viewed.model));
    let mut stages = vec![
        Bson::Document(doc! { "$project": kept }),
        Bson::Document(doc! { "$addFields": { "probability": expression::probability("log_odds") } }),
    ];
    if let Some(into) = into {
        stages.push(Bson::Document(doc! { "$out": into }));
    }
    pipeline.stages.extend(pipeline::parse(&Bson::Array(stages))?.stages);
    Ok((collection, pipeline))
}

/// Refuses a bank whose columns are not those that the features are read from.
fn fits(contract: &Contract, features: &[Feature]) -> Result<(), Error> {
    let (mut wrong, mut absent) = (Vec::new(), Vec::new());
    for feature in features {
        for name in feature.columns() {
            let is_category = feature.from == Origin::Category;
            match contract.column(name) {
                None => absent.push(format!("`{}`", diagnostic::quote(name))),
                Some(column) if matches!(column.kind, Kind::Category(_)) != is_category => {
                    wrong.push(format!("`{}` is of another kind", diagnostic::quote(name)));
                }
                Some(column) if column.unit.name() != feature.unit && feature.is_column() => wrong.push(format!(
                    "`{}` counts {}, and {} in the model",
                    diagnostic::quote(name),
                    column.unit.name(),
                    diagnostic::quote(&feature.unit)
                )),
                Some(_) => {}
            }
        }
    }
    if !absent.is_empty() {
        absent.dedup();
        let (n, verb) = (absent.len(), if absent.len() == 1 { "is" } else { "are" });
        let more = n.saturating_sub(MOST_NAMED);
        absent.truncate(MOST_NAMED);
        if more > 0 {
            absent.push(format!("{more} more columns"));
        }
        wrong.insert(0, format!("{} {verb} not there", diagnostic::list(&absent)));
    }
    if wrong.is_empty() {
        return Ok(());
    }
    let message = format!("the model is of another contract: {}", diagnostic::list(&wrong));
    Err(Error::new(
        ErrorKind::Data,
        Diagnostic::new(message).hint("train a model of this bank: `banksphere why -o model.json`"),
    ))
}

fn number(value: Option<&Bson>) -> u64 {
    match value {
        Some(Bson::Int32(n)) => u64::try_from(*n).unwrap_or(0),
        Some(Bson::Int64(n)) => u64::try_from(*n).unwrap_or(0),
        _ => 0,
    }
}
