//! What a notebook shows below a cell: fragments of HTML.
//!
//! In: answers, and tables that are none. Out: one element with its own style sheet, whose every rule begins with the
//! element's class, so that nothing else in the notebook changes. Light or dark is as the notebook says, and so are text,
//! background and type; charts are drawn in the same colours.
//! Invariant: no script, no identifier, nothing from outside; whatever comes from data is escaped.

mod table;

use std::fmt::Write;

use insight::{Answer, QualityPage, Table};

use crate::Error;
use crate::chart::{Plot, Theme, inline, notebook_properties};
use crate::html::analysis::in_words;
use crate::html::{escape, prose};

pub use self::table::MOST_ROWS;

const STYLE: &str = include_str!("style.css");

/// How notebooks say that they are dark: `JupyterLab`, Visual Studio Code, Colab.
const DARK: &str = "body[data-jp-theme-light=\"false\"] .banksphere,body.vscode-dark .banksphere,\
                    body.vscode-high-contrast .banksphere,html[theme=\"dark\"] .banksphere";

/// The drawing width of a chart: below a cell there is mostly a little more.
pub(crate) const WIDTH: f64 = 720.0;

/// One of the things that are shown together.
#[derive(Clone, Copy, Debug)]
pub enum Part<'a> {
    /// An answer with all that belongs to it.
    Answer(&'a Answer),
    /// A table that is no answer.
    Plain(Plain<'a>),
    /// The quality page.
    Quality(&'a QualityPage),
}

/// A table that is no answer.
#[derive(Clone, Copy, Debug)]
pub struct Plain<'a> {
    /// Its heading, if it has one.
    pub title: Option<&'a str>,
    /// Its rows, or of a long one at least the first [`MOST_ROWS`].
    pub table: &'a Table,
    /// How many rows it has.
    pub n_rows: usize,
    /// What is said below it.
    pub remark: Option<&'a str>,
}

/// The fragment that shows some parts below each other.
#[must_use]
pub fn html(parts: &[Part<'_>]) -> String {
    let mut page = String::with_capacity(8 * 1024 + parts.len() * 16 * 1024);
    push_head(&mut page);
    for part in parts {
        match part {
            Part::Answer(answer) => push_answer(&mut page, answer),
            Part::Plain(plain) => push_plain(&mut page, plain),
            Part::Quality(quality) => crate::quality::fragment(&mut page, quality),
        }
    }
    page.push_str("</div>\n");
    page
}

/// The fragment that shows an answer's chart alone, with its title.
pub fn chart(answer: &Answer) -> Result<String, Error> {
    let plot = Plot::of(answer)?;
    let mut page = String::with_capacity(24 * 1024);
    push_head(&mut page);
    push_title(&mut page, &answer.heading());
    let _ = write!(page, "<figure>{}</figure>\n</div>\n", inline(&plot, &answer.heading(), WIDTH));
    Ok(page)
}

/// The element and its style sheet. Notebooks read what stands between two dollars as a formula, such as `$40K - $60K`, but
/// where these two classes of `MathJax` 2 and 3 are.
fn push_head(page: &mut String) {
    let _ = writeln!(
        page,
        "<div class=\"banksphere tex2jax_ignore mathjax_ignore\"><style>.banksphere{{{}}}\n{DARK}{{{}}}\n{STYLE}</style>",
        notebook_properties(Theme::Light),
        notebook_properties(Theme::Dark),
    );
}

// Why not a heading: notebooks list the headings of outputs among the chapters of the text.
fn push_title(page: &mut String, title: &str) {
    let _ = writeln!(page, "<p class=\"bs-title\">{}</p>", escape(title));
}

fn push_answer(page: &mut String, answer: &Answer) {
    page.push_str("<section>\n");
    push_title(page, &answer.heading());
    let _ = writeln!(page, "<p class=\"bs-question\">{}</p>", prose(&answer.question));
    let sentence = answer.sentence();
    if !sentence.is_empty() {
        let _ = writeln!(page, "<p class=\"bs-sentence\">{}</p>", prose(&sentence));
    }
    if let Ok(plot) = Plot::of(answer) {
        let _ = writeln!(page, "<figure>{}</figure>", inline(&plot, &answer.heading(), WIDTH));
    }
    if let Some(test) = &answer.test {
        let _ = writeln!(page, "<p class=\"bs-small\">{}</p>", prose(&in_words(test)));
    }
    table::push(page, &answer.heading(), &answer.table, answer.table.rows.len());
    if !answer.reading.is_empty() {
        let _ = writeln!(page, "<p class=\"bs-small\"><strong>How to read it.</strong> {}</p>", prose(&answer.reading));
    }
    let notes = answer.notes();
    if !notes.is_empty() {
        page.push_str("<ul class=\"bs-small\">\n");
        for note in &notes {
            let _ = writeln!(page, "<li>{}</li>", prose(note));
        }
        page.push_str("</ul>\n");
    }
    push_queries(page, answer);
    page.push_str("</section>\n");
}

fn push_queries(page: &mut String, answer: &Answer) {
    let noun = match answer.queries.len() {
        0 => return,
        1 => "Pipeline".to_owned(),
        n => format!("Pipelines ({n})"),
    };
    let _ = writeln!(page, "<details><summary>{noun}</summary>");
    for query in &answer.queries {
        let _ = writeln!(page, "<pre><code>{}</code></pre>", escape(&query.mongosh));
    }
    page.push_str("</details>\n");
}

fn push_plain(page: &mut String, plain: &Plain<'_>) {
    page.push_str("<section>\n");
    if let Some(title) = plain.title {
        push_title(page, title);
    }
    table::push(page, plain.title.unwrap_or("Rows"), plain.table, plain.n_rows);
    if let Some(remark) = plain.remark {
        let _ = writeln!(page, "<p class=\"bs-small\">{}</p>", prose(remark));
    }
    page.push_str("</section>\n");
}

#[cfg(test)]
mod tests;
