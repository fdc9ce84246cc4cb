//! Files as people have them: every one becomes the same header and rows, or is refused for what it is.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::io::Write as _;
use std::path::PathBuf;

use tabular::{Error, Options, Row, Table};

/// A file of that name and content in a folder of its own.
fn file(name: &str, content: &[u8]) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    fs_err::write(&path, content).unwrap();
    (folder, path)
}

/// The table as text: the header, a line a row with cells between bars, then the notes.
fn shown(content: &[u8], options: &Options<'_>) -> String {
    let (folder, path) = file("t.file", content);
    let folder = format!("{}/", folder.path().display());
    let table = match Table::open(&path, options) {
        Ok(table) => table,
        Err(error) => return error.to_string().replace(&folder, ""),
    };
    let mut lines = vec![table.header().join("|")];
    let (mut rows, mut row) = (table.rows(), Row::new());
    loop {
        match rows.read(&mut row) {
            Ok(true) => lines.push(row.iter().map(String::from_utf8_lossy).collect::<Vec<_>>().join("|")),
            Ok(false) => break,
            Err(error) => {
                lines.push(error.to_string());
                break;
            }
        }
    }
    lines.extend(table.notes().iter().map(|note| format!("note: {note}")));
    lines.join("\n").replace(&folder, "")
}

fn table(content: impl AsRef<[u8]>) -> String {
    shown(content.as_ref(), &Options::default())
}

const TABLE: &str = "name|limit\nAda|5\nBö|6";

#[test]
fn a_header_below_numbers_of_columns_is_found() {
    let rows = "ID|LIMIT_BAL|next month\n1|5|0\n2|6|1";
    for above in [",X1,Y", "X1,X2,X3", "Unnamed: 0,Unnamed: 1,Unnamed: 2", "Column1,Column2,Column3"] {
        let found = table(format!("{above}\n{}\n", rows.replace('|', ",")));
        assert!(found.starts_with(&format!("{rows}\nnote: what stands before the header is left out: `")), "{found}");
    }
    // Values, or names that say something, are not passed over.
    for text in ["X1|X2\na|1\nb|2", "X1|X2\na|a\n1|2", "X1|X2\na|b\nc|d", "id|name\nA|B\nC|D", "a|b\nLeft|Right\nx|y"] {
        assert_eq!(table(text.replace('|', ",")), text);
    }
}

#[test]
fn apostrophes_are_quotes_where_most_rows_have_them_in_pairs() {
    assert_eq!(table("'name','limit'\n'Ada','5'\n'Bö','6'\n"), TABLE);
    assert_eq!(table("name;limit\n'Ada';5\n'Bö';6\n"), TABLE);
    assert_eq!(table("name,town\n'O''Brien, Ada','a \"b\"'\n'Bö',Oslo\n"), "name|town\nO'Brien, Ada|a \"b\"\nBö|Oslo");
    let marked = "id|name\n'001|Ada\n'002|Bö\n'003|Cid\n'004|Dee";
    assert_eq!(table(marked.replace('|', ",")), marked);
    let rare = "name|town\n'Ada'|Oslo\nBö|Rome\nCid|Bonn";
    assert_eq!(table(rare.replace('|', ",")), rare);
}

#[test]
fn texts_of_all_dialects_are_the_same_table() {
    for text in [
        "name,limit\nAda,5\nBö,6\n",
        "name;limit\r\nAda;5\r\nBö;6",
        "name\tlimit\nAda\t5\nBö\t6\n",
        "name|limit\rAda|5\rBö|6\r",
        "sep=;\nname;limit\nAda;5\nBö;6\n",
        "sep=;\nname,limit\nAda,5\nBö,6\n",
        "\"sep=|\"\r\nname|limit\r\nAda|5\r\nBö|6\r\n",
        "\n\n,\nname,limit\nAda,5\n\n,\nBö,6\n,\n",
        "name,limit,,\nAda,5,,\nBö,6,,\n",
        "name,limit\nAda,5,\nBö,6,\n",
        "\"name,limit\"\n\"Ada,5\"\n\"Bö,6\"\n",
        "\"name,\"\"limit\"\"\"\n\"Ada,5\"\n\"\"\"Bö\"\",6\"\n",
        "\u{feff}name,limit\nAda,5\nBö,6\n",
        " name , limit \nAda,5\nBö,6\n",
        "{\"name\": \"Ada\", \"limit\": 5}\n{\"name\": \"Bö\", \"limit\": 6}\n",
        "[{\"name\": \"Ada\",\n\"limit\": 5}, {\"limit\": {\"$numberLong\": \"6\"}, \"name\": \"Bö\"}]",
    ] {
        assert_eq!(table(text), TABLE, "{text:?}");
    }
    let utf16 = |mark: bool, bytes: fn(u16) -> [u8; 2]| {
        let text = if mark { "\u{feff}name;limit\nAda;5\nBö;6\n" } else { "name;limit\nAda;5\nBö;6\n" };
        text.encode_utf16().flat_map(bytes).collect::<Vec<u8>>()
    };
    for bytes in [u16::to_le_bytes, u16::to_be_bytes] {
        assert_eq!(table(utf16(true, bytes)), TABLE);
        assert_eq!(table(utf16(false, bytes)), TABLE);
    }
    let options = Options { delimiter: Some(b':'), ..Options::default() };
    assert_eq!(shown("name:limit\nAda:5\nBö:6".as_bytes(), &options), TABLE);
}

