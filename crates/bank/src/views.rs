//! Views: pipelines under a name, which answer as collections do.
//!
//! In: a name, and a query over a collection or another view. Out: the view, kept in a folder's manifest, or made on a server.
//! Invariant: a view is of no day and holds no documents; no view stands on itself, by whatever way; none has the name of a
//! collection, of imports or of what we keep for ourselves.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use bson::{Bson, Document, doc};
use contract::{CUSTOMERS, TRANSACTIONS};
use diagnostic::{Diagnostic, quote};
use engine::Engine;
use pipeline::ast::Stage;
use pipeline::{Collation, Pipeline, Shapes, print};
use store::Store;

use crate::bank::Home;
use crate::{Bank, Error, ErrorKind, Query, reserved};

/// Under this name a folder keeps its views, as one document in Extended JSON.
const NOTE: &str = "views";
/// MongoDB: so many views may not stand on one another.
const TOO_MANY: usize = 20;
/// What to do about a view that cannot be read.
const NEWER: &str = "use the version of BankSphere that wrote it, or newer, or drop it";

/// A view of a folder.
#[derive(Clone, Debug)]
pub(crate) struct View {
    /// What it stands on.
    pub(crate) on: String,
    pub(crate) pipeline: Pipeline,
}

/// What a folder keeps of a view.
#[derive(Clone, Debug)]
pub(crate) struct Kept {
    /// As it is kept, so that what we cannot read is kept on.
    document: Bson,
    /// The view, or why it cannot be read.
    pub(crate) view: Result<View, Diagnostic>,
}

/// Views by their names.
pub(crate) type Views = BTreeMap<String, Kept>;

/// The view of a name, where one that can be read has it.
fn readable<'a>(views: &'a Views, name: &str) -> Option<&'a View> {
    views.get(name)?.view.as_ref().ok()
}

impl View {
    /// The collections and views that it reads.
    fn reads(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.on.as_str()).chain(self.pipeline.collections())
    }
}

impl Bank {
    /// Makes a view of a query: from now on its rows can be asked for under the name, as they are then.
    pub fn create_view(&self, name: &str, query: &Query) -> Result<(), Error> {
        let view = View { on: query.collection().to_owned(), pipeline: query.pipeline().clone() };
        refuse_rest(query)?;
        refuse_stages(&view.pipeline)?;
        refuse_name(name)?;
        reserved::refuse_new(name)?;
        match &self.home {
            Home::Folder(folder) => add(folder.store(), name, view),
            Home::Server(server) => Ok(server.create_view(name, &view.on, &view.pipeline)?),
        }
    }
}

fn add(store: &Store, name: &str, view: View) -> Result<(), Error> {
    store::check_name(name)?;
    // The lock first, so that what is read then is what the view stands beside.
    let commit = store.begin()?;
    let now = Store::create_or_open(store.dir())?;
    let mut views = of(&now)?;
    let is_collection = now.collections().iter().any(|info| info.name.eq_ignore_ascii_case(name));
    let is_view = views.keys().any(|one| one.eq_ignore_ascii_case(name));
    if is_collection || is_view {
        let what = if is_collection { "a collection" } else { "a view" };
        let diagnostic = Diagnostic::new(format!("there is {what} `{}` already", quote(name))).code(48);
        return Err(refused(diagnostic.hint("drop it first, or take another name")));
    }
    stands(name, &view, &views)?;
    views.insert(name.to_owned(), Kept { document: document(&view).into(), view: Ok(view) });
    Ok(commit.note(NOTE, Some(&text(&views)))?)
}

/// Takes a view out of a folder; says whether there was one.
pub(crate) fn take_out(store: &Store, name: &str) -> Result<bool, Error> {
    if !of(store)?.contains_key(name) {
        return Ok(false);
    }
    let commit = store.begin()?;
    let mut views = of(&Store::create_or_open(store.dir())?)?;
    views.remove(name);
    commit.note(NOTE, (!views.is_empty()).then(|| text(&views)).as_deref())?;
    Ok(true)
}

