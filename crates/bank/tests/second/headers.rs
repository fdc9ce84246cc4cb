//! Columns whose names have blanks, signs and letters of any script: they are asked for as others are.

use std::fmt::Write as _;

use bank::{Bank, Opening, Place, Request};

use crate::bench::{ask, import, talk, topic};

/// 240 customers, of whom more closed their account the less there is on their checking account.
fn file() -> String {
    let mut text = "Kunde Nr,Exited,Checking account,Año,Costs $\n".to_owned();
    for at in 0..240 {
        let (account, of_ten) = [("little", 6), ("much", 2), ("none at all", 1)][at % 3];
        let closed = u8::from(at / 3 % 10 < of_ten);
        let _ = writeln!(text, "{},{closed},{account},{},{}", 1000 + at, ["ä", "ö", "ü"][at / 30 % 3], at % 11);
    }
    text
}

fn bank(place: Option<Place>) -> Bank {
    let folder = tempfile::tempdir().expect("a folder for the test");
    let path = folder.path().join("odd.csv");
    fs_err::write(&path, file()).expect("a file for the test");
    let imported = import(place, &path, None).unwrap_or_else(|error| panic!("{error}"));
    imported.open(&Opening::default()).unwrap_or_else(|error| panic!("{error}"))
}

fn all(bank: &Bank) -> bank::Answers {
    talk(|talk| bank.answer_all(talk)).unwrap_or_else(|error| panic!("{error}"))
}

fn own() -> Request {
    Request {
        by: vec!["Checking account".to_owned(), "Año".to_owned()],
        measures: vec!["closure_rate".to_owned(), "median:Costs $".to_owned()],
        filters: vec!["Costs $ < 9 and not much".to_owned()],
        ..topic("status")
    }
}

#[test]
fn any_name_has_its_analysis_and_the_terminal_draws_the_column_that_it_tells_of() {
    let bank = bank(None);
    let answers = all(&bank);
    let names: Vec<&str> = answers.answers.iter().map(|answer| answer.name.as_str()).collect();
    assert!(names.contains(&"closures_by_Checking_account") && names.contains(&"closures_by_A_o"), "{names:?}");
    let own = ask(&bank, &own());
    assert_eq!(own.answers[0].table.rows.len(), 6);
    let page = report::terminal(&answers.into_report(), 100);
    assert!(page.contains("“Checking account” tells most about which accounts closed"), "{page}");
    assert!(page.contains("Closures by checking account\n Checking account Closure rate"), "{page}");
    assert!(!page.contains("Closures by año"), "{page}");
}

#[test]
fn a_server_answers_of_such_columns_as_a_folder_does() {
    let Some(uri) = mongod::bank("odd_headers_on_a_server") else { return };
    let server = bank(Some(Place::named(uri.as_ref()).unwrap_or_else(|error| panic!("{error}"))));
    let folder = bank(None);
    assert_eq!(all(&folder).answers, all(&server).answers);
    assert_eq!(ask(&folder, &own()).answers, ask(&server, &own()).answers);
}
