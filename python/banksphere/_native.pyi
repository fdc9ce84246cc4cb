"""BankSphere's native module, for editors and type checkers: made from it by python/tests/test_stubs.py."""

import datetime
import os
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal, overload

import pandas
import polars
import pyarrow

from banksphere._catalog import Entries
from banksphere._types import Data, Filter, Pipeline, Projection, Query, Sort

def main(arguments: list[str], program: list[str]) -> int: ...
def close_temporary() -> None: ...

Dimension = Literal[
    "age_band",
    "gender",
    "education",
    "income",
    "marital_status",
    "card",
    "dependents",
    "status",
    "months_inactive",
    "contacts",
    "products",
    "tenure_band",
    "tenure_year",
    "amount_change_band",
    "count_change_band",
    "transaction_band",
    "spend_band",
    "limit_band",
    "open_to_buy_band",
    "balance_band",
    "utilization_band",
    "payer",
    "behaviour",
]

Measure = Literal[
    "customers",
    "closed",
    "closure_rate",
    "share",
    "row_share",
    "share_of_closed",
    "mean_age",
    "mean_tenure",
    "mean_products",
    "mean_months_inactive",
    "mean_contacts",
    "mean_limit",
    "mean_balance",
    "mean_open_to_buy",
    "mean_utilization",
    "spend_per_customer",
    "transactions_per_customer",
    "total_limit",
    "total_balance",
    "total_open_to_buy",
    "total_spend",
    "share_of_limit",
    "share_of_balance",
    "share_of_open_to_buy",
    "balance_to_limit",
]

def adopt(
    bank: str | os.PathLike[str] | None = None,
    *,
    customers: str | None = None,
    contract: str | os.PathLike[str] | None = None,
    closed: str | None = None,
    accept: Sequence[str] | None = None,
    timeout: float | datetime.timedelta | None = None,
    catalog: Catalog | str | os.PathLike[str] | None = None,
    progress: bool = True,
) -> Bank:
    """Says by a contract what the fields of collections mean that another program loaded, and opens the bank.

    The collections stay as they are; the contract is kept with the bank, and every analysis then reads them by it.

    Args:
        bank (str | os.PathLike[str] | None): a folder, a connection string such as `mongodb://host:27017/bank`, or `@FILE`
            with one. None: the one in the variable `BANKSPHERE_URI`, else `bank.sphere`.
        customers (str | None): the collection of customers. None: `customers`.
        contract (str | os.PathLike[str] | None): the file that says what its fields mean (docs/CONTRACT.md). None: what is
            recognised.
        closed (str | None): which values of which field mean that the account was closed: "Exited=1". None: what is recognised.
        accept (Sequence[str] | None): the names of rules that customers may break although that is a fault; every answer will say
            so.
        timeout (float | datetime.timedelta | None): seconds after which a pipeline is given up.
        catalog (Catalog | str | os.PathLike[str] | None): a folder of further dimensions, measures and analyses.
        progress (bool): whether a bar shows how far it is.

    Returns:
        Bank: the bank; what was assumed is told above the bar, and without one as warnings.

    Examples:
        >>> bank = bs.adopt("mongodb://127.0.0.1:27017/churndb", closed="Exited=1")  # doctest: +SKIP
    """

def analyze(
    file: Data,
    *,
    contract: str | os.PathLike[str] | None = None,
    closed: str | None = None,
    sheet: str | None = None,
    delimiter: str | None = None,
    accept: Sequence[str] | None = None,
    set_aside: str | os.PathLike[str] | None = None,
    bank: str | os.PathLike[str] | None = None,
    as_of: str | datetime.date | None = None,
    timeout: float | datetime.timedelta | None = None,
    catalog: Catalog | str | os.PathLike[str] | None = None,
    progress: bool = True,
) -> Bank:
    """Imports customers from a file, a data frame or a list of dicts, and opens the bank that comes of it.

    Args:
        file (Data): a file (CSV, Excel, Parquet, Arrow or JSON, packed or not), a data frame of pandas, Polars, pyarrow,
            DuckDB or whatever else gives an Arrow stream, or a list of dicts.
        contract (str | os.PathLike[str] | None): the file that says what its columns mean (docs/CONTRACT.md). None: that of
            the bank that it goes into; in a new bank, what is recognised.
        closed (str | None): which values of which column mean that the account was closed: "Exited=1". None: what is recognised.
        sheet (str | None): the sheet of a workbook. None: the first that looks like a table.
        delimiter (str | None): what stands between the cells of a text file. None: what is recognised.
        accept (Sequence[str] | None): the names of rules that rows may break although that is a fault; every answer will say so.
        set_aside (str | os.PathLike[str] | None): where the rows with faults go, each with its reasons; the others are imported.
            None: a fault stops the import.
        bank (str | os.PathLike[str] | None): where the bank is kept: a folder, or a database on a server. None: a temporary
            folder, gone with the Bank.
        as_of (str | datetime.date | None): the day that the data describes. None: today in UTC.
        timeout (float | datetime.timedelta | None): seconds after which a pipeline is given up.
        catalog (Catalog | str | os.PathLike[str] | None): a folder of further dimensions, measures and analyses.
        progress (bool): whether a bar shows how far it is.

    Returns:
        Bank: the bank; `bank.quality` tells what is in it.

    Examples:
        >>> bank = bs.analyze(csv)
        >>> bank.status.closures_by_months_inactive().name
        'closures_by_months_inactive'
    """

def catalog(folder: str | os.PathLike[str] | None = None) -> Catalog:
    """The analyses, dimensions and measures that can be asked for.

    Args:
        folder (str | os.PathLike[str] | None): further ones of your own. All faults of its files come at once.

    Returns:
        Catalog: the built-in ones, with those of the folder beside them.

    Examples:
        >>> "closures_by_months_inactive" in bs.catalog().analyses
        True
    """

def draft(
    file: Data,
    *,
    closed: str | None = None,
    sheet: str | None = None,
    delimiter: str | None = None,
    progress: bool = True,
) -> str:
    """Drafts the contract of customers in a file, a data frame or a list of dicts: what they are taken for,
    to be read, changed, and given to `analyze`.

    Args:
        file (Data): a file (CSV, Excel, Parquet, Arrow or JSON, packed or not), a data frame of pandas, Polars, pyarrow,
            DuckDB or whatever else gives an Arrow stream, or a list of dicts.
        closed (str | None): which values of which column mean that the account was closed: "Exited=1". None: what is recognised.
        sheet (str | None): the sheet of a workbook. None: the first that looks like a table.
        delimiter (str | None): what stands between the cells of a text file. None: what is recognised.
        progress (bool): whether a bar shows how far it is.

    Returns:
        str: the contract, as TOML; what was assumed is told as warnings are.

    Examples:
        >>> bs.draft(csv).splitlines()[0]
        '# The contract of the data set "Credit Card Customers" (BankChurners.csv): one row a customer, 21 columns.'
    """

def open(
    place: str | os.PathLike[str] | None = None,
    *,
    as_of: str | datetime.date | None = None,
    timeout: float | datetime.timedelta | None = None,
    memory_limit: int | None = None,
    catalog: Catalog | str | os.PathLike[str] | None = None,
    contract: str | os.PathLike[str] | None = None,
) -> Bank:
    """Opens the bank that is there.

    Args:
        place (str | os.PathLike[str] | None): a folder, a connection string such as `mongodb://host:27017/bank`, or `@FILE`
            with one. None: the one in the variable `BANKSPHERE_URI`, else `bank.sphere`.
        as_of (str | datetime.date | None): the day that is asked about: each collection in its newest state not later than
            that. None: the newest.
        timeout (float | datetime.timedelta | None): seconds after which a pipeline is given up.
        memory_limit (int | None): bytes that a pipeline may hold; half of the machine's memory where it is left out.
        catalog (Catalog | str | os.PathLike[str] | None): a folder of further dimensions, measures and analyses.
        contract (str | os.PathLike[str] | None): the file by which collections are read that another program loaded. None: that
            by which they were adopted, if they were.

    Returns:
        Bank: the bank. Nothing is created.

    Examples:
        >>> bank = bs.open(folder)
        >>> bank.collections
        ['customers', 'transactions']
    """

def sample(
    n: int,
    *,
    seed: int = 1,
    bank: str | os.PathLike[str] | None = None,
    timeout: float | datetime.timedelta | None = None,
    catalog: Catalog | str | os.PathLike[str] | None = None,
    progress: bool = True,
) -> Bank:
    """Generates card customers, realistic and none of them real, and opens the bank that comes of it.

    Args:
        n (int): how many.
        seed (int): the generator's seed: the same seed gives the same customers.
        bank (str | os.PathLike[str] | None): where the bank is kept: a folder, or a database on a server. None: a temporary
            folder, gone with the Bank.
        timeout (float | datetime.timedelta | None): seconds after which a pipeline is given up.
        catalog (Catalog | str | os.PathLike[str] | None): a folder of further dimensions, measures and analyses.
        progress (bool): whether a bar shows how far it is.

    Returns:
        Bank: the bank.

    Examples:
        >>> bank = bs.sample(500)
        >>> bank.customers.aggregate([{"$count": "n"}])[0]["n"]
        500
    """

