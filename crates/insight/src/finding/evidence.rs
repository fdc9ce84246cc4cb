//! In which bins of each column closure is most and least frequent, by weight of evidence.

use catalog::Unit;

use super::Said;
use crate::bins::{Bin, Binned};
use crate::grouped::{ends, number};
use crate::groups::SMALL;
use crate::statistics::rate::wilson;
use crate::{Cell, Column, ColumnRole, Fact, Row, Table, words};

/// Table and sentence over all columns' bins.
pub(crate) fn say(columns: &[Binned<'_>]) -> (Table, Said) {
    let mut table = Table::default();
    table.columns.extend([
        Column::new("column", "Column", Unit::Text, ColumnRole::Dimension),
        Column::new("bin", "Values", Unit::Text, ColumnRole::Dimension),
        Column::new("customers", "Customers", Unit::Count, ColumnRole::Count),
        Column::measure("closed", "Closed", Unit::Count),
        Column::measure("attrition_rate", "Attrition rate", Unit::Share),
    ]);
    table.columns.extend(ends("attrition_rate", Unit::Share));
    table.columns.extend([
        Column::measure("weight_of_evidence", "Weight of evidence", Unit::Ratio),
        Column::measure("information_value", "Part of information value", Unit::Ratio),
    ]);
    for binned in columns {
        table.rows.extend(binned.bins.iter().map(|bin| Row::from(row(binned, bin))));
    }
    (table, sentence(columns))
}

fn row(binned: &Binned<'_>, bin: &Bin) -> Vec<Cell> {
    let interval = wilson(bin.counts.closed, bin.counts.customers());
    vec![
        Cell::Text(binned.dimension.label.clone()),
        Cell::Text(bin.name.clone()),
        number(Some(bin.counts.customers()), Unit::Count),
        number(Some(bin.counts.closed), Unit::Count),
        Cell::Number(bin.rate()),
        number(interval.map(|interval| interval.low), Unit::Share),
        number(interval.map(|interval| interval.high), Unit::Share),
        number(bin.evidence.map(|evidence| evidence.weight), Unit::Ratio),
        number(bin.evidence.map(|evidence| evidence.information), Unit::Ratio),
    ]
}

fn sentence(columns: &[Binned<'_>]) -> Said {
    let bins = columns.iter().flat_map(|binned| binned.bins.iter().map(move |bin| (binned, bin)));
    let mut bins: Vec<_> = bins
        .filter(|(_, bin)| bin.counts.customers() >= SMALL)
        .filter_map(|(binned, bin)| bin.evidence.map(|evidence| (binned, bin, evidence.weight)))
        .collect();
    bins.sort_by(|a, b| b.2.total_cmp(&a.2));
    let (Some(most), Some(least)) = (bins.first(), bins.last()) else {
        return Said::plain("No bin is large enough to be compared.");
    };
    let told = |(binned, bin, weight): &(&Binned<'_>, &Bin, f64)| {
        let label = &binned.dimension.label;
        format!("“{label}” {} ({}; {})", bin.name, words::signed(*weight), rate(bin))
    };
    let words =
        format!("The weight of evidence for closure is highest at {} and lowest at {}.", told(most), told(least));
    let n_rows = columns.iter().map(|binned| binned.bins.len()).sum();
    Said::fact(Fact::Told { rows: (0..n_rows).collect(), words })
}

/// `40.1 % of 1,013 closed`
fn rate(bin: &Bin) -> String {
    format!("{} of {} closed", words::percent(bin.rate()), words::count(bin.counts.customers()))
}
