//! How the values of one column are spread: a histogram as an answer of its own.
//!
//! In: a [`QualityPage`], and the name of a column. Out: an [`Answer`] with a bar a row, its chart and its sentence.
//! Invariant: the rows add up to the customers who have an answer; of a column that is hidden there is no answer.

use catalog::{Chart, ChartKind, Unit};

use super::{Bar, ColumnFacts, QualityPage};
use crate::words::{count, one_or_many, percent};
use crate::{Answer, Cell, Column, ColumnRole, Row, Table};

/// In milliseconds.
const A_DAY: f64 = 86_400_000.0;

impl QualityPage {
    /// The histogram of a column; nothing where it has no values that can be drawn.
    #[must_use]
    pub fn distribution(&self, name: &str) -> Option<Answer> {
        let column = self.columns.iter().find(|column| column.name == name && !column.is_hidden)?;
        let answers: u64 = column.drawn.iter().map(|bar| bar.customers).sum();
        if answers == 0 {
            return None;
        }
        let label = column.label.clone();
        let chart = Chart {
            kind: ChartKind::Bar,
            x: "values".to_owned(),
            y: vec!["customers".to_owned()],
            series: None,
            interval: None,
        };
        let question = format!("How are customers spread over the values of “{label}”?");
        Some(Answer {
            filter: self.filter.clone(),
            chart: Some(chart),
            ..Answer::worded(
                &format!("values_of_{name}"),
                &format!("Values of {label}"),
                &question,
                table(column, answers),
                column.told(self.customers, answers),
            )
        })
    }
}

fn table(column: &ColumnFacts, answers: u64) -> Table {
    let columns = vec![
        Column::new("values", &column.label, Unit::Text, ColumnRole::Dimension),
        Column::measure("customers", "Customers", Unit::Count),
        Column::measure("share", "Share", Unit::Share),
    ];
    let row = |bar: &Bar| {
        Row::from(vec![
            Cell::Text(column.named(bar)),
            Cell::Integer(bar.customers as i64),
            Cell::Number(bar.customers as f64 / answers as f64),
        ])
    };
    Table { columns, rows: column.drawn.iter().map(row).collect() }
}

impl ColumnFacts {
    /// The values of a bar in words.
    fn named(&self, bar: &Bar) -> String {
        match &bar.name {
            Some(name) => name.clone(),
            None if self.kind == "date" && bar.to - bar.from <= A_DAY => self.written(bar.from),
            None if self.kind == "date" => format!("from {}", self.written(bar.from)),
            None if self.kind != "whole" => format!("{} to below {}", self.shown(bar.from), self.shown(bar.to)),
            None if bar.to - bar.from > 1.0 => format!("{}–{}", self.shown(bar.from), self.shown(bar.to - 1.0)),
            None => self.shown(bar.from),
        }
    }

    /// A value with its unit, where that is money, cents with two digits.
    fn shown(&self, value: f64) -> String {
        let mut text = self.written(value);
        if self.unit == Unit::Dollars && text.split_once('.').is_some_and(|(_, cents)| cents.len() == 1) {
            text.push('0');
        }
        match text.strip_prefix('−') {
            _ if self.unit != Unit::Dollars => text,
            Some(size) => format!("−${size}"),
            None => format!("${text}"),
        }
    }

    fn told(&self, all: u64, answers: u64) -> Vec<String> {
        let mut told = Vec::new();
        if let Some(spread) = &self.spread {
            let [low, q1, median, q3, high] =
                [spread.min, spread.q1, spread.median, spread.q3, spread.max].map(|value| self.shown(value));
            told.push(format!(
                "The values go from {low} to {high}. The median is {median}, the quartiles are {q1} and {q3}."
            ));
        } else if let Some((name, customers)) = &self.top {
            let share = percent(*customers as f64 / answers as f64);
            told.push(format!(
                "The most frequent value is {name}: {} of {} customers ({share}).",
                count(*customers as f64),
                count(answers as f64)
            ));
        }
        let looked_at = self.first.map_or(all, |first| first.min(all));
        if looked_at > answers {
            told.push(format!(
                "{} of {} customers {} no answer.",
                count((looked_at - answers) as f64),
                count(looked_at as f64),
                one_or_many((looked_at - answers) as f64, "has", "have")
            ));
        }
        if looked_at < all {
            told.push(format!(
                "Of {} customers the first {} by key were looked at.",
                count(all as f64),
                count(looked_at as f64)
            ));
        }
        told
    }
}
