"""In a real kernel: the stop button ends a query, an import shows a bar, errors are short."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
from jupyter_client.manager import KernelManager, start_new_kernel

LONG = """
import banksphere as bs
bank = bs.sample(500, progress=False)
print("ready")
bank.customers.aggregate(
    [{"$project": {n: {"$range": [0, 300]} for n in "xyz"}}, *({"$unwind": f"${n}"} for n in "xyz"), {"$count": "n"}]
)
"""


class Kernel:
    """A kernel and what it says."""

    def __init__(self, manager: KernelManager, client: Any) -> None:
        self.manager = manager
        self._client = client

    def start(self, code: str) -> str:
        """Starts a cell."""
        return str(self._client.execute(code))

    def messages(self, cell: str) -> Iterator[tuple[str, dict[str, Any]]]:
        """What comes of a cell, until it is done."""
        while True:
            message = self._client.get_iopub_msg(timeout=60)
            if message["parent_header"].get("msg_id") != cell:
                continue
            kind, content = message["msg_type"], message["content"]
            if kind == "status" and content["execution_state"] == "idle":
                return
            yield kind, content

    def completed(self, code: str) -> list[str]:
        """What the Tab key offers at the end of a cell."""
        self._client.complete(code)
        while True:
            message = self._client.get_shell_msg(timeout=60)
            if message["msg_type"] == "complete_reply":
                content = message["content"]
                return [code[: content["cursor_start"]] + match for match in content["matches"]]

    def run(self, code: str) -> list[tuple[str, dict[str, Any]]]:
        """Runs a cell."""
        return list(self.messages(self.start(code)))


@pytest.fixture(scope="module")
def kernel() -> Iterator[Kernel]:
    """A kernel of the Python that runs the tests."""
    manager, client = start_new_kernel(kernel_name="python3")
    yield Kernel(manager, client)
    client.stop_channels()
    manager.shutdown_kernel(now=True)


def test_the_stop_button_ends_a_query(kernel: Kernel) -> None:
    cell = kernel.start(LONG)
    stopped_at = 0.0
    ends = []
    for kind, content in kernel.messages(cell):
        if kind == "stream":
            time.sleep(0.3)
            kernel.manager.interrupt_kernel()
            stopped_at = time.monotonic()
        if kind == "error":
            ends.append((content["ename"], time.monotonic() - stopped_at))
    [(name, took)] = ends
    assert name == "KeyboardInterrupt"
    assert took < 5
    after = kernel.run('print(bank.customers.aggregate([{"$count": "n"}])[0]["n"])')
    assert [content["text"] for kind, content in after if kind == "stream"] == ["500\n"]


def test_an_import_shows_a_bar_and_takes_it_away(kernel: Kernel) -> None:
    patience = "import banksphere._progress as progress\nprogress._PATIENCE = 0\n"
    said = kernel.run(patience + "import banksphere as bs\nbs.sample(200_000).close()")
    shown = [content["data"]["text/html"] for kind, content in said if kind in ("display_data", "update_display_data")]
    assert shown, said
    assert shown[0].startswith("<progress ")
    assert 'max="200000"' in shown[0]
    assert " of 200,000 customers" in shown[0]
    assert shown[-1] == ""
    streams = [content for kind, content in said if kind == "stream"]
    assert [(one["name"], one["text"]) for one in streams] == [
        ("stdout", "notice: generated data: none of its customers is real\n")
    ]


def test_errors_end_with_their_words(kernel: Kernel) -> None:
    said = kernel.run('bank.customers.aggregate([{"$match": {"Gendr": "F"}}], strict=True)')
    [error] = [content for kind, content in said if kind == "error"]
    assert error["ename"] == "PipelineError"
    assert "hint: the nearest field is `Gender`" in error["evalue"]
    assert len(error["traceback"]) < 6


def test_tables_and_charts_are_shown(kernel: Kernel) -> None:
    said = kernel.run("bank.status.closures_by_months_inactive()")
    [data] = [content["data"] for kind, content in said if kind == "execute_result"]
    assert {"text/plain", "text/html"} <= set(data)
    assert "<svg" in data["text/html"] or "image/svg+xml" in data


def test_names_are_completed_inside_quotes(kernel: Kernel) -> None:
    kernel.run("import banksphere as bs\nbank = bs.sample(500, progress=False)")
    assert kernel.completed('bank.segment(by="age_b') == ['bank.segment(by="age_band']
    assert kernel.completed("bank.segment(by=['gender', 'age_b") == ["bank.segment(by=['gender', 'age_band"]
    assert kernel.completed('bank.status(by="card", measures=["closure_') == ['bank.status(by="card", measures=["closure_rate']
    assert 'bank.health(measures="median:tenure_band' in kernel.completed('bank.health(measures="median:tenure_')
    assert 'bank.list_customers(sort="-spend_band' in kernel.completed('bank.list_customers(sort="-spend_')
    # What is no name of a catalog is left to others.
    assert "age_band" not in "".join(kernel.completed('print(sep="age_b'))
