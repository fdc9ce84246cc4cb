//! Reads case files: text in, documents and statements with their recorded answers out.
//!
//! The format is told in `tests/cases/README.md`. Invariant: everything was understood; a fault in a file panics with its
//! place, as a test may.

use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};

use bson::{Bson, Document, bson};
use pipeline::print::{self, Format};

use crate::Answer;
use crate::compare::Freedom;
use crate::runner::{Collections, Command, DOCUMENTS, Question};

/// One case file.
pub struct CaseFile {
    /// Its name relative to `tests/cases`, without the ending: `expression/round`.
    pub name: String,
    /// The documents of each collection.
    pub collections: Collections,
    /// What is asked of them.
    pub statements: Vec<Statement>,
}

/// One question with its recorded answer.
pub struct Statement {
    /// What kind of text it is.
    pub kind: Kind,
    /// The text as written.
    pub text: String,
    /// The line it starts at.
    pub line: usize,
    /// What is free about the order; rows are, unless the file says `order: sorted`.
    pub free: Freedom,
    /// The first server version that knows what is asked, where the file says so.
    pub since: Option<String>,
    /// What the server said.
    pub recorded: Recorded,
    /// The lines, counted from 0, that hold what it said.
    pub recorded_lines: Range<usize>,
}

/// What a statement is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A whole pipeline.
    Pipeline,
    /// An expression, evaluated on each document by itself.
    Expression,
    /// A `$match`.
    Predicate,
    /// A command without a pipeline.
    Command(Command),
}

/// What the server said.
#[derive(Clone, Debug)]
pub enum Recorded {
    /// Lines, whose meaning depends on the kind.
    Lines(Vec<String>),
    /// It refused.
    Refused(i32),
    /// Nothing is recorded, since the server at hand was too old.
    Nothing,
}

/// The folder of the case files.
#[must_use]
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/cases")
}

/// All case files, by name.
///
/// # Panics
/// On a file that is not understood.
#[must_use]
pub fn read_all() -> Vec<CaseFile> {
    let mut paths = Vec::new();
    collect(&folder(), &mut paths);
    paths.sort();
    paths.iter().map(|path| read(path)).collect()
}

impl CaseFile {
    /// Where it lies.
    #[must_use]
    pub fn path(&self) -> PathBuf {
        folder().join(&self.name).with_extension("case")
    }

    /// The `_id`s of the documents that expressions are evaluated on.
    #[must_use]
    pub fn ids(&self) -> Vec<&Bson> {
        self.collections.get(DOCUMENTS).into_iter().flatten().filter_map(|document| document.get("_id")).collect()
    }
}

impl Statement {
    /// Whether a server of this version knows what is asked.
    #[must_use]
    pub fn is_known_to(&self, version: &str) -> bool {
        self.since.as_deref().is_none_or(|since| numbers(since) <= numbers(version))
    }

    /// The questions that ask it: an expression is asked of each document by itself, since one that fails would hide the
    /// others' answers.
    ///
    /// # Panics
    /// Where the text cannot be read.
    #[must_use]
    pub fn questions(&self, ids: &[&Bson]) -> Vec<Question> {
        let value = pipeline::read(&self.text).unwrap_or_else(|error| panic!("{}\n{error}", self.text));
        let pipelines = match self.kind {
            Kind::Pipeline => vec![value],
            Kind::Predicate => vec![bson!([{ "$match": value }, { "$project": { "_id": 1 } }])],
            Kind::Expression => {
                let of_one = |&id: &&Bson| bson!([{ "$match": { "_id": id.clone() } }, { "$replaceWith": { "value": value.clone() } }]);
                ids.iter().map(of_one).collect()
            }
            Kind::Command(command) => {
                let Bson::Document(arguments) = value else { panic!("{}: no object", self.text) };
                return vec![Question::Command(command, arguments)];
            }
        };
        pipelines.into_iter().map(Question::Pipeline).collect()
    }
}

/// A statement with its documents and a server's answer, to be shown as the text of a case file.
pub(crate) struct CaseText<'a> {
    pub(crate) collections: &'a Collections,
    pub(crate) pipeline: &'a Bson,
    pub(crate) free: Freedom,
    pub(crate) answer: &'a Answer,
}

impl fmt::Display for CaseText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, documents) in self.collections.iter().filter(|(_, documents)| !documents.is_empty()) {
            let head = if name == DOCUMENTS { name.clone() } else { format!("{DOCUMENTS} {name}") };
            writeln!(f, "{head}")?;
            for document in documents {
                writeln!(f, "{}", print::value(&Bson::Document(document.clone())))?;
            }
            writeln!(f)?;
        }
        writeln!(f, "pipeline\n{}", print::value(self.pipeline))?;
        if !self.free.rows {
            writeln!(f, "order: sorted")?;
        }
        if self.free.arrays {
            writeln!(f, "arrays: bag")?;
        }
        match self.answer {
            Answer::Refused(refusal) => writeln!(f, "error {}", refusal.code.unwrap_or(0)),
            Answer::Rows(rows) => {
                writeln!(f, "answer")?;
                rows.iter().try_for_each(|row| writeln!(f, "{}", print::document(row, Format::Canonical)))
            }
        }
    }
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
    let mut file = CaseFile { name, collections: Collections::new(), statements: Vec::new() };
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
        "find" => Kind::Command(Command::Find),
        "distinct" => Kind::Command(Command::Distinct),
        "count" => Kind::Command(Command::Count),
        head if head == "documents" || head.starts_with("documents ") => {
            let name = head.strip_prefix("documents ").unwrap_or(DOCUMENTS);
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
    let mut free = Freedom { rows: true, arrays: false };
    let mut since = None;
    let mut recorded = Recorded::Nothing;
    let mut n_asked = body.len();
    for (index, line) in body.iter().enumerate() {
        match *line {
            "order: sorted" => free.rows = false,
            "arrays: bag" => free.arrays = true,
            "answer" => {
                recorded = Recorded::Lines(body[index + 1..].iter().map(|&line| line.to_owned()).collect());
                n_asked = index;
                break;
            }
            line if line.starts_with("server: ") => since = line.strip_prefix("server: ").map(str::to_owned),
            line => match line.strip_prefix("error ").map(str::parse) {
                Some(code) => {
                    recorded = Recorded::Refused(code.unwrap_or_else(|_| panic!("{place}: `{line}`")));
                    n_asked = index;
                }
                None => text.push(line),
            },
        }
    }
    let recorded_lines = line + n_asked..line + body.len();
    Statement { kind, text: text.join("\n"), line, free, since, recorded, recorded_lines }
}

/// `6.0.27` as numbers.
fn numbers(version: &str) -> Vec<u32> {
    version.split('.').map_while(|part| part.parse().ok()).collect()
}

/// Reads a value in canonical Extended JSON.
///
/// # Panics
/// Where it is none.
#[must_use]
pub fn canonical(text: &str) -> Bson {
    pipeline::read(text).unwrap_or_else(|error| panic!("`{text}`: {error}"))
}
