//! Views: names that stand for stages over another collection, or over another view.
//!
//! In: the collections of an engine, a name, and the collation of a run. Out: the collection that the name comes down to, and the
//! stages in front of what is asked of it.
//! Invariant: what is read through a view is compared as the view says, or refused.

use pipeline::{Collation, Pipeline};

use crate::Error;
use crate::engine::Engine;

/// MongoDB: so many views may not stand on one another.
const TOO_MANY: usize = 20;
/// MongoDB: the code for too many.
const TOO_DEEP: i32 = 165;
/// MongoDB: the code of what does not go with a view.
const NOT_ON_VIEWS: i32 = 167;

/// A view.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    /// What it stands on.
    pub(crate) on: String,
    /// Its stages, and how it compares strings.
    pub(crate) pipeline: Pipeline,
}

/// The collection that `name` comes down to, with the pipeline over it: the views' stages, and those of `pipeline` behind them.
pub(crate) fn through(engine: &Engine, name: &str, pipeline: &Pipeline) -> Result<(String, Pipeline), Error> {
    let mut whole = pipeline.clone();
    let mut on = name.to_owned();
    for _ in 0..TOO_MANY {
        let Some(view) = engine.view(&on) else { return Ok((on, whole)) };
        compares_alike(&on, view.pipeline.collation.as_ref(), whole.collation.as_ref())?;
        whole.stages.splice(0..0, view.pipeline.stages.iter().cloned());
        on.clone_from(&view.on);
    }
    Err(Error::coded(TOO_DEEP, format!("`{name}` stands on {TOO_MANY} views or more")))
}

/// The pipeline that is asked of `name`, under the collation of the view that this is, where it says none itself.
pub(crate) fn asked(engine: &Engine, name: &str, pipeline: &Pipeline) -> Pipeline {
    let own = || engine.view(name).and_then(|view| view.pipeline.collation.clone());
    Pipeline { stages: pipeline.stages.clone(), collation: pipeline.collation.clone().or_else(own) }
}

/// MongoDB: a view is read under its own collation, and under no other.
fn compares_alike(name: &str, own: Option<&Collation>, asked: Option<&Collation>) -> Result<(), Error> {
    if own == asked {
        return Ok(());
    }
    let how = match own {
        Some(own) => format!("under the collation of `{}`", own.locale()),
        None => "by bytes".to_owned(),
    };
    let message = format!("the view `{name}` compares strings {how}, and is read under no other collation");
    Err(Error::coded(NOT_ON_VIEWS, message).hint("leave `collation` out, or make a view with the other"))
}
