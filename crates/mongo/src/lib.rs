//! A bank on a MongoDB server: the same collections, the same pipelines, the same answers.
//!
//! In: a connection string that names a database, and pipelines. Out: rows, or an [`Error`] that says what to do.
//! Only this crate knows MongoDB's driver, and nothing outside it is asynchronous: each call returns when the server has
//! answered.
//! A session resolves the bank once ([`Server`]); an import meanwhile changes nothing that it reads.
//! Invariant: no message, `Debug` text or command that the server logs carries a password.

mod advice;
mod collections;
mod driver;
mod error;
mod explain;
mod fields;
mod indexes;
mod keys;
mod load;
mod notes;
mod run;
mod server;
mod session;
mod source;
mod uri;
mod version;
mod views;
mod written;

pub use advice::{Advice, Candidate, Measure, Question, Verdict, candidates};
pub use collections::{CollectionInfo, Index, is_bookkeeping};
pub use error::{Error, ErrorKind};
pub use explain::{Explain, PlanStep};
pub use load::{Incoming, Loading, Outcome, Progress, Shape, Snapshot, Step};
pub use server::{Options, Server};
pub use source::{Found, Source};
pub use uri::Uri;
pub use version::Version;
