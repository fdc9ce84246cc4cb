//! The real file, where it is at hand: its figures and its quality come out as they are known.

#![expect(clippy::needless_raw_string_hashes, reason = "expect-test writes them so")]

use std::fmt::Write;
use std::path::{Path, PathBuf};

use expect_test::expect;
use extract::{Contract, Options, import_customers};
use store::Store;

/// The real file, or `None` and a line that says so.
#[expect(clippy::print_stderr, reason = "a skipped test says so")]
fn real_file() -> Option<PathBuf> {
    let data = std::env::var_os("BANKSPHERE_DATA").map(PathBuf::from);
    let data = data.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"));
    let path = data.join("BankChurners.csv");
    if !path.exists() {
        eprintln!("skipped: no BankChurners.csv at {}", data.display());
        return None;
    }
    Some(path)
}

#[test]
fn the_real_file_comes_in_with_its_quality() {
    let Some(path) = real_file() else { return };
    let dir = tempfile::tempdir().unwrap();
    let store = Store::create_or_open(dir.path()).unwrap();
    let quality = import_customers(&Contract::card(), &path, &store, &Options::default()).unwrap();
    let mut text = format!("{} rows, {} duplicates, changed {}\n", quality.rows, quality.duplicates, quality.changed);
    for column in &quality.columns {
        if let Some(missing) = column.missing {
            writeln!(text, "{}: {missing} unknown", column.name).unwrap();
        }
        if let Some(outliers) = column.outliers {
            let (low, high, below, above) = (outliers.low, outliers.high, outliers.below, outliers.above);
            writeln!(text, "{}: {below} below {low}, {above} above {high}", column.name).unwrap();
        }
    }
    for rule in &quality.consistency {
        writeln!(text, "{} break: {}", rule.broken, rule.rule).unwrap();
    }
    text += &quality.notices.join("\n");
    expect![[r#"
        10127 rows, 0 duplicates, changed true
        Customer_Age: 0 below 24.5, 2 above 68.5
        Dependent_count: 0 below -2, 0 above 6
        Education_Level: 1519 unknown
        Marital_Status: 749 unknown
        Income_Category: 1112 unknown
        Months_on_book: 188 below 17.5, 198 above 53.5
        Total_Relationship_Count: 0 below 0, 0 above 8
        Months_Inactive_12_mon: 29 below 0.5, 302 above 4.5
        Contacts_Count_12_mon: 399 below 0.5, 230 above 4.5
        Credit_Limit: 0 below -10213.75, 984 above 23836.25
        Total_Revolving_Bal: 0 below -1778.5, 0 above 3921.5
        Avg_Open_To_Buy: 0 below -11477.25, 963 above 22660.75
        Total_Amt_Chng_Q4_Q1: 47 below 0.289, 348 above 1.201
        Total_Trans_Amt: 0 below -1722.75, 896 above 8619.25
        Total_Trans_Ct: 0 below -9, 2 above 135
        Total_Ct_Chng_Q4_Q1: 96 below 0.228, 298 above 1.172
        Avg_Utilization_Ratio: 0 below -0.697, 0 above 1.223
        0 break: `Avg_Open_To_Buy` is `Credit_Limit` less `Total_Revolving_Bal`
        0 break: `Avg_Utilization_Ratio` is `Total_Revolving_Bal` over `Credit_Limit`, to three decimals
        0 break: `Total_Ct_Chng_Q4_Q1` is a ratio of two whole numbers that add up to `Total_Trans_Ct`, to three decimals
        0 break: `Total_Amt_Chng_Q4_Q1` is a ratio of two whole numbers that add up to `Total_Trans_Amt`, to three decimals
        left out `Naive_Bayes_Classifier_…` (2 columns): computed from the outcome"#]].assert_eq(&text);
    assert!(!import_customers(&Contract::card(), &path, &store, &Options::default()).unwrap().changed);
    let collections = store.collections();
    let sizes: Vec<_> = collections.iter().map(|collection| (collection.name.as_str(), collection.rows)).collect();
    assert_eq!(sizes, [("customers", 10_127), ("transactions", 10_127)]);
}
