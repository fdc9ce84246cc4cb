//! Which paths are regular: in every document they hold values of one type in one column, or nothing.
//!
//! In: the layouts of all batches. Out: for each such path its column, and what stands where there is no value.
//! Invariant: no array lies on the way of a regular path in any document, so the path leads to at most one value.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use arrow_schema::{DataType, Schema};

use crate::column::{self, Kind, N_FIXED, N_FIXED_IN_LIST};
use crate::element::{ARRAY, NULL, OBJECT};
use crate::layout::{Content, Entry, Layout, Source};

/// What stands where a regular path has no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Absence {
    /// Every document has a value.
    Never,
    /// Null.
    Null,
    /// Nothing: the field is not there.
    Missing,
    /// Null in some documents, nothing in others.
    Either,
}

/// A path that leads to one column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Regular {
    /// Its names.
    pub path: Vec<String>,
    /// The number of the column, counted from the batch's first.
    pub column: usize,
    /// What it holds.
    pub kind: Kind,
    /// What stands where it holds nothing.
    pub absence: Absence,
}

/// What some document has at a path.
#[derive(Clone, Copy, Default)]
struct Seen {
    columns: usize,
    nulls: usize,
    /// Something that is in no column: a value of another kind, or an object.
    others: usize,
    column: usize,
}

/// The regular paths of batches with these column names and these layouts.
#[must_use]
pub fn regular(names: &[&str], batches: &[Vec<Layout>]) -> Vec<Regular> {
    let mut seen: HashMap<Vec<String>, Seen> = HashMap::new();
    let mut closed = BTreeSet::new();
    let layouts: Vec<&Layout> = batches.iter().flatten().collect();
    for layout in &layouts {
        look(&layout.fields, &mut Vec::new(), &mut seen, &mut closed);
    }
    let is_closed = |path: &[String]| (1..path.len()).any(|n| closed.contains(&path[..n]));
    let mut regular: Vec<Regular> = seen
        .into_iter()
        .filter(|(path, seen)| seen.columns > 0 && seen.others == 0 && !is_closed(path))
        .filter_map(|(path, seen)| {
            let (of_column, kind) = column::parse(names.get(seen.column)?)?;
            let n_found = seen.columns + seen.nulls;
            let absence = match (seen.nulls > 0, n_found < layouts.len()) {
                (false, false) => Absence::Never,
                (true, false) => Absence::Null,
                (false, true) => Absence::Missing,
                (true, true) => Absence::Either,
            };
            (of_column == path).then_some(Regular { path, column: seen.column, kind, absence })
        })
        .collect();
    regular.sort_by_key(|regular| regular.column);
    regular
}

fn look(
    fields: &[Entry],
    path: &mut Vec<String>,
    seen: &mut HashMap<Vec<String>, Seen>,
    closed: &mut BTreeSet<Vec<String>>,
) {
    for field in fields {
        path.push(field.name.clone());
        let entry = seen.entry(path.clone()).or_default();
        match &field.content {
            Content::Object(inside) => {
                entry.others += 1;
                look(inside, path, seen, closed);
            }
            Content::List { .. } => {
                entry.others += 1;
                closed.insert(path.clone());
            }
            Content::Value { element: NULL, .. } => entry.nulls += 1,
            Content::Value { element, source, .. } => {
                match source {
                    Source::Column(column) if *element != ARRAY && *element != OBJECT => {
                        let is_first = entry.columns == 0;
                        entry.others += usize::from(!is_first && entry.column != *column);
                        entry.column = *column;
                        entry.columns += 1;
                    }
                    _ => entry.others += 1,
                }
                if [ARRAY, OBJECT].contains(element) {
                    closed.insert(path.clone());
                }
            }
        }
        path.pop();
    }
}

/// Whether a field at the top is nowhere an array in which arrays lie, nor an object: so that the elements that it has can
/// be told one by one.
#[must_use]
pub fn has_plain_elements(name: &str, batches: &[Vec<Layout>]) -> bool {
    let mut fields = batches.iter().flatten().flat_map(|layout| &layout.fields).filter(|field| field.name == name);
    fields.all(|field| match &field.content {
        Content::Object(_) => false,
        // Null takes no place.
        Content::Value { element, has_arrays, .. } => [ARRAY, NULL].contains(element) && !has_arrays,
        Content::List { has_arrays, .. } => !has_arrays,
    })
}

/// A field whose arrays all lie in one list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// The number of the list's column, counted from the batch's first.
    pub column: usize,
    /// What is regular of its elements: paths as of documents whose only field has no name, columns counted from the first of
    /// the list's own.
    pub regular: Vec<Regular>,
}

/// A field at the top that in all documents is an array in one list, null or nothing.
#[must_use]
pub fn listed(name: &str, schema: &Schema, batches: &[Vec<Layout>]) -> Option<Listed> {
    let mut of: Option<usize> = None;
    let mut elements = Vec::new();
    for batch in batches {
        let mut known: Option<&Arc<[Layout]>> = None;
        for field in batch.iter().flat_map(|layout| &layout.fields).filter(|field| field.name == name) {
            match &field.content {
                Content::Value { element: NULL, .. } => {}
                Content::List { column, layouts, .. } if *of.get_or_insert(*column) == *column => known = Some(layouts),
                _ => return None,
            }
        }
        elements.push(known.map(|layouts| layouts.to_vec()).unwrap_or_default());
    }
    let column = of?;
    let DataType::List(element) = schema.fields().get(column)?.data_type() else { return None };
    let DataType::Struct(fields) = element.data_type() else { return None };
    // Numbered as the columns of a batch, of which a list lacks one.
    let names = fields.iter().map(|field| field.name().as_str());
    let names: Vec<&str> = std::iter::repeat_n("", N_FIXED - N_FIXED_IN_LIST).chain(names).collect();
    let mut regular = regular(&names, &elements);
    for regular in &mut regular {
        regular.column -= N_FIXED - N_FIXED_IN_LIST;
    }
    Some(Listed { column, regular })
}

/// The names of the fields at the top of any document, in the order in which they are first met.
#[must_use]
pub fn top_names(batches: &[Vec<Layout>]) -> Vec<String> {
    let mut known = BTreeSet::new();
    let fields = batches.iter().flatten().flat_map(|layout| &layout.fields);
    fields.filter(|field| known.insert(&field.name)).map(|field| field.name.clone()).collect()
}

const _: () = assert!(N_FIXED > 0);
