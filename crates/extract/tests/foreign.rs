//! Files of other banks by contracts of their own: what their keys say of cells, and all faults at once.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]
#![expect(clippy::needless_raw_string_hashes, reason = "expect-test writes them so")]

use bson::Document;
use expect_test::{Expect, expect};
use extract::{Contract, Options, import_customers};
use store::Store;

/// The customers that come in, a line each, or the message that says why not, and then the notices.
fn imported(contract: &str, file: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("f.csv");
    fs_err::write(&path, file).unwrap();
    let contract = Contract::parse("c.toml", contract).unwrap_or_else(|faults| panic!("{faults}"));
    let store = Store::create_or_open(&folder.path().join("bank")).unwrap();
    match import_customers(&contract, &path, &store, &Options::default()) {
        Err(error) => error.to_string().replace(&format!("{}/", folder.path().display()), ""),
        Ok(quality) => {
            let lines = documents(&store).into_iter().map(|document| document.to_string());
            lines
                .chain(quality.notices.into_iter().map(|notice| format!("notice: {notice}")))
                .collect::<Vec<_>>()
                .join("\n")
        }
    }
}

fn documents(store: &Store) -> Vec<Document> {
    let (schema, batches) = store.read("customers").unwrap();
    let mut documents = Vec::new();
    for batch in &batches {
        for row in 0..batch.num_rows() {
            let mut document = Document::new();
            for (field, column) in schema.fields().iter().zip(batch.columns()) {
                let column = arrow_cast::cast(column, &arrow_schema::DataType::Utf8).unwrap();
                let text = arrow_array::cast::AsArray::as_string::<i32>(&column);
                let is_null = arrow_array::Array::is_null(text, row);
                document.insert(field.name(), if is_null { bson::Bson::Null } else { text.value(row).into() });
            }
            documents.push(document);
        }
    }
    documents
}

fn check(contract: &str, file: &str, expected: &Expect) {
    expected.assert_eq(&imported(contract, file));
}

const NUMBERED: &str = r#"
title = "loans"

[columns.id]
kind = "whole"
range = [1, 1000000]
role = "customer_key"
numbered = true

[columns.limit]
kind = "decimal"
range = [0, 100000]
header = "Credit limit"

[columns.owed]
kind = "decimal"
range = [0, 100000]
scale = 0.01
missing = ["NA", "?"]

[columns.used]
kind = "decimal"
range = [0, 2]
computed = '{ $divide: ["$owed", "$limit"] }'

[columns.group]
kind = "category"
categories = [{ value = "a", spellings = ["A"] }, { value = "unknown", spellings = ["", "n/s"], missing = true }]

[[rules]]
words = "nobody owes 900"
severity = "fault"
holds = '{ $ne: ["$owed", 900] }'
"#;

