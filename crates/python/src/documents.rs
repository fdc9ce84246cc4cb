//! `Documents`: the rows of a pipeline as they come.
//!
//! In: the rows of a run. Out: dicts, one after the other.
//! Invariant: rows are made some at a time, off Python's lock; Ctrl-C stops the run, and nothing comes after an error.

use std::collections::VecDeque;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, PoisonError};

use bank::Bank;
use bson::Document;
use pipeline::Rows;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::{errors, to_python, work};

/// So many rows are made at a time: enough that the thread which makes them costs little beside them.
const AT_A_TIME: usize = 1024;

/// The documents of a pipeline, one after the other as they come.
#[pyclass(frozen, module = "banksphere")]
pub(crate) struct Documents {
    state: Mutex<State>,
    flag: Arc<AtomicBool>,
}

struct State {
    /// Made, and not yet handed out.
    ready: VecDeque<Document>,
    /// None at the end, so that the bank is let go.
    run: Option<(Rows, Bank)>,
}

impl Documents {
    pub(crate) fn new(rows: Rows, bank: Bank, flag: Arc<AtomicBool>) -> Self {
        Self { state: Mutex::new(State { ready: VecDeque::new(), run: Some((rows, bank)) }), flag }
    }

    /// The next document. Another thread that asks while some are made gets an early end: an iterator is one thread's.
    pub(crate) fn take(&self, py: Python<'_>) -> PyResult<Option<Document>> {
        // Why taken out: the lock is never held while Python may run.
        let (mut ready, run) = {
            let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(document) = state.ready.pop_front() {
                return Ok(Some(document));
            }
            (VecDeque::new(), state.run.take())
        };
        let Some((mut rows, bank)) = run else { return Ok(None) };
        let more =
            work::run_until(py, &self.flag, || Ok((&mut rows).take(AT_A_TIME).collect::<Result<Vec<_>, _>>()?))?;
        let is_end = more.len() < AT_A_TIME;
        let notices = if is_end { rows.notices().all() } else { Vec::new() };
        ready.extend(more);
        let first = ready.pop_front();
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.ready = ready;
        state.run = (!is_end).then_some((rows, bank));
        drop(state);
        errors::warn(py, &notices)?;
        Ok(first)
    }
}

#[pymethods]
impl Documents {
    fn __iter__(this: PyRef<'_, Self>) -> PyRef<'_, Self> {
        this
    }

    fn __next__<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyDict>>> {
        self.take(py)?.map(|document| to_python::document(py, &document)).transpose()
    }
}
