"""Times an import beside what Polars and DuckDB need to read the same CSV file.

In: the program, and a CSV file of customers. Out: a Markdown table: seconds from start to end of each process, processor
time, most memory; medians over runs that take turns, so that what else the machine does falls on all alike.
Needs the packages `duckdb` and `polars`, and a system that says how much memory a process had (not Windows).
"""

import argparse
import os
import shutil
import statistics
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

POLARS = "import polars, sys; frame = polars.read_csv(sys.argv[1]); assert frame.height > 0"
DUCKDB = "import duckdb, sys; duckdb.connect(sys.argv[2]).execute('CREATE TABLE c AS FROM read_csv(?)', [sys.argv[1]]).close()"


def run(command: list[str], environment: dict[str, str]) -> tuple[float, float, float]:
    """Seconds, seconds of processor time, and most megabytes of a command."""
    start = time.perf_counter()
    pid = os.posix_spawn(
        shutil.which(command[0]) or command[0],
        command,
        {**os.environ, **environment},
        file_actions=[(os.POSIX_SPAWN_OPEN, stream, os.devnull, os.O_WRONLY, 0) for stream in (1, 2)],
    )
    _, status, usage = os.wait4(pid, 0)
    seconds = time.perf_counter() - start
    if status != 0:
        sys.exit(f"`{' '.join(command)}` failed")
    kilobytes = usage.ru_maxrss / (1024 if sys.platform == "darwin" else 1)
    return seconds, usage.ru_utime + usage.ru_stime, kilobytes / 1024


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("program", type=Path)
    arguments.add_argument("csv", type=Path)
    arguments.add_argument("--runs", type=int, default=5)
    given = arguments.parse_args()
    csv = str(given.csv)

    with tempfile.TemporaryDirectory(dir=given.csv.parent) as folder:
        bank, database = Path(folder) / "import.sphere", Path(folder) / "import.duckdb"
        importing = [str(given.program), "import", csv, "--bank", str(bank)]
        one = {"RAYON_NUM_THREADS": "1"}
        contestants = {
            "BankSphere, `import`": (importing, {}),
            "– on one thread": (importing, one),
            f"Polars {version('polars')}, `read_csv`": ([sys.executable, "-c", POLARS, csv], {}),
            f"DuckDB {version('duckdb')}, into a file": ([sys.executable, "-c", DUCKDB, csv, str(database)], {}),
            "– into memory": ([sys.executable, "-c", DUCKDB, csv, ":memory:"], {}),
        }
        measured = {name: [] for name in contestants}
        # The first round warms up: the file is read into the system's cache.
        for round in range(given.runs + 1):
            for name, (command, environment) in contestants.items():
                result = run(command, environment)
                shutil.rmtree(bank, ignore_errors=True)
                database.unlink(missing_ok=True)
                if round > 0:
                    measured[name].append(result)

    ours = statistics.median(seconds for seconds, _, _ in measured["BankSphere, `import`"])
    print(f"{given.csv.stat().st_size / 1e9:.1f} GB, {os.cpu_count()} threads, median of {given.runs}.\n")
    print("| | s | ours of it | processor time, s | most memory, MB |\n|---|---|---|---|---|")
    for name, results in measured.items():
        seconds, processor, memory = (statistics.median(column) for column in zip(*results, strict=True))
        print(f"| {name} | {seconds:.2f} | {ours / seconds:.0%} | {processor:.2f} | {memory:,.0f} |")


if __name__ == "__main__":
    main()
