//! What a chart shows, before it is laid out on the page.
//!
//! In: an answer whose chart names columns of its table. Out: a [`Plot`]: categories × series of finite values.
//! Invariant: every series has one value and one interval slot for each category; no value is NaN or infinite.
//! All pictures, and the terminal's, are drawn from this one definition.

use std::cmp::Ordering;
use std::fmt::Write;

use catalog::{Chart, ChartKind, Unit};
use insight::{Answer, Cell, Column, Row, Table};

use crate::{Error, number, plain};

/// A chart's content.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Plot {
    pub(crate) kind: ChartKind,
    /// The heading of the category axis, and what a category's number counts, where it is one.
    pub(crate) x_label: String,
    pub(crate) x_unit: Unit,
    /// The heading of the value axis and its unit.
    pub(crate) y_label: String,
    pub(crate) y_unit: Unit,
    /// What the series are: the heading of a legend.
    pub(crate) series_label: String,
    pub(crate) categories: Vec<Category>,
    pub(crate) series: Vec<Series>,
    /// Whether colours show how far values are from zero, up to one, and not how large they are.
    pub(crate) is_by_distance: bool,
}

/// A place on the category axis.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Category {
    pub(crate) label: String,
    /// Its number, where categories are numbers.
    pub(crate) number: Option<f64>,
}

/// One value for each category.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Series {
    pub(crate) name: String,
    pub(crate) values: Vec<Option<f64>>,
    pub(crate) intervals: Vec<Option<(f64, f64)>>,
}

/// "Unknown" is a missing answer, not a group: it is drawn grey everywhere.
pub(crate) fn is_unknown(name: &str) -> bool {
    name.eq_ignore_ascii_case("unknown")
}

impl Plot {
    /// The content of an answer's chart.
    pub(crate) fn of(answer: &Answer) -> Result<Self, Error> {
        let Some(chart) = &answer.chart else {
            return Err(Error::no_chart(&answer.name));
        };
        let mut plot = Columns::of(answer, chart)?.read(&answer.table, chart);
        if plot.kind == ChartKind::Ranking {
            // Columns that were chosen one after the other stand in that order.
            let are_chosen = answer.table.columns.iter().any(|column| column.name == "cumulative");
            plot.rank(are_chosen);
        }
        Ok(plot)
    }

    /// The one number axis that categories form, if all of them are numbers that increase.
    pub(crate) fn numbers(&self) -> Option<Vec<f64>> {
        let numbers: Vec<f64> = self.categories.iter().map(|category| category.number).collect::<Option<_>>()?;
        numbers.is_sorted_by(|a, b| a < b).then_some(numbers)
    }

    /// All values, with the ends of their intervals.
    pub(crate) fn all_values(&self) -> impl Iterator<Item = f64> {
        self.series.iter().flat_map(|series| {
            let ends = series.intervals.iter().flatten().flat_map(|&(low, high)| [low, high]);
            series.values.iter().copied().flatten().chain(ends)
        })
    }

    pub(crate) fn has_intervals(&self) -> bool {
        self.series.iter().any(|series| series.intervals.iter().any(Option::is_some))
    }

    /// The heading of the value axis that starts at `low`, with the unit where the ticks do not carry it.
    pub(crate) fn y_title(&self, low: f64) -> String {
        let mut title = self.y_label.clone();
        let unit = match self.y_unit {
            Unit::Months => "month",
            Unit::Years => "year",
            _ => "",
        };
        if !unit.is_empty() && !title.to_lowercase().contains(unit) {
            title = format!("{title} ({unit}s)");
        }
        if let Some(parts) = self.box_parts().filter(|_| self.kind == ChartKind::Box) {
            let _ = write!(title, ": {parts}");
        }
        if self.has_intervals() {
            title.push_str(", with 95 % interval");
        }
        if low > 0.0 {
            let _ = write!(title, " (axis starts at {})", number::number(low, self.y_unit));
        }
        title
    }

