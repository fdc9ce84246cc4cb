"""Ctrl-C ends what runs, and only that; Python's other threads go on meanwhile."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

import banksphere as bs

COUNT = [{"$count": "n"}]

SOON = 5.0
"""Far more than the fraction of a second that users see: the build is not optimized, and the machine may be busy."""

# Each runs for minutes, in another part of the engine.
LONG = {
    "documents made of few": [
        {"$project": {name: {"$range": [0, 300]} for name in "xyz"}},
        *({"$unwind": f"${name}"} for name in "xyz"),
        {"$group": {"_id": {"$mod": ["$x", 7]}, "n": {"$sum": 1}}},
    ],
    "copies of one large value": [{"$project": {"x": {"$range": [0, 200000]}}}, {"$unwind": "$x"}, {"$count": "n"}],
    "an expression for each row of columns": [
        {"$group": {
            "_id": None,
            "n": {"$sum": {"$reduce": {
                "input": {"$range": [0, 50000]},
                "initialValue": 0,
                "in": {"$mod": [{"$add": ["$$value", "$$this", "$CLIENTNUM"]}, 1009]},
            }}},
        }},
    ],
    "a window of all rows": [
        {"$project": {"x": {"$range": [0, 100]}}},
        {"$unwind": "$x"},
        {"$setWindowFields": {
            "sortBy": {"x": 1},
            "output": {"all": {"$push": "$_id", "window": {"documents": [-20000, 20000]}}},
        }},
    ],
    "a join for each row": [
        {"$set": {"x": {"$range": [0, 2000]}}},
        {"$unwind": "$x"},
        {"$lookup": {"from": "customers", "localField": "Gender", "foreignField": "Gender", "as": "all"}},
        {"$group": {"_id": None, "n": {"$sum": {"$size": "$all"}}}},
    ],
}


@contextmanager
def interrupted(seconds: float) -> Iterator[None]:
    """Ctrl-C after so many seconds; what is inside must end soon after."""
    timer = threading.Timer(seconds, os.kill, (os.getpid(), signal.SIGINT))
    start = time.monotonic()
    timer.start()
    try:
        with pytest.raises(KeyboardInterrupt):
            yield
    finally:
        timer.cancel()
        timer.join()
    took = time.monotonic() - start
    assert took < seconds + SOON, f"it took {took - seconds:.2f} s to stop"


@pytest.mark.parametrize("pipeline", LONG.values(), ids=LONG)
def test_a_query_stops(bank: bs.Bank, pipeline: list[dict[str, Any]]) -> None:
    with interrupted(0.4):
        bank.customers.aggregate(pipeline)
    assert bank.customers.aggregate(COUNT)[0]["n"] == 500


def test_an_import_stops_and_leaves_the_bank_as_it_was(tmp_path: Path) -> None:
    place = tmp_path / "b.sphere"
    with bs.sample(50, bank=place, progress=False) as bank:
        with interrupted(0.4):
            bs.sample(20_000_000, bank=place, progress=False)
        assert bank.customers.aggregate(COUNT)[0]["n"] == 50
    with bs.open(place) as bank:
        assert bank.customers.aggregate(COUNT)[0]["n"] == 50


def test_a_server_is_asked_to_stop(bank: bs.Bank, place: str) -> None:
    bank.copy_to(place, progress=False)
    with bs.open(place) as served:
        with interrupted(0.4):
            served.customers.aggregate(LONG["documents made of few"])
        assert served.customers.aggregate(COUNT)[0]["n"] == 500


def test_an_exception_of_a_signal_handler_comes_through(bank: bs.Bank) -> None:
    class Enough(Exception):
        pass

    def stop(*_: object) -> None:
        raise Enough

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, 0.3)
    try:
        with pytest.raises(Enough):
            bank.customers.aggregate(LONG["documents made of few"])
    finally:
        signal.signal(signal.SIGALRM, before)
    assert bank.customers.aggregate(COUNT)[0]["n"] == 500


def test_other_threads_run_and_ask_meanwhile(bank: bs.Bank) -> None:
    answers: list[int] = []

    def ask() -> None:
        while not done.is_set():
            answers.append(bank.customers.aggregate(COUNT)[0]["n"])

    done = threading.Event()
    thread = threading.Thread(target=ask)
    thread.start()
    try:
        with interrupted(0.5):
            bank.customers.aggregate(LONG["documents made of few"])
    finally:
        done.set()
        thread.join()
    assert len(answers) > 3
    assert set(answers) == {500}


def test_many_threads_may_share_a_bank(bank: bs.Bank) -> None:
    results: list[Any] = []
    work: Callable[[], None] = lambda: results.append(list(bank.segment(by="gender")))  # noqa: E731
    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 8
    assert all(result == results[0] for result in results)
