//! The quality page as HTML: in the report, and below a cell of a notebook.
//!
//! In: a [`QualityPage`]. Out: its HTML, put behind what is there.
//! Invariant: all text of the data is escaped.

use std::fmt::Write;

use insight::{ColumnFacts, QualityPage};

use super::{columns, figures, first, lists, matrix, quality_heading};
use crate::chart::inline;
use crate::fragment;
use crate::html::analysis::push_figure;
use crate::html::{escape, prose};
use crate::number;

/// A histogram's size in pixels.
const WIDTH: f64 = 84.0;
const HEIGHT: f64 = 22.0;

/// Classes that differ between a report and a notebook.
struct Classes {
    scroll: &'static str,
    text: &'static str,
    list: &'static str,
    heading: &'static str,
    small: &'static str,
    /// Whether it is a report, where tables have captions and charts a form for narrow screens.
    is_report: bool,
}

const REPORT: Classes =
    Classes { scroll: "scroll", text: "t", list: "notes", heading: "about", small: "reading", is_report: true };
const NOTEBOOK: Classes = Classes {
    scroll: "bs-scroll",
    text: "bs-t",
    list: "bs-small",
    heading: "bs-question",
    small: "bs-small",
    is_report: false,
};

/// The page as a part of the report, below a heading that is there.
pub(crate) fn push(html: &mut String, page: &QualityPage) {
    let _ = writeln!(html, "<p class=\"about\">{}</p>", prose(&page.size()));
    push_parts(html, page, &REPORT);
    if !page.queries.is_empty() {
        let n = page.queries.len();
        let _ = writeln!(
            html,
            "<details class=\"pipeline\"><summary>Pipelines ({n})<span class=\"for\"> of the data</span></summary>"
        );
        for query in &page.queries {
            let _ = writeln!(html, "<p>mongosh</p>\n<pre tabindex=\"0\"><code>{}</code></pre>", escape(&query.mongosh));
        }
        html.push_str("</details>\n");
    }
}

/// The page below a cell.
pub(crate) fn fragment(html: &mut String, page: &QualityPage) {
    let _ = write!(
        html,
        "<section>\n<p class=\"bs-title\">{}</p>\n<p class=\"bs-sentence\">{}</p>\n",
        escape(&quality_heading(page)),
        prose(&page.size())
    );
    push_parts(html, page, &NOTEBOOK);
    let _ = writeln!(html, "<details><summary>Pipelines ({})</summary>", page.queries.len());
    for query in &page.queries {
        let _ = writeln!(html, "<pre><code>{}</code></pre>", escape(&query.mongosh));
    }
    html.push_str("</details>\n</section>\n");
}

fn push_parts(html: &mut String, page: &QualityPage, classes: &Classes) {
    push_columns(html, page, classes);
    for (heading, lines) in lists(page) {
        let _ = write!(html, "<p class=\"{}\">{heading}</p>\n<ul class=\"{}\">\n", classes.heading, classes.list);
        for line in lines {
            let _ = writeln!(html, "<li>{}</li>", prose(&line));
        }
        html.push_str("</ul>\n");
    }
    push_matrices(html, page, classes);
    push_first(html, page, classes);
    let _ = writeln!(html, "<ul class=\"{}\">", classes.list);
    for note in page.notes() {
        let _ = writeln!(html, "<li>{}</li>", prose(&note));
    }
    html.push_str("</ul>\n");
}

fn push_columns(html: &mut String, page: &QualityPage, classes: &Classes) {
    let Classes { scroll, text, .. } = classes;
    let table = columns(page);
    let _ = write!(
        html,
        "<div class=\"{scroll}\" role=\"region\" aria-label=\"Table: the columns\" tabindex=\"0\">\n<table>\n{}<thead><tr>",
        caption(classes, "The columns"),
    );
    let is_text = |place: usize| place < 3 || place + 1 == table.columns.len();
    let class = |place: usize| if is_text(place) { format!(" class=\"{text}\"") } else { String::new() };
    for (place, column) in table.columns.iter().enumerate() {
        let _ = write!(html, "<th scope=\"col\"{}>{}</th>", class(place), escape(&column.label));
    }
    html.push_str("</tr></thead>\n<tbody>\n");
    for column in &page.columns {
        html.push_str("<tr>");
        for (place, figure) in figures(page, column).into_iter().enumerate() {
            let (tag, scope) = if place == 0 { ("th", " scope=\"row\"") } else { ("td", "") };
            let shown = figure.map_or_else(|| number::MISSING.to_owned(), |figure| prose(&figure));
            let _ = write!(html, "<{tag}{scope}{}>{shown}</{tag}>", class(place));
        }
        let _ = writeln!(html, "<td class=\"{text}\">{}</td></tr>", svg(column));
    }
    html.push_str("</tbody>\n</table>\n</div>\n");
}

