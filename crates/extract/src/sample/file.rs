//! Writes a sample as a CSV file in the form of the bank's: texts quoted, numbers plain, lines ended by LF.
//!
//! In: a sample. Out: lines. Invariant: importing them gives the same bank as the sample itself.

use std::io::Write;

use rayon::prelude::*;

use crate::Error;
use crate::block::{Block, Cells};
use crate::load::{Options, Progress};

use super::{Sample, blocks_at_a_time};

/// Writes a sample of `n` customers; importing the file gives the same bank as `load_sample`.
pub fn write_sample_csv(n: u64, seed: u64, mut to: impl Write, options: &Options<'_>) -> Result<(), Error> {
    let sample = Sample::new(n, seed)?;
    let columns = &sample.shape.contract.columns;
    let header: Vec<String> = columns.iter().map(|column| format!("\"{}\"", column.name)).collect();
    to.write_all((header.join(",") + "\n").as_bytes())?;
    let n_blocks = blocks_at_a_time();
    let mut n_rows = 0;
    for chunk in 0.. {
        options.check_cancelled()?;
        let blocks = sample.chunk(chunk, n_blocks);
        if blocks.is_empty() {
            break;
        }
        let texts: Vec<Vec<u8>> = blocks.par_iter().map(text).collect::<Result<_, _>>()?;
        for text in texts {
            to.write_all(&text)?;
        }
        n_rows += blocks.iter().map(|block| block.n_rows() as u64).sum::<u64>();
        (options.progress)(Progress { rows: n_rows, fraction: n_rows as f64 / n as f64 });
    }
    Ok(to.flush()?)
}

/// The lines of a block. Invariant: no category holds a quote, so that none needs an escape.
fn text(block: &Block) -> Result<Vec<u8>, Error> {
    let mut text = Vec::with_capacity(block.n_rows() * 160);
    for row in 0..block.n_rows() {
        for position in 0..block.columns.len() {
            cell(&mut text, block, position, row)?;
            text.push(b',');
        }
        text.pop();
        text.push(b'\n');
    }
    Ok(text)
}

fn cell(text: &mut Vec<u8>, block: &Block, position: usize, row: usize) -> Result<(), Error> {
    match &block.columns[position] {
        Cells::Category(codes) => {
            text.push(b'"');
            text.extend_from_slice(block.category(position, codes[row]).as_bytes());
            text.push(b'"');
        }
        Cells::Int(numbers) => write!(text, "{}", numbers[row])?,
        Cells::Decimal(numbers) => write!(text, "{}", numbers[row])?,
        Cells::Long(_) | Cells::Text(_) | Cells::Date(_) => return Err(Error::bug("a column has the wrong kind")),
    }
    Ok(())
}
