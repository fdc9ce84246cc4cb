//! Pipelines that write: `$out` and `$merge`, into a collection of the same bank that no import made.
//!
//! In: a pipeline whose last stage writes. Out: a notice of how much was written, and no rows. Invariant: in a folder all of it
//! is there afterwards or nothing, under the writer's lock; no customers, no days and nothing that we keep for ourselves is
//! written over, in a folder as on a server.

use diagnostic::{Diagnostic, quote};
use engine::Collection;
use pipeline::ast::Stage;
use pipeline::{Limits, Pipeline, Rows, Run as _, RunError};
use store::{NO_DAY, Store};

use crate::folder::Folder;
use crate::{Error, ErrorKind, reserved, views};

/// Runs a pipeline over a folder, and writes what comes out.
pub(crate) fn into_folder(
    folder: &Folder,
    collection: &str,
    pipeline: &Pipeline,
    limits: &Limits,
) -> Result<Rows, RunError> {
    let Some((stage, target)) = pipeline.writes() else {
        return Err(refused(Diagnostic::new("the pipeline writes nothing")));
    };
    let name = &target.collection;
    if let Some(database) = &target.database {
        let message = format!("`{}` names the database `{}`", stage.name(), quote(database));
        return Err(refused(Diagnostic::new(message).hint("a bank in a folder has no databases: leave `db` out")));
    }
    if name.contains('@') {
        let message = format!("`{}` names a day, which nothing writes into", quote(name));
        return Err(refused(Diagnostic::new(message).hint("write into a collection of its own")));
    }
    reserved::refuse_new(name).map_err(|error| refused(error.diagnostic().clone()))?;
    store::check_name(name).map_err(|error| refused(error.into_diagnostic()))?;
    let stages = pipeline.stages[..pipeline.stages.len() - 1].to_vec();
    let reading = Pipeline { stages, collation: pipeline.collation.clone() };
    let engine = folder.engine_for(collection, &reading, limits).map_err(|error| of_place(&error))?;
    let rows = engine.rows(collection, &reading)?;
    let notices = rows.notices().clone();
    let n = write(folder.store(), pipeline, (stage, name), rows, limits)?;
    notices.add(told(name, n));
    Ok(Rows::new(std::iter::empty()).with_notices(notices))
}

fn write(
    store: &Store,
    pipeline: &Pipeline,
    (stage, name): (&Stage, &str),
    mut rows: Rows,
    limits: &Limits,
) -> Result<u64, RunError> {
    let place = |error: extract::Error| of_place(&error.into());
    let stored = |error: store::Error| RunError::of_place(error.into_diagnostic());
    // The lock first, so that what is read then is what is written over.
    let mut commit = store.begin().map_err(stored)?;
    let now = Store::create_or_open(store.dir()).map_err(stored)?;
    views::refuse_as_target(&now, name).map_err(|error| refused(error.diagnostic().clone()))?;
    extract::refuse_imported(name, &now).map_err(|error| refused(Error::from(error).diagnostic().clone()))?;
    let is_there = now.collections().iter().any(|info| info.name == name);
    if is_there && pipeline.rules().is_some() {
        refuse_fields(stage)?;
    }
    let mut there: Box<dyn Iterator<Item = _>> = if is_there && matches!(stage, Stage::Merge(_)) {
        let engine = Folder::engine_over(&now, None).map_err(|error| of_place(&error))?;
        Box::new(engine.with_limits(limits.clone()).rows(name, &Pipeline::default())?)
    } else {
        Box::new(std::iter::empty())
    };
    let mut written = extract::Written::new(name, &now, &mut commit).map_err(place)?;
    let mut keep = |document| written.add(&document).map_err(place);
    let n = engine::write(stage, &mut there, &mut rows, limits, &mut keep).map_err(|error| {
        let place = format!("stage {}, `{}`", pipeline.stages.len(), stage.name());
        RunError { diagnostic: error.diagnostic.at(place), ..error }
    })?;
    let writer = written.finish().map_err(place)?;
    commit.add(writer).map_err(stored)?;
    commit.finish(None).map_err(stored)?;
    Ok(n)
}

/// MongoDB: the index that finds documents by fields compares strings as the collection does, by bytes; a pipeline under a
/// collation finds none that it may use, but for the `_id` that is not named.
fn refuse_fields(stage: &Stage) -> Result<(), RunError> {
    match stage {
        Stage::Merge(merge) if !merge.on.is_empty() => {
            let message =
                "under a collation `$merge` finds documents by no fields, for those that are there compare by bytes";
            Err(refused(Diagnostic::new(message).code(51_183).hint("leave `on` out, or `collation`")))
        }
        _ => Ok(()),
    }
}

/// Refuses a pipeline that writes where it is only looked at.
pub(crate) fn refuse(pipeline: &Pipeline) -> Result<(), Error> {
    let Some((stage, _)) = pipeline.writes() else { return Ok(()) };
    let message = format!("`{}` writes into a collection, and here a pipeline is only tried", stage.name());
    let diagnostic = Diagnostic::new(message).hint("leave it out: what comes before it can be tried");
    Err(Error::new(ErrorKind::Question, diagnostic))
}

/// What is told of a pipeline that wrote.
fn told(name: &str, n: u64) -> Diagnostic {
    Diagnostic::new(format!("{} written into `{}`", report::counted(n, "document"), quote(name)))
}

/// The same of a server, which does not say how many.
pub(crate) fn told_of_server(name: &str) -> Diagnostic {
    Diagnostic::new(format!("written into `{}`", quote(name)))
}

fn refused(diagnostic: Diagnostic) -> RunError {
    RunError::of_pipeline(diagnostic)
}

pub(crate) fn of_place(error: &Error) -> RunError {
    RunError::of_place(error.diagnostic().clone())
}

/// Whether a collection belongs to no day.
pub(crate) fn is_beside_the_days(info: &store::CollectionInfo) -> bool {
    info.as_of == NO_DAY
}

/// The collections of a store that pipelines wrote, opened.
pub(crate) fn collections(store: &Store, day: Option<jiff::civil::Date>) -> Result<Vec<(String, Collection)>, Error> {
    let written = store.collections_on(day).into_iter().filter(is_beside_the_days);
    written.map(|info| Ok((info.name.clone(), crate::folder::collection(store, &info.name, day)?))).collect()
}
