//! The chart of an analysis: `[chart]`.
//!
//! In: the table, and the analysis with its columns. Out: the chart; what it lacks is noted, what is wrong with it reported.
//! Invariant: names of columns are looked up only where nothing is wrong with the analysis itself.

use contract::entry::Entry;
use pipeline::{Error, nearest};

use super::analysis::Declared;
use crate::chart::{Chart, ChartKind};
use crate::left_out::{Need, add};
use crate::{Analysis, Catalog, roles};

/// What is known of the analysis that the chart is of.
pub(super) struct Known<'a> {
    pub catalog: &'a Catalog,
    pub analysis: &'a Analysis,
    pub measures: &'a Declared,
    /// Whether nothing is wrong with the names that its columns follow from.
    pub is_sound: bool,
    /// Whether the bank lacks what the first of its findings is made from, and another was taken.
    pub is_other: bool,
}

/// The chart.
pub(super) fn read(mut entry: Entry<'_>, known: &Known<'_>, lacking: &mut Vec<Need>) -> Option<Chart> {
    let Known { catalog, analysis, measures, is_sound, is_other } = *known;
    entry.only(&["kind", "x", "y", "series", "interval"]);
    let kind = entry.parsed("kind", |text| {
        let hint = || nearest("kind", text, ChartKind::NAMES);
        ChartKind::named(text).ok_or_else(|| Error::input(format!("unknown kind of chart `{text}`")).hint(hint()))
    });
    let columns = analysis.columns();
    let is_whole = lacking.is_empty();
    let mut known = |entry: &mut Entry<'_>, key: &str, name: &str| {
        // `<tenure>` is the column of that role.
        let named = if roles::named(name).is_some() { catalog.dimension(name).ok() } else { None };
        let name = named.as_ref().map_or(name, |dimension| dimension.name.as_str());
        let of = name.strip_suffix("_low").or_else(|| name.strip_suffix("_high")).unwrap_or(name);
        if let Some(gone) = measures.gone(name).or_else(|| measures.gone(of)) {
            add(lacking, gone.roles.iter().copied());
        } else if is_sound && is_whole && !columns.iter().any(|column| column == name) {
            let error = Error::input(format!("the table has no column `{name}`"));
            entry.fault(key, error.hint(nearest("column", name, columns.iter().map(String::as_str))));
        }
        name.to_owned()
    };
    let x = entry.text("x").map(|name| known(&mut entry, "x", name));
    let named = entry.texts("y");
    let is_gone = |name: &&str| measures.gone(name).is_some();
    if is_other && !named.is_empty() && named.iter().all(is_gone) {
        let customers = measures.customers.clone()?;
        return Some(Chart { kind: ChartKind::Bar, x: x?, y: vec![customers], series: None, interval: None });
    }
    // Of several that stand side by side, those are drawn that there are.
    let is_part = kind != Some(ChartKind::Box) && !named.iter().all(is_gone);
    let named: Vec<&str> = named.into_iter().filter(|name| !(is_part && is_gone(name))).collect();
    let y: Vec<String> = named.into_iter().map(|name| known(&mut entry, "y", name)).collect();
    if y.is_empty() {
        entry.fault("y", Error::input("a chart shows at least one column"));
    }
    let series = entry.optional_text("series").map(|name| known(&mut entry, "series", name));
    let of_two = [(ChartKind::Heatmap, "a heatmap needs"), (ChartKind::SmallMultiples, "small multiples need")];
    for (_, needs) in of_two.into_iter().filter(|(of_two, _)| kind == Some(*of_two) && series.is_none()) {
        entry.fault("series", Error::input(format!("{needs} `series`: the other dimension")));
    }
    if kind == Some(ChartKind::Box) && y.len() != 5 {
        entry.fault("y", Error::input("boxes need five columns in `y`: quantiles from the lowest to the highest"));
    }
    let named: Vec<String> =
        entry.texts("interval").into_iter().map(|name| known(&mut entry, "interval", name)).collect();
    let interval = match named.as_slice() {
        [low, high] => Some((low.clone(), high.clone())),
        [] => y.first().and_then(|first| analysis.interval_columns(first)),
        _ => {
            entry.fault("interval", Error::input("`interval` names two columns: the lower and the upper end"));
            None
        }
    };
    Some(Chart { kind: kind?, x: x?, y, series, interval })
}
