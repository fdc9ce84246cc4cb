"""Rows as Arrow, and so as pandas, Polars and pyarrow have them."""

from __future__ import annotations

import datetime as dt
import decimal
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import banksphere as bs

SHAPES: list[dict[str, Any]] = [
    {
        "small": 1,
        "large": {"$numberLong": "1"},
        "number": 1,
        "flag": True,
        "word": "a",
        "when": {"$date": "2026-06-30T00:00:00Z"},
        "money": {"$numberDecimal": "12.50"},
        "tags": ["a", "b"],
        "inner": {"a": 1, "b": {"c": "x"}},
        "data": {"$binary": {"base64": "AQID", "subType": "00"}},
        "id": {"$oid": "0123456789abcdef01234567"},
        "mixed": 1,
        "nothing": None,
        "odd": {"$numberDecimal": "NaN"},
        "empty": {},
        "list": [1, "a"],
    },
    {
        "small": None,
        "large": 2,
        "number": 2.5,
        "word": None,
        "money": {"$numberDecimal": "-1234.5"},
        "tags": [],
        "inner": {"b": None, "d": 2.5},
        "mixed": "one",
        "list": None,
    },
    {"mixed": {"a": [1]}, "tags": [None], "money": 7},
]

TYPES = {
    "small": "int32",
    "large": "int64",
    "number": "float64",
    "flag": "bool",
    "word": "string",
    "when": "timestamp[ms, UTC]",
    "money": "decimal128(21, 2)",
    "tags": "list<string>",
    "inner": "struct<a: int32, b: struct<c: string>, d: float64>",
    "data": "binary",
    "id": "string",
    "mixed": "string",
    "nothing": "null",
    "odd": "string",
    "empty": "string",
    "list": "list<string>",
}


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Iterator[bs.Bank]:
    """A small generated bank with a collection of documents of many shapes."""
    file = tmp_path_factory.mktemp("shapes") / "shapes.ndjson"
    file.write_text("".join(json.dumps(shape) + "\n" for shape in SHAPES))
    with bs.sample(200, progress=False) as bank:
        bank.import_documents("shapes", file)
        yield bank


@pytest.fixture(scope="module")
def shapes(bank: bs.Bank) -> bs.Table:
    """The documents, without their identifiers."""
    return bank["shapes"].aggregate([{"$unset": "_id"}])


def test_each_column_has_the_type_that_holds_all_of_its_values(shapes: bs.Table) -> None:
    assert shapes.dtypes == TYPES
    assert shapes.columns == list(TYPES)


def test_pyarrow_has_the_same_values(shapes: bs.Table) -> None:
    pa = pytest.importorskip("pyarrow")
    table = shapes.to_arrow()
    assert table.schema.field("when").type == pa.timestamp("ms", tz="UTC")
    assert table.num_rows == 3
    columns = table.to_pydict()
    assert columns["small"] == [1, None, None]
    assert columns["number"] == [1.0, 2.5, None]
    assert columns["when"] == [dt.datetime(2026, 6, 30, tzinfo=dt.timezone.utc), None, None]
    assert columns["money"] == [decimal.Decimal("12.50"), decimal.Decimal("-1234.50"), decimal.Decimal("7.00")]
    assert columns["tags"] == [["a", "b"], [], [None]]
    assert columns["inner"] == [
        {"a": 1, "b": {"c": "x"}, "d": None},
        {"a": None, "b": None, "d": 2.5},
        None,
    ]
    assert columns["data"] == [b"\x01\x02\x03", None, None]
    assert columns["id"] == ["0123456789abcdef01234567", None, None]
    assert columns["mixed"] == ["1", "one", '{"a": [1]}']
    assert columns["empty"] == ["{}", None, None]
    assert columns["list"] == [["1", "a"], None, None]
    assert columns["nothing"] == [None] * 3
    assert pa.table(shapes).equals(table)
    table.validate(full=True)


def test_rows_keep_what_a_column_has_no_type_for(shapes: bs.Table) -> None:
    assert [row.get("mixed") for row in shapes] == [1, "one", {"a": [1]}]
    assert shapes["mixed"] == [1, "one", {"a": [1]}]
    assert shapes[1]["small"] is None
    assert "small" not in shapes[2]


