"""`find`, `find_one`, `distinct` and `count_documents`: what pymongo gives on a real server, and the same in a folder."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas
import pyarrow
import pymongo
import pytest
from pymongo.collation import Collation

import banksphere as bs

DAY = datetime.datetime(2026, 5, 1, tzinfo=datetime.timezone.utc)

DOCUMENTS: list[dict[str, Any]] = [
    {"_id": 1, "n": 3, "tags": ["b", "a"], "items": [{"k": "x", "q": 1}, {"k": "y", "q": 5}], "amount": 12.5},
    {"_id": 2, "n": 1, "tags": [], "items": [{"k": "y", "q": 2}], "amount": "N/A"},
    {"_id": 3, "n": 2, "tags": "a", "amount": 7, "when": {"day": DAY}},
    {"_id": 4, "n": 2.5, "tags": None, "items": []},
]

FINDS: list[dict[str, Any]] = [
    {},
    {"filter": {"n": {"$gte": 2}}, "sort": [("n", -1)]},
    {"filter": {"when.day": {"$gte": datetime.datetime(2026, 1, 1, tzinfo=datetime.timezone.utc)}}},
    {"sort": [("n", 1), ("_id", -1)], "skip": 1, "limit": 2},
    {"limit": -2},
    {"projection": ["n", "tags"]},
    {"projection": []},
    {"projection": {}},
    {"projection": {"_id": 1}},
    {"projection": {"_id": 0, "twice": {"$multiply": ["$n", 2]}}},
    {"projection": {"items": {"$slice": 1}, "amount": 0}},
    {"projection": {"items": {"$elemMatch": {"q": {"$gt": 1}}}, "n": 1}},
    {"filter": {"items.k": "y"}, "projection": {"items.$": 1}},
    {"filter": {"_id": 9}},
]

DISTINCTS: list[tuple[str, dict[str, Any] | None]] = [
    ("n", None),
    ("tags", None),
    ("items.k", None),
    ("items.0.q", None),
    ("amount", {"n": {"$lt": 3}}),
    ("nothing", None),
]

COUNTS: list[dict[str, Any]] = [
    {"filter": {}},
    {"filter": {"items.q": {"$gt": 1}}},
    {"filter": {}, "skip": 1, "limit": 2},
    {"filter": {"n": 99}},
]


@pytest.fixture
def visits(tmp_path: Path) -> Iterator[bs.Collection]:
    """The documents in a folder of their own."""
    with bs.sample(10, bank=tmp_path / "b.sphere", progress=False) as bank:
        bank.import_documents("visits", DOCUMENTS, progress=False)
        yield bank["visits"]


@pytest.mark.filterwarnings("ignore:unknown field")
def test_the_judge_is_pymongo(visits: bs.Collection, place: str) -> None:
    with pymongo.MongoClient(place, tz_aware=True) as client:
        judge = client.get_default_database()["visits"]
        judge.insert_many(DOCUMENTS)
        with bs.open(place) as bank:
            for ours in (visits, bank["visits"]):
                for find in FINDS:
                    assert list(ours.find(**find)) == list(judge.find(**find)), find
                    one = {name: value for name, value in find.items() if name != "limit"}
                    assert ours.find_one(**one) == judge.find_one(**one), find
                for key, where in DISTINCTS:
                    assert ours.distinct(key, where) == judge.distinct(key, where), key
                for count in COUNTS:
                    kept = {name: value for name, value in count.items() if name == "filter" or value}
                    assert ours.count_documents(**count) == judge.count_documents(**kept), count
                alike = Collation(locale="en", strength=1)
                for where in [{"tags": "A"}, {"items": {"$elemMatch": {"k": "X"}}}]:
                    taken = {"items": {"$elemMatch": {"k": {"$gte": "Y"}}}}
                    asked = (where, taken)
                    assert list(ours.find(*asked, collation=alike)) == list(judge.find(*asked, collation=alike)), where
                    assert ours.find_one(where, collation=alike) == judge.find_one(where, collation=alike)
                    n = judge.count_documents(where, collation=alike)
                    assert ours.count_documents(where, collation=alike) == n > 0
                    found = judge.distinct("items.k", where, collation=alike)
                    assert ours.distinct("items.k", where, collation=alike) == found
                assert ours.find_one(3) == judge.find_one(3)
                assert len(ours) == ours.estimated_document_count() == judge.estimated_document_count()
            for find in FINDS:
                key = find.get("projection")
                if not (isinstance(key, dict) and "items" in str(key)):
                    assert list(judge.aggregate(visits.find(**find).pipeline)) == list(judge.find(**find)), find


def test_what_is_found_in_a_folder(visits: bs.Collection) -> None:
    assert [row["_id"] for row in visits.find({"n": {"$gte": 2}}, sort=[("n", -1)])] == [1, 4, 3]
    assert list(visits.find({"items.k": "y"}, {"items.$": 1})) == [
        {"_id": 1, "items": [{"k": "y", "q": 5}]},
        {"_id": 2, "items": [{"k": "y", "q": 2}]},
    ]
    assert visits.distinct("tags") == [None, "a", "b"]
    assert visits.count_documents("{n: {$gt: 2}}") == 2
    assert visits.find_one({"_id": 9}) is None
    assert bool(visits) and len(visits) == 4
    assert [row["n"] for row in visits.aggregate("db.visits.countDocuments({n: 9})")] == [0]


def test_a_cursor_streams_and_makes_frames(visits: bs.Collection) -> None:
    cursor = visits.find({}, ["n"]).sort("n", -1).skip(1).limit(2)
    assert repr(cursor).startswith("<Cursor over visits of ")
    assert next(cursor) == {"_id": 4, "n": 2.5}
    with pytest.raises(bs.UsageError, match="no longer changes"):
        cursor.limit(1)
    assert cursor.to_list() == [{"_id": 3, "n": 2}]
    assert cursor.to_list() == []
    # A table has all of them, whatever was taken.
    assert cursor.to_table().columns == ["_id", "n"]
    assert list(cursor.to_pandas()["_id"]) == [4, 3]
    assert cursor.to_polars()["n"].to_list() == [2.5, 2.0]
    assert isinstance(cursor.to_arrow(), pyarrow.Table)
    assert [stage for (stage,) in cursor.pipeline] == ["$sort", "$skip", "$limit", "$project"]


@pytest.mark.parametrize(
    ("wrong", "error", "words"),
    [
        (lambda visits: visits.find(5), TypeError, "`filter` takes a dict, not int"),
        (lambda visits: visits.find({"n": {1: 2}}), TypeError, "at `filter.n`"),
        (lambda visits: visits.find({}, 5), TypeError, "`projection` takes a dict, or a list of fields, not int"),
        (lambda visits: visits.find({}, sort=[5]), TypeError, "`sort` takes a list of pairs"),
        (lambda visits: visits.find({}, limit="2"), TypeError, "`limit` takes an int, not str"),
        (lambda visits: list(visits.find(skip=-1)), bs.PipelineError, "`skip` of `find` is at least 0"),
        (lambda visits: list(visits.find("{n: ")), bs.PipelineError, "end of the text"),
        (lambda visits: list(visits.find({"n": {"$gtt": 1}})), bs.PipelineError, r"unknown query operator `\$gtt`"),
        (lambda visits: list(visits.find({"m": 1}, strict=True)), bs.PipelineError, "unknown field `m`"),
        (lambda visits: visits.distinct(5), TypeError, "`key` takes a str, not int"),
        (lambda visits: visits.distinct("a."), bs.PipelineError, "ends with a dot"),
        (lambda visits: list(visits.find({"n": 1}, {"items.$": 1})), bs.PipelineError, "no element"),
    ],
)
def test_what_cannot_be_asked(
    visits: bs.Collection, wrong: Callable[[bs.Collection], object], error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        wrong(visits)


def test_a_field_that_no_document_has_is_told(visits: bs.Collection) -> None:
    with pytest.warns(UserWarning, match="unknown field `m`"):
        assert visits.count_documents({"m": 1}) == 0


def test_a_column_of_several_types_goes_to_pandas_as_pymongos_values(visits: bs.Collection) -> None:
    frame = visits.aggregate([{"$sort": {"_id": 1}}]).to_pandas()
    expected = pandas.DataFrame(DOCUMENTS)
    assert list(frame["amount"][:3]) == [12.5, "N/A", 7] and frame["amount"].isna()[3]
    assert [type(value) for value in frame["amount"]] == [type(value) for value in expected["amount"]]
    assert (frame["amount"] == "N/A").sum() == 1
    assert list(frame["tags"]) == [["b", "a"], [], "a", None]


def test_a_column_of_several_types_is_marked_text_in_arrow(visits: bs.Collection) -> None:
    table = visits.aggregate([{"$sort": {"_id": 1}}, {"$project": {"amount": 1, "n": 1}}]).to_arrow()
    assert table["amount"].to_pylist() == ["12.5", "N/A", "7", None]
    assert b"banksphere.mixed" in table.schema.field("amount").metadata
    assert table.schema.field("n").metadata is None
