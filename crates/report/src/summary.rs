//! The report on one screen of a terminal.
//!
//! In: a [`Report`] and the terminal's width. Out: key figures and what is told of closures as wrapped sentences, the one or two charts
//! that say more than their numbers, then who the customers are. No line is wider than the width; nothing needs colour.

use catalog::{ChartKind, Unit};
use insight::{Answer, Fact, Finding, KeyFigure, Summary, Verdict};
use unicode_width::UnicodeWidthStr;

use crate::chart::{Plot, draw_text, pad};
use crate::{Report, plain};

/// So many findings fit on one screen; the page has all.
const MOST_FINDINGS: usize = 5;

/// The heading of the portrait.
pub(crate) const CUSTOMERS: &str = "Who the customers are";
/// The heading of findings that are not on closures.
pub(crate) const STRONGEST: &str = "Strongest findings";

/// A chart with more rows than this does not belong on one screen.
const MOST_ROWS: usize = 8;

/// The one-screen summary.
#[must_use]
pub fn terminal(report: &Report, width: usize) -> String {
    let width = width.clamp(40, 120);
    let mut text = String::new();
    push_wrapped(&mut text, &report.title, "", "", width);
    push_wrapped(&mut text, &report.source, "", "", width);
    push_figures(&mut text, &report.summary.key_figures, width);
    if let Some(page) = report.page.as_ref().filter(|page| !page.doubts().is_empty()) {
        text.push('\n');
        push_wrapped(&mut text, &page.line(), "The data: ", "", width);
    }
    let findings = &report.summary.findings;
    match &report.summary.closures {
        Some(closures) => push_findings(&mut text, &closures.title, &closures.findings, width),
        None => push_findings(&mut text, STRONGEST, findings, width),
    }
    for (answer, plot) in charts(report) {
        text.push('\n');
        push_wrapped(&mut text, &answer.heading(), "", "", width);
        text.push_str(&draw_text(&plot.first(MOST_ROWS), width));
    }
    if report.summary.closures.is_some() {
        push_customers(&mut text, report, width);
    }
    let n_left_out = report.left_out.len();
    if n_left_out > 0 {
        text.push('\n');
        let told = match n_left_out {
            1 => "1 analysis is left out: this data lacks columns for it. The page names it.".to_owned(),
            n => format!("{n} analyses are left out: this data lacks columns for them. The page names each."),
        };
        push_wrapped(&mut text, &told, "", "", width);
    }
    text
}

/// The findings under a heading, where there are some.
fn push_findings(text: &mut String, title: &str, findings: &[Finding], width: usize) {
    if findings.is_empty() {
        return;
    }
    text.push('\n');
    push_wrapped(text, title, "", "", width);
    for (index, finding) in findings.iter().take(MOST_FINDINGS).enumerate() {
        let first = format!("{:>2}. ", index + 1);
        push_wrapped(text, &finding.sentence, &first, "    ", width);
    }
}

/// Who the customers are, behind what is told of closures.
fn push_customers(text: &mut String, report: &Report, width: usize) {
    let Summary { more_figures, findings, .. } = &report.summary;
    if more_figures.is_empty() {
        return push_findings(text, CUSTOMERS, findings, width);
    }
    text.push('\n');
    text.push_str(CUSTOMERS);
    push_figures(text, more_figures, width);
    push_findings(text, STRONGEST, findings, width);
}

fn push_figures(text: &mut String, figures: &[KeyFigure], width: usize) {
    if figures.is_empty() {
        return;
    }
    text.push('\n');
    let label_room = figures.iter().map(|figure| figure.label.width()).max().unwrap_or(0).min(width / 2);
    let value_room = figures.iter().map(|figure| figure.value.width()).max().unwrap_or(0);
    for figure in figures {
        let blank = " ".repeat(value_room.saturating_sub(figure.value.width()));
        let line = format!("  {}  {blank}{}", pad(&figure.label, label_room), figure.value);
        let indent = " ".repeat(line.width() + 3);
        let note = figure.note.as_deref().unwrap_or_default();
        if indent.len() + 20 < width {
            push_wrapped(text, note, &(line + "   "), &indent, width);
        } else {
            text.push_str(&line);
            text.push('\n');
        }
    }
}

/// The first ranking that findings speak of: which columns tell closure.
pub(crate) fn ranking<'r>(report: &'r Report, findings: &[Finding]) -> Option<(&'r Answer, Plot)> {
    let of = |finding: &Finding| report.answers.iter().find(|answer| answer.name == finding.analysis);
    findings.iter().filter_map(of).find_map(|answer| {
        let plot = Plot::of(answer).ok().filter(|plot| plot.kind == ChartKind::Ranking)?;
        Some((answer, plot))
    })
}

