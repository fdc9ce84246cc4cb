//! Fragments for notebooks: what a cell shows.

use bson::doc;
use catalog::Unit;
use insight::{Cell, Table};
use roxmltree::{Document, Node};

use super::*;
use crate::samples::{self, column};
use crate::{document_fields, documents_with_fields};

/// A fragment keeps to the common part of HTML and XML, so an XML parser can hold it to closing what it opens.
fn parse(fragment: &str) -> Document<'_> {
    Document::parse(fragment).unwrap()
}

fn whole(node: Node<'_, '_>) -> String {
    node.descendants().filter(Node::is_text).filter_map(|node| node.text()).collect()
}

fn elements<'a>(document: &'a Document<'a>, name: &'static str) -> impl Iterator<Item = Node<'a, 'a>> {
    document.descendants().filter(move |node| node.has_tag_name(name))
}

fn counted(n_rows: i64, n_columns: usize) -> Table {
    let columns = (0..n_columns).map(|place| column(&format!("c{place}"), &format!("C{place}"), Unit::Count)).collect();
    Table { columns, rows: (0..n_rows).map(|row| vec![Cell::Integer(row); n_columns].into()).collect() }
}

fn of_table(table: &Table, n_rows: usize) -> String {
    html(&[Part::Plain(Plain { title: None, table, n_rows, remark: None })])
}

fn all() -> String {
    let answers = samples::all();
    html(&answers.iter().map(Part::Answer).collect::<Vec<_>>())
}

#[test]
fn an_answer_shows_sentence_chart_table_reading_and_pipeline() {
    let answer = samples::interval();
    let fragment = html(&[Part::Answer(&answer)]);
    let document = parse(&fragment);
    assert_eq!(document.root_element().attribute("class"), Some("banksphere tex2jax_ignore mathjax_ignore"));
    let text = whole(document.root_element());
    for told in [
        answer.title.as_str(),
        "Of 8,500 open and 1,627 closed accounts, 16.1\u{a0}% closed their account.",
        "34.4 to 68.6\u{a0}%",
        "How to read it.",
        "not ranked: Platinum (20); the test counts all groups of known answers.",
        "p < 0.001",
        "db.customers.aggregate([",
    ] {
        assert!(text.contains(told), "{told}");
    }
    assert_eq!(elements(&document, "svg").count(), 1);
    assert!(elements(&document, "svg").all(|svg| svg.attribute("aria-label").is_some_and(|label| label.len() > 20)));
}

#[test]
fn nothing_leaks_into_the_notebook_and_nothing_is_asked_for() {
    let fragment = all();
    let document = parse(&fragment);
    for outside in ["http:", "https:", "src=", "url(", "@import", "<link", "<iframe", "<img", "<script"] {
        assert!(!fragment.contains(outside), "{outside}");
    }
    for node in document.descendants() {
        assert!(node.attribute("id").is_none() && node.attribute("style").is_none(), "{}", node.tag_name().name());
        assert!(node.attributes().all(|attribute| !attribute.name().starts_with("on")));
        assert!(!["h1", "h2", "h3", "h4"].contains(&node.tag_name().name()), "it would be a chapter");
    }
    let style = elements(&document, "style").map(whole).collect::<String>();
    let selectors = style.split('}').filter_map(|rule| rule.split_once('{')).map(|(selectors, _)| selectors.trim());
    for selector in selectors.flat_map(|selectors| selectors.split(',')) {
        assert!(selector.contains(".banksphere"), "`{selector}` is of the whole notebook");
    }
}

#[test]
fn colours_are_known_in_light_and_in_dark() {
    let fragment = all();
    let document = parse(&fragment);
    for mark in elements(&document, "svg").flat_map(|svg| svg.descendants()) {
        for color in [mark.attribute("fill"), mark.attribute("stroke")].into_iter().flatten() {
            let name = color.trim_start_matches("var(").trim_end_matches(')');
            assert!(color == "none" || fragment.matches(&format!("{name}:#")).count() == 2, "{color}");
        }
    }
    assert_eq!(fragment.matches("--text:var(--jp-content-font-color1,var(--vscode-foreground,#").count(), 2);
}

