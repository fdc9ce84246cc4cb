//! A file as a table.
//!
//! In: a [`Source`] and what the user said of it. Out: a [`Table`], whose rows can be read as often as needed.

use std::sync::atomic::{AtomicBool, Ordering};

use diagnostic::quote;

use crate::dialect::Dialect;
use crate::format::Format;
use crate::reader::Rows;
use crate::text::{Text, format_of, unpacked};
use crate::values::{Values, ValuesContent};
use crate::{Error, Input, Source, foreign, frames, json, workbook};

/// What the user says of a file, and how to stop reading it.
#[derive(Clone, Copy)]
pub struct Options<'a> {
    /// What stands between the cells of a text file; recognised unless given.
    pub delimiter: Option<u8>,
    /// The sheet of a workbook; the first that looks like a table unless given.
    pub sheet: Option<&'a str>,
    /// Whether only the beginning of a text file is looked through to know its encoding. Its rows are looked at as they are
    /// read, and [`Table::is_misread`] tells whether it must be [reopened](Table::reopened).
    pub checks_beginning: bool,
    /// Asked now and then whether to stop.
    pub is_cancelled: &'a (dyn Fn() -> bool + Sync),
}

impl Default for Options<'_> {
    fn default() -> Self {
        Self { delimiter: None, sheet: None, checks_beginning: false, is_cancelled: &|| false }
    }
}

impl Options<'_> {
    pub(crate) fn check_cancelled(&self) -> Result<(), Error> {
        if (self.is_cancelled)() { Err(Error::Cancelled) } else { Ok(()) }
    }
}

/// A file as a table.
#[derive(Debug)]
pub struct Table {
    pub(crate) input: Input,
    pub(crate) places: Places,
    pub(crate) delimiter: u8,
    pub(crate) header: Vec<String>,
    /// The byte at which the first row begins, and the number of records before it.
    pub(crate) rows_at: u64,
    pub(crate) n_before: u64,
    notes: Vec<String>,
    comma_likely: bool,
    /// Whether rows have a cell more at their end, which is not shown.
    pub(crate) hides_last: bool,
    /// Whether all of it is known to be UTF-8, and whether a row was read that is not.
    is_checked: bool,
    is_misread: AtomicBool,
}

/// What messages call the place of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Places {
    /// A line of a text file.
    Lines,
    /// The number of a row, with the sheet's name if there is one; `before` rows are no records.
    Rows { sheet: Option<String>, before: u64 },
    /// The number of a row of a data frame; its header is no row.
    Values,
}

/// Signs that separate cells in few files, so that they are not taken for that unless the user says so.
const UNUSUAL: &str = ":^~!#*\u{1}\u{1f}";