class Bank:
    """A bank of card customers: a folder, or a database on a server.

    `open`, `analyze` and `sample` give one. It can be used in a `with` statement, which closes it at its end.

    Examples:
        >>> with bs.sample(500) as bank:
        ...     table = bank.segment(by=["age_band", "gender"])
        >>> table.columns[:3]
        ['age_band', 'gender', 'customers']
    """
    @overload
    def ask(self, topic: str, name: str, *, where: Filter | None = None) -> Table:
        """Asks any topic of the catalog, those of a folder too.

        Args:
            topic (str): the topic's word, such as `segment`.
            name (str | None): one analysis by name.
            by (str | Sequence[str] | None): dimensions or fields to group by.
            measures (str | Sequence[str] | None): measures to show.
            where (Filter | None): which customers: `"Customer_Age>=45"`, or a `$match` as a dict; of a list, all must hold.

        Returns:
            Table | Tables: the answer; those of all analyses where neither a name nor `by` nor `measures` is given.

        Examples:
            >>> bank.ask("status", by="gender", measures="closure_rate").columns[:3]
            ['gender', 'customers', 'closure_rate']
        """
    @overload
    def ask(
        self,
        topic: str,
        *,
        by: Dimension | str | Sequence[Dimension | str],
        measures: Measure | str | Sequence[Measure | str] | None = None,
        where: Filter | None = None,
    ) -> Table: ...
    @overload
    def ask(self, topic: str, *, measures: Measure | str | Sequence[Measure | str], where: Filter | None = None) -> Table: ...
    @overload
    def ask(self, topic: str, *, where: Filter | None = None) -> Tables: ...
    @property
    def catalog(self) -> Catalog:
        """the analyses, dimensions and measures that can be asked for."""
    def check(self, *, progress: bool = True) -> list[str]:
        """Looks at every byte of a bank in a folder, of all its days.

        Args:
            progress (bool): whether a bar shows how far it is.

        Returns:
            list[str]: what is not as it was written, each with its file; none is good news.
        """
    def close(self) -> None:
        """Lets go of the bank; a temporary one is gone."""
    @property
    def collections(self) -> list[str]:
        """the names of its collections."""
    def compare(
        self,
        first: Filter,
        second: Filter | None = None,
        *,
        where: Filter | None = None,
        measures: Measure | str | Sequence[Measure | str] | None = None,
    ) -> Table:
        """Sets two segments of customers side by side: measures with their difference, its interval and a test. Segments that
        share customers are refused.

        Args:
            first (Filter): the first segment.
            second (Filter | None): the second. None: all other customers.
            where (Filter | None): which customers are looked at, of either segment.
            measures (str | Sequence[str] | None): measures to compare. None: all of the catalog.

        Returns:
            Table: one measure a row; shares are parts of one.

        Examples:
            >>> bank.compare("Gender=F", "Gender=M", measures="mean_age")["measure"]
            ['customers', 'mean_age']
        """
    def copy_to(self, place: str | os.PathLike[str], *, progress: bool = True) -> list[str]:
        """Copies the bank's collections to another bank: all or none.

        Args:
            place (str | os.PathLike[str]): the bank that is written to: a folder, a database on a server, or `@FILE` with its
                connection string.
            progress (bool): whether a bar shows how far it is.

        Returns:
            list[str]: the names of the collections.
        """
    def create_view(
        self,
        name: str,
        on: str,
        pipeline: Pipeline,
        *,
        collation: Mapping[str, Any] | str | None = None,
    ) -> Collection:
        """Makes a view: a pipeline under a name, which answers as a collection does.

        Args:
            name (str): what it is called.
            on (str): the collection or the view that it stands on.
            pipeline (Pipeline): its stages as a list of dicts, or as text.
            collation (Mapping[str, Any] | str | None): by the rules of which language it compares strings.

        Returns:
            Collection: the view.

        Examples:
            >>> bank = bs.analyze(csv, progress=False)
            >>> women = bank.create_view("women", "customers", [{"$match": {"Gender": "F"}}])
            >>> women.aggregate([{"$count": "n"}])[0]["n"]
            252
            >>> bank.drop("women")
            {'women': 0}
        """
    @property
    def customers(self) -> Collection:
        """the customers: who they are, and whether they closed their account."""
    @property
    def days(self) -> list[datetime.date]:
        """the days of which the bank has a state of its own, the newest last."""
    def describe(self, column: str | None = None, *, where: Filter | None = None) -> Table:
        """Describes each column of the customers: answers, mean, standard deviation, quartiles, the most frequent value.

        Args:
            column (str | None): how the values of this one are spread, with a histogram; all columns otherwise.
            where (Filter | None): which customers.

        Returns:
            Table: one column a row, or one bar of the histogram.
        """
    def drop(self, name: str) -> dict[str, int]:
        """Takes a collection out of the bank, with all its days; `customers` under a contract go with their `transactions`.
        Banks that were opened earlier go on with what they read.

        Args:
            name (str): the collection.

        Returns:
            dict[str, int]: the collections that went, each with the number of its documents.

        Examples:
            >>> bank = bs.analyze(csv, progress=False)
            >>> bank.import_documents("notes", [{"text": "a"}, {"text": "b"}], progress=False)
            2
            >>> bank.drop("notes")
            {'notes': 2}
        """
    def drop_day(self, day: str | datetime.date) -> dict[str, int]:
        """Takes a day out of the bank, which is then as of that day what it was before. Banks that were opened earlier go on with
        what they read.

        Args:
            day (str | datetime.date): the day.

        Returns:
            dict[str, int]: the collections that had a state of that day, each with the number of its documents.

        Examples:
            >>> bank = bs.analyze(csv, as_of="2026-05-31", progress=False)
            >>> bank.drop_day("2026-05-31")
            {'customers': 500, 'transactions': 500}
        """
    @property
    def health(self) -> HealthTopic:
        """how healthy their credit is: limits, balances, utilization.

        Examples:
            >>> bank.health(by="Card_Category", measures="mean_utilization", where="Customer_Age>=45").columns[2]
            'mean_utilization'
        """
    def import_csv(self, file: Data, *, as_of: str | datetime.date | None = None, progress: bool = True) -> Table:
        """Loads customers into the bank, by its own contract. A row that breaks the contract stops the import and leaves the bank as
        it was.

        Args:
            file (Data): a file of any format that `analyze` takes, a data frame, or a list of dicts.
            as_of (str | datetime.date | None): the day that the data describes. None: today in UTC.
            progress (bool): whether a bar shows how far it is.

        Returns:
            Table: what the import found, one fact a row; also in `quality.imported`.
        """
    def import_documents(
        self,
        name: str,
        file: Data,
        *,
        append: bool = False,
        as_of: str | datetime.date | None = None,
        progress: bool = True,
    ) -> int:
        """Loads documents of any shape into a collection of the bank, in place of what it holds or added to that.

        Args:
            name (str): the collection.
            file (Data): a file of documents (JSON, mongodump's BSON, any table), a data frame whose rows become documents, or
                a list of dicts.
            append (bool): whether the documents that are there stay; an `_id` may come once in all of them.
            as_of (str | datetime.date | None): the day that the data describes. None: today in UTC.
            progress (bool): whether a bar shows how far it is.

        Returns:
            int: how many documents it has.
        """
    def indexes(
        self,
        what: str | None = None,
        pipeline: Pipeline | None = None,
        *,
        create: bool = False,
        progress: bool = True,
    ) -> Table | None:
        """Tries which indexes help pipelines on a server: each is built, tried and dropped again. A busy server is better copied.

        Args:
            what (str | None): an analysis by name, or a collection. None: the whole catalog.
            pipeline (Pipeline | None): the pipeline over the collection.
            create (bool): whether the indexes that help are kept.
            progress (bool): whether it is shown what is being tried.

        Returns:
            Table | None: one index a row, with times, keys and documents looked at, without and with it. None where none helps.
        """
    def info(self) -> Table:
        """Tells what lies in the bank: each collection with its size and its files, or its indexes and snapshots.

        Returns:
            Table: one collection a row.
        """
    def list_customers(
        self,
        *,
        where: Filter | None = None,
        sort: str | Sequence[str] | None = None,
        limit: int = 20,
        columns: str | Sequence[str] | None = None,
    ) -> Table:
        """Lists customers.

        Args:
            where (Filter | None): which customers: `"Customer_Age>=45 and Card_Category in Gold,Silver"`, or a MongoDB
                `$match` as a dict; of a list of them, all must hold.
            sort (str | Sequence[str] | None): fields, dimensions or roles to sort by; `-spend` downwards. None: by key.
            limit (int): how many customers, 20 unless you say otherwise; 0 lists all.
            columns (str | Sequence[str] | None): fields, dimensions or roles behind the key. None: all columns.

        Returns:
            Table: the customers, one a row; where there are more, a warning and `notes` say how many.

        Examples:
            >>> bank.list_customers(where="gender=women", sort="-Total_Trans_Amt", limit=3, columns=["age_band"]).shape
            (3, 2)
        """
    def on(self, day: str | datetime.date) -> Bank:
        """The same bank as of another day: each collection in its newest state not later than that.

        Args:
            day (str | datetime.date): the day.

        Returns:
            Bank: the bank as of that day.

        Examples:
            >>> bank.on(bank.days[-1]).customers.aggregate([{"$count": "n"}])[0]["n"]
            500
        """
    @property
    def place(self) -> str:
        """where the bank is: its folder, or its connection string without any password."""
    @property
    def quality(self) -> Quality:
        """what the columns of the customers hold, and what is to be doubted; what the import found is its `imported`.

        Examples:
            >>> bank.quality.line
            '500 customers, 21 columns. No doubts; 7 columns have remarks (heaps, outliers, round numbers).'
        """
    def report(
        self,
        file: str | os.PathLike[str] = 'report.html',
        *,
        title: str | None = None,
        bank_name: str | None = None,
        pipelines: bool = False,
        progress: bool = True,
    ) -> str:
        """Answers the whole catalog and writes it as one HTML file, which opens offline.

        Args:
            file (str | os.PathLike[str]): where it goes; its ending says what it becomes: `.html`, `.pdf` or `.xlsx`.
            title (str | None): its heading; what the customers are, otherwise.
            bank_name (str | None): the name of the bank, above the heading.
            pipelines (bool): whether a PDF ends in the pipelines; a page of HTML always has them.
            progress (bool): whether a bar shows how far it is.

        Returns:
            str: the file.
        """
    @property
    def segment(self) -> SegmentTopic:
        """who the customers are: segments by age, gender, education, income, card.

        Examples:
            >>> bank.segment("by_income").title
            'Customers by income'
        """
    @property
    def status(self) -> StatusTopic:
        """who closed their account, and what goes with it.

        Examples:
            >>> bank.status(by="age_band", measures="closure_rate").columns[:3]
            ['age_band', 'customers', 'closure_rate']
        """
    @property
    def transactions(self) -> Collection:
        """what each customer did with the card over twelve months."""
    @property
    def why(self) -> Why:
        """which columns together tell who closed their account: `bank.why()` trains models."""
    def __getitem__(self, name: str, /) -> Collection: ...
    def __iter__(self) -> Iterator[str]: ...
    def __contains__(self, name: str, /) -> bool: ...
    def __enter__(self) -> Bank: ...
    def __exit__(self, kind: object, error: object, trace: object, /) -> None: ...

