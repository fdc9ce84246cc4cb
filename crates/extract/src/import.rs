//! Imports the bank's CSV file: checked row by row, both collections in the file's order, all or nothing.

use std::path::Path;

use store::{BLOCK_ROWS, Store};

use crate::Error;
use crate::block::Block;
use crate::load::{Loader, Options, Progress};
use crate::quality::Quality;
use crate::rows::Rows;

/// Imports a CSV file of card customers into the bank. The first row that breaks the contract stops it, and the bank
/// is as before; the columns that leak the answer are left out with a notice.
pub fn import_csv(path: &Path, store: &Store, options: &Options<'_>) -> Result<Quality, Error> {
    let mut rows = Rows::open(path)?;
    options.as_of.map_or(Ok(()), store::check_day)?;
    let commit = store.begin()?;
    let mut loader = Loader::begin(store, &commit)?;
    let mut block = Block::with_capacity(BLOCK_ROWS.min(1 + rows.n_bytes as usize / 64));
    loop {
        options.check_cancelled()?;
        rows.fill(&mut block)?;
        if block.n_rows() == 0 {
            break;
        }
        loader.add(&block)?;
        let fraction = rows.at_byte() as f64 / rows.n_bytes.max(1) as f64;
        (options.progress)(Progress { rows: loader.n_rows, fraction });
    }
    if loader.n_rows == 0 {
        return Err(Error::input(format!("the file `{}` has a header and no rows", path.display()))
            .hint("export it again from its source"));
    }
    let source = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    loader.finish(commit, source, notices(rows.dropped()), options.as_of)
}

fn notices(dropped: &[String]) -> Vec<String> {
    if dropped.is_empty() {
        return Vec::new();
    }
    let names: Vec<String> = dropped.iter().map(|name| format!("`{name}`")).collect();
    let (columns, them) = if dropped.len() == 1 { ("a column", "it") } else { ("columns", "them") };
    vec![format!(
        "left out {columns} that a classifier computed from whether the account was closed, so that no analysis can \
         mistake {them} for a cause: {}",
        names.join(", ")
    )]
}
