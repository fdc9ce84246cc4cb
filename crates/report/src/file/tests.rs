//! Files are read back by another library, and hold what went in.

use std::io::Cursor;

use bson::{Bson, DateTime, Document, doc, oid::ObjectId};
use calamine::{Data, Reader as _, Xlsx};
use catalog::Unit;
use insight::{Cell, Column, ColumnRole, Holds, Row, Table};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use super::{Format, Rows, Sheet, render};
use crate::{html, samples, table};

fn book(sheets: &[Sheet<'_>]) -> Vec<u8> {
    render("", sheets, Format::Workbook, None).unwrap()
}

fn read(bytes: Vec<u8>) -> Xlsx<Cursor<Vec<u8>>> {
    Xlsx::new(Cursor::new(bytes)).unwrap()
}

/// The cells of a sheet, row by row.
fn cells(book: &mut Xlsx<Cursor<Vec<u8>>>, sheet: &str) -> Vec<Vec<Data>> {
    book.worksheet_range(sheet).unwrap().rows().map(<[Data]>::to_vec).collect()
}

fn documents(name: &'static str, documents: &[Document]) -> Vec<Vec<Data>> {
    let bytes = book(&[Sheet { name, rows: Rows::Documents(documents) }]);
    cells(&mut read(bytes), name)
}

/// The text of a file within the workbook.
fn part(bytes: &[u8], name: &str) -> String {
    use std::io::Read as _;

    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut text = String::new();
    archive.by_name(name).unwrap().read_to_string(&mut text).unwrap();
    text
}

#[test]
fn cells_have_the_types_of_their_values() {
    let noon = DateTime::from_millis(1_782_820_800_000);
    let rows = [
        doc! {"n": 7_i32, "x": 1.5, "yes": true, "text": "a", "at": noon, "list": [1_i32, 2_i32]},
        doc! {"n": Bson::Null, "x": f64::INFINITY, "text": "", "id": ObjectId::from_bytes([7; 12])},
    ];
    let found = documents("rows", &rows);
    let header: Vec<String> = found[0].iter().map(ToString::to_string).collect();
    assert_eq!(header, ["n", "x", "yes", "text", "at", "list", "id"]);
    assert_eq!(found[1][..4], [Data::Float(7.0), Data::Float(1.5), Data::Bool(true), Data::String("a".into())]);
    let Data::DateTime(at) = &found[1][4] else { panic!("{:?}", found[1][4]) };
    assert_eq!(at.as_f64(), 46_203.5);
    assert_eq!(found[1][5], Data::String("[1, 2]".into()));
    assert_eq!(found[2][..3], [Data::Empty, Data::String("inf".into()), Data::Empty]);
    assert_eq!(found[2][6], Data::String("07".repeat(12)));
}

#[test]
fn no_digit_is_lost() {
    let long = 4_111_111_111_111_111_i64;
    let decimal = |text: &str| Bson::Decimal128(text.parse().unwrap());
    let found = documents(
        "n",
        &[
            doc! {"fits": 999_999_999_999_999_i64, "long": long, "d": decimal("0.10"), "e": decimal("1234567890.1234567")},
        ],
    );
    let text = |text: &str| Data::String(text.into());
    let expected =
        [Data::Float(999_999_999_999_999.0), text("4111111111111111"), Data::Float(0.1), text("1234567890.1234567")];
    assert_eq!(found[1], expected);
}

#[test]
fn no_text_becomes_a_formula() {
    let texts = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "http://example.com", "=HYPERLINK(\"x\")"];
    let rows: Vec<Document> = texts.iter().map(|text| doc! {"=name": *text}).collect();
    let bytes = book(&[Sheet { name: "f", rows: Rows::Documents(&rows) }]);
    let xml = part(&bytes, "xl/worksheets/sheet1.xml");
    assert!(!xml.contains("<f>") && !xml.contains("hyperlink"), "{xml}");
    let mut found = read(bytes);
    assert!(found.worksheet_formula("f").unwrap().is_empty());
    let found: Vec<String> = cells(&mut found, "f").iter().map(|row| row[0].to_string()).collect();
    assert_eq!(found[0], "=name");
    assert_eq!(found[1..], texts);
}

