//! From a catalog and a home of collections to answered analyses.

use std::cell::RefCell;
use std::collections::HashMap;

use catalog::{Analysis, Catalog};
use insight::Answer;
use pipeline::{Document, Pipeline, Run, RunError, print};

use crate::args::CatalogArgs;
use crate::failure::Failure;

/// The built-in catalog, with the user's folder beside it.
pub(crate) fn open_catalog(args: &CatalogArgs) -> Result<Catalog, Failure> {
    let built_in = Catalog::built_in().map_err(Failure::new)?;
    match &args.catalog {
        Some(folder) => built_in.with_folder(folder).map_err(Failure::new),
        None => Ok(built_in),
    }
}

/// Runs one analysis and reads its rows.
pub(crate) fn answer(analysis: &Analysis, home: &dyn Run) -> Result<Answer, Failure> {
    let results = analysis
        .queries()
        .iter()
        .map(|(collection, pipeline)| home.run(collection, pipeline))
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| Failure::new(format!("the analysis `{}` failed: {error}", analysis.name)))?;
    Ok(insight::answer(analysis, &results)?)
}

/// A home that runs each distinct pipeline once: analyses of one report share many.
pub(crate) struct Once<'a> {
    home: &'a dyn Run,
    rows: RefCell<HashMap<(String, String), Vec<Document>>>,
}

impl<'a> Once<'a> {
    /// Nothing has been run yet.
    pub(crate) fn new(home: &'a dyn Run) -> Self {
        Self { home, rows: RefCell::default() }
    }
}

impl Run for Once<'_> {
    fn run(&self, collection: &str, pipeline: &Pipeline) -> Result<Vec<Document>, RunError> {
        let key = (collection.to_owned(), print::extended_json(pipeline));
        if let Some(rows) = self.rows.borrow().get(&key) {
            return Ok(rows.clone());
        }
        let rows = self.home.run(collection, pipeline)?;
        self.rows.borrow_mut().insert(key, rows.clone());
        Ok(rows)
    }
}
