//! A workbook for Excel and its like: a sheet for each table, its first row a bold header that stays in sight and filters.
//!
//! In: sheets. Out: the bytes of an `.xlsx` file; behind the tables of answers stands a sheet that says what they tell.
//! Invariant: the same tables give the same bytes. Texts are written as texts, so none of them is ever a formula.

use std::collections::HashMap;

use catalog::Unit;
use insight::{Column, ColumnRole, Row, Table};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, FormatAlign, Workbook, Worksheet, XlsxError};

use super::value::Value;
use super::{Rows, Sheet};
use crate::{Error, document_fields, number};

/// The rows and columns of a sheet, and the characters of a cell.
const MOST_ROWS: usize = 1_048_576;
const MOST_COLUMNS: usize = 16_384;
const MOST_TEXT: usize = 32_767;
/// The characters of a sheet's name, and those that none has.
const MOST_NAME: usize = 31;
const NOT_IN_NAMES: [char; 7] = ['[', ']', ':', '*', '?', '/', '\\'];
/// No column becomes wider than this, in pixels.
const WIDEST: u32 = 420;
/// The sheet that says what the tables tell.
const ABOUT: &str = "About";

/// A whole number from here on counts something and is no ratio.
const LARGEST_RATIO: f64 = 10.0;

const DAY: &str = "yyyy-mm-dd";
const MOMENT: &str = "yyyy-mm-dd hh:mm:ss";

