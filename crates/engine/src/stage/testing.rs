//! Tests in the user's language: a pipeline and documents in, documents or an error's code out.

use std::sync::Arc;

use bson::{DateTime, Document};
use pipeline::print::{Format, document};

use super::{Collections, Context, Rows, run};

/// One collection under any name.
struct Others(Vec<Document>);

impl Collections for Others {
    fn documents(&self, _: &str) -> Rows<'_> {
        Box::new(self.0.iter().cloned().map(Ok))
    }
}

/// What the user is told beside the rows.
pub(crate) fn notices_of(pipeline: &str, input: &str, others: &str) -> Vec<diagnostic::Diagnostic> {
    let pipeline = pipeline::parse_text(pipeline).unwrap();
    let ctx = Context::new(DateTime::from_millis(0), Arc::new(Others(documents(others))));
    let rows = Box::new(documents(input).into_iter().map(Ok));
    assert!(run(&pipeline.stages, rows, &ctx).all(|row| row.is_ok()));
    ctx.notices.all()
}

/// The documents of a text with one on each line.
pub(crate) fn documents(text: &str) -> Vec<Document> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.map(|line| pipeline::read_document(line).unwrap()).collect()
}

/// What a pipeline makes of documents, its constants computed first as the engine does.
pub(crate) fn rows(pipeline: &str, input: &str) -> Vec<Document> {
    let now = DateTime::from_millis(0);
    let pipeline = crate::constants::fold(&pipeline::parse_text(pipeline).unwrap(), now).unwrap();
    let ctx = Context::new(now, Arc::new(Others(Vec::new())));
    let rows = Box::new(documents(input).into_iter().map(Ok));
    run(&pipeline.stages, rows, &ctx).collect::<Result<_, _>>().unwrap()
}

/// Checks what a pipeline makes of documents: one a line, or `error` and its code.
pub(crate) fn check(pipeline: &str, input: &str, expected: &str) {
    check_with(pipeline, input, "", expected);
}

/// The same with the documents of every other collection.
pub(crate) fn check_with(pipeline: &str, input: &str, others: &str, expected: &str) {
    let pipeline = pipeline::parse_text(pipeline).unwrap();
    let others = Others(documents(others));
    let ctx = Context::new(DateTime::from_millis(0), Arc::new(others));
    let rows = Box::new(documents(input).into_iter().map(Ok));
    let answer = match run(&pipeline.stages, rows, &ctx).collect::<Result<Vec<_>, _>>() {
        Ok(rows) => rows.iter().map(|row| document(row, Format::Relaxed)).collect::<Vec<_>>(),
        Err(error) => vec![format!("error {}", error.code().unwrap_or_default())],
    };
    let expected: Vec<String> = if expected.trim().starts_with("error") {
        vec![expected.trim().to_owned()]
    } else {
        documents(expected).iter().map(|row| document(row, Format::Relaxed)).collect()
    };
    assert_eq!(answer.join("\n"), expected.join("\n"), "{pipeline:?}");
}