impl Table {
    /// Opens a file, whatever its format. All of a text file is looked through to know its encoding, unless the options say otherwise.
    pub fn open<'a>(source: impl Into<Source<'a>>, options: &Options<'_>) -> Result<Self, Error> {
        let source = source.into();
        if let Source::Values(values) = source {
            return Self::of_values(values, options);
        }
        let input = unpacked(Input::open(source, options)?, options)?;
        let format = format_of(&input)?;
        Self::of_input(input, format, options)
    }

    /// The data frame that a program handed over.
    pub(crate) fn of_values(values: &Values, options: &Options<'_>) -> Result<Self, Error> {
        let input = values.input.clone();
        refuse_sheet(&input, options)?;
        let ValuesContent::Table { header, notes } = &values.content else {
            return Err(Error::refused(format!("{} holds documents, no table", input.subject)));
        };
        Ok(Self {
            input,
            places: Places::Values,
            delimiter: b',',
            header: header.clone(),
            rows_at: 0,
            n_before: 0,
            notes: notes.clone(),
            comma_likely: false,
            hides_last: false,
            is_checked: true,
            is_misread: AtomicBool::new(false),
        })
    }

    pub(crate) fn of_input(input: Input, format: Format, options: &Options<'_>) -> Result<Self, Error> {
        if format != Format::Workbook {
            refuse_sheet(&input, options)?;
        }
        let (input, places, notes) = match format {
            Format::Workbook => foreign::read(&input, "an Excel workbook", || workbook::as_csv(&input, options))?,
            Format::Parquet => foreign::read(&input, "Parquet", || frames::parquet_as_csv(&input, options))?,
            Format::ArrowFile => foreign::read(&input, "Arrow", || frames::arrow_file_as_csv(&input, options))?,
            Format::ArrowStream => foreign::read(&input, "Arrow", || frames::arrow_stream_as_csv(&input, options))?,
            Format::Gzip | Format::Zstd | Format::Text => return Self::of_text(Text::of(input, options)?, options),
        };
        Self::of_csv(Text::of_copy(input, None), places, notes, Dialect::COMMA)
    }

    fn of_text(text: Text, options: &Options<'_>) -> Result<Self, Error> {
        if json::is_json(&text)? {
            let text = text.checked(options)?;
            let copy = Text::of_copy(json::as_csv(&text, options)?, text.note);
            return Self::of_csv(copy, Places::Rows { sheet: None, before: 0 }, Vec::new(), Dialect::COMMA);
        }
        let (dialect, text) = Dialect::of(text, options)?;
        Self::of_csv(text, Places::Lines, Vec::new(), dialect)
    }

    fn of_csv(text: Text, places: Places, mut notes: Vec<String>, dialect: Dialect) -> Result<Self, Error> {
        let Text { input, note, is_checked, .. } = text;
        notes.extend(note);
        let found = dialect.header(&input, &places)?;
        notes.extend(found.notes);
        if let [only] = found.names.as_slice()
            && dialect.delimiter == b','
            && let Some(sign) = only.chars().find(|c| UNUSUAL.contains(*c))
        {
            let message = format!("only one column was found in {}: `{}`", input.subject, quote(only));
            let place = places.of_record(&input, found.n_before, None);
            let hint = format!("if `{sign}` separates the cells, say so as the delimiter");
            return Err(Error::refused(message).at(place).hint(hint));
        }
        Ok(Self {
            input,
            places,
            delimiter: dialect.delimiter,
            header: found.names,
            rows_at: found.rows_at,
            n_before: found.n_before,
            notes,
            comma_likely: dialect.delimiter != b',',
            hides_last: false,
            is_checked,
            is_misread: AtomicBool::new(false),
        })
    }

    /// The names of its columns, as they stand in the file; a name may be empty or come twice.
    #[must_use]
    pub fn header(&self) -> &[String] {
        &self.header
    }

    /// Hides the last column, if it has this name.
    #[must_use]
    pub fn without_last(mut self, name: &str) -> Self {
        if self.header.last().is_some_and(|last| last == name) {
            self.header.pop();
            self.hides_last = true;
        }
        self
    }

    /// The place of the header in messages.
    #[must_use]
    pub fn header_place(&self) -> String {
        self.places.of_record(&self.input, self.n_before, None)
    }

    /// Its rows, from the first one.
    #[must_use]
    pub fn rows(&self) -> Rows<'_> {
        Rows::open(self)
    }

    /// What was assumed to read it, a sentence each.
    #[must_use]
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// Whether a comma may well be the decimal mark here, since it separates no columns.
    #[must_use]
    pub fn comma_likely(&self) -> bool {
        self.comma_likely
    }

    /// Whether a row was met that is not UTF-8, of a file of which only the beginning was looked through: then what was read of it
    /// does not count.
    #[must_use]
    pub fn is_misread(&self) -> bool {
        self.is_misread.load(Ordering::Relaxed)
    }

    /// Opens it again, and looks through all of it to know its encoding.
    pub fn reopened(&self, options: &Options<'_>) -> Result<Self, Error> {
        let options = Options { checks_beginning: false, ..*options };
        Self::of_text(Text::of(self.input.clone(), &options)?, &options)
    }

    /// Looks at bytes that are read, unless they are known to be UTF-8; whether they are.
    pub(crate) fn check(&self, bytes: &[u8]) -> bool {
        let is_text = self.is_checked || simdutf8::basic::from_utf8(bytes).is_ok();
        if !is_text {
            self.is_misread.store(true, Ordering::Relaxed);
        }
        is_text
    }

    /// The refusal of rows of a table that is misread.
    pub(crate) fn misread(&self) -> Error {
        Error::refused("the file is not UTF-8 to its end").at(self.input.shown.clone())
    }

    /// The file, or the text that was made of it.
    #[must_use]
    pub fn input(&self) -> &Input {
        &self.input
    }
}

/// What is no workbook has no sheets.
fn refuse_sheet(input: &Input, options: &Options<'_>) -> Result<(), Error> {
    let Some(name) = options.sheet else { return Ok(()) };
    Err(Error::refused(format!("{} is no workbook, so it has no sheet `{}`", input.subject, quote(name))))
}

impl Places {
    /// The place of a record, the first being number 1; `byte` is where it begins.
    pub(crate) fn of_record(&self, input: &Input, number: u64, byte: Option<u64>) -> String {
        match (self, byte) {
            (Self::Rows { sheet: Some(sheet), before }, _) => {
                format!("{}, sheet `{}`, row {}", input.shown, quote(sheet), number + before)
            }
            (Self::Rows { sheet: None, before }, _) => format!("{}, row {}", input.shown, number + before),
            (Self::Values, _) if number == 0 => input.shown.clone(),
            (Self::Values, _) => format!("{}, row {number}", input.shown),
            (Self::Lines, Some(byte)) => {
                line_at(input, byte).map_or_else(|_| input.shown.clone(), |line| input.at_line(line))
            }
            (Self::Lines, None) => input.at_line(number),
        }
    }
}

/// The line, from 1, of the row whose reading began at that byte: blank lines before it are skipped as the reader
/// does. Lines end with LF, CR or both; those inside quotes count.
pub(crate) fn line_at(input: &Input, byte: u64) -> std::io::Result<u64> {
    use std::io::Read as _;
    let mut lines = 1;
    let mut last = 0;
    for (at, next) in input.reader(0).bytes().enumerate() {
        let next = next?;
        if at as u64 >= byte && !matches!(next, b'\n' | b'\r') {
            break;
        }
        lines += u64::from(next == b'\r' || (next == b'\n' && last != b'\r'));
        last = next;
    }
    Ok(lines)
}
