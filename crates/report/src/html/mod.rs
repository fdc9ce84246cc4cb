//! The report as one HTML file.
//!
//! In: a [`Report`]. Out: a page that opens offline, needs no script to be read, and refuses every outside request by its
//! own content policy. Light and dark are one page: charts take their colours from the style sheet. Every chart is drawn
//! twice, for wide and for narrow screens, since letters that shrink with a picture cannot be read on a phone.

pub(crate) mod analysis;
mod table;

use std::fmt::Write;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use catalog::Topic;
use insight::{Answer, Finding, KeyFigure, Summary};

use crate::chart::{Theme, properties};
use crate::summary::{CUSTOMERS, STRONGEST, ranking};
use crate::{Report, method, plain, quality};

pub(crate) use self::table::push as push_table;

/// The media type of a workbook.
const WORKBOOK: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = concat!(include_str!("page.js"), include_str!("tables.js"));

/// The report as one HTML file.
#[must_use]
pub fn html(report: &Report) -> String {
    // The workbook takes about as long as the page, so both are made at once.
    let (book, body) = rayon::join(|| workbook(report), || body(report));
    let mut page = String::with_capacity(body.len() + book.as_ref().map_or(0, String::len) + 32 * 1024);
    push_page_head(&mut page, &report.title);
    push_masthead(&mut page, report, book.as_deref());
    page.push_str(&body);
    let _ = write!(
        page,
        "<footer class=\"foot\"><p>{}</p></footer>\n<script>{SCRIPT}</script>\n</body>\n</html>\n",
        escape(&report.generated)
    );
    page
}

/// The report's workbook as a link has it; none where it has no room for a table.
fn workbook(report: &Report) -> Option<String> {
    let has_tables = report.answers.iter().any(|answer| !answer.table.columns.is_empty());
    let book = has_tables.then(|| crate::workbook(report).ok())??;
    Some(BASE64_STANDARD.encode(book))
}

/// What stands between the masthead and the foot.
fn body(report: &Report) -> String {
    let sections = Sections::of(&report.answers);
    let mut page = String::with_capacity(64 * 1024 + report.answers.len() * 24 * 1024);
    page.push_str("<div class=\"frame\">\n");
    sections.push_contents(&mut page, report);
    page.push_str("<main id=\"main\">\n");
    push_summary(&mut page, report, &sections);
    for topic in topics(&report.answers) {
        let (answers, Topic { folder: id, title, introduction, .. }) = (sections.of_topic(topic), topic);
        let (name, question) = (escape(title), escape(introduction));
        let _ = write!(
            page,
            "<section class=\"topic\" aria-labelledby=\"{id}\">\n<h2 id=\"{id}\">{name}</h2>\n<p class=\"about\">{question}</p>\n"
        );
        for (id, answer) in answers {
            analysis::push(&mut page, id, answer);
        }
        page.push_str("</section>\n");
    }
    push_quality(&mut page, report);
    push_left_out(&mut page, report);
    push_method(&mut page, report);
    page.push_str("</main>\n</div>\n");
    page
}

/// The answers with an identifier of the page for each.
struct Sections<'a> {
    answers: Vec<(String, &'a Answer)>,
}

impl<'a> Sections<'a> {
    fn of(answers: &'a [Answer]) -> Self {
        let mut sections: Vec<(String, &Answer)> = Vec::with_capacity(answers.len());
        for answer in answers {
            let plain = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' };
            let mut id = format!("a-{}", answer.name.chars().map(plain).collect::<String>());
            while sections.iter().any(|(taken, _)| *taken == id) {
                id.push_str("-x");
            }
            sections.push((id, answer));
        }
        Self { answers: sections }
    }

    fn of_topic(&self, topic: &Topic) -> impl Iterator<Item = (&str, &'a Answer)> {
        self.answers
            .iter()
            .filter(move |(_, answer)| *answer.topic == *topic)
            .map(|(id, answer)| (id.as_str(), *answer))
    }

    fn find(&self, name: &str) -> Option<(&str, &'a Answer)> {
        self.answers.iter().find(|(_, answer)| answer.name == name).map(|(id, answer)| (id.as_str(), *answer))
    }

