//! A second contract through everything that this crate does: other names, another outcome, a text as key, nulls, days, no
//! money, no transactions.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]
#![expect(clippy::needless_raw_string_hashes, reason = "expect-test writes them so")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, Int8Type, Int64Type, TimestampMillisecondType, UInt8Type};
use arrow_array::{Array, StringArray};
use arrow_schema::DataType;
use bson::{Bson, DateTime, RawDocumentBuf, doc};
use expect_test::{Expect, expect};
use extract::{Contract, Copied, Customers, Options, Quality, copy, import_customers};
use store::Store;

const HEADER: &str =
    "MemberRef,Exited,AgeYears,Region,Plan,MonthsWithUs,ProductsHeld,Satisfaction,VisitsPerWeek,LastVisit,Phone";

fn contract() -> Contract {
    let text = include_str!("../../../tests/contracts/second.toml");
    Contract::parse("second.toml", text).unwrap_or_else(|faults| panic!("{faults}"))
}

fn file() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/contracts/second.csv")
}

struct Bench {
    dir: tempfile::TempDir,
    store: Store,
}

impl Bench {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::create_or_open(&dir.path().join("bank")).unwrap();
        Self { dir, store }
    }

    fn import(&self, rows: &str) -> Result<Quality, extract::Error> {
        let path = self.dir.path().join("members.csv");
        fs_err::write(&path, format!("{HEADER}\n{rows}\n")).unwrap();
        import_customers(&contract(), &path, &self.store, &Options::default())
    }

    /// A column as texts.
    fn column(&self, name: &str) -> Vec<String> {
        let (_, batches) = self.store.read("customers").unwrap();
        let column = batches[0].column_by_name(name).unwrap();
        let cell = |row: usize| match column.data_type() {
            _ if column.is_null(row) => "null".to_owned(),
            DataType::Int8 => column.as_primitive::<Int8Type>().value(row).to_string(),
            DataType::Int64 => column.as_primitive::<Int64Type>().value(row).to_string(),
            DataType::Float64 => column.as_primitive::<Float64Type>().value(row).to_string(),
            DataType::Timestamp(..) => column.as_primitive::<TimestampMillisecondType>().value(row).to_string(),
            DataType::Utf8 => column.as_string::<i32>().value(row).to_owned(),
            _ => {
                let texts = column.as_dictionary::<UInt8Type>();
                texts.downcast_dict::<StringArray>().unwrap().values().value(texts.key(row).unwrap()).to_owned()
            }
        };
        (0..column.len()).map(cell).collect()
    }
}

fn check_refused(rows: &str, expected: &Expect) {
    let bench = Bench::new();
    let text = bench.import(rows).expect_err("the import is refused").to_string();
    expected.assert_eq(&text.replace(&bench.dir.path().display().to_string(), "DIR"));
}

