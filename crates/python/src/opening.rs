//! The package's functions: what opens a bank, or makes one.
//!
//! In: arguments as Python said them. Out: a `Bank` or a `Catalog`.

use std::sync::Arc;

use bank::{Error, Import, ImportSource, Place, Quality, Talk};
use jiff::civil::Date;
use pipeline::Limits;
use pyo3::prelude::*;
use pyo3::types::PyString;

use crate::bank::Bank;
use crate::catalog::Catalog;
use crate::data::Data;
use crate::opened::{self, Opened, Options};
use crate::said::{self, Arguments};
use crate::work::{self, Ear};
use crate::{arguments, errors};

/// More generated customers than any machine has room for.
const MOST_CUSTOMERS: u64 = 1_000_000_000;

/// Opens the bank that is there.
///
/// Args:
///     place (str | os.PathLike[str] | None): a folder, a connection string such as `mongodb://host:27017/bank`, or `@FILE`
///         with one. None: the one in the variable `BANKSPHERE_URI`, else `bank.sphere`.
///     as_of (str | datetime.date | None): the day that is asked about: each collection in its newest state not later than
///         that. None: the newest.
///     timeout (float | datetime.timedelta | None): seconds after which a pipeline is given up.
///     memory_limit (int | None): bytes that a pipeline may hold; half of the machine's memory where it is left out.
///     catalog (Catalog | str | os.PathLike[str] | None): a folder of further dimensions, measures and analyses.
///     contract (str | os.PathLike[str] | None): the file by which collections are read that another program loaded. None: that
///         by which they were adopted, if they were.
///
/// Returns:
///     Bank: the bank. Nothing is created.
///
/// Examples:
///     >>> bank = bs.open(folder)
///     >>> bank.collections
///     ['customers', 'transactions']
#[pyfunction]
#[pyo3(signature = (place=None, *, as_of=None, timeout=None, memory_limit=None, catalog=None, contract=None))]
pub(crate) fn open(
    py: Python<'_>,
    place: Option<&Bound<'_, PyAny>>,
    as_of: Option<&Bound<'_, PyAny>>,
    timeout: Option<&Bound<'_, PyAny>>,
    memory_limit: Option<&Bound<'_, PyAny>>,
    catalog: Option<&Bound<'_, PyAny>>,
    contract: Option<&Bound<'_, PyAny>>,
) -> PyResult<Bank> {
    let memory = memory_limit.map(|said| arguments::whole(said, "memory_limit", 1..=u64::MAX)).transpose()?;
    let limits = Limits { time: arguments::seconds(timeout, "timeout")?, memory, ..Limits::default() };
    let day = as_of.map(|day| arguments::day(day, "as_of")).transpose()?;
    let contract = contract.map(|said| said::contract(py, said)).transpose()?.map(Arc::new);
    let options = Options { catalog: Catalog::given(catalog)?, contract, day, limits };
    let place = self::place(py, place, "place")?;
    Ok(Bank::of(Opened::open(py, &place, options)?))
}

/// Imports customers from a file, a data frame or a list of dicts, and opens the bank that comes of it.
///
/// Args:
///     file (Data): a file (CSV, Excel, Parquet, Arrow or JSON, packed or not), a data frame of pandas, Polars, pyarrow,
///         DuckDB or whatever else gives an Arrow stream, or a list of dicts.
///     contract (str | os.PathLike[str] | None): the file that says what its columns mean (docs/CONTRACT.md). None: that of
///         the bank that it goes into; in a new bank, what is recognised.
///     closed (str | None): which values of which column mean that the account was closed: "Exited=1". None: what is recognised.
///     sheet (str | None): the sheet of a workbook. None: the first that looks like a table.
///     delimiter (str | None): what stands between the cells of a text file. None: what is recognised.
///     accept (Sequence[str] | None): the names of rules that rows may break although that is a fault; every answer will say so.
///     set_aside (str | os.PathLike[str] | None): where the rows with faults go, each with its reasons; the others are imported.
///         None: a fault stops the import.
///     bank (str | os.PathLike[str] | None): where the bank is kept: a folder, or a database on a server. None: a temporary
///         folder, gone with the Bank.
///     as_of (str | datetime.date | None): the day that the data describes. None: today in UTC.
///     timeout (float | datetime.timedelta | None): seconds after which a pipeline is given up.
///     catalog (Catalog | str | os.PathLike[str] | None): a folder of further dimensions, measures and analyses.
///     progress (bool): whether a bar shows how far it is.
///
/// Returns:
///     Bank: the bank; `bank.quality` tells what is in it.
///
/// Examples:
///     >>> bank = bs.analyze(csv)
///     >>> bank.status.closures_by_months_inactive().name
///     'closures_by_months_inactive'
#[expect(clippy::too_many_arguments, reason = "each is an argument of Python's own")]
#[pyfunction]
#[pyo3(signature = (file, *, contract=None, closed=None, sheet=None, delimiter=None, accept=None, set_aside=None, bank=None, as_of=None, timeout=None, catalog=None, progress=true))]
pub(crate) fn analyze(
    py: Python<'_>,
    file: &Bound<'_, PyAny>,
    contract: Option<&Bound<'_, PyAny>>,
    closed: Option<&Bound<'_, PyAny>>,
    sheet: Option<&Bound<'_, PyAny>>,
    delimiter: Option<&Bound<'_, PyAny>>,
    accept: Option<&Bound<'_, PyAny>>,
    set_aside: Option<&Bound<'_, PyAny>>,
    bank: Option<&Bound<'_, PyAny>>,
    as_of: Option<&Bound<'_, PyAny>>,
    timeout: Option<&Bound<'_, PyAny>>,
    catalog: Option<&Bound<'_, PyAny>>,
    #[pyo3(from_py_with = arguments::progress)] progress: bool,
) -> PyResult<Bank> {
    let data = Data::given(file, "file")?;
    let said = Arguments { contract, closed, sheet, delimiter, accept, set_aside }.read(py)?;
    let as_of = as_of.map(|day| arguments::day(day, "as_of")).transpose()?;
    let filling = Filling::of(bank, timeout, catalog)?;
    let file = data.file();
    let filled = filling.fill(py, progress, |filling, talk| {
        let held = data.table(talk)?;
        filling.import(ImportSource::Customers(said.of(held.source())), as_of, talk)
    })?;
    filled.map_err(|error| errors::of_data(py, &error, file.as_deref()))
}

