//! Pages of rows that no import of ours would give: a server's collection may hold anything.

use bson::{Bson, Document, doc};
use catalog::Catalog;

use super::*;

const CONTRACT: &str = r#"
    title = "Anything"
    [columns.key]
    kind = "whole"
    range = [1, 1000]
    role = "customer_key"
    [columns.state]
    kind = "category"
    role = "closed"
    categories = [{ value = "open" }, { value = "left", closed = true }]
    [columns.name]
    kind = "text"
    direct_identifier = true
    nullable = true
    [columns.limit]
    kind = "decimal"
    range = [0, 1000]
    nullable = true
"#;

/// The page of the contract where the pipelines give these rows.
fn page(rows: impl Fn(&About) -> Vec<Document>) -> QualityPage {
    let contract = Contract::parse("t.toml", CONTRACT).unwrap_or_else(|faults| panic!("{faults}"));
    let catalog = Catalog::built_in(&contract).unwrap_or_else(|faults| panic!("{faults}"));
    let inspection = catalog.inspection(None);
    let mut questions = vec![inspection.customers()];
    questions.extend(inspection.questions(None));
    let results: Vec<_> = questions.iter().map(|question| rows(&question.about)).collect();
    quality(&contract, None, &questions, &results)
}

#[test]
fn each_way_of_being_missing_is_told_apart() {
    let page = page(|about| match about {
        About::Customers => vec![doc! { "customers": 100, "closed": 20 }],
        About::Types(3) => vec![
            doc! { "_id": "double", "customers": 80 },
            doc! { "_id": "missing", "customers": 5 },
            doc! { "_id": "null", "customers": 7 },
            doc! { "_id": "string", "customers": 3 },
        ],
        About::Types(2) => vec![doc! { "_id": "missing", "customers": 40 }, doc! { "_id": "string", "customers": 60 }],
        About::Values { column: 3, .. } => vec![
            doc! { "limit": Bson::Null, "customers": 12, "closed": 0 },
            doc! { "limit": f64::NAN, "customers": 4, "closed": 0 },
            doc! { "limit": 5, "customers": 30, "closed": 10 },
            doc! { "limit": 5.0, "customers": 6, "closed": 0 },
            doc! { "limit": 7_i64, "customers": 40, "closed": 10 },
            doc! { "limit": "seven", "customers": 3, "closed": 0 },
        ],
        About::Values { column: 1, .. } => vec![
            doc! { "state": "open", "customers": 78, "closed": 0 },
            doc! { "state": "left", "customers": 20, "closed": 20 },
            doc! { "state": "gone", "customers": 2, "closed": 0 },
        ],
        About::Distinct { .. } => vec![doc! { "_id": Bson::Null, "distinct": 55 }],
        _ => Vec::new(),
    });
    let [_, _, name, limit] = page.columns.as_slice() else { panic!("four columns") };
    assert_eq!(limit.missing, Missing { null: 7, no_field: 5, nan: 4, no_answer: 0, odd: 3 });
    assert_eq!(limit.missing_in_words(100), "16 (16.0 %: 7 null, 5 no field, 4 NaN)");
    // 5 as an int and as a double is one value; a text is none.
    assert_eq!(
        (limit.distinct, limit.spread.map(|spread| (spread.min, spread.median, spread.max))),
        (2, Some((5.0, 7.0, 7.0)))
    );
    assert_eq!((name.missing.no_field, name.distinct, &name.histogram), (40, 55, &Vec::new()));
    let doubts = page.doubts();
    assert!(doubts.contains(&"“limit” holds what its contract does not know for 3 customers".to_owned()), "{doubts:?}");
    assert!(doubts.contains(&"“state” holds what its contract does not know for 2 customers".to_owned()), "{doubts:?}");
    // 95 of the 100 customers came out of the join.
    assert_eq!(limit.unjoined, 5);
    assert!(
        doubts.contains(&"the join with the transactions does not find 5 of 100 customers".to_owned()),
        "{doubts:?}"
    );
}

#[test]
fn an_auc_is_never_rounded_up_to_a_suspicion() {
    let told = |auc: f64| ColumnFacts { auc: Some(auc), ..ColumnFacts::default() }.auc_in_words().unwrap_or_default();
    assert_eq!([0.795_64, 0.989_96, 0.99, 0.999_96, 1.0].map(told), ["0.796", "0.989", "0.990", "0.999", "1.000"]);
}

#[test]
fn the_line_tells_the_worst_doubts_and_counts_the_others() {
    let rule = |n: u64| RuleFacts { words: format!("rule {n}"), is_fault: false, tested: 1_000_000, broken: n };
    let doubted = QualityPage { customers: 1_000_000, rules: (1..=6).map(rule).collect(), ..QualityPage::default() };
    let line = doubted.line();
    assert!(
        line.starts_with("1,000,000 customers, 0 columns. To be doubted: the rule “rule 1” holds for 99.99 %; 1 of "),
        "{line}"
    );
    assert!(line.ends_with("4 of 1,000,000 break it; and 2 more."), "{line}");
    assert_eq!(doubted.size(), "1,000,000 customers, 0 columns, 6 doubts.");
    assert_eq!(QualityPage::default().line(), "0 customers, 0 columns. Nothing was found that is to be doubted.");
}
