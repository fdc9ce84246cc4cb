//! Whether customers fall into groups, as answers.
//!
//! In: what k-means found for each number of groups. Out: the evidence for each with its verdict; and only where groups are there, a
//! second answer with what each is.
//! Invariant: a group is called by its number, and its closure rate has its interval.

use std::fmt::Write as _;

use additive::clusters::{BOOTSTRAPS, DEEPEST, DRAWS, LEAST_JACCARD, Tried};
use catalog::{Chart, ChartKind};
use contract::{Contract, Kind, Unit};
use insight::{Answer, Cell, Column, ColumnRole, Row, Table};

use super::super::clusters::{Grouped, Profile};
use super::super::feature::Feature;
use super::groups::ends;
use super::{chart, share, with_interval};

/// What was found for each number of groups.
pub(super) fn evidence(grouped: &Grouped) -> Answer {
    let columns = vec![
        Column::new("groups", "Groups", Unit::Count, ColumnRole::Dimension),
        Column::measure("jaccard_lowest", "Jaccard, lowest", Unit::Ratio),
        Column::measure("jaccard", "Jaccard, mean", Unit::Ratio),
        Column::measure("adjusted_rand", "Adjusted Rand", Unit::Ratio),
        Column::measure("adjusted_rand_null", "One normal distribution", Unit::Ratio),
        Column::measure("density_between", "Density between", Unit::Share),
        Column::measure("silhouette", "Silhouette", Unit::Ratio),
        Column::measure("explained", "Variance between", Unit::Share),
        Column::text("verdict", "Verdict"),
    ];
    let row = |tried: &Tried| {
        let jaccard = tried.jaccard.iter().sum::<f64>() / tried.jaccard.len().max(1) as f64;
        let [lowest, rand, null] = [tried.least_jaccard(), tried.adjusted_rand, tried.adjusted_rand_null];
        let numbers = [lowest, jaccard, rand, null, tried.valley, tried.silhouette, tried.explained];
        let mut cells = vec![Cell::Integer(tried.k as i64)];
        cells.extend(numbers.map(Cell::Number));
        cells.push(Cell::Text(verdict(tried)));
        Row::from(cells)
    };
    let table = Table { columns, rows: grouped.clusters.tried.iter().map(row).collect() };
    let lines = ["adjusted_rand", "adjusted_rand_null"].map(str::to_owned).to_vec();
    let chart = Chart { kind: ChartKind::Line, x: "groups".to_owned(), y: lines, series: None, interval: None };
    Answer {
        chart: Some(chart),
        reading: format!(
            "k-means finds as many groups as it is asked for, whether there are any. Jaccard similarity (Hennig 2007) and adjusted Rand \
             index (Hubert and Arabie 1985) say how far the groups come back in {BOOTSTRAPS} bootstrap samples: 1 is the same. “One normal \
             distribution” is the index that one heap with the same means and covariances reaches at most in 95 of 100 draws \
             ({DRAWS} were made). “Density between” is how far it falls between the two groups that are least apart, as a part of the lower of \
             their peaks. Groups are there where each has a Jaccard similarity of {LEAST_JACCARD} or more, the index is beyond that of one \
             normal distribution, and the density falls to {:.0} % or less; a skewed heap alone meets the first two. All numbers stand on one scale, \
             and whole numbers are spread over their steps, for the gaps between these are none between groups.",
            DEEPEST * 100.0
        ),
        ..Answer::worded(
            "why_clusters",
            "Whether customers fall into groups",
            "Are there groups of customers, or are they one heap that can be cut anywhere?",
            table,
            sentences(grouped),
        )
    }
}

/// What a division lacks, if anything.
fn verdict(tried: &Tried) -> String {
    let lacks = [
        (!tried.is_stable()).then_some("unstable"),
        (!tried.is_beyond_null()).then_some("as in one heap"),
        (!tried.is_separate()).then_some("no gap"),
    ];
    let lacks: Vec<&str> = lacks.into_iter().flatten().collect();
    if lacks.is_empty() { "groups".to_owned() } else { lacks.join(", ") }
}

