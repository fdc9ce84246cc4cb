//! Columns cut into bins: what the rankings of columns are made from.
//!
//! In: the rows by one column with `customers` and `closed`. Out: a bin a value for names and small numbers, bins by
//! quantile for numbers of many values. Missing answers make no bin.

use bson::{Bson, Document};
use catalog::{Analysis, Dimension, Unit};
use pipeline::ast::Predicate;

use crate::grouped::{among, selecting};
use crate::groups::{Groups, Row, numeric, text};
use crate::statistics::SMALL;
use crate::statistics::evidence::{Counts, Evidence, evidence, quantile_bins};
use crate::statistics::extreme::{Estimate, ends};
use crate::{BinRate, Caution, Error, words};

/// Numbers of more values are cut into as many bins by quantile.
const MOST_BINS: usize = 10;

/// A column cut into bins.
pub(crate) struct Binned<'a> {
    /// The column.
    pub dimension: &'a Dimension,
    /// Its bins, in natural order.
    pub bins: Vec<Bin>,
    /// Whether each bin is a range of several values: numbers of many values, cut by quantile.
    pub is_cut: bool,
    /// Those whose answer is missing, who are in no bin.
    pub unknown: Counts,
    /// All customers, those whose answer is missing among them.
    pub all: f64,
    /// Of how many of them it is not known whether they closed their account.
    pub without_outcome: f64,
}

/// A bin with what it says of closure.
pub(crate) struct Bin {
    /// Its values: `13–24`.
    pub name: String,
    /// The first of them.
    pub low: Bson,
    /// Its customers.
    pub counts: Counts,
    /// What it says; none where no account was closed, or all were.
    pub evidence: Option<Evidence>,
    /// Which customers are in it.
    pub filter: Predicate,
}

impl Bin {
    /// The share of the bin's customers who closed.
    pub(crate) fn rate(&self) -> f64 {
        self.counts.closed / self.counts.customers()
    }

    /// How sure its rate is.
    pub(crate) fn estimate(&self) -> Option<Estimate> {
        Estimate::of_rate(self.counts.closed, self.counts.customers())
    }

    /// As facts speak of it.
    pub(crate) fn as_rate(&self) -> BinRate {
        BinRate { values: self.name.clone(), rate: self.rate(), customers: self.counts.customers() }
    }
}

impl Binned<'_> {
    /// The column's information value; none without bins.
    pub(crate) fn information_value(&self) -> Option<f64> {
        self.bins.first()?;
        self.bins.iter().map(|bin| bin.evidence.map(|evidence| evidence.information)).sum()
    }

    /// All customers of its bins.
    pub(crate) fn customers(&self) -> f64 {
        self.counts().customers()
    }

    /// The counts of each group: the bins, and customers without an answer, where there are some.
    pub(crate) fn groups(&self) -> impl Iterator<Item = Counts> + Clone {
        let unknown = Some(self.unknown).filter(|unknown| unknown.customers() > 0.0);
        self.bins.iter().map(|bin| bin.counts).chain(unknown)
    }

    /// How many of them closed, and how many did not.
    pub(crate) fn counts(&self) -> Counts {
        self.bins.iter().map(|bin| bin.counts).sum()
    }

    /// The bins that may be ranked, by rate, highest first.
    pub(crate) fn by_rate(&self) -> Vec<&Bin> {
        let mut bins: Vec<&Bin> = self.bins.iter().filter(|bin| bin.counts.customers() >= SMALL).collect();
        bins.sort_by(|a, b| b.rate().total_cmp(&a.rate()));
        bins
    }
}

/// Of bins in the order of their rates, the highest first: those that may have the highest rate and those that may have the lowest;
/// none where one may have either.
pub(crate) fn ends_of(bins: &[&Bin]) -> Option<(Vec<usize>, Vec<usize>)> {
    let estimates = bins.iter().map(|bin| bin.estimate()).collect::<Option<Vec<Estimate>>>()?;
    let (highest, lowest) = ends(&estimates);
    let is_either = highest.iter().any(|at| lowest.contains(at));
    (!is_either && !bins.is_empty()).then_some((highest, lowest))
}