def test_polars_has_the_same_values(shapes: bs.Table) -> None:
    pl = pytest.importorskip("polars")
    frame = shapes.to_polars()
    assert frame.shape == shapes.shape
    assert frame["small"].dtype == pl.Int32
    assert frame["inner"].struct.field("d").to_list() == [None, 2.5, None]
    assert frame["when"].dtype == pl.Datetime("ms", "UTC")
    assert pl.DataFrame(shapes).equals(frame)


def test_pandas_has_the_same_values_with_pyarrow_and_without(shapes: bs.Table, bank: bs.Bank, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("pandas")
    assert shapes.to_pandas().shape == shapes.shape
    table = bank.segment(by=["age_band", "gender"])
    frame = table.to_pandas()
    assert list(frame.columns) == table.columns
    assert frame["customers"].sum() == 200
    with monkeypatch.context() as hidden:
        hidden.setitem(sys.modules, "pyarrow", None)
        again = table.to_pandas()
    # pandas itself takes categories out of a frame by pyarrow, where that was there when it was loaded.
    assert again.dtypes.equals(frame.dtypes)
    # As frames, in which what is missing on both sides is the same.
    assert again.equals(frame)


def test_an_answer_has_plain_types(bank: bs.Bank) -> None:
    table = bank.segment(by="gender", measures=["customers", "closure_rate"])
    types = table.dtypes
    assert types["gender"] == "string"
    assert types["customers"] == "int64"
    assert types["closure_rate"] == types["closure_rate_low"] == "float64"


def test_whole_collections_are_as_wide_as_they_are(bank: bs.Bank) -> None:
    everybody = bank.transactions.aggregate([])
    assert everybody.shape[0] == 200
    types = everybody.dtypes
    assert types["CLIENTNUM"] == "int32"
    assert types["Credit_Limit"] == "float64"
    assert set(types.values()) <= {"int32", "int64", "float64", "string", "bool", "timestamp[ms, UTC]"}


def test_no_rows_and_no_columns_are_frames_too(bank: bs.Bank) -> None:
    pa = pytest.importorskip("pyarrow")
    none = bank.customers.aggregate([{"$match": {"Gender": "X"}}])
    assert (none.shape, none.dtypes, none.columns) == ((0, 0), {}, [])
    assert pa.table(none).num_rows == 0
    bare = bank.customers.aggregate([{"$limit": 3}, {"$project": {"_id": 0, "x": "$$REMOVE"}}])
    assert bare.shape == (3, 0)
    assert list(bare) == [{}, {}, {}]
    assert pa.table(bare).num_columns == 0
    repr(bare), repr(none), bare._repr_html_(), none._repr_html_()


def test_a_stream_is_made_as_often_as_it_is_asked_for(shapes: bs.Table) -> None:
    pa = pytest.importorskip("pyarrow")
    capsules = [shapes.__arrow_c_stream__(), shapes.__arrow_c_stream__(None)]
    assert len({id(capsule) for capsule in capsules}) == 2
    del capsules
    schema = pa.schema(shapes)
    assert schema.names == shapes.columns
    readers = [pa.RecordBatchReader.from_stream(shapes) for _ in range(2)]
    assert [reader.read_all().num_rows for reader in readers] == [3, 3]


def test_the_stream_outlives_the_table(bank: bs.Bank) -> None:
    pa = pytest.importorskip("pyarrow")
    table = pa.table(bank.customers.aggregate([{"$limit": 50}]))
    assert len(table.to_pylist()) == 50


def test_deep_and_wide_documents_are_no_trouble(bank: bs.Bank, tmp_path: Path) -> None:
    deep: Any = "x"
    for _ in range(90):
        deep = {"a": deep}
    wide = {f"c{place}": place for place in range(3000)}
    file = tmp_path / "odd.ndjson"
    file.write_text(json.dumps({"deep": deep}) + "\n" + json.dumps({"wide": wide}) + "\n")
    bank.import_documents("odd", file)
    table = bank["odd"].aggregate([{"$unset": "_id"}])
    assert table.dtypes["wide"].startswith("struct<c0: int32, c1: int32")
    pa = pytest.importorskip("pyarrow")
    assert pa.table(table).num_rows == 2
    assert "…" in table._repr_html_()
