//! Rows as a data frame of pandas.
//!
//! In: a table that gives its rows as an Arrow stream. Out: what pyarrow makes of them, but for two kinds of columns: values
//! of several types are Python's own, and objects of which few are different are made once each and copied.
//! Invariant: the same values and types as pyarrow's, but for columns of several types.

use arrow_schema::Schema;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};

use crate::arrow;
use crate::columns::Columns;
use crate::content::Content;

/// The rows through pyarrow.
pub(crate) fn through_arrow<'py>(
    (pandas, pyarrow): (&Bound<'py, PyModule>, &Bound<'py, PyModule>),
    rows: &Bound<'py, PyAny>,
    (content, schema): (&Content, &Schema),
) -> PyResult<Bound<'py, PyAny>> {
    let py = pandas.py();
    let mut table = pyarrow.call_method1("table", (rows,))?;
    let mut copied = Vec::new();
    if let Content::Columns(columns) = content {
        for (place, name) in columns.names().iter().enumerate() {
            if let Some(objects) = objects(columns, place, &table)? {
                copied.push((place, name, objects));
            }
        }
        // Without columns a frame would not know its rows.
        if copied.len() == columns.names().len() {
            copied.clear();
        }
        for (place, ..) in copied.iter().rev() {
            table = table.call_method1("remove_column", (*place,))?;
        }
    }
    let frame = table.call_method0("to_pandas")?;
    let series = |values: Bound<'py, PyAny>| {
        let options = PyDict::new(py);
        options.set_item("index", frame.getattr("index")?)?;
        options.set_item("dtype", "object")?;
        pandas.getattr("Series")?.call((values,), Some(&options))
    };
    for (place, name, objects) in copied {
        frame.call_method1("insert", (place, name, series(objects.into_any())?))?;
    }
    for (name, field) in content.columns().into_iter().zip(schema.fields()) {
        if arrow::is_mixed(field) {
            frame.set_item(field.name(), series(content.objects(py, name)?.into_any())?)?;
        }
    }
    Ok(frame)
}

/// The frame with its words in the order that they have, as pandas' categories.
pub(crate) fn in_order<'py>(
    pandas: &Bound<'py, PyModule>,
    frame: Bound<'py, PyAny>,
    content: &Content,
) -> PyResult<Bound<'py, PyAny>> {
    for (name, words) in content.ordered() {
        let options = PyDict::new(pandas.py());
        options.set_item("categories", words)?;
        options.set_item("ordered", true)?;
        let column = pandas.getattr("Categorical")?.call((frame.get_item(name)?,), Some(&options))?;
        frame.set_item(name, column)?;
    }
    Ok(frame)
}

/// A column of objects, each a copy of what pyarrow makes of the first like it; nothing where they are none or many.
fn objects<'py>(columns: &Columns, place: usize, table: &Bound<'py, PyAny>) -> PyResult<Option<Bound<'py, PyList>>> {
    let py = table.py();
    let Some((numbers, firsts)) = py.detach(|| columns.objects(place)) else { return Ok(None) };
    let few = table.call_method1("column", (place,))?.call_method1("take", (PyList::new(py, firsts)?,))?;
    // A null anywhere is a null among these, on which the type of a field's numbers hangs.
    let made = few.call_method0("to_pandas")?.call_method0("tolist")?;
    let made: Vec<Bound<'py, PyDict>> = made.extract()?;
    let copies = PyList::empty(py);
    for number in numbers {
        copies.append(made[number as usize].copy()?)?;
    }
    Ok(Some(copies))
}
