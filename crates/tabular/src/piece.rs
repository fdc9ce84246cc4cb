//! The rows of a table in pieces of the file, each of which can be read by a thread of its own.
//!
//! In: a table. Out: [`Pieces`], which gives one [`Piece`] of the file after the other, and [`Lines`], the rows of a piece.
//! Invariant: rows are what [`crate::Rows`] makes of the same bytes. A piece ends where a line ends, which is inside a row where a
//! quoted cell has several lines: then [`Lines`] stop at the last whole row, and [`Pieces::again`] goes on from there.

use crate::line::{Line, Lines};
use crate::spool::too_long;
use crate::table::{Places, Table};
use crate::text::filled;
use crate::{Error, MOST_BYTES_A_ROW, RowMark};

/// How large a piece is.
#[derive(Clone, Copy)]
struct Size {
    /// It has at most so many lines,
    lines: usize,
    /// and about so many bytes, unless a row has more.
    bytes: usize,
    /// Bytes that are read at once.
    step: usize,
}

const SIZE: Size = Size { lines: 1 << 16, bytes: 10 << 20, step: 1 << 18 };

/// The pieces of a table under way.
pub struct Pieces<'a> {
    table: &'a Table,
    /// Where the next piece begins.
    at: u64,
    n_bytes: u64,
    /// So many bytes the next piece has at least, since fewer held no whole row.
    least: usize,
    size: Size,
    /// What pieces were read into that are given back.
    spare: Vec<Vec<u8>>,
}

/// Some rows as they stand in the file.
pub struct Piece<'a> {
    table: &'a Table,
    /// Of these the first `n_bytes`.
    buffer: Vec<u8>,
    n_bytes: usize,
    begins: u64,
    is_last: bool,
}

impl Table {
    /// Its rows in pieces, from the first one.
    pub fn pieces(&self) -> Result<Pieces<'_>, Error> {
        Ok(Pieces {
            table: self,
            at: self.rows_at,
            n_bytes: self.input.n_bytes()?,
            least: 0,
            size: SIZE,
            spare: Vec::new(),
        })
    }
}

impl<'a> Pieces<'a> {
    /// Reads the next piece; `None` at the end of the file.
    pub fn read(&mut self) -> Result<Option<Piece<'a>>, Error> {
        if self.table.is_misread() {
            return Err(self.table.misread());
        }
        if self.at >= self.n_bytes {
            return Ok(None);
        }
        let Size { lines: most_lines, bytes: most_bytes, step } = self.size;
        let mut reader = self.table.input.reader(self.at).into_inner();
        let mut buffer = self.spare.pop().unwrap_or_default();
        let (mut n_lines, mut newest, mut n_bytes) = (0, None, 0);
        let end = loop {
            if buffer.len() < n_bytes + step {
                let most = ((most_bytes.max(self.least) + step) as u64).min(self.n_bytes - self.at) as usize;
                buffer.reserve_exact(most.saturating_sub(buffer.len()));
                buffer.resize(n_bytes + step, 0);
            }
            let n_read = filled(&mut buffer[n_bytes..n_bytes + step], &mut reader)?;
            // A piece with fewer bytes than the least held no whole row.
            let start = n_bytes.max(self.least).min(n_bytes + n_read);
            n_bytes += n_read;
            let (bytes, new) = (&buffer[..n_bytes], &buffer[start..n_bytes]);
            let n_new = count(new, b'\n');
            if n_new > 0 && n_lines + n_new >= most_lines {
                break Some(start + place_of(new, b'\n', most_lines.saturating_sub(n_lines).max(1)));
            }
            if n_read < step {
                break None;
            }
            let place = new.iter().rposition(|byte| matches!(byte, b'\n' | b'\r'));
            newest = place.map(|place| start + place).or(newest);
            if newest.is_some() && bytes.len() >= most_bytes {
                break newest;
            }
            n_lines += n_new;
            if bytes.len() as u64 > MOST_BYTES_A_ROW.max(self.least as u64) + step as u64 {
                return Err(self.too_long());
            }
        };
        let n_bytes = end.map_or(n_bytes, |end| end + 1);
        // A file that became shorter meanwhile.
        if n_bytes == 0 {
            return Ok(None);
        }
        let begins = self.at;
        self.at += n_bytes as u64;
        self.least = 0;
        Ok(Some(Piece { table: self.table, buffer, n_bytes, begins, is_last: end.is_none() }))
    }

    /// Takes back a piece that is done with, so that another can be read without new memory.
    pub fn take_back(&mut self, piece: Piece<'_>) {
        self.spare.push(piece.buffer);
    }

    /// Goes back into a piece, to read on after the bytes that held whole rows.
    pub fn again(&mut self, piece: &Piece<'_>, n_bytes: usize) -> Result<(), Error> {
        self.at = piece.begins + n_bytes as u64;
        self.least = 0;
        if n_bytes == 0 {
            if piece.n_bytes as u64 > MOST_BYTES_A_ROW {
                return Err(self.too_long());
            }
            self.least = 2 * piece.n_bytes;
        }
        Ok(())
    }

    fn too_long(&self) -> Error {
        let place = match self.table.places {
            Places::Lines => self.table.place(RowMark { byte: self.at, record: 0 }),
            // How many rows stand before this one is not counted here.
            Places::Rows { .. } | Places::Values => self.table.input.shown.clone(),
        };
        too_long("the row").at(place).hint("a quote `\"` may be missing at the end of a cell")
    }
}

