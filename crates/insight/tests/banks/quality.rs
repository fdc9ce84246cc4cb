//! The quality page of whole banks.

use insight::{ColumnFacts, Missing, QualityPage};

use crate::bench::Bench;

#[track_caller]
fn column<'a>(page: &'a QualityPage, name: &str) -> &'a ColumnFacts {
    page.columns.iter().find(|column| column.name == name).unwrap_or_else(|| panic!("no column {name}"))
}

#[test]
fn the_real_file_is_as_it_is_known() {
    let Some(bench) = Bench::open() else { return };
    let page = bench.quality();
    assert_eq!((page.customers, page.closed, page.without_outcome), (10_127, Some(1_627), 0));
    assert_eq!(page.doubts(), Vec::<String>::new());
    assert!(page.pairs.is_empty(), "{:?}", page.pairs);
    assert!(page.rules.len() >= 2 && page.rules.iter().all(|rule| (rule.tested, rule.broken) == (10_127, 0)));
    for (name, missing, distinct) in
        [("Education_Level", 1_519, 6), ("Marital_Status", 749, 3), ("Income_Category", 1_112, 5), ("Gender", 0, 2)]
    {
        let found = column(&page, name);
        assert_eq!(found.missing, Missing { no_answer: missing, ..Missing::default() }, "{name}");
        assert_eq!(found.distinct, distinct, "{name}");
    }
    let limit = column(&page, "Credit_Limit");
    let spread = limit.spread.expect("it has numbers");
    // Of the sorted column, the values at the places 2,532, 5,064 and 7,596.
    let found = [spread.min, spread.q1, spread.median, spread.q3, spread.max];
    assert_eq!(found, [1438.3, 2555.0, 4549.0, 11_068.0, 34_516.0]);
    let heaps: Vec<(f64, u64)> = limit.heaps.iter().map(|heap| (heap.value, heap.customers)).collect();
    assert_eq!(heaps, [(34_516.0, 508), (1438.3, 507)]);
    let tenure = column(&page, "Months_on_book");
    assert_eq!(tenure.heaps.iter().map(|heap| (heap.value, heap.customers)).collect::<Vec<_>>(), [(36.0, 2_463)]);
    // Counted pair by pair over the file.
    let auc = column(&page, "Total_Trans_Ct").auc.expect("it tells something");
    assert!((auc - 0.795_641_635_6).abs() < 1e-9, "{auc}");
    assert!(page.columns.iter().all(|column| column.leak.is_none()));
    assert_eq!(page.first.rows.len(), 5);
    assert_eq!(page.first.rows[0][0], insight::Cell::Integer(708_082_083));
}

#[test]
fn gaps_are_told_by_the_way_in_which_they_are_gaps() {
    let bench = Bench::full_of_gaps(2_000);
    let page = bench.quality();
    assert_eq!(page.customers, 2_000);
    let outcome = column(&page, "Attrition_Flag");
    assert_eq!(outcome.missing.all(), page.without_outcome);
    assert!(outcome.missing.null > 100 && outcome.missing.no_answer > 100, "{:?}", outcome.missing);
    for column in page.columns.iter().filter(|column| !column.is_hidden) {
        assert!((100..600).contains(&column.missing.null), "{}: {:?}", column.name, column.missing);
        let shown: u64 = column.histogram.iter().map(|bar| bar.customers).sum();
        assert_eq!(shown + column.missing.all(), 2_000, "{}", column.name);
    }
    let rule = &page.rules[0];
    assert!(rule.broken == 0 && rule.tested < 2_000 && rule.tested > 1_000, "{rule:?}");
    let told = page.doubts();
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].starts_with("whether the account was closed is not known for "), "{told:?}");
}

#[test]
fn of_a_large_bank_columns_of_any_number_of_values_are_looked_at_in_part() {
    let bench = Bench::sample(300);
    let inspection = bench.catalog.inspection(None);
    let limited = |last: Option<&bson::Bson>| {
        let is_limited = |question: &&catalog::QualityQuestion| {
            pipeline::print::extended_json(&question.query.1)
                .contains("{\"$match\": {\"CLIENTNUM\": {\"$lte\": 7000}}}")
        };
        let questions = inspection.questions(last);
        let limited = questions.iter().filter(is_limited);
        limited.map(|question| question.about.in_words(bench.catalog.contract())).collect::<Vec<_>>()
    };
    assert_eq!(limited(None), Vec::<String>::new());
    let limited = limited(Some(&bson::Bson::Int32(7000)));
    assert!(limited.contains(&"values of Credit_Limit".to_owned()), "{limited:?}");
    assert!(!limited.contains(&"values of Customer_Age".to_owned()), "{limited:?}");
    let last = pipeline::print::extended_json(&inspection.last().expect("a key that may be shown").query.1);
    assert!(last.contains("{\"$limit\": 200000}") && last.contains("{\"$max\": \"$CLIENTNUM\"}"), "{last}");
}
