"""What goes wrong is an exception with the command line's words, and a hint that Python can follow."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import banksphere as bs

REFUSALS: list[tuple[str, Callable[[bs.Bank], Any], type[Exception], str]] = [
    ("unknown field", lambda b: b.customers.aggregate([{"$match": {"Gendr": "F"}}], strict=True), bs.PipelineError, "`Gender`"),
    ("unknown stage", lambda b: b.customers.aggregate([{"$mach": {}}]), bs.PipelineError, "`$match`"),
    ("text that is no pipeline", lambda b: b.customers.aggregate("[{$match: "), bs.PipelineError, "line 1"),
    ("a pipeline that fails", lambda b: b.customers.aggregate([{"$project": {"x": {"$divide": [1, 0]}}}]),
     bs.PipelineError, "by zero"),
    ("unknown collection", lambda b: b["custmers"], bs.PipelineError, "`customers`"),
    ("unknown analysis", lambda b: b.segment("by_incme"), bs.PipelineError, "`by_income`"),
    ("unknown dimension", lambda b: b.segment(by="age_bnd"), bs.PipelineError, "`age_band`"),
    ("unknown measure", lambda b: b.segment(measures="attrition"), bs.PipelineError, "`closure_rate`"),
    ("a filter that is none", lambda b: b.segment(by="gender", where="Gender=="), bs.PipelineError, "Gender"),
    ("a name and by", lambda b: b.segment("by_income", by="gender"), bs.UsageError, "leave `by_income` out"),
    ("a folder has no indexes", lambda b: b.indexes(progress=False), bs.UsageError, "has no indexes to choose"),
    ("a pipeline of no collection", lambda b: b.indexes(pipeline=[], progress=False), bs.UsageError, "hint: `bank.indexes("),
    ("a copy onto itself", lambda b: b.copy_to(b.place, progress=False), bs.UsageError, "hint: name another bank"),
    ("not a day", lambda b: b.import_csv("x.csv", as_of="today"), bs.UsageError, "a day reads as year, month and day"),
    ("no such CSV", lambda b: b.import_csv("missing.csv", progress=False), bs.DataError, "missing.csv"),
    ("no such documents", lambda b: b.import_documents("x", "missing.ndjson", progress=False), bs.DataError, "missing"),
    ("a pipeline that is a number", lambda b: b.customers.aggregate(3), TypeError, "pipeline"),
    ("a set in a pipeline", lambda b: b.customers.aggregate([{"$match": {"a": {1}}}]), TypeError, "$match"),
    ("a name that is a number", lambda b: b.segment(3), TypeError, "`name` takes a str, not int"),
    ("by that is a number", lambda b: b.segment(by=3), TypeError, "`by` takes a str or a list of them, not int"),
    ("by with a number", lambda b: b.segment(by=["gender", 3]), TypeError, "`by[1]` takes a str, not int"),
    ("an unknown topic", lambda b: b.ask("segmnt"), bs.PipelineError, "the topics here are `segment`, `status`, `health`"),
    ("a topic that is a number", lambda b: b.ask(3), TypeError, "`topic` takes a str, not int"),
    ("a day that is a number", lambda b: b.drop_day(3), TypeError, "`day` takes a date, or a str such as"),
    ("a day that the bank has not", lambda b: b.drop_day("2001-01-01"), bs.PipelineError, "hint: the days here are "),
    ("a collection that is a number", lambda b: b[3], TypeError, "`name` takes a str, not int"),
    ("a file that is a number", lambda b: b.import_csv(3), TypeError, "`file` takes a str, a path, a data frame or a list of dicts, not int"),
    ("a place that is a number", lambda b: b.copy_to(3), TypeError, "`place` takes a folder, a connection string"),
    ("progress that is a text", lambda b: b.report(progress="no"), TypeError, "`progress` takes True or False, not str"),
    ("an unknown argument", lambda b: b.segment(measure="customers"), TypeError, "measure"),
]


@pytest.mark.parametrize(("ask", "kind", "words"), [row[1:] for row in REFUSALS], ids=[row[0] for row in REFUSALS])
def test_refusals(bank: bs.Bank, ask: Callable[[bs.Bank], Any], kind: type[Exception], words: str) -> None:
    with pytest.raises(kind) as told:
        ask(bank)
    assert words in str(told.value)
    assert type(told.value).__name__ != "PanicException"
    assert "--" not in str(told.value), "a hint for the command line"
    assert "`banksphere " not in str(told.value), "a hint for the command line"
    # And the bank is as it was.
    assert bank.customers.aggregate([{"$count": "n"}])[0]["n"] == 500


@pytest.mark.parametrize(
    ("call", "kind", "words"),
    [
        (lambda: bs.open(3), TypeError, "`place` takes a folder, a connection string or `@FILE`, not int"),
        (lambda: bs.open("x", timeout="long"), TypeError, "`timeout` takes seconds, not str"),
        (lambda: bs.open("x", timeout=0), bs.UsageError, "`timeout` takes seconds, at least 0.001"),
        (lambda: bs.open("x", timeout=float("nan")), bs.UsageError, "`timeout` takes seconds"),
        (lambda: bs.open("x", catalog=3), TypeError, "`catalog` takes a str or a path, not int"),
        (lambda: bs.sample(10, catalog="no/such/folder", progress=False), bs.BankSphereError, "no/such/folder"),
        (lambda: bs.sample(0), bs.UsageError, "`n` takes a whole number from 1 to 1000000000, and not `0`"),
        (lambda: bs.sample(-5), bs.UsageError, "and not `-5`"),
        (lambda: bs.sample(2**70), bs.UsageError, "`n` takes a whole number"),
        (lambda: bs.sample("many"), TypeError, "`n` takes an int, not str"),
        (lambda: bs.sample(1.5), TypeError, "`n` takes an int, not float"),
        (lambda: bs.sample(5, seed=-1), bs.UsageError, "`seed` takes a whole number"),
        (lambda: bs.analyze(None), TypeError, "`file` takes a str, a path, a data frame or a list of dicts, not NoneType"),
        (lambda: bs.open("mongodb://127.0.0.1:1"), bs.ServerError, "names no database"),
        (lambda: bs.open("mongodb://127.0.0.1:1/bank?serverSelectionTimeoutMS=200"), bs.ServerError, "no server answers"),
    ],
)
def test_functions_refuse(call: Callable[[], Any], kind: type[Exception], words: str) -> None:
    with pytest.raises(kind) as told:
        call()
    assert words in str(told.value)


def test_what_is_missing_is_a_file_not_found(tmp_path: Path) -> None:
    for call in (lambda: bs.open(tmp_path / "none"), lambda: bs.analyze(tmp_path / "none.csv", progress=False)):
        with pytest.raises(FileNotFoundError) as told:
            call()
        assert isinstance(told.value, bs.DataError)
        assert isinstance(told.value, bs.MissingFileError)
        assert "none" in str(told.value)


def test_usage_errors_are_value_errors() -> None:
    with pytest.raises(ValueError, match="whole number"):
        bs.sample(0)


def test_a_folder_keeps_limits_of_time(folder: Path) -> None:
    with bs.open(folder, timeout=60) as bank:
        assert bank.customers.aggregate([{"$count": "n"}])[0]["n"] == 500


def test_a_field_that_no_document_has_is_missing_with_a_warning(bank: bs.Bank) -> None:
    pipeline = [{"$group": {"_id": "$Gendr", "n": {"$sum": 1}}}]
    with pytest.warns(UserWarning, match=r"unknown field `Gendr`(.|\n)*`Gender`"):
        assert bank.customers.aggregate(pipeline)[0] == {"_id": None, "n": 500}
    with pytest.warns(UserWarning, match="unknown field `Gendr`"):
        assert [row["n"] for row in bank.customers.stream(pipeline)] == [500]
    with pytest.warns(UserWarning, match="unknown field `Gendr`"):
        bank.customers.explain(pipeline)
    for call in (bank.customers.stream, bank.customers.explain):
        with pytest.raises(bs.PipelineError, match="unknown field `Gendr`"):
            call(pipeline, strict=True)


def test_an_error_has_its_parts(bank: bs.Bank) -> None:
    with pytest.raises(bs.PipelineError) as told:
        bank.customers.aggregate([{"$group": {"_id": "$Gendr"}}], strict=True)
    error = told.value
    assert error.message == "unknown field `Gendr` in `$group`"
    assert error.place == "stage 1, `$group._id`"
    assert error.hint is not None
    assert "`Gender`" in error.hint


@pytest.mark.parametrize(
    ("call", "kind", "message", "place", "hint"),
    [
        (lambda b: b.segment("by_income", by="gender"), bs.UsageError, "an analysis has its own `by` and `measures`", None,
         "leave `by_income` out, or ask without them"),
        (lambda b: b.customers.aggregate([{"$match": {"a": 2**70}}]), bs.PipelineError, "an integer has more than 64 bits",
         "stage 1, `$match.a`", "a float or a `decimal.Decimal` can be as large"),
        (lambda b: b.health()["credit"], bs.MissingNameError, "no table `credit`", None, "`credit_by_card`"),
        (lambda b: b.segment(by="gender")["gendre"], bs.MissingNameError, "no column `gendre`", None, "`gender`"),
        (lambda b: b.catalog.measures["closure_rat"], bs.MissingNameError, "unknown measure `closure_rat`", None,
         "near names are `closure_rate`"),
        (lambda b: b.segment(by="gender").chart("pie"), bs.UsageError, "no kind of chart is `pie`", None, "the kinds are `bar`"),
    ],
)
def test_hints_are_no_part_of_messages(
    bank: bs.Bank, call: Callable[[bs.Bank], Any], kind: type[bs.BankSphereError], message: str, place: str | None, hint: str
) -> None:
    with pytest.raises(kind) as told:
        call(bank)
    error = told.value
    assert (error.message, error.place) == (message, place)
    assert error.hint is not None
    assert hint in error.hint
    assert str(error).startswith(message)
    assert str(error).endswith(f"\nhint: {error.hint}")


def test_an_empty_bank_says_how_to_fill_it(tmp_path: Path) -> None:
    lines = tmp_path / "branches.ndjson"
    lines.write_text('{"a": 1}\n', encoding="utf-8")
    with bs.sample(5, bank=tmp_path / "b.sphere", progress=False) as bank:
        bank.import_documents("branches", lines, progress=False)
        with pytest.raises(bs.PipelineError, match="no collection `branch` in this bank"):
            bank["branch"]


def test_a_row_that_breaks_the_contract_is_named(csv: Path, tmp_path: Path) -> None:
    lines = csv.read_text(encoding="utf-8").splitlines()
    broken = tmp_path / "broken.csv"
    broken.write_text("\n".join([*lines[:7], lines[7].replace(",", ",x", 3), *lines[8:]]), encoding="utf-8")
    with pytest.raises(bs.DataError, match="broken.csv") as told:
        bs.analyze(broken, progress=False)
    assert not isinstance(told.value, FileNotFoundError)


def test_broken_pictures_of_python_objects_do_no_harm(bank: bs.Bank) -> None:
    class Evil:
        def __getattr__(self, name: str) -> Any:
            raise RuntimeError(name)

        def __str__(self) -> str:
            raise RuntimeError("str")

    for call in (bank.segment, bank.customers.aggregate, bank.import_csv, bank.copy_to, bs.open, bs.sample, bs.catalog):
        with pytest.raises((TypeError, RuntimeError, bs.BankSphereError)):
            call(Evil())


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_a_forked_process_refuses_instead_of_hanging(bank: bs.Bank) -> None:
    bank.segment("by_income")
    child = os.fork()
    if child == 0:
        try:
            bank.segment("by_income")
        except bs.UsageError as error:
            os._exit(0 if "hint: start processes by `spawn`" in str(error) else 2)
        finally:
            os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


class Proxy:
    """Hands bytes on to a server until it is cut."""

    def __init__(self, host: str, port: int) -> None:
        self._to = (host, port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._open = [self._listener]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
                server = socket.create_connection(self._to)
            except OSError:
                return
            self._open += [client, server]
            for source, sink in ((client, server), (server, client)):
                threading.Thread(target=self._pump, args=(source, sink), daemon=True).start()

    @staticmethod
    def _pump(source: socket.socket, sink: socket.socket) -> None:
        try:
            while data := source.recv(65536):
                sink.sendall(data)
        except OSError:
            pass

    def cut(self) -> None:
        for one in self._open:
            # A plain close leaves a thread that receives hanging.
            try:
                one.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            one.close()


def test_a_server_that_goes_is_an_exception(bank: bs.Bank, place: str) -> None:
    bank.copy_to(place, progress=False)
    host, port = place.partition("://")[2].partition("/")[0].rpartition("@")[2].split(":")
    proxy = Proxy(host, int(port))
    name = place.rpartition("/")[2].partition("?")[0]
    options = "directConnection=true&serverSelectionTimeoutMS=500"
    with bs.open(f"mongodb://127.0.0.1:{proxy.port}/{name}?{options}") as served:
        assert served.customers.aggregate([{"$count": "n"}])[0]["n"] == 500
        proxy.cut()
        for ask in (lambda: served.customers.aggregate([]), lambda: served.segment("by_income"), served.info):
            with pytest.raises(bs.ServerError, match="hint: "):
                ask()


def test_a_time_limit_is_kept(bank: bs.Bank, place: str) -> None:
    bank.copy_to(place, progress=False)
    slow = [{"$project": {"x": {"$range": [0, 200000]}}}, {"$unwind": "$x"}, {"$group": {"_id": "$x"}}, {"$count": "n"}]
    with bs.open(place, timeout=0.2) as served, pytest.raises(bs.ServerError) as told:
        served.customers.aggregate(slow)
    assert "allow it more with `timeout`, or see with `bank.indexes()` whether an index helps" in str(told.value)
