//! Which columns a collection gets, told from its first documents.
//!
//! In: raw documents. Out: a schema, and an [`Encoder`] for it.
//! Invariant: the draft decides only where values lie, never whether they are kept: what finds no column goes to the rest.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};

use arrow_schema::{Schema, SchemaRef};

use crate::column::{self, Kind};
use crate::element::{OBJECT, STRING, elements, text};
use crate::{Encoder, Error};

/// Objects below so many levels are kept as they are.
pub(crate) const MOST_LEVELS: usize = 16;
/// More columns than these cost more than they save.
const MOST_COLUMNS: usize = 400;
/// A column holds a value in at least one of so many documents.
const ONE_IN: usize = 50;
/// Texts are words where the first documents have no more different ones.
const MOST_WORDS: usize = 200;
/// And where none is longer, in bytes.
const LONGEST_WORD: usize = 100;

/// What was seen of the first documents.
#[derive(Debug, Default)]
pub struct Draft {
    n_documents: usize,
    /// In the order in which they were first seen.
    order: Vec<(Vec<String>, u8)>,
    found: HashMap<(Vec<String>, u8), Found>,
}

#[derive(Debug, Default)]
struct Found {
    count: usize,
    /// The different texts, until they are too many.
    words: Option<HashSet<String>>,
}

impl Draft {
    /// Of no documents yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Looks at a document.
    pub fn add(&mut self, document: &[u8]) -> Result<(), Error> {
        self.n_documents += 1;
        self.object(document, &mut Vec::new())
    }

    fn object(&mut self, document: &[u8], path: &mut Vec<String>) -> Result<(), Error> {
        for element in elements(document)? {
            let element = element?;
            if !column::is_plain(element.name) {
                continue;
            }
            path.push(element.name.to_owned());
            if element.kind == OBJECT && path.len() < MOST_LEVELS {
                self.object(element.value, path)?;
            } else if !element.value.is_empty() {
                self.value(path, element.kind, element.value);
            }
            path.pop();
        }
        Ok(())
    }

    fn value(&mut self, path: &[String], element: u8, value: &[u8]) {
        let key = (path.to_vec(), element);
        let Self { order, found, .. } = self;
        let found = found.entry(key).or_insert_with_key(|key| {
            order.push(key.clone());
            Found { count: 0, words: Some(HashSet::new()) }
        });
        found.count += 1;
        if element != STRING {
            return;
        }
        let Some(words) = &mut found.words else { return };
        match text(value) {
            Ok(text) if text.len() <= LONGEST_WORD && words.len() <= MOST_WORDS => {
                if !words.contains(text) {
                    words.insert(text.to_owned());
                }
            }
            _ => found.words = None,
        }
    }

    /// The columns that these documents call for.
    #[must_use]
    pub fn encoder(self) -> Encoder {
        let Self { n_documents, mut order, mut found } = self;
        order.retain(|key| found.get(key).is_some_and(|found| found.count * ONE_IN >= n_documents));
        if order.len() > MOST_COLUMNS {
            // Of those that are equally common, the ones that came first.
            order.sort_by_key(|key| Reverse(found[key].count));
            order.truncate(MOST_COLUMNS);
        }
        let columns: Vec<(Vec<String>, Kind, Vec<String>)> = order
            .into_iter()
            .map(|key| {
                let found = found.remove(&key).unwrap_or_default();
                let words = found.words.filter(|words| is_of_words(words.len(), found.count));
                let (path, element) = key;
                match words {
                    Some(words) if element == STRING => {
                        let mut words: Vec<String> = words.into_iter().collect();
                        words.sort_unstable();
                        (path, Kind::Word, words)
                    }
                    _ => (path, Kind::of(element), Vec::new()),
                }
            })
            .collect();
        Encoder::new(columns)
    }
}

/// Whether so many different texts among so many are words that come again and again.
fn is_of_words(n_words: usize, n_texts: usize) -> bool {
    n_words <= MOST_WORDS && n_texts >= 4 * n_words
}

pub(crate) fn schema(columns: &[(Vec<String>, Kind, Vec<String>)]) -> SchemaRef {
    let schema: Schema = column::schema(columns.iter().map(|(path, kind, _)| (path.as_slice(), *kind)));
    schema.into()
}
