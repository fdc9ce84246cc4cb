//! Models that are kept with a bank, so that its report shows them.
//!
//! In: a [`ModelCard`]. Out: a note in the manifest of the bank's folder, or a document of ours on its server; and the answers of a card, where it is of these customers.
//! Invariant: what a card says is shown beside no other customers than those that it was made of.

use catalog::OutcomeWords;
use diagnostic::Diagnostic;
use insight::Query;

use super::answers::{self, why_answers};
use super::card::ModelCard;
use super::feature;
use super::table::Table;
use crate::bank::Home;
use crate::{Answers, Bank, Error, Place, Talk};

/// Under this name a folder keeps its models.
const NOTE: &str = "models";
/// What helps where models are of other customers.
const TRAIN: &str = "`banksphere why` trains models of these customers";

impl Bank {
    /// Keeps a card with the bank, in place of the one that is there; tells where it cannot.
    pub fn keep_models(&self, card: &ModelCard) -> Result<Option<Diagnostic>, Error> {
        match &self.home {
            Home::Folder(folder) if matches!(self.place(), Place::Folder(_)) => {
                folder.store().set_note(NOTE, Some(card.to_json()?.trim_end()))?;
                Ok(None)
            }
            Home::Folder(_) => Ok(Some(not_kept("a bank in memory keeps none"))),
            // Who may only read has trained them all the same.
            Home::Server(server) => {
                let kept = server.keep_models(card.to_json()?.trim_end());
                Ok(kept.err().map(|error| not_kept(error.diagnostic().message())))
            }
        }
    }

    /// The card that is kept with the bank.
    pub fn kept_models(&self) -> Result<Option<ModelCard>, Error> {
        let note = match &self.home {
            Home::Folder(folder) => folder.store().note(NOTE),
            Home::Server(server) => server.models()?,
        };
        note.map(|text| ModelCard::read(&text, &self.place().to_string())).transpose()
    }

    /// Whether a card was made of these very customers.
    pub fn is_of_these_customers(&self, card: &ModelCard, talk: &Talk<'_>) -> Result<bool, Error> {
        let contract = self.customers()?;
        let (features, _) = feature::features(contract);
        if features != card.features || contract.role(contract::Role::Closed).is_none() {
            return Ok(false);
        }
        Ok(Table::read(self, &features, talk)?.fingerprint() == card.data.fingerprint)
    }

    /// What is to be told beside a card that was made of other customers than these.
    pub fn of_other_customers(&self, card: &ModelCard, talk: &Talk<'_>) -> Result<Option<Diagnostic>, Error> {
        if self.is_of_these_customers(card, talk)? {
            return Ok(None);
        }
        let told = "the models are of other customers than this bank's: what they say is of those";
        Ok(Some(Diagnostic::new(told).hint(TRAIN)))
    }

    /// The names that answers on models of these customers may have, so that a misspelt one is refused before the training.
    pub fn why_names(&self) -> Result<Vec<String>, Error> {
        Ok(answers::names(&feature::features(self.customers()?).0))
    }

    /// What a card says, as the answers of a topic of its own.
    pub fn why_answers(&self, card: &ModelCard) -> Result<Answers, Error> {
        let contract = self.customers()?;
        let query = Query::of(&self.why_pipeline()?);
        Ok(Answers {
            title: contract.title.clone(),
            source: self.source(),
            answers: why_answers(self, card, &query, &OutcomeWords::of(contract)),
            ..Answers::default()
        })
    }
}

/// What is told where models are not kept.
fn not_kept(why: &str) -> Diagnostic {
    Diagnostic::new(format!("the models are not kept with the bank: {why}"))
        .hint("write them to a file: `-o model.json`, which `report --model model.json` takes")
}

impl Answers {
    /// Adds what the models say that are kept with the bank, or those of `given`. Where they are of other customers, that is told
    /// in their place.
    pub fn add_models(&mut self, bank: &Bank, given: Option<ModelCard>, talk: &Talk<'_>) -> Result<(), Error> {
        let is_given = given.is_some();
        let card = match given.map_or_else(|| bank.kept_models(), |card| Ok(Some(card))) {
            Ok(Some(card)) => card,
            Ok(None) => return Ok(()),
            // A report goes on without what another version kept.
            Err(error) => {
                let message =
                    format!("the models that are kept with the bank are not shown: {}", error.diagnostic().message());
                self.notices.push(Diagnostic::new(message).hint("`banksphere why` trains them anew"));
                return Ok(());
            }
        };
        if bank.is_of_these_customers(&card, talk)? {
            self.answers.extend(bank.why_answers(&card)?.answers);
            return Ok(());
        }
        let which = if is_given { "the models are" } else { "the models that are kept with the bank are" };
        self.notices.push(Diagnostic::new(format!("{which} of other customers, so they are not shown")).hint(TRAIN));
        Ok(())
    }
}
