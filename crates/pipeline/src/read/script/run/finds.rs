//! `find`, `distinct` and the counts of a text, with what is chained behind them, as the pipelines that they are.
//!
//! In: calls of a collection's methods, and of the cursor that `find` gives. Out: what a script asks: stages, and a [`TakenElements`].
//! Invariant: what the text does later to its objects changes nothing of what it asked.

use std::rc::Rc;

use bson::{Bson, Document};

use super::{
    Machine,
    value::{Args, CollectionName, Entries, Entry, Item, Value},
};
use crate::{
    Error, Schemas,
    find::{self, Find, TakenElements},
    read::script::syntax::Span,
};

/// What is asked without a pipeline.
#[derive(Clone)]
pub(in crate::read::script) struct Question {
    kind: Kind,
    /// By the names `filter`, `projection`, `sort`, `skip`, `limit`, `key`.
    parts: Entries,
    /// How many stages at the end of the pipeline stand for it; those before are of a view.
    n_shown: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Find,
    Distinct,
    Count,
}

fn put(parts: &mut Entries, name: &str, item: &Item) {
    parts.insert(Rc::from(name), Entry { key_span: item.span, item: item.clone() });
}

/// What a question comes down to.
pub(in crate::read::script) struct Answered {
    pub(in crate::read::script) pipeline: Bson,
    pub(in crate::read::script) taken: Option<TakenElements>,
    /// Whether of no documents there is a row all the same, with the number 0.
    pub(in crate::read::script) counts: bool,
}

/// What pymongo's arguments are called, by their places.
const FIND_IN_PYTHON: &[&str] = &["filter", "projection", "skip", "limit"];

/// The options of Node.js's driver that are parts of a question.
const PARTS: &[&str] = &["projection", "sort", "skip", "limit"];

