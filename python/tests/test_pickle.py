"""Tables and catalogs go through `pickle` and `copy`, and come back as they were."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import banksphere as bs

WAYS: list[Callable[[Any], Any]] = [lambda it: pickle.loads(pickle.dumps(it)), copy.copy, copy.deepcopy]


def tables(bank: bs.Bank) -> list[bs.Table]:
    """A table of each kind."""
    rows = bank.customers.aggregate([{"$match": {"Gender": "F"}}, {"$limit": 20}])
    mixed = bank.customers.aggregate([{"$limit": 2}, {"$project": {"x": {"$cond": ["$Customer_Age", "t", 1]}}}])
    return [
        bank.status.closures_by_months_inactive(),
        bank.status.closures_by_months_inactive(where="Gender=F"),
        bank.status.what_goes_with_closure(),
        bank.health.limit_quantiles(),
        bank.segment(by=["gender", "card"], measures=["customers", "median:spend"]),
        bank.segment(by=["gender", "card"], measures="customers").pivot(),
        bank.list_customers(limit=3),
        bank.describe(),
        bank.compare("Gender=F", "Gender=M"),
        bank.customers.aggregate([{"$project": {"Gender": 1}}]),
        rows,
        rows[:2],
        mixed,
    ]


def same(one: bs.Table, other: bs.Table) -> None:
    """Holds everything of two tables against each other."""
    assert list(one) == list(other)
    for name in ("name", "title", "question", "sentence", "reading", "notes", "columns", "labels", "shape", "dtypes"):
        assert getattr(one, name) == getattr(other, name), name
    assert one.pipelines == other.pipelines
    assert repr(one) == repr(other)
    if one.name == "question":
        assert list(one.pivot()) == list(other.pivot())
    assert one._repr_html_() == other._repr_html_()
    assert one.to_pandas().equals(other.to_pandas())
    assert one.to_arrow().equals(other.to_arrow())


@pytest.mark.parametrize("way", WAYS)
def test_tables_come_back_as_they_were(bank: bs.Bank, way: Callable[[Any], Any]) -> None:
    for table in tables(bank):
        same(table, way(table))


def test_a_chart_comes_back_too(bank: bs.Bank) -> None:
    table = bank.status.closures_by_months_inactive(where="Gender=F")
    assert pickle.loads(pickle.dumps(table)).chart().svg == table.chart().svg


def test_a_table_that_came_back_has_no_bank(bank: bs.Bank) -> None:
    table = pickle.loads(pickle.dumps(bank.segment(by="gender")))
    with pytest.raises(bs.UsageError, match="bank"):
        table.customers(0)
    # A copy has it.
    assert copy.copy(bank.segment(by="gender")).customers(0, limit=1).shape[0] == 1


def test_the_answers_of_a_topic_come_back(bank: bs.Bank) -> None:
    health = bank.health()
    back = pickle.loads(pickle.dumps(health))
    assert back.names == health.names
    for one, other in zip(health, back, strict=True):
        same(one, other)


@pytest.mark.parametrize("way", WAYS)
def test_catalogs_come_back(bank: bs.Bank, way: Callable[[Any], Any], tmp_path: Path) -> None:
    own = tmp_path / "dimensions.toml"
    own.write_text("[mine]\nlabel = \"Mine\"\nexpression = '\"$<age>\"'\n", "utf-8")
    for catalog in (bs.catalog(), bs.catalog(tmp_path), bank.catalog):
        back = way(catalog)
        assert repr(back) == repr(catalog)
        for kind in ("analyses", "dimensions", "measures"):
            texts = [(entry.name, entry.text) for entry in getattr(catalog, kind)]
            assert [(entry.name, entry.text) for entry in getattr(back, kind)] == texts
    assert "mine" in way(bs.catalog(tmp_path)).dimensions
    assert way(bs.catalog().measures.closure_rate).text == bs.catalog().measures.closure_rate.text
    assert list(way(bs.catalog().measures)._entries) == list(bs.catalog().measures._entries)


def test_other_bytes_are_refused() -> None:
    from banksphere import _native

    for data in (b"", b"no table", pickle.dumps(1)):
        with pytest.raises(bs.UsageError, match="no table of this version"):
            _native._table(data)  # type: ignore[attr-defined]


@pytest.mark.parametrize("way", WAYS)
def test_what_holds_a_bank_says_how_it_is_handed_on(bank: bs.Bank, way: Callable[[Any], Any]) -> None:
    for it in (bank, bank.customers, bank.segment, bank.why):
        with pytest.raises(bs.UsageError, match="does not pickle") as refused:
            way(it)
        assert "bs.open(" in str(refused.value.hint)
