//! The contract of the card data: every column of the bank's file, its type, its range or its categories.
//!
//! Invariant: this one table is all that the importer, the schemas, the quality summary and the sample generator know
//! of the columns; a range fits into the width it is stored in.

use Kind::{Category, Decimal, Whole};
use Side::{Both, Customer, Transaction};

/// One column of the bank's file.
#[derive(Debug)]
pub(crate) struct Column {
    pub(crate) name: &'static str,
    pub(crate) side: Side,
    pub(crate) kind: Kind,
}

/// Which collection a column goes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    Both,
    Customer,
    Transaction,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Kind {
    /// One of these texts, in their natural order, which is also the order of their codes.
    Category(&'static [&'static str]),
    /// A whole number of this range, stored in this width.
    Whole(i32, i32, Width),
    /// A decimal number of this range; the last number says how many parts of one its quartiles are told apart by.
    Decimal(f64, f64, f64),
}

/// The width of a stored whole number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Width {
    Int8,
    Int16,
    Int32,
}

/// The word for a missing answer.
pub(crate) const UNKNOWN: &str = "Unknown";
/// Columns of the file that leak the answer: a classifier's output, computed from whether the account was closed.
pub(crate) const LEAKING: &str = "Naive_Bayes_Classifier_";

/// Invariant: the income classes, in the order of [`INCOME_RANGES`].
const INCOME: &[&str] = &["Less than $40K", "$40K - $60K", "$60K - $80K", "$80K - $120K", "$120K +", UNKNOWN];
/// `Min` and `Max` of each income class, in whole dollars.
pub(crate) const INCOME_RANGES: [(Option<i32>, Option<i32>); 6] = [
    (None, Some(40_000)),
    (Some(40_000), Some(60_000)),
    (Some(60_000), Some(80_000)),
    (Some(80_000), Some(120_000)),
    (Some(120_000), None),
    (None, None),
];

/// Dollars beyond this are a mistake of the export, not a rich customer.
const MOST: i32 = 100_000_000;
const MOST_DECIMAL: f64 = 100_000_000.0;

const fn column(name: &'static str, side: Side, kind: Kind) -> Column {
    Column { name, side, kind }
}

/// The columns, in the order of the bank's file.
pub(crate) const COLUMNS: [Column; 21] = [
    column("CLIENTNUM", Both, Whole(1, i32::MAX, Width::Int32)),
    column("Attrition_Flag", Customer, Category(&["Existing Customer", "Attrited Customer"])),
    column("Customer_Age", Customer, Whole(18, 120, Width::Int8)),
    column("Gender", Customer, Category(&["F", "M"])),
    column("Dependent_count", Customer, Whole(0, 30, Width::Int8)),
    column(
        "Education_Level",
        Customer,
        Category(&["Uneducated", "High School", "College", "Graduate", "Post-Graduate", "Doctorate", UNKNOWN]),
    ),
    column("Marital_Status", Customer, Category(&["Married", "Single", "Divorced", UNKNOWN])),
    column("Income_Category", Customer, Category(INCOME)),
    column("Card_Category", Customer, Category(&["Blue", "Silver", "Gold", "Platinum"])),
    column("Months_on_book", Customer, Whole(0, 1_200, Width::Int16)),
    column("Total_Relationship_Count", Customer, Whole(0, 100, Width::Int8)),
    column("Months_Inactive_12_mon", Customer, Whole(0, 12, Width::Int8)),
    column("Contacts_Count_12_mon", Customer, Whole(0, 100, Width::Int8)),
    column("Credit_Limit", Transaction, Decimal(0.0, MOST_DECIMAL, 10.0)),
    column("Total_Revolving_Bal", Transaction, Whole(0, MOST, Width::Int32)),
    column("Avg_Open_To_Buy", Transaction, Decimal(-MOST_DECIMAL, MOST_DECIMAL, 10.0)),
    column("Total_Amt_Chng_Q4_Q1", Transaction, Decimal(0.0, 100_000.0, 1000.0)),
    column("Total_Trans_Amt", Transaction, Whole(0, MOST, Width::Int32)),
    column("Total_Trans_Ct", Transaction, Whole(0, 30_000, Width::Int16)),
    column("Total_Ct_Chng_Q4_Q1", Transaction, Decimal(0.0, 10_000.0, 1000.0)),
    column("Avg_Utilization_Ratio", Transaction, Decimal(0.0, 1_000.0, 1000.0)),
];

// Where the columns that have a meaning of their own are in `COLUMNS`.
pub(crate) const CLIENTNUM: usize = 0;
pub(crate) const INCOME_CATEGORY: usize = 7;
pub(crate) const CREDIT_LIMIT: usize = 13;
pub(crate) const REVOLVING_BALANCE: usize = 14;
pub(crate) const OPEN_TO_BUY: usize = 15;
pub(crate) const UTILIZATION: usize = 20;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_and_widths_fit_the_table() {
        let names = [CLIENTNUM, INCOME_CATEGORY, CREDIT_LIMIT, REVOLVING_BALANCE, OPEN_TO_BUY, UTILIZATION]
            .map(|position| COLUMNS[position].name);
        let expected = [
            "CLIENTNUM",
            "Income_Category",
            "Credit_Limit",
            "Total_Revolving_Bal",
            "Avg_Open_To_Buy",
            "Avg_Utilization_Ratio",
        ];
        assert_eq!(names, expected);
        for column in &COLUMNS {
            if let Whole(min, max, width) = column.kind {
                let most = match width {
                    Width::Int8 => i32::from(i8::MAX),
                    Width::Int16 => i32::from(i16::MAX),
                    Width::Int32 => i32::MAX,
                };
                assert!(min >= 0 && max <= most, "{}", column.name);
            }
        }
        assert_eq!(INCOME.len(), INCOME_RANGES.len());
    }
}
