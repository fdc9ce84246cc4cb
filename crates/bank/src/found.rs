//! Documents, values and numbers that are asked for without a pipeline: `find`, `distinct` and `count`, as the queries that they are.
//!
//! In: what is asked, by the words of each. Out: a [`Query`], checked as any. Invariant: a query runs the same stages in a folder and on a
//! server; what no stage says is done here to the rows of both.

use std::sync::Arc;

use bson::doc;
use diagnostic::{Diagnostic, Hint};
use engine::Engine;
use pipeline::ast::Stage;
use pipeline::find::{self, Find, TakenElements};
use pipeline::{Bson, Notices, Pipeline, Rows, Run, RunError, print};

use crate::bank::Home;
use crate::{Bank, Error, Query, language, written};

/// How an unknown field is told of the first stage that reads the field of a `distinct`.
const OWN_STAGE: &str = " in `$unwind`";

impl Bank {
    /// The query that a `find` is.
    pub fn find(&self, find: &Find, collection: &str) -> Result<Query, Error> {
        self.require(collection)?;
        let found = find.found()?;
        let query = self.query_of(&found.pipeline, collection)?;
        match found.taken {
            None => Ok(query),
            Some(taken) => query.taking(taken, self),
        }
    }

    /// The query whose rows each have one value of a field, under the name `value`, in the values' order.
    pub fn distinct(&self, key: &str, filter: Option<&Bson>, collection: &str) -> Result<Query, Error> {
        self.require(collection)?;
        self.refuse_person(key, collection)?;
        let schemas = self.schemas_with(&[collection])?;
        let mut query = self.query_of(&find::distinct(key, filter, collection, &schemas)?, collection)?;
        // The stages are ours, and no place for the user.
        for notice in query.notices.iter_mut().filter(|notice| notice.message().contains(OWN_STAGE)) {
            let told = Diagnostic::new(notice.message().replace(OWN_STAGE, ""));
            *notice = match notice.to_do() {
                Some(Hint::Text(hint)) => told.hint(hint.clone()),
                _ => told,
            };
        }
        Ok(query)
    }

    /// The query that counts documents; [`Bank::n_counted`] runs it.
    pub fn count_documents(
        &self,
        filter: Option<&Bson>,
        skip: Option<&Bson>,
        limit: Option<&Bson>,
        collection: &str,
    ) -> Result<Query, Error> {
        self.require(collection)?;
        self.query_of(&find::count(filter, skip, limit)?, collection)
    }

    /// Runs a query that counts; gives the number, and what is to be said of it. Of no documents there is no row.
    pub fn n_counted(&self, query: &Query) -> Result<(u64, Notices), Error> {
        let rows = self.rows(query)?;
        let notices = rows.notices().clone();
        let rows = rows.collect::<Result<Vec<_>, _>>()?;
        Ok((rows.first().and_then(|row| row.get("n")).map_or(0, whole), notices))
    }
}

impl Query {
    /// The same with its last step, in which a field that no document has is told, or refused.
    pub(crate) fn taking(self, taken: TakenElements, bank: &Bank) -> Result<Self, Error> {
        let tests = taken.elements.iter().map(|(_, test)| Stage::Match(test.clone()));
        let tests = Pipeline::of(tests.collect());
        let looked = bank.query_of(&print::to_bson(&tests), &self.collection)?;
        let notices = self.notices.into_iter().chain(looked.notices).collect();
        Ok(Self { notices, taken: Some(Arc::new(taken)), ..self })
    }
}

fn whole(value: &Bson) -> u64 {
    let n = match value {
        Bson::Int32(n) => i64::from(*n),
        Bson::Int64(n) => *n,
        _ => 0,
    };
    u64::try_from(n).unwrap_or_default()
}

/// Reads a filter, a projection or a sort as the text of a pipeline is read; `source` is the file it came from.
pub fn read_value(text: &str, source: Option<&str>) -> Result<Bson, Error> {
    let read = pipeline::read_pipeline(text, language(source)).map(|script| script.pipeline);
    // What is no pipeline may be a value all the same; whether one of that type belongs there is told elsewhere.
    let read = read.or_else(|error| pipeline::read(text).map_err(|_| error));
    Ok(read.map_err(|error| match source {
        Some(source) => error.within(source),
        None => error,
    })?)
}

/// The rows of a query, with what no stage does behind them.
pub(crate) fn rows(bank: &Bank, query: &Query) -> Result<Rows, RunError> {
    let (collection, pipeline) = (query.collection.as_str(), &query.pipeline);
    if let Some(taken) = &query.taken {
        let (engine, rows) = match &bank.home {
            Home::Folder(folder) => {
                let engine = folder.engine_for(collection, pipeline, bank.limits());
                let engine = engine.map_err(|error| written::of_place(&error))?.begun();
                let rows = engine.rows(collection, pipeline)?;
                (engine, rows)
            }
            Home::Server(server) => {
                let engine = Engine::new().with_limits(bank.limits().clone()).begun();
                (engine, server.rows(collection, pipeline)?)
            }
        };
        return Ok(engine.take_elements(rows, taken, pipeline.collation.as_ref())?);
    }
    let rows = Run::rows(bank, collection, pipeline)?;
    if !query.said.counts {
        return Ok(rows);
    }
    let notices = rows.notices().clone();
    let mut rows = rows.peekable();
    let nothing = rows.peek().is_none().then(|| Ok(doc! { "n": 0 }));
    Ok(Rows::new(rows.chain(nothing)).with_notices(notices))
}
