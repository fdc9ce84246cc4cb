"""Values between Python and BSON: there and back, and what has no form is refused with its place."""

from __future__ import annotations

import datetime as dt
import decimal
import math
import re
import subprocess
import sys
import uuid

from typing import Any

import pytest

import banksphere as bs

UTC = dt.timezone.utc


def stages(value: Any) -> list[dict[str, Any]]:
    """A pipeline that gives one row with the value as `x`."""
    return [{"$limit": 1}, {"$project": {"_id": 0, "x": {"$literal": value}}}]


def back(bank: bs.Bank, value: Any) -> Any:
    """The value after its way through a pipeline."""
    return bank.customers.aggregate(stages(value))[0]["x"]


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        False,
        0,
        2**31,
        -(2**63),
        2**63 - 1,
        1.5,
        -math.inf,
        "Grüße, 世界",
        "",
        dt.datetime(2026, 6, 30, 12, 30, 15, 123000, tzinfo=UTC),
        dt.datetime(1, 1, 1, tzinfo=UTC),
        dt.datetime(9999, 12, 31, 23, 59, 59, 999000, tzinfo=UTC),
        decimal.Decimal("12.50"),
        decimal.Decimal("1E+3"),
        b"\x00\xff",
        uuid.UUID("12345678-1234-5678-1234-567812345678"),
        [1, "a", None, [2.5]],
        {"a": {"b": [{}]}, "$plain": 1},
        [],
    ],
    ids=repr,
)
def test_a_value_comes_back_as_it_was(bank: bs.Bank, value: Any) -> None:
    found = back(bank, value)
    assert found == value
    assert type(found) is type(value)


def test_not_a_number_and_tuples_come_back(bank: bs.Bank) -> None:
    assert math.isnan(back(bank, math.nan))
    assert back(bank, (1, 2)) == [1, 2]
    assert back(bank, bytearray(b"ab")) == b"ab"


def test_dates_are_utc_in_whole_milliseconds(bank: bs.Bank) -> None:
    naive = dt.datetime(2026, 6, 30, 12, 0, 0, 1999)
    assert back(bank, naive) == dt.datetime(2026, 6, 30, 12, 0, 0, 1000, tzinfo=UTC)
    east = dt.datetime(2026, 6, 30, 12, tzinfo=dt.timezone(dt.timedelta(hours=2)))
    assert back(bank, east) == dt.datetime(2026, 6, 30, 10, tzinfo=UTC)
    assert back(bank, dt.datetime(1969, 12, 31, 23, 59, 59, 999999)).microsecond == 999000


def test_a_date_beyond_python_s_years_is_told(bank: bs.Bank) -> None:
    found = back(bank, {"$date": {"$numberLong": "253402300800000"}})
    assert found == {"$date": {"$numberLong": "253402300800000"}} or int(found) == 253402300800000


def test_a_missing_field_is_no_key(bank: bs.Bank) -> None:
    fields = {"_id": 0, "x": "$$REMOVE", "y": {"$literal": None}}
    assert list(bank.customers.aggregate([{"$limit": 1}, {"$project": fields}])) == [{"y": None}]


def test_expressions_of_re_are_regular_expressions(bank: bs.Bank) -> None:
    def count(pattern: Any) -> int:
        return len(bank.customers.aggregate([{"$match": {"Card_Category": pattern}}]))

    assert count(re.compile("^blue$", re.IGNORECASE)) == count("Blue") > 0
    assert count(re.compile("^blue$")) == 0
    assert count(re.compile(b"^Blue$")) == count("Blue")


def test_integers_beyond_64_bits_are_refused_with_their_place(bank: bs.Bank) -> None:
    with pytest.raises(bs.PipelineError) as caught:
        bank.customers.aggregate([{"$match": {"Customer_Age": {"$gt": 2**63}}}])
    assert str(caught.value) == (
        "an integer has more than 64 bits\n"
        "  at stage 1, `$match.Customer_Age.$gt`\n"
        "hint: a float or a `decimal.Decimal` can be as large"
    )


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ({1, 2}, "`set` has no form in BSON"),
        (object(), "`object` has no form in BSON"),
        (dt.date(2026, 6, 30), "`datetime.date` has no form in BSON"),
        (range(3), "hint: `list(…)` makes a list of it"),
        (1j, "`complex` has no form in BSON"),
        ({1: 2}, "the name of a field is a text, not `int`"),
        (len, "has no form in BSON"),
    ],
    ids=repr,
)
def test_what_has_no_form_is_a_type_error_with_its_place(bank: bs.Bank, value: Any, told: str) -> None:
    with pytest.raises(TypeError) as caught:
        bank.customers.aggregate([{"$limit": 1}, {"$match": {"a": {"$in": [1, value]}}}])
    assert told in str(caught.value)
    assert "\n  at stage 2, `$match.a.$in.1`\nhint: " in str(caught.value)


