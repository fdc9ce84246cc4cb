//! One analysis on the page: question, sentence, chart, test, table, reading guide, pipeline.

use std::fmt::Write;

use insight::{Answer, Test};

use super::{escape, prose, table};
use crate::chart::{Plot, inline};
use crate::number;

/// The drawing widths for wide and narrow screens.
const WIDE: f64 = 760.0;
const NARROW: f64 = 350.0;

/// p-values below this are called a difference.
const LEVEL: f64 = 0.05;

pub(super) fn push(page: &mut String, id: &str, answer: &Answer) {
    let _ = write!(
        page,
        "<article class=\"analysis\" aria-labelledby=\"{id}\">\n<h3 id=\"{id}\">{}</h3>\n<p class=\"question\">{}</p>\n",
        escape(&answer.title),
        prose(&answer.question),
    );
    if !answer.sentence.is_empty() {
        let _ = writeln!(page, "<p class=\"sentence\">{}</p>", prose(&answer.sentence));
    }
    if let Ok(plot) = Plot::of(answer) {
        let _ = write!(
            page,
            "<figure>\n<div class=\"wide\">{}</div>\n<div class=\"narrow\">{}</div>\n</figure>\n",
            inline(&plot, answer, WIDE),
            inline(&plot, answer, NARROW),
        );
    }
    if let Some(test) = &answer.test {
        let _ = writeln!(page, "<p class=\"test\">{}</p>", prose(&in_words(test)));
    }
    table::push(page, answer);
    if !answer.reading.is_empty() {
        let _ = writeln!(page, "<p class=\"reading\"><strong>How to read it.</strong> {}</p>", prose(&answer.reading));
    }
    if !answer.notes.is_empty() {
        page.push_str("<ul class=\"notes\" aria-label=\"Notes\">\n");
        for note in &answer.notes {
            let _ = writeln!(page, "<li>{}</li>", prose(note));
        }
        page.push_str("</ul>\n");
    }
    push_queries(page, answer);
    page.push_str("</article>\n");
}

fn push_queries(page: &mut String, answer: &Answer) {
    if answer.queries.is_empty() {
        return;
    }
    let (noun, count) = match answer.queries.len() {
        1 => ("Pipeline", String::new()),
        n => ("Pipelines", format!(" ({n})")),
    };
    let _ = writeln!(
        page,
        "<details class=\"pipeline\"><summary>{noun}{count}<span class=\"for\"> of {}</span></summary>",
        escape(&answer.title)
    );
    for query in &answer.queries {
        let _ = write!(
            page,
            "<p>mongosh</p>\n<pre tabindex=\"0\"><code>{}</code></pre>\n<p><span>Extended JSON, over <code>{}</code></span></p>\n\
             <pre tabindex=\"0\"><code>{}</code></pre>\n",
            escape(&query.mongosh),
            escape(&query.collection),
            escape(&query.extended_json),
        );
    }
    page.push_str("</details>\n");
}

/// The test behind a difference, in words. The size of an effect is named as J. Cohen does (1988).
pub(crate) fn in_words(test: &Test) -> String {
    let effect = match test.cramers_v {
        v if !v.is_finite() => "no measurable",
        v if v < 0.1 => "a very small",
        v if v < 0.3 => "a small",
        v if v < 0.5 => "a medium",
        _ => "a large",
    };
    let verdict = if test.p_value < LEVEL {
        "differences this large would hardly come from chance alone"
    } else {
        "differences this large may well come from chance alone"
    };
    let p_value = match test.p_value {
        p if p < 0.001 => "p < 0.001".to_owned(),
        // Close to the level, three decimals would hide the side.
        p if (p - LEVEL).abs() < 0.000_6 => format!("p = {p:.4}"),
        p => format!("p = {p:.3}"),
    };
    let plural = if test.degrees_of_freedom == 1 { "degree" } else { "degrees" };
    format!(
        "Chi-square test: {} with {} {plural} of freedom, {p_value}; {verdict}. Cramér’s V {:.2}, {effect} effect.",
        number::number(test.chi_square, catalog::Unit::Count),
        test.degrees_of_freedom,
        test.cramers_v,
    )
}
