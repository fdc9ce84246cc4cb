//! Blocks of documents on their way into the store.
//!
//! In: documents as BSON bytes, one by one. Out: the store's writer, into which all of them went as columns.
//! Invariant: the documents of the first block decide which columns there are; all blocks but the last are full.

use ::documents::{Draft, Encoder};
use store::{BLOCK_ROWS, Commit, Writer};

use crate::Error;

/// A block's documents together, so that Arrow's 32-bit offsets reach.
const MOST_BYTES_A_BLOCK: usize = i32::MAX as usize;
/// About so many documents of the first block are looked at for their fields.
const LOOKED_AT: usize = 4096;

/// Documents that become blocks.
pub(crate) struct Blocks<'a, 'b> {
    name: &'a str,
    commit: &'a mut Commit<'b>,
    /// Before it is known which columns there are.
    first: Vec<Vec<u8>>,
    n_bytes: usize,
    writing: Option<(Writer, Encoder)>,
}

impl<'a, 'b> Blocks<'a, 'b> {
    pub(crate) fn new(name: &'a str, commit: &'a mut Commit<'b>) -> Self {
        Self { name, commit, first: Vec::new(), n_bytes: 0, writing: None }
    }

    /// Takes a document; `place` tells where it is.
    pub(crate) fn add(&mut self, document: Vec<u8>, place: impl FnOnce() -> String) -> Result<(), Error> {
        self.n_bytes += document.len();
        if self.n_bytes > MOST_BYTES_A_BLOCK {
            return Err(Error::input(format!("{BLOCK_ROWS} documents in a row have more than 2 GB"))
                .at(place())
                .hint("split them into collections with smaller documents"));
        }
        let Some((writer, encoder)) = &mut self.writing else {
            self.first.push(document);
            return if self.first.len() == BLOCK_ROWS { self.start() } else { Ok(()) };
        };
        encoder.add(&document).map_err(|error| Error::bug(error.to_string()))?;
        if encoder.n_rows() == BLOCK_ROWS {
            self.n_bytes = 0;
            write(writer, encoder)?;
        }
        Ok(())
    }

    /// Chooses the columns and writes what came so far, if that is a full block.
    fn start(&mut self) -> Result<(), Error> {
        let bug = |error: ::documents::Error| Error::bug(error.to_string());
        let mut draft = Draft::new();
        // Odd, since what comes and goes with the number of a document often does so by even steps.
        let step = (self.first.len() / LOOKED_AT) | 1;
        self.first.iter().step_by(step).try_for_each(|document| draft.add(document)).map_err(bug)?;
        let mut encoder = draft.encoder();
        let mut writer = self.commit.writer(self.name, encoder.schema())?;
        for document in std::mem::take(&mut self.first) {
            encoder.add(&document).map_err(bug)?;
        }
        if encoder.n_rows() == BLOCK_ROWS {
            self.n_bytes = 0;
            write(&mut writer, &mut encoder)?;
        }
        self.writing = Some((writer, encoder));
        Ok(())
    }

    /// Writes the last block.
    pub(crate) fn finish(mut self) -> Result<Writer, Error> {
        if self.writing.is_none() {
            self.start()?;
        }
        let Some((mut writer, mut encoder)) = self.writing else { return Err(Error::bug("no writer was made")) };
        if encoder.n_rows() > 0 {
            write(&mut writer, &mut encoder)?;
        }
        Ok(writer)
    }
}

fn write(writer: &mut Writer, encoder: &mut Encoder) -> Result<(), Error> {
    let batch = encoder.finish().map_err(|error| Error::bug(error.to_string()))?;
    Ok(writer.write(&batch)?)
}
