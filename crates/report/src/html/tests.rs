//! The report's one file: what a browser gets.

use std::collections::HashSet;

use insight::Table;
use roxmltree::{Document, Node, ParsingOptions};

use super::*;
use crate::samples;

/// The page keeps to the common part of HTML and XML, so an XML parser can hold it to closing what it opens.
fn parse(page: &str) -> Document<'_> {
    Document::parse_with_options(page, ParsingOptions { allow_dtd: true, ..ParsingOptions::default() }).unwrap()
}

fn elements<'a>(document: &'a Document<'a>, name: &'static str) -> impl Iterator<Item = Node<'a, 'a>> {
    document.descendants().filter(move |node| node.has_tag_name(name))
}

fn whole(node: Node<'_, '_>) -> String {
    node.descendants().filter_map(|node| node.text().filter(|_| node.is_text())).collect()
}

#[test]
fn page_is_whole_and_can_be_looked_at() {
    let page = html(&samples::report());
    if let Ok(folder) = std::env::var("REPORT_GALLERY") {
        #[expect(clippy::disallowed_methods, reason = "a test's own files")]
        std::fs::write(format!("{folder}/report.html"), &page).unwrap();
    }
    let document = parse(&page);
    for (name, count) in [("h1", 1), ("main", 1), ("header", 1), ("footer", 1), ("nav", 2), ("title", 1)] {
        let found = elements(&document, name).filter(|node| node.ancestors().all(|up| !up.has_tag_name("svg")));
        assert_eq!(found.count(), count, "<{name}>");
    }
    let headings: Vec<String> = elements(&document, "h3").map(whole).collect();
    for answer in samples::all() {
        assert!(headings.contains(&answer.title), "{}", answer.title);
    }
    let text = whole(document.root_element());
    assert!(text.contains("db.customers.aggregate(["), "mongosh text");
    assert!(text.contains("{\"$group\": {\"_id\""), "Extended JSON");
    assert!(text.contains("Chi-square test: 396.50 with 6 degrees of freedom, p < 0.001"), "the test in words");
    assert!(text.contains("34.4 to 68.6\u{a0}%"), "an interval in one cell");
}

#[test]
fn page_loads_nothing() {
    let page = html(&samples::report());
    for outside in ["http:", "https:", "src=", "url(", "@import", "<link", "<iframe", "<img"] {
        assert!(!page.contains(outside), "{outside}");
    }
    let document = parse(&page);
    let ids: Vec<&str> = document.descendants().filter_map(|node| node.attribute("id")).collect();
    let known: HashSet<&str> = ids.iter().copied().collect();
    assert_eq!(ids.len(), known.len(), "an identifier is given twice");
    for node in document.descendants() {
        for target in node
            .attribute("href")
            .and_then(|href| href.strip_prefix('#'))
            .into_iter()
            .chain(node.attribute("aria-labelledby"))
        {
            assert!(known.contains(target), "nothing is called {target}");
        }
        let are_kinds = ["data:text/csv;", "data:application/vnd.openxmlformats-officedocument.spreadsheetml.sheet;"];
        let is_file =
            |href: &str| are_kinds.iter().any(|kind| href.starts_with(kind)) && node.attribute("download").is_some();
        assert!(node.attribute("href").is_none_or(|href| href.starts_with('#') || is_file(href)));
    }
}

#[test]
fn the_whole_report_is_downloaded_as_a_workbook() {
    let report = samples::report();
    let page = html(&report);
    let document = parse(&page);
    let link = document.descendants().find(|node| node.attribute("download") == Some("report.xlsx")).unwrap();
    let (_, encoded) = link.attribute("href").unwrap().split_once(";base64,").unwrap();
    assert!(BASE64_STANDARD.decode(encoded).unwrap() == crate::workbook(&report).unwrap());
    // A page without tables has none to save.
    assert!(!html(&Report { answers: Vec::new(), ..report }).contains("report.xlsx"));
}

#[test]
fn tables_are_downloaded_with_their_raw_values() {
    let page = html(&samples::report());
    let document = parse(&page);
    let name = format!("{}.csv", samples::interval().name);
    let file = elements(&document, "a").find(|link| link.attribute("download") == Some(&name)).unwrap();
    let text = percent_encoding::percent_decode_str(file.attribute("href").unwrap()).decode_utf8().unwrap();
    let expected = crate::table::render(&samples::interval().table, crate::table::Format::Spreadsheet, None);
    assert_eq!(text, format!("data:text/csv;charset=utf-8,{expected}"));
}

#[test]
fn the_bank_s_name_stands_above_the_heading() {
    let brand = |bank_name: Option<&str>| {
        let report = Report { bank_name: bank_name.map(str::to_owned), ..samples::report() };
        let page = html(&report);
        let document = parse(&page);
        let brand = elements(&document, "p").find(|node| node.attribute("class") == Some("brand"));
        brand.map(whole).unwrap()
    };
    assert_eq!([brand(None), brand(Some("Savings & Loans"))], ["BankSphere", "Savings & Loans"]);
}

