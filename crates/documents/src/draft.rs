//! Which columns a collection gets, told from its first documents.
//!
//! In: raw documents. Out: a schema, and an [`Encoder`] for it.
//! Invariant: the draft decides only where values lie, never whether they are kept: what finds no column goes to the rest.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};

use crate::column::{self, Drafted, Kind};
use crate::element::{ARRAY, Element, OBJECT, STRING, elements, is_in_order, text};
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
    /// Whether these are the elements of arrays: arrays inside them get no columns of their own.
    is_of_elements: bool,
}

#[derive(Debug, Default)]
struct Found {
    count: usize,
    /// The different texts, until they are too many.
    words: Option<HashSet<String>>,
    /// Of arrays.
    list: Option<Box<List>>,
}

/// What was seen of the arrays at a path.
#[derive(Debug)]
struct List {
    /// Of their elements, each as a document of one field without a name.
    elements: Draft,
    /// How many arrays can only be kept in one piece.
    n_whole: usize,
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
            if column::is_plain(element.name) {
                self.element(&element, path)?;
            }
        }
        Ok(())
    }

    fn element(&mut self, element: &Element, path: &mut Vec<String>) -> Result<(), Error> {
        path.push(element.name.to_owned());
        if element.kind == OBJECT && path.len() < MOST_LEVELS {
            self.object(element.value, path)?;
        } else if !element.value.is_empty() {
            self.value(path, element.kind, element.value)?;
        }
        path.pop();
        Ok(())
    }

    fn value(&mut self, path: &[String], element: u8, value: &[u8]) -> Result<(), Error> {
        let key = (path.to_vec(), element);
        let Self { order, found, is_of_elements, .. } = self;
        let found = found.entry(key).or_insert_with_key(|key| {
            order.push(key.clone());
            Found { count: 0, words: Some(HashSet::new()), list: None }
        });
        found.count += 1;
        if element == ARRAY && !*is_of_elements {
            return found.list.get_or_insert_default().add(value);
        }
        if element != STRING {
            return Ok(());
        }
        let Some(words) = &mut found.words else { return Ok(()) };
        match text(value) {
            Ok(text) if text.len() <= LONGEST_WORD && words.len() <= MOST_WORDS => {
                if !words.contains(text) {
                    words.insert(text.to_owned());
                }
            }
            _ => found.words = None,
        }
        Ok(())
    }

    /// The columns that these documents call for.
    #[must_use]
    pub fn encoder(self) -> Encoder {
        Encoder::new(self.columns().into_iter().map(|(column, _)| column).collect())
    }

    /// The columns, each with how many values were seen of it.
    fn columns(self) -> Vec<(Drafted, usize)> {
        let Self { n_documents, mut order, mut found, .. } = self;
        order.retain(|key| found.get(key).is_some_and(|found| found.count * ONE_IN >= n_documents));
        if order.len() > MOST_COLUMNS {
            // Of those that are equally common, the ones that came first.
            order.sort_by_key(|key| Reverse(found[key].count));
            order.truncate(MOST_COLUMNS);
        }
        let mut columns = Vec::new();
        for key in order {
            let Found { count, words, list } = found.remove(&key).unwrap_or_default();
            let (path, element) = key;
            let drafted = |kind| Drafted { path: path.clone(), kind, words: Vec::new(), inside: Vec::new() };
            let n_whole = list.as_ref().map_or(0, |list| list.n_whole);
            let words = words.filter(|words| is_of_words(words.len(), count));
            match (words, list.and_then(|list| list.columns())) {
                (Some(words), _) if element == STRING => {
                    let mut words: Vec<String> = words.into_iter().collect();
                    words.sort_unstable();
                    columns.push((Drafted { words, ..drafted(Kind::Word) }, count));
                }
                (_, Some(inside)) => {
                    columns.push((Drafted { inside, ..drafted(Kind::List) }, count));
                    if n_whole > 0 && n_whole * ONE_IN >= n_documents {
                        columns.push((drafted(Kind::of(element)), n_whole));
                    }
                }
                _ => columns.push((drafted(Kind::of(element)), count)),
            }
        }
        columns
    }
}

impl Default for List {
    fn default() -> Self {
        Self { elements: Draft { is_of_elements: true, ..Draft::default() }, n_whole: 0 }
    }
}

impl List {
    fn add(&mut self, array: &[u8]) -> Result<(), Error> {
        if !is_in_order(array)? {
            self.n_whole += 1;
            return Ok(());
        }
        for element in elements(array)? {
            self.elements.n_documents += 1;
            self.elements.element(&Element { name: "", ..element? }, &mut Vec::new())?;
        }
        Ok(())
    }

    /// The columns of the elements, where half of them or more have a value in a typed one, so that it is worth while.
    fn columns(self) -> Option<Vec<Drafted>> {
        let n_elements = self.elements.n_documents;
        let columns = self.elements.columns();
        let typed = columns.iter().filter(|(column, _)| !matches!(column.kind, Kind::Raw(_)));
        let n_values: usize = typed.map(|(_, count)| count).sum();
        (n_elements > 0 && 2 * n_values >= n_elements).then(|| columns.into_iter().map(|(column, _)| column).collect())
    }
}

/// Whether so many different texts among so many are words that come again and again.
fn is_of_words(n_words: usize, n_texts: usize) -> bool {
    n_words <= MOST_WORDS && n_texts >= 4 * n_words
}
