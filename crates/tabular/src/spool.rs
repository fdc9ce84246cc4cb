//! A temporary file in which a table takes another form: unpacked, in UTF-8, or as CSV.
//!
//! Invariant: it has no name and only its owner may read it; the system removes it, however this process ends.

use std::fs::File;
use std::io::{self, BufWriter, Read, Write};

use crate::{Error, Input, MOST_BYTES_A_ROW, Options};

/// Bytes that are copied at once.
const PIECE: usize = 1 << 18;

/// A temporary file while it is written.
pub(crate) struct Spool {
    writer: BufWriter<File>,
}

impl Spool {
    pub(crate) fn new() -> Result<Self, Error> {
        Ok(Self { writer: BufWriter::with_capacity(PIECE, tempfile::tempfile().map_err(|error| no_room(&error))?) })
    }

    /// What was written, as what is in `input`.
    pub(crate) fn finish(self, input: &Input) -> Result<Input, Error> {
        let file = self.writer.into_inner().map_err(|error| no_room(error.error()))?;
        Ok(input.made_from(file))
    }
}

impl Write for Spool {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.writer.write(bytes).map_err(|error| io::Error::from(no_room(&error)))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.writer.flush().map_err(|error| io::Error::from(no_room(&error)))
    }
}

/// What a temporary file that cannot be written means.
pub(crate) fn no_room(error: &io::Error) -> Error {
    Error::refused(format!("the file cannot be copied into a temporary file: {error}"))
        .hint("the folder of temporary files must have room for all of it; the variable `TMPDIR` names another")
}

/// Why a record was not written.
pub(crate) fn written(error: csv::Error) -> Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => Error::from(error),
        _ => Error::refused("the file cannot be written as CSV"),
    }
}

/// Copies text through `change`, which makes other bytes of each piece and is told which one is the last.
pub(crate) fn copy_text(
    input: &Input,
    mut from: impl Read,
    options: &Options<'_>,
    mut change: impl FnMut(&[u8], bool, &mut Vec<u8>) -> Result<(), Error>,
) -> Result<Input, Error> {
    let mut spool = Spool::new()?;
    let (mut piece, mut changed) = (vec![0; PIECE], Vec::new());
    let mut line = LineLength::default();
    loop {
        options.check_cancelled()?;
        let n = match from.read(&mut piece) {
            Ok(n) => n,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(Error::from(error)),
        };
        changed.clear();
        change(&piece[..n], n == 0, &mut changed)?;
        line.add(&changed).map_err(|line| too_long("the line").at(input.at_line(line)))?;
        spool.write_all(&changed)?;
        if n == 0 {
            return spool.finish(input);
        }
    }
}

/// What is wrong with a line, a row or a document that has no end in sight.
pub(crate) fn too_long(what: &str) -> Error {
    Error::refused(format!("{what} is longer than {} MB", MOST_BYTES_A_ROW >> 20))
}

/// Counts the bytes since the last line end, so that a file without any is refused before it fills the disk.
#[derive(Default)]
struct LineLength {
    length: u64,
    n_ended: u64,
}

impl LineLength {
    /// The number of the line, from 1, that is too long.
    fn add(&mut self, bytes: &[u8]) -> Result<(), u64> {
        let is_end = |byte: &u8| matches!(byte, b'\n' | b'\r');
        match bytes.iter().rposition(is_end) {
            Some(last) => {
                self.n_ended += bytes.split(|byte| *byte == b'\n').count() as u64 - 1;
                self.length = (bytes.len() - last - 1) as u64;
            }
            None => self.length += bytes.len() as u64,
        }
        if self.length > MOST_BYTES_A_ROW { Err(self.n_ended + 1) } else { Ok(()) }
    }
}
