//! Columns that name persons, in pipelines of the user's own: kept out of them until they are named knowingly.
//!
//! In: a checked pipeline over a collection, and the columns that the contract calls direct identifiers. Out: the same pipeline
//! without them: one that names such a column is refused, one that hands whole documents on starts with an `$unset`.
//! Invariant: a folder and a server run the same stages; what the user runs is what `--show-pipeline` shows.

use std::collections::{BTreeMap, BTreeSet};

use contract::{CUSTOMERS, Column, Side, TRANSACTIONS};
use diagnostic::{Action, Diagnostic, list, quote};
use pipeline::Pipeline;
use pipeline::ast::{GraphLookup, Lookup, Node, Path, Reads, Stage};

use crate::{Bank, Error, ErrorKind};

/// A column that names persons, as documents hold it.
struct Person {
    column: String,
    /// The collections that have it.
    collections: Vec<String>,
    paths: Vec<Path>,
}

/// Which of them each collection and view has that a pipeline reads.
type Held<'a> = BTreeMap<String, Vec<&'a Person>>;

impl Bank {
    /// The same bank, whose pipelines read these columns although they name persons.
    pub fn knowingly(&self, columns: &[String]) -> Result<Self, Error> {
        for name in columns {
            let column = self.contract().and_then(|contract| contract.column(name));
            let Some(column) = column else {
                let message = format!("no column `{}` to name knowingly", quote(name));
                let known = self.contract().into_iter().flat_map(|contract| &contract.columns);
                let hint = diagnostic::nearest("column", name, known.map(|column| column.name.as_str()));
                return Err(Error::new(ErrorKind::Question, Diagnostic::new(message).hint(hint)));
            };
            if !column.direct_identifier {
                let message = format!("the column `{name}` names no person by its contract");
                let hint = "it is read without being named knowingly";
                return Err(Error::new(ErrorKind::Question, Diagnostic::new(message).hint(hint)));
            }
        }
        let mut bank = self.clone();
        bank.knowingly = columns.into();
        Ok(bank)
    }

    /// The pipeline without what names persons, with what is to be told of that.
    pub(crate) fn without_persons(
        &self,
        pipeline: Pipeline,
        collection: &str,
    ) -> Result<(Pipeline, Option<Diagnostic>), Error> {
        let persons = self.persons();
        let mut held = Held::new();
        if !persons.is_empty() {
            let names = std::iter::once(collection).chain(pipeline.collections());
            for name in names.collect::<BTreeSet<_>>() {
                held.insert(name.to_owned(), self.held(&persons, name)?);
            }
        }
        if held.values().all(Vec::is_empty) {
            return Ok((pipeline, None));
        }
        if let Some(person) = held.values().flatten().find(|person| person.is_named_in(&pipeline)) {
            return Err(person.refused());
        }
        let mut left_out = BTreeSet::new();
        let stages = entered(pipeline.stages, collection, &held, &mut left_out);
        Ok((Pipeline { stages, collation: pipeline.collation }, told(&left_out)))
    }

    /// Refuses the path of a field that names persons: the stages of a `distinct` take it apart.
    pub(crate) fn refuse_person(&self, path: &str, collection: &str) -> Result<(), Error> {
        let (persons, path) = (self.persons(), Path::with_empty_names(path));
        if persons.is_empty() {
            return Ok(());
        }
        match self.held(&persons, collection)?.into_iter().find(|person| person.is_in(&path)) {
            Some(person) => Err(person.refused()),
            None => Ok(()),
        }
    }

    /// The columns that name persons and were not named knowingly.
    fn persons(&self) -> Vec<Person> {
        let Some(contract) = self.contract() else { return Vec::new() };
        let is_kept_out = |column: &&Column| column.direct_identifier && !self.knowingly.contains(&column.name);
        let person = |column: &Column| {
            let mut paths: Vec<Path> = Vec::new();
            let collections = if let Some(adopted) = &contract.adopted {
                paths.extend(column.paths().filter_map(Path::new));
                std::iter::once(&adopted.customers).chain(&adopted.transactions).cloned().collect()
            } else {
                let is_key = column.name == contract.key().name;
                let names = std::iter::once(column.name.as_str()).chain(is_key.then_some("_id"));
                paths.extend(names.filter_map(Path::new));
                let sides: &[&str] = match column.side {
                    Side::Customers => &[CUSTOMERS],
                    Side::Transactions => &[TRANSACTIONS],
                    Side::Both => &[CUSTOMERS, TRANSACTIONS],
                };
                sides.iter().map(|name| (*name).to_owned()).collect()
            };
            Person { column: column.name.clone(), collections, paths }
        };
        contract.columns.iter().filter(is_kept_out).map(person).collect()
    }

    /// Which of them a collection has, as of whatever day, or a view through what it reads.
    fn held<'a>(&self, persons: &'a [Person], name: &str) -> Result<Vec<&'a Person>, Error> {
        let mut reached = self.read_by_views(&[name])?;
        reached.insert(name.to_owned(), String::new());
        let collections: BTreeSet<&str> = reached.keys().map(|name| name.split('@').next().unwrap_or(name)).collect();
        let has = |person: &&Person| person.collections.iter().any(|one| collections.contains(one.as_str()));
        Ok(persons.iter().filter(has).collect())
    }
}

