//! Holds the crates to knowing no column of the card data by name: what a column means is its role, said in the contract.
//!
//! In: the names of the columns in contracts/card.toml, and the Rust files of the crates. Out: a fault for each text in code that
//! names one, and for each exception that nothing needs any more.
//! Invariant: comments, documentation and tests may name columns; what else may stands in [`EXCEPTIONS`], each with its reason.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use rustc_lexer::{FrontmatterAllowed, TokenKind, tokenize};
use toml::Table;

const CONTRACT: &str = "contracts/card.toml";

/// Where code may name columns of the card data, and why.
const EXCEPTIONS: [(&str, &str); 3] = [
    ("crates/judge/src/random/", "random pipelines, for tests alone, are about a bank that is known"),
    ("crates/cli/src/args/", "help is printed before any bank is opened"),
    ("crates/cli/src/examples.rs", "help is printed before any bank is opened"),
];

/// What is wrong with the files, by their paths below `root`.
pub(crate) fn faults(root: &Path, files: &[String]) -> Result<Vec<String>, String> {
    let read = |file: &str| fs_err::read_to_string(root.join(file)).map_err(|error| error.to_string());
    let columns = columns(&read(CONTRACT)?)?;
    let code = files.iter().filter(|file| file.contains("/src/") && root.join(file).exists());
    let code: Vec<(&str, String)> = code.map(|file| Ok((file.as_str(), read(file)?))).collect::<Result<_, String>>()?;
    Ok(found(&columns, &code, &EXCEPTIONS))
}

/// The names of the contract's columns.
fn columns(text: &str) -> Result<Vec<String>, String> {
    let table: Table = text.parse().map_err(|error| format!("`{CONTRACT}`: {error}"))?;
    let columns = table.get("columns").and_then(toml::Value::as_table);
    let names: Vec<String> = columns.into_iter().flat_map(Table::keys).cloned().collect();
    if names.is_empty() { Err(format!("`{CONTRACT}` has no columns")) } else { Ok(names) }
}

fn found(columns: &[String], code: &[(&str, String)], exceptions: &[(&str, &str)]) -> Vec<String> {
    let mut texts = Vec::new();
    let mut of_tests = BTreeSet::new();
    for (file, text) in code {
        let walk = Walk::file(text);
        of_tests.extend(walk.modules_of_tests.iter().flat_map(|module| places(file, module)));
        texts.push((*file, walk.texts));
    }
    let mut needed = BTreeSet::new();
    let mut faults = Vec::new();
    for (file, texts) in texts {
        if of_tests.iter().any(|place| Path::new(file).starts_with(place)) {
            continue;
        }
        for text in texts {
            let Some(column) = columns.iter().find(|column| names(&text, column)) else { continue };
            match exceptions.iter().find(|(place, _)| file.starts_with(place)) {
                Some((place, _)) => _ = needed.insert(*place),
                None => faults.push(format!("`{file}` knows the column `{column}` by name, in {text}")),
            }
        }
    }
    let unneeded = exceptions.iter().filter(|(place, _)| !needed.contains(place));
    faults.extend(unneeded.map(|(place, _)| format!("`{place}` names no column: leave it out of the exceptions")));
    faults
}

/// Whether a text names the column as a word of its own.
fn names(text: &str, column: &str) -> bool {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(column)
        .any(|(at, _)| !text[..at].ends_with(is_word) && !text[at + column.len()..].starts_with(is_word))
}

/// Where the file of a module can lie that another file declares.
fn places(file: &str, module: &str) -> [PathBuf; 2] {
    let file = Path::new(file);
    let stem = file.file_stem().unwrap_or_default();
    let folder = file.parent().unwrap_or(file);
    let is_head = ["mod", "lib", "main"].iter().any(|head| stem == *head);
    let folder = if is_head { folder.to_owned() } else { folder.join(stem) };
    [folder.join(format!("{module}.rs")), folder.join(module)]
}

/// The texts of a file that are neither documentation nor of tests.
#[derive(Default)]
struct Walk {
    texts: Vec<String>,
    /// The modules in files of their own that are compiled for tests alone.
    modules_of_tests: Vec<String>,
}

/// A token with its text. Blanks and comments, and so documentation, are none.
type Token<'a> = (TokenKind, &'a str);

fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut at = 0;
    let each = tokenize(text, FrontmatterAllowed::No).map(|token| {
        let start = at;
        at += token.len as usize;
        (token.kind, &text[start..at])
    });
    let is_code = |(kind, _): &Token<'_>| {
        !matches!(kind, TokenKind::Whitespace | TokenKind::LineComment { .. } | TokenKind::BlockComment { .. })
    };
    each.filter(is_code).collect()
}

impl Walk {
    fn file(text: &str) -> Self {
        let tokens = tokens(text);
        let mut walk = Self::default();
        let (mut at, mut is_of_tests) = (0, false);
        while at < tokens.len() {
            let is_inner = tokens.get(at + 1).is_some_and(|next| next.1 == "!");
            let open = at + 1 + usize::from(is_inner);
            if tokens[at].1 == "#" && tokens.get(open).is_some_and(|next| next.1 == "[") {
                let end = end_of_item(&tokens, open);
                let attribute = &tokens[open + 1..end];
                // `#![cfg(test)]`: all of the file.
                if is_for_tests(attribute) && is_inner {
                    return walk;
                }
                is_of_tests |= is_for_tests(attribute);
                walk.literals(attribute);
                at = end;
            } else if is_of_tests {
                let end = end_of_item(&tokens, at);
                if let [.., (_, "mod"), (_, name), (_, ";")] = &tokens[at..end] {
                    walk.modules_of_tests.push((*name).to_owned());
                }
                (at, is_of_tests) = (end, false);
            } else {
                walk.literals(&tokens[at..=at]);
                at += 1;
            }
        }
        walk
    }

