//! Means of what not every customer has: over those who have it, with an interval that rests on their number.

use std::path::Path;

use bson::Bson;
use insight::{Answer, Cell};
use statrs::distribution::{ContinuousCDF, StudentsT};

use crate::bench::Bench;

/// A number of a row.
#[track_caller]
fn number(answer: &Answer, row: usize, column: &str) -> f64 {
    let place = answer.table.column(column).unwrap_or_else(|| panic!("no column {column}"));
    answer.table.rows[row][place].number().unwrap_or_else(|| panic!("{column} of row {row} is no number"))
}

#[test]
fn a_mean_and_its_interval_are_those_of_the_values_that_there_are() {
    let bench = Bench::second();
    let answer = bench.question(&["Plan"], &["mean_VisitsPerWeek", "mean_age"], "MonthsWithUs>=0");
    let mut without = 0;
    for (row, plan) in ["Day", "Month", "Year"].into_iter().enumerate() {
        assert_eq!(answer.table.rows[row][0], Cell::Text(plan.to_owned()));
        let rows = bench.rows(&format!("[{{$match: {{Plan: '{plan}'}}}}]"));
        assert_eq!(number(&answer, row, "customers"), rows.len() as f64);
        for (measure, field) in [("mean_VisitsPerWeek", "VisitsPerWeek"), ("mean_age", "AgeYears")] {
            let value = |value: &Bson| value.as_f64().or_else(|| value.as_i32().map(f64::from));
            let values: Vec<f64> = rows.iter().filter_map(|row| row.get(field).and_then(value)).collect();
            let n = values.len() as f64;
            let mean = values.iter().sum::<f64>() / n;
            let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
            let t = StudentsT::new(0.0, 1.0, n - 1.0).expect("more than one value").inverse_cdf(0.975);
            let half = t * (squares / (n - 1.0) / n).sqrt();
            for (column, expected) in [("", mean), ("_low", mean - half), ("_high", mean + half)] {
                let found = number(&answer, row, &format!("{measure}{column}"));
                assert!((found - expected).abs() < 1e-9, "{measure}{column} of {plan}: {found}, not {expected}");
            }
            without += rows.len() - values.len();
        }
    }
    assert_eq!(without, 7, "the file has customers without a value");
    let told =
        |what: &str, n: u32| format!("The mean {what} is of those who have a value; {n} of 60 customers have none.");
    let notes = answer.notes();
    assert!(notes.contains(&told("visits a week", 3)) && notes.contains(&told("age", 4)), "{notes:?}");
}

#[test]
#[expect(clippy::print_stdout, reason = "a skipped test says why")]
fn the_handed_case_counts_who_has_an_upper_income() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/cases/files/w2_nullable");
    if !folder.exists() {
        println!("skipped: no w2_nullable at {}", folder.display());
        return;
    }
    let bench = Bench::sample_by(1_000, 1).with_catalog(&folder);
    let answer = bench.question(&["gender"], &["customers", "mean_income_to"], "Customer_Age>=0");
    // By hand, of 403 women and 421 men: ± 820.6 and ± 2,619.6 by the normal distribution, a little more by Student's.
    for (row, mean, half) in [(0, 44_565.8, 820.6), (1, 86_983.4, 2_619.6)] {
        let [found, low, high] = ["", "_low", "_high"].map(|end| number(&answer, row, &format!("mean_income_to{end}")));
        assert!((found - mean).abs() < 1.0, "{found}");
        assert!((high - low) / 2.0 > half && (high - low) / 2.0 < half * 1.005, "{low} to {high}");
    }
    let note = format!(
        "The mean upper income is of those who have a value; {} of 1,000 customers have none.",
        1_000 - 403 - 421
    );
    assert!(answer.notes().contains(&note), "{:?}", answer.notes());
}
