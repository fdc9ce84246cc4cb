//! Importing a CSV file as its user sees it: what comes in, or the message that says why not.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]
#![expect(clippy::needless_raw_string_hashes, reason = "expect-test writes them so")]

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};

use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, Int8Type, Int16Type, Int32Type, UInt8Type};
use arrow_array::{Array, RecordBatch, StringArray};
use expect_test::{Expect, expect};
use extract::{Contract, ErrorKind, Options, Quality, import_customers};
use jiff::civil::date;
use store::Store;

const HEADER: &str = "CLIENTNUM,Attrition_Flag,Customer_Age,Gender,Dependent_count,Education_Level,Marital_Status,\
    Income_Category,Card_Category,Months_on_book,Total_Relationship_Count,Months_Inactive_12_mon,\
    Contacts_Count_12_mon,Credit_Limit,Total_Revolving_Bal,Avg_Open_To_Buy,Total_Amt_Chng_Q4_Q1,Total_Trans_Amt,\
    Total_Trans_Ct,Total_Ct_Chng_Q4_Q1,Avg_Utilization_Ratio";
const ROW: &str = "1,Existing Customer,45,M,3,High School,Married,$60K - $80K,Blue,39,5,1,3,12691,777,11914,1.335,1144,\
    42,1.625,0.061";

/// A folder with a CSV file of that content, and an empty bank.
struct Bench {
    dir: tempfile::TempDir,
    csv: PathBuf,
    store: Store,
}

impl Bench {
    fn new(content: impl AsRef<[u8]>) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let csv = dir.path().join("cards.csv");
        fs_err::write(&csv, content).unwrap();
        let store = Store::create_or_open(&dir.path().join("bank")).unwrap();
        Self { dir, csv, store }
    }

    fn import(&self) -> Result<Quality, extract::Error> {
        import_customers(
            &Contract::card(),
            &self.csv,
            &self.store,
            &Options { as_of: Some(date(2026, 1, 31)), ..Options::default() },
        )
    }

    fn column(&self, collection: &str, name: &str) -> Vec<String> {
        let (_, batches) = self.store.read(collection).unwrap();
        batches.iter().flat_map(|batch| text(batch, name)).collect()
    }
}

fn text(batch: &RecordBatch, name: &str) -> Vec<String> {
    let column = batch.column_by_name(name).unwrap_or_else(|| panic!("no column {name}"));
    let cell = |i: usize| -> String {
        if column.is_null(i) {
            return "null".to_owned();
        }
        if let Some(numbers) = column.as_primitive_opt::<Int8Type>() {
            numbers.value(i).to_string()
        } else if let Some(numbers) = column.as_primitive_opt::<Int16Type>() {
            numbers.value(i).to_string()
        } else if let Some(numbers) = column.as_primitive_opt::<Int32Type>() {
            numbers.value(i).to_string()
        } else if let Some(numbers) = column.as_primitive_opt::<Float64Type>() {
            numbers.value(i).to_string()
        } else {
            let texts = column.as_dictionary::<UInt8Type>();
            texts.downcast_dict::<StringArray>().unwrap().values().value(texts.key(i).unwrap()).to_owned()
        }
    };
    (0..batch.num_rows()).map(cell).collect()
}

/// The row with one cell replaced.
fn row_with(number: u32, column: &str, cell: &str) -> String {
    let position = HEADER.split(',').position(|name| name == column).unwrap();
    let mut cells: Vec<String> = ROW.split(',').map(str::to_owned).collect();
    cells[0] = number.to_string();
    cell.clone_into(&mut cells[position]);
    cells.join(",")
}

fn check_refused(content: impl AsRef<[u8]>, expected: &Expect) {
    expected.assert_eq(&refusal(content));
}

