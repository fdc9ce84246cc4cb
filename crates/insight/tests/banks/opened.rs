//! Any number can be opened: each row of each answer keeps the filter that selects its customers, where it is of customers and not
//! of a column.

use crate::bench::Bench;
use insight::{Answer, ColumnRole};

/// Whether the filter of each row selects as many customers as the row counts.
#[track_caller]
fn check(bench: &Bench, answer: &Answer) -> usize {
    let count = answer.table.columns.iter().position(|column| column.role == ColumnRole::Count);
    let count = count.unwrap_or_else(|| panic!("{} counts no customers", answer.name));
    for row in &answer.table.rows {
        if ["what_goes_with_closure", "what_tells_closure"].contains(&answer.name.as_str()) {
            assert_eq!(row.filter, None, "{}", answer.name);
            continue;
        }
        let filter = row.filter.as_ref().unwrap_or_else(|| panic!("{}: {:?} has no filter", answer.name, row.cells));
        assert_eq!(Some(bench.count(filter)), row[count].number(), "{}: {:?} by {filter:?}", answer.name, row.cells);
    }
    answer.table.rows.len()
}

#[test]
fn every_row_of_the_catalog_selects_its_customers() {
    let bench = Bench::sample(1_500);
    for analysis in bench.catalog.analyses() {
        assert!(check(&bench, &bench.analysis(&analysis.name)) > 0, "{}", analysis.name);
    }
}

#[test]
fn a_row_selects_within_the_filter_that_was_asked_for() {
    let bench = Bench::sample(1_500);
    for name in ["what_goes_with_closure", "weight_of_evidence", "life_table", "by_income", "overview"] {
        let filter = "Gender=F and Total_Trans_Ct>=40";
        let answer = bench.narrowed(name, filter);
        assert!(check(&bench, &answer) > 0, "{name}");
        let all = bench.question(&[], &["customers"], filter).table.rows[0][0].number();
        let first = answer.table.rows.iter().filter_map(|row| Some(bench.count(row.filter.as_ref()?)));
        assert!(first.fold(0.0, f64::max) <= all.unwrap_or(0.0), "{name}");
    }
}

#[test]
fn computed_dimensions_and_bins_of_decimals_are_opened_too() {
    let bench = Bench::sample(1_500);
    let mut analysis = bench.catalog.analysis("weight_of_evidence").unwrap_or_else(|error| panic!("{error}")).clone();
    let names: Vec<&str> = analysis.by.iter().map(|dimension| dimension.name.as_str()).collect();
    assert!(names.contains(&"Credit_Limit") && names.contains(&"Avg_Utilization_Ratio"), "{names:?}");
    // The same over a computed number: its bins are ranges of what an expression gives.
    let place = analysis.by.iter().position(|dimension| dimension.name == "Customer_Age").unwrap_or_default();
    let text = "{$add: ['$Customer_Age', 0.5]}";
    let expr = pipeline::parse_expr(&pipeline::read(text).unwrap_or_else(|error| panic!("{error}")));
    let rows = bench.rows("[{$group: {_id: {$add: ['$Customer_Age', 0.5]}, customers: {$sum: 1}, closed: {$sum: {$cond: [{$eq: ['$Attrition_Flag', 'Attrited Customer']}, 1, 0]}}}}, {$project: {_id: 0, Customer_Age: '$_id', customers: 1, closed: 1}}]");
    analysis.by[place].expr = expr.unwrap_or_else(|error| panic!("{error}"));
    let results: Vec<Vec<bson::Document>> =
        (0..analysis.queries().len()).map(|at| if at == place { rows.clone() } else { Vec::new() }).collect();
    let answer = insight::answer(&analysis, &results).unwrap_or_else(|error| panic!("{error}"));
    assert!(check(&bench, &answer) > 5, "{:?}", answer.table);
}
