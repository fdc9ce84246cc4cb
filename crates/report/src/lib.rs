//! Rows and charts in; terminal text, SVG, PNG, PDF, the report as one HTML file or as pages of PDF, fragments of HTML for notebooks, workbooks and Parquet out.
//!
//! Invariant: reads no clock, no network and no file, and runs no pipeline; the same answers always give the same
//! bytes. No input makes it panic: empty tables, missing values, NaN and infinities are shown as what they are.

pub mod arrow;
pub mod chart;
pub mod file;
pub mod fragment;
pub mod table;

mod answer;
mod book;
mod comparison;
mod description;
mod documents;
mod error;
mod html;
mod method;
mod number;
mod paper;
mod plain;
mod quality;
mod report;
mod shown;
mod summary;

#[cfg(test)]
mod samples;

pub use answer::answer_text;
pub use book::workbook;
pub use comparison::{comparison_html, comparison_markdown, comparison_text};
pub use description::{description_html, description_markdown, description_text};
pub use documents::{document_fields, documents_table, documents_with_fields};
pub use error::{Error, ErrorKind};
pub use html::html;
pub use number::{count, counted, number};
pub use paper::pdf;
pub use quality::{quality_heading, quality_markdown, quality_tables, quality_text};
pub use report::Report;
pub use summary::terminal;
