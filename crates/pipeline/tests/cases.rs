//! Text in, text out: pipelines with what is printed of them, or with what is wrong with them.
//!
//! `UPDATE=1 cargo test -p pipeline` rewrites the expectations; read the diff before you commit it.

#![expect(clippy::unwrap_used, reason = "a test stops at what it does not expect")]

use std::{env, fmt::Write, path::PathBuf};

use pipeline::{
    Bson, Document, Language, Names, parse, parse_script, parse_text, print, print::Format, read, read_document,
};

/// A case is an input, a line `----`, and what is expected; cases are parted by lines `====`.
fn check(file: &str, answer: impl Fn(&str) -> String) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/cases").join(file);
    let text = fs_err::read_to_string(&path).unwrap();
    let mut rewritten = String::new();
    let mut wrong = String::new();
    for (at, case) in text.split("\n====\n").enumerate() {
        let (input, expected) = case.split_once("\n----").unwrap_or_else(|| panic!("{file}: no `----` in: {case}"));
        let found = answer(input);
        if found.trim() != expected.trim() {
            writeln!(wrong, "{input}\nexpected: {}\nfound: {}\n", expected.trim(), found.trim()).unwrap();
        }
        let parting = if at > 0 { "\n====\n" } else { "" };
        write!(rewritten, "{parting}{input}\n----\n{}", found.trim()).unwrap();
    }
    if env::var_os("UPDATE").is_some() {
        fs_err::write(&path, rewritten + "\n").unwrap();
    } else {
        assert!(wrong.is_empty(), "{file}:\n{wrong}");
    }
}

/// A case's own comment lines start with `#`.
fn without_comments(input: &str) -> String {
    input.lines().filter(|line| !line.starts_with('#')).collect::<Vec<_>>().join("\n")
}

/// Equality in which NaN equals itself and 0.0 is not -0.0.
fn same<T: std::fmt::Debug>(a: &T, b: &T) -> bool {
    format!("{a:?}") == format!("{b:?}")
}

#[test]
fn good_pipelines_are_printed_and_read_back() {
    check("good.txt", |input| {
        let parsed = parse_text(&without_comments(input)).unwrap_or_else(|error| panic!("{input}\n{error}"));
        let value = print::to_bson(&parsed);
        assert!(same(&parse(&value), &Ok(parsed.clone())), "{input}");
        let shell = print::mongosh("customers", &parsed);
        assert!(same(&parse_text(&shell), &Ok(parsed.clone())), "{shell}");
        let json = print::extended_json(&parsed);
        assert!(same(&read(&json), &Ok(value)), "{json}");
        shell
    });
}

#[test]
fn bad_pipelines_are_refused_with_their_place() {
    for file in ["bad_text.txt", "bad_stages.txt", "bad_expressions.txt", "bad_queries.txt"] {
        check(file, |input| match parse_text(&without_comments(input)) {
            Ok(parsed) => format!("accepted: {}", print::mongosh("c", &parsed)),
            Err(error) => match error.error_code() {
                Some(code) => format!("{:?} {code}: {error}", error.kind()),
                None => format!("{:?}: {error}", error.kind()),
            },
        });
    }
}

#[test]
fn documents_are_printed_on_one_line() {
    check("documents.txt", |input| {
        let document = match read_document(&without_comments(input)) {
            Ok(document) => document,
            Err(error) => return error.to_string(),
        };
        let canonical = print::document(&document, Format::Canonical);
        assert!(same(&read_document(&canonical), &Ok(document.clone())), "{canonical}");
        format!("{}\n{canonical}", print::document(&document, Format::Relaxed))
    });
}

#[test]
fn scripts_are_read_as_their_languages_mean_them() {
    check("scripts.txt", |input| {
        let (pipeline, script) = match parse_script(input, Language::Mongosh, Names::Known) {
            Ok(found) => found,
            Err(error) => return format!("{:?}: {error}", error.kind()),
        };
        let mut told = String::new();
        let Bson::Array(stages) = print::to_bson(&pipeline) else { panic!("no stages") };
        let stages: Vec<Document> = stages.into_iter().filter_map(|stage| stage.as_document().cloned()).collect();
        for stage in &stages {
            writeln!(told, "{}", print::document(stage, Format::Canonical)).unwrap();
        }
        for (what, named) in [("collection", &script.collection), ("database", &script.database)] {
            if let Some(named) = named {
                writeln!(told, "{what}: {named}").unwrap();
            }
        }
        if let Some(collation) = &pipeline.collation {
            writeln!(told, "collation: {}", print::document(&collation.to_document(), Format::Relaxed)).unwrap();
        }
        script.max_time.iter().for_each(|time| writeln!(told, "time: {time:?}").unwrap());
        if script.explains {
            told.push_str("explains\n");
        }
        script.notes.iter().for_each(|note| writeln!(told, "note: {note}").unwrap());
        told
    });
}
