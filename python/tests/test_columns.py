"""Rows that a pipeline leaves as columns: the same values and types as by way of documents, which `$redact` asks for."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas
import polars.testing
import pyarrow
import pytest

import banksphere as bs

# A field that no document has is no fault here.
pytestmark = pytest.mark.filterwarnings("ignore:unknown field")

Stages = list[dict[str, Any]]

# Every row as it is, but no longer on columns.
BY_DOCUMENTS: Stages = [{"$redact": "$$KEEP"}]

JOIN: Stages = [
    {"$lookup": {"from": "transactions", "localField": "CLIENTNUM", "foreignField": "CLIENTNUM", "as": "t"}},
    {"$unwind": "$t"},
]


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Iterator[bs.Bank]:
    """Customers enough to be left as columns, and documents whose fields come, go and change their types."""
    file = tmp_path_factory.mktemp("events") / "events.ndjson"
    with file.open("w") as out:
        for number in range(3000):
            out.write(json.dumps(event(random.Random(number), number)) + "\n")
    with bs.sample(3000, progress=False) as bank:
        bank.import_documents("events", file)
        yield bank


def event(chance: random.Random, number: int) -> dict[str, Any]:
    """A document of many shapes."""
    document: dict[str, Any] = {
        "_id": {"$oid": f"{number:024x}"} if number % 3 else number,
        "at": {"$date": f"2025-03-{1 + number % 28:02}T00:00:00Z"},
        "word": chance.choice(["a", "b", None]),
        "text": f"é {chance.getrandbits(40):x}",
        "number": chance.choice([1, 2.5, None]),
        "place": {"city": chance.choice(["Oslo", "Gent"]), "open": chance.random() < 0.5},
        "items": [{"n": chance.randint(1, 5)} for _ in range(chance.randint(0, 3))],
    }
    if chance.random() < 0.5:
        document = {"sometimes": number, **document, "id": {"$oid": f"{number:024x}"}}
    if chance.random() < 0.01:
        document["rare"] = {"$numberLong": str(number)}
        document["at"] = "unknown"
    return document


def check(collection: bs.Collection, pipeline: Stages) -> pyarrow.Table:
    """Compares the two ways of a pipeline's rows."""
    ours, theirs = collection.aggregate(pipeline), collection.aggregate(pipeline + BY_DOCUMENTS)
    one, other = ours.to_arrow(), theirs.to_arrow()
    assert one.schema.equals(other.schema, check_metadata=True), pipeline
    assert repr(one.to_pylist()) == repr(other.to_pylist()), pipeline
    assert (ours.columns, ours.shape, ours.dtypes) == (theirs.columns, theirs.shape, theirs.dtypes), pipeline
    assert repr(ours) == repr(theirs) and ours._repr_html_() == theirs._repr_html_(), pipeline
    return one


CARDS: list[Stages] = [
    [],
    [{"$match": {"Gender": "F"}}],
    [{"$match": {"Gender": "X"}}],
    [{"$project": {"Gender": 1, "Customer_Age": 1, "Income_Category": 1}}],
    [{"$project": {"_id": 0, "a": "$Gender", "o": {"b": "$Customer_Age", "c": {"d": "$Income_Category"}}}}],
    [{"$sort": {"Customer_Age": -1, "CLIENTNUM": 1}}],
    [{"$sort": {"Card_Category": 1, "CLIENTNUM": -1}}, {"$skip": 100}, {"$limit": 2000}],
    [{"$skip": 10}, {"$limit": 2500}],
    [{"$group": {"_id": "$CLIENTNUM", "age": {"$avg": "$Customer_Age"}, "g": {"$first": "$Gender"}}}],
    [{"$group": {"_id": {"c": "$CLIENTNUM", "g": "$Gender"}, "all": {"$push": "$Customer_Age"}}}],
    [*JOIN],
    [*JOIN, {"$match": {"t.Credit_Limit": {"$gt": 3000}}}, {"$sort": {"t.Credit_Limit": 1}}],
    [{"$addFields": {"old": {"$gt": ["$Customer_Age", 50]}, "half": {"$divide": ["$Customer_Age", 2]}}}],
    [{"$addFields": {"mixed": {"$cond": [{"$gt": ["$Customer_Age", 50]}, 1, "young"]}, "null": None}}],
    [{"$project": {"x": {"$cond": [{"$eq": ["$Gender", "F"]}, "$Customer_Age", "$$REMOVE"]}, "Gender": 1}}],
    [{"$project": {"o": {"x": {"$cond": [{"$eq": ["$Gender", "F"]}, "$Customer_Age", "$$REMOVE"]}, "g": "$Gender"}}}],
    [{"$project": {"text": {"$concat": ["$Gender", " ", "$Card_Category"]}, "nope": "$nope"}}],
    [{"$unset": ["_id", "Gender"]}],
    [
        {
            "$setWindowFields": {
                "partitionBy": "$Gender",
                "sortBy": {"CLIENTNUM": 1},
                "output": {"n": {"$documentNumber": {}}, "before": {"$shift": {"output": "$Card_Category", "by": -1}}},
            }
        }
    ],
]