#[test]
fn packed_files_are_unpacked() {
    let text = "name,limit\nAda,5\nBö,6\n".as_bytes();
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gzip.write_all(text).unwrap();
    let packed = gzip.finish().unwrap();
    assert_eq!(table(&packed), TABLE);
    assert_eq!(table(zstd::encode_all(text, 1).unwrap()), TABLE);
    assert_eq!(
        table(&packed[..packed.len() - 9]),
        "`t.file` cannot be unpacked: incomplete deflate stream\nhint: it may be cut off or damaged: fetch it again"
    );
    let mut twice = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    twice.write_all(&packed).unwrap();
    assert_eq!(table(twice.finish().unwrap()), "`t.file` is packed twice\nhint: unpack it first");
}

#[test]
fn windows_1252_is_read_with_a_note_and_a_mixture_is_refused() {
    assert_eq!(
        table(b"name,limit\nAda,5\nB\xf6,6\n"),
        "name|limit\nAda|5\nBö|6\nnote: read as Windows-1252, for line 3 is not UTF-8"
    );
    assert_eq!(
        table(b"name,limit\nAd\xc3\xa4,5\nB\xf6,6\n"),
        "the file is in two encodings: this line is not UTF-8, others are\n  at t.file:3\n\
         hint: export it again in one encoding, UTF-8"
    );
    assert_eq!(
        table(b"name,limit\nAda,5\nB\x81,6\n"),
        "`t.file` is neither UTF-8 nor Windows-1252\nhint: export it again in UTF-8"
    );
    // A sign that lies across two pieces that are read is whole.
    let long = format!("name,limit\n{}Ada,5\nB\u{f6},6\n", "x".repeat((1 << 18) - 14));
    assert!(table(format!("{}é,5\n", "name,limit\n".repeat(23_831))).ends_with("é|5"));
    assert!(table(long).ends_with("Bö|6"));
}

#[test]
fn what_is_not_looked_through_first_is_looked_at_as_it_is_read() {
    let plain = "Ada Lovelace of London,5\n".repeat(400_000);
    let options = Options { checks_beginning: true, ..Options::default() };
    for (last, is_text) in [(&b"B\xc3\xb6,6"[..], true), (b"B\xf6,6", false), (b"B\xc3,\xb6", false)] {
        let (_folder, path) = file("t.csv", &[b"name,limit\n", plain.as_bytes(), last, b"\nlast,7\n"].concat());
        let table = Table::open(&path, &options).unwrap();
        assert!(table.notes().is_empty());
        let (mut rows, mut row) = (table.rows(), Row::new());
        let error = loop {
            match rows.read(&mut row) {
                Ok(true) => {}
                Ok(false) => break None,
                Err(error) => break Some(error.to_string()),
            }
        };
        assert_eq!((error.is_none(), table.is_misread()), (is_text, !is_text), "{last:?}");
        // By pieces: rows are looked at when their reader asks.
        let table = Table::open(&path, &options).unwrap();
        let (mut pieces, mut is_all_text) = (table.pieces().unwrap(), true);
        while let Ok(Some(piece)) = pieces.read() {
            is_all_text &= piece.is_text(0..piece.bytes().len());
        }
        assert_eq!((is_all_text, table.is_misread()), (is_text, !is_text), "{last:?}");
        if !is_text {
            assert!(pieces.read().is_err());
            let reopened = table.reopened(&options).unwrap();
            assert_eq!(reopened.notes(), ["read as Windows-1252, for line 400002 is not UTF-8"]);
            assert!(!reopened.is_misread());
        }
    }
}

