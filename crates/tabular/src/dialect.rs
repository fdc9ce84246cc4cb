//! How a text file separates its cells, and where its header stands.
//!
//! In: the beginning of a text file. Out: its delimiter, and the names of its columns.
//! Invariant: the delimiter is the one by which header and rows have the same number of cells, and most of them.

use std::io::{Read, Write};

use diagnostic::quote;

use crate::reader::Records;
use crate::spool::{Spool, written};
use crate::table::Places;
use crate::text::Text;
use crate::{Error, Evidence, Input, Options, Row};

/// Bytes and records that are looked at.
const SAMPLE: u64 = 1 << 18;
const MOST_RECORDS: usize = 50;
/// Weka and some databases write it for `"`.
const APOSTROPHE: u8 = b'\'';
/// In this order where two serve alike.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// How a text file separates its cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Dialect {
    pub(crate) delimiter: u8,
    /// The byte that the first record begins at.
    base: u64,
}

/// The header, and where the rows begin.
pub(crate) struct Header {
    pub(crate) names: Vec<String>,
    pub(crate) rows_at: u64,
    pub(crate) n_before: u64,
    /// What was assumed.
    pub(crate) notes: Vec<String>,
}

impl Dialect {
    /// Of what we write ourselves.
    pub(crate) const COMMA: Self = Self { delimiter: b',', base: 0 };

    /// The text's dialect, and the text; where each row is quoted as a whole, or cells by apostrophes, a copy without these.
    pub(crate) fn of(text: Text, options: &Options<'_>) -> Result<(Self, Text), Error> {
        let Text { ref input, base, .. } = text;
        let (said, base) = match separator_line(input, base)? {
            Some((delimiter, length)) => (Some(delimiter), base + length),
            None => (None, base),
        };
        let start = start(input, base)?;
        // A line `sep=;` above cells that something else separates is not heeded.
        let said = said.filter(|said| fit(&start, *said) > (0, 0));
        let best = || DELIMITERS.into_iter().rev().max_by_key(|delimiter| fit(&start, *delimiter));
        let fitting = || best().filter(|delimiter| fit(&start, *delimiter) > (0, 0)).unwrap_or(b',');
        let delimiter = options.delimiter.or(said).unwrap_or_else(fitting);
        let cells = records(&start, delimiter, b'"');
        if has_apostrophes(&cells, &records(&start, delimiter, APOSTROPHE)) {
            let quoted = |row: &Row, spool: &mut Spool| write_record(row, delimiter, spool);
            let Text { input, note, .. } = text.checked(options)?;
            let records = Records::quoted_by(APOSTROPHE, &input, base, delimiter);
            let copy = Text::of_copy(copied(&input, records, options, quoted)?, note);
            return Ok((Self { delimiter, base: 0 }, copy));
        }
        let is_quoted_whole = options.delimiter.or(said).is_none()
            && cells.len() > 1
            && cells.iter().all(|record| record.len() == 1)
            && start.trim_ascii_start().starts_with(b"\"")
            && DELIMITERS.iter().any(|delimiter| cells[0][0].contains(char::from(*delimiter)));
        if is_quoted_whole {
            let Text { input, note, .. } = text.checked(options)?;
            let records = Records::open(&input, base, b',');
            return Self::of(Text::of_copy(copied(&input, records, options, write_unquoted)?, note), options);
        }
        Ok((Self { delimiter, base }, text))
    }

