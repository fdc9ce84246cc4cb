//! The catalog that the project comes with: without a fault, and its pipelines as one would write them.

use catalog::{Catalog, Topic};

#[test]
fn it_has_no_fault_and_all_three_topics() {
    let catalog = Catalog::built_in().unwrap_or_else(|faults| panic!("{faults}"));
    for topic in Topic::ALL {
        assert!(catalog.analyses().iter().filter(|analysis| analysis.topic == topic).count() >= 10, "{topic:?}");
    }
    for analysis in catalog.analyses() {
        assert!(!analysis.queries().is_empty(), "{}", analysis.name);
        assert!(!analysis.reading.is_empty() && analysis.question.ends_with('?'), "{}", analysis.name);
    }
}
