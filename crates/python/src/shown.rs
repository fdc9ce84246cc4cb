//! Tables as text and as HTML, and what a notebook is offered of them.
//!
//! In: contents. Out: the command line's text, as wide as the terminal where there is one; one fragment of HTML; a bundle
//! of both, with the chart.

use pyo3::prelude::*;
use pyo3::types::PyDict;
use report::fragment::{self, MOST_ROWS};
use report::{chart, table};

use crate::content::Content;
use crate::errors;

/// Of a longer table, text shows the first rows.
const MOST_LINES: usize = 60;
const FIRST_LINES: usize = 20;

/// The text of a table: of an answer all that belongs to it.
pub(crate) fn text(content: &Content, width: Option<usize>) -> PyResult<String> {
    if let Some(answer) = content.answer() {
        return Ok(report::answer_text(answer, width).trim_end().to_owned());
    }
    let n_rows = content.n_rows();
    let n_shown = if n_rows > MOST_LINES { FIRST_LINES } else { n_rows };
    let mut cells = content.first(n_shown).map_err(errors::of)?.into_owned();
    cells.rows.truncate(n_shown);
    let mut text = content.title().map_or_else(String::new, |title| format!("{title}\n\n"));
    text.push_str(&table::render(&cells, table::Format::Table, width));
    if cells.columns.is_empty() || n_shown < n_rows {
        let all = report::count(n_rows as u64);
        let size = match n_shown {
            0 => " (no rows)".to_owned(),
            _ if n_shown == n_rows => format!(" ({})", report::counted(n_rows as u64, "row")),
            _ => format!(" (the first {n_shown} of {all} rows)"),
        };
        text.push_str(&size);
    }
    let text = text.trim_end();
    Ok(content.note().map_or_else(|| text.to_owned(), |note| format!("{text}\n\nnote: {note}")))
}

/// Tables below each other as one fragment of HTML.
pub(crate) fn html<'a>(contents: impl IntoIterator<Item = &'a Content>) -> PyResult<String> {
    let contents: Vec<&Content> = contents.into_iter().collect();
    let first =
        contents.iter().map(|content| content.first(MOST_ROWS)).collect::<Result<Vec<_>, _>>().map_err(errors::of)?;
    let parts: Vec<_> = contents.iter().zip(&first).map(|(content, first)| content.part(first)).collect();
    Ok(fragment::html(&parts))
}

/// What a notebook may choose from.
pub(crate) fn bundle<'py>(py: Python<'py>, content: &Content) -> PyResult<Bound<'py, PyDict>> {
    let bundle = PyDict::new(py);
    bundle.set_item("text/plain", text(content, width(py))?)?;
    bundle.set_item("text/html", html([content])?)?;
    // An answer without a chart is no failure here.
    if let Some(Ok(svg)) = content.answer().map(|answer| chart::svg(answer, chart::Theme::Light)) {
        bundle.set_item("image/svg+xml", svg)?;
    }
    Ok(bundle)
}

/// The columns of the terminal; none in a notebook, a pipe or a test.
pub(crate) fn width(py: Python<'_>) -> Option<usize> {
    let is_terminal = py.import("sys").ok()?.getattr("stdout").ok()?.call_method0("isatty").ok()?.is_truthy().ok()?;
    if !is_terminal {
        return None;
    }
    py.import("shutil").ok()?.call_method0("get_terminal_size").ok()?.getattr("columns").ok()?.extract().ok()
}
