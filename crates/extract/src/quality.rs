//! The summary that ends each import: what is in the data, and what to be careful with.
//!
//! In: every block that goes into the bank. Out: [`Quality`], plain data; printing is the fronts' business.

use serde::{Deserialize, Serialize};

use crate::block::{Block, Cells};
use crate::columns::{COLUMNS, CREDIT_LIMIT, Column, Kind, OPEN_TO_BUY, REVOLVING_BALANCE, Side, UNKNOWN, UTILIZATION};
use crate::histogram::Histogram;

/// What an import found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Quality {
    /// Where the data came from: a file's name, or the sample's size and seed.
    pub source: String,
    /// Customers, one row each.
    pub rows: u64,
    /// Rows with the number of a customer who was there already; 0, since the first one stops an import.
    pub duplicates: u64,
    /// Each column of the file, in its order.
    pub columns: Vec<ColumnQuality>,
    /// Rules that rows should keep.
    pub consistency: Vec<Consistency>,
    /// What the user should know, such as columns that were left out.
    pub notices: Vec<String>,
    /// Whether the bank changed; not so where it had all of this already.
    #[serde(skip)]
    pub changed: bool,
}

/// What was found in one column.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ColumnQuality {
    /// Its name.
    pub name: String,
    /// Rows where the answer is missing, that is `Unknown`; `None` where the column has no such word.
    pub missing: Option<u64>,
    /// For numbers other than the customer number.
    pub outliers: Option<Outliers>,
}

/// Values beyond Tukey's fences: more than 1.5 interquartile ranges outside the quartiles. They are kept: on skewed
/// columns they are unusual, not wrong.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Outliers {
    /// The lower fence.
    pub low: f64,
    /// The upper fence.
    pub high: f64,
    /// Rows below the lower fence.
    pub below: u64,
    /// Rows above the upper fence.
    pub above: u64,
    /// The least value.
    pub min: f64,
    /// The greatest value.
    pub max: f64,
}

/// A rule between columns, and how many rows break it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Consistency {
    /// The rule, in words.
    pub rule: String,
    /// Rows that break it.
    pub broken: u64,
}

impl Quality {
    /// Outliers over all columns.
    #[must_use]
    pub fn n_outliers(&self) -> u64 {
        self.columns.iter().filter_map(|column| column.outliers).map(|outliers| outliers.below + outliers.above).sum()
    }
}

/// Counts while blocks pass.
pub(crate) struct Tally {
    n_rows: u64,
    columns: Vec<Counts>,
    open_to_buy_broken: u64,
    utilization_broken: u64,
}

enum Counts {
    /// How many rows have the code of the missing answer, where there is one.
    Missing(Option<u8>, u64),
    Values(Histogram),
    Nothing,
}

impl Tally {
    pub(crate) fn new() -> Self {
        let counts = |column: &Column| match column.kind {
            _ if column.side == Side::Both => Counts::Nothing,
            Kind::Category(categories) => {
                let unknown = categories.iter().position(|category| *category == UNKNOWN);
                Counts::Missing(unknown.map(|code| code as u8), 0)
            }
            Kind::Whole(..) => Counts::Values(Histogram::new(1.0)),
            Kind::Decimal(_, _, steps_per_unit) => Counts::Values(Histogram::new(steps_per_unit)),
        };
        let columns = COLUMNS.iter().map(counts).collect();
        Self { n_rows: 0, columns, open_to_buy_broken: 0, utilization_broken: 0 }
    }

    pub(crate) fn add(&mut self, block: &Block) {
        self.n_rows += block.n_rows() as u64;
        for (counts, cells) in self.columns.iter_mut().zip(&block.columns) {
            match (counts, cells) {
                (Counts::Missing(Some(unknown), n), Cells::Category(codes)) => {
                    *n += codes.iter().map(|code| u64::from(code == unknown)).sum::<u64>();
                }
                (Counts::Values(histogram), Cells::Whole(values)) => histogram.add_whole(values),
                (Counts::Values(histogram), Cells::Decimal(values)) => histogram.add_decimal(values),
                _ => {}
            }
        }
        self.check(block);
    }

    fn check(&mut self, block: &Block) {
        let column = |position: usize| &block.columns[position];
        if let (Cells::Decimal(limits), Cells::Whole(balances), Cells::Decimal(open), Cells::Decimal(utilization)) =
            (column(CREDIT_LIMIT), column(REVOLVING_BALANCE), column(OPEN_TO_BUY), column(UTILIZATION))
        {
            for (((limit, balance), open), utilization) in limits.iter().zip(balances).zip(open).zip(utilization) {
                let balance = f64::from(*balance);
                self.open_to_buy_broken += u64::from((limit - balance - open).abs() > 0.005);
                // Half a thousandth is rounding; the little more is what doubles add to it.
                let is_kept = *limit <= 0.0 || (balance / limit - utilization).abs() < 0.000_501;
                self.utilization_broken += u64::from(!is_kept);
            }
        }
    }

    pub(crate) fn finish(self, source: String, notices: Vec<String>) -> Quality {
        let column = |(column, counts): (&Column, Counts)| ColumnQuality {
            name: column.name.to_owned(),
            missing: if let Counts::Missing(Some(_), n) = counts { Some(n) } else { None },
            outliers: if let Counts::Values(histogram) = counts { outliers(&histogram) } else { None },
        };
        let rule = |rule: &str, broken| Consistency { rule: rule.to_owned(), broken };
        Quality {
            source,
            rows: self.n_rows,
            duplicates: 0,
            columns: COLUMNS.iter().zip(self.columns).map(column).collect(),
            consistency: vec![
                rule("`Avg_Open_To_Buy` is `Credit_Limit` less `Total_Revolving_Bal`", self.open_to_buy_broken),
                rule(
                    "`Avg_Utilization_Ratio` is `Total_Revolving_Bal` over `Credit_Limit`, to three decimals",
                    self.utilization_broken,
                ),
            ],
            notices,
            changed: false,
        }
    }
}

fn outliers(histogram: &Histogram) -> Option<Outliers> {
    let spread = histogram.spread()?;
    let reach = 1.5 * (spread.upper_quartile - spread.lower_quartile);
    let millionths = |value: f64| (value * 1e6).round() / 1e6;
    let (low, high) = (millionths(spread.lower_quartile - reach), millionths(spread.upper_quartile + reach));
    let (below, above) = histogram.outside(low, high);
    Some(Outliers { low, high, below, above, min: spread.min, max: spread.max })
}
