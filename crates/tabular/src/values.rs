//! Values that a program hands over from its memory: a data frame as record batches, or documents.
//!
//! In: batches without nesting, or documents as BSON. Out: [`Values`], which can be read as often as a file can.
//! Invariant: memory holds one batch; the rest lies in a temporary file that only its owner may read. A null and a float that is
//! no number are empty cells. Places count the rows of the data frame, from 1.

use std::io::Write as _;

use arrow_array::RecordBatchReader;
use diagnostic::quote;

use crate::spool::Spool;
use crate::{Error, Evidence, Input, Options, frames};

/// What messages call a data frame, and a list of documents.
const FRAME: &str = "data frame";
const LIST: &str = "list";

/// How pandas names the columns of an index that has no name.
const INDEX: &str = "__index_level_";

/// Values that can be read more than once.
#[derive(Debug)]
pub struct Values {
    pub(crate) input: Input,
    pub(crate) content: ValuesContent,
}

/// What the values are.
#[derive(Debug)]
pub(crate) enum ValuesContent {
    /// Rows as CSV without a header.
    Table { header: Vec<String>, notes: Vec<String> },
    /// BSON documents, one after the other.
    Dump,
}

impl Values {
    /// A data frame.
    pub fn of_batches(batches: impl RecordBatchReader, options: &Options<'_>) -> Result<Self, Error> {
        let schema = batches.schema();
        let input = Input::of_values(FRAME)?;
        frames::refuse_nested(&schema, &input)?;
        let names = || schema.fields().iter().map(|field| field.name());
        refuse_numbers(names())?;
        let is_index = |name: &String| name.strip_prefix(INDEX).is_some_and(|rest| rest.ends_with("__"));
        let kept: Vec<usize> =
            names().enumerate().filter(|(_, name)| !is_index(name)).map(|(position, _)| position).collect();
        let mut notes = Vec::new();
        if kept.len() < schema.fields().len() {
            notes.push(
                "the index of the data frame is left out, for it has no name; `reset_index()` makes a column of it"
                    .to_owned(),
            );
        }
        let mut writer = csv::Writer::from_writer(Spool::new()?);
        for batch in batches {
            options.check_cancelled()?;
            let batch = batch.and_then(|batch| batch.project(&kept)).map_err(|error| {
                Error::refused(format!("the data frame cannot be read: {}", quote(&error.to_string())))
            })?;
            frames::write(&mut writer, &batch, &input)?;
        }
        let spool = writer.into_inner().map_err(|error| Error::from(error.into_error()))?;
        let header = kept.iter().map(|position| schema.field(*position).name().trim().to_owned()).collect();
        Ok(Self { input: spool.finish(&input)?, content: ValuesContent::Table { header, notes } })
    }

    /// Documents, each as its bytes in BSON.
    pub fn of_documents(documents: impl IntoIterator<Item = Vec<u8>>, options: &Options<'_>) -> Result<Self, Error> {
        let mut spool = Spool::new()?;
        for document in documents {
            options.check_cancelled()?;
            spool.write_all(&document)?;
        }
        let input = spool.finish(&Input::of_values(LIST)?)?;
        if input.n_bytes()? == 0 {
            return Err(Error::refused(format!("{} is empty", input.subject)).hint(input.if_empty));
        }
        Ok(Self { input, content: ValuesContent::Dump })
    }
}

/// Columns that are only numbered mean nothing.
fn refuse_numbers<'a>(names: impl Iterator<Item = &'a String>) -> Result<(), Error> {
    let numbers: Vec<&String> = names.filter(|name| Evidence::default().add(name.as_bytes())).collect();
    let [first, ..] = numbers.as_slice() else { return Ok(()) };
    if numbers.len() < 2 {
        return Ok(());
    }
    let message = format!("the columns of the data frame are numbered and have no names: `{}`, …", quote(first));
    Err(Error::refused(message).hint("name them, in pandas by `frame.columns = [...]`"))
}
