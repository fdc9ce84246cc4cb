//! What a file of a bank's customers is: its columns by their names and contents, and a contract drafted of that.
//!
//! In: a table's header and its rows as text cells, each row once, and what the user says of the outcome. Out: a contract, how the
//! numbers of its columns are written, and what was assumed, told in a few lines.
//! Invariant: nothing is left out in silence and nothing in doubt is guessed; memory does not grow with the rows but by some bytes
//! for each value of a key. This crate knows no files, no banks and no engines.
//!
//! ```
//! use recognise::{Survey, Wishes};
//!
//! let header = ["CustomerId", "Age", "Exited"].map(str::to_owned);
//! let mut survey = Survey::new(&header);
//! for (row, exited) in ["0", "1", "0"].iter().enumerate() {
//!     survey.add(&csv::ByteRecord::from(vec![format!("C{row}"), "44".to_owned(), (*exited).to_owned()]));
//! }
//! let recognised = survey.finish(&Wishes { file: "exited.csv", ..Wishes::default() })?;
//! assert_eq!(recognised.contract.key().name, "CustomerId");
//! assert_eq!(recognised.contract.role(contract::Role::Closed).map(|column| column.closed_values()), Some(vec!["1"]));
//! # Ok::<(), diagnostic::Faults>(())
//! ```

mod card;
mod categories;
mod closed;
mod column;
mod content;
mod currency;
mod days;
mod derived;
mod describe;
mod document;
mod draft;
mod extent;
mod field;
mod finish;
mod fold;
mod key;
mod lists;
mod manner;
mod notes;
mod outcome;
mod pairs;
mod plan;
mod role;
mod survey;
mod synonyms;
mod table;
mod words;

pub use closed::Closed;
pub use finish::{Note, Recognised, Standing, Wishes};
pub use survey::Survey;
