//! What a user wants to know, before it is checked: names, a filter, the text of a pipeline.
//!
//! In: words, or a pipeline as values. Out: analyses and [`Query`]s, checked against a bank's catalog and collections.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use catalog::{Analysis, Catalog, Finding, Kind, LeftOut};
use contract::Role;
use diagnostic::{Diagnostic, Hint};
use pipeline::find::TakenElements;
use pipeline::{Bson, Collation, Language, Names, Pipeline, RunError, Script};

use crate::bank::{Home, require};
use crate::{Bank, Error, ErrorKind, reserved};

/// A question to one topic of the catalog. Invariant of callers: `name` goes with neither `by` nor `measures`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Request {
    /// The topic's word: `status`.
    pub topic: String,
    /// One analysis by name.
    pub name: Option<String>,
    /// Dimensions or fields to group by.
    pub by: Vec<String>,
    /// Measures to show.
    pub measures: Vec<String>,
    /// Which customers: filters that must all hold, each `Field=value` or a MongoDB `$match` in JSON.
    pub filters: Vec<String>,
}

/// A pipeline over a collection, checked against what the bank knows of both.
#[derive(Clone, Debug, PartialEq)]
pub struct Query {
    pub(crate) collection: String,
    pub(crate) pipeline: Pipeline,
    pub(crate) said: Said,
    /// What the user should know of it before it runs.
    pub(crate) notices: Vec<Diagnostic>,
    /// What is done to each row behind the stages.
    pub(crate) taken: Option<Arc<TakenElements>>,
}

/// What the text of a query says beside its pipeline.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Said {
    pub(crate) max_time: Option<Duration>,
    pub(crate) explains: bool,
    /// Whether it counts, so that there is always a row.
    pub(crate) counts: bool,
    /// What is wrong with stages that only the server knows.
    pub(crate) unchecked: Vec<pipeline::Error>,
}

impl Query {
    /// A pipeline of an analysis, which its catalog checked.
    #[must_use]
    pub fn of_analysis(collection: &str, pipeline: &Pipeline) -> Self {
        let (collection, pipeline) = (collection.to_owned(), pipeline.clone());
        Self { collection, pipeline, said: Said::default(), notices: Vec::new(), taken: None }
    }

    /// The collection that it runs over.
    #[must_use]
    pub fn collection(&self) -> &str {
        &self.collection
    }

    /// Its stages.
    #[must_use]
    pub fn pipeline(&self) -> &Pipeline {
        &self.pipeline
    }

    /// Whether something is done to its rows that no stage says: a `find` that takes elements of arrays.
    #[must_use]
    pub fn is_more_than_stages(&self) -> bool {
        self.taken.is_some()
    }

    /// Whether its text asks for an account of the pipeline in place of its rows.
    #[must_use]
    pub fn explains(&self) -> bool {
        self.said.explains
    }

    /// What the user should know of it before it runs: how its text was read, where that may surprise, what was not
    /// checked, the field that no document has.
    #[must_use]
    pub fn notices(&self) -> &[Diagnostic] {
        &self.notices
    }

    /// The query with what its text says beside the pipeline, `notes` on how it was read among that.
    fn said(self, notes: Vec<String>, said: Said) -> Self {
        let unchecked = said.unchecked.iter().map(passed_on);
        let notices = notes.into_iter().chain(unchecked).map(Diagnostic::new).chain(self.notices).collect();
        Self { said, notices, ..self }
    }

    /// The query under a collation. Where its text names another, it is refused.
    pub fn under(mut self, collation: Option<Collation>) -> Result<Self, Error> {
        let Some(collation) = collation else { return Ok(self) };
        if self.pipeline.collation.as_ref().is_some_and(|said| *said != collation) {
            let message = "the text of the pipeline names another collation than the one that is asked for";
            let diagnostic = Diagnostic::new(message).hint("leave one of the two out");
            return Err(Error::new(ErrorKind::Question, diagnostic));
        }
        self.pipeline.collation = Some(collation);
        Ok(self)
    }

    /// The collection and the pipeline.
    #[must_use]
    pub fn into_parts(self) -> (String, Pipeline) {
        (self.collection, self.pipeline)
    }
}

impl Request {
    /// Whether it is a question of the user's own, and not one of the catalog's analyses.
    #[must_use]
    pub fn is_own(&self) -> bool {
        !self.by.is_empty() || !self.measures.is_empty()
    }

    /// Whether it asks for all analyses of the topic.
    #[must_use]
    pub fn is_whole_topic(&self) -> bool {
        self.name.is_none() && !self.is_own()
    }

    /// The analyses of the topic that the contract has not the roles for.
    pub(crate) fn left_out<'a>(&'a self, catalog: &'a Catalog) -> impl Iterator<Item = &'a LeftOut> {
        let is_of_topic = |one: &&LeftOut| one.topic.as_ref() == Some(&self.topic);
        catalog.left_out().iter().filter(|one| one.kind == Kind::Analysis).filter(is_of_topic)
    }