#[test]
fn the_header_is_bold_stays_and_filters_and_rates_are_percents() {
    let columns = vec![
        Column::text("card", "Card"),
        Column::measure("rate", "Rate", Unit::Share),
        Column::new("p", "p", Unit::Ratio, ColumnRole::PValue),
    ];
    let rows = vec![
        Row::from(vec![Cell::Text("Gold".into()), Cell::Number(0.161), Cell::Number(1e-9)]),
        Row::from(vec![Cell::Missing, Cell::Hidden, Cell::Integer(1)]),
    ];
    let table = Table { columns, rows };
    let bytes = book(&[Sheet { name: "t", rows: Rows::Table(&table) }]);
    let sheet = part(&bytes, "xl/worksheets/sheet1.xml");
    assert!(sheet.contains("<pane ySplit=\"1\""), "{sheet}");
    assert!(sheet.contains("<autoFilter ref=\"A1:C3\""), "{sheet}");
    let styles = part(&bytes, "xl/styles.xml");
    assert!(styles.contains("<b/>") && styles.contains("formatCode=\"0.0%\""), "{styles}");
    let found = cells(&mut read(bytes), "t");
    assert_eq!(found[1], [Data::String("Gold".into()), Data::Float(0.161), Data::Float(1e-9)]);
    assert_eq!(found[2], [Data::Empty, Data::String("hidden".into()), Data::Float(1.0)]);
}

#[test]
fn answers_have_a_sheet_each_and_one_that_says_what_they_tell() {
    let report = samples::report();
    let sheets: Vec<Sheet<'_>> = report.answers.iter().map(Sheet::from).collect();
    let bytes = book(&sheets);
    assert_eq!(bytes, book(&sheets), "the same answers give the same bytes");
    let mut found = read(bytes);
    let names = found.sheet_names();
    assert_eq!(names.len(), report.answers.len() + 1);
    assert_eq!(names.last().unwrap(), "About");
    let about = cells(&mut found, "About");
    for (answer, row) in report.answers.iter().zip(&about[1..]) {
        assert_eq!(row[1].to_string(), answer.heading());
        assert_eq!(row[3].to_string(), answer.sentence());
    }
}

#[test]
fn names_of_sheets_are_such_as_excel_takes() {
    let table = Table::default();
    let long = "a".repeat(40);
    let names = ["a/b:c", "A/B:C", "", "'x'", &long, &long, "About"];
    let sheets = names.map(|name| Sheet { name, rows: Rows::Table(&table) });
    let expected = ["a_b_c", "A_B_C 2", "Sheet", "x", &"a".repeat(31), &format!("{} 2", "a".repeat(29)), "About"];
    assert_eq!(read(book(&sheets)).sheet_names(), expected);
}

#[test]
fn what_a_workbook_has_no_room_for_is_refused() {
    let long = [doc! {"text": "x".repeat(32_768)}];
    let refused = |rows: &[Document]| {
        render("", &[Sheet { name: "t", rows: Rows::Documents(rows) }], Format::Workbook, None).unwrap_err().to_string()
    };
    assert_eq!(
        refused(&long),
        "`t` has in row 1 of `text` a text of 32,768 characters, and a cell has 32,767\nhint: `.csv` and `.parquet` have room for it"
    );
    let wide: Document = (0..16_385).map(|n| (format!("f{n}"), Bson::Null)).collect();
    assert!(refused(&[wide]).starts_with("`t` has 16385 columns, and a workbook has 16384"));
    let many = vec![Document::new(); 1_048_576];
    assert!(refused(&many).starts_with("`t` has 1,048,576 rows, and a workbook has 1,048,575"));
}

