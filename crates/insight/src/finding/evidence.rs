//! In which bins of each column closure is most and least frequent, by weight of evidence.

use catalog::Unit;

use super::Said;
use super::alike::standing_for;
use super::drivers::{Ranked, ranking, why_none};
use crate::bins::{Bin, Binned, ends_of, few, without_outcome};
use crate::grouped::{ends, number};
use crate::statistics::SMALL;
use crate::statistics::rate::wilson;
use crate::{Cell, Column, ColumnRole, Fact, Nothing, Row, Table, Weighed};

/// Table and facts over the bins of all columns, those that tell most first.
pub(crate) fn say(all: &[Binned<'_>]) -> (Table, Said) {
    let mut columns: Vec<&Binned<'_>> = all.iter().collect();
    columns.sort_by(|a, b| b.information_value().unwrap_or(0.0).total_cmp(&a.information_value().unwrap_or(0.0)));
    let mut table = Table::default();
    table.columns.extend([
        Column::new("column", "Column", Unit::Text, ColumnRole::Dimension),
        Column::text("also", "Also told by"),
        Column::new("bin", "Values", Unit::Text, ColumnRole::Dimension),
        Column::new("customers", "Customers", Unit::Count, ColumnRole::Count),
        Column::measure("closed", "Closed", Unit::Count),
        Column::measure("closure_rate", "Closure rate", Unit::Share),
    ]);
    table.columns.extend(ends("closure_rate", Unit::Share));
    table.columns.extend([
        Column::measure("weight_of_evidence", "Weight of evidence", Unit::Ratio),
        Column::measure("information_value", "Part of information value", Unit::Ratio),
    ]);
    let ranking = ranking(all);
    let are_none_ranked = ranking.is_empty();
    let sure: Vec<Ranked<'_>> = ranking.into_iter().filter(Ranked::is_sure).collect();
    let is_sure = |binned: &Binned<'_>| sure.iter().any(|ranked| std::ptr::eq(ranked.binned, binned));
    let standing = standing_for(&columns);
    for (binned, best) in columns.iter().zip(&standing) {
        let best = &columns[*best].dimension.label;
        let also = if *best == binned.dimension.label { Cell::Missing } else { Cell::Text(best.clone()) };
        let row = |bin: &Bin| Row { filter: Some(bin.filter.clone()), ..cells(binned, &also, bin).into() };
        table.rows.extend(binned.bins.iter().map(row));
    }
    let n_rows = table.rows.len();
    let each_once = columns.iter().enumerate().filter(|(at, _)| standing[*at] == *at).map(|(_, binned)| *binned);
    let mut said = if are_none_ranked {
        Said::nothing(why_none(all))
    } else {
        facts(&each_once.filter(|binned| is_sure(binned)).collect::<Vec<_>>(), n_rows)
    };
    said.cautions.extend(few(all, n_rows));
    said.cautions.extend(without_outcome(all, n_rows));
    (table, said)
}

fn cells(binned: &Binned<'_>, also: &Cell, bin: &Bin) -> Vec<Cell> {
    let interval = wilson(bin.counts.closed, bin.counts.customers());
    vec![
        Cell::Text(binned.dimension.label.clone()),
        also.clone(),
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

/// The bins at both ends, of the columns that tell more than chance.
fn facts(columns: &[&Binned<'_>], n_rows: usize) -> Said {
    if columns.is_empty() {
        return Said::nothing(Nothing::AllChance);
    }
    let bins = columns.iter().flat_map(|binned| binned.bins.iter().map(move |bin| (*binned, bin)));
    let n_smaller = bins.clone().filter(|(_, bin)| bin.counts.customers() < SMALL).count();
    let mut bins: Vec<(Weighed, &Bin)> = bins
        .filter(|(_, bin)| bin.counts.customers() >= SMALL)
        .filter_map(|(binned, bin)| {
            let (column, weight) = (binned.dimension.label.clone(), bin.evidence?.weight);
            Some((Weighed { column, bin: bin.as_rate(), weight }, bin))
        })
        .collect();
    if bins.is_empty() {
        return Said::nothing(Nothing::NoBin);
    }
    bins.sort_by(|(a, _), (b, _)| b.weight.total_cmp(&a.weight));
    let (weighed, bins): (Vec<Weighed>, Vec<&Bin>) = bins.into_iter().unzip();
    let Some((highest, lowest)) = ends_of(&bins) else { return Said::nothing(Nothing::OneBin) };
    let of = |places: Vec<usize>| places.into_iter().map(|at| weighed[at].clone()).collect();
    Said::fact(Fact::Evidence { rows: (0..n_rows).collect(), highest: of(highest), lowest: of(lowest), n_smaller })
}
