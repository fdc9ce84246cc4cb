//! What a server takes we take, what we refuse a server refuses, and with our code if we name one.
//!
//! Reads the statements of the repository's case files; their answers are the engine's business.

#![expect(clippy::unwrap_used, reason = "a test stops at what it does not expect")]

use std::path::{Path, PathBuf};

use pipeline::{Bson, Error, ErrorKind, parse, parse_expr, parse_predicate, print, read_document};

struct Statement {
    place: String,
    kind: String,
    text: String,
    /// The server's code where the whole statement is refused.
    error: Option<i32>,
    answered: bool,
}

/// The statements of a file, and its documents, which must all be readable.
fn statements(path: &Path) -> Vec<Statement> {
    let name = path.file_name().unwrap().to_string_lossy().into_owned();
    let text = fs_err::read_to_string(path).unwrap();
    let mut statements = Vec::new();
    let mut line = 1;
    for section in text.split("\n\n") {
        let start = line;
        line += section.matches('\n').count() + 2;
        let mut lines = section.lines().skip_while(|line| line.is_empty());
        let Some(kind) = lines.next() else { continue };
        if kind.starts_with("documents") {
            for document in lines.filter(|line| !line.is_empty()) {
                read_document(document).unwrap_or_else(|error| panic!("{name}: {document}\n{error}"));
            }
        } else if matches!(kind, "expression" | "predicate" | "pipeline") {
            let rest: Vec<&str> = lines.collect();
            let ends = |line: &str| {
                line == "answer"
                    || line.starts_with("error")
                    || line.starts_with("collation:")
                    || line.starts_with("order:")
                    || line.starts_with("arrays:")
                    || line.starts_with("server:")
            };
            let end = rest.iter().position(|line| ends(line)).unwrap_or(rest.len());
            let error =
                rest[end..].iter().find_map(|line| line.strip_prefix("error ")).and_then(|code| code.parse().ok());
            statements.push(Statement {
                place: format!("{name}:{start}"),
                kind: kind.to_owned(),
                text: rest[..end].join("\n"),
                error,
                answered: rest[end..].contains(&"answer"),
            });
        }
    }
    statements
}

/// Parses a statement, and what is printed of it.
fn try_statement(statement: &Statement) -> Result<(), Error> {
    let value = pipeline::read(&statement.text)?;
    let (first, second) = match statement.kind.as_str() {
        "expression" => {
            let expr = parse_expr(&value)?;
            (format!("{expr:?}"), format!("{:?}", parse_expr(&print::expr_to_bson(&expr))?))
        }
        "predicate" => {
            let predicate = parse_predicate(&value)?;
            (format!("{predicate:?}"), format!("{:?}", parse_predicate(&print::predicate_to_bson(&predicate))?))
        }
        _ => {
            let pipeline = parse(&value)?;
            let again: Bson = pipeline::read(&print::extended_json(&pipeline))?;
            (format!("{pipeline:?}"), format!("{:?}", parse(&again)?))
        }
    };
    assert_eq!(first, second, "{}: printing changed it", statement.place);
    Ok(())
}

fn case_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs_err::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            case_files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "case") {
            found.push(path);
        }
    }
}

/// What we refuse when it is read, and the server at the first row: parts of the statements.
const REFUSED_EARLIER: [&str; 1] = ["{$replaceWith: 5}"];

/// What is wrong with what we make of a statement.
fn fault(statement: &Statement) -> Option<String> {
    if REFUSED_EARLIER.iter().any(|part| statement.text.contains(part)) {
        return try_statement(statement).is_ok().then(|| "listed as refused earlier, but it is taken".to_owned());
    }
    match try_statement(statement) {
        Ok(()) => None,
        Err(error) if statement.answered => Some(format!("refused: {error}")),
        Err(error) if error.kind() == ErrorKind::Unsupported || statement.error == error.error_code() => None,
        Err(error) => Some(format!("code {:?} for {:?}: {error}", error.error_code(), statement.error)),
    }
}

#[test]
fn a_server_agrees_on_what_is_refused() {
    let mut files = Vec::new();
    case_files(&PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/cases"), &mut files);
    files.sort();
    let statements: Vec<Statement> = files.iter().flat_map(|path| statements(path)).collect();
    assert!(statements.len() > 1000, "only {} statements found", statements.len());
    let faults: Vec<String> = statements
        .iter()
        .filter_map(|statement| {
            fault(statement).map(|fault| format!("{} {}\n  {fault}", statement.place, statement.text))
        })
        .collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
