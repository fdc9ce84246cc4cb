//! The Python package's native module: Python's values in, the crates called, Python's own types out.
//!
//! One file a class. What every front does with a bank is in `bank`; what is here is what only Python has: its values
//! (`data`, `from_python`, `to_python`, `arrow`), its arguments and exceptions (`arguments`, `errors`), and waiting without its
//! lock (`work`). Docstrings say types as `name (type): …`; `python/banksphere/_native.pyi` is made from them.

#![expect(
    clippy::doc_markdown,
    clippy::doc_link_with_quotes,
    reason = "what documents a class or method is its docstring, whose examples are Python"
)]

mod adopting;
mod arguments;
mod arrow;
mod asked;
mod bank;
mod budget;
mod campaign;
mod catalog;
mod chart;
mod collection;
mod columns;
mod content;
mod cursor;
mod data;
mod documents;
mod errors;
mod explanation;
mod frames;
mod from_python;
mod listing;
mod opened;
mod opening;
mod pickled;
mod place;
mod program;
mod quality;
mod said;
mod saved;
mod shown;
mod table;
mod tables;
mod to_python;
mod topic;
mod why;
mod work;

/// BankSphere's native module; `banksphere` is its public face.
#[pyo3::pymodule]
mod _native {
    #[pymodule_export]
    use super::adopting::adopt;
    #[pymodule_export]
    use super::bank::Bank;
    #[pymodule_export]
    use super::budget::Budget;
    #[pymodule_export]
    use super::campaign::Campaign;
    #[pymodule_export]
    use super::catalog::Catalog;
    #[pymodule_export]
    use super::chart::Chart;
    #[pymodule_export]
    use super::collection::Collection;
    #[pymodule_export]
    use super::cursor::Cursor;
    #[pymodule_export]
    use super::documents::Documents;
    #[pymodule_export]
    use super::explanation::Explanation;
    #[pymodule_export]
    use super::opening::{analyze, catalog, close_temporary, draft, open, sample};
    #[pymodule_export]
    use super::pickled::{unpickled_catalog, unpickled_table, unpickled_tables};
    #[pymodule_export]
    use super::program::main;
    #[pymodule_export]
    use super::quality::Quality;
    #[pymodule_export]
    use super::table::Table;
    #[pymodule_export]
    use super::tables::Tables;
    #[pymodule_export]
    use super::topic::Topic;
    #[pymodule_export]
    use super::why::{Models, Why};
}
