//! Values of adopted documents: each is what an import makes of the same cell, or unknown.

use bank::{Adopt, Bank, CustomersFile, ImportSource};
use bson::{Bson, Document, doc};
use contract::Contract;
use expect_test::{Expect, expect};

use crate::bench::{adopted, import, loaded, talk};

/// The columns of the quality page, a line each.
fn page(bank: &Bank) -> Vec<String> {
    let (page, _) = talk(|talk| bank.quality_page(&[], talk)).unwrap_or_else(|error| panic!("{error}"));
    let table = report::table::render(&page.table(), report::table::Format::Csv, None);
    table.lines().map(str::to_owned).collect()
}

/// A column of 40 customers: what their documents hold, and what the page says of it.
fn check_same(values: impl Fn(i32) -> Bson, cell: impl Fn(i32) -> String) {
    let folder = tempfile::tempdir().unwrap();
    let document = |i: i32| doc! { "customer_id": format!("C{i}"), "x": values(i), "churn": i % 4 / 3 };
    let documents: Vec<Document> = (0..40).map(document).collect();
    let rows: Vec<String> = (0..40).map(|i| format!("C{i},{},{}", cell(i), i % 4 / 3)).collect();
    let file = folder.path().join("rows.csv");
    fs_err::write(&file, format!("customer_id,x,churn\n{}\n", rows.join("\n"))).unwrap();
    let imported = import(&folder.path().join("i.sphere"), ImportSource::Customers(CustomersFile::new((&file).into())));
    let bank = loaded(folder.path(), &[("customers", &documents)]);
    let (bank, notes) = adopted(&bank, &Adopt::default()).unwrap_or_else(|error| panic!("{error}"));
    assert!(!notes.iter().any(|note| note.contains("does not take")), "{notes:?}");
    assert_eq!(page(&bank)[2], page(&imported)[2]);
}

#[test]
fn days_are_read_as_their_column_writes_them() {
    let day = |i: i32| (i % 28 + 1, 3 + i % 2);
    let text = |i: i32| format!("{:02}/{:02}/2015", day(i).0, day(i).1);
    check_same(|i| text(i).into(), text);
    let digits = |i: i32| 20_150_000 + day(i).1 * 100 + day(i).0;
    check_same(|i| digits(i).into(), |i| digits(i).to_string());
    check_same(|i| f64::from(digits(i)).into(), |i| digits(i).to_string());
    let iso = |i: i32| format!("2015-{:02}-{:02}", day(i).1, day(i).0);
    check_same(|i| format!("{}T00:00:00Z", iso(i)).into(), iso);
    let time = |i: i32| bson::DateTime::parse_rfc3339_str(format!("{}T23:59:{:02}Z", iso(i), i)).unwrap();
    check_same(|i| time(i).into(), iso);
}

const KINDS: &str = r#"
title = "Kinds"

[columns.id]
kind = "whole"
range = [1, 100]
role = "customer_key"

[columns.long]
kind = "whole"
range = [0, 9_100_000_000_000_000_000]

[columns.scaled]
kind = "whole"
range = [0, 100]
scale = 100

[columns.half]
kind = "whole"
range = [0, 4]
computed = "{ $divide: ['$scaled', 20] }"

[columns.plan]
kind = "category"
categories = [{ value = "none", spellings = [""] }, { value = "gold" }]
"#;

/// What a bank under [`KINDS`] is told of documents, and what the first of them is read as.
fn told(documents: &[Document]) -> String {
    let contract = Contract::parse("kinds.toml", KINDS).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let bank = loaded(folder.path(), &[("customers", documents)]);
    match adopted(&bank, &Adopt { contract: Some(&contract), ..Adopt::default() }) {
        Ok((bank, notes)) => {
            let (page, _) = talk(|talk| bank.quality_page(&[], talk)).unwrap();
            let first = report::table::render(&page.first, report::table::Format::Ndjson, None);
            notes.into_iter().chain(first.lines().map(str::to_owned)).collect::<Vec<_>>().join("\n")
        }
        Err(error) => error.to_string(),
    }
}

