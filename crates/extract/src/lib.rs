//! What card data is: the two collections, the import contract, the sample generator.
//!
//! In: a bank's CSV file, a file of documents, another bank, or a wish for a sample of any size. Out: collections in a [`store`], and a
//! [`Quality`] that says what came in. The contract of the card data is one table, in `columns.rs`; [`schemas`] is
//! what pipelines see of it.
//! Invariant: nothing gets into a bank that breaks the contract; an import that fails leaves the bank as it was.

mod block;
mod cell;
mod columns;
mod contract;
mod copy;
mod documents;
mod error;
mod histogram;
mod import;
mod kind;
mod load;
mod pieces;
mod quality;
mod raw;
mod rows;
mod sample;
mod schema;

pub use contract::{Allowed, Rule, contract};
pub use copy::{Copied, Documents, copy};
pub use documents::import_documents;
pub use error::{Error, ErrorKind};
pub use import::import_csv;
pub use load::{Options, Progress, quality, quality_in};
pub use quality::{ColumnQuality, Consistency, Outliers, Quality};
pub use sample::{load_sample, write_sample_csv};
pub use schema::schemas;

/// The collection of who the customers are.
pub const CUSTOMERS: &str = "customers";
/// The collection of what they do with their card.
pub const TRANSACTIONS: &str = "transactions";
