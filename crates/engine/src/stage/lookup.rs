//! `$lookup` by equality: an array of the other collection's documents whose field equals the field here.
//!
//! MongoDB: the other field is tested as a query tests it (an array matches by any element or whole, null matches
//! missing and undefined); an array here matches by any of its elements; a missing field here counts as null, and what is
//! undefined here cannot be asked for. Matches come in the order of the other collection, each once.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap, HashSet};

use bson::{Bson, Document};
use pipeline::ast::{FieldRef, Lookup, Path, Stage};

use super::by_place::{Side, fields_read};
use super::{Context, Rows, nested, size};
use crate::Error;
use crate::brake::Held;
use crate::expr::Source;
use crate::query::{Leaf, Traversal};
use crate::value::{Key, type_name};

/// `after` are the stages behind: of the other collection's documents only what they read is made.
pub(super) fn run<'a>(lookup: &'a Lookup, after: &'a [Stage], rows: Rows<'a>, ctx: &'a Context) -> Rows<'a> {
    let mut join = Join { lookup, after, ctx, index: None, types: BTreeSet::new(), has_matches: false };
    Box::new(rows.map(move |row| join.row(row?)))
}

/// A join under way. When it ends without a match although both sides have keys, and no type of theirs can be equal, that is
/// told: it is the mistake of data that came in two ways, and the answer looks like a fact.
struct Join<'a> {
    lookup: &'a Lookup,
    after: &'a [Stage],
    ctx: &'a Context,
    /// Made when the first document asks.
    index: Option<Index>,
    /// The types of the keys here.
    types: BTreeSet<&'static str>,
    has_matches: bool,
}

impl Join<'_> {
    fn row(&mut self, mut row: Document) -> Result<Document, Error> {
        let lookup = self.lookup;
        let index = match &mut self.index {
            Some(index) => index,
            empty => {
                let wanted = fields_read(&lookup.target, self.after);
                empty.insert(Index::new(&lookup.from, &lookup.foreign, wanted, self.ctx)?)
            }
        };
        let mut values = Vec::new();
        local_values(&row, lookup.local.segments(), &mut values);
        check_asked(&values)?;
        let matches = index.matches(&values, &lookup.from)?;
        if !self.has_matches {
            // That null finds what lacks the field says nothing on the keys.
            self.has_matches = !matches.is_empty() && values.iter().any(|value| **value != Bson::Null);
            self.types.extend(values.iter().filter(|value| ***value != Bson::Null).map(|value| type_name(Some(value))));
        }
        nested::set(&mut row, &lookup.target, Bson::Array(matches));
        Ok(row)
    }
}

impl Drop for Join<'_> {
    fn drop(&mut self) {
        let Some(index) = self.index.as_ref().filter(|_| !self.has_matches) else { return };
        let named = |types: &BTreeSet<&'static str>| types.iter().map(|name| (*name).to_owned()).collect();
        if let Some(notice) = pipeline::keys::differ(self.lookup, &named(&self.types), &named(&index.types)) {
            self.ctx.notices.add(notice);
        }
    }
}

/// The other collection, findable by its field's values. Built once, when the first document asks.
pub(super) struct Index {
    documents: Side,
    n_documents: usize,
    places: HashMap<Key, Vec<usize>>,
    /// The documents that lack the field or have it undefined, each with whether it is lacking and there elsewhere, in an array.
    missing: Vec<(usize, bool)>,
    /// The types of the keys there.
    types: BTreeSet<&'static str>,
    _held: Held,
}

impl Index {
    /// All documents of a collection, with the fields at their top that are wanted, or more.
    pub(super) fn new(
        from: &str,
        foreign: &Path,
        wanted: Option<HashSet<String>>,
        ctx: &Context,
    ) -> Result<Self, Error> {
        let Some(stored) = ctx.collections.by_place(from, wanted) else {
            return Self::of(ctx.collections.documents(from), foreign, "$lookup", ctx);
        };
        let (mut keys, mut held) = (Keys::new(foreign), ctx.brake.hold("$lookup"));
        if let Some(values) = stored.values(foreign) {
            for values in values {
                ctx.brake.check()?;
                let values = values?;
                held.add(|| values.len() * size_of::<(Key, usize)>())?;
                for value in &values {
                    keys.add_value(value.as_ref());
                }
            }
        } else {
            let field = HashSet::from([foreign.head().to_owned()]);
            for (place, document) in ctx.brake.watch(stored.all(Some(&field))).enumerate() {
                held.add(size_of::<(Key, usize)>)?;
                keys.add(place, &document?)?;
            }
        }
        Ok(keys.index(Side::There(stored), held))
    }