class Budget:
    """Customers to call under a budget, and what that is expected to bring under the assumptions.

    In a notebook it shows its sentences and charts.

    Examples:
        >>> models = bs.sample(400, progress=False).why(repeats=1, progress=False)
        >>> budget = models.budget({"contact": 3, "saved_low": 0.2, "saved_high": 0.4}, most=500)
        >>> budget.customers.columns[:4]
        ['CLIENTNUM', 'place', 'probability', 'value']
        >>> budget.sentences[0].startswith("Of ")
        True
    """
    @property
    def customers(self) -> Table:
        """the customers to call, the one who is expected to bring most first, with the reasons for each score."""
    @property
    def sensitivity(self) -> Table:
        """by how much the best profit changes with half of each assumption, and with half as much again. Its chart draws it."""
    @property
    def sentences(self) -> list[str]:
        """what it says: how many are worth a call, what that brings, and what is assumed."""
    @property
    def sizes(self) -> Table:
        """the expected profit by the size of the list, with its interval. Its chart draws it."""
    @property
    def views(self) -> Table:
        """what the scores of each view are worth, and what can be done without any."""

class Campaign:
    """A list of customers, of whom some are called and some are held out, so that what the calls did can be told from chance.

    Args:
        list (Any): the customers: `budget.customers`, any Table, a data frame, a list of dicts, or the path of a file of CSV.
        key (str | None): the column of the customers' numbers; the first otherwise.

    Examples:
        >>> design = bs.Campaign.design(effect=0.05, rate=0.2)
        >>> design["held_out"]
        [906]
        >>> campaign = bs.Campaign([{"number": n, "probability": n / 10} for n in range(10)]).assign(0.3, seed=1)
        >>> campaign.customers["arm"].count("held out")
        3
        >>> campaign.customers[0]
        {'number': 0, 'probability': 0.0, 'arm': 'held out'}
    """
    def assign(self, hold_out: int | float | str, *, seed: int) -> Campaign:
        """Draws at random who is held out.

        Args:
            hold_out (int | float | str): how many are held out: `200`, or a share, `0.1` or `"10%"`.
            seed (int): another number draws others; the same draws the same on every machine.

        Returns:
            Campaign: the list with a column `arm`.
        """
    @property
    def customers(self) -> Table:
        """the customers; assigned ones with a column `arm`, `called` or `held out`."""
    @staticmethod
    def design(
        effect: float,
        rate: float,
        *,
        power: float = 0.8,
        alpha: float = 0.05,
        customers: int | None = None,
    ) -> Table:
        """How many customers to hold out, so that the effect of the calls is found.

        Args:
            effect (float): by how much a call lowers the closure rate, such as 0.05.
            rate (float): the closure rate of the list's customers without a call, such as 0.2.
            power (float): how likely the effect is to be found.
            alpha (float): how likely one is to be found where there is none.
            customers (int | None): how many customers the list has, of whom as few as it takes are held out.

        Returns:
            Table: the sizes of both arms, with what they can find.
        """
    def evaluate(
        self,
        outcomes: Any,
        *,
        closed: str | None = None,
        score: str | None = None,
        leave_unknown_out: bool = False,
    ) -> Tables:
        """What the calls did: the closures of those called beside the closures of those held out.

        Args:
            outcomes (Any): who has closed since: a Bank, or the customers' numbers with a column `closed` of 1 and 0, as a Table, a
                data frame, a list of dicts or the path of a file of CSV.
            closed (str | None): which values of which column of these mean closed, such as `"status=gone"`.
            score (str | None): the column of the list's scores; `probability`, where there is one, otherwise.
            leave_unknown_out (bool): whether customers of whom nothing is known later are left out; refused otherwise.

        Returns:
            Tables: the arms, and how the effect grows from the highest scores down where that can be told.
        """
    def __init__(self, list: Any, *, key: str | None = None) -> None: ...
    def __len__(self) -> int: ...

class Catalog:
    """What can be asked: analyses, dimensions to group by, measures to show.

    Each of the three knows its entries by attribute, by `[name]` and by iteration; an entry shows what it is, with a
    pipeline to paste.

    Examples:
        >>> catalog = bs.catalog()
        >>> catalog.dimensions.age_band.label
        'Age band'
        >>> [measure.name for measure in catalog.measures][:2]
        ['customers', 'closed']
    """
    @property
    def analyses(self) -> Entries:
        """the analyses of all topics."""
    @property
    def dimensions(self) -> Entries:
        """what customers can be grouped by."""
    @property
    def measures(self) -> Entries:
        """what can be told of each group."""

class Chart:
    """A picture of a table. In a notebook it shows itself in the notebook's colours, elsewhere as text.

    Examples:
        >>> chart = bank.status("closures_by_months_inactive").chart()
        >>> chart.svg[:4]
        '<svg'
    """
    def save(self, path: str | os.PathLike[str]) -> None:
        """Writes the chart to a file.

        Args:
            path (str | os.PathLike[str]): the file; its ending says as what: `.svg`, `.png` or `.pdf`.
        """
    @property
    def svg(self) -> str:
        """the chart as an SVG picture of its own, on white."""

