//! Views: names that stand for stages over another collection, or over another view.
//!
//! In: the collections of an engine, a name, and the collation of a run. Out: the collection that the name comes down to, and the
//! stages in front of what is asked of it.
//! Invariant: what is read through a view is compared as the view says, or refused.

use std::collections::BTreeSet;

use pipeline::Pipeline;

use crate::Error;
use crate::engine::Engine;
use crate::place::Origin;

/// MongoDB: so many views may not stand on one another.
const TOO_MANY: usize = 20;
/// MongoDB: the code for too many.
const TOO_DEEP: i32 = 165;
/// MongoDB: the code of what does not go with a view.
const NOT_ON_VIEWS: i32 = 167;

/// A view.
#[derive(Clone, Debug)]
pub(crate) struct View {
    /// What it stands on.
    pub(crate) on: String,
    /// Its stages, and how it compares strings.
    pub(crate) pipeline: Pipeline,
}

/// The collection that `name` comes down to, with the pipeline over it: the views' stages, and those of `pipeline` behind them; and
/// which of them are whose.
pub(crate) fn through(engine: &Engine, name: &str, pipeline: &Pipeline) -> Result<(String, Pipeline, Origin), Error> {
    let mut whole = pipeline.clone();
    let mut origin = Origin::default();
    let mut on = name.to_owned();
    for _ in 0..TOO_MANY {
        let Some(view) = engine.view(&on) else { return Ok((on, whole, origin)) };
        origin.views.insert(0, (on.clone(), view.pipeline.stages.len()));
        compares_alike(&on, &view.pipeline, &whole)?;
        whole.stages.splice(0..0, view.pipeline.stages.iter().cloned());
        on.clone_from(&view.on);
    }
    Err(Error::coded(TOO_DEEP, format!("`{name}` stands on {TOO_MANY} views or more")))
}

/// Refuses a pipeline that reads a view by another collation than the view's, at whatever depth, before a row is read.
pub(crate) fn check(engine: &Engine, pipeline: &Pipeline) -> Result<(), Error> {
    let mut left: Vec<&str> = pipeline.collections();
    let mut seen = BTreeSet::new();
    while let Some(name) = left.pop() {
        if let Some(view) = engine.view(name)
            && seen.insert(name)
        {
            compares_alike(name, &view.pipeline, pipeline)?;
            left.push(&view.on);
            left.extend(view.pipeline.collections());
        }
    }
    Ok(())
}

/// The pipeline that is asked of `name`, under the collation of the view that this is, where it says none itself.
pub(crate) fn asked(engine: &Engine, name: &str, pipeline: &Pipeline) -> Pipeline {
    let own = || engine.view(name).and_then(|view| view.pipeline.collation.clone());
    Pipeline { stages: pipeline.stages.clone(), collation: pipeline.collation.clone().or_else(own) }
}

/// MongoDB: a view is read under its own collation, and under no other.
fn compares_alike(name: &str, own: &Pipeline, asked: &Pipeline) -> Result<(), Error> {
    if own.rules() == asked.rules() {
        return Ok(());
    }
    let how = match own.rules() {
        Some(own) => format!("under the collation of `{}`", own.locale()),
        None => "by bytes".to_owned(),
    };
    let message = format!("the view `{name}` compares strings {how}, and is read under no other collation");
    Err(Error::coded(NOT_ON_VIEWS, message).hint("leave `collation` out, or make a view with the other"))
}