/// Why a file is refused.
#[track_caller]
fn refusal(content: impl AsRef<[u8]>) -> String {
    let bench = Bench::new(content);
    let error = bench.import().expect_err("the import is refused");
    assert_eq!(error.kind(), ErrorKind::Input);
    assert!(Store::open(&bench.dir.path().join("bank")).is_err(), "the bank is as before");
    let dir = bench.dir.path().display().to_string();
    error.to_string().replace(&dir, "DIR")
}

/// What is said of a bad cell in the third row of four, which is on line 4.
fn check_cell(column: &str, cell: &str, expected: &Expect) {
    let rows = [(1, "45"), (2, "46"), (4, "48")].map(|(number, age)| row_with(number, "Customer_Age", age));
    let bad = row_with(3, column, cell);
    check_refused(format!("{HEADER}\n{}\n{}\n{bad}\n{}\n", rows[0], rows[1], rows[2]), expected);
}

#[test]
fn the_file_comes_in_whole() {
    let second = row_with(2, "Income_Category", "Unknown").replace("777,11914", "0,12691").replace("0.061", "0.0");
    let third = row_with(3, "Income_Category", "$120K +");
    let bench = Bench::new(format!("{HEADER}\n{ROW}\n{second}\n{third}\n"));
    let quality = bench.import().unwrap();
    assert_eq!((quality.rows, quality.duplicates, quality.source.as_str()), (3, 0, "cards.csv"));
    assert!(quality.changed && quality.notices.is_empty());
    assert_eq!(bench.column("customers", "CLIENTNUM"), ["1", "2", "3"]);
    assert_eq!(bench.column("transactions", "CLIENTNUM"), ["1", "2", "3"]);
    assert_eq!(bench.column("customers", "Income_Category"), ["$60K - $80K", "Unknown", "$120K +"]);
    assert_eq!(bench.column("customers", "Income_Info.Category_Code"), ["3", "6", "5"]);
    assert_eq!(bench.column("customers", "Income_Info.Min"), ["60000", "null", "120000"]);
    assert_eq!(bench.column("customers", "Income_Info.Max"), ["80000", "null", "null"]);
    assert_eq!(bench.column("customers", "Months_on_book"), ["39", "39", "39"]);
    assert_eq!(bench.column("transactions", "Total_Revolving_Bal"), ["777", "0", "777"]);
    assert_eq!(bench.column("transactions", "Avg_Utilization_Ratio"), ["0.061", "0", "0.061"]);
    let income = quality.columns.iter().find(|column| column.name == "Income_Category").unwrap();
    assert_eq!((income.missing, income.outliers), (Some(1), None));
    assert_eq!(quality.consistency.iter().map(|rule| rule.broken).collect::<Vec<_>>(), [0; 4]);
    assert_eq!(extract::quality(&bench.store), Some(Quality { changed: false, ..quality }));
}

#[test]
fn columns_are_found_by_name_in_any_order() {
    let turn = |line: &str| line.split(',').rev().collect::<Vec<_>>().join(",");
    let bench = Bench::new(format!("{}\n{}\n", turn(HEADER), turn(ROW)));
    bench.import().unwrap();
    assert_eq!(bench.column("customers", "Customer_Age"), ["45"]);
    assert_eq!(bench.column("transactions", "Total_Amt_Chng_Q4_Q1"), ["1.335"]);
}

#[test]
fn byte_order_mark_crlf_quotes_blank_lines_and_no_last_newline_are_fine() {
    let quoted = ROW.split(',').map(|cell| format!("\"{cell}\"")).collect::<Vec<_>>().join(",");
    let bench = Bench::new(format!("\u{feff}{HEADER}\r\n\r\n{quoted}\r\n\r\n{}", row_with(2, "Gender", "F")));
    assert_eq!(bench.import().unwrap().rows, 2);
    assert_eq!(bench.column("customers", "Gender"), ["M", "F"]);
}

