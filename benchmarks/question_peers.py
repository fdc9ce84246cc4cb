"""Times the same questions with DuckDB and Polars, and holds the engine's answers against theirs.

In: the bank's folder, and the lines that `questions` printed. Out: a Markdown table, engine beside the peers. These get
their best: text columns as ENUM, narrow integers as they are in the file, one wide table but for the join (q6); Polars
runs lazily, by the faster of its two engines for each question.
Needs the packages `duckdb`, `polars` and `pyarrow`.
"""

import argparse
import json
import math
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import polars as pl
import pyarrow as pa

QUESTIONS = Path(__file__).parent / "questions"
TITLES = {
    "q1": "Q1 count by status",
    "q2": "Q2 count by age, gender, education, income",
    "q3": "Q3 three means and a count by income",
    "q4": "Q4 mean and count by status × months inactive",
    "q5": "Q5 filter (status, age), three means by card",
    "q6": "Q6 join the two halves on customer number, then Q3",
    "q7": "Q7 median and p90 of the limit by income",
}


MEANS = [pl.col(name).mean() for name in ("Credit_Limit", "Total_Revolving_Bal", "Avg_Utilization_Ratio")]
STATUS = pl.col("Attrition_Flag")
LEFT = (STATUS == "Attrited Customer") & (pl.col("Customer_Age") > 45)
POLARS = {
    "q1": lambda bank, _: bank.group_by(STATUS).len(),
    "q2": lambda bank, _: bank.group_by("Customer_Age", "Gender", "Education_Level", "Income_Category").len(),
    "q3": lambda bank, _: bank.group_by("Income_Category").agg(*MEANS, pl.len()),
    "q4": lambda bank, _: bank.group_by(STATUS, "Months_Inactive_12_mon").agg(
        pl.col("Contacts_Count_12_mon").mean(), pl.len()
    ),
    "q5": lambda bank, _: bank.filter(LEFT).group_by("Card_Category").agg(*MEANS),
    "q6": lambda _, halves: halves[0]
    .join(halves[1], on="CLIENTNUM")
    .group_by("Income_Category")
    .agg(*MEANS, pl.len()),
    "q7": lambda bank, _: bank.group_by("Income_Category").agg(
        pl.col("Credit_Limit").quantile(0.5), pl.col("Credit_Limit").quantile(0.9).alias("p90")
    ),
}


def newest(bank: Path, name: str) -> pa.Table:
    """The newest snapshot of a collection."""
    file = max((bank / name).glob("*.arrow"), key=lambda path: path.stat().st_mtime)
    with pa.memory_map(str(file)) as source:
        return pa.ipc.open_file(source).read_all()


def load(connection: duckdb.DuckDBPyConnection, name: str, table: pa.Table) -> None:
    """Copies a table into DuckDB, with an ENUM for each dictionary."""
    columns = []
    for field in table.schema:
        column = f'"{field.name}"'
        if pa.types.is_dictionary(field.type):
            values = table[field.name].chunk(0).dictionary.to_pylist()
            listed = ", ".join("'" + value.replace("'", "''") + "'" for value in values)
            enum = f"{name}_{field.name.replace('.', '_')}"
            connection.execute(f"CREATE TYPE {enum} AS ENUM ({listed})")
            column = f"{column}::VARCHAR::{enum} AS {column}"
        columns.append(column)
    connection.register("incoming", table)
    connection.execute(f"CREATE TABLE {name} AS SELECT {', '.join(columns)} FROM incoming")
    connection.unregister("incoming")


def lazy(table: pa.Table) -> pl.LazyFrame:
    """A table in Polars' memory, with an Enum for each dictionary."""
    frame = pl.DataFrame(table)
    dictionaries = [field.name for field in table.schema if pa.types.is_dictionary(field.type)]
    enums = {name: pl.Enum(table[name].chunk(0).dictionary.to_pylist()) for name in dictionaries}
    return frame.with_columns(pl.col(name).cast(pl.String).cast(enum) for name, enum in enums.items()).rechunk().lazy()


def timed(question: Callable[[], list], runs: int) -> tuple[float, list]:
    """The median in milliseconds, and the answer. One run before warms up, as for the engine."""
    answer = question()
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        answer = question()
        times.append((time.perf_counter() - start) * 1e3)
    return statistics.median(times), answer


def polars(question: pl.LazyFrame, runs: int) -> tuple[float, list]:
    """The same of a question to Polars, by the faster of its engines."""
    engines = ("in-memory", "streaming")
    return min(timed(lambda engine=engine: question.collect(engine=engine).rows(), runs) for engine in engines)


def flat(value) -> list:
    """All single values inside, in order."""
    if isinstance(value, dict):
        return [part for inner in value.values() for part in flat(inner)]
    if isinstance(value, list | tuple):
        return [part for inner in value for part in flat(inner)]
    return [value]


def agree(ours: list, theirs: list, tolerance: float) -> bool:
    """Whether two answers are the same rows in any order, numbers to within the tolerance."""
    order = lambda row: [str(part) for part in row if not isinstance(part, float)]
    ours, theirs = (sorted((flat(row) for row in rows), key=order) for rows in (ours, theirs))
    same = lambda a, b: math.isclose(a, b, rel_tol=tolerance) if isinstance(a, float) else a == b
    return len(ours) == len(theirs) and all(
        len(a) == len(b) and all(map(same, a, b)) for a, b in zip(ours, theirs, strict=True)
    )


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("bank", type=Path)
    arguments.add_argument("engine", type=Path, help="what `questions` printed")
    arguments.add_argument("--runs", type=int, default=5)
    arguments.add_argument("--threads", type=int, default=0)
    given = arguments.parse_args()

    connection = duckdb.connect()
    if given.threads:
        connection.execute(f"SET threads = {given.threads}")
    tables = [newest(given.bank, name) for name in ("customers", "transactions")]
    for name, table in zip(("customers", "transactions"), tables, strict=True):
        load(connection, name, table)
    halves = [lazy(table) for table in tables]
    bank = halves[0].join(halves[1], on="CLIENTNUM").collect().lazy()
    connection.execute("CREATE TABLE bank AS SELECT * FROM customers JOIN transactions USING (CLIENTNUM)")
    n_rows = connection.execute("SELECT count(*) FROM customers").fetchone()[0]

    threads = connection.execute("SELECT current_setting('threads')").fetchone()[0]
    print(f"{n_rows:,} customers, {threads} threads, milliseconds, median of {given.runs}\n")
    print(f"| | BankSphere | DuckDB {duckdb.__version__} | Polars {pl.__version__} |\n|---|---|---|---|")
    is_right = True
    for line in given.engine.read_text().splitlines():
        ours = json.loads(line)
        name = ours["question"]
        sql = (QUESTIONS / f"{name}.sql").read_text()
        duckdb_ms, answer = timed(lambda sql=sql: connection.execute(sql).fetchall(), given.runs)
        polars_ms, other = polars(POLARS[name](bank, halves), given.runs)
        for peer, found in (("DuckDB", answer), ("Polars", other)):
            if not agree(ours["answer"], found, 0.02 if name == "q7" else 1e-9):
                print(f"{name}: the answers of {peer} differ", file=sys.stderr)
                is_right = False
        print(f"| {TITLES[name]} | {ours['ms']:.1f} | {duckdb_ms:.1f} | {polars_ms:.1f} |")
    return 0 if is_right else 1


if __name__ == "__main__":
    sys.exit(main())