#[test]
fn the_title_stands_on_each_sheet_and_cannot_end_the_style() {
    let title = "Bank \"A\" </style>\\".to_owned();
    let page = html(&Report { title, ..Report::default() });
    assert!(page.contains("@top-left{content:\"Bank \\22 A\\22  \\3c \\2f style\\3e \\5c \"}"), "{page}");
    assert_eq!(page.matches("</style>").count(), 1);
}

#[test]
fn labels_are_text_and_never_markup() {
    let page = html(&samples::report());
    assert!(!page.contains("<script>alert") && !page.contains("<b>"));
    let document = parse(&page);
    assert_eq!(elements(&document, "script").count(), 1, "only the page's own");
    assert!(whole(document.root_element()).contains("<script>alert('x')</script> 0"));
    assert!(!page.contains('\u{1b}'));
}

#[test]
fn charts_and_tables_speak_to_screen_readers() {
    let page = html(&samples::report());
    let document = parse(&page);
    // Each chart for wide and for narrow screens, the ranking once more in the summary, and the histograms of two columns.
    assert_eq!(elements(&document, "svg").count(), 2 * (samples::all().len() + 1) + 2);
    for svg in elements(&document, "svg") {
        assert_eq!(svg.attribute("role"), Some("img"));
        assert!(svg.attribute("aria-label").is_some_and(|label| label.len() > 20));
    }
    for table in elements(&document, "table") {
        let cells: Vec<Node<'_, '_>> = table.descendants().filter(|node| node.has_tag_name("th")).collect();
        assert!(table.children().any(|node| node.has_tag_name("caption")));
        assert!(cells.iter().all(|cell| cell.attribute("scope").is_some()));
        let rows = table.descendants().filter(|node| node.has_tag_name("tr"));
        let widths: HashSet<usize> = rows.map(|row| row.children().filter(Node::is_element).count()).collect();
        assert_eq!(widths.len(), 1, "{:?}", whole(table).lines().next());
    }
    for fold in elements(&document, "details") {
        assert!(fold.first_element_child().is_some_and(|first| first.has_tag_name("summary")));
    }
}

#[test]
fn colours_are_the_page_s() {
    let page = html(&samples::report());
    let document = parse(&page);
    for mark in elements(&document, "svg").flat_map(|svg| svg.descendants()) {
        for color in [mark.attribute("fill"), mark.attribute("stroke")].into_iter().flatten() {
            assert!(color == "none" || color.starts_with("var(--"), "{color}");
            let name = color.trim_start_matches("var(").trim_end_matches(')');
            assert!(color == "none" || page.matches(&format!("{name}:#")).count() == 2, "{name} in light and dark");
        }
    }
}

#[test]
fn forty_analyses_stay_small_and_nothing_is_fine_too() {
    let mut report = samples::report();
    let first = report.answers.clone();
    while report.answers.len() < 40 {
        report.answers.extend(first.clone());
    }
    let page = html(&report);
    assert!(page.len() < 1_500_000, "{} bytes", page.len());
    parse(&page);
    parse(&html(&Report::default()));
    for answer in &mut report.answers {
        answer.table.rows.clear();
        (answer.test, answer.queries) = (None, Vec::new());
    }
    parse(&html(&report));
    report.answers[0].table = Table::default();
    parse(&html(&report));
}

#[test]
fn the_filter_is_told_and_a_hidden_cell_is_not() {
    let mut report = samples::report();
    report.answers = vec![samples::interval()];
    let before = html(&report);
    assert!(before.contains("51.7\u{a0}%"));
    let answer = &mut report.answers[0];
    answer.filter = Some("Card = Gold".to_owned());
    answer.narrative = insight::Narrative::default();
    answer.chart = None;
    let place = answer.table.column("closure_rate").unwrap();
    answer.table.hide(0, place);
    let page = html(&report);
    assert!(page.contains("(only customers with Card = Gold)</h3>"));
    assert!(!page.contains("51.7") && page.contains("<td>hidden</td><td>hidden</td>"));
}

#[test]
fn what_the_data_lacks_is_told_once_and_only_where_it_lacks_something() {
    let mut report = samples::report();
    assert!(!html(&report).contains("left-out"));
    report.left_out = vec![("by_<gender>".to_owned(), "gender, income".to_owned())];
    let page = html(&report);
    let document = parse(&page);
    assert_eq!(page.matches("<dt>by_&lt;gender&gt;</dt><dd>gender, income</dd>").count(), 1);
    let links = elements(&document, "a").filter(|link| link.attribute("href") == Some("#left-out"));
    assert_eq!(links.map(whole).collect::<Vec<_>>(), ["Left out", "Left out"]);
}

#[test]
fn a_page_with_nothing_to_sum_up_has_no_summary() {
    let report = samples::report();
    assert!(html(&report).contains("href=\"#summary\""));
    let page = html(&Report { summary: Summary::default(), page: None, ..report });
    assert!(!page.contains("summary\""), "{page}");
}
