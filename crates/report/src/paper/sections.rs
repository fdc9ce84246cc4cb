//! What a report on paper holds, in its order.
//!
//! In: a [`Report`], and where the headings stand if that is known yet. Out: pages that are filled.
//! Invariant: the words are those of the page of HTML.

use catalog::{ChartKind, Topic};
use insight::{Answer, Finding, QualityPage, Query, Table};

use super::flow::{Flow, Heading, SMALL, TEXT, WIDTH};
use super::measure::Letters;
use super::table::{self, Column};
use crate::chart::palette::Ink;
use crate::chart::scene::Scene;
use crate::chart::{self, Plot};
use crate::html::analysis::in_words;
use crate::html::topics;
use crate::summary::{CUSTOMERS, STRONGEST, ranking};
use crate::{Report, method, plain, quality, shown};

/// The width of a chart of one dimension.
const CHART: f64 = 540.0;

const SUMMARY: &str = "Summary";
const DATA: &str = "The data";
const LEFT_OUT: &str = "Left out";
const METHOD: &str = "Method";
const PIPELINES: &str = "Pipelines";

/// Fills the pages; `known` are the headings of a first layout, for the contents.
pub(super) fn push(flow: &mut Flow, report: &Report, known: &[Heading]) {
    push_summary(flow, report);
    push_contents(flow, report, known);
    for topic in topics(&report.answers) {
        flow.turn();
        flow.heading(&topic.title, false);
        flow.paragraph(&topic.introduction, TEXT, Ink::Muted);
        for answer in report.answers.iter().filter(|answer| *answer.topic == *topic) {
            push_answer(flow, answer);
        }
    }
    push_data(flow, report);
    if !report.left_out.is_empty() {
        flow.heading(LEFT_OUT, false);
        flow.paragraph(method::LEFT_OUT, TEXT, Ink::Muted);
        let (names, needs) = report.left_out.iter().cloned().unzip();
        let column = |label: &str, cells| Column { label: label.to_owned(), is_text: true, cells };
        table::push(flow, &[column("Analysis", names), column("What it needs", needs)]);
    }
    flow.heading(METHOD, false);
    let place = if report.prints_pipelines {
        "stands at the end"
    } else {
        "the page of HTML shows with it, and `--show-pipeline` prints"
    };
    for line in method::lines(report, place) {
        flow.item("•", &line, TEXT, Ink::Text);
    }
    flow.paragraph(&report.generated, SMALL, Ink::Muted);
    push_pipelines(flow, report);
    flow.end();
    flow.number();
}

fn push_summary(flow: &mut Flow, report: &Report) {
    let summary = &report.summary;
    let brand = report.bank_name.as_deref().unwrap_or("BankSphere");
    flow.paragraph(brand, Letters::bold(13), Ink::Series(0));
    flow.paragraph(&report.title, Letters::bold(28), Ink::Text);
    flow.paragraph(&report.source, TEXT, Ink::Muted);
    flow.heading(SUMMARY, false);
    flow.figures(&summary.key_figures);
    match &summary.closures {
        Some(closures) => push_findings(flow, &closures.title, &closures.findings),
        None => push_findings(flow, STRONGEST, &summary.findings),
    }
    if let Some((answer, plot)) = summary.closures.as_ref().and_then(|told| ranking(report, &told.findings)) {
        flow.subheading(&answer.heading());
        flow.chart(scene(&plot));
    }
    if let Some(page) = &report.page {
        flow.paragraph(&format!("{DATA}: {}", page.line()), TEXT, Ink::Muted);
    }
    let has_more = !summary.more_figures.is_empty() || !summary.findings.is_empty();
    if summary.closures.is_some() && has_more {
        flow.heading(CUSTOMERS, false);
        flow.figures(&summary.more_figures);
        push_findings(flow, STRONGEST, &summary.findings);
    }
}

fn push_findings(flow: &mut Flow, title: &str, findings: &[Finding]) {
    if findings.is_empty() {
        return;
    }
    flow.subheading(title);
    for (place, finding) in findings.iter().enumerate() {
        flow.item(&format!("{}.", place + 1), &finding.sentence, TEXT, Ink::Text);
    }
}

/// The contents; in a first layout, which knows no pages yet, in the same room.
fn push_contents(flow: &mut Flow, report: &Report, known: &[Heading]) {
    let pipelines = has_pipelines(report);
    let mut lines: Vec<(&str, bool)> = Vec::new();
    for topic in topics(&report.answers) {
        lines.push((&topic.title, false));
        lines.extend(answers_of(report, topic).map(|answer| (answer.title.as_str(), true)));
    }
    let others =
        [(DATA, has_data(report)), (LEFT_OUT, !report.left_out.is_empty()), (METHOD, true), (PIPELINES, pipelines)];
    lines.extend(others.into_iter().filter(|(_, is_there)| *is_there).map(|(title, _)| (title, false)));
    // On one page where there is room for them.
    let height = |(_, is_part): &(&str, bool)| if *is_part { 16.0 } else { 22.0 };
    flow.skip(30.0);
    flow.need((40.0 + lines.iter().map(height).sum::<f64>()).min(Flow::full_height()));
    flow.paragraph("Contents", Letters::bold(20), Ink::Text);
    // Headings come in the order of the contents, behind those of the summary.
    let first = known.iter().position(|heading| lines.first().is_some_and(|(title, _)| heading.text == *title));
    let mut targets = known[first.unwrap_or(known.len())..].iter();
    for (title, is_part) in lines {
        flow.content(title, is_part, targets.next().map(|heading| heading.target));
    }
}