/// Refuses the name of a view where documents are to go.
pub(crate) fn refuse_as_target(store: &Store, name: &str) -> Result<(), Error> {
    if !of(store)?.contains_key(name) {
        return Ok(());
    }
    let diagnostic = Diagnostic::new(format!("`{}` is a view, which holds no documents of its own", quote(name)));
    Err(refused(diagnostic.code(166).hint("take another name, or drop the view first")))
}

/// The views of a folder, but those whose name a collection has.
pub(crate) fn of(store: &Store) -> Result<Views, Error> {
    let Some(text) = store.note(NOTE) else { return Ok(Views::new()) };
    let kept = pipeline::read_document(&text).map_err(|error| {
        let diagnostic = Diagnostic::new(format!("the bank's views cannot be read: {}", error.message()));
        Error::new(ErrorKind::Data, diagnostic.hint(NEWER))
    })?;
    let infos = store.collections();
    let is_view = |(name, _): &(String, Bson)| !infos.iter().any(|info| info.name == *name);
    let view = |(name, document): (String, Bson)| {
        let view = read(&document)
            .map_err(|what| Diagnostic::new(format!("the view `{}` cannot be read: {what}", quote(&name))).hint(NEWER));
        (name, Kept { document, view })
    };
    Ok(kept.into_iter().filter(is_view).map(view).collect())
}

/// The view that a document keeps, or what is wrong with it.
fn read(kept: &Bson) -> Result<View, String> {
    let part = |name: &str| kept.as_document().and_then(|kept| kept.get(name));
    let (Some(on), Some(stages)) = (part("viewOn").and_then(Bson::as_str), part("pipeline")) else {
        return Err("it is malformed".to_owned());
    };
    let message = |error: pipeline::Error| error.message().to_owned();
    let collation = Collation::parse(part("collation").unwrap_or(&Bson::Null)).map_err(message)?;
    let stages = pipeline::parse(stages).map_err(message)?.stages;
    Ok(View { on: on.to_owned(), pipeline: Pipeline { stages, collation } })
}

fn document(view: &View) -> Document {
    let mut kept = doc! { "viewOn": &view.on, "pipeline": print::to_bson(&view.pipeline) };
    kept.extend(view.pipeline.collation.as_ref().map(|one| ("collation".to_owned(), one.to_document().into())));
    kept
}

fn text(views: &Views) -> String {
    let all: Document = views.iter().map(|(name, kept)| (name.clone(), kept.document.clone())).collect();
    print::document(&all, print::Format::Canonical)
}

/// The names that are read through `names`, these among them, each with the view that reads it.
pub(crate) fn reached(views: &Views, names: &[&str]) -> BTreeMap<String, Option<String>> {
    let mut reached = BTreeMap::new();
    let mut left: Vec<(String, Option<String>)> = names.iter().map(|name| ((*name).to_owned(), None)).collect();
    while let Some((name, by)) = left.pop() {
        if let Entry::Vacant(entry) = reached.entry(name) {
            let reads = readable(views, entry.key()).into_iter().flat_map(View::reads);
            left.extend(reads.map(|below| (below.to_owned(), Some(entry.key().clone()))));
            entry.insert(by);
        }
    }
    reached
}

/// Puts views into an engine. One that cannot be read is an error to who reads it.
pub(crate) fn into_engine(views: &Views, engine: &mut Engine) {
    for (name, kept) in views {
        match &kept.view {
            Ok(view) => engine.insert_view(name, &view.on, view.pipeline.clone()),
            Err(diagnostic) => {
                let diagnostic = diagnostic.clone();
                engine.insert_lazy(name, move || Err(engine::Error::stored(diagnostic.clone())));
            }
        }
    }
}

/// Says what the documents of views look like, of those that are reached: what a view reads comes before it.
pub(crate) fn into_shapes(views: &Views, reached: &BTreeMap<String, Option<String>>, shapes: &mut Shapes) {
    let mut left: Vec<(&String, &View)> =
        reached.keys().filter_map(|name| Some((name, readable(views, name)?))).collect();
    while !left.is_empty() {
        let names: BTreeSet<&str> = left.iter().map(|(name, _)| name.as_str()).collect();
        let (waiting, ready): (Vec<_>, Vec<_>) =
            left.iter().partition(|(_, view)| view.reads().any(|below| names.contains(below)));
        if ready.is_empty() {
            return;
        }
        for (name, view) in ready {
            shapes.set_view(name, &view.on, &view.pipeline);
        }
        left = waiting;
    }
}

