//! A sheet of an Excel workbook as CSV.
//!
//! In: a workbook (.xlsx). Out: its sheet, a record a row, in a temporary file.
//! Invariant: the texts of a workbook are in memory while it is read, so its size is limited; its cells never are, all at once.

use std::io::BufReader;

use calamine::{Data, DataRef, Reader as _, SheetType, SheetVisible, Xlsx, XlsxError};
use diagnostic::{nearest, quote};

use crate::spool::{Spool, too_long, written};
use crate::table::Places;
use crate::{Error, Input, MOST_BYTES_A_ROW, Options, Reader};

/// A larger workbook is better taken as CSV.
const MOST_BYTES: u64 = 256 << 20;
/// Excel has no more columns.
const MOST_COLUMNS: u32 = 16_384;
/// A sheet is known by its first rows.
const FIRST_ROWS: u32 = 20;

type Workbook = Xlsx<BufReader<Reader>>;

/// The chosen sheet as CSV, what its places are called, and what was chosen.
pub(crate) fn as_csv(input: &Input, options: &Options<'_>) -> Result<(Input, Places, Vec<String>), Error> {
    if input.n_bytes()? > MOST_BYTES {
        return Err(Error::refused(format!("{} is a workbook of more than {} MB", input.subject, MOST_BYTES >> 20))
            .hint("save the sheet as CSV"));
    }
    let broken = |error: XlsxError| broken(input, error);
    let mut workbook: Workbook = Xlsx::new(input.reader(0)).map_err(broken)?;
    let sheets = workbook.sheets_metadata().iter().filter(|sheet| sheet.typ == SheetType::WorkSheet);
    // Hidden sheets come behind the others.
    let (visible, hidden): (Vec<_>, Vec<_>) = sheets.partition(|sheet| sheet.visible == SheetVisible::Visible);
    let names: Vec<String> = [visible, hidden].concat().into_iter().map(|sheet| sheet.name.clone()).collect();
    let name = match options.sheet {
        Some(name) => named(&names, name, input)?,
        None => first_table(&mut workbook, &names, input)?,
    };
    let mut notes = Vec::new();
    if options.sheet.is_none() && names.len() > 1 {
        let others = names.iter().filter(|other| **other != name).take(5).map(|other| format!("`{}`", quote(other)));
        let others: Vec<String> = others.collect();
        notes.push(format!("read from the sheet `{}`; the others are {}", quote(&name), others.join(", ")));
    }
    let copy = copy(&mut workbook, &name, input, options)?;
    Ok((copy, Places::Rows { sheet: Some(name), before: 0 }, notes))
}

fn broken(input: &Input, error: XlsxError) -> Error {
    let message = match error {
        XlsxError::Io(error) => return Error::from(error),
        XlsxError::Password => format!("{} is protected by a password", input.subject),
        XlsxError::Zip(_) => format!("{} is a damaged workbook, or another file in a zip archive", input.subject),
        XlsxError::FileNotFound(_) => format!("{} is a zip archive, and no Excel workbook", input.subject),
        other => format!("{} cannot be read as an Excel workbook: {}", input.subject, quote(&other.to_string())),
    };
    Error::refused(message).hint("open it in the spreadsheet program and save it as CSV")
}

fn named(names: &[String], name: &str, input: &Input) -> Result<String, Error> {
    names.iter().find(|known| *known == name).cloned().ok_or_else(|| {
        Error::refused(format!("{} has no sheet `{}`", input.subject, quote(name))).hint(nearest(
            "sheet",
            name,
            names.iter().map(String::as_str),
        ))
    })
}

/// The first sheet with two rows or more of two cells or more.
fn first_table(workbook: &mut Workbook, names: &[String], input: &Input) -> Result<String, Error> {
    for name in names {
        let mut cells = workbook.worksheet_cells_reader(name).map_err(|error| broken(input, error))?;
        let mut n_cells = [0_u32; FIRST_ROWS as usize];
        let mut first = None;
        while let Some(cell) = cells.next_cell().map_err(|error| broken(input, error))? {
            let row = cell.get_position().0 - *first.get_or_insert(cell.get_position().0);
            match n_cells.get_mut(row as usize) {
                Some(n) => *n += u32::from(!matches!(cell.get_value(), DataRef::Empty)),
                None => break,
            }
        }
        if n_cells.iter().filter(|n| **n > 1).count() > 1 {
            return Ok(name.clone());
        }
    }
    Err(Error::refused(format!("no sheet of {} looks like a table", input.subject))
        .hint("a table has a line of names and below it a line for each customer"))
}

/// Copies a sheet, whose cells come row by row.
fn copy(workbook: &mut Workbook, name: &str, input: &Input, options: &Options<'_>) -> Result<Input, Error> {
    let mut cells = workbook.worksheet_cells_reader(name).map_err(|error| broken(input, error))?;
    let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Spool::new()?);
    let mut row: Vec<String> = Vec::new();
    let (mut at, mut n_bytes) = (0, 0);
    while let Some(cell) = cells.next_cell().map_err(|error| broken(input, error))? {
        let (cell_row, column) = cell.get_position();
        if matches!(cell.get_value(), DataRef::Empty) {
            continue;
        }
        // Rows come in order; one out of order would move cells between customers.
        if cell_row < at || column >= MOST_COLUMNS {
            return Err(Error::refused(format!("{} has cells out of order", input.subject)).hint("save it as CSV"));
        }
        while at < cell_row {
            write(&mut writer, &mut row)?;
            n_bytes = 0;
            at += 1;
            if at % 1024 == 0 {
                options.check_cancelled()?;
            }
        }
        let text = text(cell.get_value());
        n_bytes += text.len() as u64;
        if n_bytes > MOST_BYTES_A_ROW {
            return Err(too_long("the row").at(format!("{}, sheet `{}`, row {}", input.shown, quote(name), at + 1)));
        }
        let column = column as usize;
        if row.len() <= column {
            row.resize(column + 1, String::new());
        }
        row[column] = text;
    }
    write(&mut writer, &mut row)?;
    writer.into_inner().map_err(|error| Error::from(error.into_error()))?.finish(input)
}

/// Writes the row and empties it. A row without cells is written too, so that numbers of rows stay those of the sheet.
fn write(writer: &mut csv::Writer<Spool>, row: &mut Vec<String>) -> Result<(), Error> {
    if row.is_empty() {
        row.push(String::new());
    }
    writer.write_record(&*row).map_err(written)?;
    row.clear();
    Ok(())
}

/// What a cell shows, numbers whole: `12691`, not `12691.0`.
fn text(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Empty => String::new(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::Float(number) => number.to_string(),
        DataRef::Int(number) => number.to_string(),
        DataRef::Bool(value) => if *value { "TRUE" } else { "FALSE" }.to_owned(),
        DataRef::Error(error) => error.to_string(),
        DataRef::DateTime(moment) if moment.is_duration() => Data::DateTime(*moment).to_string(),
        DataRef::DateTime(moment) => {
            let (year, month, day, hour, minute, second, _) = moment.to_ymd_hms_milli();
            let date = format!("{year:04}-{month:02}-{day:02}");
            if (hour, minute, second) == (0, 0, 0) { date } else { format!("{date}T{hour:02}:{minute:02}:{second:02}") }
        }
    }
}
