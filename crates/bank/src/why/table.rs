//! The training set: one row a customer whose outcome is known, in the order of their keys.
//!
//! In: a bank, and features. Out: arrays, and a fingerprint of all that is in them.
//! Invariant: the same customers give the same arrays from a folder and from a server; a category that no customer has is not there.

use additive::{Column, MISSING};
use bson::{Bson, Document, doc};
use catalog::{Catalog, Listing, Wish};
use contract::{Contract, Role};
use diagnostic::Diagnostic;
use pipeline::ast::Stage;
use pipeline::{Pipeline, Run};

use super::feature::{Feature, Origin};
use crate::{Bank, Error, ErrorKind, Talk};

/// The progress is told after so many rows.
const ROWS_A_STEP: u64 = 10_000;

/// Arrays of all features, and the outcomes.
pub(crate) struct Table {
    pub features: Vec<Feature>,
    pub values: Vec<Values>,
    pub outcomes: Vec<bool>,
    /// Customers whose outcome is not known.
    pub unknown: u64,
}

/// The values of a feature.
pub(crate) enum Values {
    Numbers(Vec<f64>),
    Categories(Vec<u32>, Vec<String>),
}

/// The pipeline that gives each customer's features, and in front of them the columns of `beside`.
pub(crate) fn pipeline(catalog: &Catalog, features: &[Feature], beside: &[&str]) -> Result<(String, Pipeline), Error> {
    let mut columns: Vec<String> = beside.iter().map(|name| (*name).to_owned()).collect();
    for name in features.iter().flat_map(Feature::columns) {
        if !columns.iter().any(|there| there == name) {
            columns.push(name.to_owned());
        }
    }
    let Listing { query: (collection, listed), .. } =
        catalog.listing(None, &Wish { sort: Vec::new(), limit: 0, columns })?;
    let mut stages = listed.stages;
    // A quotient is of what the stage before it made.
    for is_quotient in [false, true] {
        let mut computed = Document::new();
        for feature in features {
            let is_of_this = matches!(feature.from, Origin::Quotient { .. }) == is_quotient;
            if let Some(expression) = feature.expression().filter(|_| is_of_this) {
                computed.insert(&feature.name, expression);
            }
        }
        if !computed.is_empty() {
            stages.extend(pipeline::parse(&Bson::Array(vec![doc! { "$addFields": computed }.into()]))?.stages);
        }
    }
    Ok((collection, Pipeline { stages, ..listed }))
}

/// The same in no order of its own: what stands beside its key needs none, and what was sorted is computed row by row.
pub(crate) fn unsorted(catalog: &Catalog, features: &[Feature], beside: &[&str]) -> Result<(String, Pipeline), Error> {
    let (collection, mut pipeline) = self::pipeline(catalog, features, beside)?;
    pipeline.stages.retain(|stage| !matches!(stage, Stage::Sort(_)));
    Ok((collection, pipeline))
}

/// The column that says who left, and the values that say so.
pub(crate) fn outcome(contract: &Contract) -> Result<(&str, Vec<&str>), Error> {
    let refused = |message: &str, hint: &str| {
        Error::new(ErrorKind::Question, Diagnostic::new(message.to_owned()).hint(hint.to_owned()))
    };
    let column = contract.role(Role::Closed).ok_or_else(|| {
        refused(
            "no column of this bank says who closed the account, so there is nothing to learn",
            "a contract gives that column the role `closed` (`--closed COLUMN=VALUE` when the file is imported)",
        )
    })?;
    Ok((&column.name, column.closed_values()))
}

impl Table {
    /// Reads it.
    pub(crate) fn read(bank: &Bank, features: &[Feature], talk: &Talk<'_>) -> Result<Self, Error> {
        let contract = bank.customers()?;
        let (outcome, closed) = outcome(contract)?;
        let missing = contract.column(outcome).and_then(contract::Column::missing_value);
        let (collection, pipeline) = pipeline(bank.catalog(), features, &[outcome])?;
        let values = features.iter().map(|feature| Values::empty(contract, feature)).collect();
        let mut table = Self { features: features.to_vec(), values, outcomes: Vec::new(), unknown: 0 };
        let mut n_read = 0;
        for row in Run::rows(bank, &collection, &pipeline)? {
            let row = row?;
            match row.get(outcome) {
                Some(Bson::String(value)) if Some(value.as_str()) != missing => {
                    table.outcomes.push(closed.contains(&value.as_str()));
                    for (feature, values) in features.iter().zip(&mut table.values) {
                        values.push(row.get(&feature.name), feature)?;
                    }
                }
                _ => table.unknown += 1,
            }
            n_read += 1;
            if n_read % ROWS_A_STEP == 0 {
                talk.step("reading", n_read, None, "customers");
            }
        }
        table.values.iter_mut().for_each(Values::keep_what_is_there);
        Ok(table)
    }

