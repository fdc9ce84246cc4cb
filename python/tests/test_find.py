"""`find`, `find_one`, `distinct` and `count_documents`: what pymongo gives on a real server, and the same in a folder."""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Any

import numpy
import pandas
import pytest

import banksphere as bs

DOCUMENTS: list[dict[str, Any]] = [
    {"_id": 1, "n": 3, "tags": ["b", "a"], "items": [{"k": "x", "q": 1}, {"k": "y", "q": 5}], "amount": 12.5},
    {"_id": 2, "n": 1, "tags": [], "items": [{"k": "y", "q": 2}], "amount": "N/A"},
    {"_id": 3, "n": 2, "tags": "a", "amount": 7, "when": {"day": datetime.datetime(2026, 5, 1, tzinfo=datetime.timezone.utc)}},
    {"_id": 4, "n": 2.5, "tags": None, "items": []},
]

FINDS: list[dict[str, Any]] = [
    {},
    {"filter": {"n": {"$gte": 2}}, "sort": [("n", -1)]},
    {"sort": [("n", 1), ("_id", -1)], "skip": 1, "limit": 2},
    {"limit": -2},
    {"projection": ["n", "tags"]},
    {"projection": []},
    {"projection": {"_id": 0, "twice": {"$multiply": ["$n", 2]}}},
    {"projection": {"items": {"$slice": 1}, "amount": 0}},
    {"projection": {"items": {"$elemMatch": {"q": {"$gt": 1}}}, "n": 1}},
    {"filter": {"items.k": "y"}, "projection": {"items.$": 1}},
    {"filter": {"_id": 9}},
]


@pytest.fixture
def visits(tmp_path: Path) -> bs.Collection:
    """The documents in a bank of their own."""
    file = tmp_path / "visits.ndjson"
    day = {"$date": "2026-05-01T00:00:00Z"}
    lines = [json.dumps(document, default=lambda _: day) for document in DOCUMENTS]
    file.write_text("\n".join(lines), "utf-8")
    bank = bs.open(tmp_path / "b.sphere", create=True) if False else None
    del bank
    return bs.open(imported(file, tmp_path / "b.sphere"))["visits"]


def imported(file: Path, bank: Path) -> Path:
    """The bank with the file in it."""
    import subprocess
    import sys

    command = [sys.executable, "-m", "banksphere", "import", "--into", "visits", str(file), "--bank", str(bank)]
    subprocess.run(command, check=True)
    return bank
