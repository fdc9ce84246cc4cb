//! Spellings from practice, each with what mongosh or pymongo made of it: what they read is read, and as they read it.
//!
//! The spellings lie beside the project; where they are not at hand, nothing is tested.

#![expect(clippy::unwrap_used, reason = "a test stops at what it does not expect")]

use std::path::Path;

use pipeline::{Bson, Document, Language, Names, parse_script, print, print::Format, read};

/// A line of the table: its kind, its name, how an earlier reader agreed with mongosh, the text, and what that reader gave.
struct Spelling {
    kind: String,
    name: String,
    verdict: String,
    text: String,
    answer: String,
}

fn table() -> Option<Vec<Spelling>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/cases/pipelines/spellings/spellings.tsv");
    if !path.exists() {
        #[expect(clippy::print_stderr, reason = "a test says what it left out")]
        {
            eprintln!("skipped: no {}", path.display());
        }
        return None;
    }
    let text = fs_err::read_to_string(path).unwrap();
    let quoted = |text: &str| match read(text).unwrap() {
        Bson::String(text) => text,
        other => panic!("no string: {other}"),
    };
    let line = |line: &str| {
        let cells: Vec<&str> = line.split('\t').collect();
        let [kind, name, verdict, text, answer] = cells[..] else { panic!("{line}") };
        let [kind, name, verdict] = [kind, name, verdict].map(str::to_owned);
        Spelling { kind, name, verdict, text: quoted(text), answer: quoted(answer) }
    };
    Some(text.lines().skip(1).map(line).collect())
}

/// The value in `{$project: {v: {$literal: …}}}`.
fn literal(stages: &Bson) -> Option<&Bson> {
    let project = stages.as_array()?.last()?.as_document()?.get_document("$project").ok()?;
    project.get_document("v").ok()?.get("$literal")
}

#[test]
fn what_mongosh_and_pymongo_read_is_read() {
    let Some(spellings) = table() else { return };
    let mut wrong = Vec::new();
    for Spelling { kind, name, verdict, text, answer } in &spellings {
        let read = parse_script(text, Language::Mongosh, Names::Known);
        match (verdict.as_str(), read) {
            // The table asks what is a pipeline; that these are one by another name is ours.
            ("both refuse", Ok(_)) if ["find sort limit", "distinct"].contains(&name.as_str()) => {}
            ("both refuse", Ok(_)) => wrong.push(format!("{name}: read, and the shell refuses it: {text}")),
            ("both refuse", Err(_)) | (_, Ok(_)) if kind == "T" || verdict != "same" => {}
            (_, Ok((_, script))) => {
                let value = literal(&script.pipeline).unwrap().clone();
                let found = print::document(&Document::from_iter([("v".to_owned(), value)]), Format::Canonical);
                if read_again(&found) != read_again(answer) {
                    wrong.push(format!("{name}: {found} for {answer}"));
                }
            }
            (_, Err(error)) => wrong.push(format!("{name}: {text}\n{error}")),
        }
    }
    assert!(spellings.len() > 70 && wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Values as they compare: by what they print, for NaN is not itself.
fn read_again(text: &str) -> String {
    read(text).unwrap().to_string()
}

#[test]
fn what_was_read_otherwise_is_now_the_shells() {
    let value = |text: &str| {
        let text = format!("[{{$limit: 1}}, {{$project: {{v: {{$literal: {text}}}}}}}]");
        let (_, script) = parse_script(&text, Language::Mongosh, Names::Known).unwrap();
        literal(&script.pipeline).unwrap().clone()
    };
    assert_eq!(value("3000000000"), Bson::Double(3_000_000_000.0));
    assert!(matches!(value("-0"), Bson::Double(zero) if zero == 0.0 && zero.is_sign_negative()));
    assert_eq!((value("5.0"), value("1e3")), (Bson::Int32(5), Bson::Int32(1000)));
    assert!(matches!(value("{\"$oid\": \"5f0c8f3e1c9d440000a1b2c3\"}"), Bson::Document(_)));
}