    /// These documents.
    pub(super) fn of(rows: Rows<'_>, foreign: &Path, stage: &'static str, ctx: &Context) -> Result<Self, Error> {
        let mut held = ctx.brake.hold(stage);
        let mut documents = Vec::new();
        for document in ctx.brake.watch(rows) {
            let document = document?;
            held.add(|| size::in_memory(&document) + size_of::<(Key, Vec<usize>)>())?;
            documents.push(document);
        }
        let mut keys = Keys::new(foreign);
        for (place, document) in documents.iter().enumerate() {
            ctx.brake.check()?;
            keys.add(place, document)?;
        }
        Ok(keys.index(Side::Here(documents), held))
    }

    /// How many documents there are.
    pub(super) fn len(&self) -> usize {
        self.n_documents
    }

    /// A document by its place.
    pub(super) fn document(&self, place: usize) -> Result<Cow<'_, Document>, Error> {
        self.documents.document(place)
    }

    /// The places of the documents that match any of the values, in order; no value at all is null, and null matches what
    /// is missing.
    pub(super) fn places(&self, values: &[&Bson]) -> Vec<usize> {
        self.found(if values.is_empty() { &[&Bson::Null] } else { values }, |_| true)
    }

    /// The same, but no value finds nothing, and null only what has the field somewhere.
    pub(super) fn places_where_it_exists(&self, values: &[&Bson]) -> Vec<usize> {
        self.found(values, |exists| exists)
    }

    /// `is_null` says whether a document counts as null that lacks the field, and perhaps has it elsewhere.
    fn found(&self, values: &[&Bson], is_null: impl Fn(bool) -> bool) -> Vec<usize> {
        let mut found: Vec<usize> =
            values.iter().filter_map(|value| self.places.get(&Key::of(value))).flatten().copied().collect();
        let has_null = values.contains(&&Bson::Null);
        if has_null {
            found.extend(self.missing.iter().filter(|(_, exists)| is_null(*exists)).map(|(place, _)| *place));
        }
        if has_null || values.len() > 1 {
            found.sort_unstable();
            found.dedup();
        }
        found
    }

    fn matches(&self, values: &[&Bson], from: &str) -> Result<Vec<Bson>, Error> {
        let places = self.places(values);
        let (mut bytes, mut matches) = (0, Vec::with_capacity(places.len()));
        for place in places {
            let document = self.document(place)?;
            bytes += size::of_document(&document);
            size::check_matches(bytes, from)?;
            matches.push(Bson::Document(document.into_owned()));
        }
        Ok(matches)
    }
}

/// The values of a field, each with the places of the documents that have it, as they come.
struct Keys<'a> {
    foreign: &'a Path,
    path: Traversal,
    n_documents: usize,
    places: HashMap<Key, Vec<usize>>,
    missing: Vec<(usize, bool)>,
    types: BTreeSet<&'static str>,
}

impl<'a> Keys<'a> {
    fn new(foreign: &'a Path) -> Self {
        let path = Traversal::new(foreign.rest());
        Self { foreign, path, n_documents: 0, places: HashMap::new(), missing: Vec::new(), types: BTreeSet::new() }
    }

    fn add(&mut self, place: usize, document: &Document) -> Result<(), Error> {
        let Self { foreign, path, n_documents, places, missing, types } = self;
        *n_documents = place + 1;
        let (mut exists, mut lacks, mut is_undefined) = (false, false, false);
        path.any::<Error>(document.top(foreign), Leaf::Entered, &mut |value| {
            exists |= value.is_some();
            lacks |= value.is_none();
            is_undefined |= value == Some(&Bson::Undefined);
            if let Some(value) = value.filter(|value| **value != Bson::Undefined) {
                types.extend((*value != Bson::Null).then(|| type_name(Some(value))));
                let entries = places.entry(Key::of(value)).or_default();
                if entries.last() != Some(&place) {
                    entries.push(place);
                }
            }
            Ok(false)
        })?;
        missing.extend((lacks || is_undefined).then_some((place, lacks && exists)));
        Ok(())
    }

    /// The next document, which has this value at the path, or lacks it.
    fn add_value(&mut self, value: Option<&Bson>) {
        let place = self.n_documents;
        self.n_documents += 1;
        let Some(value) = value.filter(|value| **value != Bson::Undefined) else {
            self.missing.push((place, false));
            return;
        };
        if *value != Bson::Null {
            self.types.insert(type_name(Some(value)));
        }
        self.places.entry(Key::of(value)).or_default().push(place);
    }

    fn index(self, documents: Side, held: Held) -> Index {
        let n_documents = self.n_documents;
        Index { documents, n_documents, places: self.places, missing: self.missing, types: self.types, _held: held }
    }
}