#[test]
fn long_and_wide_tables_are_cut_with_their_full_size() {
    for (rows, told, shown) in [
        (3, None, 3),
        (40, Some("40 rows"), 40),
        (100, Some("100 rows"), 100),
        (101, Some("The first 50 of 101 rows"), 50),
    ] {
        let fragment = of_table(&counted(rows, 2), rows as usize);
        let document = parse(&fragment);
        assert_eq!(elements(&document, "tr").count(), shown + 1, "{rows}");
        let note = elements(&document, "p").map(whole).next();
        assert_eq!(note.as_deref(), told, "{rows}");
    }
    // Only the beginning of a long one has to be there.
    let fragment = of_table(&counted(100, 70), 1_234_567);
    assert!(fragment.contains("The first 50 of 1,234,567 rows, the first 50 of 70 columns"));
    assert_eq!(elements(&parse(&fragment), "th").count(), 50);
    let text = Table {
        columns: vec![column("t", "T", Unit::Text)],
        rows: vec![vec![samples::text(&"x".repeat(5000))].into()],
    };
    assert!(of_table(&text, 1).contains(&format!(">{}…<", "x".repeat(600))));
    let nested = Table { rows: vec![vec![samples::text(&format!("[{}", "x".repeat(5000)))].into()], ..text };
    assert!(of_table(&nested, 1).contains(&format!(">[{}…<", "x".repeat(199))));
}

#[test]
fn one_wide_row_stands_upright() {
    let fragment = of_table(&counted(1, 9), 1);
    assert_eq!(elements(&parse(&fragment), "tr").count(), 9);
}

#[test]
fn labels_are_text_and_never_markup() {
    let fragment = all();
    assert!(!fragment.contains("<script>alert") && !fragment.contains("<b>") && !fragment.contains('\u{1b}'));
    let document = parse(&fragment);
    assert!(whole(document.root_element()).contains("<script>alert('x')</script> 0"));
    let table = counted(1, 1);
    let nasty = Plain { title: Some("<i>\"&"), table: &table, n_rows: 1, remark: Some("</div><b>") };
    let fragment = html(&[Part::Plain(nasty)]);
    assert!(whole(parse(&fragment).root_element()).contains("</div><b>"));
}

#[test]
fn nothing_at_all_is_shown_as_such() {
    parse(&html(&[]));
    assert!(of_table(&Table::default(), 0).contains("0 rows"));
    assert!(of_table(&counted(0, 3), 0).contains("No rows"));
    let mut answer = samples::bar();
    answer.table = Table::default();
    parse(&html(&[Part::Answer(&answer)]));
    assert!(chart(&answer).is_err());
    answer.chart = None;
    assert!(chart(&answer).is_err());
    assert!(chart(&samples::bar()).unwrap().contains("Customers by card"));
}

#[test]
fn documents_keep_numbers_to_the_right_and_fields_in_order() {
    let documents = [doc! { "n": 1, "at": "x" }, doc! { "n": bson::Bson::Null, "more": 2.5 }];
    let fields = document_fields(&documents);
    assert_eq!(fields, ["n", "at", "more"]);
    let table = documents_with_fields(&fields, &documents[..1]);
    assert_eq!((table.columns.len(), table.rows.len()), (3, 1));
    let units: Vec<Unit> = documents_with_fields(&fields, &documents).columns.iter().map(|c| c.unit).collect();
    assert_eq!(units, [Unit::Ratio, Unit::Text, Unit::Ratio]);
}

/// Writes all samples side by side as a light and a dark notebook shows them, where `REPORT_GALLERY` names a folder.
#[test]
fn it_can_be_looked_at() {
    let Ok(folder) = std::env::var("REPORT_GALLERY") else { return };
    for (name, is_light, colors) in [
        (
            "light",
            true,
            "--jp-content-font-color1:rgba(0,0,0,.87);--jp-content-font-color2:rgba(0,0,0,.54);--jp-layout-color0:#fff",
        ),
        ("dark", false, "--jp-content-font-color1:#fff;--jp-content-font-color2:#bdbdbd;--jp-layout-color0:#111"),
    ] {
        let page = format!(
            "<!DOCTYPE html><html style=\"{colors};background:var(--jp-layout-color0)\">\
             <body data-jp-theme-light=\"{is_light}\">{}</body></html>",
            all()
        );
        #[expect(clippy::disallowed_methods, reason = "a test's own files")]
        std::fs::write(format!("{folder}/fragment-{name}.html"), page).unwrap();
    }
}

#[test]
fn the_filter_is_told_and_a_hidden_cell_is_not() {
    let mut answer = samples::interval();
    assert!(html(&[Part::Answer(&answer)]).contains("51.7\u{a0}%"));
    answer.filter = Some("Card = Gold".to_owned());
    let place = answer.table.column("closure_rate").unwrap();
    answer.table.hide(0, place);
    let fragment = html(&[Part::Answer(&answer)]);
    assert!(fragment.contains("(only customers with Card = Gold)</p>"));
    assert!(!fragment.contains("51.7") && fragment.contains("<td>hidden</td><td>hidden</td>"));
}
