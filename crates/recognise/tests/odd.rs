//! Columns that say too little of themselves: without a name, in percent without a sign, out of documents.

use contract::Role;
use csv::ByteRecord;
use diagnostic::Faults;
use recognise::{Recognised, Survey, Wishes};

fn recognised<const N: usize>(
    header: [&str; N],
    row: impl Fn(usize) -> [String; N],
    wishes: &Wishes<'_>,
) -> Result<Recognised, Faults> {
    let mut survey = Survey::new(&header.map(str::to_owned));
    (0..60).for_each(|n| survey.add(&ByteRecord::from(row(n).to_vec())));
    survey.finish(wishes)
}

#[test]
fn columns_without_a_name_and_a_value_are_left_out_however_many() {
    let wishes = Wishes { file: "t.csv", ..Wishes::default() };
    let row = |n: usize| [String::new(), format!("C{n}"), (20 + n).to_string(), String::new()];
    let contract = recognised(["", "id", "age", ""], row, &wishes).unwrap().contract;
    assert_eq!(contract.columns.iter().map(|column| column.name.as_str()).collect::<Vec<_>>(), ["id", "age"]);
    assert!(contract.left_out.iter().any(|out| out.name.is_empty()));
    let row = |n: usize| [String::new(), format!("C{n}"), (20 + n).to_string(), "x".to_owned()];
    let refused = recognised(["", "id", "age", ""], row, &wishes).unwrap_err().to_string();
    assert!(refused.starts_with("column 4 has no name, nor have others, and it holds values\n  at t.csv"), "{refused}");
}

#[test]
fn a_utilization_in_percent_without_the_sign_is_a_doubt() {
    let wishes = Wishes { file: "t.csv", ..Wishes::default() };
    let header = ["id", "credit_limit", "utilization"];
    let of = |percent: usize| {
        let row = move |n: usize| [format!("C{n}"), (1000 + n * 37).to_string(), format!("{}.5", n * percent % 100)];
        recognised(header, row, &wishes).unwrap()
    };
    let in_percent = of(7);
    let scale = |recognised: &Recognised| recognised.contract.column("utilization").unwrap().scale;
    let doubts = |recognised: &Recognised| {
        recognised.notes.iter().filter(|note| note.is_doubt()).map(|note| note.text.clone()).collect::<Vec<_>>()
    };
    assert_eq!(scale(&in_percent), Some(0.01));
    assert_eq!(doubts(&in_percent), ["`utilization` is taken to be in percent, for it goes to 99.5"]);
    let as_part = of(0);
    assert_eq!((scale(&as_part), doubts(&as_part)), (None, Vec::new()));
}

#[test]
fn incomes_in_numbers_are_no_classes() {
    let wishes = Wishes { file: "t.csv", ..Wishes::default() };
    let salary = |text: &dyn Fn(usize) -> String| {
        let row = |n: usize| [format!("C{n}"), (20 + n % 40).to_string(), text(n)];
        let contract = recognised(["id", "age", "salary"], row, &wishes).unwrap().contract;
        let column = contract.column("salary").unwrap();
        (column.is_number(), column.role)
    };
    assert_eq!(salary(&|n| (30_000 + n * 517).to_string()), (true, None));
    assert_eq!(salary(&|n| ["low", "middle", "high"][n % 3].to_owned()), (false, Some(Role::Income)));
}

#[test]
fn a_contract_of_documents_says_where_their_fields_are() {
    let paths = ["_id", "who.age", "who.town", "closed"].map(str::to_owned);
    let wishes = Wishes { file: "users", paths: Some(&paths), ..Wishes::default() };
    let row = |n: usize| {
        [n.to_string(), (20 + n % 40).to_string(), ["Oslo", "Bergen"][n % 2].to_owned(), (n % 3 / 2).to_string()]
    };
    let contract = recognised(["_id", "age", "town", "closed"], row, &wishes).unwrap().contract;
    let paths = |name: &str| contract.column(name).unwrap().paths().collect::<Vec<_>>();
    assert_eq!((paths("age"), paths("town"), paths("closed")), (vec!["who.age"], vec!["who.town"], vec!["closed"]));
    assert_eq!(contract.key().paths().collect::<Vec<_>>(), ["_id"]);
    // A code is a key in a file; documents have their `_id`.
    let paths = ["_id", "code"].map(str::to_owned);
    let row = |n: usize| [n.to_string(), format!("C{n}")];
    let key = |paths| {
        let wishes = Wishes { file: "users", paths, ..Wishes::default() };
        recognised(["n", "code"], row, &wishes).unwrap().contract.key().name.clone()
    };
    assert_eq!((key(None).as_str(), key(Some(&paths[..])).as_str()), ("code", "row"));
    assert!(contract.text().contains("adopt the collection by it"), "{}", contract.text());
}