/// MongoDB: what is undefined cannot be asked for.
pub(super) fn check_asked(values: &[&Bson]) -> Result<(), Error> {
    if values.contains(&&Bson::Undefined) {
        return Err(Error::coded(2, "nothing can be compared to undefined"));
    }
    Ok(())
}

/// All values at a path: at its end the elements of an array, on its way each element that is an object.
///
/// MongoDB: numeric segments behind an array pick its elements.
pub(super) fn local_values<'a>(document: &'a Document, path: &[String], values: &mut Vec<&'a Bson>) {
    let Some((name, mut rest)) = path.split_first() else { return };
    let Some(mut value) = document.get(name) else { return };
    while let (Bson::Array(items), Some((position, after))) = (value, rest.split_first()) {
        let is_number = position.bytes().all(|byte| byte.is_ascii_digit());
        let Some(position) = position.parse::<usize>().ok().filter(|_| is_number) else { break };
        let Some(item) = items.get(position) else { return };
        value = item;
        rest = after;
    }
    match value {
        Bson::Array(items) if rest.is_empty() => values.extend(items),
        value if rest.is_empty() => values.push(value),
        Bson::Document(inner) => local_values(inner, rest, values),
        Bson::Array(items) => {
            items.iter().filter_map(Bson::as_document).for_each(|item| local_values(item, rest, values));
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use crate::stage::testing::check_with;

    const LOOKUP: &str = "[{$lookup: {from: 'others', localField: 'k', foreignField: 'f', as: 'r'}}, \
                           {$project: {_id: 1, r: '$r._id'}}]";

    #[test]
    fn null_and_missing_are_equal_and_arrays_match_by_element() {
        let others = "{_id: 1, f: 5}\n{_id: 2}\n{_id: 3, f: [5, 6]}\n{_id: 4, f: null}\n{_id: 5, f: []}";
        check_with(LOOKUP, "{_id: 1, k: 5}", others, "{_id: 1, r: [1, 3]}");
        check_with(LOOKUP, "{_id: 1, k: {$numberDouble: '6.0'}}", others, "{_id: 1, r: [3]}");
        check_with(LOOKUP, "{_id: 1}", others, "{_id: 1, r: [2, 4]}");
        check_with(LOOKUP, "{_id: 1, k: [6, 5, null]}", others, "{_id: 1, r: [1, 2, 3, 4]}");
        check_with(LOOKUP, "{_id: 1, k: 9}", others, "{_id: 1, r: []}");
    }

    #[test]
    fn a_join_that_cannot_find_anything_says_so() {
        let notices = |input: &str, others: &str| {
            let texts = crate::stage::testing::notices_of(LOOKUP, input, others);
            texts.iter().map(|notice| notice.message().to_owned()).collect::<Vec<_>>()
        };
        let expected = "`$lookup` finds nothing in `others`: `k` is int here, `f` is string there";
        assert_eq!(notices("{k: 5}\n{k: 6}\n{}", "{f: '5'}\n{f: null}"), [expected]);
        // Nothing is wrong where a value might have matched, or where one side has no keys.
        for (input, others) in
            [("{k: 5}", "{f: 5.5}"), ("{k: 5}", "{f: '5'}\n{f: 5}"), ("{}", "{f: '5'}"), ("{k: 5}", "")]
        {
            assert_eq!(notices(input, others), [""; 0], "{input} {others}");
        }
    }

    #[test]
    fn dotted_paths_go_through_arrays_on_both_sides() {
        let lookup = "[{$lookup: {from: 'others', localField: 'k.a', foreignField: 'f.b', as: 'r'}}, \
                       {$project: {r: '$r._id'}}]";
        let others = "{_id: 1, f: [{b: 1}, {b: 2}]}\n{_id: 2, f: {b: 3}}";
        check_with(lookup, "{k: [{a: 2}, {a: 3}]}", others, "{r: [1, 2]}");
        let lookup = |field: &str| {
            format!(
                "[{{$lookup: {{from: 'others', localField: '{field}', foreignField: 'f', as: 'r'}}}}, {{$project: {{r: '$r._id'}}}}]"
            )
        };
        let others = "{_id: 1, f: 1}\n{_id: 2, f: 2}\n{_id: 3}";
        // A number is a place in an array, with zeros in front too, and nothing else is.
        check_with(&lookup("k.1"), "{k: [1, 2]}", others, "{r: [2]}");
        check_with(&lookup("k.00"), "{k: [1, 2]}", others, "{r: [1]}");
        check_with(&lookup("k.+0"), "{k: [1, 2]}", others, "{r: [3]}");
    }
}
