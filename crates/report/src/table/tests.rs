//! Tables in each format.

#![expect(clippy::needless_raw_string_hashes, reason = "expect-test writes its snapshots with hashes")]

use bson::{Bson, doc};
use catalog::Unit;
use expect_test::{Expect, expect};
use insight::{Cell, Column, ColumnRole, Row, Table};

use super::{Format, render};
use crate::documents_table;
use crate::samples::column;

fn by_income() -> Table {
    Table {
        columns: vec![
            column("income", "Income", Unit::Text),
            column("customers", "Customers", Unit::Count),
            column("closure_rate", "Closure rate", Unit::Share),
            column("mean_limit", "Mean credit limit", Unit::Dollars),
            column("tenure", "Mean months on book", Unit::Months),
            Column::new("p_value", "p-value", Unit::Ratio, ColumnRole::PValue),
        ],
        rows: vec![
            Row::from(vec![
                Cell::Text("Less than $40K".to_owned()),
                Cell::Integer(3561),
                Cell::Number(0.171_861_836_562_763_27),
                Cell::Number(3_754.404_521_201_909),
                Cell::Number(35.9),
                Cell::Number(1e-20),
            ]),
            Row::from(vec![
                Cell::Text("$120K +, \"top\" | <b>".to_owned()),
                Cell::Integer(727),
                Cell::Missing,
                Cell::Number(f64::NAN),
                Cell::Number(f64::INFINITY),
                Cell::Number(0.25),
            ]),
        ],
    }
}

fn check(table: &Table, format: Format, expected: &Expect) {
    expected.assert_eq(&render(table, format, Some(80)));
}

