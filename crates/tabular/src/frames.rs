//! Parquet and Arrow as CSV.
//!
//! In: a file of record batches without nesting. Out: the same as CSV in a temporary file; a null is an empty cell, and so is
//! a float that is no number.
//! Invariant: memory holds one batch.

use std::fmt::Display;
use std::io::{BufReader, Read};

use arrow_array::{Array as _, RecordBatch};
use arrow_cast::display::{ArrayFormatter, FormatOptions};
use arrow_schema::{ArrowError, DataType, Schema, SchemaRef};
use bytes::Bytes;
use diagnostic::quote;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::errors::ParquetError;
use parquet::file::reader::{ChunkReader, Length};

use crate::spool::{Spool, written};
use crate::table::Places;
use crate::{Error, Input, Options, Reader, moments};

/// What an Arrow file ends with: the length of its footer, and six letters.
const TRAILER: usize = 10;
/// Rows that are in memory at once.
const BATCH: usize = 8192;

type Made = (Input, Places, Vec<String>);

pub(crate) fn parquet_as_csv(input: &Input, options: &Options<'_>) -> Result<Made, Error> {
    let broken = |error: ParquetError| broken(input, "Parquet", &error);
    let builder = ParquetRecordBatchReaderBuilder::try_new(Chunks(input.clone())).map_err(broken)?;
    let schema = std::sync::Arc::clone(builder.schema());
    let batches = builder.with_batch_size(BATCH).build().map_err(broken)?;
    as_csv(input, &schema, batches.map(|batch| batch.map_err(|error| self::broken(input, "Parquet", &error))), options)
}

pub(crate) fn arrow_file_as_csv(input: &Input, options: &Options<'_>) -> Result<Made, Error> {
    let broken = |error: ArrowError| broken(input, "Arrow", &error);
    check_blocks(input)?;
    let reader = arrow_ipc::reader::FileReader::try_new(input.reader(0), None).map_err(broken)?;
    let schema = reader.schema();
    as_csv(input, &schema, reader.map(|batch| batch.map_err(broken)), options)
}

pub(crate) fn arrow_stream_as_csv(input: &Input, options: &Options<'_>) -> Result<Made, Error> {
    let broken = |error: ArrowError| broken(input, "Arrow", &error);
    let reader = arrow_ipc::reader::StreamReader::try_new(input.reader(0), None).map_err(broken)?;
    let schema = reader.schema();
    as_csv(input, &schema, reader.map(|batch| batch.map_err(broken)), options)
}

/// Refuses an Arrow file whose footer names parts that lie outside it: the reader would make room for them first, however large.
fn check_blocks(input: &Input) -> Result<(), Error> {
    let damaged = || broken(input, "Arrow", &"its parts are not where its end says");
    let n_bytes = input.n_bytes()?;
    let mut end = [0; TRAILER];
    let trailer_at = n_bytes.checked_sub(TRAILER as u64).ok_or_else(damaged)?;
    input.reader(trailer_at).read_exact(&mut end)?;
    let length = arrow_ipc::reader::read_footer_length(end).map_err(|error| broken(input, "Arrow", &error))? as u64;
    let mut footer = Vec::new();
    let footer_at = trailer_at.checked_sub(length).ok_or_else(damaged)?;
    input.reader(footer_at).take(length).read_to_end(&mut footer)?;
    let footer = arrow_ipc::root_as_footer(&footer).map_err(|error| broken(input, "Arrow", &error))?;
    let blocks = footer.dictionaries().into_iter().flatten().chain(footer.recordBatches().into_iter().flatten());
    let is_inside = |block: &arrow_ipc::Block| {
        let parts = [block.offset(), i64::from(block.metaDataLength()), block.bodyLength()];
        let sum = parts.iter().try_fold(0_u64, |sum, part| sum.checked_add(u64::try_from(*part).ok()?));
        sum.is_some_and(|sum| sum <= footer_at)
    };
    if blocks.copied().all(|block| is_inside(&block)) { Ok(()) } else { Err(damaged()) }
}

fn broken(input: &Input, what: &str, error: &impl Display) -> Error {
    let message = format!("{} cannot be read as {what}: {}", input.subject, quote(&error.to_string()));
    Error::refused(message).hint("it may be cut off or damaged: fetch it again, or convert it to CSV")
}

