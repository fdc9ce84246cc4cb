//! Pages of all samples, and of tables that no page is wide or high enough for.

use super::flow::{SMALL, TEXT, WIDTH};
use super::measure::Letters;
use super::table::{self, Column};
use super::*;
use crate::chart::font::Face;
use crate::chart::palette::Ink;
use crate::chart::scene::{Mark, Scene, Text};
use crate::samples;

/// The texts of each page, but for those of charts: what, where it begins and ends, and its baseline.
fn texts(flow: &Flow) -> Vec<Vec<(String, f64, f64, f64)>> {
    let of = |text: &Text| {
        let width = Face::of(text.is_bold).unwrap().line(&text.content).unwrap().width * f64::from(text.size);
        let left = text.at.0 - width * text.anchor.share_before();
        (text.content.clone(), left, left + width, text.at.1)
    };
    let page = |page: &pdf::Page<'_>| {
        let own = page.layers[0].marks.iter().filter_map(|mark| match mark {
            Mark::Text(text) => Some(of(text)),
            _ => None,
        });
        own.collect()
    };
    flow.pages().iter().map(page).collect()
}

fn assert_within_margins(flow: &Flow) {
    for page in texts(flow) {
        for (text, left, right, baseline) in page {
            assert!(left > 65.0 && right < 66.0 + WIDTH + 1.5, "`{text}` from {left} to {right}");
            assert!(baseline > 40.0 && baseline < 1090.0, "`{text}` at {baseline}");
        }
    }
}

fn column(label: &str, is_text: bool, cells: Vec<String>) -> Column {
    Column { label: label.to_owned(), is_text, cells }
}

#[test]
fn the_report_is_the_same_file_each_time() {
    let report = samples::report();
    let file = pdf(&report).unwrap();
    assert!(file.starts_with(b"%PDF-1.7") && file == pdf(&report).unwrap());
    let flow = laid_out(&report, &[]);
    let text = String::from_utf8_lossy(&file);
    let n_pages = flow.pages().len();
    assert!(n_pages > 6, "{n_pages}");
    assert!(text.contains(&format!("/Count {n_pages}")));
    assert_eq!(text.matches("/FontFile2").count(), 2);
    assert!(text.contains("/Outlines"));
}

#[test]
fn pipelines_are_printed_where_they_are_asked_for() {
    let headings = |prints_pipelines: bool| {
        let flow = laid_out(&Report { prints_pipelines, ..samples::report() }, &[]);
        flow.headings().iter().map(|heading| heading.text.clone()).collect::<Vec<_>>()
    };
    let (with, without) = (headings(true), headings(false));
    assert_eq!(with.last().map(String::as_str), Some("Pipelines"));
    assert_eq!(with[..with.len() - 1], without);
}

#[test]
fn the_contents_lead_to_where_the_headings_are() {
    let report = Report { prints_pipelines: true, ..samples::report() };
    let first = laid_out(&report, &[]);
    let flow = laid_out(&report, first.headings());
    assert_eq!(first.headings(), flow.headings(), "knowing the pages moves nothing");
    let pages = texts(&flow);
    for heading in flow.headings() {
        let begins = |(text, ..): &(String, f64, f64, f64)| !text.is_empty() && heading.text.starts_with(text.as_str());
        let found = pages[heading.target.page].iter().find(|text| begins(text));
        let (_, _, _, baseline) = found.unwrap_or_else(|| panic!("{heading:?}"));
        assert!((baseline * 0.75 - heading.target.top).abs() < 24.0, "{heading:?} at {baseline}");
    }
    // Each line of the contents leads somewhere: a topic, its analyses, the data, the method, the pipelines.
    let links: Vec<_> = flow.pages().iter().flat_map(|page| page.links.clone()).collect();
    let behind_summary = flow.headings().iter().filter(|heading| heading.text != "Summary");
    let targets: Vec<_> = behind_summary.filter(|heading| heading.text != crate::summary::CUSTOMERS).collect();
    assert_eq!(links.len(), targets.len());
    assert!(links.iter().zip(targets).all(|((_, _, to), heading)| *to == heading.target));
    let outline = outline(flow.headings());
    assert!(outline.len() > 3 && outline.iter().any(|section| !section.parts.is_empty()));
}

#[test]
fn nothing_reaches_into_the_margins_and_no_heading_stands_alone() {
    let flow = laid_out(&samples::report(), &[]);
    assert_within_margins(&flow);
    let pages = texts(&flow);
    for heading in flow.headings() {
        let below = pages[heading.target.page].iter().filter(|(.., baseline)| *baseline < 1060.0);
        let lowest = below.map(|(.., baseline)| *baseline).fold(0.0, f64::max);
        let charts = flow.pages()[heading.target.page].layers.len() > 1;
        assert!(charts || lowest * 0.75 > heading.target.top + 40.0, "{heading:?} ends its page at {lowest}");
    }
}

#[test]
fn tables_of_any_size_are_whole() {
    let mut flow = Flow::new("Wide");
    let figures = |n: usize| (0..n).map(|row| format!("{},000,000.00", row + 100)).collect::<Vec<String>>();
    let mut columns = vec![column("Group", true, (0..150).map(|row| format!("group {row}")).collect())];
    columns.extend((0..30).map(|place| column(&format!("Column {place}"), false, figures(150))));
    table::push(&mut flow, &columns);
    flow.end();
    assert_within_margins(&flow);
    let pages = texts(&flow);
    assert!(pages.len() > 6);
    let all: Vec<&String> = pages.iter().flatten().map(|(text, ..)| text).collect();
    let count = |text: &str| all.iter().filter(|there| there.as_str() == text).count();
    // The first column stands in each of the tables below each other, every other in one of them, once a page.
    let n_tables = count("group 149");
    assert!(n_tables > 1 && count("group 0") == n_tables);
    assert_eq!(count("249,000,000.00"), 30);
    for page in &pages {
        assert!(page.iter().any(|(text, ..)| text == "Group"), "each page names the columns");
    }

    let mut flow = Flow::new("Long words");
    let words = "x".repeat(3_000) + " " + &"word ".repeat(400);
    table::push(&mut flow, &[column("Text", true, vec![words.clone()]), column("Other", true, vec![words])]);
    flow.end();
    assert_within_margins(&flow);
    assert!(texts(&flow).iter().flatten().any(|(text, ..)| text.ends_with('…')), "a cell that is cut says so");
}

#[test]
fn what_is_higher_than_a_page_is_made_smaller_and_long_texts_go_on() {
    let mut flow = Flow::new("Long");
    flow.heading("First", false);
    flow.chart(Scene { width: WIDTH, height: 5_000.0, margin: 0.0, theme: Theme::Light, marks: Vec::new() });
    flow.paragraph(&"a sentence of words. ".repeat(800), TEXT, Ink::Text);
    flow.item("1.", "an item", SMALL, Ink::Text);
    flow.code("    { $match: { a: 1 } }");
    flow.figures(&samples::report().summary.key_figures);
    flow.paragraph("end", Letters::bold(13), Ink::Text);
    flow.end();
    flow.number();
    assert_within_margins(&flow);
    let pages = flow.pages();
    let chart = pages.iter().flat_map(|page| &page.layers[1..]).next().unwrap();
    assert!(chart.scale * 5_000.0 <= Flow::full_height() * 0.75 + 1e-6);
    let n_pages = pages.len();
    assert!(n_pages > 3);
    let last = texts(&flow).pop().unwrap();
    assert!(last.iter().any(|(text, ..)| *text == format!("{n_pages} / {n_pages}")));
    assert!(last.iter().any(|(text, ..)| text == "Long"), "the running head");
}