impl Person {
    fn refused(&self) -> Error {
        let message =
            format!("the column `{}` names persons, so it is not shown, filtered, sorted or grouped by", self.column);
        Error::new(ErrorKind::Question, Diagnostic::new(message).hint_at(Action::Knowingly(self.column.clone())))
    }

    /// Whether a pipeline, or one inside it, reads the column by name.
    fn is_named_in(&self, pipeline: &Pipeline) -> bool {
        let mut found = false;
        Node::Pipeline(pipeline).visit(&mut |node| {
            let Node::Stage(stage) = node else { return };
            found |= stage.reads().named().iter().any(|path| self.is_in(path));
            found |= match stage {
                Stage::Lookup(Lookup { foreign, .. }) => self.is_in(foreign),
                Stage::LookupPipeline(lookup) => lookup.on.as_ref().is_some_and(|(_, foreign)| self.is_in(foreign)),
                Stage::GraphLookup(GraphLookup { connect_from, connect_to, restrict, .. }) => {
                    let restricted = restrict.as_ref().map(|restrict| restrict.reads().named().to_vec());
                    let restricted = restricted.unwrap_or_default();
                    [connect_from, connect_to].into_iter().chain(&restricted).any(|path| self.is_in(path))
                }
                // Only the server knows what it reads.
                Stage::Unchecked(stage) => {
                    let text = stage.document().to_string();
                    self.paths.iter().any(|path| text.contains(&path.to_string()))
                }
                _ => false,
            };
        });
        found
    }

    /// Whether a path leads to the column, below whatever the documents were joined as. The `_id` of a group is none.
    fn is_in(&self, path: &Path) -> bool {
        let is_at =
            |person: &Path| path.segments().windows(person.segments().len()).any(|part| part == person.segments());
        self.paths.iter().filter(|person| person.head() != "_id").any(is_at)
    }
}

/// The stages over a collection, which whole documents enter without what names persons.
fn entered(stages: Vec<Stage>, collection: &str, held: &Held<'_>, left_out: &mut BTreeSet<String>) -> Vec<Stage> {
    let reads = Reads::of_stages(&stages);
    let holds_one = |person: &&Person| -> bool {
        person.paths.iter().any(|path| reads.named().iter().any(|read| read.covers(path)))
    };
    let is_shown = reads.is_whole() || held.get(collection).into_iter().flatten().any(holds_one);
    let hidden = if is_shown { hidden(collection, None, held, left_out) } else { Vec::new() };
    // What makes documents, or asks a server for something else than documents, must come first.
    let is_source = matches!(stages.first(), Some(Stage::Documents(_) | Stage::Unchecked(_)));
    let mut stages = joined(stages, held, left_out);
    if !hidden.is_empty() {
        stages.insert(usize::from(is_source), Stage::Unset(hidden));
    }
    stages
}

/// The same stages, in which nothing that is joined brings what names persons.
fn joined(stages: Vec<Stage>, held: &Held<'_>, left_out: &mut BTreeSet<String>) -> Vec<Stage> {
    let mut made = Vec::with_capacity(stages.len());
    for mut stage in stages {
        let mut behind = Vec::new();
        match &mut stage {
            Stage::UnionWith { collection: Some(from), pipeline } => {
                pipeline.stages = entered(std::mem::take(&mut pipeline.stages), from, held, left_out);
            }
            Stage::LookupPipeline(lookup) => {
                let stages = std::mem::take(&mut lookup.pipeline.stages);
                let from = lookup.from.as_deref().unwrap_or_default();
                lookup.pipeline.stages = entered(stages, from, held, left_out);
            }
            Stage::Lookup(Lookup { from, target, .. }) | Stage::GraphLookup(GraphLookup { from, target, .. }) => {
                behind = hidden(from, Some(target), held, left_out);
            }
            Stage::Facet(facets) => {
                for (_, pipeline) in facets {
                    pipeline.stages = joined(std::mem::take(&mut pipeline.stages), held, left_out);
                }
            }
            _ => {}
        }
        made.push(stage);
        if !behind.is_empty() {
            made.push(Stage::Unset(behind));
        }
    }
    made
}

/// The fields of a collection that name persons, below the place that its documents are joined at; none inside another.
fn hidden(collection: &str, below: Option<&Path>, held: &Held<'_>, left_out: &mut BTreeSet<String>) -> Vec<Path> {
    let mut paths: Vec<Path> = Vec::new();
    for person in held.get(collection).into_iter().flatten() {
        left_out.insert(person.column.clone());
        let placed = person.paths.iter().map(|path| below.map_or_else(|| path.clone(), |below| below.join(path)));
        for path in placed {
            if !paths.iter().any(|there| there.covers(&path)) {
                paths.retain(|there| !path.covers(there));
                paths.push(path);
            }
        }
    }
    paths
}

/// What is told of columns that were left out.
fn told(left_out: &BTreeSet<String>) -> Option<Diagnostic> {
    let first = left_out.first()?;
    let names: Vec<String> = left_out.iter().map(|name| format!("`{}`", quote(name))).collect();
    let verbs = if names.len() == 1 { "names persons: it is" } else { "name persons: they are" };
    let message = format!("{} {verbs} left out of the documents", list(&names));
    Some(Diagnostic::new(message).hint_at(Action::Knowingly(first.clone())))
}