fn count(bytes: &[u8], wanted: u8) -> usize {
    // Sums of at most 255 fit a byte, which makes sixteen of them at a time.
    bytes.chunks(255).map(|chunk| usize::from(chunk.iter().map(|byte| u8::from(*byte == wanted)).sum::<u8>())).sum()
}

/// Where a byte stands for the n-th time; at the end if it does not.
fn place_of(bytes: &[u8], wanted: u8, n: usize) -> usize {
    let places = bytes.iter().enumerate().filter(|(_, byte)| **byte == wanted);
    places.map(|(place, _)| place).nth(n - 1).unwrap_or(bytes.len() - 1)
}

impl Piece<'_> {
    /// Its rows, from the first one.
    #[must_use]
    pub fn lines(&self) -> Lines<'_> {
        Lines::new(self.bytes(), self.table, self.is_last)
    }

    /// Its bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.buffer[..self.n_bytes]
    }

    /// Whether these bytes, which are whole rows, are UTF-8. Where they are not, the table is misread, and so is this piece.
    #[must_use]
    pub fn is_text(&self, rows: std::ops::Range<usize>) -> bool {
        self.bytes().get(rows).is_some_and(|bytes| self.table.check(bytes))
    }

    /// The refusal of a piece that is misread.
    #[must_use]
    pub fn misread(&self) -> Error {
        self.table.misread()
    }

    /// The refusal of the row at which its lines stopped, with its place.
    #[must_use]
    pub fn refused(&self, refusal: Error, byte: u32) -> Error {
        refusal.at(self.table.place(RowMark { byte: self.begins + u64::from(byte), record: 0 }))
    }

    /// How much of the file is read up to a byte of this piece, from 0 to 1.
    #[must_use]
    pub fn fraction(&self, byte: usize) -> f64 {
        let n_bytes = self.table.input.n_bytes().unwrap_or(0).max(1);
        (self.begins + byte as u64) as f64 / n_bytes as f64
    }

    /// The row that begins at a byte of this piece.
    #[must_use]
    pub fn row(&self, byte: u32) -> crate::Row {
        let mut lines = self.lines();
        lines.seek(byte as usize);
        if lines.read() { lines.line().to_row() } else { crate::Row::new() }
    }

    /// Where that row begins; `n_before` is how many records of the table stand before this piece.
    #[must_use]
    pub fn mark(&self, byte: u32, n_before: u64) -> RowMark {
        let mut lines = self.lines();
        while lines.read() && lines.start() < byte {}
        RowMark { byte: self.begins + u64::from(byte), record: self.table.n_before + n_before + lines.n_records() }
    }
}

