//! Measures: what is computed for each group of customers.

use pipeline::ast::{Accumulator, AccumulatorCall, Expr, Path, Predicate, Reads};

use crate::Unit;

/// What is computed for each group, such as its closure rate.
#[derive(Clone, Debug, PartialEq)]
pub struct Measure {
    /// Its name in pipelines, tables and on the command line: `closure_rate`.
    pub name: String,
    /// Names that it had, by which it is still asked for.
    pub aliases: Vec<String>,
    /// Its heading: `Closure rate`.
    pub label: String,
    /// How sentences speak of it: `closure rate`.
    pub phrase: String,
    /// What its numbers count.
    pub unit: Unit,
    /// Fields of `$group` that it adds.
    pub accumulators: Vec<(String, AccumulatorCall)>,
    /// How its value comes about.
    pub value: Value,
    /// The interval that its value can be shown with.
    pub interval: Interval,
    /// The field with the number of customers who have what its sums are made of, where some have not. Of a mean its interval
    /// says that.
    pub summed: Option<String>,
    /// The least that its value can be, where the contract says so of the column that it is a mean of.
    pub least: Option<f64>,
    /// What it means to findings, where it means something to them.
    pub role: Option<MeasureRole>,
    /// Where it is computed from how many customers have each value of something, in a pipeline of its own.
    pub by_value: Option<ByValue>,
}

/// What is computed for each group from the values of its customers, counted: a median, the number of different values.
#[derive(Clone, Debug, PartialEq)]
pub struct ByValue {
    /// The value of a customer.
    pub value: Expr,
    /// Which customers have one, where not all do.
    pub known: Option<Predicate>,
    /// The fields that the pipeline's last `$group` adds, over documents of one value each.
    pub fields: Vec<(String, AccumulatorCall)>,
    /// Those of them that are 0 where no customer has a value.
    pub counts: Vec<String>,
}

impl Measure {
    /// Whether it is a standard deviation.
    #[must_use]
    pub fn is_deviation(&self) -> bool {
        let is_one = |accumulator| matches!(accumulator, Accumulator::StdDevPop | Accumulator::StdDevSamp);
        self.accumulators.iter().any(|(name, call)| *name == self.name && is_one(call.accumulator))
    }

    /// Its name, then those that it had.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        std::iter::once(&self.name).chain(&self.aliases).map(String::as_str)
    }

    /// Whether it is a part of the customers.
    pub(crate) fn is_share_of_customers(&self) -> bool {
        matches!(self.value, Value::ShareOf { of_customers: true, .. })
    }

    /// Whether its value follows from these fields of a customer: it reads some of them and no other.
    #[must_use]
    pub fn follows_from(&self, fields: &[Path]) -> bool {
        let mut reads: Vec<Reads> = self.accumulators.iter().map(|(_, call)| call.reads()).collect();
        reads.extend(self.by_value.iter().map(|one| one.value.reads()));
        let is_among = |read: &Reads| !read.is_whole() && read.named().iter().all(|path| fields.contains(path));
        reads.iter().any(|read| !read.named().is_empty()) && reads.iter().all(is_among)
    }

    /// Whether the measure puts a value of this name into rows.
    pub(crate) fn has_column(&self, name: &str) -> bool {
        let end = || name.strip_suffix("_low").or_else(|| name.strip_suffix("_high"));
        self.name == name
            || self.accumulators.iter().any(|(field, _)| field == name)
            || (self.interval != Interval::None && end() == Some(self.name.as_str()))
    }
}

/// What a measure means to findings, whatever it is called.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum MeasureRole {
    /// How many customers there are.
    Customers,
    /// How many of them closed their account.
    Closed,
    /// How much credit they were granted.
    CreditGranted,
    /// How much of it they carry as balances.
    BalancesCarried,
    /// The smallest value that this share of them does not exceed.
    Quantile(f64),
}

impl MeasureRole {
    /// The roles that a measure of a file may have, with their names there.
    pub(crate) const NAMED: [(&'static str, Self); 4] = [
        ("customers", Self::Customers),
        ("closed", Self::Closed),
        ("credit_granted", Self::CreditGranted),
        ("balances_carried", Self::BalancesCarried),
    ];
}

/// How a measure's value comes about.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// The pipeline's field of the measure's name is the value.
    Field,
    /// Computed in the pipeline from accumulated fields and other measures: `closed / customers`.
    Finish(Expr),
    /// The group's part of a total, computed from the rows.
    ShareOf {
        /// The measure whose total is divided.
        measure: String,
        /// Whether the total is taken over the rows that share the first dimension's value.
        within_first: bool,
        /// Whether it is a part of the customers, and so a rate.
        of_customers: bool,
    },
}

/// The interval that a measure's value can be shown with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Interval {
    /// None.
    None,
    /// Wilson's, of a rate: the fields with its numerator and denominator.
    Rate {
        /// The field that counts the successes.
        successes: String,
        /// The field that counts the trials.
        trials: String,
    },
    /// Student's, of a mean.
    Mean {
        /// The field with the sum of squares.
        squares: String,
        /// The field with the number of customers that the mean is of, where some have no value; else it is `customers`.
        n: Option<String>,
    },
    /// Of a quantile, by the ranks of values: the fields with its ends.
    Ranks {
        /// The field with the lower end.
        low: String,
        /// The field with the upper end.
        high: String,
    },
}