/// A chart as wide as what it shows needs.
fn scene(plot: &Plot) -> Scene {
    let is_wide = matches!(plot.kind, ChartKind::Heatmap | ChartKind::SmallMultiples | ChartKind::GroupedBar);
    chart::scene(plot, if is_wide { WIDTH } else { CHART })
}

fn answers_of<'r>(report: &'r Report, topic: &'r Topic) -> impl Iterator<Item = &'r Answer> {
    report.answers.iter().filter(move |answer| *answer.topic == *topic)
}

fn push_answer(flow: &mut Flow, answer: &Answer) {
    flow.heading(&answer.heading(), true);
    flow.paragraph(&answer.question, SMALL, Ink::Muted);
    let sentence = answer.sentence();
    if !sentence.is_empty() {
        flow.paragraph(&sentence, TEXT, Ink::Text);
    }
    if let Ok(plot) = Plot::of(answer) {
        flow.chart(scene(&plot));
    }
    if let Some(test) = &answer.test {
        flow.paragraph(&in_words(test), SMALL, Ink::Muted);
    }
    push_table(flow, &answer.table);
    if !answer.reading.is_empty() {
        flow.paragraph(&format!("How to read it. {}", answer.reading), SMALL, Ink::Muted);
    }
    for note in answer.notes() {
        flow.item("•", &note, SMALL, Ink::Muted);
    }
}

/// A table as people read it.
fn push_table(flow: &mut Flow, table: &Table) {
    let n_rows = table.rows.len();
    if n_rows == 0 && !table.columns.is_empty() {
        return flow.paragraph("No rows", SMALL, Ink::Muted);
    }
    let column = |column: &shown::Shown<'_>| Column {
        label: plain::printable(column.label()),
        is_text: column.is_text(),
        cells: (0..n_rows).map(|row| plain::printable(&column.cell(row))).collect(),
    };
    let columns: Vec<Column> = shown::columns(table).iter().map(column).collect();
    table::push(flow, &columns);
}

fn has_data(report: &Report) -> bool {
    !report.quality.is_empty() || report.page.is_some()
}

fn push_data(flow: &mut Flow, report: &Report) {
    if !has_data(report) {
        return;
    }
    flow.turn();
    flow.heading(DATA, false);
    if let Some(page) = &report.page {
        push_page(flow, page);
    }
    for (name, finding) in &report.quality {
        flow.item("•", &format!("{name}: {finding}"), SMALL, Ink::Text);
    }
}

fn push_page(flow: &mut Flow, page: &QualityPage) {
    flow.paragraph(&page.size(), TEXT, Ink::Text);
    push_table(flow, &quality::columns(page));
    for (heading, lines) in quality::lists(page) {
        flow.subheading(heading);
        for line in lines {
            flow.item("•", &line, SMALL, Ink::Text);
        }
    }
    for matrix in &page.matrices {
        flow.subheading(quality::matrix_heading(matrix));
        if let Some(words) = matrix.in_words() {
            flow.paragraph(&words, SMALL, Ink::Text);
        }
        flow.chart(chart::scene(&quality::matrix_plot(matrix), WIDTH));
        flow.paragraph(quality::matrix_reading(matrix), SMALL, Ink::Muted);
    }
    if !page.first.rows.is_empty() {
        flow.subheading(quality::FIRST_ROWS);
        push_table(flow, &quality::first(page));
    }
    for note in page.notes() {
        flow.item("•", &note, SMALL, Ink::Muted);
    }
}

fn has_pipelines(report: &Report) -> bool {
    let of_page = || report.page.as_ref().is_some_and(|page| !page.queries.is_empty());
    report.prints_pipelines && (report.answers.iter().any(|answer| !answer.queries.is_empty()) || of_page())
}

fn push_pipelines(flow: &mut Flow, report: &Report) {
    if !has_pipelines(report) {
        return;
    }
    flow.turn();
    flow.heading(PIPELINES, false);
    flow.paragraph("As mongosh reads them. The page of HTML has each as Extended JSON too.", TEXT, Ink::Muted);
    for answer in report.answers.iter().filter(|answer| !answer.queries.is_empty()) {
        push_queries(flow, &answer.title, &answer.queries);
    }
    if let Some(page) = report.page.as_ref().filter(|page| !page.queries.is_empty()) {
        push_queries(flow, DATA, &page.queries);
    }
}

fn push_queries(flow: &mut Flow, title: &str, queries: &[Query]) {
    flow.subheading(title);
    for query in queries {
        flow.code(&query.mongosh);
    }
}
