//! The model card: models with the evidence for them, and all that is needed to judge them and to score by them.
//!
//! In: what training found, or a file. Out: JSON, the same bytes from the same customers; or a [`ModelCard`] that was checked.
//! Invariant: a card that was read is whole: its models fit their features, and no number in it is none.

use additive::Model;
use additive::evidence::{Evidence, Learnt};
use additive::rules::Rule;
use diagnostic::{Diagnostic, nearest};
use serde::{Deserialize, Serialize};

use super::fairness::Fairness;
use super::feature::{Feature, NoFeature, Origin};
use super::segments::Tiers;
use super::view::View;
use crate::{Error, ErrorKind};

/// The version of the file's form.
const FORMAT: u32 = 2;

/// Models of who left, with the evidence for them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelCard {
    /// The version of the file's form.
    pub format: u32,
    /// What made it.
    pub program: String,
    /// What it was made of.
    pub data: Data,
    /// The features that models may use.
    pub features: Vec<Feature>,
    /// The columns that are no features, and why.
    pub left_out: Vec<NoFeature>,
    /// Columns that tell the outcome so well that they had to be named to be used.
    pub named_knowingly: Vec<String>,
    /// The views, each with its model.
    pub views: Vec<Viewed>,
    /// Segments by rules on the columns of the first view.
    pub rules: Vec<Rule>,
    /// The tiers of spend, where its values leave gaps.
    pub tiers: Option<Tiers>,
    /// The views that there are not, and why.
    pub absent: Vec<String>,
}

/// What models were made of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Data {
    /// The title of the contract.
    pub title: String,
    /// The column that says who left, and the values that say so.
    pub outcome: (String, Vec<String>),
    /// How many customers there are whose outcome is known.
    pub customers: u64,
    /// How many of them left.
    pub left: u64,
    /// How many have no known outcome, and were not used.
    pub unknown: u64,
    /// The day of the data, where one was asked for.
    pub day: Option<String>,
    /// The fingerprint of all features and outcomes, by BLAKE3.
    pub fingerprint: String,
}

/// A view and its model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Viewed {
    /// Its name.
    pub name: String,
    /// Columns that were the same for all customers, or empty.
    pub left_out: Vec<NoFeature>,
    /// What its model is worth.
    pub evidence: Evidence,
    /// How many times the customers were divided for that.
    pub repeats: usize,
    /// What it would be worth with fewer customers.
    pub learning: Vec<Learnt>,
    /// How it treats groups of customers, told by models that had not seen them.
    pub fairness: Vec<Fairness>,
    /// The share of customers whose first reason a model that had not seen them gives as well.
    pub first_reason_survives: f64,
    /// The log-odds that a tenth of the customers lies above, two tenths, and so on.
    pub deciles: Vec<f64>,
    /// Its model.
    pub model: Model,
}

impl Viewed {
    pub(crate) fn view(&self) -> Option<View> {
        View::named(&self.name)
    }
}

impl ModelCard {
    pub(crate) fn new(data: Data, features: Vec<Feature>, left_out: Vec<NoFeature>) -> Self {
        Self {
            format: FORMAT,
            program: format!("banksphere {}", env!("CARGO_PKG_VERSION")),
            data,
            features,
            left_out,
            named_knowingly: Vec::new(),
            views: Vec::new(),
            rules: Vec::new(),
            tiers: None,
            absent: Vec::new(),
        }
    }

    /// The file.
    pub fn to_json(&self) -> Result<String, Error> {
        let text = serde_json::to_string(self);
        text.map(|text| text + "\n")
            .map_err(|error| data(Diagnostic::new(format!("the models cannot be written: {error}"))))
    }

    /// Reads a file's text; `source` is the file.
    pub fn read(text: &str, source: &str) -> Result<Self, Error> {
        let wrong = |message: String| {
            data(Diagnostic::new(message).at(source).hint("`banksphere why -o model.json` writes models of a bank"))
        };
        let value: serde_json::Value =
            serde_json::from_str(text).map_err(|error| wrong(format!("the file of models is damaged: {error}")))?;
        let format = value.get("format").and_then(serde_json::Value::as_u64);
        if format != Some(u64::from(FORMAT)) {
            let found = format.map_or_else(|| "none".to_owned(), |format| format.to_string());
            return Err(wrong(format!("this is no file of models: its format is {found}, and not {FORMAT}")));
        }
        let card: Self =
            serde_json::from_value(value).map_err(|error| wrong(format!("the file of models is damaged: {error}")))?;
        card.check().map_err(wrong)?;
        Ok(card)
    }

    fn check(&self) -> Result<(), String> {
        if self.views.is_empty() {
            return Err("the file of models has no model".to_owned());
        }
        for viewed in &self.views {
            let name = diagnostic::quote(&viewed.name);
            viewed.model.check().map_err(|error| format!("the view `{name}`: {error}"))?;
            if viewed.view().is_none() {
                return Err(format!("the view `{name}` is none that is known"));
            }
            for input in &viewed.model.inputs {
                let feature = self.features.iter().find(|feature| feature.name == input.name);
                let Some(feature) = feature else {
                    return Err(format!(
                        "the view `{name}` uses `{}`, which is no feature",
                        diagnostic::quote(&input.name)
                    ));
                };
                if (feature.from == Origin::Category) != input.categories.is_some() {
                    return Err(format!(
                        "the view `{name}` and the features disagree on `{}`",
                        diagnostic::quote(&input.name)
                    ));
                }
            }
            if viewed.deciles.len() != 9 || viewed.deciles.iter().any(|edge| !edge.is_finite()) {
                return Err(format!("the deciles of the view `{name}` are none"));
            }
        }
        Ok(())
    }

    /// The view of a name; the one that can foresee most where none is named.
    pub fn view(&self, name: Option<&str>) -> Result<&Viewed, Error> {
        let found = match name {
            None => self.foreseeing(),
            Some(name) => self.views.iter().find(|viewed| viewed.name == name),
        };
        found.ok_or_else(|| {
            let names = self.views.iter().map(|viewed| viewed.name.as_str());
            let name = name.unwrap_or_default();
            let message = format!("the models have no view `{}`", diagnostic::quote(name));
            Error::new(ErrorKind::Usage, Diagnostic::new(message).hint(nearest("view", name, names)))
        })
    }

    /// The features of a view's model, in its order, and those that they are made of.
    pub(crate) fn features_of<'a>(&'a self, model: &'a Model) -> Vec<Feature> {
        needed(&self.features, model.inputs.iter().map(|input| input.name.as_str()))
    }
}

/// The features of these names, in the order of all features, and those that they are made of.
pub(crate) fn needed<'a>(features: &'a [Feature], names: impl Iterator<Item = &'a str>) -> Vec<Feature> {
    let mut wanted: Vec<&str> = names.collect();
    for feature in features {
        if let Origin::Quotient { of, by } = &feature.from
            && wanted.contains(&feature.name.as_str())
        {
            wanted.extend([of.as_str(), by.as_str()]);
        }
    }
    features.iter().filter(|feature| wanted.contains(&feature.name.as_str())).cloned().collect()
}

fn data(diagnostic: Diagnostic) -> Error {
    Error::new(ErrorKind::Data, diagnostic)
}
