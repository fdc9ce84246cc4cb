//! The pipeline language: Extended JSON in, a checked and printable MongoDB aggregation pipeline out.
//!
//! The public functions are the stages of the work, in order:
//! [`read`] (text → BSON), [`parse`] (BSON → [`Pipeline`]), [`check`] (fields against a [`Schema`]),
//! [`print`] (a pipeline as mongosh text or as Extended JSON again).
//! This crate knows no files, no engines and no banks.

pub mod ast;
mod check;
mod describe;
mod error;
mod parse;
mod pointer;
pub mod print;
mod read;
mod run;
mod schema;

pub use bson::{Bson, Document};

pub use ast::Pipeline;
pub use check::check;
pub use error::{Error, ErrorKind, nearest};
pub use parse::{parse, parse_accumulator, parse_expr, parse_predicate, parse_text};
pub use read::{read, read_document};
pub use run::{Run, RunError};
pub use schema::{Field, FieldType, Schema, Schemas};