class Collection:
    """A collection of a bank: documents that answer pipelines.

    `bank.customers`, `bank.transactions` and `bank["name"]` give one.
    """
    def aggregate(
        self,
        pipeline: Pipeline,
        *,
        strict: bool = False,
        collation: Mapping[str, Any] | str | None = None,
    ) -> Table:
        """Runs any MongoDB aggregation pipeline.

        Args:
            pipeline (Pipeline): its stages as a list of dicts, as pymongo takes them, or as mongosh's or Extended JSON text.
            strict (bool): whether a field that no document has is refused. Otherwise it counts as missing, as on a server, and
                a warning names it.
            collation (Mapping[str, Any] | str | None): by the rules of which language strings are compared, as pymongo takes
                it; None for a comparison by bytes.

        Returns:
            Table: one document a row.

        Examples:
            >>> lower = [{"$match": {"Gender": "f"}}, {"$count": "women"}]
            >>> bank.customers.aggregate(lower, collation={"locale": "en", "strength": 1})[0]["women"]
            252
            >>> bank.customers.aggregate([{"$match": {"Gender": "F"}}, {"$count": "women"}]).columns
            ['women']
            >>> bank.customers.aggregate("[{$limit: 2}, {$project: {_id: 0, Gender: 1}}]").columns
            ['Gender']
        """
    def count_documents(
        self,
        filter: Query | None = None,
        *,
        skip: int = 0,
        limit: int = 0,
        collation: Mapping[str, Any] | str | None = None,
    ) -> int:
        """Counts documents.

        Args:
            filter (Query | None): which documents. None: all.
            skip (int): how many are left out first.
            limit (int): at how many counting ends; 0 means never.
            collation (Mapping[str, Any] | str | None): by the rules of which language strings are compared.

        Returns:
            int: how many there are.

        Examples:
            >>> bank.customers.count_documents({"Gender": "F"})
            252
        """
    def distinct(
        self,
        key: str,
        filter: Query | None = None,
        *,
        collation: Mapping[str, Any] | str | None = None,
    ) -> list[Any]:
        """Lists the different values of a field, in their order; arrays at the end of its path are taken apart.

        Args:
            key (str): the field, a dotted path.
            filter (Query | None): of which documents. None: all.
            collation (Mapping[str, Any] | str | None): by the rules of which language strings are compared.

        Returns:
            list[Any]: the values.

        Examples:
            >>> bank.customers.distinct("Card_Category", {"Gender": "F"})
            ['Blue', 'Platinum', 'Silver']
        """
    def estimated_document_count(self) -> int:
        """Counts all documents. Of a bank this is no estimate.

        Returns:
            int: how many there are.
        """
    def explain(
        self,
        pipeline: Pipeline,
        *,
        strict: bool = False,
        collation: Mapping[str, Any] | str | None = None,
    ) -> Explanation:
        """Runs a pipeline and tells what became of it, stage by stage: the columns and rows read, or a server's indexes, keys
        and documents.

        Args:
            pipeline (Pipeline): its stages as a list of dicts, or as text.
            strict (bool): whether a field that no document has is refused.
            collation (Mapping[str, Any] | str | None): by the rules of which language strings are compared.

        Returns:
            Explanation: the account.

        Examples:
            >>> print(bank.customers.explain([{"$sortByCount": "$Gender"}]).text.splitlines()[0])
            scan: 500 rows, 1 column (Gender)
        """
    @property
    def fields(self) -> Table | None:
        """its fields: their paths and types, and whether they may be null. None where documents may be of any
        shape.
        """
    def find(
        self,
        filter: Query | None = None,
        projection: Projection | None = None,
        sort: Sort | None = None,
        skip: int = 0,
        limit: int = 0,
        *,
        strict: bool = False,
        collation: Mapping[str, Any] | str | None = None,
    ) -> Cursor:
        """Finds documents by a filter, as pymongo's `find` does. Nothing is asked before a document is.

        Args:
            filter (Query | None): which documents, in MongoDB's query language: a dict, or its text in mongosh's spelling or
                Extended JSON. None: all.
            projection (Projection | None): which fields: a list of those that are kept, or a dict. None: all.
            sort (Sort | None): in which order: a list of pairs of a field and 1 or -1. None: as they lie.
            skip (int): how many are left out first.
            limit (int): how many there are at most; 0 means all of them, and a negative number its amount.
            strict (bool): whether a field that no document has is refused. Otherwise it counts as missing, as on a server, and
                a warning names it.
            collation (Mapping[str, Any] | str | None): by the rules of which language strings are compared.

        Returns:
            Cursor: an iterator of dicts, which also makes tables and data frames of all of them.

        Examples:
            >>> [customer["Gender"] for customer in bank.customers.find({"Gender": "F"}, limit=2)]
            ['F', 'F']
            >>> bank.customers.find("{Gender: 'F'}", ["Card_Category"]).to_table().columns
            ['_id', 'Card_Category']
        """
    def find_one(
        self,
        filter: Query | None = None,
        projection: Projection | None = None,
        sort: Sort | None = None,
        skip: int = 0,
        *,
        collation: Mapping[str, Any] | str | None = None,
    ) -> dict[str, Any] | None:
        """Finds one document.

        Args:
            filter (Query | None): which documents. What is no dict and no text is the `_id` of the one.
            projection (Projection | None): which fields. None: all.
            sort (Sort | None): in which order, of which the first is taken.
            skip (int): how many are left out first.
            collation (Mapping[str, Any] | str | None): by the rules of which language strings are compared.

        Returns:
            dict[str, Any] | None: the document, if there is one.

        Examples:
            >>> bank.customers.find_one({"Gender": "F"}, {"_id": 0, "Gender": 1})
            {'Gender': 'F'}
        """
    def knowingly(self, columns: str | Sequence[str]) -> Collection:
        """The same collection, which reads columns although they name persons by the contract: without that, documents are
        shown without them, and a pipeline that names one is refused.

        Args:
            columns (str | Sequence[str]): the columns, by their names in the contract.

        Returns:
            Collection: the collection.
        """
    @property
    def name(self) -> str:
        """its name."""
    def stream(
        self,
        pipeline: Pipeline,
        *,
        strict: bool = False,
        collation: Mapping[str, Any] | str | None = None,
    ) -> Documents:
        """Runs a pipeline and gives its documents one after the other as they come, for answers that are larger than memory.

        Args:
            pipeline (Pipeline): its stages as a list of dicts, or as text.
            strict (bool): whether a field that no document has is refused.
            collation (Mapping[str, Any] | str | None): by the rules of which language strings are compared.

        Returns:
            Documents: an iterator of dicts. It holds on to the bank until it is at its end or let go.

        Examples:
            >>> sum(1 for customer in bank.customers.stream([{"$match": {"Gender": "F"}}]))
            252
        """
    def to_pandas(self) -> pandas.DataFrame:
        """Hands all documents to pandas.

        Returns:
            pandas.DataFrame: one document a row.
        """
    def to_polars(self) -> polars.DataFrame:
        """Hands all documents to Polars.

        Returns:
            polars.DataFrame: one document a row.
        """
    def __len__(self) -> int: ...
    def __bool__(self) -> bool: ...

class Cursor:
    """The documents that `find` finds, one after the other as they come; or all of them as a table or a data frame.

    Examples:
        >>> cursor = bank.customers.find({"Gender": "F"}, ["Card_Category"]).sort("_id", -1).limit(2)
        >>> len(cursor.to_list())
        2
    """
    def limit(self, limit: int) -> Cursor:
        """Says how many documents come at most.

        Args:
            limit (int): how many; 0 means all of them, and a negative number its amount.

        Returns:
            Cursor: the same cursor.
        """
    @property
    def pipeline(self) -> list[dict[str, Any]]:
        """the pipeline that it is, for pymongo's `aggregate`. What `$elemMatch` and `.$` of a projection
        take of a document is taken behind it.
        """
    def skip(self, skip: int) -> Cursor:
        """Leaves out the first documents.

        Args:
            skip (int): how many.

        Returns:
            Cursor: the same cursor.
        """
    def sort(
        self,
        key_or_list: str | Sequence[str | tuple[str, int]] | Mapping[str, int],
        direction: int = 1,
    ) -> Cursor:
        """Says in which order the documents come.

        Args:
            key_or_list (str | Sequence[str | tuple[str, int]] | Mapping[str, int]): a field; or fields with their directions.
            direction (int): 1 upwards, -1 downwards; for a single field.

        Returns:
            Cursor: the same cursor.
        """
    def to_arrow(self) -> pyarrow.Table:
        """Hands all documents to pyarrow.

        Returns:
            pyarrow.Table: one document a row.
        """
    def to_list(self) -> list[dict[str, Any]]:
        """Gives the documents that are left.

        Returns:
            list[dict[str, Any]]: the documents.
        """
    def to_pandas(self) -> pandas.DataFrame:
        """Hands all documents to pandas.

        Returns:
            pandas.DataFrame: one document a row.
        """
    def to_polars(self) -> polars.DataFrame:
        """Hands all documents to Polars.

        Returns:
            polars.DataFrame: one document a row.
        """
    def to_table(self) -> Table:
        """Gives all documents as a table, whatever was taken of the cursor before.

        Returns:
            Table: one document a row.
        """
    def __iter__(self) -> Iterator[dict[str, Any]]: ...
    def __next__(self) -> dict[str, Any]: ...

class Documents:
    """The documents of a pipeline, one after the other as they come."""

