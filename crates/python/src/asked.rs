//! What the methods of a [`Bank`](crate::bank::Bank) ask of the session.
//!
//! In: an opened bank and what Python said. Out: tables and values for Python, or its exceptions.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use bank::Talk;
use insight::{Cell, Column};
use pipeline::Pipeline;
use pyo3::prelude::*;
use pyo3::types::PyDate;

use crate::opened::Opened;
use crate::table::Table;
use crate::work::{self, Ear};
use crate::{arguments, collection, errors, from_python, opening, quality};

/// What lies in the bank, a collection a row.
pub(crate) fn inventory(py: Python<'_>, opened: &Opened, place: String) -> PyResult<Table> {
    let inventory = opened.run(py, bank::Bank::inventory)?;
    let title = inventory.heading.unwrap_or(place);
    let row = |holding: bank::Holding| {
        vec![Cell::Text(holding.name), Cell::Text(holding.size), Cell::Text(holding.parts.join("; "))].into()
    };
    let names = [("collection", "Collection"), ("size", "Size"), ("parts", "Parts")];
    let columns = names.map(|(name, label)| Column::text(name, label)).into();
    let rows = inventory.collections.into_iter().map(row).collect();
    Ok(Table::plain(&title, insight::Table { columns, rows }))
}

/// Which indexes help the pipelines that are asked about.
pub(crate) fn indexes(
    py: Python<'_>,
    opened: &Arc<Opened>,
    (what, pipeline): (Option<&Bound<'_, PyAny>>, Option<&Bound<'_, PyAny>>),
    create: bool,
    progress: bool,
) -> PyResult<Option<Table>> {
    let pipelines = questions(opened, what, pipeline)?;
    let bank = opened.bank()?;
    let work = |talk: &Talk<'_>| bank.indexes(pipelines, create, talk);
    let table = work::talk(py, Ear::bar(py, progress)?, work)?.map_err(|error| errors::of_home(py, &error))?;
    Ok(table.map(|table| Table::plain("Indexes, each without and with it", table)))
}

/// The pipelines of an analysis, of all, or one over a collection.
fn questions(
    opened: &Arc<Opened>,
    what: Option<&Bound<'_, PyAny>>,
    pipeline: Option<&Bound<'_, PyAny>>,
) -> PyResult<Vec<(String, Pipeline)>> {
    let what = what.map(|what| arguments::text(what, "what")).transpose()?;
    let catalog = opened.catalog();
    match (what, pipeline) {
        (Some(name), Some(given)) => {
            let py = given.py();
            let given = collection::given(opened, given)?;
            let query = opened.run(py, |bank| collection::checked(bank, &name, &given))?;
            Ok(vec![query.into_parts()])
        }
        (Some(name), None) => Ok(bank::questions([catalog.analysis(&name).map_err(errors::of)?])),
        (None, None) => Ok(bank::questions(catalog.analyses())),
        (None, Some(_)) => Err(errors::usage_hinted(
            "`pipeline` needs the collection that it runs over",
            "`bank.indexes(\"customers\", pipeline)` names it",
        )),
    }
}

/// Answers the whole catalog and writes the report, of the kind that the file's name says.
pub(crate) fn report(
    py: Python<'_>,
    opened: &Opened,
    file: &Path,
    (title, bank_name, pipelines): (Option<String>, Option<String>, bool),
    progress: bool,
) -> PyResult<()> {
    bank::check_report(file).map_err(|error| errors::of_home(py, &error))?;
    let bank = opened.bank()?;
    let work = |talk: &Talk<'_>| {
        let mut answers = bank.answer_all(talk)?;
        answers.add_models(&bank, None, talk)?;
        answers.notices.iter().for_each(|notice| (talk.say)(&format!("notice: {notice}")));
        let mut report = answers.into_report();
        report.page = report.page.map(quality::in_python);
        report.quality.iter_mut().for_each(|(_, finding)| *finding = errors::in_python(finding));
        report.title = title.unwrap_or(report.title);
        report.bank_name = bank_name;
        report.prints_pipelines = pipelines;
        bank::write_file(file, &bank::report_file(file, &report)?)
    };
    work::talk(py, Ear::bar(py, progress)?, work)?.map_err(|error| errors::of_home(py, &error))
}

/// The names of the collections.
pub(crate) fn collections(py: Python<'_>, opened: &Opened) -> PyResult<Vec<String>> {
    // A server names the states of each day beside them.
    let is_of_a_day = |name: &str| name.rsplit_once('@').is_some_and(|(_, day)| bank::day(day).is_ok());
    let names = opened.run(py, bank::Bank::schemas)?.into_keys();
    Ok(names.filter(|name| !is_of_a_day(name)).collect())
}

/// Removes a view, or a collection with all its states; how many documents each held.
pub(crate) fn drop(py: Python<'_>, opened: &Opened, name: &str) -> PyResult<BTreeMap<String, u64>> {
    opened.take_out(py, |place| {
        Ok(match bank::drop_collection(place, name)? {
            bank::Dropped::View => vec![(name.to_owned(), 0)],
            bank::Dropped::Collections(gone) => gone,
        })
    })
}

/// Keeps a view under the first name over the second.
pub(crate) fn create_view(
    py: Python<'_>,
    opened: &Arc<Opened>,
    (name, on): (&str, &str),
    pipeline: &Bound<'_, PyAny>,
    collation: Option<&Bound<'_, PyAny>>,
) -> PyResult<()> {
    let given = collection::given(opened, pipeline)?;
    let collation = from_python::collation(collation)?;
    opened.run(py, |bank| {
        let query = collection::checked(bank, on, &given)?.under(collation.clone())?;
        bank.create_view(name, &query)
    })
}

/// Checks what is stored; what is damaged, a text each.
pub(crate) fn check(py: Python<'_>, opened: &Opened, progress: bool) -> PyResult<Vec<String>> {
    opened.bank()?;
    let place = opened.place();
    let checked = work::talk(py, Ear::bar(py, progress)?, |talk| bank::check(place, talk))?;
    let checked = checked.map_err(|error| errors::of_home(py, &error))?;
    Ok(checked.damaged.iter().map(|damage| damage.render(errors::spell)).collect())
}

/// Copies all collections to another bank; their names.
pub(crate) fn copy(py: Python<'_>, opened: &Opened, place: &Bound<'_, PyAny>, progress: bool) -> PyResult<Vec<String>> {
    let from = opened.bank()?;
    let to = opening::named(place, "place")?;
    let copied = work::talk(py, Ear::bar(py, progress)?, |talk| from.copy_to(to, talk))?;
    Ok(copied.map_err(|error| errors::of_home(py, &error))?.collections)
}

/// The days of which the bank has a state of its own, the newest last.
pub(crate) fn days<'py>(py: Python<'py>, opened: &Opened) -> PyResult<Vec<Bound<'py, PyDate>>> {
    let days = opened.run(py, bank::Bank::days)?;
    days.iter().map(|day| PyDate::new(py, day.year().into(), day.month() as u8, day.day() as u8)).collect()
}