    fn literals(&mut self, tokens: &[Token<'_>]) {
        let literals = tokens.iter().filter(|(kind, _)| matches!(kind, TokenKind::Literal { .. }));
        self.texts.extend(literals.map(|(_, text)| (*text).to_owned()));
    }
}

/// Behind the item, or the attribute, that begins at a token: behind its last bracket, its body or its semicolon.
fn end_of_item(tokens: &[Token<'_>], start: usize) -> usize {
    let is_attribute = tokens[start].1 == "[";
    let mut depth = 0_usize;
    for (at, (_, text)) in tokens.iter().enumerate().skip(start) {
        match *text {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => depth = depth.saturating_sub(1),
            _ => {}
        }
        let is_last = matches!(*text, "}" | ";") || (is_attribute && *text == "]");
        if depth == 0 && is_last {
            return at + 1;
        }
    }
    tokens.len()
}

/// `cfg(test)`, alone or with more.
fn is_for_tests(attribute: &[Token<'_>]) -> bool {
    let has = |word: &str| attribute.iter().any(|(_, text)| *text == word);
    attribute.first().is_some_and(|(_, word)| *word == "cfg") && has("test") && !has("not")
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: &str = "title = 't'\n[columns.Gender]\nkind = 'x'\n[columns.Credit_Limit]\nkind = 'y'\n";

    fn check(code: &[(&str, &str)], exceptions: &[(&str, &str)]) -> Vec<String> {
        let code: Vec<(&str, String)> = code.iter().map(|(file, text)| (*file, (*text).to_owned())).collect();
        found(&columns(COLUMNS).unwrap(), &code, exceptions)
    }

    #[test]
    fn a_column_in_code_is_found_wherever_it_stands() {
        for code in [
            "const X: &str = \"Gender\";",
            "fn f() { g(vec![h(\"$transactions.Credit_Limit\")]) }",
            "fn f() -> String { format!(r#\"{{Gender: {}}}\"#, 1) }",
            "#[error(\"no Gender\")] struct X;",
            "#[cfg(not(test))] const X: &str = \"Gender\";",
            "#[cfg(test)] use a::b; const X: &str = \"Gender\";",
        ] {
            let faults = check(&[("crates/a/src/b.rs", code)], &[]);
            assert_eq!(faults.len(), 1, "{code}: {faults:?}");
            assert!(faults[0].starts_with("`crates/a/src/b.rs` knows the column `"), "{faults:?}");
        }
    }

    #[test]
    fn other_words_comments_documentation_and_tests_are_not() {
        for code in [
            "enum Role { Gender }",
            "const X: &str = \"GenderX, gender, My_Gender, Credit_Limits\";",
            "//! Gender\n/// \"Gender\"\n// Gender\nfn f() {}",
            "#[cfg(test)]\nmod tests { const X: &str = \"Gender\"; }",
            "#[cfg(test)]\n#[expect(x, reason = \"y\")]\nmod tests { const X: &str = \"Gender\"; }",
            "#[cfg(all(test, unix))] fn f() -> [u8; 2] { g(\"Gender\") }",
            "#![cfg(test)] const X: &str = \"Gender\";",
        ] {
            assert_eq!(check(&[("crates/a/src/b.rs", code)], &[]), [""; 0], "{code}");
        }
    }

    #[test]
    fn modules_of_tests_in_files_of_their_own_are_passed_over() {
        let head = "#[cfg(test)] mod samples; mod other;";
        let named = "const X: &str = \"Gender\";";
        let files = |head_file, others: &[&'static str]| {
            let others = others.iter().map(|file| (*file, named));
            check(&std::iter::once((head_file, head)).chain(others).collect::<Vec<_>>(), &[]).len()
        };
        assert_eq!(files("crates/a/src/lib.rs", &["crates/a/src/samples.rs", "crates/a/src/samples/more.rs"]), 0);
        assert_eq!(files("crates/a/src/html/mod.rs", &["crates/a/src/html/samples.rs"]), 0);
        assert_eq!(files("crates/a/src/html.rs", &["crates/a/src/html/samples.rs", "crates/a/src/samples.rs"]), 1);
        assert_eq!(files("crates/a/src/lib.rs", &["crates/a/src/other.rs", "crates/b/src/samples.rs"]), 2);
    }

    #[test]
    fn the_tree_knows_no_column_by_name() {
        let root = crate::root();
        let files = crate::files::tracked(root).unwrap();
        assert!(files.len() > 300 && files.contains(&"crates/catalog/src/filter/mod.rs".to_owned()));
        assert_eq!(faults(root, &files).unwrap(), [""; 0]);
    }

    #[test]
    fn exceptions_hold_where_they_are_needed_and_only_there() {
        let named = "const X: &str = \"Gender\";";
        let exceptions = [("crates/a/src/sample/", "why"), ("crates/b/", "why")];
        let faults = check(&[("crates/a/src/sample/x.rs", named), ("crates/b/src/c.rs", "")], &exceptions);
        assert_eq!(faults, ["`crates/b/` names no column: leave it out of the exceptions"]);
        assert!(columns("title = 't'").is_err() && columns("[").is_err());
    }
}