/// Drafts the contract of customers in a file, a data frame or a list of dicts: what they are taken for,
/// to be read, changed, and given to `analyze`.
///
/// Args:
///     file (Data): a file (CSV, Excel, Parquet, Arrow or JSON, packed or not), a data frame of pandas, Polars, pyarrow,
///         DuckDB or whatever else gives an Arrow stream, or a list of dicts.
///     closed (str | None): which values of which column mean that the account was closed: "Exited=1". None: what is recognised.
///     sheet (str | None): the sheet of a workbook. None: the first that looks like a table.
///     delimiter (str | None): what stands between the cells of a text file. None: what is recognised.
///     progress (bool): whether a bar shows how far it is.
///
/// Returns:
///     str: the contract, as TOML; what was assumed is told as warnings are.
///
/// Examples:
///     >>> bs.draft(csv).splitlines()[0]
///     '# The contract of the data set "Credit Card Customers" (BankChurners.csv): one row a customer, 21 columns.'
#[pyfunction]
#[pyo3(signature = (file, *, closed=None, sheet=None, delimiter=None, progress=true))]
pub(crate) fn draft(
    py: Python<'_>,
    file: &Bound<'_, PyAny>,
    closed: Option<&Bound<'_, PyAny>>,
    sheet: Option<&Bound<'_, PyAny>>,
    delimiter: Option<&Bound<'_, PyAny>>,
    #[pyo3(from_py_with = arguments::progress)] progress: bool,
) -> PyResult<String> {
    let data = Data::given(file, "file")?;
    let file = data.file();
    let said = Arguments { contract: None, closed, sheet, delimiter, accept: None, set_aside: None }.read(py)?;
    let work = |talk: &Talk<'_>| {
        let held = data.table(talk)?;
        let drafted = bank::draft(&said.of(held.source()), talk)?;
        drafted.notes.iter().for_each(|note| (talk.say)(&format!("notice: {}", errors::in_python(note))));
        Ok::<_, Error>(drafted.contract.text().to_owned())
    };
    let drafted = work::talk(py, Ear::bar(py, progress)?, work)?;
    drafted.map_err(|error| errors::of_data(py, &error, file.as_deref()))
}

/// Generates card customers, realistic and none of them real, and opens the bank that comes of it.
///
/// Args:
///     n (int): how many.
///     seed (int): the generator's seed: the same seed gives the same customers.
///     bank (str | os.PathLike[str] | None): where the bank is kept: a folder, or a database on a server. None: a temporary
///         folder, gone with the Bank.
///     timeout (float | datetime.timedelta | None): seconds after which a pipeline is given up.
///     catalog (Catalog | str | os.PathLike[str] | None): a folder of further dimensions, measures and analyses.
///     progress (bool): whether a bar shows how far it is.
///
/// Returns:
///     Bank: the bank.
///
/// Examples:
///     >>> bank = bs.sample(500)
///     >>> bank.customers.aggregate([{"$count": "n"}])[0]["n"]
///     500
#[pyfunction]
#[pyo3(
    signature = (n, *, seed=None, bank=None, timeout=None, catalog=None, progress=true),
    text_signature = "(n, *, seed=1, bank=None, timeout=None, catalog=None, progress=True)"
)]
pub(crate) fn sample(
    py: Python<'_>,
    n: &Bound<'_, PyAny>,
    seed: Option<&Bound<'_, PyAny>>,
    bank: Option<&Bound<'_, PyAny>>,
    timeout: Option<&Bound<'_, PyAny>>,
    catalog: Option<&Bound<'_, PyAny>>,
    #[pyo3(from_py_with = arguments::progress)] progress: bool,
) -> PyResult<Bank> {
    let n = arguments::whole(n, "n", 1..=MOST_CUSTOMERS)?;
    let seed = seed.map_or(Ok(1), |seed| arguments::whole(seed, "seed", 0..=u64::MAX))?;
    let filling = Filling::of(bank, timeout, catalog)?;
    let filled =
        filling.fill(py, progress, |filling, talk| filling.import(ImportSource::Sample { n, seed }, None, talk))?;
    filled.map_err(|error| errors::of_home(py, &error))
}

