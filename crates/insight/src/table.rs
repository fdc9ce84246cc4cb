//! Tables that know what they hold: columns with a role, rows with the filter that selects their customers, cells that may
//! be hidden.
//!
//! Invariant: every row has as many cells as there are columns. Nothing reads meaning out of a column's name: two columns
//! are the ends of an interval because their roles say so.

use catalog::Unit;
use pipeline::ast::Predicate;

/// A table.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    /// The columns, left to right.
    pub columns: Vec<Column>,
    /// The rows, top to bottom.
    pub rows: Vec<Row>,
}

/// A column.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    /// The name that charts, CSV and JSON use: `closure_rate`.
    pub name: String,
    /// The heading: `Closure rate`.
    pub label: String,
    /// What its numbers count.
    pub unit: Unit,
    /// What it is in the table.
    pub role: ColumnRole,
    /// The values in their natural order, of a dimension that has one of its own; empty where they sort themselves.
    pub order: Vec<Cell>,
    /// What its cells hold, where that is known beforehand.
    pub holds: Holds,
}

/// What the cells of a column hold, so that a file has the same types whatever rows there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Holds {
    /// What they show.
    #[default]
    Unknown,
    /// Texts.
    Text,
    /// Whole numbers.
    Whole,
    /// Any numbers.
    Number,
}

/// What a column is in its table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ColumnRole {
    /// What the rows are grouped by.
    Dimension,
    /// A number computed for each row.
    Measure,
    /// How many customers stand behind the row.
    Count,
    /// The lower end of the interval of another column.
    Low {
        /// The name of the column.
        of: String,
    },
    /// The upper end of the interval of another column.
    High {
        /// The name of the column.
        of: String,
    },
    /// The p-value of a test.
    PValue,
    /// Words.
    Text,
}

/// A row.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Row {
    /// Its cells, one a column.
    pub cells: Vec<Cell>,
    /// Which customers it counts, where it counts some that a filter selects.
    pub filter: Option<Predicate>,
    /// What its numbers count, where that differs from row to row and no column says it.
    pub unit: Option<Unit>,
}

/// A cell.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// No value: shown as `–`.
    Missing,
    /// A value that is not to be seen. It is no longer here, so no format, chart or sentence can show it.
    Hidden,
    /// A name.
    Text(String),
    /// A whole number.
    Integer(i64),
    /// Any number.
    Number(f64),
}

impl Table {
    /// The index of the column with this name.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.name == name)
    }

    /// What the number in a cell counts: what its row says, or its column. A p-value counts nothing.
    #[must_use]
    pub fn unit(&self, row: usize, column: usize) -> Unit {
        let (row, column) = (&self.rows[row], &self.columns[column]);
        row.unit.filter(|_| column.role != ColumnRole::PValue).unwrap_or(column.unit)
    }

    /// The indices of the columns with the lower and the upper end of a column's interval.
    #[must_use]
    pub fn interval_of(&self, name: &str) -> Option<(usize, usize)> {
        let find = |wanted: ColumnRole| self.columns.iter().position(|column| column.role == wanted);
        find(ColumnRole::Low { of: name.to_owned() }).zip(find(ColumnRole::High { of: name.to_owned() }))
    }

    /// Takes a value out of the table, with the ends of its interval.
    pub fn hide(&mut self, row: usize, column: usize) {
        let Some(name) = self.columns.get(column).map(|column| column.name.clone()) else { return };
        let ends = self.interval_of(&name).map_or_else(Vec::new, |(low, high)| vec![low, high]);
        for place in ends.into_iter().chain([column]) {
            if let Some(cell) = self.rows.get_mut(row).and_then(|row| row.cells.get_mut(place)) {
                *cell = Cell::Hidden;
            }
        }
    }
}

impl Column {
    /// A column without an order of its own.
    pub fn new(name: impl Into<String>, label: impl Into<String>, unit: Unit, role: ColumnRole) -> Self {
        Self { name: name.into(), label: label.into(), unit, role, order: Vec::new(), holds: Holds::Unknown }
    }

    /// A column of words.
    pub fn text(name: impl Into<String>, label: impl Into<String>) -> Self {
        Self::new(name, label, Unit::Text, ColumnRole::Text)
    }

    /// A column of numbers.
    pub fn measure(name: impl Into<String>, label: impl Into<String>, unit: Unit) -> Self {
        Self::new(name, label, unit, ColumnRole::Measure)
    }

    /// Whether it is an end of another column's interval.
    #[must_use]
    pub fn is_end(&self) -> bool {
        matches!(self.role, ColumnRole::Low { .. } | ColumnRole::High { .. })
    }
}

/// The cell of a column, by its place.
impl std::ops::Index<usize> for Row {
    type Output = Cell;

    fn index(&self, place: usize) -> &Cell {
        &self.cells[place]
    }
}

impl std::ops::IndexMut<usize> for Row {
    fn index_mut(&mut self, place: usize) -> &mut Cell {
        &mut self.cells[place]
    }
}

/// A row that no filter selects.
impl From<Vec<Cell>> for Row {
    fn from(cells: Vec<Cell>) -> Self {
        Self { cells, filter: None, unit: None }
    }
}

impl Cell {
    /// Its number, where it is one.
    #[must_use]
    pub fn number(&self) -> Option<f64> {
        match self {
            Self::Integer(value) => Some(*value as f64),
            Self::Number(value) => Some(*value),
            Self::Missing | Self::Hidden | Self::Text(_) => None,
        }
    }
}