fn as_csv(
    input: &Input,
    schema: &SchemaRef,
    batches: impl Iterator<Item = Result<RecordBatch, Error>>,
    options: &Options<'_>,
) -> Result<Made, Error> {
    refuse_nested(schema, input)?;
    let mut writer = csv::Writer::from_writer(Spool::new()?);
    writer.write_record(schema.fields().iter().map(|field| field.name())).map_err(written)?;
    for batch in batches {
        options.check_cancelled()?;
        write(&mut writer, &batch?, input)?;
    }
    let spool = writer.into_inner().map_err(|error| Error::from(error.into_error()))?;
    Ok((spool.finish(input)?, Places::Rows { sheet: None, before: 0 }, Vec::new()))
}

/// Refuses columns that hold more than a value a row, all of them by name.
pub(crate) fn refuse_nested(schema: &Schema, input: &Input) -> Result<(), Error> {
    let nested = schema.fields().iter().filter(|field| is_nested(field.data_type()));
    let names: Vec<String> = nested.map(|field| format!("`{}`", quote(field.name()))).collect();
    let (columns, hold) = match names.len() {
        0 => return Ok(()),
        1 => ("column", "holds"),
        _ => ("columns", "hold"),
    };
    let message = format!("the {columns} {} of {} {hold} more than one value a row", names.join(", "), input.subject);
    Err(Error::refused(message).hint("write a table without lists and structures"))
}

/// Writes the rows of a batch.
pub(crate) fn write(writer: &mut csv::Writer<Spool>, batch: &RecordBatch, input: &Input) -> Result<(), Error> {
    write_rows(writer, batch).map_err(|error| match error {
        Written::Arrow(error) => broken(input, "a table", &error),
        Written::Csv(error) => written(error),
    })
}

enum Written {
    Arrow(ArrowError),
    Csv(csv::Error),
}

impl From<ArrowError> for Written {
    fn from(error: ArrowError) -> Self {
        Self::Arrow(error)
    }
}

fn write_rows(writer: &mut csv::Writer<Spool>, batch: &RecordBatch) -> Result<(), Written> {
    use std::fmt::Write as _;
    let options =
        FormatOptions::new().with_date_format(Some("%Y-%m-%d")).with_timestamp_format(Some("%Y-%m-%dT%H:%M:%S%.f"));
    let arrays = batch.columns().iter().map(moments::in_words).collect::<Result<Vec<_>, ArrowError>>()?;
    let columns = arrays
        .iter()
        .map(|column| Ok((ArrayFormatter::try_new(column, &options)?, column.data_type().is_floating())))
        .collect::<Result<Vec<_>, ArrowError>>()?;
    let mut text = String::new();
    for row in 0..batch.num_rows() {
        for (column, is_float) in &columns {
            text.clear();
            let value = column.value(row).try_to_string()?;
            _ = write!(text, "{value}");
            let is_number = !is_float || text != "NaN";
            writer.write_field(if is_number { day(&text) } else { "" }).map_err(Written::Csv)?;
        }
        writer.write_record(None::<&[u8]>).map_err(Written::Csv)?;
    }
    Ok(())
}

/// A moment at midnight is a day.
fn day(text: &str) -> &str {
    text.strip_suffix("T00:00:00").unwrap_or(text)
}

fn is_nested(data_type: &DataType) -> bool {
    match data_type {
        DataType::Dictionary(_, values) => is_nested(values),
        other => other.is_nested(),
    }
}

/// A file as the Parquet reader reads it: parts, in any order.
struct Chunks(Input);

impl Length for Chunks {
    fn len(&self) -> u64 {
        self.0.n_bytes().unwrap_or(0)
    }
}

impl ChunkReader for Chunks {
    type T = BufReader<Reader>;

    fn get_read(&self, start: u64) -> parquet::errors::Result<Self::T> {
        Ok(self.0.reader(start))
    }

    fn get_bytes(&self, start: u64, length: usize) -> parquet::errors::Result<Bytes> {
        let mut bytes = Vec::new();
        let n = self.0.reader(start).take(length as u64).read_to_end(&mut bytes)?;
        if n < length {
            return Err(ParquetError::EOF(format!("{length} bytes were expected at {start}, and {n} are there")));
        }
        Ok(bytes.into())
    }
}