@pytest.mark.parametrize(
    "value", [decimal.Decimal(1) / 7 * decimal.Decimal("1e40"), {"a\0b": 1}, "\ud800", re.compile("a\0"), re.compile(b"\xff")], ids=ascii
)
def test_what_bson_has_no_room_for_is_refused(bank: bs.Bank, value: Any) -> None:
    if isinstance(value, decimal.Decimal):
        value = decimal.Decimal("1." + "1" * 40)
    with pytest.raises(bs.PipelineError, match="hint: "):
        bank.customers.aggregate(stages(value))


def test_a_list_that_holds_itself_is_refused(bank: bs.Bank) -> None:
    endless: list[Any] = []
    endless.append(endless)
    with pytest.raises(bs.PipelineError, match="200 deep"):
        bank.customers.aggregate(stages(endless))
    deep: dict[str, Any] = {}
    for _ in range(5000):
        deep = {"a": deep}
    with pytest.raises(bs.PipelineError, match="deep"):
        bank.customers.aggregate(stages(deep))


@pytest.mark.parametrize("pipeline", [5, None, 2.5, b"[]", True, object()], ids=repr)
def test_a_pipeline_is_a_list_or_a_text(bank: bs.Bank, pipeline: Any) -> None:
    with pytest.raises(TypeError):
        bank.customers.aggregate(pipeline)


def test_a_pipeline_may_be_a_stage_a_tuple_or_a_text(bank: bs.Bank) -> None:
    counted = [{"n": 500}]
    for pipeline in [{"$count": "n"}, ({"$count": "n"},), "[{$count: 'n'}]", 'db.customers.aggregate([{"$count": "n"}])']:
        assert list(bank.customers.aggregate(pipeline)) == counted


def test_a_filter_is_a_text_or_a_dict(bank: bs.Bank) -> None:
    by = {"by": "gender", "measures": "customers"}
    text = bank.segment(**by, where="Customer_Age>=45 and Card_Category=Blue")
    document = bank.segment(**by, where={"Customer_Age": {"$gte": 45}, "Card_Category": "Blue"})
    assert list(text) == list(document)
    assert list(text) != list(bank.segment(**by))
    for wrong in [5, [5], {"a": {1, 2}}]:
        with pytest.raises(TypeError):
            bank.segment(**by, where=wrong)


def test_what_a_table_says_of_its_pipeline_gives_the_table_again(bank: bs.Bank) -> None:
    table = bank.status("closures_by_months_inactive")
    [(collection, pipeline)] = table.pipelines
    again = bank[collection].aggregate(pipeline)
    assert again.pipeline == pipeline
    assert len(again) > 0


def test_numpy_s_scalars_and_arrays_are_plain_values(bank: bs.Bank) -> None:
    np = pytest.importorskip("numpy")
    assert back(bank, np.int64(5)) == 5
    assert back(bank, np.float32(0.5)) == 0.5
    assert back(bank, np.bool_(True)) is True
    assert back(bank, np.str_("a")) == "a"
    assert back(bank, np.array([[1, 2], [3, 4]])) == [[1, 2], [3, 4]]
    moment = dt.datetime(2026, 6, 30, tzinfo=UTC)
    assert back(bank, np.datetime64("2026-06-30T00:00:00.000000000")) == moment
    assert back(bank, np.array(["2026-06-30"], dtype="datetime64[D]")) == [moment]
    for strange in [np.complex128(1), np.timedelta64(1, "s"), np.longdouble(1)]:
        with pytest.raises(TypeError, match="stage 2"):
            back(bank, strange)


