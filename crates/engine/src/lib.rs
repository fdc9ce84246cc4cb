//! The embedded engine: a checked pipeline and columns in, rows out.
//!
//! ```text
//!  pipeline ──► constants: fold ──► rewrite ──► columns: lower ───────────────► run ──► rows, as they are asked for
//!                                      ▲          │ what columns can do            ▲
//!  collection: its view's stages ──────┴──────────┤                                │ limits: brake
//!  (what a handle shows)                          └─► stage: the others, row by row┘ stored bytes: verify
//! ```
//!
//! Every operator, test, accumulator and stage has one plain definition over BSON values: [`value`], [`expr`],
//! [`query`], [`accumulator`], [`stage`], [`window`]. What is common is also done on typed columns, as fast as memory
//! gives them; a test holds the two equal.

pub mod accumulator;
mod brake;
mod collation;
mod collection;
mod columns;
pub mod constants;
mod engine;
mod error;
mod explain;
pub mod expr;
mod meter;
mod place;
pub mod query;
mod rewrite;
mod run;
pub mod stage;
mod taken;
pub mod value;
mod verify;
mod view;
pub mod window;
mod write;

pub use brake::Brake;
pub use collation::Collator;
pub use collection::Collection;
pub use columns::{Frame, FrameField, FramePart};
pub use engine::{Engine, RowsOrColumns};
pub use error::{Error, ErrorKind};
pub use explain::{Explain, StageReport};
pub use verify::Verify;
pub use write::write;