#[test]
fn parquet_keeps_types_and_holds_one_table() {
    let rows = [
        doc! {"n": 7_i64, "x": 1.5, "at": DateTime::from_millis(5), "inner": {"a": "b"}, "mixed": "t"},
        doc! {"n": Bson::Null, "mixed": 1_i32},
    ];
    let sheet = Sheet { name: "t", rows: Rows::Documents(&rows) };
    let bytes = render("", &[sheet], Format::Parquet, None).unwrap();
    let read = ParquetRecordBatchReaderBuilder::try_new(bytes::Bytes::from(bytes)).unwrap().build().unwrap();
    let batches: Vec<_> = read.map(Result::unwrap).collect();
    let types: Vec<String> =
        batches[0].schema().fields().iter().map(|field| format!("{}: {}", field.name(), field.data_type())).collect();
    assert_eq!((batches.len(), batches[0].num_rows()), (1, 2));
    assert_eq!(types[..3], ["n: Int64", "x: Float64", "at: Timestamp(ms, \"UTC\")"]);
    assert!(types[3].starts_with("inner: Struct("), "{types:?}");
    assert_eq!(types[4], "mixed: Utf8");
    let refused = |sheets: &[Sheet<'_>]| render("", sheets, Format::Parquet, None).unwrap_err().to_string();
    assert!(refused(&[sheet, sheet]).starts_with("these are 2 tables, and a file of Parquet holds one"));
    let none = Sheet { name: "t", rows: Rows::Documents(&[]) };
    assert!(refused(&[none]).starts_with("`t` has no columns"));
}

#[test]
fn columns_of_known_types_have_them_whatever_rows_there_are() {
    let column = |name: &str, holds| Column { holds, ..Column::new(name, name, Unit::Ratio, ColumnRole::Dimension) };
    let known =
        [("text", Holds::Text), ("whole", Holds::Whole), ("number", Holds::Number), ("unknown", Holds::Unknown)];
    let types = |rows: Vec<Row>| -> Vec<String> {
        let columns = known.iter().map(|(name, holds)| column(name, *holds)).collect();
        let table = Table { columns, rows };
        let sheet = Sheet { name: "t", rows: Rows::Table(&table) };
        let bytes = render("", &[sheet], Format::Parquet, None).unwrap();
        let read = ParquetRecordBatchReaderBuilder::try_new(bytes::Bytes::from(bytes)).unwrap();
        read.schema().fields().iter().map(|field| field.data_type().to_string()).collect()
    };
    let whole = vec![Cell::Text("a".to_owned()), Cell::Integer(1), Cell::Integer(1), Cell::Integer(1)];
    assert_eq!(types(Vec::new()), ["Utf8", "Int64", "Float64", "Float64"]);
    assert_eq!(types(vec![vec![Cell::Missing; 4].into()]), ["Utf8", "Int64", "Float64", "Float64"]);
    assert_eq!(types(vec![whole.into()]), ["Utf8", "Int64", "Float64", "Int64"]);
}

#[test]
fn documents_are_whole_in_json() {
    let rows = [doc! {"a": {"b": 1_i32}}, doc! {"a": "=x"}];
    let sheet = [Sheet { name: "t", rows: Rows::Documents(&rows) }];
    let text = |format| String::from_utf8(render("", &sheet, Format::Text(format), None).unwrap()).unwrap();
    assert_eq!(text(table::Format::Json), "[\n  {\"a\": {\"b\": 1}},\n  {\"a\": \"=x\"}\n]\n");
    assert_eq!(text(table::Format::Ndjson), "{\"a\": {\"b\": 1}}\n{\"a\": \"=x\"}\n");
    assert_eq!(text(table::Format::Spreadsheet), "\u{feff}a\n\"{\"\"b\"\": 1}\"\n'=x\n");
    let none = [Sheet { name: "t", rows: Rows::Documents(&[]) }];
    assert_eq!(render("", &none, Format::Text(table::Format::Json), None).unwrap(), b"[]\n");
}

#[test]
fn a_page_has_all_rows_and_runs_nothing() {
    let rows: Vec<Document> = (0..300_i32).map(|n| doc! {"n": n, "text": "<script>"}).collect();
    let sheets = [Sheet { name: "t", rows: Rows::Documents(&rows) }];
    let page = String::from_utf8(render("a & b", &sheets, Format::Page, None).unwrap()).unwrap();
    assert!(
        page.contains("<title>a &amp; b</title>") && page.contains("default-src &#39;none&#39;")
            || page.contains("default-src 'none'")
    );
    assert_eq!(page.matches("<tr>").count(), 301);
    assert!(!page.contains("<script>"), "texts are escaped");
}

#[test]
fn a_page_has_all_that_an_answer_tells_over_the_layout_that_is_asked_for() {
    let answer = samples::heatmap();
    let columns = ["Age", "Blue", "Gold"].map(|name| Column::text(name, name));
    let grid = Table { columns: columns.to_vec(), rows: vec![["18", "1", "2"].map(samples::text).to_vec().into()] };
    let sheet = Sheet { rows: Rows::Answer(&answer, &grid), ..Sheet::from(&answer) };
    let page = |sheets: &[Sheet<'_>]| String::from_utf8(render("All", sheets, Format::Page, None).unwrap()).unwrap();
    let (one, two) = (page(&[sheet]), page(&[sheet, sheet]));
    let heading = html::escape(&answer.heading());
    assert!(one.contains(&format!("<h1>{heading}</h1>")), "a single answer is the title");
    assert!(two.contains("<h1>All</h1>") && two.contains(&format!("<h2>{heading}</h2>")));
    for page in [one, two] {
        let told = [&answer.question, &answer.sentence(), &answer.reading].map(|text| html::prose(text));
        for told in told.iter().chain(&answer.notes().iter().map(|note| html::prose(note)).collect::<Vec<_>>()) {
            assert!(!told.is_empty() && page.contains(told), "{told} in {page}");
        }
        let headings = format!("<tr>{}", grid.columns.iter().map(th).collect::<String>());
        assert!(page.contains(&headings), "{headings} in {page}");
    }
}

fn th(column: &Column) -> String {
    let class = if column.unit == Unit::Text { " class=\"t\"" } else { "" };
    format!("<th scope=\"col\"{class}>{}</th>", html::prose(&column.label))
}

#[test]
fn numbers_have_the_format_of_their_row_where_it_says_one() {
    let columns = vec![
        Column::text("a", "A"),
        Column::measure("x", "X", Unit::Ratio),
        Column::new("p", "p", Unit::Ratio, ColumnRole::PValue),
    ];
    let row = |unit, x: f64| Row { unit, ..vec![samples::text("a"), Cell::Number(x), Cell::Number(0.01)].into() };
    let rows = vec![row(Some(Unit::Share), 0.174), row(Some(Unit::Dollars), 5024.4), row(None, 1.5)];
    let bytes = book(&[Sheet { name: "t", rows: Rows::Table(&Table { columns, rows }) }]);
    let styles = part(&bytes, "xl/styles.xml");
    for format in ["0.0%", "&quot;$&quot;#,##0", "0.000"] {
        assert!(styles.contains(&format!("formatCode=\"{format}\"")), "{format} in {styles}");
    }
    assert_eq!(cells(&mut read(bytes), "t")[1][1], Data::Float(0.174));
}

#[test]
fn whole_numbers_among_statistics_have_no_decimals() {
    let has_decimals = |values: [f64; 2]| {
        let columns = vec![Column::measure("min", "Minimum", Unit::Ratio)];
        let rows = values.map(|value| vec![Cell::Number(value)].into()).to_vec();
        let bytes = book(&[Sheet { name: "t", rows: Rows::Table(&Table { columns, rows }) }]);
        part(&bytes, "xl/styles.xml").contains("formatCode=\"0.000\"")
    };
    // The lowest age and the lowest limit.
    assert!(!has_decimals([26.0, 1438.3]));
    // Ratios of which one is whole.
    assert!(has_decimals([1.0, 0.061]));
}