class Explanation:
    """What became of a pipeline: the embedded engine's account of it, or the server's.

    Examples:
        >>> bank.customers.explain([{"$match": {"Gender": "F"}}, {"$sortByCount": "$Card_Category"}])
        scan: 500 rows, 2 columns (Gender, Card_Category)
        rewritten: sort by count to group
          1. $match: filter by lookup table (500 → 252 rows)
          2. $group: group dense, 1 key → 4 cells (252 → 3 rows)
          3. $sort: row mode (3 → 3 rows)
        >>> bank.customers.explain([{"$count": "n"}]).document["rowsRead"]
        500
    """
    @property
    def document(self) -> dict[str, Any]:
        """all of it, as the engine or the server tells it."""
    @property
    def text(self) -> str:
        """the account as text."""

class Models:
    """Models of who closed their account, one a view, with the evidence for them.

    In a notebook they show what they say. `tables` has it as data.

    Examples:
        >>> bank = bs.sample(400, progress=False)
        >>> models = bank.why(repeats=1, progress=False)
        >>> models.views
        ['hindsight', 'early', 'who', 'first_part']
        >>> models.tables["why_views"]["roc_auc"][0] > 0.9
        True
        >>> models.score().columns
        ['CLIENTNUM', 'log_odds', 'probability']
    """
    def budget(
        self,
        assumptions: Any = None,
        *,
        most: float | None = None,
        view: str | None = None,
        unseen_is_missing: bool = False,
        progress: bool = True,
    ) -> Budget:
        """Chooses the customers to call: who is worth it, how many, and what that is expected to bring.

        Args:
            assumptions (Any): margins, costs and the share that is saved: a dict such as `{"contact": 5}`, or the file that
                `banksphere budget --write-assumptions` writes. Built-in numbers otherwise.
            most (float | None): the most that contacts and incentives together may cost.
            view (str | None): the view whose model scores; the one that can foresee most otherwise.
            unseen_is_missing (bool): whether a category that the model has not seen counts as no answer; refused otherwise.
            progress (bool): whether to show a progress bar.

        Returns:
            Budget: the list, and what it brings under these assumptions.
        """
    def save(self, file: str | os.PathLike[str]) -> None:
        """Writes them to a file, which `banksphere score --model` takes.

        Args:
            file (str | os.PathLike[str]): the file, such as `model.json`.
        """
    def score(
        self,
        *,
        view: str | None = None,
        reasons: bool = False,
        into: str | None = None,
        unseen_is_missing: bool = False,
    ) -> Table:
        """Scores all customers: their log-odds and probability of closure, by one pipeline.

        Args:
            view (str | None): the view whose model scores; the one that can foresee most otherwise.
            reasons (bool): whether each customer's three strongest reasons come beside the score.
            into (str | None): the collection of the bank that the scores are written into.
            unseen_is_missing (bool): whether a category that the model has not seen counts as no answer; refused otherwise.

        Returns:
            Table: one customer a row; no row where they are written into a collection.
        """
    @property
    def tables(self) -> Tables:
        """what they say. Models of other customers than the bank's say so by a warning."""
    @property
    def views(self) -> list[str]:
        """the names of the views."""

class Quality:
    """What the columns of the customers hold, and what is to be doubted before any answer is believed.

    In a notebook it shows itself: of each column type, role, missing answers, values, quartiles, heaps, outliers, a histogram;
    then the columns that determine another, the contract's rules, the first rows. It is called with `where` to look at some
    customers alone.

    Examples:
        >>> bank.quality.doubts
        []
        >>> bank.quality.columns["distinct"][3]
        2
        >>> bank.quality(where="Gender=F").columns["distinct"][3]
        1
    """
    @property
    def columns(self) -> Table:
        """the columns, one a row: kind, role, missing answers, distinct values, quartiles, outliers, AUC, remarks."""
    @property
    def doubts(self) -> list[str]:
        """what is to be doubted, the worst first: columns that hold the outcome, rules that are broken, answers that are
        missing.
        """
    @property
    def first(self) -> Table:
        """the first rows, by key. What names a person is hidden."""
    @property
    def imported(self) -> Table | None:
        """facts on the customers, from their import: rows, missing answers, outliers. None where none were imported
        under a contract.

        Examples:
            >>> bank.quality.imported[0]
            {'fact': 'Rows', 'value': '500'}
        """
    @property
    def line(self) -> str:
        """how many customers and columns there are, and the doubts."""
    @property
    def mongosh(self) -> str:
        """the pipelines as text to paste into mongosh."""
    @property
    def notes(self) -> list[str]:
        """how the figures are to be read."""
    @property
    def pairs(self) -> list[str]:
        """the columns that determine another."""
    @property
    def pipelines(self) -> list[tuple[str, list[dict[str, Any]]]]:
        """all pipelines that made it, each with the collection that it runs over."""
    @property
    def rules(self) -> dict[str, str]:
        """the rules of the contract, each with how often it holds."""
    def __call__(self, *, where: Filter | None = None) -> Quality: ...

class Table:
    """Rows and columns, and what is to be said of them.

    An analysis' table also has a title, a sentence and a chart; what a pipeline made has that pipeline. In a notebook a table
    shows all of that. `table[0]` is a row as a dict, `table["customers"]` a column as a list, `table[:5]` a table of some
    rows; `for row in table` goes through the rows. Nothing changes a table.

    Examples:
        >>> table = bank.segment(by="gender", measures="customers")
        >>> table
        Customers by gender
        How does the number of customers differ by gender?
        <BLANKLINE>
         Gender  Customers
        ──────────────────
         F             252
         M             248
        <BLANKLINE>
        The largest group is women: 252 of 500 customers (50.4 %).
        >>> table["customers"]
        [252, 248]
        >>> table[0]
        {'gender': 'F', 'customers': 252}
    """
    def chart(
        self,
        kind: str | None = None,
        *,
        x: str | None = None,
        y: str | Sequence[str] | None = None,
        series: str | None = None,
        title: str | None = None,
        unit: str | None = None,
    ) -> Chart:
        """Draws it. An analysis has a chart of its own; any table is drawn by naming a kind.

        Args:
            kind (str | None): `bar`, `grouped_bar`, `stacked_bar`, `interval`, `line`, `heatmap`, `ranking`, `box` or
                `small_multiples`. None: the analysis' own chart.
            x (str | None): the column along the axis of categories. None: the first.
            y (str | Sequence[str] | None): the columns that are drawn. None: those of numbers.
            series (str | None): the column that splits the rows into series.
            title (str | None): the heading.
            unit (str | None): what `y` counts: `count`, `share`, `dollars`, `months`, `years` or `ratio`.

        Returns:
            Chart: the picture.

        Examples:
            >>> cards = bank.customers.aggregate([{"$sortByCount": "$Card_Category"}])
            >>> cards.chart("bar", title="Cards").svg[:4]
            '<svg'
        """
    @property
    def columns(self) -> list[str]:
        """the names of the columns."""
    def customers(
        self,
        row: int,
        *,
        sort: str | Sequence[str] | None = None,
        limit: int = 20,
        columns: str | Sequence[str] | None = None,
    ) -> Table:
        """Lists the customers that a row counts.

        Args:
            row (int): the place of the row, as in `table[row]`.
            sort (str | Sequence[str] | None): fields, dimensions or roles to sort by; `-spend` downwards. None: by key.
            limit (int): how many customers, 20 unless you say otherwise; 0 lists all.
            columns (str | Sequence[str] | None): fields, dimensions or roles behind the key. None: all columns.

        Returns:
            Table: the customers, one a row; where there are more, a warning and `notes` say how many.

        Examples:
            >>> table = bank.segment(by="gender", measures="customers")
            >>> len(table.customers(0, limit=0)) == table["customers"][0]
            True
        """
    @property
    def dtypes(self) -> dict[str, str]:
        """the type of each column, as Arrow has it. A column whose values have no type in common is a string
        of relaxed Extended JSON in Arrow, and so in pandas and Polars; the rows keep their values.

        Examples:
            >>> bank.customers.aggregate([{"$sortByCount": "$Gender"}]).dtypes
            {'_id': 'string', 'count': 'int32'}
        """
    def explain(self) -> Explanation:
        """Runs the pipeline again and tells what became of it, stage by stage.

        Returns:
            Explanation: the account.
        """
    def head(self, n: int = 5) -> Table:
        """Takes the first rows.

        Args:
            n (int): how many; of a negative number, all but so many.

        Returns:
            Table: the rows, without what is said of all of them.
        """
    @property
    def labels(self) -> list[str]:
        """the headings of the columns."""
    @property
    def mongosh(self) -> str:
        """the pipelines as text to paste into mongosh.

        Examples:
            >>> print(bank.customers.aggregate([{"$sortByCount": "$Gender"}]).mongosh)
            db.customers.aggregate([
              { $sortByCount: "$Gender" }
            ])
        """
    @property
    def name(self) -> str | None:
        """the name of the analysis. None of what is no answer."""
    @property
    def notes(self) -> list[str]:
        """cautions made from the numbers; of a list, how many customers there are where not all are listed."""
    @property
    def pipeline(self) -> list[dict[str, Any]]:
        """the pipeline that made it, as pymongo takes it. Where there are several, `pipelines` has them.

        Examples:
            >>> bank.customers.aggregate("[{$sortByCount: '$Gender'}]").pipeline
            [{'$sortByCount': '$Gender'}]
        """
    @property
    def pipelines(self) -> list[tuple[str, list[dict[str, Any]]]]:
        """all pipelines that made it, each with the collection that it runs over."""
    def pivot(self) -> Table:
        """Lays a table of two dimensions out as a grid: the first down, the second across, without intervals. The number of
        customers is shown where the question names it.

        Returns:
            Table: the grid.

        Examples:
            >>> bank.segment(by=["gender", "card"], measures="customers").pivot().columns
            ['gender', 'Blue', 'Silver', 'Gold', 'Platinum']
        """
    @property
    def question(self) -> str | None:
        """the question in plain words."""
    @property
    def reading(self) -> str | None:
        """how to read the table and the chart."""
    def save(self, path: str | os.PathLike[str], *, spreadsheet: bool = False) -> None:
        """Writes the rows to a file.

        Args:
            path (str | os.PathLike[str]): the file; its ending says as what: `.csv`, `.json`, `.ndjson`, `.md`, `.txt`,
                `.xlsx`, `.html` or `.parquet`.
            spreadsheet (bool): whether a `.csv` is one for a spreadsheet: with the mark by which Excel reads every letter right,
                and a `'` before text that would be taken for a formula. Where there is such text and it is not so, a warning
                says it.
        """
    @property
    def sentence(self) -> str | None:
        """what a manager could repeat, made from the numbers."""
    @property
    def shape(self) -> tuple[int, int]:
        """the numbers of rows and of columns."""
    @property
    def title(self) -> str | None:
        """the heading, with the filter where there is one."""
    def to_arrow(self) -> pyarrow.Table:
        """Hands the rows to pyarrow. A column whose values have several types is of text, in which texts stand as they are and other
        values as Extended JSON; its field's metadata have the key `banksphere.mixed`.

        Returns:
            pyarrow.Table: the rows.
        """
    def to_pandas(self) -> pandas.DataFrame:
        """Hands the rows to pandas, through pyarrow where that is installed. A column whose values have several types holds them as
        pymongo gives them: Python's own, NaN where the field is missing. A dimension whose words have an order, such as bands of
        age, is a categorical in that order.

        Returns:
            pandas.DataFrame: the rows.
        """
    def to_polars(self) -> polars.DataFrame:
        """Hands the rows to Polars. A column whose values have several types is of text, in which texts stand as they are and other
        values as Extended JSON.

        Returns:
            polars.DataFrame: the rows.
        """
    @overload
    def __getitem__(self, key: int, /) -> dict[str, Any]: ...
    @overload
    def __getitem__(self, key: str, /) -> list[Any]: ...
    @overload
    def __getitem__(self, key: slice, /) -> Table: ...
    def __iter__(self) -> Iterator[dict[str, Any]]: ...
    def __len__(self) -> int: ...
    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object: ...
    def __arrow_c_schema__(self) -> object: ...