#[test]
fn what_is_no_table_is_refused_for_what_it_is() {
    for (content, message) in [
        (&b""[..], "`t.file` is empty\nhint: export it again from its source"),
        (b"\xef\xbb\xbf \n\t", "`t.file` is empty\nhint: export it again from its source"),
        (
            b"<!DOCTYPE html><title>x</title>",
            "`t.file` is a web page, not data\nhint: save the raw file itself: on GitHub by the button “Raw”, on Kaggle by “Download”",
        ),
        (b"%PDF-1.7", "`t.file` is a PDF document\nhint: ask for the data behind it, as a workbook or CSV"),
        (b"PK\x03\x04", "`t.file` is a damaged workbook, or another file in a zip archive"),
        (b"PAR1PAR1", "`t.file` cannot be read as Parquet"),
        (b"ARROW1\0\0", "`t.file` cannot be read as Arrow"),
        (b"a,b\0\0\0\0\n1,2", "`t.file` is binary, not text\nhint: check that it is the right file"),
        (
            b"a^b^c\n1^2^3\n",
            "only one column was found in `t.file`: `a^b^c`\n  at t.file:1\nhint: if `^` separates the cells, say so as the delimiter",
        ),
        (b",,\n,,\n", "`t.file` has no cell that is filled"),
        (
            b"768805383,Existing Customer,45,M,3\n818770008,Existing Customer,49,F,5\n",
            "the first line holds values, no names of columns: `768805383`, `45`, `3`\n  at t.file:1\nhint: put a line above it that names the columns",
        ),
        (b"{\"a\": 1, \"b\": [1]}", "the field `b` holds more than one value\n  at t.file, document 1"),
        (
            b"{\"columns\": [\"a\"], \"data\": [[1]]}",
            "the field `columns` holds more than one value\n  at t.file, document 1\nhint: pandas writes a row a line with",
        ),
        (
            b"{\"Age\": {\"0\": 45, \"1\": 49}}",
            "the field `Age` holds more than one value\n  at t.file, document 1\nhint: pandas writes a row a line with",
        ),
        (b"{\"a\": 1}\n{\"a\": ", "the text ends in the middle of a document\n  at t.file:2:6"),
        (b"{\"a\": 1}\n{'a': 2}", "this is no JSON\n  at t.file:2:2\nhint: names and texts stand in double quotes"),
        (b"[{\"a\": 1}, 5]", "a document `{…}` belongs here\n  at t.file:1:13"),
    ] {
        let found = table(content);
        assert!(found.starts_with(message), "{found}");
    }
    let options = Options { sheet: Some("x"), ..Options::default() };
    assert_eq!(shown(b"a,b\n1,2", &options), "`t.file` is no workbook, so it has no sheet `x`");
}

#[test]
fn a_row_without_an_end_is_refused_in_bounded_memory() {
    let mut text = b"name,limit\nAda,5\n\"Bob,6\n".to_vec();
    text.extend(b"Cy,7\n".repeat(4_000_000));
    let found = table(&text);
    let expected = "name|limit\nAda|5\nthe row is longer than 16 MB\n  at t.file:3\n\
                    hint: a quote `\"` may be missing at the end of a cell";
    assert_eq!(found, expected);
    let found = table("x".repeat(20 << 20));
    assert!(found.starts_with("the row is longer than 16 MB\n  at t.file:1"), "{found}");
}

#[test]
fn places_are_those_of_the_file() {
    let (_folder, path) = file("t.csv", b"\nname,limit\n\"A\nda\",5\n\nBob,6\n,\nCy,7\n");
    let table = Table::open(&path, &Options::default()).unwrap();
    let (mut rows, mut row, mut places) = (table.rows(), Row::new(), Vec::new());
    while rows.read(&mut row).unwrap() {
        places.push(rows.here());
        assert_eq!(table.place(rows.mark()), rows.here());
    }
    assert_eq!(rows.n_empty(), 1);
    let lines: Vec<&str> = places.iter().filter_map(|place| place.rsplit(':').next()).collect();
    assert_eq!(lines, ["3", "6", "8"]);
    let (_folder, path) = file("t.json", b"{\"a\": 1}\n\n{\"a\": 2}\n");
    let table = Table::open(&path, &Options::default()).unwrap();
    let mut rows = table.rows();
    assert!(rows.read(&mut row).unwrap() && rows.read(&mut row).unwrap());
    assert!(rows.here().ends_with("t.json, row 3"), "{}", rows.here());
}

#[test]
fn reading_stops_when_asked() {
    let (_folder, path) = file("t.csv", b"a,b\n1,2\n");
    let options = Options { is_cancelled: &|| true, ..Options::default() };
    assert!(matches!(Table::open(&path, &options), Err(Error::Cancelled)));
}