    /// The contents: beside the text where there is room, folded above it where there is not.
    fn push_contents(&self, page: &mut String, report: &Report) {
        let summary = if has_summary(report) { "<li><a href=\"#summary\">Summary</a></li>\n" } else { "" };
        let mut list = format!("<ul>\n{summary}");
        for topic in topics(&report.answers) {
            let answers = self.of_topic(topic);
            let (id, name) = (&topic.folder, escape(&topic.title));
            let _ = write!(list, "<li><a href=\"#{id}\">{name}</a>\n<ul>\n");
            for (id, answer) in answers {
                let _ = writeln!(list, "<li><a href=\"#{id}\">{}</a></li>", escape(&answer.title));
            }
            list.push_str("</ul></li>\n");
        }
        if !report.quality.is_empty() || report.page.is_some() {
            list.push_str("<li><a href=\"#data\">The data</a></li>\n");
        }
        if !report.left_out.is_empty() {
            list.push_str("<li><a href=\"#left-out\">Left out</a></li>\n");
        }
        list.push_str("<li><a href=\"#method\">Method</a></li>\n</ul>\n");
        let _ = write!(
            page,
            "<nav class=\"contents\" aria-label=\"Contents\">\n<p class=\"nav-title\">Contents</p>\n{list}</nav>\n\
             <nav class=\"contents-narrow\" id=\"contents\" aria-label=\"Contents\"><details><summary>Contents</summary>\n{list}</details>\n\
             <a class=\"up\" href=\"#contents\">Contents</a></nav>\n"
        );
    }
}

/// The topics of answers, in their order.
pub(crate) fn topics(answers: &[Answer]) -> Vec<&Topic> {
    let mut topics: Vec<&Topic> = Vec::new();
    for answer in answers {
        if !topics.contains(&&*answer.topic) {
            topics.push(&answer.topic);
        }
    }
    topics
}

/// The head of a page that asks nothing of the network.
pub(crate) fn push_page_head(page: &mut String, title: &str) {
    let _ = write!(
        page,
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\" />\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'\" />\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\" />\n\
         <meta name=\"color-scheme\" content=\"light dark\" />\n<title>{}</title>\n\
         <style>:root{{color-scheme:light dark;{}}}\n@media screen and (prefers-color-scheme:dark){{:root{{{}}}}}\n{STYLE}{}</style>\n</head>\n",
        escape(title),
        properties(Theme::Light),
        properties(Theme::Dark),
        running_head(title),
    );
}

/// The rule that puts the title and the page's number on each sheet of paper.
fn running_head(title: &str) -> String {
    let mut quoted = String::new();
    for c in plain::printable(title).chars() {
        // By its number each character is text to CSS, and none ends the style sheet.
        let _ = if c.is_alphanumeric() || c == ' ' {
            write!(quoted, "{c}")
        } else {
            write!(quoted, "\\{:x} ", u32::from(c))
        };
    }
    format!(
        "@page{{@top-left{{content:\"{quoted}\"}}@bottom-right{{content:counter(page) \" / \" counter(pages)}}}}\n\
         @page:first{{@top-left{{content:none}}}}\n"
    )
}

/// The title, what it is about, and the whole report as a workbook to be saved.
fn push_masthead(page: &mut String, report: &Report, book: Option<&str>) {
    let _ = write!(
        page,
        "<body>\n<a class=\"skip\" href=\"#main\">Skip to the findings</a>\n<header class=\"masthead\">\n\
         <p class=\"brand\">{}</p>\n<h1>{}</h1>\n<p class=\"source\">{}</p>\n",
        escape(report.bank_name.as_deref().unwrap_or("BankSphere")),
        escape(&report.title),
        escape(&report.source),
    );
    if let Some(book) = book {
        let _ = writeln!(
            page,
            "<p class=\"save\"><a download=\"report.xlsx\" href=\"data:{WORKBOOK};base64,{book}\">Download all tables as a workbook</a></p>"
        );
    }
    page.push_str("</header>\n");
}

/// Whether there is something to say before the answers.
fn has_summary(report: &Report) -> bool {
    report.summary != Summary::default() || report.page.is_some()
}

fn push_summary(page: &mut String, report: &Report, sections: &Sections) {
    if !has_summary(report) {
        return;
    }
    let summary = &report.summary;
    page.push_str("<section class=\"summary\" aria-labelledby=\"summary\">\n<h2 id=\"summary\">Summary</h2>\n");
    push_figures(page, &summary.key_figures);
    match &summary.closures {
        Some(closures) => {
            page.push_str("<div class=\"first\">\n<div>\n");
            push_findings(page, "closures", &closures.title, &closures.findings, sections);
            page.push_str("</div>\n<div>\n");
            push_ranking(page, report, &closures.findings);
            page.push_str("</div>\n</div>\n");
        }
        None => push_findings(page, "findings", STRONGEST, &summary.findings, sections),
    }
    if let Some(quality) = &report.page {
        let _ = writeln!(page, "<p class=\"about\"><a href=\"#data\">The data</a>: {}</p>", prose(&quality.line()));
    }
    page.push_str("</section>\n");
    if summary.closures.is_none() {
        return;
    }
    if !summary.more_figures.is_empty() || !summary.findings.is_empty() {
        let _ = writeln!(
            page,
            "<section class=\"summary\" aria-labelledby=\"customers\">\n<h2 id=\"customers\">{CUSTOMERS}</h2>"
        );
        push_figures(page, &summary.more_figures);
        push_findings(page, "findings", STRONGEST, &summary.findings, sections);
        page.push_str("</section>\n");
    }
}

