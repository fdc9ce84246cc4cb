//! A comparison of two segments for people: heading, table, sentence, notes.
//!
//! In: a [`Compared`]. Out: text, or a page of HTML. Each row is written in the unit of its measure; differences of shares are in points.

use catalog::Unit;
use insight::{Cell, Column, ColumnRole, Compared, Interval, Pair, Table};

use crate::answer::markdown_notes;
use crate::file::answer_page;
use crate::number::{MISSING, number};
use crate::table::{Format, render};

/// The whole comparison as text, its table no wider than `width`.
#[must_use]
pub fn comparison_text(compared: &Compared, width: Option<usize>) -> String {
    let table = render(&table(compared), Format::Table, width);
    let mut text = format!("{}\n\n{table}\n{}\n", compared.heading(), compared.sentence());
    for note in compared.notes() {
        text.extend(["note: ", &note, "\n"]);
    }
    text
}

/// The comparison in Markdown.
#[must_use]
pub fn comparison_markdown(compared: &Compared) -> String {
    let table = render(&table(compared), Format::Markdown, None);
    let notes = markdown_notes(&compared.notes());
    format!("## {}\n\n{}\n\n{table}{notes}", compared.heading(), compared.sentence())
}

/// The comparison as a page of HTML; what is saved from its table are the numbers.
#[must_use]
pub fn comparison_html(compared: &Compared) -> String {
    let answer = compared.answer();
    answer_page(&answer, &table(compared), &answer.table)
}

/// The figures as people read them.
fn table(compared: &Compared) -> Table {
    let figure = |name: &str, label: &str| Column::measure(name, label, Unit::Ratio);
    let [first, second] = &compared.names;
    let columns = vec![
        Column::new("measure", "Measure", Unit::Text, ColumnRole::Dimension),
        figure("first", first),
        figure("first_interval", "95 % interval"),
        figure("second", second),
        figure("second_interval", "95 % interval"),
        figure("difference", "Difference"),
        figure("difference_interval", "95 % interval"),
        Column::new("p_value", "p", Unit::Ratio, ColumnRole::PValue),
    ];
    let text = |text: String| Cell::Text(text);
    let count = |n: u64| text(number(n as f64, Unit::Count));
    let [ours, theirs] = compared.customers;
    let customers = vec![
        text("Customers".to_owned()),
        count(ours),
        Cell::Missing,
        count(theirs),
        Cell::Missing,
        text(apart(ours as f64 - theirs as f64, Unit::Count)),
        Cell::Missing,
        Cell::Missing,
    ];
    let row = |pair: &Pair| {
        let value = |value: Option<f64>| value.map_or(Cell::Missing, |value| text(number(value, pair.unit)));
        let ends = |interval: Option<Interval>| {
            let Some(Interval { low, high }) = interval else { return Cell::Missing };
            let (low, high) = (number(low, pair.unit), number(high, pair.unit));
            text(format!("{} to {high}", low.trim_end_matches(" %")))
        };
        let between = pair.interval.map_or(Cell::Missing, |Interval { low, high }| {
            text(format!("{} to {}", apart(low, pair.unit).trim_end_matches(POINTS), apart(high, pair.unit)))
        });
        vec![
            text(pair.label.clone()),
            value(pair.values[0]),
            ends(pair.intervals[0]),
            value(pair.values[1]),
            ends(pair.intervals[1]),
            pair.difference.map_or(Cell::Missing, |difference| text(apart(difference, pair.unit))),
            between,
            pair.p_value.map_or(Cell::Missing, Cell::Number),
        ]
        .into()
    };
    let rows = std::iter::once(customers.into()).chain(compared.pairs.iter().map(row)).collect();
    Table { columns, rows }
}

/// What follows a difference of shares: percentage points.
const POINTS: &str = " points";

/// A difference with its sign; of shares in points.
fn apart(difference: f64, unit: Unit) -> String {
    let text = number(difference, unit);
    if text == MISSING {
        return text;
    }
    let text = if difference > 0.0 { format!("+{text}") } else { text };
    match (unit, text.strip_suffix(" %")) {
        (Unit::Share, Some(percent)) => format!("{percent}{POINTS}"),
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compared() -> Compared {
        let pair = |name: &str, label: &str, unit, values: [f64; 2], p_value| Pair {
            name: name.to_owned(),
            label: label.to_owned(),
            phrase: label.to_lowercase(),
            unit,
            values: values.map(Some),
            intervals: values.map(|value| Some(Interval { low: value * 0.9, high: value * 1.1 })),
            difference: Some(values[0] - values[1]),
            interval: None,
            p_value: Some(p_value),
            is_fixed: false,
        };
        Compared {
            names: ["Gender = F", "Gender = M"].map(str::to_owned),
            filter: Some("Age > 40".to_owned()),
            day: Some("2026-06-30".to_owned()),
            customers: [5358, 4769],
            pairs: vec![
                pair("closure_rate", "Closure rate", Unit::Share, [0.174, 0.146], 1e-5),
                pair("mean_limit", "Mean credit limit", Unit::Dollars, [5024.4, 12686.0], 0.2),
            ],
        }
    }

    #[test]
    fn the_page_tells_what_the_terminal_tells() {
        let compared = compared();
        let (page, text) = (comparison_html(&compared), comparison_text(&compared, None));
        let page = page.replace('\u{a0}', " ");
        let heading = "Gender = F beside Gender = M (only customers with Age &gt; 40, as of 2026-06-30)";
        assert!(page.contains(&format!("<title>{heading}</title>")) && page.contains(&format!("<h1>{heading}</h1>")));
        let told = ["Closure rate", "17.4 %", "15.7 to 19.1 %", "+2.8 points", "$5,024", "−$7,662", "+589"];
        let told = told.into_iter().map(str::to_owned).chain([compared.sentence()]).chain(compared.notes());
        for told in told {
            assert!(text.contains(&told) && page.contains(&crate::html::escape(&told)), "{told} in {page}");
        }
        // What is saved from there are the numbers.
        assert!(page.contains("closure_rate,share,0.174,"), "{page}");
    }

    #[test]
    fn a_table_of_numbers_is_shown_in_the_unit_of_each_row() {
        let text = render(&compared().labelled(), Format::Table, None);
        for row in ["Closure rate       share        17.4 %", "Mean credit limit  dollars      $5,024"] {
            assert!(text.contains(row), "{row} in {text}");
        }
        assert!(text.contains("< 0.001") && text.contains("0.200"), "{text}");
    }
}