/// The caution about few customers, over a table of `n_rows`.
pub(crate) fn few(columns: &[Binned<'_>], n_rows: usize) -> Option<Caution> {
    Caution::few(columns.iter().map(|binned| binned.all).fold(0.0, f64::max), n_rows)
}

/// The caution about customers of whom it is not known whether they closed their account, over a table of `n_rows`.
pub(crate) fn without_outcome(columns: &[Binned<'_>], n_rows: usize) -> Option<Caution> {
    let most = |of: fn(&Binned<'_>) -> f64| columns.iter().map(of).fold(0.0, f64::max);
    Caution::without_outcome(most(|binned| binned.without_outcome), most(|binned| binned.all), n_rows)
}

/// The columns of an analysis that takes each in turn.
pub(crate) fn columns<'a>(analysis: &'a Analysis, results: &[Vec<Document>]) -> Result<Vec<Binned<'a>>, Error> {
    let each = analysis.by.chunks(1).zip(results);
    each.map(|(by, rows)| Ok(column(&by[0], &Groups::read(analysis, by, rows)?))).collect()
}

/// How many of a group closed, and how many did not.
fn counted(row: &Row<'_>) -> Counts {
    let closed = row.closed.unwrap_or(0.0);
    Counts { closed, open: row.with_outcome - closed }
}

fn column<'a>(dimension: &'a Dimension, groups: &Groups<'_>) -> Binned<'a> {
    let rows: Vec<&Row<'_>> = groups.known().collect();
    let customers: Vec<f64> = rows.iter().map(|row| row.customers).collect();
    let is_number = rows.iter().all(|row| numeric(&row.keys[0]).is_some());
    let ranges = quantile_bins(&customers, if is_number { MOST_BINS } else { usize::MAX });
    let counts = |&(first, last): &(usize, usize)| rows[first..=last].iter().map(|row| counted(row)).sum();
    let counts: Vec<Counts> = ranges.iter().map(counts).collect();
    let filter = |rows: &[&Row<'_>]| {
        let keys: Vec<&Bson> = rows.iter().map(|row| &row.keys[0]).collect();
        selecting(groups.analysis, [among(&dimension.expr, &keys)])
    };
    let found = evidence(&counts);
    let bin = |(i, (&counts, &(first, last))): (usize, (&Counts, &(usize, usize)))| {
        let (low, high) = (&rows[first].keys[0], &rows[last].keys[0]);
        Bin {
            name: range(low, high, dimension.unit),
            low: low.clone(),
            counts,
            evidence: found.as_ref().map(|found| found[i]),
            filter: filter(&rows[first..=last]),
        }
    };
    let bins = counts.iter().zip(&ranges).enumerate().map(bin).collect();
    Binned {
        dimension,
        bins,
        is_cut: ranges.len() < rows.len(),
        unknown: groups.rows.iter().filter(|row| !row.is_known).map(counted).sum(),
        all: groups.customers(),
        without_outcome: groups.without_outcome(),
    }
}

/// `13–24`, `$1,438–$2,554`, or the one value.
fn range(low: &Bson, high: &Bson, unit: Unit) -> String {
    let write = |value: &Bson| match numeric(value) {
        Some(number) if unit == Unit::Year => words::year(number),
        Some(number) if unit == Unit::Dollars => words::quantity(number.round(), unit),
        Some(number) if number.abs() >= 1000.0 => words::count(number),
        _ => text(value),
    };
    let (low, high) = (write(low), write(high));
    if low == high { low } else { format!("{low}–{high}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bin_is_named_by_its_ends_in_their_unit() {
        let named = |low: f64, high: f64, unit| range(&Bson::Double(low), &Bson::Double(high), unit);
        assert_eq!(named(1438.3, 2554.0, Unit::Dollars), "$1,438–$2,554");
        assert_eq!(named(0.0, 12.6, Unit::Dollars), "$0–$13");
        assert_eq!(named(999.5, 1000.0, Unit::Ratio), "999.5–1,000");
        assert_eq!(named(-1000.0, 13.0, Unit::Count), "−1,000–13");
        assert_eq!(named(36.0, 36.0, Unit::Months), "36");
        assert_eq!(named(2005.0, 2011.0, Unit::Year), "2005–2011");
        assert_eq!(range(&Bson::from("a"), &Bson::from("b"), Unit::Dollars), "a–b");
    }
}
