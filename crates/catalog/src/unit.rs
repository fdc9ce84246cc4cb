//! What a number counts, and so how it is written.

/// The unit of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// No number: a name.
    Text,
    /// A whole number of things: `1,627`.
    Count,
    /// A share or rate between 0 and 1, shown in percent: `16.1 %`.
    Share,
    /// US dollars: `$3,754`.
    Dollars,
    /// Months: `2.27`.
    Months,
    /// Years: `46.9`.
    Years,
    /// A ratio, index or statistic without unit: `0.377`.
    Ratio,
}
