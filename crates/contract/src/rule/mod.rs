//! Rules between the columns of a row: MongoDB expressions of a small kind, tested without an engine.
//!
//! In: an expression over columns by their names, with arithmetic, comparisons and logic. Out: a [`Rule`] that counts the rows
//! that break it, or a [`Computed`] value. Types are checked when the contract is read, so testing rows cannot fail.
//! Invariant: a row in which a column of the rule is null is not tested, nor is a value computed from it.

mod computed;
mod eval;
mod read;

use std::ops::Range;

use diagnostic::Diagnostic;
use pipeline::ast::Expr;

use crate::Column;

pub use computed::Computed;

/// What must hold between the columns of a row.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    /// What it is called where rows that break it are accepted.
    pub name: Option<String>,
    /// The rule, in words.
    pub words: String,
    /// What becomes of a row that breaks it.
    pub severity: Severity,
    /// The columns that it reads, by their positions.
    columns: Vec<usize>,
    test: Truth,
    expr: Expr,
}

/// What becomes of a row that breaks a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// It is counted: another bank may count otherwise.
    Note,
    /// It is refused, like a cell that cannot be read.
    Fault,
}

impl Severity {
    /// The severities' names in files.
    pub const NAMES: [&'static str; 2] = ["note", "fault"];

    /// The severity of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "note" => Some(Self::Note),
            "fault" => Some(Self::Fault),
            _ => None,
        }
    }
}

/// Some rows of a table, as rules see them.
pub trait Rows {
    /// How many there are.
    fn n_rows(&self) -> usize;
    /// Adds the numbers of a column of numbers or dates, these as milliseconds; of a null any number.
    fn numbers(&self, column: usize, rows: Range<usize>, into: &mut Vec<f64>);
    /// A cell of a column of texts or categories; of a null any text.
    fn text(&self, column: usize, row: usize) -> &str;
    /// Which cells of a column are there; `None` where all are.
    fn valid(&self, column: usize) -> Option<&[bool]>;
}

/// What has a number for a value.
#[derive(Clone, Debug, PartialEq)]
enum Number {
    Column(usize),
    Literal(f64),
    Abs(Box<Number>),
    Floor(Box<Number>),
    Ceil(Box<Number>),
    Add(Vec<Number>),
    Multiply(Vec<Number>),
    Subtract(Box<[Number; 2]>),
    Divide(Box<[Number; 2]>),
    /// To so many decimals.
    Round(Box<Number>, i32),
}

/// What has a text for a value.
#[derive(Clone, Debug, PartialEq)]
enum Text {
    Column(usize),
    Literal(String),
}

/// What holds or does not.
#[derive(Clone, Debug, PartialEq)]
enum Truth {
    Compare(Comparison, Box<[Number; 2]>),
    CompareTexts(Comparison, Box<[Text; 2]>),
    All(Vec<Truth>),
    Any(Vec<Truth>),
    Not(Box<Truth>),
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// Rows that are tested at once, so that what is computed between stays in the processor's cache.
const STRIDE: usize = 1024;

impl Rule {
    /// Reads a rule's expression over these columns.
    pub(crate) fn parse(
        name: Option<&str>,
        words: &str,
        severity: Severity,
        expression: &str,
        columns: &[Column],
    ) -> Result<Self, Diagnostic> {
        let (test, expr, columns) = read::truth(expression, columns)?;
        Ok(Self { name: name.map(str::to_owned), words: words.to_owned(), severity, columns, test, expr })
    }

    /// The positions of the rows that break the rule, ascending.
    pub fn broken(&self, rows: &impl Rows) -> Vec<usize> {
        let mut broken = Vec::new();
        for start in (0..rows.n_rows()).step_by(STRIDE) {
            let range = start..(start + STRIDE).min(rows.n_rows());
            let mut kept = self.test.values(rows, &range);
            for valid in self.columns.iter().filter_map(|column| rows.valid(*column)) {
                kept.iter_mut().zip(&valid[range.clone()]).for_each(|(kept, is_valid)| *kept |= !is_valid);
            }
            // Nearly always all are kept, which is told without a branch a row.
            if !kept.iter().fold(true, |all, kept| all & kept) {
                broken.extend(range.zip(kept).filter(|(_, kept)| !kept).map(|(row, _)| row));
            }
        }
        broken
    }

    /// The positions of the columns that it reads.
    #[must_use]
    pub fn columns(&self) -> &[usize] {
        &self.columns
    }

