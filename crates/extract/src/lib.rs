//! What comes into a bank: customers by a contract, documents of any shape, another bank's collections, a generated sample.
//!
//! In: a contract and a file of a table, a file of documents, another bank, or a wish for a sample of any size. Out: collections in a
//! [`store`], the contract's text beside them, and a [`Quality`] that says what came in.
//! Invariant: nothing gets into a bank that breaks the contract; an import that fails leaves the bank as it was. No column is
//! known by name but in the sample generator, which is of the card data.
//!
//! ```
//! use extract::{Contract, Options, import_customers};
//!
//! let folder = tempfile::tempdir()?;
//! let file = folder.path().join("club.csv");
//! fs_err::write(&file, "member,left\nM-1,no\nM-2,yes\n")?;
//! let club = Contract::parse("club.toml", r#"
//!     title = "A club"
//!     [columns.member]
//!     kind = "text"
//!     role = "customer_key"
//!     [columns.left]
//!     kind = "category"
//!     role = "closed"
//!     categories = [{ value = "no" }, { value = "yes", closed = true }]
//! "#)?;
//! let store = store::Store::create_or_open(&folder.path().join("bank"))?;
//! let quality = import_customers(&club, &file, &store, &Options::default())?;
//! assert_eq!(quality.rows, 2);
//! assert_eq!(extract::contract_of(&store)?, Some(club));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod block;
mod cell;
mod copy;
mod documents;
mod error;
mod fault;
mod faults;
mod flow;
mod header;
mod histogram;
mod ids;
mod import;
mod load;
mod numbers;
mod part;
mod quality;
mod raw;
mod rows;
mod sample;
mod scales;
mod seen;
mod shape;
mod span;
mod words;

pub use contract::{CUSTOMERS, Contract, TRANSACTIONS};
pub use copy::{Copied, Customers, Documents, copy};
pub use documents::{
    Before, ImportedDocuments, Written, add_documents, holds_customers, import_documents, not_there, refuse_imported,
};
pub use error::{Error, ErrorKind};
pub use import::{Reading, SetAside, import_customers, import_table};
pub use load::{Options, Progress, contract_of, contract_on, quality, quality_in, quality_on};
pub use quality::{ColumnQuality, Consistency, Outliers, Quality};
pub use sample::{load_sample, write_sample_csv};
pub use tabular::Source;
