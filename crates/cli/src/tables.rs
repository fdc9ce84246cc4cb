//! Answers and rows as the user wants them written: in which format, and on stdout or into files.
//!
//! In: what was said, and [`Sheet`]s. Out: data on stdout, or files. Invariant: nothing runs before an ending is refused that says
//! nothing, or that says something else than the format.

use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};

use report::file::{Format, Rows, Sheet, render};
use report::table;

use crate::failure::Failure;
use crate::settings::settings;
use crate::{args, output};

/// Where tables go, and how they are written.
pub(crate) struct Target<'a> {
    file: Option<&'a Path>,
    said: Option<Format>,
}

impl<'a> Target<'a> {
    /// What the two options say; the ending decides where no format is said.
    pub(crate) fn of(format: Option<args::Format>, file: Option<&'a Path>) -> Result<Self, Failure> {
        let file = output::file(file);
        let said = match (format, file) {
            (Some(format), file) => {
                let format = format.of_file();
                file.map_or(Ok(()), |file| bank::check_ending(file, format))?;
                Some(format)
            }
            (None, Some(file)) => bank::by_ending(file)?,
            (None, None) => settings().format().map(args::Format::of_file),
        };
        if file.is_none() && said.is_some_and(|format| !format.is_text()) && std::io::stdout().is_terminal() {
            return Err(Failure::hinted("this format is no text for a terminal", "name a file with `-o`"));
        }
        Ok(Self { file, said })
    }

    /// The format, where one is said.
    pub(crate) fn said(&self) -> Option<Format> {
        self.said
    }

    /// The format; aligned text where none is said.
    pub(crate) fn format(&self) -> Format {
        self.said.unwrap_or(Format::Text(table::Format::Table))
    }

    /// The files that tables of these names go into; none where they go to stdout.
    pub(crate) fn files(&self, names: &[&str]) -> Vec<PathBuf> {
        self.file.map(|file| bank::files_of_tables(file, names, self.format())).unwrap_or_default()
    }

    /// The columns that a table may take: the terminal's, or as many as it needs.
    pub(crate) fn width(&self) -> Option<usize> {
        if self.file.is_some() { None } else { output::width() }
    }

    /// Whether it is text for people.
    pub(crate) fn is_for_reading(&self) -> bool {
        matches!(self.format(), Format::Text(table::Format::Table | table::Format::Markdown))
    }

    /// Writes tables.
    pub(crate) fn write(&self, title: &str, sheets: &[Sheet<'_>]) -> Result<(), Failure> {
        self.write_drawn(title, sheets, &[])
    }

    /// Writes tables, and below each on standard output its chart in text.
    pub(crate) fn write_drawn(&self, title: &str, sheets: &[Sheet<'_>], charts: &[String]) -> Result<(), Failure> {
        let format = self.format();
        if let Some(file) = self.file {
            let files = bank::write_tables(file, title, sheets, format)?;
            if let [first, .., last] = &files[..] {
                let (first, last) = (first.display(), last.display());
                output::say(&format!("each table has a file of its own: {} files, `{first}` to `{last}`", files.len()));
            }
        } else if format == Format::Text(table::Format::Table) {
            let text = |sheet| render(title, std::slice::from_ref(sheet), format, self.width());
            let texts: Result<Vec<Vec<u8>>, _> = sheets.iter().map(text).collect();
            let texts = texts.map_err(bank::Error::from)?;
            let charts = charts.iter().map(String::as_str).chain(std::iter::repeat(""));
            let texts =
                texts.iter().zip(charts).map(|(text, chart)| String::from_utf8_lossy(text).into_owned() + chart);
            output::show(&texts.collect::<Vec<_>>())?;
            return Ok(());
        } else {
            output::print(&render(title, sheets, format, self.width()).map_err(bank::Error::from)?)?;
        }
        // A file has the tables alone.
        charts.iter().try_for_each(|chart| output::print(chart.as_bytes()))?;
        if format == Format::Text(table::Format::Csv) {
            tell_formulas(sheets);
        }
        Ok(())
    }

    /// Writes what is one text already.
    pub(crate) fn write_text(&self, text: String) -> Result<(), Failure> {
        match self.file {
            None if self.format() == Format::Text(table::Format::Table) => output::show(&[text]),
            file => output::write(file, text.as_bytes()),
        }
    }
}

/// Says how many texts of tables that were written as CSV a spreadsheet takes for formulas, where it does.
fn tell_formulas(sheets: &[Sheet<'_>]) {
    let documents: Vec<bank::Table> = sheets
        .iter()
        .filter_map(|sheet| match sheet.rows {
            Rows::Documents(documents) => Some(report::documents_table(documents)),
            Rows::Answer(..) | Rows::Table(_) => None,
        })
        .collect();
    let tables = sheets.iter().filter_map(|sheet| match sheet.rows {
        Rows::Answer(_, table) | Rows::Table(table) => Some(table),
        Rows::Documents(_) => None,
    });
    bank::formulas_notice(tables.chain(&documents)).iter().for_each(output::notice);
}
