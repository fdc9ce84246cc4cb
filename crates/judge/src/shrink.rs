//! Makes a differing statement as small as it can be told.
//!
//! In: collections, a pipeline, and whether something smaller still differs in the same way. Out: the smallest found by
//! taking away stages, documents, fields and parts, putting parts in the place of what holds them, and plain values in
//! the place of odd ones. Invariant: each step's text is shorter, or as long and first in the alphabet, so it ends.

use bson::{Bson, Document};
use pipeline::print::canonical;

use crate::compare::Freedom;
use crate::runner::Collections;

/// So many questions at most; the smallest statement is worth some seconds.
const MOST_QUESTIONS: usize = 2_000;

/// A statement with all it needs.
#[derive(Clone)]
pub(crate) struct Case {
    pub(crate) collections: Collections,
    pub(crate) pipeline: Bson,
    pub(crate) free: Freedom,
}

/// The smallest case found for which `still` holds, as it does for `case`.
pub(crate) fn shrink(mut case: Case, still: &mut dyn FnMut(&Case) -> bool) -> Case {
    let mut left = MOST_QUESTIONS;
    loop {
        let before = left;
        let mut changed = shrink_pipeline(&mut case, still, &mut left);
        changed |= shrink_documents(&mut case, still, &mut left);
        if !changed || left == 0 || before == left {
            return case;
        }
    }
}

fn shrink_pipeline(case: &mut Case, still: &mut dyn FnMut(&Case) -> bool, left: &mut usize) -> bool {
    let mut changed = false;
    while let Some(pipeline) =
        simpler(&case.pipeline).into_iter().filter(|other| is_smaller(other, &case.pipeline)).find(|pipeline| {
            let smaller = Case { pipeline: pipeline.clone(), ..case.clone() };
            asked(&smaller, still, left)
        })
    {
        case.pipeline = pipeline;
        changed = true;
    }
    changed
}

fn shrink_documents(case: &mut Case, still: &mut dyn FnMut(&Case) -> bool, left: &mut usize) -> bool {
    let mut changed = false;
    let names: Vec<String> = case.collections.keys().cloned().collect();
    for name in names {
        while let Some(documents) = fewer(&case.collections[&name]).into_iter().find(|documents| {
            let mut smaller = case.clone();
            smaller.collections.insert(name.clone(), documents.clone());
            asked(&smaller, still, left)
        }) {
            case.collections.insert(name.clone(), documents);
            changed = true;
        }
    }
    changed
}

fn asked(case: &Case, still: &mut dyn FnMut(&Case) -> bool, left: &mut usize) -> bool {
    if *left == 0 {
        return false;
    }
    *left -= 1;
    still(case)
}

/// Whether a value is told in fewer words, or in plainer ones.
fn is_smaller(a: &Bson, b: &Bson) -> bool {
    let measure = |value: &Bson| {
        let text = canonical(value);
        (text.len(), text)
    };
    measure(a) < measure(b)
}

/// The documents with some left out, without one of their fields everywhere, or with a plainer value.
fn fewer(documents: &[Document]) -> Vec<Vec<Document>> {
    let without = |range: std::ops::Range<usize>| {
        documents
            .iter()
            .enumerate()
            .filter(|(at, _)| !range.contains(at))
            .map(|(_, document)| document.clone())
            .collect()
    };
    let mut found = Vec::new();
    let mut size = documents.len();
    while size > 0 {
        found.extend((0..documents.len()).step_by(size).map(|at| without(at..at + size)));
        size /= 2;
    }
    let mut names: Vec<&String> = documents.iter().flat_map(Document::keys).filter(|name| *name != "_id").collect();
    names.sort();
    names.dedup();
    for name in names {
        let less = |document: &Document| {
            document.iter().filter(|(key, _)| *key != name).map(|(k, v)| (k.clone(), v.clone())).collect()
        };
        found.push(documents.iter().map(less).collect());
    }
    for (at, document) in documents.iter().enumerate().filter(|_| documents.len() <= 4) {
        for value in simpler(&Bson::Document(document.clone())) {
            if let Bson::Document(other) = value
                && other.get("_id") == document.get("_id")
                && is_smaller(&Bson::Document(other.clone()), &Bson::Document(document.clone()))
            {
                let mut documents = documents.to_vec();
                documents[at] = other;
                found.push(documents);
            }
        }
    }
    found
}

/// What may stand in the place of a value, most daring first.
fn simpler(value: &Bson) -> Vec<Bson> {
    match value {
        Bson::Array(items) => {
            let mut found: Vec<Bson> = Vec::new();
            for at in (0..items.len()).rev() {
                let mut fewer = items.clone();
                fewer.remove(at);
                found.push(Bson::Array(fewer));
            }
            found.extend(items.iter().cloned());
            for (at, item) in items.iter().enumerate() {
                for other in simpler(item) {
                    let mut items = items.clone();
                    items[at] = other;
                    found.push(Bson::Array(items));
                }
            }
            found
        }
        Bson::Document(document) => {
            let mut found: Vec<Bson> = document.values().cloned().collect();
            found.push(Bson::Null);
            for name in document.keys() {
                let mut fewer = document.clone();
                fewer.remove(name);
                found.push(Bson::Document(fewer));
            }
            for (name, inner) in document {
                for other in simpler(inner) {
                    let mut document = document.clone();
                    document.insert(name, other);
                    found.push(Bson::Document(document));
                }
            }
            found
        }
        Bson::Null => Vec::new(),
        Bson::String(text) => {
            let mut found = vec![Bson::Null];
            if !text.starts_with('$') {
                let mut half = text.len() / 2;
                while !text.is_char_boundary(half) {
                    half -= 1;
                }
                found.extend([text[half..].into(), text[..half].into()]);
            }
            found
        }
        Bson::Int64(_) => vec![Bson::Null, Bson::Int64(0), Bson::Int64(1), Bson::Int32(1)],
        Bson::Double(_) => vec![Bson::Null, Bson::Int32(1), Bson::Double(0.5), Bson::Double(1.0)],
        _ => vec![Bson::Null, Bson::Int32(1), Bson::Int32(0)],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_matter_goes() {
        let documents =
            |text: &str| text.lines().map(|line| pipeline::read_document(line).unwrap()).collect::<Vec<_>>();
        let collections = Collections::from([(
            "documents".to_owned(),
            documents("{_id: 1, a: 1, b: [1, {c: 2}]}\n{_id: 2, b: [3]}\n{_id: 3, a: 'x'}"),
        )]);
        let pipeline =
            pipeline::read("[{$match: {a: 1}}, {$project: {x: {$add: [{$size: '$b'}, {$abs: '$a'}]}}}, {$limit: 3}]")
                .unwrap();
        let free = Freedom::default();
        // What differs is whatever has `$abs` and a document with a text in `a`.
        let small = shrink(Case { collections, pipeline, free }, &mut |case| {
            canonical(&case.pipeline).contains("$abs")
                && case.collections["documents"].iter().any(|document| document.get_str("a").is_ok())
        });
        assert_eq!(canonical(&small.pipeline), r#"{"$abs": "$a"}"#);
        assert_eq!(small.collections["documents"], documents("{_id: 3, a: ''}"));
    }
}