    /// Finds the header: the first record that has at least half as many filled cells as the fullest near it.
    pub(crate) fn header(self, input: &Input, places: &Places) -> Result<Header, Error> {
        let mut from = Records::open(input, self.base, self.delimiter);
        let (mut sample, mut row): (Vec<(Vec<String>, u64)>, Row) = (Vec::new(), Row::new());
        while sample.len() < MOST_RECORDS {
            match from.read(&mut row) {
                Ok(true) => sample.push((cells(&row), from.at_byte())),
                Ok(false) => break,
                // A row that cannot be read is told when rows are read.
                Err(_) if !sample.is_empty() => break,
                Err(error) => {
                    let place = places.of_record(input, 1, Some(from.began));
                    return Err(error.at(place).hint("the first line should name the columns"));
                }
            }
            if from.at_byte() - self.base > SAMPLE {
                break;
            }
        }
        let n_filled = |cells: &[String]| cells.iter().filter(|cell| !cell.is_empty()).count();
        let fullest = sample.iter().map(|(cells, _)| n_filled(cells)).max().unwrap_or(0);
        let found = sample.iter().position(|(cells, _)| 2 * n_filled(cells) >= fullest && fullest > 0);
        let Some(mut position) = found else {
            return Err(Error::refused(format!("{} has no cell that is filled", input.subject)).hint(input.if_empty));
        };
        let records: Vec<&[String]> = sample[position..].iter().map(|(cells, _)| cells.as_slice()).collect();
        position += usize::from(is_above_header(&records));
        let (mut names, rows_at) = sample[position].clone();
        let rows = || sample[position + 1..].iter().map(|(cells, _)| cells);
        let n_before = position as u64 + 1;
        refuse_values(&names)
            .map_err(|error| error.at(places.of_record(input, n_before, Some(self.byte_of(&sample, position)))))?;
        // R puts the numbers of rows in quotes, which tells them from a column whose name was left out.
        let has_row_names = begins_with(input, rows_at, b"\"1\"")?
            && rows().enumerate().all(|(at, cells)| cells.len() == names.len() + 1 && cells[0] == (at + 1).to_string());
        if has_row_names {
            names.insert(0, String::new());
        }
        while names.len() > 1
            && names.last().is_some_and(String::is_empty)
            && rows().all(|cells| cells.get(names.len() - 1).is_none_or(String::is_empty))
        {
            names.pop();
        }
        let passed: Vec<String> = sample[..position]
            .iter()
            .flat_map(|(cells, _)| cells)
            .filter(|cell| !cell.is_empty())
            .take(3)
            .map(|cell| format!("`{}`", quote(cell)))
            .collect();
        let mut notes = Vec::new();
        if !passed.is_empty() {
            notes.push(format!("what stands before the header is left out: {}", passed.join(", ")));
        }
        if has_row_names {
            notes.push(
                "the rows have a cell more than the header: the first is taken for the row names of R".to_owned(),
            );
        }
        Ok(Header { names, rows_at, n_before, notes })
    }

    /// Where a record of the sample begins.
    fn byte_of(self, sample: &[(Vec<String>, u64)], position: usize) -> u64 {
        position.checked_sub(1).map_or(self.base, |before| sample[before].1)
    }
}

/// Whether these bytes stand there, perhaps behind a line end.
fn begins_with(input: &Input, at: u64, bytes: &[u8]) -> Result<bool, Error> {
    let mut start = Vec::new();
    input.reader(at).take(bytes.len() as u64 + 2).read_to_end(&mut start)?;
    Ok(start.trim_ascii_start().starts_with(bytes))
}

/// Excel's `sep=;` line: the delimiter it names, and its length.
fn separator_line(input: &Input, base: u64) -> Result<Option<(u8, u64)>, Error> {
    let mut start = Vec::new();
    input.reader(base).take(16).read_to_end(&mut start)?;
    let Some(end) = start.iter().position(|byte| matches!(byte, b'\n' | b'\r')) else { return Ok(None) };
    let line = start[..end].trim_ascii();
    let line = line.strip_prefix(b"\"").and_then(|line| line.strip_suffix(b"\"")).unwrap_or(line);
    let line = line.to_ascii_lowercase();
    let delimiter = match line.strip_prefix(b"sep=") {
        Some([delimiter]) => *delimiter,
        Some([]) if start[..end].ends_with(b"\t") => b'\t',
        _ => return Ok(None),
    };
    let is_pair = start[end..].starts_with(b"\r\n");
    Ok(Some((delimiter, end as u64 + if is_pair { 2 } else { 1 })))
}

/// The beginning of the text, up to its last line end if there is more.
fn start(input: &Input, base: u64) -> Result<Vec<u8>, Error> {
    let mut start = Vec::new();
    input.reader(base).take(SAMPLE).read_to_end(&mut start)?;
    if start.len() as u64 == SAMPLE
        && let Some(end) = start.iter().rposition(|byte| matches!(byte, b'\n' | b'\r'))
    {
        start.truncate(end);
    }
    Ok(start)
}

fn cells(row: &Row) -> Vec<String> {
    row.iter().map(|cell| String::from_utf8_lossy(cell).trim().to_owned()).collect()
}

/// The first records of the text, if that is their delimiter.
fn records(start: &[u8], delimiter: u8, quote: u8) -> Vec<Vec<String>> {
    let mut builder = csv::ReaderBuilder::new();
    let reader = builder.has_headers(false).flexible(true).delimiter(delimiter).quote(quote).from_reader(start);
    let records = reader.into_byte_records().map_while(Result::ok);
    records
        .map(|row| cells(&row))
        .filter(|cells| cells.iter().any(|cell| !cell.is_empty()))
        .take(MOST_RECORDS)
        .collect()
}

