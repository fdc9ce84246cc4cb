//! The package's function for collections that another program loaded.
//!
//! In: arguments as Python said them. Out: a `Bank` that answers for them.

use bank::{Adopt, Closed, Error, Talk};
use pipeline::Limits;
use pyo3::prelude::*;

use crate::bank::Bank;
use crate::catalog::Catalog;
use crate::opened::{Opened, Options};
use crate::opening::place;
use crate::said;
use crate::work::{self, Ear};
use crate::{arguments, errors};

/// Says by a contract what the fields of collections mean that another program loaded, and opens the bank.
///
/// The collections stay as they are; the contract is kept with the bank, and every analysis then reads them by it.
///
/// Args:
///     bank (str | os.PathLike[str] | None): a folder, a connection string such as `mongodb://host:27017/bank`, or `@FILE`
///         with one. None: the one in the variable `BANKSPHERE_URI`, else `bank.sphere`.
///     customers (str | None): the collection of customers. None: `customers`.
///     contract (str | os.PathLike[str] | None): the file that says what its fields mean (docs/CONTRACT.md). None: what is
///         recognised.
///     closed (str | None): which values of which field mean that the account was closed: "Exited=1". None: what is recognised.
///     accept (Sequence[str] | None): the names of rules that customers may break although that is a fault; every answer will say
///         so.
///     timeout (float | datetime.timedelta | None): seconds after which a pipeline is given up.
///     catalog (Catalog | str | os.PathLike[str] | None): a folder of further dimensions, measures and analyses.
///     progress (bool): whether a bar shows how far it is.
///
/// Returns:
///     Bank: the bank; what was assumed is told above the bar, and without one as warnings.
///
/// Examples:
///     >>> bank = bs.adopt("mongodb://127.0.0.1:27017/churndb", closed="Exited=1")  # doctest: +SKIP
#[expect(clippy::too_many_arguments, reason = "each is an argument of Python's own")]
#[pyfunction]
#[pyo3(signature = (bank=None, *, customers=None, contract=None, closed=None, accept=None, timeout=None, catalog=None, progress=true))]
pub(crate) fn adopt(
    py: Python<'_>,
    bank: Option<&Bound<'_, PyAny>>,
    customers: Option<&Bound<'_, PyAny>>,
    contract: Option<&Bound<'_, PyAny>>,
    closed: Option<&Bound<'_, PyAny>>,
    accept: Option<&Bound<'_, PyAny>>,
    timeout: Option<&Bound<'_, PyAny>>,
    catalog: Option<&Bound<'_, PyAny>>,
    #[pyo3(from_py_with = arguments::progress)] progress: bool,
) -> PyResult<Bank> {
    let place = place(py, bank, "bank")?;
    let customers = customers.map(|said| arguments::text(said, "customers")).transpose()?;
    let contract = contract.map(|said| said::contract(py, said)).transpose()?;
    let closed = closed.map(|said| arguments::text(said, "closed")).transpose()?;
    let closed = closed.map(|text| Closed::parse(&text)).transpose().map_err(said::of_closed)?;
    let limits = Limits { time: arguments::seconds(timeout, "timeout")?, ..Limits::default() };
    let options = Options { catalog: Catalog::given(catalog)?, limits, ..Options::default() };
    // What was assumed is told in any case.
    let ear = if progress { Ear::bar(py, true)? } else { Ear::Warnings };
    let accepted = arguments::names(accept, "accept")?;
    let adopt = Adopt {
        customers: customers.as_deref(),
        contract: contract.as_ref(),
        closed: closed.as_ref(),
        accepted: &accepted,
    };
    let work = |talk: &Talk<'_>| {
        let opened = bank::Bank::open(&place, &options.opening(talk))?;
        let adoption = opened.adoption(&adopt, talk)?;
        adoption.notes.iter().for_each(|note| (talk.say)(&format!("notice: {note}")));
        opened.adopt(&adoption)?;
        drop(opened);
        bank::Bank::open(&place, &options.opening(talk))
    };
    let adopted: Result<bank::Bank, Error> = work::talk(py, ear, work)?;
    let adopted = adopted.map_err(|error| errors::of_home(py, &error))?;
    Ok(Bank::of(Opened::of(adopted, options)))
}
