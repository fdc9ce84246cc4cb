//! Documents, values and numbers that are asked for without a pipeline: `find`, `distinct` and `count`, as the queries that they are.
//!
//! In: what is asked, by the words of each. Out: a [`Query`], checked as any. Invariant: a query runs the same stages in a folder and on a
//! server; what no stage says is done here to the rows of both.

use std::sync::Arc;

use pipeline::ast::Stage;
use pipeline::find::{self, Closing, Find};
use pipeline::{Bson, Notices, Pipeline, Rows, RunError, print};

use crate::{Bank, Error, Query, language};

impl Bank {
    /// The query that a `find` is.
    pub fn find(&self, find: &Find, collection: &str) -> Result<Query, Error> {
        self.require(collection)?;
        let found = find.found()?;
        let query = self.query_of(&found.pipeline, collection)?;
        match found.closing {
            None => Ok(query),
            Some(closing) => {
                Ok(Query { closing: Some(Arc::new(closing.clone())), ..self.looked_into(query, &closing)? })
            }
        }
    }

    /// The query whose rows each have one value of a field, under the name `value`, in the values' order.
    pub fn distinct(&self, key: &str, filter: Option<&Bson>, collection: &str) -> Result<Query, Error> {
        self.require(collection)?;
        let schemas = self.schemas_with(&[collection])?;
        self.query_of(&find::distinct(key, filter, collection, &schemas)?, collection)
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

    /// Refuses, or tells, a field that no document has in what is done behind the stages.
    fn looked_into(&self, query: Query, closing: &Closing) -> Result<Query, Error> {
        let tests = closing.elements.iter().map(|(_, test)| Stage::Match(test.clone()));
        let stages = query.pipeline.stages.iter().cloned().chain(tests).collect();
        let looked = self.query_of(&print::to_bson(&Pipeline { stages }), &query.collection)?;
        Ok(Query { notices: looked.notices, ..query })
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

/// Puts the last step of a `find` behind rows.
pub(crate) fn close(rows: Rows, closing: Option<&Arc<Closing>>) -> Result<Rows, Error> {
    match closing {
        None => Ok(rows),
        Some(closing) => Ok(engine::close(rows, closing).map_err(RunError::from)?),
    }
}