    /// Largest first, unless the rows are in order; what has no value is not ranked.
    fn rank(&mut self, is_in_order: bool) {
        let mut order: Vec<usize> = (0..self.categories.len()).collect();
        let first: Vec<Option<f64>> = self.series.first().map(|series| series.values.clone()).unwrap_or_default();
        let key = |&place: &usize| first.get(place).copied().flatten().unwrap_or(f64::NEG_INFINITY);
        if !is_in_order {
            order.sort_by(|a, b| key(b).total_cmp(&key(a)));
        }
        order.retain(|&place| first.get(place).is_some_and(Option::is_some));
        self.categories = order.iter().map(|&place| self.categories[place].clone()).collect();
        for series in &mut self.series {
            series.values = order.iter().map(|&place| series.values[place]).collect();
            series.intervals = order.iter().map(|&place| series.intervals[place]).collect();
        }
    }
}

/// The places in the table of the columns that a chart names.
struct Columns {
    x: usize,
    y: Vec<usize>,
    series: Option<usize>,
    interval: Option<(usize, usize)>,
}

impl Columns {
    fn of(answer: &Answer, chart: &Chart) -> Result<Self, Error> {
        let find = |name: &String| {
            let known = || answer.table.columns.iter().map(|column| column.name.as_str());
            answer.table.column(name).ok_or_else(|| Error::unknown_column(&answer.name, name, known()))
        };
        Ok(Self {
            x: find(&chart.x)?,
            y: chart.y.iter().map(find).collect::<Result<_, _>>()?,
            series: chart.series.as_ref().map(find).transpose()?,
            interval: match &chart.interval {
                Some((low, high)) => Some((find(low)?, find(high)?)),
                None => None,
            },
        })
    }

    fn read(&self, table: &Table, chart: &Chart) -> Plot {
        let x = &table.columns[self.x];
        let y_unit = self.y.first().map_or(Unit::Ratio, |&y| table.columns[y].unit);
        let y_label = match self.y.as_slice() {
            [y] => table.columns[*y].label.clone(),
            _ => unit_name(y_unit).to_owned(),
        };
        let mut plot = Plot {
            kind: chart.kind,
            x_label: x.label.clone(),
            x_unit: x.unit,
            y_label,
            y_unit,
            series_label: self.series.map_or_else(String::new, |column| table.columns[column].label.clone()),
            categories: Vec::new(),
            series: Vec::new(),
            is_by_distance: false,
        };
        match self.series {
            Some(column) => self.read_long(table, column, &mut plot),
            None => self.read_wide(table, &mut plot),
        }
        plot
    }

    /// One row a category, one series for each value column.
    fn read_wide(&self, table: &Table, plot: &mut Plot) {
        plot.categories = table.rows.iter().map(|row| category(&row[self.x], plot.x_unit)).collect();
        for (index, &y) in self.y.iter().enumerate() {
            plot.series.push(Series {
                name: table.columns[y].label.clone(),
                values: table.rows.iter().map(|row| number::value(&row[y])).collect(),
                // The interval belongs to the first value column.
                intervals: table.rows.iter().map(|row| self.interval(row).filter(|_| index == 0)).collect(),
            });
        }
    }

    /// One row for each category and series.
    fn read_long(&self, table: &Table, column: usize, plot: &mut Plot) {
        let Some(&y) = self.y.first() else { return };
        let unit = table.columns[column].unit;
        let read = |row: &Row| (category(&row[self.x], plot.x_unit), category(&row[column], unit));
        let keys: Vec<(Category, Category)> = table.rows.iter().map(read).collect();
        let categories = merged(keys.iter().map(|(place, name)| (&name.label, place)));
        plot.categories = in_order(categories, &table.columns[self.x]);
        // Panels come as the table names them; in other charts a group may lack what others have.
        let are_panels = plot.kind == ChartKind::SmallMultiples;
        let groups: Vec<&str> = keys.iter().map(|(place, _)| if are_panels { "" } else { &place.label }).collect();
        let names = merged(groups.iter().zip(keys.iter().map(|(_, name)| name)));
        let names = in_order(names, &table.columns[column]);
        let n = plot.categories.len();
        let empty = |name: Category| Series { name: name.label, values: vec![None; n], intervals: vec![None; n] };
        plot.series = names.into_iter().map(empty).collect();
        for (row, (place, name)) in table.rows.iter().zip(&keys) {
            let at = plot.categories.iter().position(|known| known == place);
            let series = plot.series.iter_mut().find(|known| known.name == name.label);
            if let (Some(at), Some(series)) = (at, series) {
                series.values[at] = number::value(&row[y]);
                series.intervals[at] = self.interval(row);
            }
        }
    }

