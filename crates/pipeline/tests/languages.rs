//! Which language a text is taken for.

use pipeline::{Language, Names, parse_script};

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