#[test]
fn the_leaking_columns_are_left_out_with_a_notice() {
    let header = format!("Naive_Bayes_Classifier_A_1,{HEADER},Naive_Bayes_Classifier_A_2");
    let bench = Bench::new(format!("{header}\n9.3448e-05,{ROW},0.99991\n"));
    let quality = bench.import().unwrap();
    expect!["left out `Naive_Bayes_Classifier_…` (2 columns): computed from the outcome"]
        .assert_eq(&quality.notices.join("\n"));
    assert_eq!(bench.column("customers", "CLIENTNUM"), ["1"]);
}

#[test]
fn the_same_file_twice_changes_nothing_and_another_replaces() {
    let bench = Bench::new(format!("{HEADER}\n{ROW}\n"));
    assert!(bench.import().unwrap().changed);
    assert!(!bench.import().unwrap().changed);
    fs_err::write(&bench.csv, format!("{HEADER}\n{}\n", row_with(8, "Gender", "F"))).unwrap();
    assert!(bench.import().unwrap().changed);
    assert_eq!(bench.column("customers", "CLIENTNUM"), ["8"]);
}

#[test]
fn a_refused_file_leaves_a_filled_bank_as_it_was() {
    let bench = Bench::new(format!("{HEADER}\n{ROW}\n"));
    bench.import().unwrap();
    fs_err::write(&bench.csv, format!("{HEADER}\n{}\n{}\n", row_with(5, "Gender", "F"), row_with(5, "Gender", "F")))
        .unwrap();
    bench.import().unwrap_err();
    let store = Store::open(&bench.dir.path().join("bank")).unwrap();
    assert_eq!(store.read("customers").unwrap().1[0].num_rows(), 1);
    assert_eq!(bench.column("customers", "CLIENTNUM"), ["1"]);
}

#[test]
fn cancelling_leaves_nothing() {
    let bench = Bench::new(format!("{HEADER}\n{ROW}\n"));
    let cancel = AtomicBool::new(false);
    let raise = |_| cancel.store(true, Ordering::Relaxed);
    let options = Options { progress: &raise, cancel: &cancel, ..Options::default() };
    let error = import_customers(&Contract::card(), &bench.csv, &bench.store, &options).unwrap_err();
    assert_eq!((error.kind(), error.message()), (ErrorKind::Cancelled, "cancelled: the bank is as it was"));
    assert!(bench.store.collections().is_empty() && !bench.dir.path().join("bank/customers").exists());
}