fn sentences(grouped: &Grouped) -> Vec<String> {
    let clusters = &grouped.clusters;
    let mut sentences = Vec::new();
    let found = clusters.groups.as_ref().and_then(|groups| clusters.tried.iter().find(|tried| tried.k == groups.k));
    if let Some(tried) = found {
        sentences.push(format!("Customers fall into {} groups: {}.", tried.k, measured(tried)));
    } else {
        sentences.push("There are no stable groups of customers here, so none gets a profile or a name.".to_owned());
        let nearest = nearest(&clusters.tried);
        sentences.extend(nearest.map(|tried| format!("{} groups come nearest: {}.", tried.k, measured(tried))));
    }
    let [drawn, complete, all] =
        [clusters.drawn, clusters.complete, grouped.customers].map(|count| report::count(count as u64));
    let mut told = match (clusters.drawn < clusters.complete, clusters.complete < grouped.customers) {
        (false, false) => format!("All {all} customers were compared"),
        (false, true) => format!("{complete} of {all} customers were compared, those that have all columns"),
        (true, false) => format!("{drawn} of {all} customers were compared, drawn with a fixed seed"),
        (true, true) => {
            format!("{drawn} customers were compared, drawn of the {complete} of {all} that have all columns")
        }
    };
    let _ = write!(told, ", by {} columns of numbers", clusters.columns.len());
    let left_out: Vec<String> =
        grouped.left_out.iter().map(|left| format!("{} ({})", left.name, left.reason)).collect();
    if !left_out.is_empty() {
        let _ = write!(told, "; left out: {}", diagnostic::list(&left_out));
    }
    sentences.push(format!("{told}."));
    sentences
}

/// The division that lacks least; of those whose groups do not come back, the one that comes nearest to it.
fn nearest(tried: &[Tried]) -> Option<&Tried> {
    let met = |of: &Tried| u8::from(of.is_stable()) * (1 + u8::from(of.is_beyond_null()) + u8::from(of.is_separate()));
    tried
        .iter()
        .max_by(|a, b| met(a).cmp(&met(b)).then(a.least_jaccard().total_cmp(&b.least_jaccard())).then(b.k.cmp(&a.k)))
}

/// What was measured of a division; where its groups do not come back, that alone.
fn measured(tried: &Tried) -> String {
    let jaccard = format!("lowest Jaccard similarity {:.2}; {LEAST_JACCARD} is asked for", tried.least_jaccard());
    if !tried.is_stable() {
        return format!("not each comes back in samples of the customers ({jaccard})");
    }
    let but_no = if tried.is_beyond_null() { "" } else { "but no " };
    let surely = format!(
        "{but_no}more surely than the parts of one normal distribution (adjusted Rand index {:.3} against {:.3})",
        tried.adjusted_rand, tried.adjusted_rand_null
    );
    let gap = if tried.is_separate() { "there is a gap between any two" } else { "there is no gap between them" };
    let and = if tried.is_beyond_null() == tried.is_separate() { "and" } else { "but" };
    format!(
        "each comes back in samples of the customers ({jaccard}), {surely}, {and} {gap} (the density between the two least apart is at its \
         lowest {} of the lower peak; {:.0} % is asked for)",
        share(tried.valley),
        DEEPEST * 100.0
    )
}