/// The tables as one workbook; `title` is what a table that is no answer is called.
pub(super) fn workbook(title: &str, sheets: &[Sheet<'_>]) -> Result<Vec<u8>, Error> {
    let mut book = Workbook::new();
    // Why a fixed time: the same answers give the same bytes.
    let made = ExcelDateTime::from_ymd(2000, 1, 1).map_err(failed)?;
    book.set_properties(&DocProperties::new().set_author("BankSphere").set_creation_datetime(&made));
    let mut names = Vec::new();
    for sheet in sheets {
        let name = free_name(sheet.name, &mut names);
        let to = book.add_worksheet();
        to.set_name(&name).map_err(failed)?;
        match sheet.rows {
            Rows::Answer(_, table) => push_table(to, &name, table)?,
            Rows::Table(table) => push_table(to, &name, table)?,
            Rows::Documents(documents) => push_documents(to, &name, documents)?,
        }
    }
    let told: Vec<[String; 5]> =
        names.iter().zip(sheets).filter_map(|(name, sheet)| told(name, title, sheet)).collect();
    if !told.is_empty() {
        let name = free_name(ABOUT, &mut names.clone());
        push_about(book.add_worksheet(), &name, &told)?;
    }
    book.save_to_buffer().map_err(failed)
}

/// What is said of a sheet: its name, then which question it answers, over which customers, and what the numbers say. Nothing of
/// documents, nor of a table without a title.
fn told(name: &str, title: &str, sheet: &Sheet<'_>) -> Option<[String; 5]> {
    let blank = String::new;
    match sheet.rows {
        Rows::Answer(answer, _) => {
            let notes = answer.notes().join("\n");
            Some([name.to_owned(), answer.heading(), answer.question.clone(), answer.sentence(), notes])
        }
        Rows::Table(_) if !title.is_empty() => Some([name.to_owned(), title.to_owned(), blank(), blank(), blank()]),
        Rows::Table(_) | Rows::Documents(_) => None,
    }
}

/// A name that a sheet may have and no other has.
fn free_name(wanted: &str, taken: &mut Vec<String>) -> String {
    let plain = |c: char| if NOT_IN_NAMES.contains(&c) || c.is_control() { '_' } else { c };
    let wanted: String = wanted.chars().map(plain).collect();
    let wanted = match wanted.trim_matches('\'').trim() {
        "" => "Sheet",
        some => some,
    };
    let is_taken = |name: &str| taken.iter().any(|one| one.to_lowercase() == name.to_lowercase());
    let numbered = (1..).map(|n| if n == 1 { String::new() } else { format!(" {n}") });
    // A name counts in the units of UTF-16.
    let cut = |room: usize| {
        let mut used = 0;
        let fits = |c: &char| {
            used += c.len_utf16();
            used <= room
        };
        wanted.chars().take_while(fits).collect::<String>().trim_end_matches('\'').to_owned()
    };
    let mut names = numbered.map(|ending| cut(MOST_NAME - ending.len()) + &ending);
    let name = names.find(|name| !is_taken(name)).unwrap_or_default();
    taken.push(name.clone());
    name
}

fn push_table(to: &mut Worksheet, name: &str, table: &Table) -> Result<(), Error> {
    check_size(name, table.rows.len(), table.columns.len())?;
    push_header(to, table.columns.iter().map(|column| (column.label.as_str(), column.unit == Unit::Text)))?;
    let is_p_value = |place: usize| table.columns[place].role == ColumnRole::PValue;
    let of_row = |row: &Row| {
        let counted = || row.cells.iter().enumerate().filter(|(place, _)| !is_p_value(*place));
        row.unit
            .map(|unit| Formats::of_unit(unit, &counted().map(|(_, cell)| Value::of_cell(cell)).collect::<Vec<_>>()))
    };
    let of_rows: Vec<Option<Formats>> = table.rows.iter().map(of_row).collect();
    for (place, column) in table.columns.iter().enumerate() {
        let values: Vec<Value<'_>> = table.rows.iter().map(|row| Value::of_cell(&row[place])).collect();
        let of_column = Formats::of_column(column, &values);
        let of_row = |row: usize| of_rows[row].as_ref().filter(|_| !is_p_value(place));
        push_column(to, (name, &column.label), place, &values, |row| of_row(row).unwrap_or(&of_column))?;
    }
    finish(to, table.rows.len(), table.columns.len())
}

fn push_documents(to: &mut Worksheet, name: &str, documents: &[bson::Document]) -> Result<(), Error> {
    let fields = document_fields(documents);
    check_size(name, documents.len(), fields.len())?;
    let places: HashMap<&str, usize> = fields.iter().enumerate().map(|(place, name)| (name.as_str(), place)).collect();
    let mut columns = vec![vec![Value::Blank; documents.len()]; fields.len()];
    for (row, document) in documents.iter().enumerate() {
        for (field, value) in document {
            if let Some(column) = places.get(field.as_str()).and_then(|&place| columns.get_mut(place)) {
                column[row] = Value::of_bson(value);
            }
        }
    }
    let is_text = |values: &[Value<'_>]| values.iter().any(|value| matches!(value, Value::Text(_)));
    push_header(to, fields.iter().zip(&columns).map(|(field, values)| (field.as_str(), is_text(values))))?;
    for (place, (field, values)) in fields.iter().zip(&columns).enumerate() {
        let formats = Formats::of_values(values);
        push_column(to, (name, field), place, values, |_| &formats)?;
    }
    finish(to, documents.len(), fields.len())
}

/// Says of each sheet what it tells.
fn push_about(to: &mut Worksheet, name: &str, told: &[[String; 5]]) -> Result<(), Error> {
    to.set_name(name).map_err(failed)?;
    push_header(to, ["Sheet", "Title", "Question", "Answer", "Notes"].map(|label| (label, true)).into_iter())?;
    let wrapped = Format::new().set_text_wrap().set_align(FormatAlign::Top);
    for (row, texts) in told.iter().enumerate() {
        for (column, text) in texts.iter().enumerate() {
            to.write_string_with_format(row as u32 + 1, column as u16, text, &wrapped).map_err(failed)?;
        }
    }
    for (column, width) in [24.0, 32.0, 40.0, 70.0, 60.0].into_iter().enumerate() {
        to.set_column_width(column as u16, width).map_err(failed)?;
    }
    to.set_freeze_panes(1, 0).map(drop).map_err(failed)
}

fn check_size(name: &str, n_rows: usize, n_columns: usize) -> Result<(), Error> {
    if n_rows >= MOST_ROWS {
        let [rows, most] = [n_rows, MOST_ROWS - 1].map(|n| number::count(n as u64));
        return Err(Error::no_room(name, &format!("{rows} rows, and a workbook has {most}")));
    }
    if n_columns > MOST_COLUMNS {
        return Err(Error::no_room(name, &format!("{n_columns} columns, and a workbook has {MOST_COLUMNS}")));
    }
    Ok(())
}

fn push_header<'a>(to: &mut Worksheet, labels: impl Iterator<Item = (&'a str, bool)>) -> Result<(), Error> {
    let header = Format::new().set_bold();
    let [left, right] = [FormatAlign::Left, FormatAlign::Right].map(|side| header.clone().set_align(side));
    for (place, (label, is_text)) in labels.enumerate() {
        let label: String = label.chars().take(MOST_TEXT / 2).collect();
        let format = if is_text { &left } else { &right };
        to.write_string_with_format(0, place as u16, label, format).map_err(failed)?;
    }
    Ok(())
}