impl Machine<'_> {
    /// Asks what a method of a collection asks; nothing where it is another method.
    pub(super) fn question(
        &mut self,
        collection: &CollectionName,
        name: &str,
        args: &Args,
        span: Span,
    ) -> Result<Option<Value>, Error> {
        let (kind, places): (Kind, &[&str]) = match name {
            "find" | "findOne" | "find_one" if self.is_python => (Kind::Find, FIND_IN_PYTHON),
            "find" | "findOne" | "find_one" => (Kind::Find, &["filter", "projection"]),
            "distinct" => (Kind::Distinct, &["key", "filter"]),
            "countDocuments" | "count_documents" | "count" => (Kind::Count, &["filter"]),
            "estimatedDocumentCount" | "estimated_document_count" => (Kind::Count, &[]),
            _ => return Ok(None),
        };
        let (mut parts, mut options) = (Entries::new(), Entries::new());
        for (at, item) in args.items.iter().enumerate() {
            match (places.get(at), item.value.is_nothing()) {
                (_, true) => {}
                (Some(&"projection"), _) if self.are_options(item) => self.spread(item, &mut options),
                (Some(part), _) => put(&mut parts, part, item),
                (None, _) => self.spread(item, &mut options),
            }
        }
        for (name, item) in args.named.iter().filter(|(_, item)| !item.value.is_nothing()) {
            let entry = Entry { key_span: item.span, item: item.clone() };
            options.insert(Rc::clone(name), entry);
        }
        for part in ["filter", "key"].iter().chain(PARTS) {
            if let Some(entry) = options.shift_remove(*part) {
                put(&mut parts, part, &entry.item);
            }
        }
        for entry in parts.values_mut() {
            entry.item.value = self.copied(&entry.item.value, span)?;
        }
        let is_one = matches!(name, "findOne" | "find_one");
        self.by_id(&mut parts, is_one, span)?;
        let shown = self.shown_stages(&parts, span)?;
        let answer = self.ask(collection.clone(), &shown, options, span)?;
        if let Value::Answer(id) = answer {
            let n_shown = self.stages(&shown).len();
            self.asked[id].question = Some(Question { kind, parts, n_shown });
            self.asked[id].is_first_only = is_one;
        }
        Ok(Some(answer))
    }

    fn spread(&self, item: &Item, options: &mut Entries) {
        if let Value::Object(id) = item.value {
            options.extend(self.objects[id].clone());
        }
    }

    /// Whether what stands where mongosh has the projection is what Node.js's driver has there: options.
    fn are_options(&self, item: &Item) -> bool {
        let Value::Object(id) = item.value else { return false };
        let entries = &self.objects[id];
        let is_part = |entry: &Entry| matches!(entry.item.value, Value::Object(_));
        !self.is_python
            && ["projection", "sort"].iter().any(|part| entries.get(*part).is_some_and(is_part))
            && entries.keys().all(|key| PARTS.contains(&&**key) || &**key == "hint" || &**key == "maxTimeMS")
    }

    /// pymongo: of `find_one`, what is no dict is an `_id`.
    fn by_id(&mut self, parts: &mut Entries, is_one: bool, span: Span) -> Result<(), Error> {
        if let Some(entry) = parts.get_mut("filter").filter(|_| is_one && self.is_python)
            && !matches!(entry.item.value, Value::Object(_) | Value::Unknown(_))
        {
            entry.item.value = self.pair("_id", entry.item.clone(), span)?;
        }
        Ok(())
    }

    /// The stages, as far as a mark under a wrong place needs them.
    fn shown_stages(&mut self, parts: &Entries, span: Span) -> Result<Item, Error> {
        let mut stages = Vec::new();
        if let Some(filter) = parts.get("filter") {
            let stage = self.pair("$match", filter.item.clone(), filter.item.span)?;
            stages.push(stage.at(filter.item.span));
        }
        Ok(self.list(stages, span)?.at(span))
    }

    /// Adds to a question what is chained behind it; nothing where the method adds nothing to one.
    pub(super) fn add_to_question(
        &mut self,
        id: usize,
        name: &str,
        args: &Args,
        span: Span,
    ) -> Result<Option<Value>, Error> {
        if self.asked[id].question.as_ref().is_none_or(|question| question.kind != Kind::Find) {
            return Ok(None);
        }
        let part = match name {
            "sort" | "skip" | "limit" => name,
            "project" | "projection" => "projection",
            "count" | "size" | "itcount" => {
                if let Some(question) = &mut self.asked[id].question {
                    question.kind = Kind::Count;
                    question.parts.shift_remove("sort");
                    question.parts.shift_remove("projection");
                    // MongoDB: `count()` heeds neither, unless it is told to.
                    if name == "count" && !matches!(args.first(), Value::Boolean(true)) {
                        question.parts.shift_remove("skip");
                        question.parts.shift_remove("limit");
                    }
                }
                return Ok(Some(Value::Answer(id)));
            }
            _ => return Ok(None),
        };
        let value = match (name, args.first(), args.items.get(1)) {
            ("sort", Value::Text(field), direction) => {
                let up = if self.is_python { Value::Integer(1) } else { Value::Number(1.0) };
                let direction = direction.cloned().unwrap_or_else(|| up.at(span));
                self.pair(&field, direction, span)?
            }
            (_, value, _) => self.copied(&value, span)?,
        };
        let item = value.at(args.items.first().map_or(span, |item| item.span));
        if let Some(question) = &mut self.asked[id].question {
            question.parts.insert(Rc::from(part), Entry { key_span: span, item });
        }
        Ok(Some(Value::Answer(id)))
    }

    /// What the question comes down to that was asked, with the variables that it sees; nothing of a pipeline.
    pub(in crate::read::script) fn answered(
        &mut self,
        asked: usize,
        variables: Document,
    ) -> Result<Option<Answered>, Error> {
        let asked = &self.asked[asked];
        let (is_first_only, whole) = (asked.is_first_only, asked.pipeline.clone());
        let Some(question) = asked.question.clone() else { return Ok(None) };
        let mut part = |name: &str| match question.parts.get(name) {
            Some(entry) => self.bson_of(&entry.item).map(Some),
            None => Ok(None),
        };
        let (filter, skip, limit) = (part("filter")?, part("skip")?, part("limit")?);
        let (pipeline, taken) = match question.kind {
            Kind::Find => {
                let limit = if is_first_only { Some(Bson::Int32(1)) } else { limit.map(positive) };
                let projection = part("projection")?.map(kept);
                let find = Find { filter, projection, sort: part("sort")?.map(sorted), skip, limit, variables };
                let found = find.found()?;
                (found.pipeline, found.taken)
            }
            Kind::Count => {
                // A driver sends no limit that is null.
                let limit = limit.filter(|limit| *limit != Bson::Null);
                (find::count(filter.as_ref(), skip.as_ref(), limit.as_ref())?, None)
            }
            Kind::Distinct => {
                let key = part("key")?;
                (find::distinct(find::distinct_key(key.as_ref())?, filter.as_ref(), "", &Schemas::new())?, None)
            }
        };
        let mut stages = Vec::new();
        let of_view = self.stages(&whole);
        for stage in &of_view[..of_view.len().saturating_sub(question.n_shown)] {
            stages.push(self.bson_of(stage)?);
        }
        if let Bson::Array(own) = pipeline {
            stages.extend(own);
        }
        Ok(Some(Answered { pipeline: Bson::Array(stages), taken, counts: question.kind == Kind::Count }))
    }
}

/// mongosh and pymongo: a negative limit counts as a positive one.
fn positive(limit: Bson) -> Bson {
    match limit {
        Bson::Int32(n) => Bson::Int32(n.saturating_abs()),
        Bson::Int64(n) => Bson::Int64(n.saturating_abs()),
        Bson::Double(n) => Bson::Double(n.abs()),
        other => other,
    }
}

/// pymongo: a list of names is what is kept.
fn kept(projection: Bson) -> Bson {
    match projection {
        Bson::Array(names) if names.iter().all(|name| name.as_str().is_some()) => {
            let kept = |name: &Bson| Some((name.as_str()?.to_owned(), Bson::Int32(1)));
            Bson::Document(names.iter().filter_map(kept).collect())
        }
        other => other,
    }
}

/// pymongo: a sort is a list of fields with their directions; mongosh takes it, too.
fn sorted(sort: Bson) -> Bson {
    let Bson::Array(keys) = &sort else { return sort };
    let key = |key: &Bson| match key {
        Bson::String(name) => Some((name.clone(), Bson::Int32(1))),
        Bson::Array(pair) => match pair.as_slice() {
            [Bson::String(name), direction] => Some((name.clone(), direction.clone())),
            _ => None,
        },
        _ => None,
    };
    match keys.iter().map(key).collect::<Option<Document>>() {
        Some(keys) => Bson::Document(keys),
        None => sort,
    }
}