fn check(documents: &[Document], expected: &Expect) {
    expected.assert_eq(&told(documents));
}

#[test]
fn a_contract_reads_documents_as_it_reads_files() {
    let document = |id: Bson, scaled: Bson, plan: Bson| doc! { "id": id, "long": 9_007_199_254_740_993_i64, "scaled": scaled, "plan": plan };
    let gold = || Bson::from("gold");
    check(
        &[
            document(1.into(), 0.58.into(), Bson::Null),
            document(Bson::from("2"), 0.29.into(), "".into()),
            document(3.0.into(), 0.7.into(), gold()),
            document(4.into(), bson::DateTime::from_millis(5).into(), gold()),
        ],
        &expect![[r#"
            in doubt: the contract does not take the `scaled` of 1 customer, such as `1970-01-01T00:00:00.005Z`: it counts as unknown
            {"id":1,"long":9007199254740993,"scaled":58,"half":3,"plan":"none"}
            {"id":2,"long":9007199254740993,"scaled":29,"half":1,"plan":"none"}
            {"id":3,"long":9007199254740993,"scaled":70,"half":4,"plan":"gold"}
            {"id":4,"long":9007199254740993,"scaled":null,"half":null,"plan":"gold"}"#]],
    );
    // A number and the same as a text are one customer.
    check(
        &[document(1.into(), 0.1.into(), gold()), document("1".into(), 0.1.into(), gold())],
        &expect![[r#"
        the customer 1 is in `customers` 2 times, and `id` is the key of a customer
        hint: take what is there twice out of the collection, or name another key in the contract"#]],
    );
    for id in [Bson::from(""), Bson::from(-7), Bson::from(2.5), Bson::Double(f64::NAN), Bson::from("abc")] {
        let text = told(&[document(id, 0.1.into(), gold())]);
        assert!(text.starts_with("a document of `customers` has no `id` that the contract takes"), "{text}");
    }
}

#[test]
fn what_is_gone_or_written_otherwise_is_told() {
    let contract = Contract::parse("kinds.toml", &KINDS.replace("columns.plan", "columns.plans")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let bank = loaded(folder.path(), &[("customers", &[doc! { "id": 1, "long": 1, "scaled": 0.1, "plan": "gold" }])]);
    let opening = bank::Opening { contract: Some(&contract), ..bank::Opening::default() };
    let bank = Bank::open(bank.place(), &opening).unwrap();
    let answers = bank.answer(&bank::Request { topic: "segment".to_owned(), ..bank::Request::default() }).unwrap();
    let notices: Vec<String> = answers.notices.iter().map(ToString::to_string).collect();
    assert!(notices.contains(&"no document has a `plans`: it is unknown of all customers".to_owned()), "{notices:?}");

    let money = |i: i32| doc! { "customer_id": format!("C{i}"), "balance": format!("{}.{:03},50", i + 1, i * 7), "age": 20 + i };
    let documents: Vec<Document> = (0..40).map(money).collect();
    let folder = tempfile::tempdir().unwrap();
    let refused =
        adopted(&loaded(folder.path(), &[("customers", &documents)]), &Adopt::default()).map(drop).unwrap_err();
    expect![[r#"
        numbers of `balance` in `customers` are texts with more than digits and a decimal point in them
        hint: store them as numbers, or leave them out in a contract that you adopt by"#]]
    .assert_eq(&refused.to_string());
    let odd: Vec<Document> = (0..30).map(|i| doc! { "_id": { "a": i }, "age": 20 + i }).collect();
    let folder = tempfile::tempdir().unwrap();
    let refused = adopted(&loaded(folder.path(), &[("customers", &odd)]), &Adopt::default()).map(drop).unwrap_err();
    expect![[r#"
        no field of `customers` names the customers, and `_id` is no plain value
        hint: write a contract that says which field does: `role = "customer_key"`"#]]
    .assert_eq(&refused.to_string());
}
