//! The columns that people see: those of a table, with the two ends of an interval as one.
//!
//! In: a table whose intervals stand in neighbouring columns `…_low` and `…_high`. Out: columns with a heading, a side and
//! formatted cells. Machine formats keep the table's own columns.

use catalog::Unit;
use insight::{Cell, Table};

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
    let stem = low.name.strip_suffix("_low");
    stem.is_some() && stem == high.name.strip_suffix("_high")
}

impl Shown<'_> {
    pub(crate) fn label(&self) -> &str {
        if self.is_interval { "95 % interval" } else { &self.table.columns[self.first].label }
    }

    pub(crate) fn is_text(&self) -> bool {
        !self.is_interval && self.table.columns[self.first].unit == Unit::Text
    }

    pub(crate) fn cell(&self, row: usize) -> String {
        let one = |place: usize| match (&self.table.rows[row][place], self.table.columns[place].name.as_str()) {
            // A p-value that a double rounds to zero is small, never none.
            (Cell::Number(value), "p_value") if *value < 0.001 => "< 0.001".to_owned(),
            (cell, _) => number::cell(cell, self.table.columns[place].unit),
        };
        if !self.is_interval {
            return one(self.first);
        }
        match (one(self.first), one(self.first + 1)) {
            (low, high) if low == number::MISSING || high == number::MISSING => number::MISSING.to_owned(),
            (low, high) => format!("{} to {high}", low.trim_end_matches(" %")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::column;

    #[test]
    fn ends_of_an_interval_are_one_column_and_p_values_never_zero() {
        let columns = vec![
            column("rate_low", "95 % from", Unit::Share),
            column("rate_high", "95 % to", Unit::Share),
            column("p_value", "p", Unit::Ratio),
            column("room_low", "A column of its own", Unit::Count),
        ];
        let cells = |low| vec![low, Cell::Number(0.168), Cell::Number(0.0), Cell::Integer(0)];
        let table = Table { columns, rows: vec![cells(Cell::Number(0.154)), cells(Cell::Missing)] };
        let text: Vec<Vec<String>> =
            (0..2).map(|row| super::columns(&table).iter().map(|c| c.cell(row)).collect()).collect();
        assert_eq!(text, [["15.4 to 16.8 %", "< 0.001", "0"], ["–", "< 0.001", "0"]]);
        assert_eq!(super::columns(&table)[0].label(), "95 % interval");
    }
}
