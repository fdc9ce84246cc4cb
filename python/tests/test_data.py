"""Data that comes in from memory: data frames of several libraries, and lists of dicts, in place of a file."""

from __future__ import annotations

import datetime
import decimal
import zipfile
from pathlib import Path
from typing import Any

import duckdb
import numpy
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import banksphere as bs

CLUB: list[dict[str, Any]] = [
    {
        "member": f"M{n:03}",
        "left": "yes" if n % 4 == 0 else "no",
        "age": 20 + n % 50,
        "fee": None if n == 7 else n * 1.5,
        "since": datetime.date(2020, 1, 1 + n % 28),
    }
    for n in range(1, 201)
]


def rows(bank: bs.Bank) -> list[Any]:
    return list(bank.customers.aggregate([{"$sort": {"_id": 1}}]))


def analyzed(data: Any, **said: Any) -> list[Any]:
    with bs.analyze(data, progress=False, **said) as bank:
        return rows(bank)


def frames(file: Path) -> dict[str, Any]:
    frame = pd.read_csv(file, keep_default_na=False)
    return {
        "pandas": frame,
        "pandas with categoricals": frame.astype({"Gender": "category", "Card_Category": "category"}),
        "Polars": pl.read_csv(file),
        "Polars with categoricals": pl.read_csv(file).with_columns(pl.col("Gender").cast(pl.Categorical)),
        "pyarrow": pa.Table.from_pandas(frame),
        "pyarrow's views": pa.table({name: frame[name].array for name in frame}).cast(
            pa.schema(
                (name, pa.string_view() if frame[name].dtype.kind in "OUT" else pa.array(frame[name]).type)
                for name in frame
            )
        ),
        "pyarrow's batches": pa.RecordBatchReader.from_batches(
            pa.Table.from_pandas(frame).schema, iter(pa.Table.from_pandas(frame).to_batches(max_chunksize=7))
        ),
        "DuckDB": duckdb.sql(f"select * from read_csv('{file}')"),
        "dicts": frame.to_dict("records"),
    }


@pytest.fixture(scope="module")
def expected(csv: Path) -> list[Any]:
    return analyzed(csv)


@pytest.mark.parametrize(
    "library",
    [
        "pandas",
        "pandas with categoricals",
        "Polars",
        "Polars with categoricals",
        "pyarrow",
        "pyarrow's views",
        "pyarrow's batches",
        "DuckDB",
        "dicts",
    ],
)
def test_a_data_frame_is_the_file_that_it_was_read_from(csv: Path, expected: list[Any], library: str) -> None:
    assert analyzed(frames(csv)[library]) == expected


def test_a_data_frame_is_drafted(csv: Path) -> None:
    assert bs.draft(pl.read_csv(csv), progress=False) == bs.draft(csv, progress=False)
    assert 'role = "customer_key"' in bs.draft(CLUB, progress=False)


def test_types_become_what_a_file_would_say(tmp_path: Path) -> None:
    file = tmp_path / "club.csv"
    lines = [",".join("" if value is None else str(value) for value in row.values()) for row in CLUB]
    file.write_text("\n".join([",".join(CLUB[0]), *lines]) + "\n", encoding="utf-8")
    expected = analyzed(file)
    assert len(expected) == 200
    assert expected[0]["since"] == datetime.datetime(2020, 1, 2, tzinfo=datetime.timezone.utc)
    frame = pd.DataFrame(CLUB)
    for data in (
        CLUB,
        frame,
        frame.assign(since=pd.to_datetime(frame["since"])),
        frame.assign(since=pd.to_datetime(frame["since"], utc=True)),
        frame.assign(since=pd.to_datetime(frame["since"]).dt.tz_localize("Europe/Vienna")),
        frame.assign(fee=frame["fee"].astype(object)),
        frame.convert_dtypes(),
        pl.DataFrame(CLUB),
        pa.table({**{name: [row[name] for row in CLUB] for name in CLUB[0]}}),
        [{**row, "age": numpy.int64(row["age"])} for row in CLUB],
        [{**row, "fee": float("nan") if row["fee"] is None else decimal.Decimal(str(row["fee"]))} for row in CLUB],
    ):
        assert analyzed(data) == expected


def test_the_index_of_pandas_is_left_out_and_told(csv: Path, expected: list[Any], capsys: pytest.CaptureFixture[str]) -> None:
    frame = pd.read_csv(csv, keep_default_na=False)
    # A filtered frame keeps the numbers of its rows.
    with bs.analyze(frame.sort_values("CLIENTNUM")) as bank:
        assert rows(bank) == expected
    assert "the index of the data frame is left out" in capsys.readouterr().err
    # An index that has a name is a column.
    with bs.analyze(frame.set_index("CLIENTNUM")) as bank:
        assert rows(bank) == expected
    assert "index" not in capsys.readouterr().err


