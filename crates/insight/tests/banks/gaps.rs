//! A bank in which every answer may be missing: no analysis counts a missing answer as one.
//!
//! What an analysis says must be what it says of the customers alone who have the answers that it rests on.

use std::collections::BTreeSet;

use catalog::{Analysis, Finding, Form, Interval};
use insight::{Answer, Cell};
use pipeline::ast::{Comparison, Path, Predicate, Test};

use crate::bench::Bench;

/// What selects the customers who have all of these answers.
fn known(paths: &BTreeSet<String>) -> Predicate {
    let one = |path: &String| {
        let path = Path::new(path).expect("a path of the contract");
        let is = |value: bson::Bson| Predicate::Field(path.clone(), Test::Compare(Comparison::Ne, value));
        Predicate::And(vec![is(bson::Bson::Null), is(bson::Bson::String("Unknown".to_owned()))])
    };
    Predicate::And(paths.iter().map(one).collect())
}

/// The fields that an analysis groups by.
fn grouped_by(analysis: &Analysis) -> BTreeSet<String> {
    analysis
        .by
        .iter()
        .flat_map(|dimension| dimension.expr.reads().named().to_vec())
        .map(|path| path.to_string())
        .collect()
}

/// The cells of a column by the row's group, of groups whose answers are all known.
fn by_group(answer: &Answer, analysis: &Analysis, column: &str) -> Vec<(Vec<Cell>, Cell)> {
    let place = answer.table.column(column).unwrap_or_else(|| panic!("no column {column}"));
    let is_known = |cell: &Cell| *cell != Cell::Missing && *cell != Cell::Text("Unknown".to_owned());
    let rows = answer.table.rows.iter().map(|row| (row.cells[..analysis.by.len()].to_vec(), row[place].clone()));
    rows.filter(|(group, _)| group.iter().all(is_known)).collect()
}

#[track_caller]
fn assert_same(name: &str, found: &[(Vec<Cell>, Cell)], expected: &[(Vec<Cell>, Cell)]) {
    // A group of which no answer is known has a row without a figure, and none where only known answers are counted.
    let is_counted = |group: &Vec<Cell>| expected.iter().any(|(other, _)| other == group);
    let (found, rest): (Vec<_>, Vec<_>) = found.iter().partition(|(group, _)| is_counted(group));
    assert!(rest.iter().all(|(_, figure)| *figure == Cell::Missing), "{name}: {rest:?}");
    assert_eq!(found.len(), expected.len(), "{name}: {found:?}, not {expected:?}");
    for ((group, found), (other, expected)) in found.into_iter().zip(expected) {
        assert_eq!(group, other, "{name}");
        let is_same = match (found.number(), expected.number()) {
            (Some(found), Some(expected)) => (found - expected).abs() <= 1e-9 * expected.abs().max(1.0),
            _ => found == expected,
        };
        assert!(is_same, "{name} of {group:?}: {found:?}, not {expected:?}");
    }
}

#[test]
fn means_rates_and_their_intervals_are_those_of_the_answers_that_there_are() {
    let bench = Bench::full_of_gaps(3_000);
    let mut n_compared = 0;
    for analysis in
        bench.catalog.analyses().iter().filter(|analysis| analysis.form == Form::Together && analysis.top.is_none())
    {
        if analysis.finding == Finding::Quantiles {
            continue;
        }
        let answer = bench.answer(analysis);
        for measure in &analysis.measures {
            let is_compared = measure.interval != Interval::None || measure.name == "balance_to_limit";
            if !is_compared {
                continue;
            }
            let reads = measure.accumulators.iter().flat_map(|(_, call)| call.reads().named().to_vec());
            let mut paths = grouped_by(analysis);
            paths.extend(reads.map(|path| path.to_string()));
            let restricted = bench.answer(&analysis.with_filter(&known(&paths)));
            let ends = answer.table.interval_of(&measure.name);
            let ends = ends
                .into_iter()
                .flat_map(|(low, high)| [low, high])
                .map(|place| answer.table.columns[place].name.clone());
            for column in ends.chain([measure.name.clone()]) {
                let of = |answer: &Answer| by_group(answer, analysis, &column);
                assert_same(&format!("{}, {column}", analysis.name), &of(&answer), &of(&restricted));
                n_compared += 1;
            }
        }
    }
    assert!(n_compared > 60, "{n_compared}");
}