/// Refuses a view that would stand on itself or too high, or on one that compares strings otherwise.
fn stands(name: &str, view: &View, views: &Views) -> Result<(), Error> {
    let height = height(name, view, views)?;
    if height >= TOO_MANY {
        let diagnostic = Diagnostic::new(format!("fewer than {TOO_MANY} views may stand on one another")).code(165);
        return Err(refused(diagnostic.hint("take stages of the views below into this one")));
    }
    let unreadable = view.reads().find_map(|one| views.get(one)?.view.as_ref().err());
    if let Some(diagnostic) = unreadable {
        return Err(Error::new(ErrorKind::Data, diagnostic.clone()));
    }
    let has_another =
        |one: &&str| readable(views, one).is_some_and(|below| below.pipeline.rules() != view.pipeline.rules());
    let other = view.reads().find(has_another);
    let Some(other) = other else { return Ok(()) };
    let diagnostic = Diagnostic::new(format!("the view `{}` has another collation", quote(other))).code(167);
    Err(refused(diagnostic.hint("views that stand on one another have the same collation")))
}

/// How many views stand on one another, this one with them: at most one more than may.
fn height(name: &str, view: &View, views: &Views) -> Result<usize, Error> {
    let mut level: BTreeSet<&str> = view.reads().collect();
    for height in 1..=TOO_MANY {
        if level.contains(name) {
            let diagnostic = Diagnostic::new(format!("the view `{}` would stand on itself", quote(name))).code(5);
            return Err(refused(diagnostic.hint("let it read a collection, or a view that does not read it")));
        }
        level = level.iter().filter_map(|below| readable(views, below)).flat_map(View::reads).collect();
        if level.is_empty() {
            return Ok(height);
        }
    }
    Ok(TOO_MANY + 1)
}

/// Refuses what no stage says: a view would leave it out.
fn refuse_rest(query: &Query) -> Result<(), Error> {
    let what = if query.is_more_than_stages() {
        "what `$elemMatch` and `.$` of a projection take"
    } else if query.explains() {
        "`explain`"
    } else if query.said.counts {
        "a number"
    } else if query.said.max_time.is_some() {
        "a limit of time"
    } else {
        return Ok(());
    };
    let message = format!("a view has stages alone, and {what} is no stage");
    Err(refused(Diagnostic::new(message).hint("write the pipeline without it")))
}

/// Refuses what cannot stand in a view.
fn refuse_stages(pipeline: &Pipeline) -> Result<(), Error> {
    if let Some((stage, _)) = pipeline.writes() {
        let diagnostic = Diagnostic::new(format!("`{}` cannot stand in a view, for it writes", stage.name())).code(167);
        return Err(refused(diagnostic.hint("leave it out, or run the pipeline by itself")));
    }
    if let Some(Stage::Documents(_)) = pipeline.stages.first() {
        let diagnostic = Diagnostic::new("`$documents` cannot stand in a view, which reads a collection").code(73);
        return Err(refused(diagnostic.hint("write the documents into a collection by `$out`")));
    }
    Ok(())
}

fn refuse_name(name: &str) -> Result<(), Error> {
    let what = if [CUSTOMERS, TRANSACTIONS].contains(&name) {
        "it is a bank's own collection"
    } else if name.contains('@') {
        "it names a day, and a view is of none"
    } else if name.starts_with("system.") {
        "it is a name of the server's own"
    } else {
        return Ok(());
    };
    let message = format!("`{}` cannot be a view's name: {what}", quote(name));
    Err(refused(Diagnostic::new(message).hint("take another name")))
}

fn refused(diagnostic: Diagnostic) -> Error {
    Error::new(ErrorKind::Question, diagnostic)
}
