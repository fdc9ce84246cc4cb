//! Imports a CSV file of a contract: checked row by row, all collections in the file's order, all or nothing.
//!
//! In: a [`Source`]. Out: the contract's collections in the bank, and the quality of
//! what came in. Invariant: nothing is written where the header does not fit.

use contract::Contract;
use diagnostic::quote;
use store::{BLOCK_ROWS, Store};

use crate::Error;
use crate::block::Block;
use crate::input::{Input, Source};
use crate::load::{Loader, Options, Progress};
use crate::quality::Quality;
use crate::rows::Rows;
use crate::shape::Shape;

/// Imports a CSV file of customers into the bank. The first row that breaks the contract stops it, and the bank is as before;
/// columns that the contract leaves out are left out with a notice.
pub fn import_csv<'a>(
    contract: &Contract,
    source: impl Into<Source<'a>>,
    store: &Store,
    options: &Options<'_>,
) -> Result<Quality, Error> {
    options.as_of.map_or(Ok(()), store::check_day)?;
    let input = Input::open(source.into(), options)?;
    let shape = Shape::new(contract);
    let mut rows = Rows::open(std::sync::Arc::clone(&shape), &input)?;
    let commit = store.begin()?;
    let mut loader = Loader::begin(&shape, store, &commit)?;
    let mut block = Block::with_capacity(shape, BLOCK_ROWS.min(1 + rows.n_bytes as usize / 64));
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
        return Err(Error::input(format!("{} has a header and no rows", input.subject)).hint(input.if_empty));
    }
    let notices = notices(contract, rows.dropped());
    loader.finish(commit, input.name.clone(), notices, options.as_of)
}

/// Says which columns were left out, and why: one sentence for each entry of the contract that names some.
fn notices(contract: &Contract, dropped: &[String]) -> Vec<String> {
    let mut left: Vec<&String> = dropped.iter().collect();
    let mut notices = Vec::new();
    for left_out in &contract.left_out {
        let (these, others): (Vec<&String>, Vec<&String>) = left.into_iter().partition(|name| left_out.is(name));
        left = others;
        if these.is_empty() {
            continue;
        }
        let (columns, them) = if these.len() == 1 { ("a column", "it") } else { ("columns", "them") };
        let reason = left_out.reason.as_ref().map_or_else(String::new, |reason| format!(" that {}", quote(reason)));
        let harm = if left_out.leaks {
            format!(", so that no analysis can mistake {them} for a cause")
        } else {
            String::new()
        };
        let names: Vec<String> = these.iter().map(|name| format!("`{}`", quote(name))).collect();
        notices.push(format!("left out {columns}{reason}{harm}: {}", names.join(", ")));
    }
    notices
}
