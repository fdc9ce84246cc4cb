//! A model as an expression of MongoDB: its log-odds are a sum of `$switch`es.
//!
//! In: a model, or a scorecard. Out: the expression, over fields that have the names of the model's inputs.
//! Invariant: all its numbers are multiples of 2⁻¹⁰ and none is large, so the sum has no rounding, in whatever order it is made: a
//! folder, a server and [`Model::log_odds`] agree to the last bit.

use additive::scorecard::Scorecard;
use additive::{Axis, Cuts, Input, Model};
use bson::{Bson, bson, doc};

/// The expression of a model's log-odds.
pub(crate) fn log_odds(model: &Model) -> Bson {
    let mut parts = vec![Bson::Double(model.intercept)];
    parts.extend(model.terms.iter().filter(|term| term.scores.iter().any(|score| *score != 0.0)).map(|term| {
        let all: Vec<Bson> = term.scores.iter().map(|score| Bson::Double(*score)).collect();
        switch(&model.inputs, &term.axes, &all)
    }));
    bson!({ "$add": parts })
}

/// The expression of the probability that log-odds stand for, which `field` holds.
pub(crate) fn probability(field: &str) -> Bson {
    bson!({ "$divide": [1, { "$add": [1, { "$exp": { "$multiply": [-1, format!("${field}")] } }] }] })
}

/// The expression of a scorecard's points.
pub(crate) fn points(card: &Scorecard) -> Bson {
    let inputs: Vec<Input> = card.columns.iter().map(|column| column.input.clone()).collect();
    let parts = card.columns.iter().enumerate().map(|(input, column)| {
        let all: Vec<Bson> = column.points.iter().map(|points| Bson::Int32(*points as i32)).collect();
        switch(&inputs, &[Axis { input, cuts: column.cuts.clone() }], &all)
    });
    bson!({ "$add": parts.collect::<Vec<_>>() })
}

/// The values of bins, by the first of these axes; where there is another, each of its lines is a `$switch` by that.
fn switch(inputs: &[Input], axes: &[Axis], values: &[Bson]) -> Bson {
    let Some((first, others)) = axes.split_first() else { return values.first().cloned().unwrap_or(Bson::Double(0.0)) };
    let lines = values.chunks(values.len() / first.n_bins().max(1)).map(|line| switch(inputs, others, line));
    let lines: Vec<Bson> = lines.collect();
    let field = format!("${}", inputs[first.input].name);
    let (missing, bins) = lines.split_last().map_or((Bson::Double(0.0), &[][..]), |(last, bins)| (last.clone(), bins));
    match &first.cuts {
        Cuts::Edges(edges) => by_edges(&field, edges, bins, missing),
        Cuts::Groups(groups) => {
            let names = inputs[first.input].categories.as_deref().unwrap_or_default();
            by_groups(&field, names, groups, bins, missing)
        }
    }
}

/// Numbers: null, and a field that is not there, come before all numbers.
fn by_edges(field: &str, edges: &[f64], bins: &[Bson], missing: Bson) -> Bson {
    let last = bins.last().cloned().unwrap_or_else(|| missing.clone());
    let mut branches = Vec::new();
    if bins.iter().any(|bin| *bin != missing) {
        branches.push(branch(bson!({ "$lte": [field, Bson::Null] }), missing));
    }
    let pairs: Vec<(&f64, &[Bson])> = edges.iter().zip(bins.windows(2)).collect();
    for (edge, pair) in pairs {
        // Neighbours that are alike are one.
        if pair[0] != pair[1] {
            branches.push(branch(bson!({ "$lt": [field, number(*edge)] }), pair[0].clone()));
        }
    }
    switched(branches, last)
}

/// Categories: what is none of them is missing.
fn by_groups(field: &str, names: &[String], groups: &[u16], bins: &[Bson], missing: Bson) -> Bson {
    let mut branches = Vec::new();
    for (group, bin) in bins.iter().enumerate().filter(|(_, bin)| **bin != missing) {
        let of_group = |of: &u16| usize::from(*of) == group;
        let members: Vec<Bson> =
            names.iter().zip(groups).filter(|(_, of)| of_group(of)).map(|(name, _)| literal(name)).collect();
        let case = match &members[..] {
            [] => continue,
            [one] => bson!({ "$eq": [field, one.clone()] }),
            _ => bson!({ "$in": [field, members] }),
        };
        branches.push(branch(case, bin.clone()));
    }
    switched(branches, missing)
}

/// A text that is no path and no variable.
fn literal(text: &str) -> Bson {
    if text.starts_with('$') { bson!({ "$literal": text }) } else { Bson::String(text.to_owned()) }
}

/// A whole number without a point.
pub(crate) fn number(value: f64) -> Bson {
    let whole = value as i32;
    if f64::from(whole) == value { Bson::Int32(whole) } else { Bson::Double(value) }
}

fn branch(case: Bson, then: Bson) -> Bson {
    doc! { "case": case, "then": then }.into()
}

fn switched(branches: Vec<Bson>, default: Bson) -> Bson {
    if branches.is_empty() { default } else { bson!({ "$switch": { "branches": branches, "default": default } }) }
}

#[cfg(test)]
mod tests {
    use additive::{Column, MISSING, Settings, Watch, fit};
    use engine::expr::Env;

    use super::*;

    #[test]
    fn the_expression_gives_the_log_odds_to_the_last_bit() {
        let a: Vec<f64> = (0..400).map(|i| if i % 9 == 0 { f64::NAN } else { f64::from(i * 37 % 101) / 7.0 }).collect();
        let codes: Vec<u32> = (0..400).map(|i| if i % 11 == 0 { MISSING } else { i * 5 % 3 }).collect();
        let names = ["$10K", "b", "c"].map(str::to_owned);
        let outcomes: Vec<bool> = (0..400).map(|i| (i * 37 % 101 + i * 5 % 3 * 30 + i * 13 % 40) > 95).collect();
        let columns = [Column::numbers("a", &a), Column::categories("c", &codes, &names)];
        let settings = Settings { bags: 3, pairs: 1, most_rounds: 100, ..Settings::default() };
        let model = fit(&columns, &outcomes, &settings, Watch::NONE).unwrap().model;
        assert_eq!(model.terms.len(), 3);
        let expression = pipeline::parse_expr(&log_odds(&model)).unwrap();
        for (row, wanted) in model.log_odds(&columns).unwrap().into_iter().enumerate() {
            let mut document = bson::Document::new();
            if !a[row].is_nan() {
                document.insert("a", a[row]);
            }
            if codes[row] != MISSING {
                document.insert("c", &names[codes[row] as usize]);
            }
            let found = Env::new(&document, bson::DateTime::from_millis(0)).evaluate(&expression).unwrap();
            assert_eq!(found, Some(Bson::Double(wanted)));
        }
    }
}
