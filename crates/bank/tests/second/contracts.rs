//! Two contracts in one bank: each day keeps the one that it was imported under, and what does not go together is refused.

use bank::{Bank, Import, ImportSource, Opening, Place};
use contract::Contract;
use jiff::civil::{Date, date};
use pipeline::Limits;

use crate::bench::{ask, bank, contract, file, talk, topic};

const MAY: Date = date(2026, 5, 31);
const JUNE: Date = date(2026, 6, 30);

/// The contract as a later one that takes the other value for closed.
fn turned() -> Contract {
    let text = contract().text().replacen("members who stayed\"", "members who stayed\", closed = true", 1);
    let text = text.replacen("members who left\", closed = true", "members who left\"", 1);
    Contract::parse("turned.toml", &text).unwrap_or_else(|faults| panic!("{faults}"))
}

pub(crate) fn import(place: &Place, contract: &Contract, as_of: Date) -> Result<Bank, bank::Error> {
    let path = file("second.csv");
    let file = bank::CustomersFile::new(path.as_path().into());
    let source = ImportSource::Customers(bank::CustomersFile { contract: Some(contract), ..file });
    let import = Import { source, as_of: Some(as_of), found: &|_| {} };
    talk(|talk| bank::import(Some(place.clone()), &import, &Limits::default(), talk))?.open(&Opening::default())
}

pub(crate) fn open(place: &Place, day: Option<Date>) -> Bank {
    Bank::open(place, &Opening { day, ..Opening::default() }).unwrap_or_else(|error| panic!("{error}"))
}

/// How many customers closed their account, in words.
fn closed(bank: &Bank) -> String {
    let request = bank::Request { name: Some("closed_accounts".to_owned()), ..topic("status") };
    ask(bank, &request).answers[0].sentence()
}

fn check_each_day(place: &Place) {
    import(place, &contract(), MAY).unwrap_or_else(|error| panic!("{error}"));
    let newest = import(place, &turned(), JUNE).unwrap_or_else(|error| panic!("{error}"));
    let (few, many) =
        ("Of 60 customers 15 closed their account: 25.0 %", "Of 60 customers 45 closed their account: 75.0 %");
    for (bank, told) in [
        (open(place, Some(MAY)), few),
        (open(place, Some(JUNE)), many),
        (open(place, None), many),
        (newest.on(MAY).unwrap_or_else(|error| panic!("{error}")), few),
        (newest.on(MAY).and_then(|bank| bank.on(JUNE)).unwrap_or_else(|error| panic!("{error}")), many),
    ] {
        let sentence = closed(&bank);
        assert!(sentence.starts_with(told), "{:?}: {sentence}", bank.day());
    }
    assert_eq!(open(place, Some(MAY)).contract(), Some(&contract()));
}

pub(crate) fn folder(name: &str) -> (tempfile::TempDir, Place) {
    let folder = tempfile::tempdir().expect("a folder for the test");
    let place = Place::Folder(folder.path().join(name));
    (folder, place)
}

#[test]
fn each_day_of_a_folder_keeps_its_contract() {
    let (_folder, place) = folder("b.sphere");
    check_each_day(&place);
    // A copy of a day takes that day's.
    let (_other, copied) = folder("copy.sphere");
    talk(|talk| open(&place, Some(MAY)).copy_to(copied.clone(), talk)).unwrap_or_else(|error| panic!("{error}"));
    talk(|talk| open(&place, Some(JUNE)).copy_to(copied.clone(), talk)).unwrap_or_else(|error| panic!("{error}"));
    assert!(closed(&open(&copied, Some(MAY))).contains("25.0 %") && closed(&open(&copied, None)).contains("75.0 %"));
}

#[test]
fn each_day_of_a_server_keeps_its_contract() {
    let Some(uri) = mongod::bank("each_day_of_a_server_keeps_its_contract") else { return };
    check_each_day(&Place::named(uri.as_ref()).unwrap_or_else(|error| panic!("{error}")));
}

#[test]
fn customers_of_other_collections_or_another_key_are_refused() {
    let Some(uri) = mongod::bank("customers_of_other_collections_are_refused") else { return };
    let server = Place::named(uri.as_ref()).unwrap_or_else(|error| panic!("{error}"));
    let (_folder, folder) = folder("card.sphere");
    let club = bank(None);
    let other_key = contract().text().replace("[columns.MemberRef]", "[columns.Member]\nheader = \"MemberRef\"");
    let other_key = Contract::parse("key.toml", &other_key).unwrap_or_else(|faults| panic!("{faults}"));
    for place in [&folder, &server] {
        let sample = Import { source: ImportSource::Sample { n: 50, seed: 1 }, as_of: Some(MAY), found: &|_| {} };
        talk(|talk| bank::import(Some(place.clone()), &sample, &Limits::default(), talk))
            .unwrap_or_else(|error| panic!("{error}"));
        let card = open(place, None);
        let told = "customers under the contract `Lakeside Club members` cannot come into a bank of customers under \
            `Card customers`: these are known by `MemberRef`, and those by `CLIENTNUM`\nhint: use another bank for them";
        for refused in [
            import(place, &contract(), JUNE).map(drop),
            import(place, &contract(), date(2026, 1, 31)).map(drop),
            talk(|talk| club.copy_to(place.clone(), talk)).map(drop),
        ] {
            assert_eq!(refused.expect_err("it is refused").to_string(), told);
        }
        assert_eq!(open(place, None).days().ok(), card.days().ok(), "nothing was changed");
        assert_eq!(closed(&open(place, None)), closed(&card));
    }
    let (_folder, place) = self::folder("club.sphere");
    import(&place, &contract(), MAY).unwrap_or_else(|error| panic!("{error}"));
    let refused = import(&place, &other_key, JUNE).map(drop).expect_err("it is refused").to_string();
    assert!(refused.contains("these are known by `Member`, and those by `MemberRef`"), "{refused}");
}