/// What each group is; only where there are groups.
pub(super) fn profile(contract: &Contract, grouped: &Grouped, compared: &[&Feature]) -> Option<Answer> {
    let groups = &grouped.groups;
    if groups.is_empty() {
        return None;
    }
    let all = groups.iter().map(|group| group.customers).sum::<u64>().max(1) as f64;
    let name = |at: usize| format!("Group {}", at + 1);
    let dimension = Column::new("group", "Group", Unit::Text, ColumnRole::Dimension);
    let mut columns = vec![
        Column { order: (0..groups.len()).map(|at| Cell::Text(name(at))).collect(), ..dimension },
        Column::new("customers", "Customers", Unit::Count, ColumnRole::Count),
        Column::measure("share", "Share", Unit::Share),
        Column::measure("closed", "Closures", Unit::Count),
    ];
    columns.extend(with_interval("closure_rate", "Closure rate", Unit::Share));
    columns.extend(compared.iter().map(|feature| mean(contract, feature)));
    let row = |(at, group): (usize, &Profile)| {
        let (n, left) = (group.customers as f64, group.left as f64);
        let mut cells = vec![Cell::Text(name(at)), Cell::Integer(group.customers as i64), Cell::Number(n / all)];
        cells.extend([Cell::Integer(group.left as i64), Cell::Number(left / n.max(1.0))]);
        cells.extend(ends(left, n));
        cells.extend(group.means.iter().copied().map(Cell::Number));
        Row::from(cells)
    };
    let table = Table { columns, rows: groups.iter().enumerate().map(row).collect() };
    let rates = groups.iter().enumerate().map(|(at, group)| {
        let (n, left) = (group.customers as f64, group.left as f64);
        let interval = insight::wilson(left, n).unwrap_or_default();
        format!(
            "{} in {} ({:.1} to {})",
            share(left / n.max(1.0)),
            name(at),
            interval.low * 100.0,
            share(interval.high)
        )
    });
    let told = format!("The closure rate is {}.", diagnostic::list(&rates.collect::<Vec<_>>()));
    Some(Answer {
        chart: Some(chart(ChartKind::Interval, "group", "closure_rate", &table)),
        reading: "The largest group first. Each customer who has all columns is in the group whose mean is nearest. The outcome was not \
                  compared, but columns that were measured while accounts closed were: a rate describes, and foresees nothing."
            .to_owned(),
        ..Answer::worded(
            "why_cluster_profile",
            "What the groups are",
            "How large is each group, how many of it closed their account, and what sets it apart?",
            table,
            vec![told],
        )
    })
}

/// The column of a mean; that of a column of yes and no is a share.
fn mean(contract: &Contract, feature: &Feature) -> Column {
    let (unit, kind) = contract.column(&feature.name).map_or((Unit::Ratio, None), |of| (of.unit, Some(&of.kind)));
    let (unit, word) = match (kind, unit) {
        (Some(Kind::Whole { min: 0, max: 1 }), _) => (Unit::Share, "share"),
        // The mean of counts is no count.
        (_, Unit::Count) => (Unit::Ratio, "mean"),
        _ => (unit, "mean"),
    };
    Column::measure(format!("{word}_{}", feature.name), format!("{}, {word}", feature.label), unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tried(k: usize, jaccard: f64, adjusted_rand: f64, valley: f64) -> Tried {
        let jaccard = vec![0.99, jaccard];
        Tried { k, jaccard, adjusted_rand, adjusted_rand_null: 0.8, silhouette: 0.3, explained: 0.2, valley }
    }

    #[test]
    fn a_verdict_says_what_is_lacking() {
        assert_eq!(verdict(&tried(2, 0.9, 0.9, 0.2)), "groups");
        assert_eq!(verdict(&tried(2, 0.7, 0.7, 0.9)), "unstable, as in one heap, no gap");
        assert_eq!(
            measured(&tried(3, 0.9, 0.9, 0.95)),
            "each comes back in samples of the customers (lowest Jaccard similarity 0.90; 0.75 is asked for), more surely than the parts of \
             one normal distribution (adjusted Rand index 0.900 against 0.800), but there is no gap between them (the density between the \
             two least apart is at its lowest 95.0 % of the lower peak; 50 % is asked for)"
        );
        assert_eq!(
            measured(&tried(3, 0.7, 0.9, 0.2)),
            "not each comes back in samples of the customers (lowest Jaccard similarity 0.70; 0.75 is asked for)"
        );
        let all = [tried(2, 0.7, 0.9, 0.2), tried(3, 0.8, 0.9, 0.9), tried(4, 0.9, 0.7, 0.9)];
        assert_eq!(nearest(&all).map(|tried| tried.k), Some(3));
        assert_eq!(nearest(&all[..1]).map(|tried| tried.k), Some(2));
    }
}