#[test]
fn rows_are_numbered_columns_renamed_scaled_and_computed() {
    check(
        NUMBERED,
        "Credit limit,owed,group\n1000,50000,a\n2000,NA,A\n0,?,\n500.5,,n/s\n1000,30000,a\n",
        &expect![[r#"
            { "id": "1", "limit": "1000.0", "owed": "500.0", "used": "0.5", "group": "a" }
            { "id": "2", "limit": "2000.0", "owed": null, "used": null, "group": "a" }
            { "id": "3", "limit": "0.0", "owed": null, "used": null, "group": "unknown" }
            { "id": "4", "limit": "500.5", "owed": null, "used": null, "group": "unknown" }
            { "id": "5", "limit": "1000.0", "owed": "300.0", "used": "0.3", "group": "a" }"#]],
    );
}

#[test]
fn numbers_are_read_as_their_column_writes_them() {
    check(
        NUMBERED,
        "Credit limit;owed;group\n\"1.000,50\";\"50000\";a\n\"2.000,00\";\"10000\";a\n",
        &expect![[r#"
        { "id": "1", "limit": "1000.5", "owed": "500.0", "used": "0.49975012493753124", "group": "a" }
        { "id": "2", "limit": "2000.0", "owed": "100.0", "used": "0.05", "group": "a" }"#]],
    );
    check(
        NUMBERED,
        "Credit limit,owed,group\n$1,000.50,5,a\n",
        &expect![[r#"
        the row has 4 cells, but the header has 3
          at f.csv:2
        hint: a text with a separator in it must be quoted"#]],
    );
    check(
        NUMBERED,
        "Credit limit,owed,group\n\"$1,000.50\",\"5,000\",a\n$20,3,a\n",
        &expect![[r#"
        { "id": "1", "limit": "1000.5", "owed": "50.0", "used": "0.04997501249375312", "group": "a" }
        { "id": "2", "limit": "20.0", "owed": "0.03", "used": "0.0015", "group": "a" }"#]],
    );
    check(
        NUMBERED,
        "Credit limit,owed,group\n\"1,000\",5,a\n\"1.5\",3,a\n",
        &expect![[r#"
        `1,000` is not a number
          at f.csv:2, column `Credit limit`
        hint: it could be 1000 or 1.000: write numbers with a decimal point and nothing between thousands"#]],
    );
}

#[test]
fn all_faults_are_told_at_once() {
    check(
        NUMBERED,
        "Credit limit,owed,group\nx,5,b\n1000,90000,a\n10,5000,a\n10,5,\n1000,1,2,3\n6.1%,#DIV/0!,a\nTotal,1,\n",
        &expect![[r#"
            the numbers of this file do not fit together: 1 of its 7 rows breaks the rule nobody owes 900
              at f.csv
            hint: either its numbers were changed on the way (a spreadsheet that expects a decimal comma makes 61 of 0.061 when it opens and saves a file: export it again from its source), or they are counted otherwise (percent, cents, codes such as 9999)

            `x` is not a number
              at f.csv:2, column `Credit limit`

            `b` is not a known category
              at f.csv:2, column `group`
            hint: the values here are `a`, `unknown`

            the row has 4 cells, but the header has 3
              at f.csv:6
            hint: a text with a separator in it must be quoted

            `6.1%` is not a number
              at f.csv:7, column `Credit limit`
            hint: the other cells have no `%`: if it is the number 0.061, write that

            `#DIV/0!` is not a number
              at f.csv:7, column `owed`
            hint: this is an error of a spreadsheet's formula: mend the formula, then export the file again

            `Total` is not a number
              at f.csv:8, column `Credit limit`
            hint: this looks like a row of totals: remove it

            this row breaks the rule nobody owes 900: `owed` is 900
              at f.csv:3
            hint: if the bank counts otherwise, a contract can say so: `severity = "note"`

            `used` is computed as 5, which is out of its range
              at f.csv:4

            8 faults in 6 rows: 3 in `Credit limit`, 1 in `group`, 1 in `owed`, 1 in `used`, 1 in the number of cells, 1 in the rule nobody owes 900
            hint: set the rows with faults aside and import the others"#]],
    );
    let mut many = "Credit limit,owed,group\n".to_owned();
    for row in 0..3000 {
        many.push_str(if row % 2 == 0 { "1,1,b\n" } else { "1,-,b\n" });
    }
    let text = imported(NUMBERED, &many);
    assert_eq!(text.matches("\n  at ").count(), 20);
    expect!["4500 faults in 3000 rows, of which the first 20 are told: 3000 in `group`, 1500 in `owed`"]
        .assert_eq(text.rsplit("\n\n").next().unwrap());
}

#[test]
fn all_columns_that_do_not_fit_are_told_at_once() {
    check(
        NUMBERED,
        "Credit limit,Owed,Group,more\n1,2,a,3\n",
        &expect![[r#"
        2 columns are missing: `owed`, `group`
          at f.csv:1
        hint: write `Owed` exactly as `owed`

        3 columns are not among those that the bank knows: `Owed`, `Group`, `more`
          at f.csv:1
        hint: remove them from the file (nothing is left out in silence), or say in a contract what they are"#]],
    );
    check(
        NUMBERED,
        "Credit limit,limit,owed,group,owed\n1,2,3,a,4\n",
        &expect![[r#"
        `Credit limit` and `limit` are both the column `limit`
          at f.csv:1
        hint: remove one of the two

        the header names the column `owed` twice
          at f.csv:1
        hint: rename or remove one of the two"#]],
    );
}

#[test]
fn long_keys_and_texts_name_customers() {
    let keyed = |kind: &str| format!("title = \"t\"\n[columns.k]\nrole = \"customer_key\"\n{kind}\n");
    let wide = keyed("kind = \"whole\"\nrange = [0, 9000000000000000000]");
    check(
        &wide,
        "k\n4000123412341234\n4000123412341235\n",
        &expect![[r#"
        { "k": "4000123412341234" }
        { "k": "4000123412341235" }"#]],
    );
    check(
        &wide,
        "k\n4.00012E+15\n",
        &expect![[r#"
        `4.00012E+15` is not a whole number
          at f.csv:2, column `k`
        hint: a spreadsheet wrote it in short, and its last digits are lost: export the file from its source"#]],
    );
    check(
        &keyed("kind = \"text\""),
        "k\nC1\n\u{e9}\nC1\n",
        &expect![[r#"
        the customer `C1` is in the file twice
          at f.csv:4, column `k`
        hint: the first one is at f.csv:2; keep one row a customer"#]],
    );
}
