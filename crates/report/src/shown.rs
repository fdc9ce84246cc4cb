//! The columns that people see: those of a table, with the two ends of an interval as one.
//!
//! In: a table where neighbouring columns have the roles of the two ends. Out: columns with a heading, a side and formatted
//! cells. Machine formats keep the table's own columns.

use catalog::Unit;
use insight::{Cell, ColumnRole, Table};

use crate::number;

/// A column as shown.
pub(crate) struct Shown<'a> {
    table: &'a Table,
    first: usize,
    is_interval: bool,
}

/// The columns of a table as shown, left to right.
pub(crate) fn columns(table: &Table) -> Vec<Shown<'_>> {
    let mut columns = Vec::with_capacity(table.columns.len());
    let mut first = 0;
    while first < table.columns.len() {
        let is_interval = is_interval(table, first);
        columns.push(Shown { table, first, is_interval });
        first += if is_interval { 2 } else { 1 };
    }
    columns
}

fn is_interval(table: &Table, first: usize) -> bool {
    let (Some(low), Some(high)) = (table.columns.get(first), table.columns.get(first + 1)) else { return false };
    match (&low.role, &high.role) {
        (ColumnRole::Low { of }, ColumnRole::High { of: other }) => of == other,
        _ => false,
    }
}

impl Shown<'_> {
    pub(crate) fn label(&self) -> &str {
        if self.is_interval { "95 % interval" } else { &self.table.columns[self.first].label }
    }

    pub(crate) fn is_text(&self) -> bool {
        !self.is_interval && self.table.columns[self.first].unit == Unit::Text
    }

    pub(crate) fn cell(&self, row: usize) -> String {
        let one = |place: usize| match (&self.table.rows[row][place], &self.table.columns[place].role) {
            // A p-value that a double rounds to zero is small, never none.
            (Cell::Number(value), ColumnRole::PValue) if *value < 0.001 => "< 0.001".to_owned(),
            (cell, _) => number::cell(cell, self.table.unit(row, place)),
        };
        if !self.is_interval {
            return one(self.first);
        }
        match (one(self.first), one(self.first + 1)) {
            (low, high) if low == number::HIDDEN || high == number::HIDDEN => number::HIDDEN.to_owned(),
            (low, high) if low == number::MISSING || high == number::MISSING => number::MISSING.to_owned(),
            (low, high) => format!("{} to {high}", low.trim_end_matches(" %")),
        }
    }
}

#[cfg(test)]
mod tests {
    use insight::{Column, Row};

    use super::*;

    #[test]
    fn ends_of_an_interval_are_one_column_and_p_values_never_zero() {
        let columns = vec![
            Column::new("a", "95 % from", Unit::Share, ColumnRole::Low { of: "rate".to_owned() }),
            Column::new("b", "95 % to", Unit::Share, ColumnRole::High { of: "rate".to_owned() }),
            Column::new("c", "p", Unit::Ratio, ColumnRole::PValue),
            Column::measure("rate_low", "A column of its own", Unit::Count),
            Column::measure("rate_high", "Another", Unit::Count),
            Column::measure("p_value", "Not of a test", Unit::Ratio),
        ];
        let cells = |low| {
            let more = [Cell::Number(0.168), Cell::Number(0.0), Cell::Integer(0), Cell::Integer(9), Cell::Number(0.0)];
            Row::from([vec![low], more.to_vec()].concat())
        };
        let table = Table { columns, rows: [Cell::Number(0.154), Cell::Missing, Cell::Hidden].map(cells).to_vec() };
        let text: Vec<Vec<String>> =
            (0..3).map(|row| super::columns(&table).iter().map(|c| c.cell(row)).collect()).collect();
        let rest = ["< 0.001", "0", "9", "0.000"];
        let expected = ["15.4 to 16.8 %", "–", "hidden"].map(|first| [&[first][..], &rest].concat());
        assert_eq!(text, expected);
        assert_eq!(super::columns(&table)[0].label(), "95 % interval");
    }
}