#[test]
fn files_that_are_not_the_banks_csv() {
    let bench = Bench::new("");
    let at = |name: &str| {
        import_customers(&Contract::card(), &bench.dir.path().join(name), &bench.store, &Options::default())
    };
    let dir = bench.dir.path().display().to_string();
    let message = |name: &str| at(name).unwrap_err().to_string().replace(&dir, "DIR");
    fs_err::create_dir(bench.dir.path().join("folder")).unwrap();
    expect![[r#"
        there is no file `DIR/card.csv`
        hint: the files here are `cards.csv`"#]]
    .assert_eq(&message("card.csv"));
    expect![[r#"
        there is no file `DIR/no/cards.csv`
        hint: the folder `DIR/no` is not there either"#]]
    .assert_eq(&message("no/cards.csv"));
    expect![[r#"
        `DIR/folder` is a folder, not a file
        hint: give the path of one file"#]]
    .assert_eq(&message("folder"));
    expect![[r#"
        `DIR/cards.csv` is empty
        hint: export it again from its source"#]]
    .assert_eq(&message("cards.csv"));
}

#[test]
fn content_that_is_not_the_banks_csv() {
    check_refused(
        "\u{feff}\n\n",
        &expect![[r#"
        `DIR/cards.csv` is empty
        hint: export it again from its source"#]],
    );
    check_refused(
        format!("{HEADER}\n"),
        &expect![[r#"
        `DIR/cards.csv` has a header and no rows
        hint: export it again from its source"#]],
    );
    check_refused(
        b"PK\x03\x04\x14\x00\x06\x00",
        &expect![[r#"
            `DIR/cards.csv` is a damaged workbook, or another file in a zip archive
            hint: open it in the spreadsheet program and save it as CSV"#]],
    );
    check_refused(
        b"\xff\xfeC\x00L\x00",
        &expect![[r#"
            this file has none of the columns of “Card customers”
              at DIR/cards.csv:1
            hint: the first line must name the columns, among them `CLIENTNUM`, `Attrition_Flag`, `Customer_Age`"#]],
    );
    check_refused(
        b"C\x00L\x00I\x00E\x00",
        &expect![[r#"
            this file has none of the columns of “Card customers”
              at DIR/cards.csv:1
            hint: the first line must name the columns, among them `CLIENTNUM`, `Attrition_Flag`, `Customer_Age`"#]],
    );
    check_refused(
        b"\x7fELF\x02\x00\x00\x00\x00",
        &expect![[r#"
        `DIR/cards.csv` is binary, not text
        hint: check that it is the right file"#]],
    );
    check_refused(
        "{\"CLIENTNUM\": 1}\n",
        &expect![[r#"
            20 columns are missing: `Attrition_Flag`, `Customer_Age`, `Gender`, `Dependent_count`, `Education_Level`, `Marital_Status`, `Income_Category`, `Card_Category`, `Months_on_book`, `Total_Relationship_Count`, and 10 more
              at DIR/cards.csv, row 1
            hint: export the file again with these columns"#]],
    );
    check_refused(
        "a,b,c\n1,2,3\n",
        &expect![[r#"
            this file has none of the columns of “Card customers”
              at DIR/cards.csv:1
            hint: the first line must name the columns, among them `CLIENTNUM`, `Attrition_Flag`, `Customer_Age`"#]],
    );
}

#[test]
fn headers_that_do_not_fit() {
    let with = |from: &str, to: &str| format!("{}\n{ROW}\n", HEADER.replace(from, to));
    check_refused(
        with("Credit_Limit", "Credit_Limt"),
        &expect![[r#"
            the column `Credit_Limit` is missing
              at DIR/cards.csv:1
            hint: the unknown columns here are `Credit_Limt`

            the column `Credit_Limt` is not one that the bank knows
              at DIR/cards.csv:1
            hint: remove it from the file (nothing is left out in silence), or say in a contract what it is"#]],
    );
    check_refused(
        with("Credit_Limit", "credit_limit "),
        &expect![[r#"
            the column `Credit_Limit` is missing
              at DIR/cards.csv:1
            hint: write `credit_limit` exactly as `Credit_Limit`

            the column `credit_limit` is not one that the bank knows
              at DIR/cards.csv:1
            hint: remove it from the file (nothing is left out in silence), or say in a contract what it is"#]],
    );
    check_refused(
        with("Gender,", ""),
        &expect![[r#"
        the column `Gender` is missing
          at DIR/cards.csv:1
        hint: export the file again with this column"#]],
    );
    check_refused(
        with("Gender,", "Gender,Shoe_Size,"),
        &expect![[r#"
            the column `Shoe_Size` is not one that the bank knows
              at DIR/cards.csv:1
            hint: remove it from the file (nothing is left out in silence), or say in a contract what it is"#]],
    );
    check_refused(
        with("Gender,", "Gender,Gender,"),
        &expect![[r#"
        the header names the column `Gender` twice
          at DIR/cards.csv:1
        hint: rename or remove one of the two"#]],
    );
}

#[test]
fn whole_numbers_that_do_not_fit() {
    check_cell(
        "Customer_Age",
        "forty",
        &expect![[r#"
        `forty` is not a whole number
          at DIR/cards.csv:4, column `Customer_Age`"#]],
    );
    check_cell(
        "Customer_Age",
        "4O",
        &expect![[r#"
        `4O` is not a whole number
          at DIR/cards.csv:4, column `Customer_Age`"#]],
    );
    check_cell(
        "Customer_Age",
        "17",
        &expect![[r#"
            `17` is out of range: 18 to 120 are allowed
              at DIR/cards.csv:4, column `Customer_Age`"#]],
    );
    check_cell(
        "Customer_Age",
        "99999999999999999999",
        &expect![[r#"
        `99999999999999999999` is not a whole number
          at DIR/cards.csv:4, column `Customer_Age`"#]],
    );
    check_cell(
        "Customer_Age",
        "",
        &expect![[r#"
        the cell is empty; a number belongs here
          at DIR/cards.csv:4, column `Customer_Age`"#]],
    );
    check_cell(
        "Customer_Age",
        " 4 5",
        &expect![[r#"
            ` 4 5` is not a whole number
              at DIR/cards.csv:4, column `Customer_Age`"#]],
    );
    check_cell(
        "Customer_Age",
        "45.5",
        &expect![[r#"
            `45.5` is not a whole number
              at DIR/cards.csv:4, column `Customer_Age`"#]],
    );
    check_cell(
        "CLIENTNUM",
        "-3",
        &expect![[r#"
            `-3` is out of range: 1 to 2147483647 are allowed
              at DIR/cards.csv:4, column `CLIENTNUM`"#]],
    );
}

#[test]
fn decimals_and_categories_that_do_not_fit() {
    check_cell(
        "Credit_Limit",
        "NaN",
        &expect![[r#"
            `NaN` is not a number
              at DIR/cards.csv:4, column `Credit_Limit`
            hint: this seems to say “no answer”: a contract allows it with `missing = ["NaN"]` at `Credit_Limit`"#]],
    );
    check_cell(
        "Credit_Limit",
        "\"12,691.5\"",
        &expect![[r#"
            the numbers of this file do not fit together: 1 of its 4 rows breaks the rule `Avg_Open_To_Buy` is `Credit_Limit` less `Total_Revolving_Bal`
              at DIR/cards.csv
            hint: either its numbers were changed on the way (a spreadsheet that expects a decimal comma makes 61 of 0.061 when it opens and saves a file: export it again from its source), or they are counted otherwise (percent, cents, codes such as 9999)

            this row breaks the rule `Avg_Open_To_Buy` is `Credit_Limit` less `Total_Revolving_Bal`: `Credit_Limit` is 12691.5, `Total_Revolving_Bal` is 777, `Avg_Open_To_Buy` is 11914
              at DIR/cards.csv:4
            hint: accept rows that break the rule `open_to_buy`"#]],
    );
    check_cell(
        "Credit_Limit",
        "-1",
        &expect![[r#"
            `-1` is out of range: 0 to 100000000 are allowed
              at DIR/cards.csv:4, column `Credit_Limit`"#]],
    );
    check_cell(
        "Education_Level",
        "Gradute",
        &expect![[r#"
        `Gradute` is not a known category
          at DIR/cards.csv:4, column `Education_Level`
        hint: the values here are `Uneducated`, `High School`, `College`, `Graduate`, `Post-Graduate`, `Doctorate`, `Unknown`"#]],
    );
    check_cell(
        "Education_Level",
        "graduate",
        &expect![[r#"
        `graduate` is not a known category
          at DIR/cards.csv:4, column `Education_Level`
        hint: write it exactly as `Graduate`"#]],
    );
    check_cell(
        "Education_Level",
        "",
        &expect![[r#"
        the cell is empty; a category belongs here
          at DIR/cards.csv:4, column `Education_Level`
        hint: a missing answer is written `Unknown`"#]],
    );
    check_cell(
        "Gender",
        "X",
        &expect![[r#"
        `X` is not a known category
          at DIR/cards.csv:4, column `Gender`
        hint: the values here are `F`, `M`"#]],
    );
    check_cell(
        "Gender",
        "",
        &expect![[r#"
        the cell is empty; a category belongs here
          at DIR/cards.csv:4, column `Gender`"#]],
    );
}

#[test]
fn a_quote_that_hides_rows_is_refused() {
    let second = row_with(2, "Gender", "F");
    // Columns may stand in any order: here a text is the last.
    let turned = |row: &str| {
        let (key, rest) = row.split_once(',').unwrap();
        let (status, rest) = rest.split_once(',').unwrap();
        format!("{key},{rest},{status}")
    };
    let (header, row, second, third) =
        (turned(HEADER), turned(ROW), turned(&second), turned(&row_with(3, "Gender", "M")));
    let with_a_second = third.replace("Existing", "\"Existing");
    for third in [third, with_a_second] {
        let refused = refusal(format!("{header}\n{}\n{second}\n{third}\n", row.replace("Existing", "\"Existing")));
        assert!(
            refused.starts_with("a cell of this row has 3 lines, and rows of the table are among them\n"),
            "{refused}"
        );
        assert!(refused.contains("cards.csv:2\n"), "{refused}");
    }
}

#[test]
fn rows_that_do_not_fit() {
    let second = row_with(2, "Gender", "F");
    check_refused(
        format!("{HEADER}\n{ROW}\n{second},7\n"),
        &expect![[r#"
            the row has 22 cells, but the header has 21
              at DIR/cards.csv:3
            hint: a text with a separator in it must be quoted"#]],
    );
    check_refused(
        format!("{HEADER}\n{ROW}\n2,Existing Cust"),
        &expect![[r#"
            the row has 2 cells, but the header has 21
              at DIR/cards.csv:3
            hint: the row may be cut off, or it is no row of the table, such as a line below it"#]],
    );
    check_refused(
        format!("{HEADER}\n{ROW}\n2,\"Existing Customer,45\n{second}\n"),
        &expect![[r#"
            a cell of this row has 2 lines, which quotes do not enclose
              at DIR/cards.csv:3
            hint: a quote `"` is missing at the end of the cell, or one too many stands at its beginning"#]],
    );
    check_refused(
        format!("{HEADER}\n{ROW}\n{second}\n{ROW}\n"),
        &expect![[r#"
            the customer `1` is in the file twice
              at DIR/cards.csv:4, column `CLIENTNUM`
            hint: the first one is at DIR/cards.csv:2; keep one row a customer"#]],
    );
}

#[test]
fn lines_are_counted_as_an_editor_counts_them() {
    let bad = row_with(2, "Gender", "X");
    let split = row_with(1, "Gender", "\"M\n\n\"");
    let place = |content: String| {
        let bench = Bench::new(content);
        let text = bench.import().unwrap_err().to_string();
        let place = text.lines().nth(1).unwrap().to_owned();
        place.split("cards.csv:").nth(1).unwrap().split(',').next().unwrap().to_owned()
    };
    assert_eq!(place(format!("{HEADER}\n{ROW}\n{bad}\n")), "3");
    assert_eq!(place(format!("{HEADER}\r\n{ROW}\r\n{bad}\r\n")), "3");
    assert_eq!(place(format!("{HEADER}\r{ROW}\r{bad}\r")), "3");
    assert_eq!(place(format!("{HEADER}\n\n\n{ROW}\n\n{bad}")), "6");
    assert_eq!(place(format!("\u{feff}\n{HEADER}\n{ROW}\n{bad}\n")), "4");
    assert_eq!(place(format!("\"a\ntitle\"\n{HEADER}\n{ROW}\n{bad}\n")), "5");
    let dropped = format!("{HEADER},Naive_Bayes_Classifier_A");
    assert_eq!(place(format!("{dropped}\n{ROW},\"a\n\r\nb\"\n{bad},0\n")), "5");
    assert_eq!(place(format!("{HEADER}\n{split}\n")), "2");
}
