//! Files of tables, whatever their format, as rows of text cells.
//!
//! In: a [`Source`]: CSV with any usual delimiter and encoding, packed or not, an Excel workbook, Parquet, Arrow, JSON
//! documents without nesting, or the data frame of a program. Out: a [`Table`]: the names of its columns, its rows as cells
//! of text, each with its place in the file, and notes on what was assumed.
//! Invariant: memory holds one row, a part of it, or a block of Parquet, never the file; what is not CSV text already becomes
//! such in a temporary file that only its owner may read. What a cell means is decided by who reads it: this crate knows
//! no contracts and no banks.
//!
//! ```
//! use tabular::{Options, Table};
//!
//! let folder = tempfile::tempdir()?;
//! let file = folder.path().join("limits.csv");
//! fs_err::write(&file, "name;limit\nAda;1.250,50\n")?;
//! let table = Table::open(&file, &Options::default())?;
//! assert_eq!(table.header(), ["name", "limit"]);
//! let mut rows = table.rows();
//! let mut row = tabular::Row::new();
//! assert!(rows.read(&mut row)?);
//! assert_eq!(row.iter().collect::<Vec<_>>(), [b"Ada".as_slice(), b"1.250,50"]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod beside;
mod content;
pub mod currency;
mod dialect;
mod encoding;
mod error;
mod foreign;
mod format;
mod frames;
mod input;
mod json;
mod line;
mod moments;
mod notation;
mod path;
mod piece;
mod reader;
mod signs;
mod spool;
mod swallowed;
mod table;
mod text;
mod values;
mod workbook;

pub use beside::Beside;
pub use content::Content;
pub use error::Error;
pub use input::{Input, Reader, Source};
pub use line::{Line, Lines, unquoted};
pub use notation::{Ambiguous, Evidence, Grouping, Mark, Notation, notations};
pub use piece::{Piece, Pieces};
pub use reader::{RowMark, Rows};
pub use table::{Options, Table};
pub use text::Text;
pub use values::Values;

/// The cells of a row, each as the bytes of its text.
pub use csv::ByteRecord as Row;

/// A row, a header, a document of a file may have so many bytes.
pub const MOST_BYTES_A_ROW: u64 = 16 << 20;