class Tables:
    """The answers of a topic, in order; each by its place or its name. In a notebook they show themselves below each other.

    Examples:
        >>> tables = bank.health()
        >>> len(tables) == len(tables.names)
        True
        >>> tables["credit_by_card"].name
        'credit_by_card'
    """
    @property
    def names(self) -> list[str]:
        """the names of the analyses."""
    def __getitem__(self, key: int | str, /) -> Table: ...
    def __iter__(self) -> Iterator[Table]: ...
    def __len__(self) -> int: ...

class Topic:
    """The questions of one topic: its analyses by name, and questions of your own.

    It is called with the name of an analysis, or with `by` and `measures`; and each analysis is a method of it.

    Examples:
        >>> bank.status("closures_by_months_inactive").name
        'closures_by_months_inactive'
        >>> bank.status.closures_by_months_inactive(where="Gender=F").name
        'closures_by_months_inactive'
        >>> bank.status(by="age_band", measures=["customers", "closure_rate"]).columns[:3]
        ['age_band', 'customers', 'closure_rate']
    """
    @overload
    def __call__(self, name: str, *, where: Filter | None = None) -> Table: ...
    @overload
    def __call__(
        self,
        *,
        by: Dimension | str | Sequence[Dimension | str],
        measures: Measure | str | Sequence[Measure | str] | None = None,
        where: Filter | None = None,
    ) -> Table: ...
    @overload
    def __call__(self, *, measures: Measure | str | Sequence[Measure | str], where: Filter | None = None) -> Table: ...
    @overload
    def __call__(self, *, where: Filter | None = None) -> Tables: ...

class Why:
    """Which columns together tell who closed their account: trains models, or reads them.

    Examples:
        >>> bank.why.kept is None
        True
    """
    def clusters(self, *, progress: bool = True) -> Tables:
        """Tells whether customers fall into groups by k-means: how stable groups are, and profiles only where there are any.

        Args:
            progress (bool): whether to show a progress bar.

        Returns:
            Tables: what speaks for each number of groups, and the groups where there are any.
        """
    @property
    def kept(self) -> Models | None:
        """those that are kept with the bank."""
    def read(self, file: str | os.PathLike[str]) -> Models:
        """Reads a file of models, which `save` or `banksphere why -o` wrote.

        Args:
            file (str | os.PathLike[str]): the file.

        Returns:
            Models: the models.
        """
    def scorecard(
        self,
        *,
        view: str | None = None,
        knowingly: str | Sequence[str] | None = None,
        progress: bool = True,
    ) -> Table:
        """Makes a scorecard: points by bins of each column, for those who must sign what they use.

        Args:
            view (str | None): the view whose columns it may use; the one that can foresee most otherwise.
            knowingly (str | Sequence[str] | None): columns to use though each tells the outcome alone.
            progress (bool): whether to show a progress bar.

        Returns:
            Table: the points of each bin. Its pipeline gives each customer's points.
        """

class SegmentTopic(Topic):
    """The questions of `bank.segment`, with the analyses of the built-in catalog."""
    def overview(self, where: Filter | None = None) -> Table:
        """The bank at a glance.

        How many customers are there, how many closed their account, and what are their means and totals?

        By: all customers. Measures: customers, closed, closure_rate, mean_age, mean_limit, mean_utilization, spend_per_customer, total_limit, total_balance, balance_to_limit.

        One row for the whole bank: the figures that every group below is to be compared with. Mean utilization is the mean of the customers' own ratios, so each customer counts the same. Balances to credit granted weighs every dollar the same.
        """
    def by_age_band(self, where: Filter | None = None) -> Table:
        """Customers by age band.

        How old are the customers, and how do age bands differ?

        By: age_band. Measures: customers, share, closure_rate, mean_limit, mean_utilization, spend_per_customer.

        Each row is a group; the shares add up to 100 %. The closure rate comes with its 95 % Wilson interval; whether groups differ, the test says, and not how far intervals overlap. Age is in whole years on the day of the extract.
        """
    def by_gender(self, where: Filter | None = None) -> Table:
        """Customers by gender.

        How do women and men differ as customers?

        By: gender. Measures: customers, share, closure_rate, mean_limit, mean_utilization, spend_per_customer.

        Each row is a group; the shares add up to 100 %. The closure rate comes with its 95 % Wilson interval; whether groups differ, the test says, and not how far intervals overlap. Differences in limit go with differences in income, which is why gender × income stands beside this table.
        """
    def by_education(self, where: Filter | None = None) -> Table:
        """Customers by education.

        How do customers differ by education?

        By: education. Measures: customers, share, closure_rate, mean_limit, mean_utilization, spend_per_customer.

        Each row is a group; the shares add up to 100 %. The closure rate comes with its 95 % Wilson interval; whether groups differ, the test says, and not how far intervals overlap. Unknown is a missing answer, not an education: it is shown and not interpreted.
        """
    def by_income(self, where: Filter | None = None) -> Table:
        """Customers by income.

        How do customers differ by income?

        By: income. Measures: customers, share, closure_rate, mean_limit, mean_utilization, spend_per_customer.

        Each row is a group; the shares add up to 100 %. The closure rate comes with its 95 % Wilson interval; whether groups differ, the test says, and not how far intervals overlap. Unknown is a missing answer, not an income: it is shown and not interpreted.
        """
    def by_marital_status(self, where: Filter | None = None) -> Table:
        """Customers by marital status.

        How do customers differ by marital status?

        By: marital_status. Measures: customers, share, closure_rate, mean_limit, mean_utilization, spend_per_customer.

        Each row is a group; the shares add up to 100 %. The closure rate comes with its 95 % Wilson interval; whether groups differ, the test says, and not how far intervals overlap. Unknown is a missing answer: it is shown and not interpreted.
        """
    def by_card(self, where: Filter | None = None) -> Table:
        """Customers by card.

        How are customers spread over card, and how do these groups differ?

        By: card. Measures: customers, share, closure_rate, mean_limit, mean_utilization, spend_per_customer.

        Each row is a group; the shares add up to 100 %. The closure rate comes with its 95 % Wilson interval; whether groups differ, the test says, and not how far intervals overlap. The groups stand in the order that the bank gives them. The rates of small groups are uncertain.
        """
    def by_dependents(self, where: Filter | None = None) -> Table:
        """Customers by dependents.

        How do customers differ by the number of people who depend on them?

        By: dependents. Measures: customers, share, closure_rate, mean_limit, mean_utilization, spend_per_customer.

        Each row is a group; the shares add up to 100 %. The closure rate comes with its 95 % Wilson interval; whether groups differ, the test says, and not how far intervals overlap. The number of dependents in its natural order.
        """
    def gender_by_income(self, where: Filter | None = None) -> Table:
        """Gender and income.

        How are income categories spread over women and men?

        By: gender, income. Measures: customers, row_share, closure_rate.

        Each cell is the number of customers with both answers; the share is taken within the first dimension, so a row adds up to 100 %. If the two had nothing to do with each other, all rows would show the same shares. Customers with an unknown answer are shown, and left out of the test.
        """
    def education_by_income(self, where: Filter | None = None) -> Table:
        """Education and income.

        Does income go with education?

        By: education, income. Measures: customers, row_share, closure_rate.

        Each cell is the number of customers with both answers; the share is taken within the first dimension, so a row adds up to 100 %. If the two had nothing to do with each other, all rows would show the same shares. Customers with an unknown answer are shown, and left out of the test.
        """
    def age_band_by_income(self, where: Filter | None = None) -> Table:
        """Age and income.

        How are income categories spread over the age bands?

        By: age_band, income. Measures: customers, row_share, closure_rate.

        Each cell is the number of customers with both answers; the share is taken within the first dimension, so a row adds up to 100 %. If the two had nothing to do with each other, all rows would show the same shares. Customers with an unknown answer are shown, and left out of the test.
        """
    def profiles(self, where: Filter | None = None) -> Table:
        """Most common profiles.

        Which combinations of age, gender, education and income are the most common?

        By: Customer_Age, gender, education, income. Measures: customers, share, closure_rate.

        The twenty largest groups of customers who agree in age, gender, education and income. Such groups are mostly small, and their rates are based on few customers, as the intervals show. Profiles with an unknown answer come last.
        """
    def behaviour(self, where: Filter | None = None) -> Table:
        """Behaviour segments.

        How do customers differ by how often and how much they use their card, and by their inactive months?

        By: behaviour. Measures: customers, share, closure_rate, mean_limit, mean_utilization, spend_per_customer.

        Frequency, spend and inactivity in one: often is 67 transactions a year or more, much is $3,900 a year or more (both about the median of card customers). Months inactive are counted over the last 12, whenever they were: they do not say when the card was last used. The bars around each point are the 95 % Wilson interval of the rate: the wider, the fewer customers stand behind it. Activity falls before an account is closed, so low activity may be the closing itself, not its cause.
        """

