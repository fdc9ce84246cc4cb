//! Tables as files that the user named: what kind the name says, and which files several tables go into.
//!
//! In: a path, a format, [`Sheet`]s. Out: the files. Invariant: a format that holds one table never gets two, but where they are
//! written through into a pipe.

use std::path::{Path, PathBuf};

use diagnostic::{Diagnostic, quote};
use report::file::{Format, Sheet, render};
use report::table;

use crate::{Error, ErrorKind, ending, write_file};

/// What a file is by its ending; `None` where its name has none.
pub fn by_ending(file: &Path) -> Result<Option<Format>, Error> {
    ending::kind(file, "table", &Format::ENDINGS)
}

/// Refuses a name whose ending says that the file is something else than what it is to get. Any text may be in a `.txt`.
pub fn check_ending(file: &Path, format: Format) -> Result<(), Error> {
    // An ending that names no kind of table says nothing against one.
    let Ok(Some(said)) = by_ending(file) else { return Ok(()) };
    let (csv, text) = (table::Format::Csv, table::Format::Table);
    let agree = match (said, format) {
        (Format::Text(said), Format::Text(_)) if said == text => true,
        (Format::Text(said), Format::Text(table::Format::Spreadsheet)) => said == csv,
        (said, format) => said == format,
    };
    if agree {
        return Ok(());
    }
    let usual = if format == Format::Text(table::Format::Spreadsheet) { Format::Text(csv) } else { format };
    let ending = Format::ENDINGS.iter().find(|(_, kind)| *kind == usual).map_or("", |(ending, _)| ending);
    let name = quote(&file.display().to_string());
    let message = format!("the format is {}, and the name `{name}` says {}", format.word(), said.word());
    let hint = format!("name a file that ends in .{ending}, or leave the format to the ending");
    Err(Error::new(ErrorKind::Usage, Diagnostic::new(message).hint(hint)))
}

/// The files that tables of these names go into: `file`, or for a format that holds one table a file for each, with the table's
/// name in its own: `answer-by_gender.csv`.
#[must_use]
pub fn files_of_tables(file: &Path, names: &[&str], format: Format) -> Vec<PathBuf> {
    let is_written_through = file.metadata().is_ok_and(|there| !there.is_file());
    if names.len() < 2 || format.holds_several() || is_written_through {
        return vec![file.to_owned()];
    }
    let stem = file.file_stem().unwrap_or_default().to_string_lossy();
    let ending = file.extension().map(|ending| format!(".{}", ending.to_string_lossy())).unwrap_or_default();
    let plain = |c: char| if c.is_alphanumeric() || matches!(c, '_' | '-') { c } else { '_' };
    let mut files: Vec<PathBuf> = Vec::with_capacity(names.len());
    for name in names {
        let name: String = name.chars().map(plain).collect();
        let numbered = (1..).map(|n| if n == 1 { String::new() } else { format!("-{n}") });
        let mut candidates = numbered.map(|n| file.with_file_name(format!("{stem}-{name}{n}{ending}")));
        files.extend(candidates.find(|candidate| !files.contains(candidate)));
    }
    files
}

/// Writes the tables to `file`, or each to its own of [`files_of_tables`]; gives the files.
pub fn write_tables(file: &Path, title: &str, sheets: &[Sheet<'_>], format: Format) -> Result<Vec<PathBuf>, Error> {
    let names: Vec<&str> = sheets.iter().map(|sheet| sheet.name).collect();
    let files = files_of_tables(file, &names, format);
    if let [file] = &files[..] {
        write_file(file, &render(title, sheets, format, None)?)?;
    } else {
        for (file, sheet) in files.iter().zip(sheets) {
            write_file(file, &render(title, std::slice::from_ref(sheet), format, None)?)?;
        }
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use insight::Table;
    use report::file::Rows;

    use super::*;

    const CSV: Format = Format::Text(table::Format::Csv);

    #[test]
    fn the_ending_says_what_a_file_is() {
        let of = |file: &str| by_ending(Path::new(file)).map_err(|error| error.to_string());
        assert_eq!(of("a/b.CSV"), Ok(Some(CSV)));
        assert_eq!(of("x.tar.xlsx"), Ok(Some(Format::Workbook)));
        assert_eq!(of("x.jsonl"), of("x.ndjson"));
        assert_eq!(of("x.htm"), Ok(Some(Format::Page)));
        assert_eq!([of("/dev/null"), of(".csv"), of("csv")], [Ok(None), Ok(None), Ok(None)]);
        assert_eq!(
            of("x.xls").unwrap_err(),
            "`x.xls` names no kind of table\nhint: it ends in .csv, .json, .ndjson, .md, .txt, .xlsx, .html or .parquet"
        );
    }

    #[test]
    fn a_format_and_an_ending_that_disagree_are_refused() {
        let of = |file: &str, format| check_ending(Path::new(file), format).map_err(|error| error.to_string());
        let spreadsheet = Format::Text(table::Format::Spreadsheet);
        let fine = [
            ("x.csv", CSV),
            ("x.CSV", spreadsheet),
            ("x.txt", CSV),
            ("x.jsonl", Format::Text(table::Format::Ndjson)),
            ("x", CSV),
            ("x.dat", Format::Workbook),
            ("/dev/null", Format::Parquet),
        ];
        for (file, format) in fine {
            assert_eq!(of(file, format), Ok(()), "{file}");
        }
        assert_eq!(
            of("x.xlsx", CSV).unwrap_err(),
            "the format is CSV, and the name `x.xlsx` says a workbook\n\
             hint: name a file that ends in .csv, or leave the format to the ending"
        );
        for (file, format) in [
            ("x.csv", Format::Workbook),
            ("x.txt", Format::Parquet),
            ("x.json", Format::Text(table::Format::Ndjson)),
            ("x.md", spreadsheet),
            ("x.csv", Format::Text(table::Format::Table)),
        ] {
            assert!(of(file, format).is_err(), "{file}");
        }
    }

    #[test]
    fn several_tables_go_into_files_of_their_own_or_one_that_holds_them() {
        let files = |file: &str, format| {
            let files = files_of_tables(Path::new(file), &["by_age", "b c", "b/c"], format);
            files.iter().map(|file| file.display().to_string()).collect::<Vec<_>>()
        };
        assert_eq!(files("d/x.csv", CSV), ["d/x-by_age.csv", "d/x-b_c.csv", "d/x-b_c-2.csv"]);
        assert_eq!(files("x", CSV), ["x-by_age", "x-b_c", "x-b_c-2"]);
        assert_eq!(files("x.xlsx", Format::Workbook), ["x.xlsx"]);
        assert_eq!(files_of_tables(Path::new("x.csv"), &["a"], CSV), [Path::new("x.csv")]);
        #[cfg(unix)]
        assert_eq!(files("/dev/null", CSV), ["/dev/null"]);
    }

    #[test]
    fn each_file_holds_its_table() {
        let folder = tempfile::tempdir().unwrap();
        let [a, b] =
            ["a", "b"].map(|name| Table { columns: vec![insight::Column::text(name, name)], rows: Vec::new() });
        let sheets = [("a", &a), ("b", &b)].map(|(name, table)| Sheet { name, rows: Rows::Table(table) });
        let file = folder.path().join("x.csv");
        let written = write_tables(&file, "", &sheets, CSV).unwrap();
        let texts: Vec<String> = written.iter().map(|file| fs_err::read_to_string(file).unwrap()).collect();
        assert_eq!(texts, ["a\n", "b\n"]);
        assert!(!file.exists());
    }
}