@pytest.mark.parametrize("pipeline", CARDS, ids=str)
def test_cards_are_the_same_by_columns_and_by_documents(bank: bs.Bank, pipeline: Stages) -> None:
    """Types, values, order, and what is shown of them."""
    check(bank.customers, pipeline)


DOCUMENTS: list[Stages] = [
    [],
    [{"$match": {"place.city": "Oslo"}}],
    [{"$match": {"sometimes": {"$exists": True}}}],
    [{"$match": {"rare": None}}],
    [{"$sort": {"text": 1}}],
    [{"$skip": 5}, {"$limit": 1500}],
    [{"$group": {"_id": "$text", "n": {"$sum": 1}, "at": {"$first": "$at"}}}],
]


@pytest.mark.parametrize("pipeline", DOCUMENTS, ids=str)
def test_documents_of_any_shape_are_the_same_both_ways(bank: bs.Bank, pipeline: Stages) -> None:
    """Fields that come and go, and change their types."""
    check(bank["events"], pipeline)


def test_pipelines_by_chance_are_the_same_both_ways(bank: bs.Bank) -> None:
    """Stages that columns can run, one behind the other."""
    chance = random.Random(7)
    n_large = 0
    for _ in range(60):
        stages: list[Stages] = [
            [{"$match": {"Customer_Age": {"$gte": chance.randint(20, 45)}}}],
            [{"$addFields": {"x": {"$multiply": ["$Customer_Age", chance.choice([2, 0.5, None])]}}}],
            [{"$sort": {chance.choice(["Customer_Age", "Gender", "CLIENTNUM"]): chance.choice([1, -1]), "_id": 1}}],
            [{"$unset": chance.choice(["Gender", "Customer_Age", "_id"])}],
            [{"$limit": chance.randint(1200, 3000)}],
            [{"$project": {"y": "$Card_Category", "x": 1, "z": {"g": "$Gender"}}}],
        ]
        pipeline = [*JOIN] if chance.random() < 0.3 else []
        for _ in range(chance.randint(0, 3)):
            pipeline = pipeline + chance.choice(stages)
        n_large += check(bank.customers, pipeline).num_rows > 1000
    assert n_large > 30


def test_rows_columns_and_slices_come_out_of_columns(bank: bs.Bank, tmp_path: Path) -> None:
    """What is asked for besides Arrow."""
    for name in ("customers", "events"):
        ours, theirs = bank[name].aggregate([]), bank[name].aggregate(BY_DOCUMENTS)
        assert list(ours) == list(theirs) and len(ours) == len(theirs)
        assert (ours[0], ours[-1], ours[1500]) == (theirs[0], theirs[-1], theirs[1500])
        assert all(ours[column] == theirs[column] for column in ours.columns)
        assert list(ours[1020:1030]) == list(theirs[1020:1030]) and list(ours.head(3)) == list(theirs.head(3))
        with pytest.raises(IndexError):
            ours[3000]
        for ending in ("csv", "json", "ndjson", "md"):
            ours.save(tmp_path / f"ours.{ending}")
            theirs.save(tmp_path / f"theirs.{ending}")
            assert (tmp_path / f"ours.{ending}").read_bytes() == (tmp_path / f"theirs.{ending}").read_bytes()


def test_frames_are_the_same_both_ways(bank: bs.Bank) -> None:
    """pandas and Polars take both alike."""
    pandas, polars = pytest.importorskip("pandas"), pytest.importorskip("polars")
    for name in ("customers", "events"):
        ours, theirs = bank[name].aggregate([]), bank[name].aggregate(BY_DOCUMENTS)
        pandas.testing.assert_frame_equal(ours.to_pandas(), theirs.to_pandas())
        assert ours.to_polars().equals(theirs.to_polars())
        schema = pyarrow.schema(ours)
        assert schema == pyarrow.table(ours).schema == pyarrow.schema(theirs)


def test_find_and_a_whole_collection_go_to_frames_as_pipelines_do() -> None:
    with bs.sample(3000, progress=False) as bank:
        customers = bank.customers
        expected = customers.aggregate(BY_DOCUMENTS).to_pandas()
        pandas.testing.assert_frame_equal(customers.to_pandas(), expected)
        pandas.testing.assert_frame_equal(customers.find().to_pandas(), expected)
        women = customers.find({"Gender": "F"}, ["Gender", "Customer_Age"]).sort("Customer_Age")
        stages: Stages = [
            {"$match": {"Gender": "F"}},
            {"$sort": {"Customer_Age": 1}},
            {"$project": {"Gender": 1, "Customer_Age": 1}},
        ]
        pandas.testing.assert_frame_equal(women.to_pandas(), customers.aggregate(stages + BY_DOCUMENTS).to_pandas())
        assert len(women.to_table()) > 1000
        polars.testing.assert_frame_equal(customers.to_polars(), customers.aggregate([]).to_polars())