#[test]
fn the_file_comes_in_with_its_quality_and_its_contract() {
    let bench = Bench::new();
    let quality = import_customers(&contract(), &file(), &bench.store, &Options::default()).unwrap();
    let names: Vec<String> = bench.store.collections().into_iter().map(|collection| collection.name).collect();
    assert_eq!(names, ["customers"]);
    assert_eq!(extract::contract_of(&bench.store).unwrap(), Some(contract()));
    let mut text = format!("{} rows\n", quality.rows);
    for column in &quality.columns {
        let outliers =
            column.outliers.map(|found| format!("{} to {}: {}", found.min, found.max, found.below + found.above));
        writeln!(text, "{}: missing {:?}, {outliers:?}", column.name, column.missing).unwrap();
    }
    for rule in &quality.consistency {
        writeln!(text, "{}: {}", rule.rule, rule.broken).unwrap();
    }
    text.push_str(&quality.notices.join("\n"));
    expect![[r#"
        60 rows
        MemberRef: missing None, None
        Exited: missing None, None
        AgeYears: missing Some(4), Some("16 to 78: 0")
        Region: missing Some(2), None
        Plan: missing None, None
        MonthsWithUs: missing None, Some("1 to 89: 0")
        ProductsHeld: missing None, Some("1 to 4: 0")
        Satisfaction: missing None, Some("3 to 10: 0")
        VisitsPerWeek: missing Some(3), Some("0 to 4: 0")
        LastVisit: missing Some(3), None
        Phone: missing None, None
        who is on the Day plan has one course: 1
        a visit a week is at most three a day: 0
        left out `Risk_Model_Output`: computed from the outcome"#]]
    .assert_eq(&text);
}

#[test]
fn cells_come_in_by_their_kinds() {
    let bench = Bench::new();
    bench
        .import("b,Y,16,n/a,Year,0,9,10,0,1999-12-31,0\na,N,,,Day,600,1,1,21,,99999999999\nA,no,99, ,Month,1,2,3,  ,1970-01-01,5")
        .expect_err("a blank is no category");
    bench
        .import("b,Y,16,n/a,Year,0,9,10,0,1999-12-31,0\na,N,,,Day,600,1,1,21,,99999999999\nA,no, ,East,Month,1,2,3,  ,1970-01-01,5")
        .unwrap();
    assert_eq!(bench.column("MemberRef"), ["b", "a", "A"]);
    assert_eq!(bench.column("Exited"), ["yes", "no", "no"]);
    assert_eq!(bench.column("AgeYears"), ["16", "null", "null"]);
    assert_eq!(bench.column("Region"), ["not said", "not said", "East"]);
    assert_eq!(bench.column("VisitsPerWeek"), ["0", "21", "null"]);
    assert_eq!(bench.column("LastVisit"), ["946598400000", "null", "0"]);
    assert_eq!(bench.column("Phone"), ["0", "99999999999", "5"]);
    let (schema, _) = bench.store.read("customers").unwrap();
    assert_eq!(schema.metadata()[store::ID], "MemberRef");
    let nullable: Vec<&str> =
        schema.fields().iter().filter(|field| field.is_nullable()).map(|field| field.name().as_str()).collect();
    assert_eq!(nullable, ["AgeYears", "VisitsPerWeek", "LastVisit"]);
}

#[test]
fn cells_that_do_not_fit_are_refused() {
    let row = |from: &str, to: &str| "a,no,40,East,Day,5,1,7,2.5,2026-01-31,5".replacen(from, to, 1);
    check_refused(
        &row("a,", ","),
        &expect![[r#"
        the cell is empty; the customer's key belongs here
          at DIR/members.csv:2, column `MemberRef`"#]],
    );
    check_refused(
        &row("no", "NO"),
        &expect![[r#"
        `NO` is not a known category
          at DIR/members.csv:2, column `Exited`
        hint: write it exactly as `no`"#]],
    );
    check_refused(
        &row("no", ""),
        &expect![[r#"
        the cell is empty; a category belongs here
          at DIR/members.csv:2, column `Exited`"#]],
    );
    check_refused(
        &row("40", "15"),
        &expect![[r#"
            `15` is out of range: 16 to 99 are allowed
              at DIR/members.csv:2, column `AgeYears`"#]],
    );
    check_refused(
        &row("40", "100"),
        &expect![[r#"
            `100` is out of range: 16 to 99 are allowed
              at DIR/members.csv:2, column `AgeYears`"#]],
    );
    check_refused(
        &row("2.5", "21.01"),
        &expect![[r#"
            `21.01` is out of range: 0 to 21 are allowed
              at DIR/members.csv:2, column `VisitsPerWeek`"#]],
    );
    check_refused(
        &row("2026-01-31", "31.01.2026"),
        &expect![[r#"
            `31.01.2026` is not a day
              at DIR/members.csv:2, column `LastVisit`
            hint: write days as `2026-01-31`, or say in a contract how they are written: `format = "%d.%m.%Y"` at `LastVisit`"#]],
    );
    check_refused(
        &row("2026-01-31,5", "2026-01-31,99999999999999999999"),
        &expect![[r#"
        `99999999999999999999` is not a whole number
          at DIR/members.csv:2, column `Phone`"#]],
    );
    check_refused(
        &row("2026-01-31,5", "2026-01-31,100000000000"),
        &expect![[r#"
            `100000000000` is out of range: 0 to 99999999999 are allowed
              at DIR/members.csv:2, column `Phone`"#]],
    );
    check_refused(
        "a,no,40,East,Day,5,1,7,2.5,,5\nb,no,40,East,Day,5,1,7,2.5,,5\na,yes,41,East,Day,5,1,7,2.5,,5",
        &expect![[r#"
        the customer `a` is in the file twice
          at DIR/members.csv:4, column `MemberRef`
        hint: the first one is at DIR/members.csv:2; keep one row a customer"#]],
    );
}

#[test]
fn a_rule_is_broken_by_rows_alone_that_have_all_its_cells() {
    let bench = Bench::new();
    let quality = bench
        .import("a,no,,East,Day,5,2,7,,,5\nb,no,,East,Day,5,1,7,1,,5\nc,no,,East,Year,5,3,7,1,,5\nd,no,,East,Day,5,9,7,1,,5")
        .unwrap();
    assert_eq!(quality.consistency.iter().map(|rule| rule.broken).collect::<Vec<_>>(), [2, 0]);
    let missing = |name: &str| quality.columns.iter().find(|column| column.name == name).unwrap().missing;
    assert_eq!((missing("AgeYears"), missing("VisitsPerWeek"), missing("Region")), (Some(4), Some(1), Some(0)));
    assert_eq!((missing("Plan"), missing("Satisfaction")), (None, None));
    let phone = quality.columns.iter().find(|column| column.name == "Phone").unwrap();
    assert_eq!(phone.outliers, None);
}

fn member(key: &str) -> bson::Document {
    doc! {
        "_id": key, "MemberRef": key, "Exited": "yes", "AgeYears": Bson::Null, "Region": "not said", "Plan": "Day",
        "MonthsWithUs": 5, "ProductsHeld": 1, "Satisfaction": 7, "VisitsPerWeek": 2.5,
        "LastVisit": DateTime::from_millis(86_400_000), "Phone": 41_000_000_000_i64,
    }
}

fn copied(documents: Vec<bson::Document>) -> Result<Bench, String> {
    let bench = Bench::new();
    let raw = documents.into_iter().map(|document| Ok(RawDocumentBuf::try_from(&document).unwrap()));
    let customers = Copied {
        name: "customers".to_owned(),
        as_of: None,
        notes: BTreeMap::new(),
        documents: Box::new(raw.collect::<Vec<_>>().into_iter()),
    };
    let customers = Customers { contract: &contract(), collections: vec![customers] };
    let outcome = copy(Some(customers), Vec::new(), &bench.store, &Options::default());
    outcome.map(|_| bench).map_err(|error| error.to_string())
}

#[test]
fn documents_of_another_bank_come_back_into_columns() {
    let bench = copied(vec![member("a"), member("b")]).unwrap();
    assert_eq!(bench.column("MemberRef"), ["a", "b"]);
    assert_eq!(bench.column("AgeYears"), ["null", "null"]);
    assert_eq!(bench.column("LastVisit"), ["86400000", "86400000"]);
    assert_eq!(bench.column("Phone"), ["41000000000", "41000000000"]);
    assert_eq!(extract::contract_of(&bench.store).unwrap(), Some(contract()));
}

#[test]
fn documents_of_another_bank_that_do_not_fit_are_refused() {
    let with = |key: &str, value: Bson| {
        let mut document = member("a");
        document.insert(key, value);
        copied(vec![document]).err().unwrap()
    };
    let mut text = vec![
        with("Exited", "Y".into()),
        with("AgeYears", 15.into()),
        with("Satisfaction", Bson::Null),
        with("Phone", 5.into()),
        with("_id", "b".into()),
        with("Nickname", "x".into()),
        copied(vec![member("a"), member("b"), member("a")]).err().unwrap(),
    ];
    let mut less = member("a");
    less.remove("Plan");
    text.push(copied(vec![less]).err().unwrap());
    expect![[r#"
        the customer "a" of `customers` breaks the contract: `Exited` is `Y`, which is not a known category
        hint: such documents can be copied as a collection of another name

        the customer "a" of `customers` breaks the contract: `AgeYears` is 15, out of range: 16 to 99 are allowed
        hint: such documents can be copied as a collection of another name

        the customer "a" of `customers` breaks the contract: `Satisfaction` is null, where an integer of 32 bits belongs
        hint: such documents can be copied as a collection of another name

        the customer "a" of `customers` breaks the contract: `Phone` is 5, where an integer of 64 bits belongs
        hint: such documents can be copied as a collection of another name

        the customer "a" of `customers` breaks the contract: its `_id` is not its `MemberRef`
        hint: such documents can be copied as a collection of another name

        the customer "a" of `customers` breaks the contract: `Nickname` is not a field of it
        hint: such documents can be copied as a collection of another name

        the `_id` "a" is in `customers` twice; the second time in document 3
        hint: a collection may have each `_id` once: mend it where it comes from

        a customer has no field `Plan`
        hint: such documents can be copied as a collection of another name"#]]
    .assert_eq(&text.join("\n\n"));
}
