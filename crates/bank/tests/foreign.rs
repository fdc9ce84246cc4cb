//! Customers that no import of ours put there: their fields mean nothing to us, so no analysis counts them.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use bank::{Bank, ErrorKind, Import, ImportSource, Opening, Place, Request, Talk};
use bson::{Document, doc};
use mongod::Client;
use pipeline::Limits;

/// Two documents of one customer.
fn twice() -> [Document; 2] {
    let customer = |id: i32, status: &str| {
        doc! { "_id": id, "CLIENTNUM": 708_082_083, "Attrition_Flag": status, "Customer_Age": 45, "Gender": "F" }
    };
    [customer(1, "Existing Customer"), customer(2, "Attrited Customer")]
}

/// What each topic, the whole catalog and a question of one's own say.
fn refusals(bank: &Bank) -> Vec<String> {
    let request = |topic: &str| Request { topic: topic.to_owned(), ..Request::default() };
    let own = Request { by: vec!["gender".to_owned()], ..request("segment") };
    let one = Request { name: Some("closed_accounts".to_owned()), ..request("status") };
    let asked = [request("segment"), request("status"), request("health"), own, one];
    let refused =
        asked.iter().map(|request| bank.answer(request).map(|_| ()).expect_err("they are no customers of ours"));
    let cancel = Arc::new(AtomicBool::new(false));
    let talk = Talk { say: &|_| {}, progress: &|_| {}, cancel: &cancel };
    let all = bank.answer_all(&talk).map(|_| ()).expect_err("they are no customers of ours");
    let errors: Vec<_> = refused.chain([all]).collect();
    assert!(errors.iter().all(|error| error.kind() == ErrorKind::Data));
    errors.into_iter().map(|error| error.to_string()).collect()
}

#[track_caller]
fn check(bank: &Bank) {
    for refused in refusals(bank) {
        let why = "`customers` was loaded as documents of any shape, so nothing says what its fields mean; of the card's contract it \
                   lacks `Dependent_count`, ";
        assert!(
            refused.starts_with(why)
                && refused.ends_with("\nhint: adopt the collection under a contract, or import a file of customers"),
            "{refused}"
        );
        assert!(!refused.contains("`Gender`") && !refused.contains("`CLIENTNUM`"), "{refused}");
    }
}

#[test]
fn a_customer_twice_on_a_server_is_not_counted_twice() {
    let Some(uri) = mongod::bank("a_customer_twice_on_a_server") else { return };
    let client = Client::connect(&uri).unwrap_or_else(|error| panic!("{error}"));
    let insert = doc! { "insert": "customers", "documents": twice().to_vec() };
    client.command(insert).unwrap_or_else(|refusal| panic!("{}", refusal.message));
    let place = Place::named(uri.as_ref()).unwrap_or_else(|error| panic!("{error}"));
    check(&Bank::open(&place, &Opening::default()).unwrap_or_else(|error| panic!("{error}")));
}

#[test]
fn a_customer_twice_in_a_folder_is_refused_with_the_same_words() {
    let folder = tempfile::tempdir().expect("a folder for the test");
    let file = folder.path().join("twice.ndjson");
    let lines: Vec<String> = twice().iter().map(|one| serde_json::to_string(one).expect("it is JSON")).collect();
    fs_err::write(&file, lines.join("\n")).expect("it can be written");
    let source = ImportSource::Documents { name: "customers", file: (&file).into(), appends: false };
    let cancel = Arc::new(AtomicBool::new(false));
    let talk = Talk { say: &|_| {}, progress: &|_| {}, cancel: &cancel };
    let place = Place::Folder(folder.path().join("b.sphere"));
    let imported =
        bank::import(Some(place), &Import { source, as_of: None, found: &|_| {} }, &Limits::default(), &talk);
    let bank = imported.and_then(|imported| imported.open(&Opening::default()));
    check(&bank.unwrap_or_else(|error| panic!("{error}")));
}
