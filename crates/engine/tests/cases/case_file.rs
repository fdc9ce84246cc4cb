//! Reads case files: text in, documents and statements with their recorded answers out.
//!
//! The format is told in `tests/cases/README.md`. Invariant: everything was understood; a fault in a file panics with its
//! place, as a test may.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use bson::{Bson, Document};

/// One case file.
pub(crate) struct CaseFile {
    /// Its name relative to `tests/cases`, without the ending: `expression/round`.
    pub(crate) name: String,
    /// The documents of each collection.
    pub(crate) collections: BTreeMap<String, Vec<Document>>,
    /// What is asked of them.
    pub(crate) statements: Vec<Statement>,
}

/// One question with its recorded answer.
pub(crate) struct Statement {
    /// What kind of text it is.
    pub(crate) kind: Kind,
    /// The text as written.
    pub(crate) text: String,
    /// The line it starts at.
    pub(crate) line: usize,
    /// Whether the rows' order counts.
    pub(crate) is_sorted: bool,
    /// Whether the order inside arrays is free.
    pub(crate) has_free_arrays: bool,
    /// What the server said.
    pub(crate) answer: Answer,
}

/// What a statement is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A whole pipeline.
    Pipeline,
    /// An expression, evaluated on each document by itself.
    Expression,
    /// A `$match`.
    Predicate,
}

/// What the server said.
pub(crate) enum Answer {
    /// Lines, whose meaning depends on the kind.
    Lines(Vec<String>),
    /// It refused.
    Refused(i32),
    /// Nothing is recorded, since the server at hand was too old.
    Unrecorded,
}

/// The folder of the case files.
pub(crate) fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/cases")
}

/// All case files, by name.
pub(crate) fn read_all() -> Vec<CaseFile> {
    let mut paths = Vec::new();
    collect(&folder(), &mut paths);
    paths.sort();
    paths.iter().map(|path| read(path)).collect()
}

fn collect(folder: &Path, paths: &mut Vec<PathBuf>) {
    for entry in fs_err::read_dir(folder).expect("the folder of case files can be read") {
        let path = entry.expect("an entry can be read").path();
        if path.is_dir() {
            collect(&path, paths);
        } else if path.extension().is_some_and(|ending| ending == "case") {
            paths.push(path);
        }
    }
}

fn read(path: &Path) -> CaseFile {
    let text = fs_err::read_to_string(path).expect("a case file can be read");
    let relative = path.strip_prefix(folder()).expect("it lies in the folder").with_extension("");
    let name = relative.to_str().expect("its name is text").replace('\\', "/");
    let lines: Vec<&str> = text.split('\n').collect();
    let mut file = CaseFile { name, collections: BTreeMap::new(), statements: Vec::new() };
    let mut at = 0;
    while at < lines.len() {
        let end = at + lines[at..].iter().position(|line| line.is_empty()).unwrap_or(lines.len() - at);
        let place = format!("{}:{}", file.name, at + 1);
        section(&mut file, &lines[at..end], at + 1, &place);
        at = end + 1;
    }
    file
}

fn section(file: &mut CaseFile, lines: &[&str], line: usize, place: &str) {
    let is_prose = |line: &&&str| line.starts_with('#');
    let prose = lines.iter().take_while(is_prose).count();
    let Some((head, body)) = lines[prose..].split_first() else { return };
    let kind = match *head {
        "pipeline" => Kind::Pipeline,
        "expression" => Kind::Expression,
        "predicate" => Kind::Predicate,
        head if head == "documents" || head.starts_with("documents ") => {
            let name = head.strip_prefix("documents ").unwrap_or("documents");
            let documents = body.iter().filter(|line| !is_prose(line)).map(|line| document(line, place)).collect();
            file.collections.insert(name.to_owned(), documents);
            return;
        }
        head => panic!("{place}: `{head}` opens no section"),
    };
    file.statements.push(statement(kind, body, line + prose, place));
}

fn document(line: &str, place: &str) -> Document {
    pipeline::read_document(line).unwrap_or_else(|error| panic!("{place}: {line}: {error}"))
}

fn statement(kind: Kind, body: &[&str], line: usize, place: &str) -> Statement {
    let mut text = Vec::new();
    let (mut is_sorted, mut has_free_arrays) = (false, false);
    let mut answer = Answer::Unrecorded;
    for (index, line) in body.iter().enumerate() {
        match *line {
            "order: sorted" => is_sorted = true,
            "arrays: bag" => has_free_arrays = true,
            "order: bag" | "server: 7.0" => {}
            "answer" => {
                answer = Answer::Lines(body[index + 1..].iter().map(|&line| line.to_owned()).collect());
                break;
            }
            line => match line.strip_prefix("error ").map(str::parse) {
                Some(code) => answer = Answer::Refused(code.unwrap_or_else(|_| panic!("{place}: `{line}`"))),
                None => text.push(line),
            },
        }
    }
    Statement { kind, text: text.join("\n"), line, is_sorted, has_free_arrays, answer }
}

/// Reads a value in canonical Extended JSON.
pub(crate) fn canonical(text: &str) -> Bson {
    pipeline::read(text).unwrap_or_else(|error| panic!("`{text}`: {error}"))
}
