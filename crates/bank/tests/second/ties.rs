//! Groups that are alike: none is passed over for another.

use std::fmt::Write as _;

use bank::{Bank, Opening, Request};

use crate::bench::{ask, import, talk, topic};

/// 800 customers in four groups, of which two closed as often as each other, and the other two as well.
fn bank() -> Bank {
    let mut text = "id,group,limit,closed\n".to_owned();
    for at in 0..800 {
        let (group, of_ten) = [("A", 5), ("B", 5), ("C", 1), ("D", 1)][at % 4];
        let closed = u8::from(at / 4 % 10 < of_ten);
        let _ = writeln!(text, "{},{group},{},{closed}", 7000 + at * 3, 1000 + at / 40 % 5 * 100);
    }
    let folder = tempfile::tempdir().expect("a folder for the test");
    let path = folder.path().join("ties.csv");
    fs_err::write(&path, text).expect("a file for the test");
    let imported = import(None, &path, None).unwrap_or_else(|error| panic!("{error}"));
    imported.open(&Opening::default()).unwrap_or_else(|error| panic!("{error}"))
}

fn asked(bank: &Bank, measure: &str) -> (String, Vec<String>) {
    let request = Request { by: vec!["group".to_owned()], measures: vec![measure.to_owned()], ..topic("status") };
    let answer = ask(bank, &request).answers.swap_remove(0);
    (answer.sentence(), answer.notes())
}

#[test]
fn groups_that_are_alike_are_named_together() {
    let bank = bank();
    let (sentence, notes) = asked(&bank, "closed");
    let named = "is highest among customers with group A, 100, as among customers with group B, and lowest among customers with \
                 group D, 20, as among customers with group C.";
    assert!(sentence.contains(named), "{sentence}");
    assert!(notes.iter().any(|note| note.ends_with("differs by more than chance is not tested.")), "{notes:?}");
    let (sentence, _) = asked(&bank, "closure_rate");
    assert!(sentence.contains("which cannot be told from customers with group B"), "{sentence}");
    let answers = talk(|talk| bank.answer_all(talk)).unwrap_or_else(|error| panic!("{error}"));
    let page = report::terminal(&answers.into_report(), 120);
    let most = "among customers with group A, as among customers with group B: of";
    assert!(page.replace("\n    ", " ").contains(most), "{page}");
}