def test_pandas_values_are_plain_values(bank: bs.Bank) -> None:
    pd = pytest.importorskip("pandas")
    assert back(bank, pd.Timestamp("2026-06-30", tz="UTC")) == dt.datetime(2026, 6, 30, tzinfo=UTC)
    assert back(bank, pd.NaT) is None
    assert back(bank, pd.NA) is None
    assert back(bank, pd.Series(["a", "b"])) == ["a", "b"]
    with pytest.raises(TypeError):
        back(bank, pd.DataFrame({"a": [1]}))


def test_polars_and_pyarrow_values_are_plain_values(bank: bs.Bank) -> None:
    pl = pytest.importorskip("polars")
    assert back(bank, pl.Series([1, 2])) == [1, 2]
    pa = pytest.importorskip("pyarrow")
    assert back(bank, pa.scalar(3)) == 3
    assert back(bank, pa.array([1, None])) == [1, None]
    with pytest.raises(TypeError, match="polars"):
        back(bank, pl.col("a"))


def test_what_only_pretends_to_be_a_value_is_refused(bank: bs.Bank) -> None:
    class Endless:
        """Says that it is numpy's, and gives ever more of its like."""

        def tolist(self) -> Endless:
            return Endless()

    class Fake:
        """Says that it is an object id."""

    Endless.__module__ = "numpy"
    Fake.__module__, Fake.__name__ = "bson.objectid", "ObjectId"
    with pytest.raises(TypeError, match="has no form in BSON"):
        back(bank, Endless())
    with pytest.raises(bs.PipelineError, match="not an object id"):
        back(bank, Fake())


def test_pymongo_s_classes_come_back(bank: bs.Bank) -> None:
    bson = pytest.importorskip("bson")
    values = [
        bson.ObjectId("0123456789abcdef01234567"),
        bson.Timestamp(1, 2),
        bson.Regex("^a", "im"),
        bson.Binary(b"ab", 128),
        bson.Code("f()"),
        bson.Code("f()", {"a": 1}),
        bson.MinKey(),
        bson.MaxKey(),
    ]
    for value in values:
        found = back(bank, value)
        assert found == value, value
        assert type(found) is type(value)
    assert back(bank, bson.Int64(5)) == 5
    assert back(bank, bson.Decimal128("1.5")) == decimal.Decimal("1.5")
    assert back(bank, bson.SON([("b", 1), ("a", 2)])) == {"b": 1, "a": 2}
    assert back(bank, bson.DatetimeMS(0)) == dt.datetime(1970, 1, 1, tzinfo=UTC)
    bank.customers.aggregate([{"$match": {"_id": bson.Int64(5)}}])


def test_without_bson_the_same_is_extended_json() -> None:
    program = """
import sys
sys.modules["bson"] = None
import banksphere as bs
with bs.sample(20, progress=False) as bank:
    def back(value):
        return bank.customers.aggregate([{"$limit": 1}, {"$project": {"_id": 0, "x": {"$literal": value}}}])[0]["x"]
    assert back({"$oid": "0123456789abcdef01234567"}) == "0123456789abcdef01234567"
    for value in [
        {"$timestamp": {"t": 1, "i": 2}},
        {"$regularExpression": {"pattern": "^a", "options": "i"}},
        {"$minKey": 1},
        {"$binary": {"base64": "AQID", "subType": "80"}},
        {"$code": "f()"},
        {"$date": {"$numberLong": "253402300800000"}},
    ]:
        assert back(value) == value, (back(value), value)
    try:
        back({"$oid": 5})
    except bs.PipelineError as error:
        assert "24 hexadecimal digits" in str(error) and "stage 2" in str(error), error
    else:
        raise AssertionError("a number is no object id")
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_server_gives_the_same_values(bank: bs.Bank, place: str) -> None:
    bson = pytest.importorskip("bson")
    bank.copy_to(place, progress=False)
    values = [
        bson.ObjectId("0123456789abcdef01234567"),
        bson.Timestamp(1, 2),
        dt.datetime(2026, 6, 30, tzinfo=UTC),
        decimal.Decimal("12.50"),
        uuid.UUID("12345678-1234-5678-1234-567812345678"),
        {"a": [None, b"x", 2**40, 0.1]},
    ]
    with bs.open(place) as served:
        for value in values:
            assert back(served, value) == back(bank, value) == value