class StatusTopic(Topic):
    """The questions of `bank.status`, with the analyses of the built-in catalog."""
    def closed_accounts(self, where: Filter | None = None) -> Table:
        """How many closed.

        How many customers closed their account?

        By: status. Measures: customers, share.

        Every customer in the file is either still there or has left (the account was closed). The interval says how far the rate of a bank like this one could lie from the one seen, by chance alone.
        """
    def what_tells_closure(self, where: Filter | None = None) -> Table:
        """What tells closure.

        Which columns together tell closed accounts from open ones, and what does each add to those before it?

        By: Total_Trans_Ct, Total_Trans_Amt, Total_Revolving_Bal, Total_Ct_Chng_Q4_Q1, Total_Amt_Chng_Q4_Q1, products, months_inactive, contacts, Customer_Age, gender, dependents, education, marital_status, income, card, Months_on_book. Measures: customers, closed.

        The columns are chosen one after the other (forward selection): each time the one that adds most to those before it. What it adds is a share of the null deviance, which is all that there is to tell about which accounts closed: 0 % is a guess by the overall rate, 100 % would be certainty. The model is an additive logistic regression on groups: the bands of the catalog, the values of a column that has few, or ten bins of as many customers each; a missing answer is a group of its own. The shares are cross-validated: the customers are split into five parts at random, and each part is told by a model of the other four. Of fewer than 20,000 customers several such splits are taken together, up to twenty, so that no single one decides. The error is the standard error over the five parts. A column that adds less than 0.5 %, or less than its error, is not chosen, nor are more than eight. Up to twelve columns are tried, those that tell most by themselves, and of more than 500,000 customers perhaps fewer; one that tells no more than chance by itself (by Akaike's criterion) is not tried. “Alone” is what a column tells by itself, measured on the same customers and so not cross-validated. “Excess closures” are the closures above the overall rate, summed over the groups above it; customers are in a group of every column, so these numbers do not add up. Columns that follow from others, or that were computed from the outcome, are left out. What tells closure may be its effect as well as its cause.
        """
    def worth_of_closed_accounts(self, where: Filter | None = None) -> Table:
        """What closed accounts are worth.

        How much of each total belongs to closed accounts?

        By: status. Measures: customers, total_spend, total_balance, total_limit.

        The totals of closed accounts, beside those of all others. Spend is that of the twelve months in the file: who closed in the middle of them spent less than in a whole year.
        """
    def what_goes_with_closure(self, where: Filter | None = None) -> Table:
        """What goes with closure.

        Which of all columns tell closed accounts from open ones, and how well?

        By: Customer_Age, gender, dependents, education, marital_status, income, card, Months_on_book, products, months_inactive, contacts, Credit_Limit, Total_Revolving_Bal, Avg_Open_To_Buy, Total_Amt_Chng_Q4_Q1, Total_Trans_Amt, Total_Trans_Ct, Total_Ct_Chng_Q4_Q1, Avg_Utilization_Ratio. Measures: customers, closed.

        Information value sums up how differently closed and open accounts are spread over a column's bins: below 0.02 it tells nothing, up to 0.1 little, up to 0.3 a fair amount, up to 0.5 much (Siddiqi 2006). Above 0.5 a column tells more than is usual: it may cover the very time in which accounts closed, and what goes with closure may be its effect as well as its cause. “By chance” is the information value that so many bins have on average where nothing goes with closure: a column that has no more tells nothing. Numbers are cut into up to ten bins that hold about as many customers each; columns of one value are left out. Columns that follow from each other, or split the customers alike, tell one thing: the one that tells most stands for them, the others beside it with their information value. The p-values are adjusted for testing all columns at once (Benjamini–Hochberg; an answer on one column of names or of few numbers has the same; one on bands of a number, on a trend or on means tests something else, and says what it is adjusted over); with thousands of customers even tiny differences are significant, so rank by information value. Where few customers are expected in a group, the p-value is found by drawing tables at random. Missing answers are in no bin.
        """
    def closures_by_transactions(self, where: Filter | None = None) -> Table:
        """Closures by number of transactions.

        Do customers who use their card seldom close more often?

        By: transaction_band. Measures: customers, closed, closure_rate, share_of_closed.

        The bars around each point are the 95 % Wilson interval of the rate: the wider, the fewer customers stand behind it. The columns cover the same year in which accounts closed: what goes with closure may be its effect as well as its cause.
        """
    def closures_by_spend(self, where: Filter | None = None) -> Table:
        """Closures by spend.

        Do customers who spend little close more often?

        By: spend_band. Measures: customers, closed, closure_rate, share_of_closed.

        The bars around each point are the 95 % Wilson interval of the rate: the wider, the fewer customers stand behind it. The columns cover the same year in which accounts closed: what goes with closure may be its effect as well as its cause. Where accounts closed in the middle of the year, there was less time to spend.
        """
    def closures_by_count_change(self, where: Filter | None = None) -> Table:
        """Closures by change in transactions.

        Does the number of transactions fall before an account is closed?

        By: count_change_band. Measures: customers, share, closed, closure_rate, share_of_closed.

        The share of closures is to be compared with the share of all customers beside it. The bars around each point are the 95 % Wilson interval of the rate: the wider, the fewer customers stand behind it. The columns cover the same year in which accounts closed: what goes with closure may be its effect as well as its cause.
        """
    def closures_by_amount_change(self, where: Filter | None = None) -> Table:
        """Closures by change in spend.

        Does spend fall before an account is closed?

        By: amount_change_band. Measures: customers, share, closed, closure_rate, share_of_closed.

        The share of closures is to be compared with the share of all customers beside it. The bars around each point are the 95 % Wilson interval of the rate: the wider, the fewer customers stand behind it. The columns cover the same year in which accounts closed: what goes with closure may be its effect as well as its cause.
        """
    def closures_by_contacts(self, where: Filter | None = None) -> Table:
        """Closures by contacts.

        Do customers who are in contact with the bank more often close more often?

        By: contacts. Measures: customers, closed, closure_rate, share_of_closed.

        The bars around each point are the 95 % Wilson interval of the rate: the wider, the fewer customers stand behind it. The columns cover the same year in which accounts closed: what goes with closure may be its effect as well as its cause.
        """
    def closures_by_months_inactive(self, where: Filter | None = None) -> Table:
        """Closures by months inactive.

        Do customers with more inactive months in the year close their account more often?

        By: months_inactive. Measures: customers, closed, closure_rate, share_of_closed.

        The bars around each point are the 95 % Wilson interval of the rate: the wider, the fewer customers stand behind it. Months inactive are counted over the last 12, whenever they were: they do not say when the card was last used. The columns cover the same year in which accounts closed: what goes with closure may be its effect as well as its cause.
        """
    def closures_by_products(self, where: Filter | None = None) -> Table:
        """Closures by number of products.

        Do customers with more products stay?

        By: products. Measures: customers, closed, closure_rate, share_of_closed.

        The bars around each point are the 95 % Wilson interval of the rate: the wider, the fewer customers stand behind it. What goes with closure may be its effect as well as its cause.
        """
    def closures_by_tenure(self, where: Filter | None = None) -> Table:
        """Closures by tenure.

        Do customers close more or less often the longer they have been with the bank?

        By: tenure_band. Measures: customers, closed, closure_rate, share_of_closed.

        The bars around each point are the 95 % Wilson interval of the rate: the wider, the fewer customers stand behind it. The trend test (Cochran–Armitage) asks whether the rate rises or falls along the bands, each as far from the next. The band of one month, 36, is there since many data sets have far more customers at it than around it, like a value filled in; whether that is so here, the quality of the data tells (“heaped at”).
        """
    def life_table(self, where: Filter | None = None) -> Table:
        """Life table by year with the bank.

        How many customers would be left after each year if today's closure rates held?

        By: tenure_year. Measures: customers, closed, closure_rate.

        Each row is a year with the bank: customers in year 3 have been with it for 25 to 36 months. The closure rate is that of the customers who are in that year now, with its 95 % Wilson interval. “Left” multiplies the parts that stay, year by year, and so assumes that each year's customers closed at today's rates and that the closures in the file are those of one year; it follows no customer over time. Its interval is by Greenwood's formula. Years of fewer than 30 customers end the chain.
        """
    def inactivity_by_status(self, where: Filter | None = None) -> Table:
        """Inactivity by status.

        How many months were closed and open accounts inactive?

        By: status, months_inactive. Measures: customers, row_share.

        The shares are taken within each status, so that the two can be compared though one is larger. The means in the sentence weigh every customer the same; averaging the rows would not. Months inactive are counted over the last 12, whenever they were: they do not say when the card was last used.
        """
    def contacts_by_inactivity(self, where: Filter | None = None) -> Table:
        """Contacts by status and months inactive.

        How often were customers in contact with the bank, by status and months inactive?

        By: status, months_inactive. Measures: customers, mean_contacts.

        Each point is a mean over the customers of that status and inactivity, with its 95 % interval. The ends of the scale hold few customers.
        """
    def weight_of_evidence(self, where: Filter | None = None) -> Table:
        """Weight of evidence.

        For which values of each column is closure frequent, and for which rare?

        By: Customer_Age, gender, dependents, education, marital_status, income, card, Months_on_book, products, months_inactive, contacts, Credit_Limit, Total_Revolving_Bal, Avg_Open_To_Buy, Total_Amt_Chng_Q4_Q1, Total_Trans_Amt, Total_Trans_Ct, Total_Ct_Chng_Q4_Q1, Avg_Utilization_Ratio. Measures: customers, closed.

        Weight of evidence is the logarithm of how much more frequent a bin is among closed accounts than among open ones: 0 is as the bank as a whole, above 0 closures are more frequent, below 0 less. 0.5 is added to each count, so that a bin without closures stays finite. A column that tells the same as another says so beside its name. Its part in the column's information value stands beside it. The sentence speaks of columns that tell more than chance.
        """