def test_a_fault_names_the_row_of_the_data_frame(csv: Path) -> None:
    frame = pd.read_csv(csv, keep_default_na=False)
    frame.loc[16, "Gender"] = "X"
    with pytest.raises(bs.DataError, match="`X` is not a known category") as told:
        bs.analyze(frame, progress=False)
    assert str(told.value.place).startswith("data frame, row 17, column `Gender`")
    with pytest.raises(bs.DataError, match="`X` is not a known category") as told:
        bs.analyze(frame.to_dict("records"), progress=False)
    assert "row 17" in str(told.value.place)


def test_rows_set_aside_are_those_of_the_data_frame(csv: Path, tmp_path: Path) -> None:
    frame = pd.read_csv(csv, keep_default_na=False)
    frame.loc[16, "Gender"] = "X"
    aside = tmp_path / "aside.csv"
    with bs.analyze(frame, set_aside=aside, progress=False) as bank:
        assert len(rows(bank)) == 499
    assert pd.read_csv(aside)["Gender"].tolist() == ["X"]


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (pl.DataFrame({"id": [1], "tags": [[1]], "more": [{"a": 1}]}), "the columns `tags`, `more` of the data frame hold more than one value"),
        ([{"id": 1, "tags": [1]}], "the field `tags` holds more than one value"),
        (pd.DataFrame([[1, 2], [3, 4]]), "the columns of the data frame are numbered and have no names: `0`, …"),
        (pd.DataFrame({"a": [1, "b"]}), "the data frame cannot be handed over"),
        (pd.DataFrame({"a": []}), "has a header and no rows"),
        ([], "the list is empty"),
        (pa.chunked_array([[1, 2]]), "the data frame cannot be read"),
        ([{"id": 2**70}], "an integer has more than 64 bits"),
    ],
)
def test_what_is_no_table_is_refused_in_words(data: Any, told: str) -> None:
    with pytest.raises(bs.DataError) as refused:
        bs.analyze(data, progress=False)
    assert told in str(refused.value)


def test_other_types_are_refused() -> None:
    with pytest.raises(TypeError, match="`file` takes a str, a path, a data frame or a list of dicts, not int"):
        bs.analyze(5)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="`file` is a list of dicts, and its row 2 is `int`"):
        bs.draft([{"a": 1}, 2])  # type: ignore[list-item]


def test_a_bank_takes_them_too(csv: Path, expected: list[Any], tmp_path: Path) -> None:
    with bs.sample(50, bank=tmp_path / "bank.sphere", progress=False) as bank:
        found = bank.import_csv(pl.read_csv(csv), progress=False)
        assert found is not None and found[0]["value"] == "500"
        assert rows(bank) == expected


def test_documents_come_from_memory(tmp_path: Path) -> None:
    nested = [
        {"_id": 1, "tags": ["a", "b"], "where": {"city": "Graz"}, "day": datetime.date(2026, 5, 31)},
        {"_id": 2, "tags": [], "balance": decimal.Decimal("12.50"), "none": None},
    ]
    with bs.sample(50, bank=tmp_path / "bank.sphere", progress=False) as bank:
        assert bank.import_documents("notes", nested, progress=False) == 2
        first, second = bank["notes"].aggregate([{"$sort": {"_id": 1}}])
        assert first == {**nested[0], "day": datetime.datetime(2026, 5, 31, tzinfo=datetime.timezone.utc)}
        assert second["none"] is None and str(second["balance"]) == "12.50"
        frame = pd.DataFrame({"n": [1, 2], "x": [0.5, numpy.nan], "name": ["a", None]})
        assert bank.import_documents("frame", frame, progress=False) == 2
        assert list(bank["frame"].aggregate([{"$project": {"_id": 0}}])) == [{"n": 1, "x": 0.5, "name": "a"}, {"n": 2}]
        with pytest.raises(bs.DataError, match="the `_id` `1` is in the file twice") as told:
            bank.import_documents("twice", [{"_id": 1}, {"_id": 1}], progress=False)
        assert told.value.place == "list, document 2"
        assert "twice" not in bank