/// The values of a column, each in the format of its row.
fn push_column<'f>(
    to: &mut Worksheet,
    (name, label): (&str, &str),
    place: usize,
    values: &[Value<'_>],
    formats: impl Fn(usize) -> &'f Formats,
) -> Result<(), Error> {
    let column = place as u16;
    for (row, value) in values.iter().enumerate() {
        let (at, formats) = (row as u32 + 1, formats(row));
        let written = match value {
            Value::Blank => continue,
            Value::Text(text) if text.encode_utf16().count() > MOST_TEXT => {
                let length = number::count(text.chars().count() as u64);
                let what = format!(
                    "in row {} of `{}` a text of {length} characters, and a cell has {}",
                    number::count(u64::from(at)),
                    diagnostic::quote(label),
                    number::count(MOST_TEXT as u64)
                );
                return Err(Error::no_room(name, &what));
            }
            Value::Text(text) => to.write_string(at, column, text.as_ref()),
            Value::Whole(value) => to.write_number_with_format(at, column, *value, &formats.whole),
            Value::Number(value) => to.write_number_with_format(at, column, *value, &formats.number),
            Value::Bool(value) => to.write_boolean(at, column, *value),
            Value::Moment(days) => to.write_number_with_format(at, column, *days, &formats.moment),
        };
        written.map_err(failed)?;
    }
    Ok(())
}

/// A header that stays in sight and filters, and columns as wide as what they hold.
fn finish(to: &mut Worksheet, n_rows: usize, n_columns: usize) -> Result<(), Error> {
    if n_columns > 0 {
        to.set_freeze_panes(1, 0).map_err(failed)?;
        to.autofilter(0, 0, n_rows as u32, n_columns as u16 - 1).map_err(failed)?;
        to.set_autofit_max_width(WIDEST).autofit();
    }
    Ok(())
}

/// How the numbers of a column are shown; in the cells they have all of their digits.
struct Formats {
    whole: Format,
    number: Format,
    moment: Format,
}

impl Formats {
    fn new(whole: &str, number: &str, moment: &str) -> Self {
        let [whole, number, moment] = [whole, number, moment].map(|code| Format::new().set_num_format(code));
        Self { whole, number, moment }
    }

    /// Those of a column of a table.
    fn of_column(column: &Column, values: &[Value<'_>]) -> Self {
        if column.role == ColumnRole::PValue {
            return Self::new("0", "[<0.001]\"< 0.001\";0.000", MOMENT);
        }
        Self::of_unit(column.unit, values)
    }

    /// Those of values of one unit.
    fn of_unit(unit: Unit, values: &[Value<'_>]) -> Self {
        let has_cents =
            values.iter().any(|value| matches!(value, Value::Number(one) if one.abs() < 100.0 && one.fract() != 0.0));
        // The description of the columns has whole numbers among its statistics, such as the youngest age, and columns of other
        // units beside it.
        let has_whole = values
            .iter()
            .any(|value| matches!(value, Value::Number(one) if one.abs() >= LARGEST_RATIO && one.fract() == 0.0));
        let (whole, number) = match unit {
            Unit::Share => ("0.0%", "0.0%"),
            Unit::Dollars if has_cents => ("\"$\"#,##0.00", "\"$\"#,##0.00"),
            Unit::Dollars => ("\"$\"#,##0", "\"$\"#,##0"),
            Unit::Count => ("#,##0", "#,##0.00"),
            Unit::Months => ("#,##0", "0.00"),
            Unit::Years => ("#,##0", "0.0"),
            Unit::Ratio if has_whole => ("General", "General"),
            Unit::Ratio => ("General", "0.000"),
            Unit::Year => ("General", "0.0"),
            Unit::Text => ("General", "General"),
        };
        Self::new(whole, number, MOMENT)
    }

    /// Those of values of which nothing more is known: days have no time.
    fn of_values(values: &[Value<'_>]) -> Self {
        let moments = || values.iter().filter(|value| matches!(value, Value::Moment(_)));
        let are_days = moments().all(Value::is_midnight);
        Self::new("General", "General", if are_days { DAY } else { MOMENT })
    }
}

#[expect(clippy::needless_pass_by_value, reason = "it is what `map_err` gives")]
fn failed(error: XlsxError) -> Error {
    Error::unwritten("workbook", &error.to_string())
}
