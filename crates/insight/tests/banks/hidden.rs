//! What a table hides is told nowhere else.

use insight::{Answer, Cell};

use crate::bench::Bench;

/// Hides all numbers of a row.
fn hide(answer: &mut Answer, row: usize) {
    for place in 0..answer.table.columns.len() {
        if matches!(answer.table.rows[row][place], Cell::Integer(_) | Cell::Number(_)) {
            answer.table.hide(row, place);
        }
    }
}

#[test]
fn no_fact_and_no_note_tells_what_is_hidden() {
    let bench = Bench::sample(600);
    for analysis in bench.catalog.analyses() {
        let mut answer = bench.analysis(&analysis.name);
        assert!(
            answer.facts().contains(|c: char| c.is_ascii_digit()) || answer.facts().starts_with("No "),
            "{}",
            answer.facts()
        );
        for row in 0..answer.table.rows.len() {
            hide(&mut answer, row);
        }
        let (name, facts) = (&analysis.name, answer.facts());
        assert!(!facts.contains(|c: char| c.is_ascii_digit()), "{name}: {facts}");
        for note in answer.notes() {
            // Of how many cells a test has, no cell tells.
            assert!(note.starts_with("Fewer than five customers are expected in "), "{name}: {note}");
        }
        let summary = insight::summarize(&[answer]);
        assert!(summary.key_figures.is_empty(), "{name}: {:?}", summary.key_figures);
        let sentences = summary.findings.iter().map(|finding| &finding.sentence);
        assert!(sentences.clone().all(|told| !told.contains(|c: char| c.is_ascii_digit())), "{name}: {sentences:?}");
    }
}

#[test]
fn what_is_not_hidden_is_still_told() {
    let bench = Bench::sample(3_000);
    let mut answer = bench.analysis("by_gender");
    let whole = answer.sentence();
    // Men are the smaller group: the largest is told, how the two differ is not.
    hide(&mut answer, 1);
    assert_eq!(answer.table.rows[1][0], Cell::Text("M".to_owned()));
    let told = answer.sentence();
    assert!(told.starts_with("The largest group is women: "), "{told}");
    assert!(told.contains("Some figures are hidden.") && told.len() < whole.len(), "{told}");
}