    /// The rule as it was written, over columns by their names.
    #[must_use]
    pub fn expr(&self) -> &Expr {
        &self.expr
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Contract;

    const COLUMNS: &str = r#"
        title = "t"
        [columns.k]
        kind = "text"
        role = "customer_key"
        [columns.a]
        kind = "decimal"
        range = [-10, 10]
        nullable = true
        [columns.b]
        kind = "whole"
        range = [-10, 10]
        [columns.c]
        kind = "category"
        categories = [{ value = "no" }, { value = "yes" }]
    "#;

    /// Rows with cells of `a`, `b` and `c`.
    struct Cells {
        a: Vec<f64>,
        is_there: Vec<bool>,
        b: Vec<f64>,
        c: &'static str,
    }

    impl Rows for Cells {
        fn n_rows(&self) -> usize {
            self.a.len()
        }

        fn numbers(&self, column: usize, rows: Range<usize>, into: &mut Vec<f64>) {
            into.extend(&if column == 1 { &self.a } else { &self.b }[rows]);
        }

        fn text(&self, column: usize, _: usize) -> &str {
            if column == 0 { "k" } else { self.c }
        }

        fn valid(&self, column: usize) -> Option<&[bool]> {
            (column == 1).then_some(&self.is_there)
        }
    }

    fn rule(text: &str) -> Rule {
        Rule::parse(None, "", Severity::Note, text, &Contract::parse("t.toml", COLUMNS).unwrap().columns).unwrap()
    }

    /// Whether a row with these cells keeps the rule, or is not tested.
    fn holds(text: &str, a: Option<f64>, b: f64, c: &'static str) -> bool {
        let rows = Cells { a: vec![a.unwrap_or(0.0)], is_there: vec![a.is_some()], b: vec![b], c };
        rule(text).broken(&rows).is_empty()
    }

    #[test]
    fn each_operator_means_what_it_does_in_a_pipeline() {
        for (rule, expected) in [
            ("{$eq: ['$a', 2.5]}", true),
            ("{$ne: ['$a', 2.5]}", false),
            ("{$lt: ['$b', 3]}", false),
            ("{$lt: ['$b', 3.5]}", true),
            ("{$lte: ['$b', 3]}", true),
            ("{$gt: ['$b', 3]}", false),
            ("{$gte: ['$b', 3]}", true),
            ("{$gte: ['$b', 4]}", false),
            ("{$eq: [{$add: ['$a', '$b', 1]}, 6.5]}", true),
            ("{$eq: [{$subtract: ['$a', '$b']}, -0.5]}", true),
            ("{$eq: [{$abs: {$subtract: ['$a', '$b']}}, 0.5]}", true),
            ("{$eq: [{$multiply: ['$a', '$b', 2]}, 15]}", true),
            ("{$eq: [{$divide: ['$b', '$a']}, 1.2]}", true),
            // Half to even, as a server rounds.
            ("{$eq: [{$round: ['$a']}, 2]}", true),
            ("{$eq: [{$round: [{$divide: ['$b', 7]}, 2]}, 0.43]}", true),
            ("{$eq: [{$floor: '$a'}, 2]}", true),
            ("{$eq: [{$ceil: '$a'}, 3]}", true),
            ("{$eq: [{$floor: {$subtract: [0, '$a']}}, -3]}", true),
            ("{$eq: [{$ceil: '$b'}, {$floor: '$b'}]}", true),
            ("{$and: [{$lt: ['$a', 3]}, {$lt: ['$b', 3]}]}", false),
            ("{$or: [{$lt: ['$a', 3]}, {$lt: ['$b', 3]}]}", true),
            ("{$or: [{$lt: ['$a', 2]}, {$lt: ['$b', 3]}]}", false),
            ("{$not: [{$lt: ['$b', 3]}]}", true),
            ("{$eq: ['$c', 'yes']}", true),
            ("{$ne: ['$c', 'yes']}", false),
            ("{$lt: ['$c', '$k']}", false),
            ("{$lt: ['$k', '$c']}", true),
            // Nothing is above or below what has no answer.
            ("{$lte: [{$divide: [0, {$subtract: ['$a', '$a']}]}, 1]}", false),
        ] {
            assert_eq!(holds(rule, Some(2.5), 3.0, "yes"), expected, "{rule}");
        }
    }

    #[test]
    fn a_row_with_a_null_that_the_rule_reads_is_not_tested() {
        assert!(holds("{$and: [{$gt: ['$b', 9]}, {$lt: ['$a', 9]}]}", None, 3.0, "no"));
        assert!(!holds("{$gt: ['$b', 9]}", None, 3.0, "no"), "it does not read `a`");
    }

    #[test]
    fn rows_beyond_the_first_stride_are_counted_too() {
        let n = 2 * STRIDE + 3;
        let b: Vec<f64> = (0..n).map(|row| row as f64).collect();
        let is_there = (0..n).map(|row| row % 2 == 0).collect();
        let rows = Cells { a: b.clone(), is_there, b, c: "no" };
        let threshold = STRIDE + 500;
        assert_eq!(rule(&format!("{{$lt: ['$b', {threshold}]}}")).broken(&rows), (threshold..n).collect::<Vec<_>>());
        // Of those with an `a`, every other.
        let with_a: Vec<usize> = (threshold..n).filter(|row| row % 2 == 0).collect();
        assert_eq!(rule(&format!("{{$lt: [{{$add: ['$a', 0]}}, {threshold}]}}")).broken(&rows), with_a);
    }
}