/// One chart of points or bars that the findings speak of, and one ranking. Where a column tells most about closures, the chart
/// is of that column or none; differences that can well be chance are not drawn.
fn charts(report: &Report) -> Vec<(&Answer, Plot)> {
    let of = |finding: &Finding| report.answers.iter().find(|answer| answer.name == finding.analysis);
    let on_closures = report.summary.closures.iter().flat_map(|closures| closures.findings.iter().filter_map(of));
    let on_closures: Vec<&Answer> = on_closures.collect();
    let is_beside = |answer: &&Answer| on_closures.iter().any(|told| told.topic == answer.topic);
    let mut beside: Vec<&Answer> = report.answers.iter().filter(is_beside).collect();
    beside.sort_by(|a, b| b.effect.unwrap_or(0.0).total_cmp(&a.effect.unwrap_or(0.0)));
    let findings = report.summary.findings.iter().filter_map(of);
    let shown = on_closures.iter().copied().chain(beside).chain(findings).chain(&report.answers);
    let candidates: Vec<(&Answer, Plot)> = shown.filter_map(|answer| Some((answer, Plot::of(answer).ok()?))).collect();
    let is_small = |plot: &Plot| {
        plot.series.len() == 1
            && (2..=MOST_ROWS).contains(&plot.categories.len())
            && matches!(plot.kind, ChartKind::Interval | ChartKind::Bar)
    };
    let small =
        || candidates.iter().filter(|(answer, plot)| is_small(plot) && answer.verdict() != Some(Verdict::Chance));
    let telling = on_closures.iter().flat_map(|answer| &answer.narrative.facts).find_map(|fact| match fact {
        Fact::Telling { columns, .. } => columns.first().map(|first| first.column.as_str()),
        _ => None,
    });
    let rates = || small().filter(|(_, plot)| plot.y_unit == Unit::Share);
    let points = match telling {
        Some(column) => rates().find(|(_, plot)| plot.x_label == column),
        None => rates().next().or_else(|| small().next()),
    };
    let says = |answer: &Answer| !matches!(answer.narrative.facts[..], [Fact::Nothing(_)]);
    let ranking = candidates.iter().find(|(answer, plot)| plot.kind == ChartKind::Ranking && says(answer));
    points.into_iter().chain(ranking).cloned().collect()
}

fn push_wrapped(text: &mut String, sentence: &str, first: &str, indent: &str, width: usize) {
    text.push_str(&plain::wrapped(sentence, first, indent, width));
}

#[cfg(test)]
#[expect(clippy::needless_raw_string_hashes, reason = "expect-test writes its snapshots with hashes")]
mod tests {
    use expect_test::expect;

    use super::*;
    use crate::samples;

    #[test]
    fn one_screen() {
        let text = terminal(&samples::report(), 80);
        assert!(text.lines().all(|line| line.width() <= 80), "{text}");
        assert!(text.lines().count() <= 45, "{text}");
        expect![[r#"
            Card customers: who they are, why accounts closed, how healthy their credit is
            BankChurners.csv, 10,127 customers, as of 22 November 2026

              Customers     10,127   8,500 open, 1,627 closed
              Closure rate  16.1 %   95 % interval 15.4 to 16.8 %

            The data: 10,127 customers, 3 columns. To be doubted: “Code” tells closed from
            open accounts by itself with an AUC of 0.999: it may have been computed from the
            outcome; the rule “a < b” holds for 99.99 %; 1 of 10,127 breaks it.

            Closures
             1. Customers inactive for 4 months closed most often: 29.9 % (25.8 to 34.3 %),
                against 4.5 % of those inactive for 1 month.
             2. The number of transactions goes with closure most of all columns
                (information value 1.94).

            Closures by months inactive
             Months inactive Closure rate, with 95 % interval
             0                                       ├───────────●──────────┤ 51.7 %
             1                  ●┤ 4.5 %
             2                         ├● 15.4 %
             3                             ├●┤ 21.5 %
             4                                 ├──●──┤ 29.9 %
             5                        ├──●────┤ 18.0 %
             6                      ├───●────┤ 15.3 %

            What goes with closure
             Column                           Information value
             Transactions in the last 12 mon… ████████████████████████████████████████ 1.940
             Total revolving balance          █████████████████████▋ 1.050
             Change in the number of transac… ███████████████████▏ 0.930
             Spend in the last 12 months      ██████████████████▏ 0.880
             Contacts with the bank           ███████▍ 0.360
             Months inactive                  ██████▍ 0.310
             Gender                           ▎ 0.010

            Who the customers are
              Mean credit limit  $8,632
              Mean utilization   27.5 %   of the credit limit

            Strongest findings
             1. A <b>finding</b> of an analysis that is not shown.
        "#]]
        .assert_eq(&text);
    }

    #[test]
    fn without_closures_the_strongest_findings_follow_the_figures() {
        let mut report = samples::report();
        let closures = report.summary.closures.take().map_or_else(Vec::new, |closures| closures.findings);
        report.summary.findings.splice(0..0, closures);
        let text = terminal(&report, 80);
        let at = |heading: &str| text.find(heading);
        assert!(at("Closure rate") < at(STRONGEST) && at(STRONGEST) < at("Closures by months inactive"), "{text}");
        assert_eq!((at(CUSTOMERS), at("\nClosures\n")), (None, None), "{text}");
    }

    #[test]
    fn what_is_left_out_is_counted() {
        let told = |n: usize| {
            let left_out = vec![("by_gender".to_owned(), "gender".to_owned()); n];
            let text = terminal(&Report { left_out, ..Report::default() }, 80);
            text.trim_start().to_owned()
        };
        assert_eq!(told(0), "");
        assert_eq!(told(1), "1 analysis is left out: this data lacks columns for it. The page names it.\n");
        assert_eq!(told(2), "2 analyses are left out: this data lacks columns for them. The page names each.\n");
    }

    #[test]
    fn empty_and_narrow() {
        assert_eq!(terminal(&Report::default(), 0).trim(), "");
        let text = terminal(&samples::report(), 40);
        assert!(text.lines().all(|line| line.width() <= 40), "{text}");
    }
}