#[test]
fn columns_in_turn_tables_and_curves_leave_out_whose_outcome_is_not_known() {
    let bench = Bench::full_of_gaps(2_000);
    let ranked = bench.analysis("what_goes_with_closure");
    assert!(ranked.table.rows.len() >= 15);
    for row in &ranked.table.rows {
        let (Cell::Text(label), Some(customers)) = (&row[0], row[2].number()) else { panic!("{row:?}") };
        let contract = bench.catalog.contract();
        let column = contract.columns.iter().find(|column| column.label == *label).expect("a column of the contract");
        let paths = BTreeSet::from([contract.joined_path(column), "Attrition_Flag".to_owned()]);
        assert_eq!(customers, bench.count(&known(&paths)), "{label}");
    }
    let life_table = bench.analysis("life_table");
    let [rate, left] = ["closure_rate", "left"].map(|name| life_table.table.column(name).expect("a column"));
    let mut chained = 1.0;
    for row in life_table.table.rows.iter().filter(|row| row[left] != Cell::Missing) {
        chained *= 1.0 - row[rate].number().expect("a rate");
        assert!((row[left].number().expect("a share") - chained).abs() < 1e-12, "{row:?}");
    }
    assert!(chained < 0.9, "{chained}");
    let closed = bench.analysis("closed_accounts");
    let all = bench.count(&known(&BTreeSet::from(["Attrition_Flag".to_owned()])));
    assert!(
        closed.sentence().starts_with(&format!("Of {} customers ", format!("{all}").replacen('1', "1,", 1))),
        "{}",
        closed.sentence()
    );
}

#[test]
fn quantiles_are_those_of_the_limits_that_there_are() {
    let bench = Bench::full_of_gaps(2_000);
    let analysis = bench.catalog.analysis("limit_quantiles").unwrap_or_else(|error| panic!("{error}"));
    let (answer, paths) =
        (bench.answer(analysis), ["Income_Category".to_owned(), "transactions.Credit_Limit".to_owned()]);
    let restricted = bench.answer(&analysis.with_filter(&known(&BTreeSet::from(paths))));
    for column in ["customers", "p10", "p25", "median", "p75", "p90"] {
        let of = |answer: &Answer| by_group(answer, analysis, column);
        assert_same(column, &of(&answer), &of(&restricted));
    }
}

#[test]
fn every_analysis_tells_what_is_not_known() {
    let bench = Bench::full_of_gaps(2_000);
    let mut n_sums = 0;
    for analysis in bench.catalog.analyses() {
        let (answer, name) = (bench.answer(analysis), &analysis.name);
        let notes = answer.notes().join(" ");
        let counts_closures = answer.table.column("closure_rate");
        if counts_closures.is_some() || analysis.form == Form::Each {
            assert!(notes.contains("no rate of closures counts them"), "{name}: {notes}");
        }
        if analysis.form == Form::Together && analysis.top.is_none() {
            for dimension in &analysis.by {
                assert!(notes.contains(&format!("“{}” is not known for ", dimension.label)), "{name}: {notes}");
            }
        }
        for measure in analysis.measures.iter().filter(|measure| measure.summed.is_some()) {
            let told = format!("The {} is of those who have a value; ", measure.phrase);
            assert!(notes.contains(&told), "{name}: {notes}");
            n_sums += 1;
        }
        assert!(
            !answer.sentence().contains("no answer") && !answer.sentence().contains("Unknown"),
            "{}",
            answer.sentence()
        );
    }
    assert!(n_sums > 5, "{n_sums}");
}
