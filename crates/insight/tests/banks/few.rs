//! Few customers: each analysis of the catalog says that they are few, and neither tests nor ranks what they are.

use crate::bench::Bench;
use insight::{Cell, ColumnRole};

/// The numbers of some customers, of whom every other one closed the account.
fn some(bench: &Bench, n: usize) -> String {
    let numbers = |closed: &str| {
        let rows = bench.rows(&format!(
            "[{{$match: {{Attrition_Flag: '{closed}'}}}}, {{$sort: {{CLIENTNUM: 1}}}}, {{$limit: 20}}]"
        ));
        rows.into_iter().filter_map(|row| row.get_i32("CLIENTNUM").ok()).collect::<Vec<_>>()
    };
    let (closed, open) = (numbers("Attrited Customer"), numbers("Existing Customer"));
    let numbers = closed.iter().zip(&open).flat_map(|(closed, open)| [closed, open]).take(n);
    format!("CLIENTNUM in {}", numbers.map(i32::to_string).collect::<Vec<_>>().join(","))
}

#[test]
fn few_customers_are_told_as_few_and_nothing_is_certain() {
    let bench = Bench::sample(400);
    for (n, told) in
        [(2, "Only 2 customers are counted: "), (1, "Only 1 customer is counted: "), (12, "Only 12 customers ")]
    {
        let filter = some(&bench, n);
        for analysis in bench.catalog.analyses() {
            let answer = bench.narrowed(&analysis.name, &filter);
            let (name, sentence, notes) = (&analysis.name, answer.sentence(), answer.notes());
            for certain in [
                "highest",
                "lowest",
                "largest",
                "most common",
                "best",
                "more than chance would explain (",
                "p =",
                "p <",
            ] {
                assert!(!sentence.contains(certain), "{name}: `{certain}` of {n}: {sentence}");
            }
            assert!(sentence.ends_with('.') && !sentence.contains("NaN"), "{name}: {sentence}");
            assert!(notes.iter().any(|note| note.starts_with(told)), "{name}: {notes:?}");
            assert_eq!((answer.test, answer.effect), (None, None), "{name}");
            let tested = answer.table.columns.iter().position(|column| column.role == ColumnRole::PValue);
            let is_missing = |place: usize| answer.table.rows.iter().all(|row| row[place] == Cell::Missing);
            assert!(tested.is_none_or(is_missing), "{name}: {:?}", answer.table);
            assert!(insight::summarize(&[answer]).findings.is_empty(), "{name}");
        }
    }
}

#[test]
fn no_customers_are_told_as_none() {
    let bench = Bench::sample(40);
    for analysis in bench.catalog.analyses() {
        let answer = bench.narrowed(&analysis.name, "Customer_Age>=120");
        let (name, sentence) = (&analysis.name, answer.sentence());
        let told =
            sentence.strip_prefix("Only customers with Age ≥ 120: ").unwrap_or_else(|| panic!("{name}: {sentence}"));
        assert_eq!(told, "no customer meets the filter.", "{name}");
        assert_eq!((answer.notes(), answer.test, answer.effect), (Vec::new(), None, None), "{name}");
        assert!(answer.table.rows.is_empty(), "{name}: {:?}", answer.table.rows);
    }
}
