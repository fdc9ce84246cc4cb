//! The names that a pipeline uses, by the part of the language in which they stand.
//!
//! In: a pipeline as BSON, which need not be one that we know. Out: each name once, with the stage that uses it first.
//! Invariant: what stands inside `$literal` is no name.

use bson::{Bson, Document};

use super::table::Table;
use crate::{Part, Script, find::TakenElements, print};

/// A name in use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Use {
    /// Where it stands; none for a form of a stage or an operator (`$lookup with let and pipeline`).
    pub part: Option<Part>,
    /// With the dollar sign.
    pub name: String,
    /// Such as `stage 2`.
    pub place: String,
}

pub(super) fn of(script: &Script, table: &Table) -> Vec<Use> {
    let mut uses = Uses { found: Vec::new(), place: "the options".to_owned(), table };
    if !script.variables.is_empty() {
        uses.add(None, "the option let");
        uses.fields(&script.variables);
    }
    let stages = match &script.pipeline {
        Bson::Array(stages) => stages.as_slice(),
        single => std::slice::from_ref(single),
    };
    for (at, stage) in stages.iter().enumerate() {
        uses.place = format!("stage {}", at + 1);
        uses.stage(stage);
    }
    if let Some(taken) = &script.taken {
        "the projection".clone_into(&mut uses.place);
        uses.taken(taken);
    }
    uses.found
}

struct Uses<'a> {
    found: Vec<Use>,
    place: String,
    /// Which forms are worth a word.
    table: &'a Table,
}

impl Uses<'_> {
    fn add(&mut self, part: Option<Part>, name: &str) {
        if !self.found.iter().any(|known| known.part == part && known.name == name) {
            self.found.push(Use { part, name: name.to_owned(), place: self.place.clone() });
        }
    }

    /// A form, where the table has a word on it.
    fn form(&mut self, form: &str) {
        if self.table.has_form(form) {
            self.add(None, form);
        }
    }

    /// The arguments of a stage or an operator.
    fn arguments(&mut self, name: &str, argument: &Bson) {
        match argument {
            Bson::Document(arguments) => arguments.keys().for_each(|key| self.form(&format!("{name} with {key}"))),
            Bson::Array(values) if values.len() > 2 => self.form(&format!("{name} with more than two values")),
            _ => {}
        }
    }

    fn pipeline(&mut self, value: &Bson) {
        if let Bson::Array(stages) = value {
            for stage in stages {
                self.stage(stage);
            }
        }
    }

    fn stage(&mut self, stage: &Bson) {
        let Some((name, argument)) = stage.as_document().and_then(|stage| stage.iter().next()) else { return };
        self.add(Some(Part::Stage), name);
        self.arguments(name, argument);
        match (name.as_str(), argument) {
            ("$match", query) => self.query(query),
            ("$group", Bson::Document(fields)) => {
                for (field, value) in fields {
                    if field == "_id" { self.expression(value) } else { self.gathered(value, Part::Accumulator) }
                }
            }
            ("$facet", Bson::Document(facets)) => facets.values().for_each(|inner| self.pipeline(inner)),
            ("$lookup" | "$unionWith" | "$graphLookup" | "$merge", Bson::Document(inner)) => self.joined(name, inner),
            ("$bucket" | "$bucketAuto" | "$setWindowFields", Bson::Document(inner)) => {
                let part = if name == "$setWindowFields" { Part::WindowFunction } else { Part::Accumulator };
                for (key, value) in inner {
                    match (key.as_str(), value) {
                        ("output", Bson::Document(fields)) => {
                            fields.values().for_each(|value| self.gathered(value, part));
                        }
                        (_, value) => self.expression(value),
                    }
                }
            }
            (_, argument) => self.expression(argument),
        }
    }

    /// What a `find` does behind its stages. Those that it is done by are ours.
    fn taken(&mut self, taken: &TakenElements) {
        for (_, test) in &taken.elements {
            self.query(&print::predicate_to_bson(test));
        }
        if let Bson::Array(stages) = print::to_bson(&taken.then) {
            let stages = stages.iter().filter_map(Bson::as_document);
            stages.flat_map(Document::values).for_each(|argument| self.expression(argument));
        }
    }

    fn joined(&mut self, name: &str, inner: &Document) {
        if name == "$lookup" && inner.contains_key("let") && inner.contains_key("pipeline") {
            self.add(None, "$lookup with let and pipeline");
        }
        if name == "$lookup" && inner.contains_key("localField") && inner.contains_key("pipeline") {
            self.add(None, "$lookup with localField and pipeline");
        }
        if name == "$lookup" && !inner.contains_key("from") {
            self.form("$lookup without from");
        }
        for (key, value) in inner {
            match key.as_str() {
                "pipeline" | "whenMatched" => self.pipeline(value),
                "restrictSearchWithMatch" => self.query(value),
                _ => self.expression(value),
            }
        }
    }

    /// An accumulator with its argument, and in windows the window beside it.
    fn gathered(&mut self, value: &Bson, part: Part) {
        let Bson::Document(document) = value else { return };
        for (name, argument) in document {
            if name.starts_with('$') {
                self.add(Some(part), name);
                self.expression(argument);
            }
        }
    }

    fn expression(&mut self, value: &Bson) {
        match value {
            Bson::Array(values) => values.iter().for_each(|value| self.expression(value)),
            Bson::Document(document) => self.fields(document),
            Bson::String(text) if text.starts_with("$$") => {
                let variable = text.split('.').next().unwrap_or(text);
                self.form(variable);
            }
            _ => {}
        }
    }

    fn fields(&mut self, document: &Document) {
        for (key, value) in document {
            if key.starts_with('$') {
                self.add(Some(Part::Operator), key);
            }
            if key.starts_with('$') {
                self.arguments(key, value);
            }
            if key != "$literal" {
                self.expression(value);
            }
        }
    }

    fn query(&mut self, value: &Bson) {
        let Bson::Document(document) = value else { return };
        for (key, value) in document {
            if !key.starts_with('$') {
                self.tests(value);
                continue;
            }
            self.add(Some(Part::Condition), key);
            match (key.as_str(), value) {
                ("$expr", value) => self.expression(value),
                ("$and" | "$or" | "$nor", Bson::Array(clauses)) => clauses.iter().for_each(|clause| self.query(clause)),
                _ => {}
            }
        }
    }

    /// The tests of one field.
    fn tests(&mut self, value: &Bson) {
        let Bson::Document(document) = value else { return };
        if document.keys().next().is_none_or(|key| !key.starts_with('$')) {
            return;
        }
        for (key, value) in document {
            self.add(Some(Part::FieldTest), key);
            match (key.as_str(), value) {
                ("$not", value) => self.tests(value),
                ("$all", Bson::Array(values)) => values.iter().for_each(|value| self.tests(value)),
                ("$elemMatch", value) => {
                    self.tests(value);
                    if value.as_document().is_some_and(|inner| inner.keys().any(|key| !key.starts_with('$'))) {
                        self.query(value);
                    }
                }
                _ => {}
            }
        }
    }
}