    fn interval(&self, row: &Row) -> Option<(f64, f64)> {
        let (low, high) = self.interval?;
        Some((number::value(&row[low])?, number::value(&row[high])?))
    }
}

/// The items of all groups in one order that keeps the order within each group, as far as groups agree: a group may
/// lack items that others have, such as women with the highest incomes.
fn merged<'a, G: PartialEq + 'a, T: Clone + PartialEq + 'a>(items: impl Iterator<Item = (&'a G, &'a T)>) -> Vec<T> {
    let mut order: Vec<T> = Vec::new();
    let mut last: Vec<(&G, usize)> = Vec::new();
    for (group, item) in items {
        let place = last.iter().position(|(known, _)| *known == group);
        let after = place.map_or(0, |place| last[place].1 + 1);
        let at = order.iter().position(|known| known == item).unwrap_or_else(|| {
            // A first item of a group says nothing about those before it: it goes last.
            let at = if place.is_some() { after } else { order.len() };
            order.insert(at, item.clone());
            for (_, seen) in &mut last {
                *seen += usize::from(*seen >= at);
            }
            at
        });
        match place {
            Some(place) => last[place].1 = at,
            None => last.push((group, at)),
        }
    }
    order
}

/// The values of a dimension in their natural order, whatever rows a filter left: numbers by size, names by the order of the
/// column, missing answers last. What has no order stays as it is.
fn in_order(mut values: Vec<Category>, column: &Column) -> Vec<Category> {
    let order: Vec<Category> = column.order.iter().map(|cell| category(cell, column.unit)).collect();
    let is_last = |value: &Category| value.is_unknown() || value.label == number::MISSING;
    let is_number = values.iter().all(|value| value.number.is_some() || is_last(value));
    let place = |value: &Category| order.iter().position(|known| known == value).unwrap_or(order.len());
    values.sort_by(|a, b| {
        let by_size = || match (a.number, b.number) {
            (Some(a), Some(b)) if is_number => a.total_cmp(&b),
            _ => Ordering::Equal,
        };
        is_last(a).cmp(&is_last(b)).then_with(|| place(a).cmp(&place(b))).then_with(by_size)
    });
    values
}

fn category(cell: &Cell, unit: Unit) -> Category {
    Category { label: plain::printable(&number::cell(cell, unit)), number: number::value(cell) }
}

/// What values of several columns have in common.
fn unit_name(unit: Unit) -> &'static str {
    match unit {
        Unit::Share => "Share",
        Unit::Dollars => "US dollars",
        Unit::Months => "Months",
        Unit::Years => "Years",
        Unit::Count => "Count",
        Unit::Year => "Year",
        Unit::Ratio | Unit::Text => "Value",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn panels_come_as_the_table_names_them() {
        let mut answer = crate::samples::multiples();
        let name = |row: &Row| if let Cell::Text(text) = &row[1] { text.clone() } else { String::new() };
        // M before F, though both have a row of one income.
        answer.table.rows.sort_by_key(|row| std::cmp::Reverse(name(row)));
        let plot = Plot::of(&answer).unwrap();
        assert_eq!(plot.series.iter().map(|series| series.name.as_str()).collect::<Vec<_>>(), ["M", "F"]);
    }

    #[test]
    fn groups_that_lack_items_keep_the_common_order() {
        let rows = [("F", "low"), ("F", "middle"), ("F", "Unknown"), ("M", "low"), ("M", "high"), ("M", "Unknown")];
        assert_eq!(merged(rows.iter().map(|(group, item)| (group, item))), ["low", "high", "middle", "Unknown"]);
        let rows = [(1, "b"), (1, "c"), (2, "a"), (2, "b"), (2, "d"), (2, "c")];
        assert_eq!(merged(rows.iter().map(|(group, item)| (group, item))), ["b", "d", "c", "a"]);
    }
}
