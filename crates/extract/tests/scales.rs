//! Columns that hold two scales at once, as their importer sees it: refused, or accepted with a note.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]
#![expect(clippy::needless_raw_string_hashes, reason = "expect-test writes them so")]

use std::cell::Cell;

use expect_test::expect;
use extract::{Contract, Options, Quality, Reading, import_table};
use store::Store;
use tabular::{Row, Table};

const CONTRACT: &str = "title = 't'\n[columns.k]\nkind = 'text'\nrole = 'customer_key'\n[columns.r]\nkind = 'decimal'\n\
    header = 'the ratio'\nrange = [0, 1000]\nnullable = true\n[columns.n]\nkind = 'whole'\nrange = [0, 9]\n";

/// Imports rows with these ratios, of which `bad` have another fault.
fn import(ratios: &[&str], n_bad: usize, reading: &Reading<'_>) -> Result<Quality, String> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("t.csv");
    let row = |(row, ratio): (usize, &&str)| format!("c{row},{ratio},{}\n", if row < n_bad { "many" } else { "1" });
    let rows: String = ratios.iter().enumerate().map(row).collect();
    fs_err::write(&file, format!("k,the ratio,n\n{rows}")).unwrap();
    let table = Table::open(&file, &tabular::Options::default()).unwrap();
    let store = Store::create_or_open(&folder.path().join("bank")).unwrap();
    let contract = Contract::parse("t.toml", CONTRACT).unwrap();
    let result = import_table(&contract, &table, reading, &store, &Options::default());
    assert_eq!(result.is_ok(), store.collections().len() == 1, "all or nothing");
    result.map_err(|error| error.to_string().replace(&folder.path().display().to_string(), "DIR"))
}

const DAMAGED: [&str; 8] = ["1.335", "", "0.5", "61", "105", "2.594", "0", "843"];

#[test]
fn two_scales_stop_an_import() {
    expect![[r#"
        the column `the ratio` holds two scales at once, which a spreadsheet that expects a decimal comma makes of a file (61 of 0.061): `1.335` at DIR/t.csv:2 beside `61` at DIR/t.csv:5, and 3 of its 7 numbers are whole ones from 10 to 843, 3 are fractions up to 2.594; export it again from its source
        hint: accept rows that break the rule `one_scale_of_r`"#]].assert_eq(&import(&DAMAGED, 0, &Reading::default()).unwrap_err());
    import(&["1.335", "", "0.5", "0.061", "0.105", "2.594", "0", "0.843"], 0, &Reading::default()).unwrap();
}

#[test]
fn two_scales_stop_an_import_that_sets_rows_aside() {
    let n_set_aside = Cell::new(0);
    let set_aside = |_: &Row, _: &str| {
        n_set_aside.set(n_set_aside.get() + 1);
        Ok(())
    };
    let reading = Reading { set_aside: Some(&set_aside), ..Reading::default() };
    let more: Vec<&str> = ["7", "8"].into_iter().chain(DAMAGED).collect();
    expect![[r#"
        the column `the ratio` holds two scales at once, which a spreadsheet that expects a decimal comma makes of a file (61 of 0.061): `1.335` at DIR/t.csv:4 beside `61` at DIR/t.csv:7, and 3 of its 7 numbers are whole ones from 10 to 843, 3 are fractions up to 2.594; export it again from its source
        hint: accept rows that break the rule `one_scale_of_r`

        `many` is not a whole number
          at DIR/t.csv:2, column `n`

        `many` is not a whole number
          at DIR/t.csv:3, column `n`

        2 faults in 2 rows: 2 in `n`"#]].assert_eq(&import(&more, 2, &reading).unwrap_err());
    assert_eq!(n_set_aside.get(), 2);
}

#[test]
fn two_scales_can_be_accepted_and_are_told_then() {
    let accepted = ["one_scale_of_r".to_owned()];
    let reading = Reading { accepted: &accepted, ..Reading::default() };
    let quality = import(&DAMAGED, 0, &reading).unwrap();
    expect!["accepted: the column `r` holds two scales at once: 3 of its 7 numbers are whole ones from 10 to 843, 3 are fractions up to 2.594"].assert_eq(&quality.accepted.join("\n"));
    assert!(import(&["0.5", "1", "0.25"], 0, &reading).unwrap().accepted.is_empty(), "nothing made use of it");
    let accepted = ["one_scale_of_ratio".to_owned()];
    let reading = Reading { accepted: &accepted, ..Reading::default() };
    expect!["the contract has no rule `one_scale_of_ratio` whose breach is a fault"]
        .assert_eq(&import(&DAMAGED, 0, &reading).unwrap_err());
}

#[test]
fn an_example_is_found_wherever_it_stands() {
    // Beyond the first piece of the file.
    let many: Vec<String> = (0..140_000)
        .map(|row| if row > 139_000 { (row % 800 + 61).to_string() } else { format!("0.{}", row % 899 + 100) })
        .collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    let error = import(&many, 0, &Reading::default()).unwrap_err();
    assert!(
        error.contains("`0.1` at DIR/t.csv:2 beside `662` at DIR/t.csv:139003, and 999 of its 140000 numbers"),
        "{error}"
    );
}
