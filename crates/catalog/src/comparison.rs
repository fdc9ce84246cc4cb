//! Two segments side by side: the same measures over each, and whether they share customers.
//!
//! In: two filters, those that hold for both, names of measures. Out: a [`Comparison`] that can be run.
//! Invariant: each segment is one row of the same measures.

use std::sync::Arc;

use bson::{Bson, bson};
use pipeline::ast::{Expr, Path, Predicate, Stage};
use pipeline::{Error, Pipeline};

use crate::measure::{Interval, MeasureRole, Value};
use crate::narrow::narrow;
use crate::{Analysis, Catalog, Measure};

/// Two segments that are to be compared.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// The segments in words: `Gender = F`.
    pub names: [String; 2],
    /// What is computed of each, as one row.
    pub analyses: [Analysis; 2],
    /// Counts the customers who are in both, as `customers`.
    pub both: (String, Pipeline),
    /// The names of the measures that follow from what the segments are made of, so that no test tells anything of them.
    pub fixed: Vec<String>,
    /// Which customers are looked at, in words; all where there is nothing.
    pub filter: Option<String>,
}

impl Catalog {
    /// Compares the customers for whom `first` holds with those for whom `second` does; without it, with all others. Without
    /// names of measures, by all that the catalog has but shares.
    pub fn comparison(
        &self,
        first: &str,
        second: Option<&str>,
        filters: &[String],
        measures: &[String],
    ) -> Result<Comparison, Error> {
        let filter = self.filters(filters)?;
        let first = self.filter(first)?;
        let others = Predicate::Nor(vec![first.clone()]);
        let (second, other_name) = match second {
            Some(text) => (self.filter(text)?, None),
            None => (others, Some("all others")),
        };
        let is_compared = |measure: &&Measure| {
            measure.role != Some(MeasureRole::Customers) && !matches!(measure.value, Value::ShareOf { .. })
        };
        let all = || self.measures.iter().filter(is_compared).map(|measure| measure.name.as_str());
        let measures: Vec<&str> =
            if measures.is_empty() { all().collect() } else { measures.iter().map(String::as_str).collect() };
        let of = |segment: &Predicate| {
            let parts = filter.iter().chain([segment]).cloned().collect();
            self.compose(&[], &measures, Some(&Predicate::And(parts)), &Arc::default())
        };
        let analyses = [of(&first)?, of(&second)?];
        let shares = analyses.iter().flat_map(|analysis| &analysis.measures);
        let mut shares = shares.filter(|measure| matches!(measure.value, Value::ShareOf { .. }));
        if let Some(share) = shares.next() {
            let error = Error::input(format!("`{}` is a part of all groups, and each segment is one", share.name));
            return Err(error.hint("compare the number of customers, or a rate"));
        }
        let fields: Vec<Path> =
            [&first, &second].into_iter().flat_map(|segment| segment.reads().named().to_vec()).collect();
        let measures = analyses[0].measures.iter();
        let is_fixed = |measure: &&Measure| {
            matches!(measure.interval, Interval::Rate { .. } | Interval::Mean { .. }) && measure.follows_from(&fields)
        };
        let fixed = measures.filter(is_fixed).map(|measure| measure.name.clone());
        let fixed = fixed.collect();
        let one = pipeline::parse_accumulator(&bson!({ "$sum": 1 }))?;
        let counted = Stage::Group { id: Expr::Literal(Bson::Null), fields: vec![("customers".to_owned(), one)] };
        let in_both = Predicate::And(filter.iter().chain([&first, &second]).cloned().collect());
        let both = narrow(&Pipeline::of(vec![counted]), &in_both, &self.join);
        let second_name = other_name.map_or_else(|| self.filter_in_words(&second), str::to_owned);
        Ok(Comparison {
            names: [self.filter_in_words(&first), second_name],
            analyses,
            both: self.join.query(both),
            fixed,
            filter: filter.map(|filter| self.filter_in_words(&filter)),
        })
    }
}