#[test]
fn terminal_table_fits_the_width() {
    check(
        &by_income(),
        Format::Table,
        &expect![[r#"
             Income                Customers  Closure    Mean credit    Mean months  p-value
                                                 rate          limit        on book
            ────────────────────────────────────────────────────────────────────────────────
             Less than $40K            3,561   17.2 %         $3,754          35.90  < 0.001
             $120K +, "top" | <b>        727        –              –              ∞    0.250
        "#]],
    );
    let narrow = render(&by_income(), Format::Table, Some(50));
    assert!(narrow.lines().all(|line| line.chars().count() <= 50), "{narrow}");
}

#[test]
fn wide_tables_are_cut_into_blocks_and_single_rows_stand_upright() {
    let text = render(&by_income(), Format::Table, Some(50));
    for whole in ["< 0.001", "Customers", "$3,754", "Closure"] {
        assert!(text.contains(whole), "{whole} is broken in\n{text}");
    }
    check_at(
        &by_income(),
        50,
        &expect![[r#"
             Income                Customers  Closure     Mean
                                                 rate   credit
                                                         limit
            ──────────────────────────────────────────────────
             Less than $40K            3,561   17.2 %   $3,754
             $120K +, "top" | <b>        727        –        –

             Income                Mean months on  p-value
                                             book
            ──────────────────────────────────────────────
             Less than $40K                 35.90  < 0.001
             $120K +, "top" | <b>               ∞    0.250
            ."#]],
    );
    let mut single = by_income();
    single.rows.truncate(1);
    check_at(
        &single,
        50,
        &expect![[r#"
             Income               Less than $40K
             Customers              3,561
             Closure rate          17.2 %
             Mean credit limit     $3,754
             Mean months on book    35.90
             p-value              < 0.001
            ."#]],
    );
}

fn check_at(table: &Table, width: usize, expected: &Expect) {
    // A snapshot loses what all its lines begin with.
    expected.assert_eq(&(render(table, Format::Table, Some(width)) + "."));
}

#[test]
fn csv_is_raw_and_quoted_where_needed() {
    check(
        &by_income(),
        Format::Csv,
        &expect![[r#"
        income,customers,closure_rate,mean_limit,tenure,p_value
        Less than $40K,3561,0.17186183656276327,3754.404521201909,35.9,1e-20
        "$120K +, ""top"" | <b>",727,,,inf,0.25
    "#]],
    );
}

#[test]
fn json_keeps_full_precision() {
    check(
        &by_income(),
        Format::Json,
        &expect![[r#"
        [
          {"income":"Less than $40K","customers":3561,"closure_rate":0.17186183656276327,"mean_limit":3754.404521201909,"tenure":35.9,"p_value":1e-20},
          {"income":"$120K +, \"top\" | <b>","customers":727,"closure_rate":null,"mean_limit":null,"tenure":null,"p_value":0.25}
        ]
    "#]],
    );
    check(
        &by_income(),
        Format::Ndjson,
        &expect![[r#"
        {"income":"Less than $40K","customers":3561,"closure_rate":0.17186183656276327,"mean_limit":3754.404521201909,"tenure":35.9,"p_value":1e-20}
        {"income":"$120K +, \"top\" | <b>","customers":727,"closure_rate":null,"mean_limit":null,"tenure":null,"p_value":0.25}
    "#]],
    );
}

#[test]
fn markdown_escapes_what_would_be_markup() {
    check(
        &by_income(),
        Format::Markdown,
        &expect![[r#"
        | Income | Customers | Closure rate | Mean credit limit | Mean months on book | p-value |
        | --- | ---: | ---: | ---: | ---: | ---: |
        | Less than $40K | 3,561 | 17.2 % | $3,754 | 35.90 | &lt; 0.001 |
        | $120K +, "top" \| &lt;b> | 727 | – | – | ∞ | 0.250 |
    "#]],
    );
}

#[test]
fn no_rows_and_no_columns() {
    let empty = Table { rows: Vec::new(), ..by_income() };
    check(
        &empty,
        Format::Json,
        &expect![[r#"
        []
    "#]],
    );
    check(&empty, Format::Ndjson, &expect![[r#""#]]);
    check(
        &empty,
        Format::Table,
        &expect![[r#"
             Income  Customers  Closure rate  Mean credit limit  Mean months on  p-value
                                                                           book
            ────────────────────────────────────────────────────────────────────────────
             (no rows)
        "#]],
    );
    let nothing = Table::default();
    for format in [Format::Table, Format::Csv, Format::Json, Format::Ndjson, Format::Markdown] {
        assert!(render(&nothing, format, None).trim().len() <= 2, "{format:?}");
    }
}

#[test]
fn documents_of_different_shapes_become_one_table() {
    let documents = [
        doc! { "_id": "Gold", "n": 116_i32, "mean": 28_415.25, "range": { "min": 1_i64, "max": Bson::Null } },
        doc! { "_id": Bson::Null, "n": 4_i64, "tags": ["a", 1_i32], "at": bson::DateTime::from_millis(0) },
        doc! { "_id": "\u{1b}[31mred", "id": 768_805_383_i32 },
    ];
    let table = documents_table(&documents);
    check(
        &table,
        Format::Table,
        &expect![[r#"
             _id         n       mean  range                    tags
            ────────────────────────────────────────────────────────────
             Gold      116  28,415.25  {"min": 1, "max": null}  –
             null        4          –  –                        ["a", 1]
              [31mred    –          –  –                        –

             _id       at                           id
            ──────────────────────────────────────────
             Gold      –                             –
             null      1970-01-01T00:00:00Z          –
              [31mred  –                     768805383
        "#]],
    );
    check(
        &table,
        Format::Csv,
        &expect![[r#"
            _id,n,mean,range,tags,at,id
            Gold,116,28415.25,"{""min"": 1, ""max"": null}",,,
            null,4,,,"[""a"", 1]",1970-01-01T00:00:00Z,
            [31mred,,,,,,768805383
        "#]],
    );
}

/// A table with one value hidden: 4711.
fn with_a_hidden_cell() -> Table {
    let mut table = by_income();
    table
        .columns
        .insert(3, Column::new("rate_low", "95 % from", Unit::Share, ColumnRole::Low { of: "closure_rate".into() }));
    table
        .columns
        .insert(4, Column::new("rate_high", "95 % to", Unit::Share, ColumnRole::High { of: "closure_rate".into() }));
    for row in &mut table.rows {
        row[2] = Cell::Number(0.4711);
        row.cells.splice(3..3, [Cell::Number(0.4712), Cell::Number(0.4713)]);
    }
    table.rows.truncate(1);
    table.hide(0, 2);
    table
}

#[test]
fn a_hidden_cell_is_absent_from_every_format() {
    let table = with_a_hidden_cell();
    let formats = [Format::Table, Format::Csv, Format::Spreadsheet, Format::Json, Format::Ndjson, Format::Markdown];
    for format in formats {
        let text = render(&table, format, None);
        assert!(!text.contains("47"), "{format:?}: {text}");
    }
    let second = |format| render(&table, format, None).lines().last().unwrap_or_default().to_owned();
    assert!(second(Format::Csv).starts_with("Less than $40K,3561,,,,3754.4"), "{}", second(Format::Csv));
    assert!(second(Format::Ndjson).contains(r#""customers":3561,"mean_limit":3754.4"#), "{}", second(Format::Ndjson));
    assert!(second(Format::Markdown).contains("| 3,561 | hidden | hidden | $3,754 |"), "{}", second(Format::Markdown));
    assert_eq!(second(Format::Table).matches("hidden").count(), 2);
}

#[test]
fn fields_named_like_ends_are_no_interval() {
    let table = documents_table(&[doc! { "_id": "F", "age_low": 26_i32, "age_high": 67_i32 }]);
    for format in [Format::Table, Format::Markdown] {
        let text = render(&table, format, None);
        assert!(text.contains("age_low") || text.contains("age\\_low"), "{text}");
        assert!(!text.contains("95 %") && !text.contains("26 to 67"), "{text}");
    }
}

#[test]
fn what_a_spreadsheet_takes_for_a_formula_is_counted_and_made_harmless_where_asked() {
    let cells = ["=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "a=1", "", "'=1", "-1.50", "+1E+3"];
    let cells = cells.map(|text| Cell::Text(text.to_owned()));
    let rows = cells.into_iter().map(|cell| Row::from(vec![cell, Cell::Integer(-1)])).collect();
    let table = Table { columns: vec![Column::text("=name", "Name"), column("n", "N", Unit::Count)], rows };
    assert_eq!(super::formulas(&table), 7);
    assert_eq!(super::formulas(&by_income()), 0);
    let lines = "\u{feff}'=name,n\n'=1+1,-1\n'+1+1,-1\n'-1+1,-1\n'@SUM(A1),-1\n'\t=1,-1\n\"'\r=1\",-1\na=1,-1\n,-1\n'=1,-1\n-1.50,-1\n+1E+3,-1\n";
    assert_eq!(render(&table, Format::Spreadsheet, None), lines);
    // Data for programs is never changed.
    assert!(render(&table, Format::Csv, None).starts_with("=name,n\n=1+1,-1\n+1+1,-1\n-1+1,-1\n"));
}