/// The analyses, dimensions and measures that can be asked for.
///
/// Args:
///     folder (str | os.PathLike[str] | None): further ones of your own. All faults of its files come at once.
///
/// Returns:
///     Catalog: the built-in ones, with those of the folder beside them.
///
/// Examples:
///     >>> "closures_by_months_inactive" in bs.catalog().analyses
///     True
#[pyfunction]
#[pyo3(signature = (folder=None))]
pub(crate) fn catalog(py: Python<'_>, folder: Option<&Bound<'_, PyAny>>) -> PyResult<Catalog> {
    let folder = Catalog::given(folder)?;
    let opened = bank::open_catalog(None, folder.as_deref()).map_err(|error| errors::of_home(py, &error))?;
    Ok(Catalog::of(Arc::new(opened), folder))
}

/// Closes banks in temporary folders that are still open when Python ends.
#[pyfunction]
pub(crate) fn close_temporary(py: Python<'_>) {
    py.detach(opened::close_temporary);
}

/// The place that was named, else the one that the environment names.
pub(crate) fn place(py: Python<'_>, said: Option<&Bound<'_, PyAny>>, argument: &str) -> PyResult<Place> {
    match said {
        Some(said) => named(said, argument),
        None => Place::unnamed().map_err(|error| errors::of_home(py, &error)),
    }
}

/// The place that was named.
pub(crate) fn named(said: &Bound<'_, PyAny>, argument: &str) -> PyResult<Place> {
    let is_text = said.is_instance_of::<PyString>();
    let path = arguments::path(said, argument)
        .map_err(|_| arguments::wrong_type(said, argument, "a folder, a connection string or `@FILE`"))?;
    // A path object is a folder, whatever it is called.
    let place = if is_text { Place::named(path.as_os_str()) } else { Ok(Place::Folder(path)) };
    place.map_err(|error| errors::of_home(said.py(), &error))
}

/// A bank that is about to be filled.
struct Filling {
    place: Option<Place>,
    options: Options,
}

impl Filling {
    fn of(
        bank: Option<&Bound<'_, PyAny>>,
        timeout: Option<&Bound<'_, PyAny>>,
        catalog: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Self> {
        let place = bank.map(|said| named(said, "bank")).transpose()?;
        let limits = Limits { time: arguments::seconds(timeout, "timeout")?, ..Limits::default() };
        Ok(Self { place, options: Options { catalog: Catalog::given(catalog)?, limits, ..Options::default() } })
    }

    fn fill(
        self,
        py: Python<'_>,
        progress: bool,
        import: impl FnOnce(&Self, &Talk<'_>) -> Result<bank::Bank, Error> + Send,
    ) -> PyResult<Result<Bank, Error>> {
        let work = |talk: &Talk<'_>| {
            // A fault of the catalog is told before a long import, not after it.
            bank::open_catalog(None, self.options.catalog.as_deref())?;
            import(&self, talk)
        };
        let filled = work::talk(py, Ear::bar(py, progress)?, work)?;
        Ok(filled.map(|filled| Bank::of(Opened::of(filled, self.options))))
    }

    fn import(&self, source: ImportSource<'_>, as_of: Option<Date>, talk: &Talk<'_>) -> Result<bank::Bank, Error> {
        import(self.place.clone(), source, as_of, &self.options, talk).map(|(filled, _)| filled)
    }
}

/// Imports, and opens what was imported into; also gives how many rows there are.
pub(crate) fn import(
    place: Option<Place>,
    source: ImportSource<'_>,
    as_of: Option<Date>,
    options: &Options,
    talk: &Talk<'_>,
) -> Result<(bank::Bank, u64), Error> {
    let found = |quality: &Quality| {
        for notice in bank::notices_of_import(quality) {
            (talk.say)(&format!("notice: {}", errors::in_python(&notice)));
        }
    };
    let imported = bank::import(place, &Import { source, as_of, found: &found }, &options.limits, talk)?;
    let rows = imported.rows;
    Ok((imported.open(&options.opening(talk))?, rows))
}
