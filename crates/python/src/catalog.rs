//! `Catalog`: the analyses, dimensions and measures that can be asked for.

use std::path::PathBuf;
use std::sync::Arc;

use pyo3::prelude::*;
use pyo3::types::PyList;

use crate::pickled::Reduced;
use crate::topic::docstring;
use crate::{arguments, pickled};

/// What can be asked: analyses, dimensions to group by, measures to show.
///
/// Each of the three knows its entries by attribute, by `[name]` and by iteration; an entry shows what it is, with a
/// pipeline to paste.
///
/// Examples:
///     >>> catalog = bs.catalog()
///     >>> catalog.dimensions.age_band.label
///     'Age band'
///     >>> [measure.name for measure in catalog.measures][:2]
///     ['customers', 'closed']
#[pyclass(frozen, module = "banksphere")]
pub(crate) struct Catalog {
    catalog: Arc<catalog::Catalog>,
    /// Where its further entries come from: a bank reads them again, for it may have another contract.
    folder: Option<PathBuf>,
}

impl Catalog {
    pub(crate) fn of(catalog: Arc<catalog::Catalog>, folder: Option<PathBuf>) -> Self {
        Self { catalog, folder }
    }

    /// The folder that an argument names, or that of the catalog that it is.
    pub(crate) fn given(said: Option<&Bound<'_, PyAny>>) -> PyResult<Option<PathBuf>> {
        let Some(said) = said else { return Ok(None) };
        match said.cast::<Self>() {
            Ok(catalog) => Ok(catalog.get().folder.clone()),
            Err(_) => arguments::path(said, "catalog").map(Some),
        }
    }

    /// Entries, each with its name, its label, its docstring and all of it as text.
    fn entries<'py>(
        &self,
        py: Python<'py>,
        kind: &str,
        entries: Vec<(String, String, Option<String>)>,
        aliases: &[(String, String)],
    ) -> PyResult<Bound<'py, PyAny>> {
        let list = PyList::empty(py);
        for (name, label, doc) in entries {
            let text = self.catalog.show(&name).unwrap_or_default();
            let doc = doc.unwrap_or_else(|| text.clone());
            list.append((name, label, doc, text))?;
        }
        py.import("banksphere._catalog")?.getattr("Entries")?.call1((kind, list, aliases.to_vec()))
    }
}

#[pymethods]
impl Catalog {
    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<Reduced<'py, (String, Option<PathBuf>)>> {
        let contract = self.catalog.contract().text().to_owned();
        pickled::reduced(py, "_catalog", (contract, self.folder.clone()))
    }

    fn __copy__(&self) -> Self {
        Self::of(Arc::clone(&self.catalog), self.folder.clone())
    }

    fn __deepcopy__(&self, _memo: &Bound<'_, PyAny>) -> Self {
        self.__copy__()
    }

    /// Entries: the analyses of all topics.
    #[getter]
    fn analyses<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let analyses = self.catalog.analyses().iter();
        let entries = analyses.map(|analysis| {
            let doc =
                format!("{}\n\nAsk it by `bank.{}.{}()`.", docstring(analysis), analysis.topic.word, analysis.name);
            (analysis.name.clone(), analysis.title.clone(), Some(doc))
        });
        self.entries(py, "analysis", entries.collect(), &[])
    }

    /// Entries: what customers can be grouped by.
    #[getter]
    fn dimensions<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let dimensions = self.catalog.dimensions().iter();
        let entries = dimensions.map(|dimension| (dimension.name.clone(), dimension.label.clone(), None));
        self.entries(py, "dimension", entries.collect(), &[])
    }

    /// Entries: what can be told of each group.
    #[getter]
    fn measures<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let measures = self.catalog.measures().iter();
        let entries = measures.map(|measure| (measure.name.clone(), measure.label.clone(), None));
        let aliases = self.catalog.measures().iter().flat_map(|measure| {
            let name = measure.name.clone();
            measure.aliases.iter().map(move |alias| (alias.clone(), name.clone()))
        });
        self.entries(py, "measure", entries.collect(), &aliases.collect::<Vec<_>>())
    }

    fn __repr__(&self) -> String {
        let (analyses, dimensions) = (self.catalog.analyses().len(), self.catalog.dimensions().len());
        let measures = self.catalog.measures().len();
        format!("<Catalog: {analyses} analyses, {dimensions} dimensions, {measures} measures>")
    }
}