    /// The analyses that the user asks for, narrowed by the filter; all of the topic where nothing is named.
    pub fn analyses(&self, catalog: &Catalog) -> Result<Vec<Analysis>, Error> {
        let topic = catalog.topic(&self.topic)?;
        let filter = catalog.filters(&self.filters)?;
        if self.is_own() {
            let by: Vec<&str> = self.by.iter().map(String::as_str).collect();
            let measures: Vec<&str> = self.measures.iter().map(String::as_str).collect();
            return Ok(vec![catalog.compose(&by, &measures, filter.as_ref(), topic)?]);
        }
        let chosen: Vec<&Analysis> = match &self.name {
            Some(name) => vec![catalog.analysis(name)?],
            None => catalog.analyses_of(topic).collect(),
        };
        if chosen.is_empty() {
            return Err(self.nothing(catalog));
        }
        let narrowed = |analysis: &Analysis| match &filter {
            Some(filter) => analysis.with_filter(filter),
            None => analysis.clone(),
        };
        Ok(chosen.into_iter().map(narrowed).collect())
    }

    /// The error for a topic without any analysis.
    fn nothing(&self, catalog: &Catalog) -> Error {
        let topic = diagnostic::quote(&self.topic);
        let mut roles: Vec<String> = Vec::new();
        for need in self.left_out(catalog).flat_map(|one| &one.roles) {
            let role = format!("`{}`", need.role.name());
            if !roles.contains(&role) {
                roles.push(role);
            }
        }
        let message = if roles.is_empty() {
            format!("the topic `{topic}` has no analyses")
        } else {
            let lacking = roles.join(", ");
            format!(
                "no analysis of `{topic}` can be answered: this bank's contract lacks the roles that they need, {lacking}"
            )
        };
        let hint = if roles.iter().any(|role| *role == format!("`{}`", Role::Closed.name())) {
            "an import with `--closed COLUMN=VALUE` says which customers closed; questions by columns that there are need none"
        } else {
            "group by columns that there are"
        };
        Error::new(ErrorKind::Question, Diagnostic::new(message).hint(hint))
    }

    /// The analyses whose tests are judged together with those that are asked for, each asked one among them.
    pub(crate) fn family(&self, catalog: &Catalog, asked: &[Analysis]) -> Result<Vec<Analysis>, Error> {
        let mut family = match (asked, &self.name) {
            ([one], Some(_)) => {
                let whole = Self { topic: one.topic.word.clone(), name: None, ..self.clone() };
                let tested = |analysis: &Analysis| analysis.name == one.name || insight::carries_test(analysis);
                whole.analyses(catalog)?.into_iter().filter(tested).collect()
            }
            _ => asked.to_vec(),
        };
        // What the ranking of all columns tests as well has its p-value there.
        if family.iter().any(insight::tests_a_column) {
            let ranking = catalog.analyses().iter().find(|analysis| analysis.finding == Finding::Drivers);
            if let Some(ranking) = ranking.filter(|ranking| !family.iter().any(|one| one.name == ranking.name)) {
                let narrowed =
                    Self { name: Some(ranking.name.clone()), by: Vec::new(), measures: Vec::new(), ..self.clone() };
                family.extend(narrowed.analyses(catalog)?);
            }
        }
        Ok(family)
    }
}

impl Bank {
    /// The query that a value is.
    pub fn query_of(&self, value: &Bson, collection: &str) -> Result<Query, Error> {
        self.require(collection)?;
        let (pipeline, unchecked) = match self.names() {
            Names::Known => (pipeline::parse(value)?, Vec::new()),
            Names::Any => pipeline::parse_any(value)?,
        };
        let checked = self.checked(pipeline, collection)?;
        Ok(checked.said(Vec::new(), Said { unchecked, ..Said::default() }))
    }

    /// Which stages and operators may stand in a pipeline of the user's own: on a server, it decides. A handle that shows less than
    /// all must know what every stage reads, and so must the embedded engine.
    fn names(&self) -> Names {
        if matches!(self.home, Home::Server(_)) { Names::Any } else { Names::Known }
    }

    /// The query that a text is; `source` is the file it came from.
    pub fn query(&self, text: &str, source: Option<&str>, collection: &str) -> Result<Query, Error> {
        self.require(collection)?;
        let parsed = pipeline::parse_script(text, language(source), self.names()).map_err(Problem::Language);
        let checked = parsed.and_then(|(pipeline, script)| {
            self.agrees(&script, collection).map_err(Problem::Place)?;
            let placed = |error: pipeline::Error| match source {
                Some(source) => error.within(source),
                None => error,
            };
            let unchecked: Vec<_> = script.unchecked.into_iter().map(placed).collect();
            let said = Said { max_time: script.max_time, explains: script.explains, counts: script.counts, unchecked };
            let query = self.checked(pipeline, collection)?.said(script.notes, said);
            match script.taken {
                None => Ok(query),
                Some(taken) => query.taking(taken, self).map_err(Problem::Place),
            }
        });
        checked.map_err(|problem| match (problem, source) {
            (Problem::Language(error), Some(source)) => error.shown_in(text).within(source).into(),
            (Problem::Language(error), None) => error.shown_in(text).into(),
            (Problem::Place(error), _) => error,
        })
    }

