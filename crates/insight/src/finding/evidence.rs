//! In which bins of each column closure is most and least frequent, by weight of evidence.

use catalog::Unit;

use super::Said;
use crate::bins::{Bin, Binned};
use crate::groups::SMALL;
use crate::statistics::rate::wilson;
use crate::table::{column, ends, number};
use crate::{Cell, Table, words};

/// Table and sentence over all columns' bins.
pub(crate) fn say(columns: &[Binned<'_>]) -> (Table, Said) {
    let mut table = Table::default();
    table.columns.extend([
        column("column", "Column", Unit::Text),
        column("bin", "Values", Unit::Text),
        column("customers", "Customers", Unit::Count),
        column("closed", "Closed", Unit::Count),
        column("attrition_rate", "Attrition rate", Unit::Share),
    ]);
    table.columns.extend(ends("attrition_rate", Unit::Share));
    table.columns.extend([
        column("weight_of_evidence", "Weight of evidence", Unit::Ratio),
        column("information_value", "Part of information value", Unit::Ratio),
    ]);
    for binned in columns {
        table.rows.extend(binned.bins.iter().map(|bin| row(binned, bin)));
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
    Said::plain(format!(
        "The weight of evidence for closure is highest at {} and lowest at {}.",
        told(most),
        told(least),
    ))
}

/// `40.1 % of 1,013 closed`
fn rate(bin: &Bin) -> String {
    format!("{} of {} closed", words::percent(bin.rate()), words::count(bin.counts.customers()))
}
