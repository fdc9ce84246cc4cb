//! Which columns go together, as a chart and as a table of text.
//!
//! In: a [`Matrix`]. Out: a plot, or a table whose headings are numbers that the rows explain.
//! Invariant: each pair stands once in a table, below the diagonal.

use catalog::{ChartKind, Unit};
use insight::{Association, Cell, Column, ColumnRole, Matrix, Row, Table};

use crate::chart::{Category, Plot, Series};
use crate::number;

/// What stands above a matrix.
pub(crate) fn heading(matrix: &Matrix) -> &'static str {
    match matrix.association {
        Association::Spearman => "Numbers that go together",
        Association::CramersV => "Categories that go together",
    }
}

/// How its figures are read.
pub(crate) fn reading(matrix: &Matrix) -> &'static str {
    match matrix.association {
        Association::Spearman => {
            "Spearman’s rank correlation: 1 where two numbers rise together, −1 where one falls as the other rises, 0 where \
             neither tells of the other. Numbers of many values are ranked in twenty groups."
        }
        Association::CramersV => {
            "Cramér’s V, corrected for chance: 0 where two categories tell nothing of each other, 1 where one determines the other."
        }
    }
}

/// The matrix as a heatmap.
pub(crate) fn plot(matrix: &Matrix) -> Plot {
    let n = matrix.labels.len();
    let series = |(at, label): (usize, &String)| Series {
        name: label.clone(),
        values: (0..n).map(|row| matrix.values[row][at].filter(|_| row != at)).collect(),
        intervals: vec![None; n],
    };
    Plot {
        kind: ChartKind::Heatmap,
        x_label: String::new(),
        x_unit: Unit::Text,
        y_label: name(matrix).to_owned(),
        y_unit: Unit::Ratio,
        series_label: String::new(),
        categories: matrix.labels.iter().map(|label| Category { label: label.clone(), number: None }).collect(),
        series: matrix.labels.iter().enumerate().map(series).collect(),
        is_by_distance: true,
    }
}

fn name(matrix: &Matrix) -> &'static str {
    match matrix.association {
        Association::Spearman => "Spearman’s rank correlation",
        Association::CramersV => "Cramér’s V",
    }
}

/// The matrix as numbers, its columns by their names.
pub(crate) fn values(matrix: &Matrix) -> Table {
    let mut columns = vec![Column::new("column", name(matrix), Unit::Text, ColumnRole::Dimension)];
    columns.extend(matrix.labels.iter().map(|label| Column::measure(label.as_str(), label.as_str(), Unit::Ratio)));
    let row = |(label, values): (&String, &Vec<Option<f64>>)| -> Row {
        let figures = values.iter().map(|value| value.map_or(Cell::Missing, Cell::Number));
        std::iter::once(Cell::Text(label.clone())).chain(figures).collect::<Vec<_>>().into()
    };
    Table { columns, rows: matrix.labels.iter().zip(&matrix.values).map(row).collect() }
}

/// The matrix as text, its columns by the numbers of their rows.
pub(crate) fn table(matrix: &Matrix) -> Table {
    let n = matrix.labels.len();
    let mut columns = vec![Column::new("column", name(matrix), Unit::Text, ColumnRole::Dimension)];
    columns.extend((1..n).map(|at| Column::measure(at.to_string(), at.to_string(), Unit::Ratio)));
    let row = |at: usize| -> Row {
        let figure = |value: Option<f64>| value.map_or(Cell::Missing, |value| Cell::Text(number::coefficient(value)));
        let below = (0..n - 1)
            .map(|other| if other < at { figure(matrix.values[at][other]) } else { Cell::Text(String::new()) });
        let label = Cell::Text(format!("{} {}", at + 1, matrix.labels[at]));
        std::iter::once(label).chain(below).collect::<Vec<_>>().into()
    };
    Table { columns, rows: (0..n).map(row).collect() }
}
