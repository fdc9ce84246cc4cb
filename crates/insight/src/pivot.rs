//! A table of two dimensions laid out as a grid: the first dimension down, the second across.
//!
//! In: a table whose first two columns are dimensions. Out: a table with a row for each value of the first, and a column for each
//! value of the second and each measure. Invariant: no value is computed; where there is no group, there is no value.

use crate::{Cell, Column, ColumnRole, Row, Table};

impl Table {
    /// The grid; none of a table that has not two dimensions, or no measure. The number of customers is shown where it is the only
    /// measure, or where `with_counts` asks for it.
    #[must_use]
    pub fn pivot(&self, with_counts: bool) -> Option<Self> {
        let is_dimension = |column: &Column| column.role == ColumnRole::Dimension;
        if self.columns.iter().filter(|column| is_dimension(column)).count() != 2
            || !self.columns.iter().take(2).all(is_dimension)
        {
            return None;
        }
        let of_role = |role: &ColumnRole| {
            let places = self.columns.iter().enumerate().filter(move |(_, column)| column.role == *role);
            places.map(|(place, _)| place).collect::<Vec<_>>()
        };
        let (counts, mut measures) = (of_role(&ColumnRole::Count), of_role(&ColumnRole::Measure));
        if with_counts || measures.is_empty() {
            measures.splice(0..0, counts);
        }
        if measures.is_empty() {
            return None;
        }
        let (down, across) = (self.values(0), self.values(1));
        let mut columns = vec![self.columns[0].clone()];
        for value in &across {
            for measure in &measures {
                columns.push(self.crossed(value, *measure, measures.len() > 1));
            }
        }
        let cell = |first: &Cell, second: &Cell, measure: usize| {
            let row = self.rows.iter().find(|row| row[0] == *first && row[1] == *second);
            row.map_or(Cell::Missing, |row| row[measure].clone())
        };
        let row = |first: &Cell| -> Row {
            let crossed = across.iter().flat_map(|second| measures.iter().map(|measure| cell(first, second, *measure)));
            std::iter::once(first.clone()).chain(crossed).collect::<Vec<_>>().into()
        };
        Some(Self { rows: down.iter().map(row).collect(), columns })
    }

    /// The values of a dimension: in its natural order, numbers by their value, then as they come.
    fn values(&self, place: usize) -> Vec<Cell> {
        let mut values: Vec<Cell> = Vec::new();
        for row in &self.rows {
            if !values.contains(&row[place]) {
                values.push(row[place].clone());
            }
        }
        // What is no number keeps its place behind them.
        values.sort_by(|a, b| a.number().unwrap_or(f64::INFINITY).total_cmp(&b.number().unwrap_or(f64::INFINITY)));
        let order = &self.columns[place].order;
        values.sort_by_key(|value| order.iter().position(|known| known == value).unwrap_or(order.len()));
        values
    }

    /// The column of one value of the second dimension and a measure.
    fn crossed(&self, value: &Cell, measure: usize, are_several: bool) -> Column {
        let name = match value {
            Cell::Text(text) => text.clone(),
            Cell::Integer(number) => number.to_string(),
            Cell::Number(number) => number.to_string(),
            Cell::Missing | Cell::Hidden => "no answer".to_owned(),
        };
        let of = &self.columns[measure];
        let (label, name) = if are_several {
            (format!("{name}: {}", of.label), format!("{name}_{}", of.name))
        } else {
            (name.clone(), name)
        };
        Column::measure(name, label, of.unit)
    }
}

#[cfg(test)]
mod tests {
    use catalog::Unit;

    use super::*;

    #[test]
    fn the_second_dimension_goes_across() {
        let text = |text: &str| Cell::Text(text.to_owned());
        let dimension = |name: &str| Column::new(name, name, Unit::Text, ColumnRole::Dimension);
        let card = Column { order: vec![text("Blue"), text("Silver")], ..dimension("card") };
        let columns = vec![
            dimension("gender"),
            card,
            Column::new("customers", "Customers", Unit::Count, ColumnRole::Count),
            Column::measure("rate", "Rate", Unit::Share),
            Column::new("rate_low", "95 % from", Unit::Share, ColumnRole::Low { of: "rate".to_owned() }),
        ];
        let row = |gender: &str, card: &str, n: i64, rate: f64| {
            vec![text(gender), text(card), Cell::Integer(n), Cell::Number(rate), Cell::Number(0.0)].into()
        };
        let rows = vec![row("F", "Silver", 3, 0.3), row("F", "Blue", 1, 0.1), row("M", "Blue", 2, 0.2)];
        let table = Table { columns, rows };
        let names = |table: &Table| table.columns.iter().map(|column| column.name.clone()).collect::<Vec<_>>();
        let cells = |table: &Table| table.rows.iter().map(|row| row.cells.clone()).collect::<Vec<_>>();
        let rates = table.pivot(false).unwrap();
        assert_eq!(names(&rates), ["gender", "Blue", "Silver"]);
        assert_eq!(
            cells(&rates),
            [vec![text("F"), Cell::Number(0.1), Cell::Number(0.3)], vec![text("M"), Cell::Number(0.2), Cell::Missing]]
        );
        let both = table.pivot(true).unwrap();
        assert_eq!(names(&both), ["gender", "Blue_customers", "Blue_rate", "Silver_customers", "Silver_rate"]);
        assert_eq!(both.columns[1].label, "Blue: Customers");
        let mut counts = table.clone();
        counts.columns.truncate(3);
        assert_eq!(names(&counts.pivot(false).unwrap()), ["gender", "Blue", "Silver"]);
        counts.columns.remove(1);
        assert_eq!(counts.pivot(false), None);
    }
}