fn push_figures(page: &mut String, figures: &[KeyFigure]) {
    if figures.is_empty() {
        return;
    }
    page.push_str("<dl class=\"figures\">\n");
    for figure in figures {
        let _ = write!(page, "<div><dt>{}</dt><dd>{}", escape(&figure.label), figure_value(&figure.value));
        if let Some(note) = &figure.note {
            let _ = write!(page, "<span class=\"note\">{}</span>", prose(note));
        }
        page.push_str("</dd></div>\n");
    }
    page.push_str("</dl>\n");
}

/// Findings under a heading, each with a link to its analysis.
fn push_findings(page: &mut String, id: &str, title: &str, findings: &[Finding], sections: &Sections) {
    if findings.is_empty() {
        return;
    }
    let _ = write!(page, "<h3 id=\"{id}\">{}</h3>\n<ol class=\"findings\">\n", escape(title));
    for finding in findings {
        let _ = write!(page, "<li>{}", prose(&finding.sentence));
        if let Some((id, answer)) = sections.find(&finding.analysis) {
            let _ = write!(page, " <a href=\"#{id}\">{}</a>", escape(&answer.title));
        }
        page.push_str("</li>\n");
    }
    page.push_str("</ol>\n");
}

/// The ranking that the findings speak of, as a picture: which columns tell closure.
fn push_ranking(page: &mut String, report: &Report, findings: &[Finding]) {
    if let Some((answer, plot)) = ranking(report, findings) {
        let _ = writeln!(page, "<p class=\"pictured\">{}</p>", prose(&answer.heading()));
        analysis::push_figure(page, &plot, &answer.heading());
    }
}

/// A figure with its unit's word, such as `years`, in smaller letters.
fn figure_value(value: &str) -> String {
    match value.split_once(' ') {
        Some((figure, word)) if word.chars().all(char::is_alphabetic) => {
            format!("{} <span class=\"word\">{}</span>", escape(figure), escape(word))
        }
        _ => prose(value),
    }
}

fn push_quality(page: &mut String, report: &Report) {
    if report.quality.is_empty() && report.page.is_none() {
        return;
    }
    page.push_str("<section aria-labelledby=\"data\">\n<h2 id=\"data\">The data</h2>\n");
    if let Some(quality) = &report.page {
        quality::push(page, quality);
    }
    page.push_str("<dl class=\"quality\">\n");
    for (name, finding) in &report.quality {
        let _ = writeln!(page, "<div><dt>{}</dt><dd>{}</dd></div>", escape(name), prose(finding));
    }
    page.push_str("</dl>\n</section>\n");
}

fn push_left_out(page: &mut String, report: &Report) {
    if report.left_out.is_empty() {
        return;
    }
    let _ = write!(
        page,
        "<section aria-labelledby=\"left-out\">\n<h2 id=\"left-out\">Left out</h2>\n<p class=\"about\">{}</p>\n<dl class=\"quality\">\n",
        method::LEFT_OUT,
    );
    for (name, roles) in &report.left_out {
        let _ = writeln!(page, "<div><dt>{}</dt><dd>{}</dd></div>", escape(name), prose(roles));
    }
    page.push_str("</dl>\n</section>\n");
}

fn push_method(page: &mut String, report: &Report) {
    page.push_str("<section aria-labelledby=\"method\">\n<h2 id=\"method\">Method</h2>\n<ul class=\"method\">\n");
    for line in method::lines(report, "is shown with it") {
        let _ = writeln!(page, "<li>{}</li>", prose(&line));
    }
    page.push_str("</ul>\n</section>\n");
}

/// Escapes text for HTML and XML, in elements and in attributes.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            '\n' | '\t' => escaped.push(c),
            c => escaped.push_str(&plain::printable(c.encode_utf8(&mut [0; 4]))),
        }
    }
    escaped
}

/// Escapes a sentence; a figure keeps its percent sign on the same line.
pub(crate) fn prose(text: &str) -> String {
    escape(text).replace(" %", "\u{a0}%")
}

#[cfg(test)]
mod tests;
