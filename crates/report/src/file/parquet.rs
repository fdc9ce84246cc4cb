//! Rows as columns of Parquet, each of the type that its values have.
//!
//! In: rows. Out: the bytes of a file, packed by Zstandard. Names and values are those for programs, as in CSV.

use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;

use super::{Rows, Sheet};
use crate::{Error, arrow, document_fields};

/// One table as a file of Parquet.
pub(super) fn parquet(sheet: &Sheet<'_>) -> Result<Vec<u8>, Error> {
    let batch = match sheet.rows {
        Rows::Answer(_, table) => arrow::of_cells(table),
        Rows::Table(table) => arrow::of_cells(table),
        Rows::Documents(documents) => arrow::of_documents(&document_fields(documents), documents),
    };
    let batch = batch.map_err(|error| Error::unwritten("file of Parquet", &error.to_string()))?;
    if batch.num_columns() == 0 {
        return Err(Error::no_columns(sheet.name));
    }
    let properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .set_created_by("BankSphere".to_owned())
        .build();
    let written = ArrowWriter::try_new(Vec::new(), batch.schema(), Some(properties)).and_then(|mut writer| {
        writer.write(&batch)?;
        writer.into_inner()
    });
    written.map_err(|error| Error::unwritten("file of Parquet", &error.to_string()))
}