/// How well a delimiter fits: the number of cells that header and most rows share; failing that, the cells of the widest of
/// the first records.
fn fit(start: &[u8], delimiter: u8) -> (usize, usize) {
    let records = records(start, delimiter, b'"');
    let widest = records.iter().map(Vec::len).max().unwrap_or(0);
    let Some(header) = records.iter().position(|record| 2 * record.len() >= widest) else { return (0, 0) };
    let (names, rows) = (&records[header], &records[header + 1..]);
    let n_alike = rows.iter().filter(|row| row.len().abs_diff(names.len()) <= 1).count();
    let shared = if 5 * n_alike >= 4 * rows.len() && names.len() > 1 { names.len() } else { 0 };
    let fallback = if names.len() > 1 { names.len() } else { 0 };
    (shared, fallback)
}

/// Whether the first record only numbers the columns (`X1`, `X2`, `Y`), as some public files do above the true header: the
/// second names them, and below it half of the columns hold numbers.
fn is_above_header(records: &[&[String]]) -> bool {
    let [first, names, rows @ ..] = records else { return false };
    let are_numbers = |column: &usize| {
        rows.iter().all(|cells| cells.get(*column).is_some_and(|cell| Evidence::default().add(cell.as_bytes())))
    };
    !rows.is_empty()
        && first.iter().any(|name| name.len() > 1)
        && first.iter().all(|name| name.is_empty() || is_numbered(name))
        && are_names(names)
        && 2 * (0..names.len()).filter(are_numbers).count() >= names.len()
}

/// A letter or a usual word, and a number if it is more than a letter.
fn is_numbered(name: &str) -> bool {
    let word = name.trim_end_matches(|c: char| c.is_ascii_digit()).trim_end_matches([' ', '_', ':', '.']);
    let is_word = matches!(word.to_lowercase().as_str(), "col" | "column" | "field" | "var" | "unnamed");
    let is_letter = word.len() == 1 && word.starts_with(|c: char| c.is_ascii_alphabetic());
    (is_letter || is_word) && (name.len() == 1 || name.ends_with(|c: char| c.is_ascii_digit()))
}

/// Whether each cell names a column: filled, no number, and none like another.
fn are_names(cells: &[String]) -> bool {
    let distinct: std::collections::HashSet<&String> = cells.iter().collect();
    let is_name = |cell: &&String| cell.starts_with(char::is_alphabetic) && !is_numbered(cell);
    distinct.len() == cells.len() && cells.iter().filter(is_name).count() == cells.len()
}

/// A first line of values is no header.
fn refuse_values(names: &[String]) -> Result<(), Error> {
    let filled = names.iter().filter(|name| !name.is_empty());
    let is_number = |name: &&String| Evidence::default().add(name.as_bytes());
    let n_filled = filled.clone().count();
    let numbers: Vec<&String> = filled.filter(is_number).collect();
    if numbers.len() < 2 || 4 * numbers.len() < n_filled {
        return Ok(());
    }
    let examples: Vec<String> = numbers.iter().take(3).map(|name| format!("`{}`", quote(name))).collect();
    let message = format!("the first line holds values, no names of columns: {}", examples.join(", "));
    Err(Error::refused(message).hint("put a line above it that names the columns"))
}

/// Whether most records have cells between apostrophes, and have as many cells as the first one if these are quotes. Where
/// an apostrophe only begins a cell, as in spreadsheets, cells would then reach over the ends of lines.
fn has_apostrophes(plain: &[Vec<String>], unquoted: &[Vec<String>]) -> bool {
    let has_one = |cells: &&Vec<String>| cells.iter().any(|cell| cell.len() > 1 && cell.starts_with('\''));
    let n_cells = unquoted.first().map_or(0, Vec::len);
    plain.len() > 1
        && 2 * plain.iter().filter(has_one).count() > plain.len()
        && n_cells > 1
        && unquoted.iter().all(|cells| cells.len() == n_cells && !cells.iter().any(|cell| cell.contains(['\r', '\n'])))
}

/// A copy of the records, each as `write` has it.
fn copied(
    input: &Input,
    mut from: Records,
    options: &Options<'_>,
    write: impl Fn(&Row, &mut Spool) -> Result<(), Error>,
) -> Result<Input, Error> {
    let (mut spool, mut row) = (Spool::new()?, Row::new());
    while from.read(&mut row).map_err(|error| error.at(input.at_line(from.n_read + 1)))? {
        if from.n_read.is_multiple_of(1024) {
            options.check_cancelled()?;
        }
        write(&row, &mut spool)?;
    }
    spool.finish(input)
}

/// The record, and where its only cell is the row, that.
fn write_unquoted(row: &Row, spool: &mut Spool) -> Result<(), Error> {
    if row.len() != 1 {
        return write_record(row, b',', spool);
    }
    spool.write_all(row.as_slice())?;
    Ok(spool.write_all(b"\n")?)
}

fn write_record(row: &Row, delimiter: u8, spool: &mut Spool) -> Result<(), Error> {
    csv::WriterBuilder::new().delimiter(delimiter).from_writer(spool).write_byte_record(row).map_err(written)
}
