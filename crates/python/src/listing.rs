//! Lists of customers, segments side by side, and columns described, as Python asks for them.
//!
//! In: arguments of `Bank` and `Table`. Out: tables with the pipelines that made them.

use std::sync::Arc;

use bank::{Listed, Segments, Wish};
use insight::Answer;
use pipeline::Pipeline;
use pyo3::prelude::*;

use crate::opened::Opened;
use crate::table::Table;
use crate::{arguments, errors, from_python};

/// What a list is to show, as the caller said it.
pub(crate) struct Asked {
    wish: Wish,
    /// Whether the caller said how many customers.
    has_limit: bool,
}

/// What a list is to show.
pub(crate) fn wish(
    sort: Option<&Bound<'_, PyAny>>,
    limit: Option<&Bound<'_, PyAny>>,
    columns: Option<&Bound<'_, PyAny>>,
) -> PyResult<Asked> {
    let limit = limit.map(|limit| arguments::whole(limit, "limit", 0..=u64::MAX)).transpose()?;
    let wish = Wish {
        sort: arguments::names(sort, "sort")?,
        limit: limit.unwrap_or(Wish::LIMIT),
        columns: arguments::names(columns, "columns")?,
    };
    Ok(Asked { wish, has_limit: limit.is_some() })
}

/// The customers that filters leave.
pub(crate) fn list(
    py: Python<'_>,
    opened: &Arc<Opened>,
    filter: Option<&Bound<'_, PyAny>>,
    asked: &Asked,
) -> PyResult<Table> {
    let filters = from_python::filters(filter)?;
    let listed = opened.run(py, |bank| bank.list(&filters, &asked.wish))?;
    table(py, listed, asked, opened)
}

/// The customers that a row of an answer counts.
pub(crate) fn list_row(
    py: Python<'_>,
    opened: &Arc<Opened>,
    answer: &Answer,
    row: usize,
    asked: &Asked,
) -> PyResult<Table> {
    let listed = opened.run(py, |bank| bank.list_row(answer, row, &asked.wish))?;
    table(py, listed, asked, opened)
}

/// The list, whose notes say how many customers there are. It is a warning, too, unless the caller's own limit left them out.
fn table(py: Python<'_>, listed: Listed, asked: &Asked, opened: &Arc<Opened>) -> PyResult<Table> {
    let notice = listed.notice();
    errors::warn(py, &listed.kept)?;
    if listed.customers == 0 || !asked.has_limit {
        errors::warn(py, notice.as_slice())?;
    }
    Ok(Table::of_list(listed, notice.as_ref().map(errors::noted), Arc::clone(opened)))
}

/// Two segments side by side.
pub(crate) fn compare(
    py: Python<'_>,
    opened: &Arc<Opened>,
    [first, second]: [Option<&Bound<'_, PyAny>>; 2],
    filter: Option<&Bound<'_, PyAny>>,
    measures: Option<&Bound<'_, PyAny>>,
) -> PyResult<Table> {
    let one = |given: Option<&Bound<'_, PyAny>>, argument| {
        let mut filters = from_python::filters(given)?;
        match filters.len() {
            0 | 1 => Ok(filters.pop()),
            _ => Err(errors::usage_hinted(
                format!("`{argument}` takes one filter"),
                "join several by `and`, or give those that hold for both as `where`",
            )),
        }
    };
    let segments = Segments {
        first: one(first, "first")?.unwrap_or_default(),
        second: one(second, "second")?,
        filters: from_python::filters(filter)?,
        measures: arguments::names(measures, "measures")?,
    };
    let (compared, queries) = opened.run(py, |bank| bank.compare(&segments))?;
    Ok(Table::of_answer(with_queries(compared.answer(), &queries), queries, Arc::clone(opened)))
}

/// The answer with the pipelines that gave it.
fn with_queries(answer: Answer, queries: &[(String, Pipeline)]) -> Answer {
    Answer { queries: queries.iter().map(insight::Query::of).collect(), ..answer }
}

/// Each column in a row, or how the values of one are spread.
pub(crate) fn describe(
    py: Python<'_>,
    opened: &Arc<Opened>,
    column: Option<&Bound<'_, PyAny>>,
    filter: Option<&Bound<'_, PyAny>>,
) -> PyResult<Table> {
    let filters = from_python::filters(filter)?;
    if let Some(column) = column {
        let column = arguments::text(column, "column")?;
        let (answer, queries) = opened.run(py, |bank| bank.distribution(&column, &filters))?;
        let queries = queries.into_iter().map(|(_, query)| query.into_parts()).collect();
        return Ok(Table::of_answer(answer, queries, Arc::clone(opened)));
    }
    let (page, queries) = opened.run(py, |bank| bank.description(&filters))?;
    let queries: Vec<(String, Pipeline)> = queries.into_iter().map(|(_, query)| query.into_parts()).collect();
    Ok(Table::of_answer(with_queries(page.description_answer(), &queries), queries, Arc::clone(opened)))
}
