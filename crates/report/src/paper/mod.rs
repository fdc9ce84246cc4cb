//! The report on paper: a PDF of A4 pages, made of the same words, charts and tables as the page of HTML.
//!
//! In: a [`Report`]. Out: the file, which opens with the summary and the contents, has a running head and page numbers, and an
//! outline that a reader shows beside it. Pipelines stand at its end where they are asked for.
//! Invariant: no table is cut at the side, no heading stands alone at the end of a page, and the same report gives the same
//! bytes.

mod flow;
mod measure;
mod sections;
mod table;

use self::flow::{Flow, Heading};
use crate::chart::Theme;
use crate::chart::pdf::{self, Entry};
use crate::{Error, Report};

/// The report as a PDF.
pub fn pdf(report: &Report) -> Result<Vec<u8>, Error> {
    // The contents name pages that are known once all is laid out, and take the same room whatever they name.
    let first = laid_out(report, &[]);
    let flow = laid_out(report, first.headings());
    pdf::pages(&flow.pages(), Theme::Light, &report.title, &outline(flow.headings()))
}

fn laid_out(report: &Report, known: &[Heading]) -> Flow {
    let mut flow = Flow::new(&report.title);
    sections::push(&mut flow, report, known);
    flow
}

/// The headings of sections, each with those of its analyses.
fn outline(headings: &[Heading]) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    for heading in headings {
        let entry = Entry { title: heading.text.clone(), target: heading.target, parts: Vec::new() };
        match entries.last_mut() {
            Some(section) if heading.is_part => section.parts.push(entry),
            _ => entries.push(entry),
        }
    }
    entries
}

#[cfg(test)]
mod tests;
