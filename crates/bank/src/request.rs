//! What a user wants to know, before it is checked: names, a filter, the text of a pipeline.
//!
//! In: words, or a pipeline as values. Out: analyses and pipelines, checked against a catalog and a bank.

use std::sync::Arc;

use catalog::{Analysis, Catalog, Topic};
use pipeline::{Bson, Pipeline, Schemas};

use crate::Error;
use crate::bank::require;

/// A question to one topic of the catalog. Invariant of callers: `name` goes with neither `by` nor `measures`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Request {
    /// One analysis by name.
    pub name: Option<String>,
    /// Dimensions or fields to group by.
    pub by: Vec<String>,
    /// Measures to show.
    pub measures: Vec<String>,
    /// Which customers: `Field=value`, or a MongoDB `$match` in JSON.
    pub filter: Option<String>,
}

impl Request {
    /// The analyses that the user asks for, narrowed by the filter; all of the topic where nothing is named.
    pub fn analyses(&self, catalog: &Catalog, topic: &Arc<Topic>) -> Result<Vec<Analysis>, Error> {
        let filter = self.filter.as_deref().map(|text| catalog.filter(text)).transpose()?;
        if !self.by.is_empty() || !self.measures.is_empty() {
            let by: Vec<&str> = self.by.iter().map(String::as_str).collect();
            let measures: Vec<&str> = self.measures.iter().map(String::as_str).collect();
            return Ok(vec![catalog.compose(&by, &measures, filter.as_ref(), topic)?]);
        }
        let chosen: Vec<&Analysis> = match &self.name {
            Some(name) => vec![catalog.analysis(name)?],
            None => catalog.analyses_of(topic).collect(),
        };
        let narrowed = |analysis: &Analysis| match &filter {
            Some(filter) => analysis.with_filter(filter),
            None => analysis.clone(),
        };
        Ok(chosen.into_iter().map(narrowed).collect())
    }
}

/// The pipeline that a value is, checked against the bank's collections.
pub fn pipeline_of(value: &Bson, collection: &str, schemas: &Schemas) -> Result<Pipeline, Error> {
    require(schemas, collection)?;
    let pipeline = pipeline::parse(value)?;
    pipeline::check(&pipeline, collection, schemas)?;
    Ok(pipeline)
}

/// The pipeline that a text is, checked against the bank's collections; `source` is the file it came from.
pub fn pipeline(text: &str, source: Option<&str>, collection: &str, schemas: &Schemas) -> Result<Pipeline, Error> {
    require(schemas, collection)?;
    let checked = pipeline::parse_text(text)
        .and_then(|pipeline| pipeline::check(&pipeline, collection, schemas).map(|()| pipeline));
    checked.map_err(|error| error.shown_in(text)).map_err(|error| match source {
        Some(source) => error.within(source).into(),
        None => error.into(),
    })
}
