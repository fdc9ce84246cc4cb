//! Which language a text is taken for, and that each is read as it means it: what Node.js and Python themselves made of the
//! texts is recorded beside them (`languages/record.mjs`, `languages/record.py`).

#![expect(clippy::unwrap_used, reason = "a test stops at what it does not expect")]

use std::path::Path;

use pipeline::{Bson, Document, Language, Names, parse_script, print, print::Format, read};

fn reads(text: &str, language: Language) -> bool {
    parse_script(text, language, Names::Known).is_ok()
}

#[test]
fn what_is_said_to_be_python_is_never_read_as_anything_else() {
    // Right in both languages, and right in mongosh's alone.
    assert!(reads("p = [{'$limit': 5}]", Language::Python));
    assert!(!reads("const p = [{$limit: 5}]", Language::Python));
    // A sum in mongosh's language, a mistake in Python.
    assert!(reads("p = [{'$project': {'v': 'a' + 1}}]", Language::Mongosh));
    assert!(!reads("p = [{'$project': {'v': 'a' + 1}}]", Language::Python));
}

#[test]
fn other_texts_are_read_as_python_where_mongosh_cannot_read_them() {
    assert!(reads("p = [{'$match': {'a': None}}]", Language::Mongosh));
    assert!(reads("const p = [{$limit: 5}]", Language::Mongosh));
}

/// The value of `v` as Extended JSON, or `refused` with the message.
fn value_of(code: &str, language: Language) -> Result<String, String> {
    let text = match language {
        Language::Mongosh => format!("{code}\n;[{{$project: {{v: {{$literal: v}}}}}}]"),
        Language::Python => format!("{code}\n[{{'$project': {{'v': {{'$literal': v}}}}}}]"),
    };
    let (_, script) = parse_script(&text, language, Names::Known).map_err(|error| error.to_string())?;
    let stage = script.pipeline.as_array().and_then(|stages| stages[0].as_document()).unwrap();
    let value = stage.get_document("$project").unwrap().get_document("v").unwrap().get("$literal").unwrap();
    Ok(shown(value.clone()))
}

fn shown(value: Bson) -> String {
    print::document(&Document::from_iter([("v".to_owned(), value)]), Format::Canonical)
}

/// Holds every recorded text of a file to its answer.
fn check(file: &str, language: Language) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/languages").join(file);
    let text = fs_err::read_to_string(path).unwrap();
    let mut wrong = Vec::new();
    let mut n_cases = 0;
    for block in text.split("\n\n").filter(|block| !block.starts_with('#')) {
        let (code, answer) = block.trim_end().rsplit_once("\n=> ").unwrap_or_else(|| panic!("no answer: {block}"));
        n_cases += 1;
        match (answer, value_of(code, language)) {
            ("refused", Err(_)) => {}
            ("refused", Ok(found)) => wrong.push(format!("{code}\n  refused there, read here: {found}")),
            (_, Err(error)) => wrong.push(format!("{code}\n  {error}")),
            (answer, Ok(found)) => {
                let answer = shown(read(answer).unwrap());
                if found != answer {
                    wrong.push(format!("{code}\n  there: {answer}\n  here:  {found}"));
                }
            }
        }
    }
    assert!(n_cases > 50 && wrong.is_empty(), "{} of {n_cases} wrong in {file}:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn javascript_means_what_it_means_in_node() {
    check("javascript.txt", Language::Mongosh);
}

#[test]
fn python_means_what_it_means_in_python() {
    check("python.txt", Language::Python);
}
