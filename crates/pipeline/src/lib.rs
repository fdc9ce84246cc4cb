//! The pipeline language: text in (Extended JSON, or a script of mongosh or Python), a checked and printable MongoDB
//! aggregation pipeline out.
//!
//! The public functions are the stages of the work, in order:
//!
//! ```text
//!        text                          values of a program
//!          │ read                              │
//!          └────────────► BSON ◄───────────────┘
//!                          │ parse             limits: 200 levels, 1,000 stages, 200 names in a path
//!                          ▼
//!                 ast::Pipeline ──────► walk, reads: what is inside, which fields are read
//!                          │ check             against the schemas of the collections
//!                          ▼
//!                 the same Pipeline ──► Run: rows, from an engine or a server
//!                          │ print
//!                          ▼
//!        mongosh text, Extended JSON, BSON     parse(print(p)) == p
//! ```
//!
//! This crate knows no files, no engines and no banks.
//!
//! ```
//! let pipeline = pipeline::parse_text("[{$match: {age: {$gte: 30}}}, {$count: 'n'}]")?;
//! assert_eq!(
//!     pipeline::print::mongosh("customers", &pipeline),
//!     "db.customers.aggregate([\n  { $match: { age: { $gte: 30 } } },\n  { $count: \"n\" }\n])",
//! );
//! let error = pipeline::parse_text("[{$limit: 5}, {$group: {_id: null, n: {$sums: 1}}}]").unwrap_err();
//! assert_eq!(error.place(), Some("stage 2, `$group.n.$sums`"));
//! assert_eq!(error.error_code(), Some(15952));
//! # Ok::<(), pipeline::Error>(())
//! ```
//!
//! # Adding to the language
//! - An expression operator: one variant and one row in `ast/operator.rs`, an arm in `expr/registry.rs` of the engine. Only one
//!   whose arguments are not all plain expressions needs a word in `parse/operator.rs` too, and a constant that no server
//!   takes one in `parse/literal.rs`.
//! - An accumulator: one variant and one row in `ast/accumulator.rs`, an arm in `accumulator/mod.rs` of the engine; where it
//!   takes more than one expression also `parse/accumulator.rs`, `print/call.rs` and `check/walk.rs`.
//! - A window function: a variant of `Computed` with its name and one row in `ast/window.rs`, an arm in
//!   `parse/window_function.rs`, one in `print/call.rs` and one in `window/mod.rs` of the engine.
//! - A test of the query language: a variant in `ast/predicate.rs`, an arm in each of `ast/walk.rs`, `check/walk.rs`,
//!   `parse/test.rs`, `print/predicate.rs` and `query/field_test.rs` of the engine, and a row in `parse/names.rs`.
//! - A stage, in five files here and one of the engine: `ast/stage.rs` (a variant, and its row of facts: name, effect, fields
//!   read and written), `ast/walk.rs` (its parts), `parse/stage.rs` (a row: name, version, parser), `print/stage.rs`,
//!   `check/mod.rs`, and the engine's `stage/mod.rs`. None has a wildcard over stages, so the compiler names them all. What
//!   only needs the parts of a statement asks `ast::Node`, `ast::Reads` and `Stage::facts` for them.
//! - What MongoDB has and we have not is listed in `parse/names.rs`, so that a user reads "not supported yet" and not
//!   "unknown". A test holds the lists apart from what is supported.
//! - What only a server knows is kept as [`ast::Unchecked`], where the caller says that a server is asked ([`Names`]).
//!
//! # Errors
//! Either the user's or ours ([`ErrorKind`]), with the place inside the pipeline (``stage 2, `$group.n` ``) or in the text
//! (`line 3, column 7`), the line of the text with a mark under the place, a hint where there is one, and the code that a
//! server gives for the same mistake. Which statements a server refuses, and with which code, is tested against recorded
//! answers.

pub mod ast;
mod check;
mod codes;
mod collation;
mod describe;
mod error;
pub mod find;
pub mod gathered;
mod json;
pub mod keys;
mod language;
pub mod limits;
pub mod lint;
mod parse;
mod pointer;
pub mod print;
mod read;
mod run;
mod schema;
mod since;
pub mod types;

pub use bson::{Bson, Document};

pub use ast::Pipeline;
pub use check::{Shapes, check, check_accumulator, check_expr, check_followed, check_predicate, check_shapes};
pub use codes::code_name;
pub use collation::{CaseFirst, Collation};
pub use error::{Error, ErrorKind, nearest};
pub use json::read_json;
pub use language::{Known, Part, language};
pub use parse::{Names, parse, parse_accumulator, parse_any, parse_expr, parse_predicate, parse_script, parse_text};
pub use read::{Language, Script, read, read_document, read_pipeline, read_plain};
pub use run::{CancellationToken, Limits, Notices, Rows, Run, RunError};
pub use schema::{Field, FieldType, Schema, Schemas};
pub use since::{Since, oldest_server};
