//! Groups of customers by k-means, told as what they are: none, unless they come back and have gaps between them.
//!
//! In: a bank. Out: answers of the topic `why`; no model is trained.
//! Invariant: the outcome, what was computed from it and what tells it alone are not compared; and no group has a name.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use additive::Watch;
use additive::clusters::{Clusters, clusters};
use catalog::OutcomeWords;
use contract::Contract;
use diagnostic::Diagnostic;
use insight::Query;

use super::answers::cluster_answers;
use super::feature::{Feature, Origin, features};
use super::table::{self, Table, Values};
use super::{NoFeature, beside, gate, refused};
use crate::{Answers, Bank, Error, ErrorKind, Talk};

/// Groups of a bank's customers, or that there are none.
pub(crate) struct Grouped {
    pub clusters: Clusters,
    /// How many customers have a known outcome.
    pub customers: usize,
    /// The columns of numbers that were not compared, by their headings.
    pub left_out: Vec<NoFeature>,
    /// Of the largest group first.
    pub groups: Vec<Profile>,
}

/// A group.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Profile {
    pub customers: u64,
    pub left: u64,
    /// Of each compared column.
    pub means: Vec<f64>,
}

impl Bank {
    /// Whether customers fall into groups, and what these are.
    pub fn why_clusters(&self, talk: &Talk<'_>) -> Result<Answers, Error> {
        let bank = self.until(talk.cancel);
        let result = bank.grouped(talk);
        if talk.is_cancelled() { Err(Error::cancelled()) } else { result }
    }

    fn grouped(&self, talk: &Talk<'_>) -> Result<Answers, Error> {
        let contract = self.customers()?;
        let (outcome, _) = table::outcome(contract)?;
        let (numbers, mut left_out) = numbers(contract);
        let table = Table::read(self, &numbers, talk)?;
        let telling = gate::telling(&table)?;
        let is_telling = |at: &usize| telling.iter().any(|(column, _)| column == at);
        let members: Vec<usize> = (0..numbers.len()).filter(|at| !is_telling(at)).collect();
        for (at, _) in &telling {
            left_out.push(none(&numbers[*at], "tells the outcome alone"));
        }
        if members.len() < 2 {
            return Err(too_few(&left_out));
        }
        let clusters = found(&table, &members, talk)?;
        let by_name = |name: &str| numbers.iter().find(|feature| feature.name == name);
        for left in &clusters.left_out {
            left_out.extend(by_name(&left.name).map(|feature| none(feature, &left.reason)));
        }
        let compared: Vec<&Feature> = clusters.columns.iter().filter_map(|name| by_name(name)).collect();
        let groups = profiles(&table, &clusters);
        let query = Query::of(&table::pipeline(self.catalog(), &numbers, &[outcome])?);
        let grouped = Grouped { clusters, customers: table.outcomes.len(), left_out, groups };
        Ok(Answers {
            title: contract.title.clone(),
            source: self.source(),
            answers: cluster_answers(contract, &grouped, &compared, query, &OutcomeWords::of(contract)),
            ..Answers::default()
        })
    }
}

/// The columns of numbers that say something of their own, and the others.
fn numbers(contract: &Contract) -> (Vec<Feature>, Vec<NoFeature>) {
    let all: Vec<Feature> = features(contract).0.into_iter().filter(|feature| feature.from == Origin::Number).collect();
    // What is computed from others that are compared would count twice.
    let is_there = |name: &String| all.iter().any(|feature| feature.name == *name);
    let follows = |feature: &Feature| {
        contract
            .column(&feature.name)
            .is_some_and(|column| !column.derived_from.is_empty() && column.derived_from.iter().all(is_there))
    };
    let (twice, numbers): (Vec<Feature>, Vec<Feature>) = all.iter().cloned().partition(follows);
    (numbers, twice.iter().map(|feature| none(feature, "follows from others")).collect())
}

/// What is refused before anything is compared.
fn too_few(left_out: &[NoFeature]) -> Error {
    let told: Vec<String> = left_out.iter().map(|left| format!("{} {}", left.name, left.reason)).collect();
    let mut diagnostic = Diagnostic::new("groups need two columns of numbers or more, and here are fewer");
    if !told.is_empty() {
        diagnostic = diagnostic.hint(format!("not compared: {}", diagnostic::list(&told)));
    }
    Error::new(ErrorKind::Question, diagnostic)
}

fn none(feature: &Feature, reason: &str) -> NoFeature {
    NoFeature { name: feature.label.clone(), reason: reason.to_owned() }
}

/// What is found, while the progress is told.
fn found(table: &Table, members: &[usize], talk: &Talk<'_>) -> Result<Clusters, Error> {
    let columns = table.columns(members);
    let flag = Arc::clone(talk.cancel);
    let is_stopped = move || flag.load(Ordering::SeqCst);
    let [done, all] = [AtomicUsize::new(0), AtomicUsize::new(0)];
    let count = |n: usize, of: usize| {
        done.fetch_max(n, Ordering::Relaxed);
        all.store(of, Ordering::Relaxed);
    };
    let watch = Watch { progress: &count, is_stopped: &is_stopped };
    let tell = || {
        let [done, all] = [&done, &all].map(|count| count.load(Ordering::Relaxed) as u64);
        talk.step("", done, Some(all).filter(|all| *all > 0), "divisions");
    };
    beside(|| clusters(&columns, watch), tell).map_err(refused)
}

/// How many customers each group has, how many of them left, and the means of its columns.
fn profiles(table: &Table, clusters: &Clusters) -> Vec<Profile> {
    let Some(groups) = &clusters.groups else { return Vec::new() };
    let values: Vec<&[f64]> = clusters
        .columns
        .iter()
        .filter_map(|name| table.features.iter().position(|feature| feature.name == *name))
        .filter_map(|at| match &table.values[at] {
            Values::Numbers(numbers) => Some(&numbers[..]),
            Values::Categories(..) => None,
        })
        .collect();
    let mut profiles = vec![Profile { means: vec![0.0; values.len()], ..Profile::default() }; groups.k];
    for (row, group) in groups.of.iter().enumerate() {
        let Some(group) = group else { continue };
        let profile = &mut profiles[usize::from(*group)];
        profile.customers += 1;
        profile.left += u64::from(table.outcomes[row]);
        profile.means.iter_mut().zip(&values).for_each(|(sum, values)| *sum += values[row]);
    }
    for profile in &mut profiles {
        let n = profile.customers.max(1) as f64;
        profile.means.iter_mut().for_each(|sum| *sum /= n);
    }
    profiles
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_follows_from_other_numbers_is_not_compared() {
        let (compared, others) = numbers(&Contract::card());
        assert_eq!(compared.len(), 12);
        // The limit follows from the card, which is no number.
        assert!(compared.iter().any(|feature| feature.label == "Credit limit"));
        let others: Vec<&str> = others.iter().map(|other| &other.name[..]).collect();
        assert_eq!(others, ["Open to buy", "Utilization"]);
    }
}