def test_documents_are_added_and_collections_dropped(tmp_path: Path) -> None:
    with bs.sample(50, bank=tmp_path / "bank.sphere", progress=False) as bank:
        assert bank.import_documents("notes", [{"_id": 1}, {"_id": 2}], progress=False) == 2
        assert bank.import_documents("notes", pl.DataFrame({"_id": [3]}), append=True, progress=False) == 3
        with pytest.raises(bs.DataError, match="has a document with the `_id` `3` already") as told:
            bank.import_documents("notes", [{"_id": 4}, {"_id": 3}], append=True, progress=False)
        assert told.value.place == "list, document 2"
        assert bank.import_documents("notes", [{"_id": 3}], progress=False) == 1
        with pytest.raises(bs.DataError, match="there is no collection `note` to add documents to"):
            bank.import_documents("note", [{"_id": 3}], append=True, progress=False)
        with pytest.raises(bs.PipelineError, match="no collection `note` in this bank"):
            bank.drop("note")
        assert bank.drop("notes") == {"notes": 1}
        assert bank.collections == ["customers", "transactions"]
        assert bank.drop("customers") == {"customers": 50, "transactions": 50}
        assert bank.collections == []


def workbook(file: Path, rows: list[str]) -> None:
    """A workbook of one sheet; the style 1 is a day."""
    parts = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="xml" ContentType="application/xml"/>'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/></Types>',
        "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
        'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
        '<sheets><sheet name="Data" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" '
        'Target="worksheets/sheet1.xml"/><Relationship Id="r2" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/></Relationships>',
        "xl/styles.xml": '<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        '<cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>',
        "xl/worksheets/sheet1.xml": '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        + "".join(f"<row>{row}</row>" for row in rows)
        + "</sheetData></worksheet>",
    }
    with zipfile.ZipFile(file, "w") as packed:
        for name, text in parts.items():
            packed.writestr(name, text)


def test_days_of_a_workbook_are_days(tmp_path: Path) -> None:
    def text(place: str, text: str) -> str:
        return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'

    rows = [text("A1", "member") + text("B1", "since")]
    rows += [text(f"A{n}", f"M{n:03}") + f'<c r="B{n}" s="1"><v>{46000 + n}</v></c>' for n in range(2, 40)]
    workbook(tmp_path / "club.xlsx", rows)
    with bs.analyze(tmp_path / "club.xlsx", progress=False) as bank:
        first = bank.customers.aggregate([{"$sort": {"_id": 1}}, {"$limit": 1}])[0]
        assert first["since"] == datetime.datetime(2025, 12, 11, tzinfo=datetime.timezone.utc)


@pytest.mark.parametrize(
    "form", ["%d.%m.%Y", "%m/%d/%Y", "%d/%m/%Y", "%Y/%m/%d", "%Y%m%d", "%d-%b-%Y", "%Y-%m-%d 00:00:00", "%Y-%m-%dT00:00:00Z"]
)
def test_days_come_in_however_they_are_written(tmp_path: Path, form: str) -> None:
    file = tmp_path / "club.csv"
    lines = [f"{row['member']},{row['since'].strftime(form)}" for row in CLUB]
    file.write_text("\n".join(["member,since", *lines]) + "\n", encoding="utf-8")
    for said in ({}, {"contract": tmp_path / "club.toml"}):
        (tmp_path / "club.toml").write_text(bs.draft(file, progress=False), encoding="utf-8")
        found = [row["since"].date() for row in analyzed(file, **said)]
        assert found == [row["since"] for row in CLUB]


def test_a_join_of_keys_of_other_types_warns(tmp_path: Path) -> None:
    lookup = {"$lookup": {"from": "tx", "localField": "cid", "foreignField": "cid", "as": "t"}}
    told = "`\\$lookup` finds nothing in `tx`: `cid` is int here, `cid` is string there"
    with bs.sample(5, bank=tmp_path / "bank.sphere", progress=False) as bank:
        bank.import_documents("cust", [{"_id": 1, "cid": 7}], progress=False)
        bank.import_documents("tx", [{"_id": 1, "cid": "7"}], progress=False)
        with pytest.warns(UserWarning, match=told):
            assert list(bank["cust"].aggregate([lookup])) == [{"_id": 1, "cid": 7, "t": []}]
        with pytest.warns(UserWarning, match=told):
            assert list(bank["cust"].stream([lookup, {"$unwind": "$t"}])) == []


def test_notes_name_the_arguments_of_python(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "loans.csv"
    lines = [f"L{n:03},{20 + n % 40},{'bad' if n % 4 == 0 else 'good'}" for n in range(100)]
    file.write_text("\n".join(["loan_id,age,Risk", *lines]) + "\n", encoding="utf-8")
    said = 'none was taken; `closed="Risk=bad"` takes it'
    with bs.analyze(file) as bank:
        assert said in capsys.readouterr().err
        facts = bank.quality.imported
        assert facts is not None
        assert any(said in fact["value"] for fact in facts)
    bs.draft(file)
    assert said in capsys.readouterr().err