class HealthTopic(Topic):
    """The questions of `bank.health`, with the analyses of the built-in catalog."""
    def credit_by_income(self, where: Filter | None = None) -> Table:
        """Limit, balance and utilization by income.

        How do credit limits, balances and utilization differ by income?

        By: income. Measures: customers, mean_limit, mean_balance, mean_open_to_buy, mean_utilization.

        Means over the customers of each group, with 95 % intervals for limit and utilization. Utilization is the mean of the customers' own ratios (balance over limit). A low utilization in a group with high limits need not mean that its customers borrow less: the limits may differ where the balances do not.
        """
    def credit_by_card(self, where: Filter | None = None) -> Table:
        """Limit, balance and utilization by card.

        How do credit limits, balances and utilization differ by card?

        By: card. Measures: customers, mean_limit, mean_balance, mean_open_to_buy, mean_utilization.

        Means over the customers of each group, with 95 % intervals for limit and utilization. Utilization is the mean of the customers' own ratios (balance over limit). A low utilization in a group with high limits need not mean that its customers borrow less: the limits may differ where the balances do not.
        """
    def credit_by_age_band(self, where: Filter | None = None) -> Table:
        """Utilization, limit and balance by age band.

        How does utilization, and with it limit and balance, differ by age band?

        By: age_band. Measures: customers, mean_limit, mean_balance, mean_open_to_buy, mean_utilization.

        Means over the customers of each group, with 95 % intervals for utilization and limit. Utilization is the mean of the customers' own ratios (balance over limit). A low utilization in a group with high limits need not mean that its customers borrow less: the limits may differ where the balances do not.
        """
    def credit_by_gender(self, where: Filter | None = None) -> Table:
        """Limit, balance and utilization by gender.

        How do credit limits, balances and utilization differ by gender?

        By: gender. Measures: customers, mean_limit, mean_balance, mean_open_to_buy, mean_utilization.

        Means over the customers of each group, with 95 % intervals for limit and utilization. Utilization is the mean of the customers' own ratios (balance over limit). A low utilization in a group with high limits need not mean that its customers borrow less: the limits may differ where the balances do not.
        """
    def utilization_bands(self, where: Filter | None = None) -> Table:
        """Utilization bands.

        How much of their limit do customers use, and who of them closed their account?

        By: utilization_band. Measures: customers, share, total_balance, total_open_to_buy, closure_rate.

        Each customer is in one band, by balance over limit; a band takes in its upper end. The bars around each point are the 95 % Wilson interval of the rate: the wider, the fewer customers stand behind it. A balance of 0 can mean a customer who pays in full or one who has stopped using the card: this file cannot tell them apart.
        """
    def revolvers(self, where: Filter | None = None) -> Table:
        """Revolvers and transactors.

        How do customers who carry a balance differ from those who do not?

        By: payer. Measures: customers, share, closure_rate, mean_limit, mean_balance, mean_utilization, spend_per_customer.

        Revolvers carry a balance from month to month; transactors carry none: they pay in full, or do not use the card. The bars around each point are the 95 % Wilson interval of the rate: the wider, the fewer customers stand behind it.
        """
    def limit_quantiles(self, where: Filter | None = None) -> Table:
        """Quantiles of the credit limit by income.

        How are credit limits spread within each income category?

        By: income. Measures: customers, p10, p25, median, p75, p90.

        A tenth of a group's customers have a limit of at most the 10 % quantile, half of at most the median, and so on: each is the smallest limit that at least that share of the customers do not exceed. The lowest and the highest limits that the bank gives are piled up, so quantiles may coincide with them. Customers without a limit are not counted.
        """
    def credit_spread_by_income(self, where: Filter | None = None) -> Table:
        """Where the credit is, by income.

        How is the credit granted, with the balances carried and the open to buy, spread over income?

        By: income. Measures: customers, share, total_limit, share_of_limit, total_balance, share_of_balance, total_open_to_buy, share_of_open_to_buy.

        Totals over the customers of each group and their shares of the bank. A group whose share of the credit is above its share of the customers has higher limits than the average.
        """
    def credit_spread_by_card(self, where: Filter | None = None) -> Table:
        """Where the credit is, by card.

        How is the credit granted, with the balances carried and the open to buy, spread over card?

        By: card. Measures: customers, share, total_limit, share_of_limit, total_balance, share_of_balance, total_open_to_buy, share_of_open_to_buy.

        Totals over the customers of each group and their shares of the bank. A group whose share of the credit is above its share of the customers has higher limits than the average.
        """
    def credit_spread(self, where: Filter | None = None) -> Table:
        """Where the credit is, by income and card.

        How is the credit granted, with the balances carried and the open to buy, spread over income and card together?

        By: income, card. Measures: customers, total_limit, share_of_limit, total_balance, total_open_to_buy, balance_to_limit.

        Totals over the customers with that income and card. Balances to credit granted weighs every dollar the same, unlike the mean of the customers' ratios.
        """