/// Which columns go together: in words, as a chart, and how to read it.
fn push_matrices(html: &mut String, page: &QualityPage, classes: &Classes) {
    for matrix in &page.matrices {
        let heading = matrix::heading(matrix);
        let _ = writeln!(html, "<p class=\"{}\">{heading}</p>", classes.heading);
        if let Some(words) = matrix.in_words() {
            let _ = writeln!(html, "<p>{}</p>", prose(&words));
        }
        let plot = matrix::plot(matrix);
        if classes.is_report {
            push_figure(html, &plot, heading);
        } else {
            let _ = writeln!(html, "<figure>{}</figure>", inline(&plot, heading, fragment::WIDTH));
        }
        let _ = writeln!(html, "<p class=\"{}\">{}</p>", classes.small, prose(matrix::reading(matrix)));
    }
}

fn push_first(html: &mut String, page: &QualityPage, classes: &Classes) {
    if page.first.rows.is_empty() {
        return;
    }
    let _ = write!(
        html,
        "<p class=\"{}\">First rows</p>\n<div class=\"{}\" role=\"region\" aria-label=\"Table: first rows\" tabindex=\"0\">\n\
         <table>\n{}<thead><tr>",
        classes.heading,
        classes.scroll,
        caption(classes, "The first rows, by key"),
    );
    for column in &page.first.columns {
        let _ = write!(html, "<th scope=\"col\" class=\"{}\">{}</th>", classes.text, escape(&column.label));
    }
    html.push_str("</tr></thead>\n<tbody>\n");
    for row in &first(page).rows {
        html.push_str("<tr>");
        for (cell, column) in row.cells.iter().zip(&page.first.columns) {
            let _ = write!(html, "<td class=\"{}\">{}</td>", classes.text, prose(&number::cell(cell, column.unit)));
        }
        html.push_str("</tr>\n");
    }
    html.push_str("</tbody>\n</table>\n</div>\n");
}

fn caption(classes: &Classes, text: &str) -> String {
    if classes.is_report { format!("<caption>{text}</caption>\n") } else { String::new() }
}

/// A small histogram; its words are for those who cannot see it.
fn svg(column: &ColumnFacts) -> String {
    let (bars, name) = (&column.histogram, &column.name);
    let most = bars.iter().map(|bar| bar.customers).max().unwrap_or(0);
    if most == 0 {
        return number::MISSING.to_owned();
    }
    let width = WIDTH / bars.len() as f64;
    let mut svg = format!(
        "<svg role=\"img\" aria-label=\"Histogram of {}, {} at most\" width=\"{WIDTH}\" height=\"{HEIGHT}\" \
         viewBox=\"0 0 {WIDTH} {HEIGHT}\" style=\"width:{WIDTH}px;height:{HEIGHT}px\">",
        escape(name),
        number::counted(most, "customer"),
    );
    for (place, bar) in bars.iter().enumerate().filter(|(_, bar)| bar.customers > 0) {
        // A bar of few customers is still to be seen.
        let height = (bar.customers as f64 / most as f64 * HEIGHT).max(1.0);
        let told = match &bar.name {
            Some(name) => format!("{}: {}", escape(name), number::count(bar.customers)),
            None => {
                format!("{} to {}: {}", column.written(bar.from), column.written(bar.to), number::count(bar.customers))
            }
        };
        let _ = write!(
            svg,
            "<rect x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{height:.1}\" fill=\"var(--s0)\"><title>{told}</title></rect>",
            place as f64 * width,
            HEIGHT - height,
            (width - 1.0).max(1.0),
        );
    }
    svg + "</svg>"
}
