//! The quality page as people read it.

#![expect(clippy::needless_raw_string_hashes, reason = "expect-test writes its snapshots with hashes")]

use expect_test::expect;
use roxmltree::Document;

use super::*;
use crate::fragment::{Part, html};
use crate::samples;

#[test]
fn a_page_is_text() {
    expect![[r#"
        Quality of the data
        10,127 customers, 3 columns, 2 doubts.

         Column     Kind     Role                             Missing  Distinct  Minimum  Quartile 1  Median  Quartile 3  Maximum  AUC alone  Histogram
        ───────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
         Limit <b>  decimal  credit_limit  10 (0.10 %: 7 null, 3 NaN)     6,205  1,438.3       2,555   4,549    11,067.5   34,516      0.540  █ ▁
         Code       whole    –                                      0         2        –           –       –           –        –      0.999  █
         Phone      text     –                                      0        99        –           –       –           –        –          –  –

        To be doubted
          “Code” tells closed from open accounts by itself with an AUC of 0.999: it may have been computed from the outcome
          the rule “a < b” holds for 99.99 %; 1 of 10,127 breaks it

        Remarks
          Limit <b>: heaped at 34,516 (508) and 1,438.3 (507); outliers: 12 above 36,605
          Code: 41.0 % are multiples of 5 (20.0 % by chance)

        Columns that determine another
          “Code” determines “Card”: each of its 4 values goes with one value there

        Rules of the contract
          `a` < `b`: holds for 99.99 %; 1 of 10,127 breaks it

        First rows
         Limit <b>  Phone
        ──────────────────
         1438.3     hidden

        note: A quartile is the least value that at least a quarter, half or three quarters of the customers with a value do not exceed; it is exact.
        note: Outliers lie more than 3 interquartile ranges outside the quartiles. They may be right.
        note: Heaped is a value of at least 1.0 % of the customers, and 30 of them, that has more than 3 times as many as its four neighbours on average: a cap, a fee, a value filled in.
        note: AUC is how well the column by itself tells closed from open accounts, from 0.5 (not at all) to 1. Names of up to 50 values are ordered by their own closures, which flatters them a little; of other names all that counts is whether there is one. A missing answer counts as a value. From 0.99 on a column is suspected to hold the outcome.
    "#]].assert_eq(&quality_text(&samples::page(), None));
}

#[test]
fn a_page_is_markdown_with_a_table() {
    let text = quality_markdown(&samples::page());
    assert!(text.starts_with("## Quality of the data\n\n10,127 customers, 3 columns, 2 doubts.\n\n"), "{text}");
    assert!(text.contains("\n### Rules of the contract\n\n- "), "{text}");
}

#[test]
fn a_filter_stands_in_the_heading() {
    let page = QualityPage { filter: Some("Card = Gold".to_owned()), ..samples::page() };
    assert_eq!(quality_heading(&page), "Quality of the data (only customers with Card = Gold)");
}

#[test]
fn below_a_cell_it_has_a_histogram_a_column_and_hides_what_is_hidden() {
    let fragment = html(&[Part::Quality(&samples::page())]);
    let document = Document::parse(&fragment).unwrap();
    let elements = |name: &'static str| document.descendants().filter(move |node| node.has_tag_name(name));
    assert_eq!(elements("svg").count(), 2, "the hidden column has none");
    // Of the three bars of the first column one is empty.
    assert_eq!(elements("rect").count(), 3);
    let text: String = document.descendants().filter(roxmltree::Node::is_text).filter_map(|node| node.text()).collect();
    for told in
        ["Limit <b>", "hidden", "1438.3", "0.999", "10 (0.10\u{a0}%: 7 null, 3 NaN)", "Pipelines (1)", "`a` < `b`"]
    {
        assert!(text.contains(told), "{told}: {text}");
    }
}

#[test]
fn blocks_are_as_high_as_their_bars() {
    let bars = |of: &[u64]| {
        let bar = |customers: &u64| Bar { from: 0.0, to: 0.0, name: None, customers: *customers };
        blocks(&of.iter().map(bar).collect::<Vec<_>>())
    };
    assert_eq!(bars(&[1, 0, 500, 1000, 1001, 0]), "▁ ▄██");
    assert_eq!(bars(&[]), "");
}

/// A page whose columns go together in both directions.
fn with_matrix(n: usize) -> QualityPage {
    let labels: Vec<String> = (0..n).map(|at| format!("Column {at}")).collect();
    let value = |a: usize, b: usize| {
        Some(if a == b {
            1.0
        } else if (a + b).is_multiple_of(2) {
            0.68
        } else {
            -0.68
        })
    };
    let values = (0..n).map(|a| (0..n).map(|b| value(a, b)).collect()).collect();
    let matrix = Matrix { association: insight::Association::Spearman, labels, values };
    QualityPage { matrices: vec![matrix], ..samples::page() }
}

#[test]
fn a_matrix_shows_both_signs_in_figures_and_in_colours() {
    for n in [3, 17] {
        let page = with_matrix(n);
        let plot = matrix::plot(&page.matrices[0]);
        let picture = crate::chart::inline(&plot, "Numbers that go together", 720.0);
        let document = Document::parse(&picture).unwrap();
        let texts = document.descendants().filter(|node| node.tag_name().name() == "text");
        let labels: Vec<&str> = texts.filter_map(|node| node.text()).collect();
        let count = |ends: &str| labels.iter().filter(|label| label.trim_start_matches('0').ends_with(ends)).count();
        // Each pair stands twice, below the diagonal and above.
        assert_eq!(count("68"), n * (n - 1), "{labels:?}");
        assert_eq!(labels.iter().filter(|label| label.starts_with('−')).count(), n * n / 2 + 1, "and the key's end");
        assert_eq!(picture.matches("var(--f6)").count(), n * n / 2 + 1, "one hue is for what falls");
        assert_eq!(picture.matches("var(--h6)").count(), n * (n - 1) - n * n / 2 + 1, "another for what rises");
    }
    let text = quality_text(&with_matrix(3), None);
    assert!(
        text.contains("Numbers that go together") && text.contains(" 3 Column 2                    0.68  −0.68"),
        "{text}"
    );
    assert!(text.contains("largest between “Column 0” and “Column 1” (−0.68)"), "{text}");
    assert!(text.contains("twenty groups"), "{text}");
}
