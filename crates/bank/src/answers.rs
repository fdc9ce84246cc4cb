//! From a catalog and a home of collections to answered analyses, and to the report of all of them.

use std::cell::RefCell;
use std::collections::HashMap;
use std::path::Path;

use catalog::{Analysis, Catalog};
use contract::Contract;
use insight::Answer;
use pipeline::{Document, Pipeline, Rows, Run, RunError, print};
use report::Report;

use crate::bank::require;
use crate::{Bank, Error, ErrorKind, Talk};

/// The built-in catalog, with the user's folder beside it.
pub fn open_catalog(folder: Option<&Path>) -> Result<Catalog, Error> {
    let built_in = Catalog::built_in(&Contract::card())?;
    match folder {
        Some(folder) => Ok(built_in.with_folder(folder)?),
        None => Ok(built_in),
    }
}

/// Runs one analysis and reads its rows.
pub fn answer(analysis: &Analysis, home: &dyn Run) -> Result<Answer, Error> {
    let results = analysis
        .queries()
        .iter()
        .map(|(collection, pipeline)| home.run(collection, pipeline))
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| Error::from(error).prevents(&format!("the analysis `{}` failed", analysis.name)))?;
    Ok(insight::answer(analysis, &results)?)
}

/// Answers the whole catalog and puts it together; `source` says what was asked, `quality` are facts on the data, each a
/// label with a value. The time that the report shows is now.
pub fn report(
    home: &Bank,
    catalog: &Catalog,
    source: String,
    quality: Vec<(String, String)>,
    talk: &Talk<'_>,
) -> Result<Report, Error> {
    require(&home.schemas()?, extract::CUSTOMERS)?;
    let n = catalog.analyses().len() as u64;
    let mut answers = Vec::new();
    let home = home.until(talk.cancel);
    let once = CachedRun::new(&home);
    for analysis in catalog.analyses() {
        let answered = answer(analysis, &once);
        // A pipeline that the caller ended comes back as whatever the engine or the server made of it.
        if talk.is_cancelled() {
            return Err(Error::new(ErrorKind::Cancelled, "interrupted"));
        }
        answers.push(answered?);
        talk.step("", answers.len() as u64, Some(n), "analyses");
    }
    insight::judge(&mut answers);
    let summary = insight::summarize(&answers);
    let generated = jiff::Timestamp::now().strftime("%Y-%m-%d %H:%M UTC").to_string();
    Ok(Report { title: "Card customers".to_owned(), source, generated, summary, quality, answers })
}

/// A home that runs each distinct pipeline once: analyses of one report share many.
pub struct CachedRun<'a> {
    home: &'a dyn Run,
    rows: RefCell<HashMap<(String, String), Vec<Document>>>,
}

impl<'a> CachedRun<'a> {
    /// Nothing has been run yet.
    #[must_use]
    pub fn new(home: &'a dyn Run) -> Self {
        Self { home, rows: RefCell::default() }
    }
}

impl Run for CachedRun<'_> {
    fn rows(&self, collection: &str, pipeline: &Pipeline) -> Result<Rows, RunError> {
        let key = (collection.to_owned(), print::extended_json(pipeline));
        if let Some(rows) = self.rows.borrow().get(&key) {
            return Ok(Rows::of(rows.clone()));
        }
        let rows = self.home.run(collection, pipeline)?;
        self.rows.borrow_mut().insert(key, rows.clone());
        Ok(Rows::of(rows))
    }
}
