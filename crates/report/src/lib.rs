//! Rows and charts in; terminal text, SVG, PNG, PDF and one HTML file out.
//!
//! Invariant: reads no clock, no network and no file, and runs no pipeline; the same answers always give the same
//! bytes. No input makes it panic: empty tables, missing values, NaN and infinities are shown as what they are.

pub mod table;

mod documents;
mod number;

pub use documents::documents_table;
