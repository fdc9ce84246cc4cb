//! Small files of each format: read as they are, and read with bytes changed at random, which never panics.

#![expect(clippy::needless_raw_string_hashes, reason = "expect-test writes them so")]

mod changed;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use expect_test::{Expect, expect};
use tabular::{Options, Row, Table};

fn corpus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus")
}

/// The table as text: the header, a line a row with its place, then the notes.
fn shown(path: &Path, options: &Options<'_>) -> Result<String, tabular::Error> {
    let table = Table::open(path, options)?;
    let mut text = table.header().join("|");
    let (mut rows, mut row) = (table.rows(), Row::new());
    while rows.read(&mut row)? {
        let cells: Vec<_> = row.iter().map(String::from_utf8_lossy).collect();
        let place = rows.here();
        _ = write!(text, "\n{}: {}", place.rsplit('/').next().unwrap_or_default(), cells.join("|"));
    }
    table.notes().iter().for_each(|note| text.extend(["\nnote: ", note]));
    Ok(text)
}

fn check(file: &str, options: &Options<'_>, expected: &Expect) {
    let text = shown(&corpus().join(file), options);
    expected
        .assert_eq(&text.unwrap_or_else(|error| error.to_string().replace(&format!("{}/", corpus().display()), "")));
}

#[test]
fn a_workbook_is_read_from_its_first_table() {
    check(
        "book.xlsx",
        &Options::default(),
        &expect![[r#"
        id|age|limit|town|active|since
        book.xlsx, sheet `Data`, row 3: C1|42|1250.5|Oslo|TRUE|2026-01-31
        book.xlsx, sheet `Data`, row 4: C2|7||Zürich|FALSE|2025-12-01
        book.xlsx, sheet `Data`, row 5: C3|99||a "b", c|TRUE
        note: read from the sheet `Data`; the others are `Notes`"#]],
    );
    let named = |sheet| Options { sheet: Some(sheet), ..Options::default() };
    check("book.xlsx", &named("Notes"), &expect!["only a note"]);
    check(
        "book.xlsx",
        &named("Dat"),
        &expect![[r#"
        `book.xlsx` has no sheet `Dat`
        hint: the sheets here are `Notes`, `Data`"#]],
    );
}

#[test]
fn a_hidden_sheet_is_read_only_if_it_is_named() {
    let customers = expect![[r#"
        id|age
        hidden.xlsx, sheet `Customers`, row 2: C1|42
        hidden.xlsx, sheet `Customers`, row 3: C2|7
        note: read from the sheet `Customers`; the others are `Lookup`"#]];
    check("hidden.xlsx", &Options::default(), &customers);
    let lookup = expect![[r#"
        code|text
        hidden.xlsx, sheet `Lookup`, row 2: 1|one
        hidden.xlsx, sheet `Lookup`, row 3: 2|two"#]];
    check("hidden.xlsx", &Options { sheet: Some("Lookup"), ..Options::default() }, &lookup);
}

#[test]
fn parquet_and_arrow_are_the_same_table_whatever_packs_them() {
    let whole = expect![[r#"
        id|age|limit|town|active|since
        FILE, row 2: C1|42|1250.5|Oslo|true|2026-01-31
        FILE, row 3: C2|7||Zürich|false|2025-12-01
        FILE, row 4: C3|99|-3.25|a "b", c|true|"#]];
    let text = |file: &str| {
        let text = shown(&corpus().join(file), &Options::default()).unwrap_or_else(|error| panic!("{file}: {error}"));
        text.replace(file, "FILE")
    };
    whole.assert_eq(&text("none.parquet"));
    for file in ["snappy.parquet", "gzip.parquet", "zstd.parquet", "lz4.parquet", "file.arrow", "stream.arrow"] {
        assert_eq!(text(file), text("none.parquet"), "{file}");
    }
}

#[test]
fn documents_are_rows() {
    check(
        "lines.ndjson",
        &Options::default(),
        &expect![[r#"
        id|age|limit|town|active|since
        lines.ndjson, row 2: C1|42|1250.5|Oslo|true|2026-01-31
        lines.ndjson, row 3: C2|7||Zürich|false|2025-12-01
        lines.ndjson, row 4: C3|99|-3.25|a "b", c|true|"#]],
    );
    check(
        "array.json",
        &Options::default(),
        &expect![[r#"
        _id|n|at|x
        array.json, row 2: 65a0b1c2d3e4f5a6b7c8d9e0|5|2026-01-31|1.5
        array.json, row 3: |6||"#]],
    );
}

#[test]
fn an_arrow_file_whose_end_names_parts_outside_it_is_refused() {
    let mut bytes = fs_err::read(corpus().join("file.arrow")).unwrap();
    let trailer = bytes.len() - 10;
    let length = arrow_ipc::reader::read_footer_length(bytes[trailer..].try_into().unwrap()).unwrap();
    let footer_at = trailer - length;
    let footer = arrow_ipc::root_as_footer(&bytes[footer_at..trailer]).unwrap();
    let body = footer.recordBatches().unwrap().get(0).bodyLength().to_le_bytes();
    let at = bytes[footer_at..trailer].windows(8).rposition(|window| window == body).unwrap() + footer_at;
    // A reader that trusts it takes three gigabytes of memory.
    bytes[at..at + 8].copy_from_slice(&3_000_000_000_i64.to_le_bytes());
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("damaged.arrow");
    fs_err::write(&path, bytes).unwrap();
    let error = Table::open(&path, &Options::default()).unwrap_err().to_string();
    assert!(error.contains("cannot be read as Arrow: its parts are not where its end says"), "{error}");
}

#[test]
fn changed_bytes_never_panic_and_never_take_long() {
    // By its contents alone: the format is told from the first bytes.
    let folder = tempfile::tempdir().unwrap();
    let nameless = folder.path().join("changed");
    changed::try_changed(&corpus(), |path| {
        fs_err::copy(path, &nameless).unwrap();
        drop(shown(&nameless, &Options::default()));
    });
}