impl Line<'_> {
    /// A copy that lasts.
    #[must_use]
    pub fn to_row(&self) -> crate::Row {
        self.iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Options, Row};

    /// All rows up to one that is refused, how many had no cell, and why one is refused, as `Rows` reads them.
    fn by_rows(table: &Table) -> (Vec<Row>, u64, Option<String>) {
        let (mut rows, mut row, mut all) = (table.rows(), Row::new(), Vec::new());
        loop {
            match rows.read(&mut row) {
                Ok(true) => all.push(row.clone()),
                Ok(false) => return (all, rows.n_empty(), None),
                Err(error) => return (all, rows.n_empty(), Some(error.to_string())),
            }
        }
    }

    /// The same by pieces of that size; each row is also read by itself, and has the same place.
    fn by_pieces(table: &Table, size: Size) -> (Vec<Row>, u64, Option<String>) {
        let mut pieces = Pieces { size, ..table.pieces().unwrap() };
        let (mut all, mut n_empty, mut n_records) = (Vec::new(), 0, 0);
        while let Some(piece) = pieces.read().unwrap() {
            let mut lines = piece.lines();
            while lines.read() {
                let row = lines.line().to_row();
                assert_eq!(piece.row(lines.start()), row);
                assert_eq!(piece.mark(lines.start(), n_records).record, table.n_before + n_records + lines.n_records());
                all.push(row);
            }
            n_empty += lines.n_empty();
            n_records += lines.n_records();
            if let Some(refusal) = lines.refusal() {
                return (all, n_empty, Some(piece.refused(refusal, lines.start()).to_string()));
            }
            if !lines.is_done() {
                pieces.again(&piece, lines.end()).unwrap();
            }
        }
        (all, n_empty, None)
    }

    #[test]
    fn pieces_hold_the_rows_of_the_file_wherever_they_are_cut() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("t.csv");
        let parts = ["a", ",", "\"", "\n", "\r", "\r\n", "\"b\"", "\"\"", "\"c,\n\"", "12345678", ",,", "\u{feff}"];
        let mut state = 1_u64;
        for round in 0..500 {
            let mut text = "h,i,j\nx,y,z\n".to_owned();
            for _ in 0..round % 20 {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                text.push_str(parts[(state >> 33) as usize % parts.len()]);
            }
            fs_err::write(&file, &text).unwrap();
            let Ok(table) = Table::open(&file, &Options { delimiter: Some(b','), ..Options::default() }) else {
                continue;
            };
            let expected = by_rows(&table);
            for (lines, bytes, step) in [(1, 1, 1), (2, 9, 1), (3, 64, 7), (1 << 16, 16, 16), (9, 1 << 20, 1 << 20)] {
                assert_eq!(by_pieces(&table, Size { lines, bytes, step }), expected, "{text:?} {lines} {bytes} {step}");
            }
        }
    }

    #[test]
    fn a_row_without_an_end_is_refused_at_its_line() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("t.csv");
        for sign in ["", "\"", "a\n\""] {
            fs_err::write(&file, format!("h,i\n1,2\n{sign}{}", "x".repeat(17 << 20))).unwrap();
            let table = Table::open(&file, &Options { delimiter: Some(b','), ..Options::default() }).unwrap();
            let (mut pieces, mut n_rows) = (table.pieces().unwrap(), 0);
            let error = loop {
                match pieces.read() {
                    Err(error) => break error,
                    Ok(None) => panic!("it was read to its end"),
                    Ok(Some(piece)) => {
                        let mut lines = piece.lines();
                        while lines.read() {
                            n_rows += 1;
                        }
                        if !lines.is_done()
                            && let Err(error) = pieces.again(&piece, lines.end())
                        {
                            break error;
                        }
                    }
                }
            };
            let line = 3 + sign.matches('\n').count();
            assert_eq!(n_rows, line - 2);
            let (error, place) = (error.to_string(), format!("t.csv:{line}\n"));
            assert!(error.starts_with("the row is longer than 16 MB\n") && error.contains(&place), "{error}");
        }
    }

    #[test]
    fn a_row_that_holds_others_is_refused_at_its_line() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("t.csv");
        let open = |text: &str| {
            fs_err::write(&file, text).unwrap();
            Table::open(&file, &Options { delimiter: Some(b','), ..Options::default() }).unwrap()
        };
        for text in
            ["h,i,j\n1,\"a,b\",x\n2,b,\"y\n3,c,z\n4,d,w\n", "h,i,j\n1,a,\"x,x\"\n2,b,\"y\n3,c,z\n4,d,w\"\n5,e,v\n"]
        {
            let table = open(text);
            let (rows, _, by_rows) = by_rows(&table);
            let (by_rows, mut n_rows) = (by_rows.unwrap(), rows.len());
            let piece = table.pieces().unwrap().read().unwrap().unwrap();
            let mut lines = piece.lines();
            while lines.read() {
                n_rows += 1;
            }
            let by_lines = piece.refused(lines.refusal().unwrap(), lines.start()).to_string();
            assert_eq!((n_rows, &by_lines), (2, &by_rows));
            let place = "among them\n  at ";
            assert!(by_lines.contains(place) && by_lines.contains("t.csv:3\n"), "{by_lines}");
        }
        // Notes of several lines, and a workbook's cells, are as they are.
        let (all, ..) = by_rows(&open("h,i,j\n1,\"a\nb, c\nd\",x\n2,b,\"y, 7\n\"\n"));
        assert_eq!(all.len(), 2);
    }
}
