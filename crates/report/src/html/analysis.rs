//! One analysis on the page: question, sentence, chart, test, table, reading guide, pipeline.

use std::fmt::Write;

use insight::{Answer, Independence, Means, Statistic, Table, Test, Trend, Verdict};

use super::{escape, prose, table};
use crate::chart::{Plot, inline};
use crate::number;

/// The drawing widths for wide and narrow screens.
const WIDE: f64 = 760.0;
const NARROW: f64 = 350.0;

pub(super) fn push(page: &mut String, id: &str, answer: &Answer) {
    let _ = write!(
        page,
        "<article class=\"analysis\" aria-labelledby=\"{id}\">\n<h3 id=\"{id}\">{}</h3>\n",
        escape(&answer.heading()),
    );
    push_parts(page, answer, &answer.table, &answer.table);
    page.push_str("</article>\n");
}

/// What stands below the heading of an answer. Its table is shown in one layout and saved in another.
pub(crate) fn push_parts(page: &mut String, answer: &Answer, shown: &Table, saved: &Table) {
    if !answer.question.is_empty() {
        let _ = writeln!(page, "<p class=\"question\">{}</p>", prose(&answer.question));
    }
    let sentence = answer.sentence();
    if !sentence.is_empty() {
        let _ = writeln!(page, "<p class=\"sentence\">{}</p>", prose(&sentence));
    }
    if let Ok(plot) = Plot::of(answer) {
        push_figure(page, &plot, &answer.heading());
    }
    if let Some(test) = &answer.test {
        let _ = writeln!(page, "<p class=\"test\">{}</p>", prose(&in_words(test)));
    }
    table::push_laid_out(page, &answer.name, &answer.heading(), [shown, saved]);
    if !answer.reading.is_empty() {
        let _ = writeln!(page, "<p class=\"reading\"><strong>How to read it.</strong> {}</p>", prose(&answer.reading));
    }
    let notes = answer.notes();
    if !notes.is_empty() {
        page.push_str("<ul class=\"notes\" aria-label=\"Notes\">\n");
        for note in &notes {
            let _ = writeln!(page, "<li>{}</li>", prose(note));
        }
        page.push_str("</ul>\n");
    }
    push_queries(page, answer);
}

/// The chart, for wide and for narrow screens.
pub(crate) fn push_figure(page: &mut String, plot: &Plot, heading: &str) {
    let _ = write!(
        page,
        "<figure>\n<div class=\"wide\">{}</div>\n<div class=\"narrow\">{}</div>\n</figure>\n",
        inline(plot, heading, WIDE),
        inline(plot, heading, NARROW),
    );
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
    let verdict = match test.verdict() {
        Verdict::Difference(_) => "differences this large would hardly come from chance alone",
        Verdict::Chance => "differences this large may well come from chance alone",
    };
    let (effect, p_value) = (test.effect().word(), test.p_value_in_words());
    let (tested, strength) = match &test.statistic {
        Statistic::Independence(test) => (independence(test), format!("Cramér’s V {:.2}", test.cramers_v)),
        Statistic::Means(test) => (means(test), format!("η² {:.2}", test.eta_squared)),
        Statistic::Trend(test) => (trend(test), format!("Correlation {}", signed(test.correlation))),
    };
    format!("{tested}, {p_value}; {verdict}. {strength}, a {effect} effect.")
}

fn independence(test: &Independence) -> String {
    let plural = if test.degrees_of_freedom == 1 { "degree" } else { "degrees" };
    let simulated = if test.is_simulated {
        "; the p-value is simulated, for fewer than five customers are expected in some cell"
    } else {
        ""
    };
    format!(
        "Chi-square test: {} with {} {plural} of freedom{simulated}",
        number::number(test.chi_square, catalog::Unit::Count),
        test.degrees_of_freedom,
    )
}

fn trend(test: &Trend) -> String {
    format!("Cochran–Armitage trend test: z {}", signed(test.z))
}

fn signed(number: f64) -> String {
    format!("{}{:.2}", if number < 0.0 { "−" } else { "" }, number.abs())
}

fn means(test: &Means) -> String {
    format!(
        "Welch’s analysis of variance: F {} with {} and {} degrees of freedom",
        number::number(test.f, catalog::Unit::Ratio),
        test.between,
        number::number(test.within, catalog::Unit::Ratio),
    )
}
