//! Writes a sample as a CSV file in the form of the bank's: texts quoted, numbers plain, lines ended by LF.

use std::io::Write;

use csv::{QuoteStyle, WriterBuilder};

use crate::Error;
use crate::block::{Block, Cells};
use crate::columns::{COLUMNS, Kind};
use crate::load::{Options, Progress};

use super::{Sample, blocks_at_a_time};

/// Writes a sample of `n` customers; importing the file gives the same bank as `load_sample`.
pub fn write_sample_csv(n: u64, seed: u64, to: impl Write, options: &Options<'_>) -> Result<(), Error> {
    let sample = Sample::new(n, seed)?;
    let mut writer = WriterBuilder::new().quote_style(QuoteStyle::NonNumeric).from_writer(to);
    writer.write_record(COLUMNS.iter().map(|column| column.name)).map_err(csv_error)?;
    let n_blocks = blocks_at_a_time();
    let mut n_rows = 0;
    for chunk in 0.. {
        options.check_cancelled()?;
        let blocks = sample.chunk(chunk, n_blocks);
        if blocks.is_empty() {
            break;
        }
        for block in &blocks {
            write_block(&mut writer, block)?;
            n_rows += block.n_rows() as u64;
        }
        (options.progress)(Progress { rows: n_rows, fraction: n_rows as f64 / n as f64 });
    }
    Ok(writer.flush()?)
}

fn write_block(writer: &mut csv::Writer<impl Write>, block: &Block) -> Result<(), Error> {
    let mut cell = Vec::new();
    for row in 0..block.n_rows() {
        for (column, cells) in COLUMNS.iter().zip(&block.columns) {
            cell.clear();
            match (cells, column.kind) {
                (Cells::Category(codes), Kind::Category(categories)) => {
                    cell.extend_from_slice(categories[usize::from(codes[row])].as_bytes());
                }
                (Cells::Whole(numbers), _) => write!(cell, "{}", numbers[row])?,
                (Cells::Decimal(numbers), _) => write!(cell, "{}", numbers[row])?,
                (Cells::Category(_), _) => return Err(Error::bug("a column has the wrong kind")),
            }
            writer.write_field(&cell).map_err(csv_error)?;
        }
        writer.write_record(None::<&[u8]>).map_err(csv_error)?;
    }
    Ok(())
}

fn csv_error(error: csv::Error) -> Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => Error::from(error),
        _ => Error::bug("the sample's rows differ in length"),
    }
}
