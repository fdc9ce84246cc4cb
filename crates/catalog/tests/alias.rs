//! The measure `closure_rate` under the name that it had: `attrition_rate`.

use std::path::Path;

use catalog::{Catalog, Finding};
use contract::Contract;

/// The built-in catalog with one analysis of a user's own.
fn with(analysis: &str, measures: &str) -> Catalog {
    let folder = tempfile::tempdir().expect("a folder for the test");
    for (name, text) in [("status/mine.toml", analysis), ("measures.toml", measures)] {
        let file = folder.path().join(name);
        fs_err::create_dir_all(file.parent().unwrap_or(Path::new("."))).expect("it can be made");
        fs_err::write(file, text).expect("it can be written");
    }
    let built_in = Catalog::built_in(&Contract::card()).unwrap_or_else(|faults| panic!("{faults}"));
    built_in.with_folder(folder.path()).unwrap_or_else(|faults| panic!("{faults}"))
}

const MINE: &str = r#"
title = "Mine"
question = "Who leaves?"
by = ["gender"]
measures = ["customers", "attrition_rate"]
finding = { sentence = "{attrition_rate} of {customers} left, most {attrition_rate.highest}." }
reading = "As it stands."
reading_of.attrition_rate = "A rate."
[chart]
kind = "interval"
x = "gender"
y = ["attrition_rate"]
interval = ["attrition_rate_low", "attrition_rate_high"]
"#;

#[test]
fn it_is_still_asked_for() {
    let catalog = Catalog::built_in(&Contract::card()).unwrap_or_else(|faults| panic!("{faults}"));
    let asked = |name: &str| catalog.compose(&["gender"], &[name], None, catalog.topic("status")?);
    assert_eq!(asked("attrition_rate"), asked("closure_rate"));
    assert_eq!(asked("attrition_rate").map(|analysis| analysis.columns()[2].clone()), Ok("closure_rate".to_owned()));
    assert_eq!(catalog.show("attrition_rate"), catalog.show("closure_rate"));
    assert!(
        catalog
            .compose(&["gender"], &["attrition_rate", "closure_rate"], None, catalog.topic("status").unwrap())
            .is_err()
    );
}

#[test]
fn files_may_go_on_with_it() {
    let catalog = with(MINE, "");
    let mine = catalog.analysis("mine").unwrap();
    assert_eq!(mine.columns(), ["gender", "customers", "closure_rate", "closure_rate_low", "closure_rate_high"]);
    let sentence = "{closure_rate} of {customers} left, most {closure_rate.highest}.";
    assert_eq!(mine.finding, Finding::Template(sentence.to_owned()));
    let chart = mine.chart.as_ref().unwrap();
    assert_eq!(chart.y, ["closure_rate"]);
    assert_eq!(chart.interval, Some(("closure_rate_low".to_owned(), "closure_rate_high".to_owned())));
    assert!(mine.reading.ends_with("A rate."));
}

#[test]
fn a_measure_of_ones_own_may_have_the_name() {
    let own = "[attrition_rate]\nlabel = \"Women\"\naccumulators.attrition_rate = '{ $sum: { $cond: [{ $eq: [\"$Gender\", \"F\"] }, 1, 0] } }'\n";
    let own = with(&MINE.replace("interval = [\"attrition_rate_low\", \"attrition_rate_high\"]", ""), own);
    assert_eq!(own.analysis("mine").unwrap().columns(), ["gender", "customers", "attrition_rate"]);
}

#[test]
fn without_an_outcome_it_is_left_out_by_either_name() {
    let none = "title = \"T\"\n[columns.k]\nkind = \"text\"\nrole = \"customer_key\"\nlabel = \"K\"\n";
    let none = Catalog::built_in(&Contract::parse("none.toml", none).unwrap()).unwrap();
    let error = none.measure("attrition_rate").unwrap_err().to_string();
    assert_eq!(error, "`attrition_rate` needs the role `closed`, which this bank's contract does not have");
}