    /// Refuses a text that runs on another collection, or on another database of the server, than is asked.
    fn agrees(&self, script: &Script, collection: &str) -> Result<(), Error> {
        let asked = collection.split('@').next().unwrap_or(collection);
        if let Some(named) = script.collection.as_deref().filter(|named| *named != asked && *named != collection) {
            let (named, asked) = (diagnostic::quote(named), diagnostic::quote(collection));
            let message = format!("the text runs on the collection `{named}`, but `{asked}` is asked");
            let hint = format!("ask `{named}`, or change the name in the text");
            return Err(Error::new(ErrorKind::Question, Diagnostic::new(message).hint(hint)));
        }
        if let (Home::Server(server), Some(named)) = (&self.home, &script.database)
            && named != server.database_name()
        {
            let (named, asked) = (diagnostic::quote(named), diagnostic::quote(server.database_name()));
            let message = format!("the text runs on the database `{named}`, but this bank is the database `{asked}`");
            let hint = "open that database as the bank, or change the name in the text";
            return Err(Error::new(ErrorKind::Question, Diagnostic::new(message).hint(hint)));
        }
        Ok(())
    }

    fn checked(&self, pipeline: Pipeline, collection: &str) -> Result<Query, Problem> {
        let mut names = pipeline.collections();
        names.push(collection);
        let schemas = self.schemas_with(&names).map_err(Problem::Place)?;
        reserved::refuse_in(&pipeline, collection, &schemas).map_err(Problem::Place)?;
        require(&schemas, collection).map_err(Problem::Place)?;
        let fault = match pipeline::check(&pipeline, collection, &schemas) {
            Ok(()) => self.fault(&pipeline, collection, &schemas).map_err(Problem::Place)?,
            Err(fault) => Some(fault),
        };
        match fault {
            Some(fault) if self.is_strict() => Err(Problem::Language(fault)),
            fault => {
                let (pipeline, told) = self.without_persons(pipeline, collection).map_err(Problem::Place)?;
                let notices = fault.iter().map(|fault| self.counts_as_missing(fault, collection));
                let notices = notices.chain(told).collect();
                let collection = collection.to_owned();
                Ok(Query { collection, pipeline, said: Said::default(), notices, taken: None })
            }
        }
    }

    /// What is said of a field that no document has. MongoDB: it is missing in each, which is no error.
    fn counts_as_missing(&self, fault: &pipeline::Error, collection: &str) -> Diagnostic {
        let notice = Diagnostic::new(format!("{}: it counts as missing", fault.message()));
        let notice = fault.place().into_iter().fold(notice, Diagnostic::at);
        if let Some(other) = fault.unknown_field().and_then(|field| self.other_with(&field.to_string(), collection)) {
            return notice.hint(format!("it is a field of `{other}`, which a `$lookup` joins"));
        }
        match fault.diagnostic().to_do() {
            Some(Hint::Text(hint)) => notice.hint(hint.clone()),
            _ => notice,
        }
    }

    /// The other of a bank's own collections, where that has the field.
    fn other_with(&self, field: &str, collection: &str) -> Option<&'static str> {
        let contract = self.contract()?;
        let has = |name: &str| contract.fields(name).unwrap_or_default().iter().any(|rule| rule.path == field);
        let is_own = contract.collections().contains(&collection);
        contract.collections().iter().copied().find(|name| is_own && *name != collection && has(name))
    }
}

/// The language that a text is taken for where it could be of either: that of the file it came from.
#[must_use]
pub fn language(source: Option<&str>) -> Language {
    let is_python = source.is_some_and(|source| Path::new(source).extension().is_some_and(|found| found == "py"));
    if is_python { Language::Python } else { Language::Mongosh }
}

/// What the user is told of a stage that is sent unchecked.
fn passed_on(error: &pipeline::Error) -> String {
    let place = error.place().unwrap_or("a stage");
    format!("{place}: not known here, so it was not checked: the server decides")
}

impl Said {
    /// The error for a name that the server does not know either: it is ours, for it has a place and names that are near.
    pub(crate) fn better(&self, refusal: RunError) -> Error {
        let told = |error: &&pipeline::Error| {
            error.unknown_name().is_some_and(|name| refusal.diagnostic().message().contains(name))
        };
        match self.unchecked.iter().find(told) {
            Some(error) => error.clone().into(),
            None => refusal.into(),
        }
    }
}

/// What can be wrong with a query: its own words, or the place it is asked at.
enum Problem {
    Language(pipeline::Error),
    Place(Error),
}

impl From<Problem> for Error {
    fn from(problem: Problem) -> Self {
        match problem {
            Problem::Language(error) => error.into(),
            Problem::Place(error) => error,
        }
    }
}