    /// The columns of some features, for the trainer.
    pub(crate) fn columns(&self, members: &[usize]) -> Vec<Column<'_>> {
        members.iter().map(|at| self.values[*at].column(&self.features[*at].name)).collect()
    }

    /// A fingerprint of the features and outcomes: 64 hexadecimal digits.
    pub(crate) fn fingerprint(&self) -> String {
        let mut hash = blake3::Hasher::new();
        for (feature, values) in self.features.iter().zip(&self.values) {
            hash.update(feature.name.as_bytes()).update(&[0]);
            match values {
                Values::Numbers(numbers) => {
                    for number in numbers {
                        hash.update(&number.to_le_bytes());
                    }
                }
                Values::Categories(codes, names) => {
                    for name in names {
                        hash.update(name.as_bytes()).update(&[0]);
                    }
                    for code in codes {
                        hash.update(&code.to_le_bytes());
                    }
                }
            }
        }
        for outcome in &self.outcomes {
            hash.update(&[u8::from(*outcome)]);
        }
        hash.finalize().to_hex().to_string()
    }
}

impl Values {
    fn empty(contract: &Contract, feature: &Feature) -> Self {
        if feature.from != Origin::Category {
            return Self::Numbers(Vec::new());
        }
        let categories = contract.column(&feature.name).map_or(&[][..], contract::Column::categories);
        let names = categories.iter().filter(|one| !one.is_missing).map(|one| one.value.clone());
        Self::Categories(Vec::new(), names.collect())
    }

    pub(crate) fn push(&mut self, value: Option<&Bson>, feature: &Feature) -> Result<(), Error> {
        match (self, value) {
            (Self::Numbers(numbers), Some(Bson::Double(value))) => numbers.push(*value),
            (Self::Numbers(numbers), Some(Bson::Int32(value))) => numbers.push(f64::from(*value)),
            (Self::Numbers(numbers), Some(Bson::Int64(value))) => numbers.push(*value as f64),
            (Self::Numbers(numbers), Some(Bson::Null) | None) => numbers.push(f64::NAN),
            (Self::Categories(codes, names), Some(Bson::String(value))) => {
                // What the contract takes for no answer is not among the names.
                let place = names.iter().position(|name| name == value);
                codes.push(place.map_or(MISSING, |place| place as u32));
            }
            (Self::Categories(codes, _), Some(Bson::Null) | None) => codes.push(MISSING),
            (_, Some(value)) => {
                let message =
                    format!("`{}` holds a value that is no number: {value}", diagnostic::quote(&feature.name));
                return Err(Error::new(ErrorKind::Data, Diagnostic::new(message)));
            }
        }
        Ok(())
    }

    /// Takes out the categories that no customer has.
    fn keep_what_is_there(&mut self) {
        let Self::Categories(codes, names) = self else { return };
        let mut is_there = vec![false; names.len()];
        for code in codes.iter().filter(|code| **code != MISSING) {
            is_there[*code as usize] = true;
        }
        let mut next = 0;
        let new: Vec<u32> = is_there
            .iter()
            .map(|is_there| {
                next += u32::from(*is_there);
                next.saturating_sub(1)
            })
            .collect();
        for code in codes.iter_mut().filter(|code| **code != MISSING) {
            *code = new[*code as usize];
        }
        let mut kept = is_there.into_iter();
        names.retain(|_| kept.next().unwrap_or(false));
    }

    pub(crate) fn column<'a>(&'a self, name: &'a str) -> Column<'a> {
        match self {
            Self::Numbers(numbers) => Column::numbers(name, numbers),
            Self::Categories(codes, names) => Column::categories(name, codes, names),
        }
    }
}
