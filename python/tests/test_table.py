"""Tables, charts and explanations: what they hold, how they show themselves, what they refuse."""

from __future__ import annotations

import html.parser
import json
import re
import sys
import warnings
import zipfile
from pathlib import Path
from typing import Any

import pytest

import banksphere as bs


@pytest.fixture
def answer(bank: bs.Bank) -> bs.Table:
    """An analysis with a chart."""
    return bank.status("closures_by_months_inactive")


@pytest.fixture
def rows(bank: bs.Bank) -> bs.Table:
    """The rows of a pipeline."""
    return bank.customers.aggregate([{"$sortByCount": "$Card_Category"}])


class Strict(html.parser.HTMLParser):
    """Counts what a fragment opens, and demands that it closes it."""

    def __init__(self, fragment: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[str] = []
        self.text: list[str] = []
        self.feed(fragment)
        self.close()
        assert not self.open, self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert not any(name.startswith("on") or name == "id" for name, _ in attrs)
        self.seen.append(tag)
        self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def test_an_answer_says_all_of_itself(answer: bs.Table) -> None:
    assert answer.name == "closures_by_months_inactive"
    assert answer.title == "Closures by months inactive"
    assert answer.question.endswith("?")
    assert "closure rate" in answer.sentence.lower()
    assert answer.reading and isinstance(answer.notes, list)
    assert answer.shape == (len(answer), len(answer.columns))
    assert len(answer.labels) == len(answer.columns)
    assert "closure_rate" in answer.columns and "Closure rate" in answer.labels


def test_rows_say_no_more_than_they_are(rows: bs.Table) -> None:
    assert (rows.name, rows.title, rows.question, rows.sentence, rows.reading, rows.notes) == (None,) * 5 + ([],)
    assert rows.columns == rows.labels == ["_id", "count"]
    assert rows.dtypes == {"_id": "string", "count": "int32"}


def test_rows_columns_and_slices(rows: bs.Table) -> None:
    dicts = list(rows)
    assert dicts[0] == rows[0] == {"_id": "Blue", "count": max(rows["count"])}
    assert rows[-1] == dicts[-1]
    assert rows["_id"] == [row["_id"] for row in dicts]
    assert list(rows[1:]) == dicts[1:]
    assert list(rows[::-1]) == dicts[::-1]
    assert list(rows.head(1)) == dicts[:1]
    assert len(rows.head(100)) == len(rows)
    assert list(rows.head(-1)) == dicts[:-1]
    assert len(rows.head(0)) == len(rows.head(-100)) == 0
    assert sum(1 for _ in rows) == len(rows)
    assert list(reversed(rows)) == dicts[::-1]
    assert rows._ipython_key_completions_() == rows.columns


def test_a_slice_of_an_answer_says_nothing_of_all_of_it(answer: bs.Table) -> None:
    some = answer[:2]
    assert (some.title, some.sentence, some.pipelines) == (answer.title, None, [])
    assert list(some) == list(answer)[:2]
    with pytest.raises(bs.UsageError, match="no pipeline made this table"):
        some.pipeline


@pytest.mark.parametrize(
    ("key", "kind", "told"),
    [
        (10_000, IndexError, "no row 10000 in a table of"),
        (-10_000, IndexError, "no row -10000"),
        ("cuont", KeyError, "the columns here are `_id`, `count`"),
        (1.5, TypeError, "by its place"),
        (None, TypeError, "by its place"),
    ],
)
def test_what_is_not_there_is_refused(rows: bs.Table, key: Any, kind: type[Exception], told: str) -> None:
    with pytest.raises(kind, match=re.escape(told)):
        rows[key]


def test_nothing_changes_a_table(rows: bs.Table) -> None:
    with pytest.raises(AttributeError):
        rows.columns = []  # type: ignore[misc]
    rows.columns.append("x")
    rows[0]["count"] = 0
    assert "x" not in rows.columns and rows[0]["count"] > 0


def test_text_is_the_command_line_s(answer: bs.Table, rows: bs.Table) -> None:
    text = repr(answer)
    assert text.startswith("Closures by months inactive\n")
    assert answer.sentence in text and "95 % interval" in text
    assert repr(rows).splitlines()[0].split() == ["_id", "count"]


def test_long_tables_are_cut_with_their_full_size(bank: bs.Bank) -> None:
    everybody = bank.customers.aggregate([])
    assert repr(everybody).endswith("(the first 20 of 500 rows)")
    fragment = everybody._repr_html_()
    assert "The first 50 of 500 rows" in fragment
    assert Strict(fragment).seen.count("tr") == 51
    sixty = bank.customers.aggregate([{"$limit": 60}])
    assert "first" not in repr(sixty)


def test_html_is_whole_scoped_and_without_script(answer: bs.Table, rows: bs.Table, bank: bs.Bank) -> None:
    for shown in [answer, rows, bank.health(), answer.chart(), answer[:1]]:
        fragment = shown._repr_html_()
        seen = Strict(fragment).seen
        assert seen[:2] == ["div", "style"]
        assert "script" not in seen and "http" not in fragment and "url(" not in fragment
        style = fragment.split("<style>")[1].split("</style>")[0]
        for rule in filter(None, map(str.strip, style.split("}"))):
            for selector in rule.split("{")[0].split(","):
                assert ".banksphere" in selector, selector
    fragment = answer._repr_html_()
    parsed = Strict(fragment)
    assert parsed.seen.count("svg") == 1 and parsed.seen.count("table") == 1
    assert answer.sentence.replace(" %", "\u00a0%") in "".join(parsed.text)
    assert "--jp-content-font-color1" in fragment


def test_dollars_are_no_formulas(bank: bs.Bank) -> None:
    fragment = bank.segment("gender_by_income")._repr_html_()
    assert "$40K - $60K" in fragment
    assert fragment.startswith('<div class="banksphere tex2jax_ignore mathjax_ignore">')


def test_html_shows_data_and_never_runs_it(bank: bs.Bank) -> None:
    nasty = "</td><script>alert(1)</script><img src=x onerror=alert(1)>&amp;"
    table = bank.customers.aggregate([{"$limit": 1}, {"$project": {"_id": 0, nasty.replace(".", ""): {"$literal": nasty}}}])
    fragment = table._repr_html_()
    parsed = Strict(fragment)
    assert "script" not in parsed.seen and "img" not in parsed.seen
    assert nasty in "".join(parsed.text)


def test_a_notebook_may_choose(answer: bs.Table, rows: bs.Table) -> None:
    bundle = answer._repr_mimebundle_(include=None, exclude=None)
    assert set(bundle) == {"text/plain", "text/html", "image/svg+xml"}
    assert bundle["text/plain"] == repr(answer)
    assert bundle["image/svg+xml"].startswith("<svg")
    assert set(rows._repr_mimebundle_()) == {"text/plain", "text/html"}
    assert set(answer.chart()._repr_mimebundle_()) == {"text/plain", "text/html", "image/svg+xml"}


def test_numbers_are_shown_with_their_units(bank: bs.Bank) -> None:
    table = bank.segment(by="gender", measures=["customers", "closure_rate", "mean_limit"])
    text = "".join(Strict(table._repr_html_()).text)
    assert re.search(r"\d\d\.\d\u00a0%", text) and re.search(r"\$\d,\d{3}", text)


def test_pipelines_are_there_to_read(answer: bs.Table, rows: bs.Table, bank: bs.Bank) -> None:
    assert rows.pipeline == [{"$sortByCount": "$Card_Category"}]
    assert rows.pipelines == [("customers", rows.pipeline)]
    assert rows.mongosh == 'db.customers.aggregate([\n  { $sortByCount: "$Card_Category" }\n])'
    assert answer.pipeline and answer.mongosh.startswith("db.")
    several = next(table for table in bank.status() if len(table.pipelines) > 1)
    with pytest.raises(bs.UsageError, match="`pipelines` has them all"):
        several.pipeline
    assert several.mongosh.count("aggregate(") == len(several.pipelines)


def test_explanations_tell_stage_by_stage(answer: bs.Table, rows: bs.Table) -> None:
    explanation = rows.explain()
    assert explanation.document["rowsRead"] == 500
    assert repr(explanation) == explanation.text
    assert explanation.text.startswith("scan: 500 rows")
    assert explanation._repr_html_() is None
    assert "$group" in repr(answer.explain())


def test_a_chart_is_drawn_and_saved(answer: bs.Table, tmp_path: Path) -> None:
    chart = answer.chart()
    assert chart.svg.startswith("<svg") and answer.title in chart.svg
    assert repr(chart).startswith(answer.title)
    for ending, start in [("svg", b"<svg"), ("png", b"\x89PNG"), ("pdf", b"%PDF")]:
        chart.save(tmp_path / f"chart.{ending}")
        assert (tmp_path / f"chart.{ending}").read_bytes().startswith(start)
    with pytest.raises(bs.UsageError, match="ends in .svg, .png or .pdf"):
        chart.save(str(tmp_path / "chart.gif"))
    with pytest.raises(bs.DataError, match="cannot be written"):
        chart.save(tmp_path / "nowhere" / "chart.svg")
    with pytest.raises(TypeError, match="`path` takes"):
        chart.save(5)


def test_any_table_is_drawn_as_one_says(bank: bs.Bank, rows: bs.Table) -> None:
    chart = rows.chart("bar", title="Cards")
    assert ">Cards<" in chart.svg and "Blue" in chart.svg
    rates = bank.customers.aggregate(
        [
            {"$group": {"_id": "$Gender", "rate": {"$avg": {"$cond": [{"$eq": ["$Gender", "F"]}, 0.25, 0.75]}}}},
            {"$sort": {"_id": 1}},
        ]
    )
    assert "25.0 %" in rates.chart("bar", x="_id", y="rate", unit="share").svg
    assert "rate by _id" in rates.chart("line").svg


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ({}, "has no chart of its own"),
        ({"kind": "pie"}, "the kinds are `bar`"),
        ({"kind": "bar", "x": "nope"}, "no column `nope`"),
        ({"kind": "bar", "y": ["count", "nope"]}, "no column `nope`"),
        ({"kind": "bar", "unit": "euros"}, "the units are `text`, `count`"),
        ({"kind": "bar", "x": "count"}, "no column of numbers to draw"),
    ],
)
def test_what_cannot_be_drawn_is_refused(rows: bs.Table, arguments: dict[str, Any], told: str) -> None:
    with pytest.raises(bs.UsageError, match=re.escape(told)):
        rows.chart(**arguments)


def test_charts_of_odd_tables_are_refused_or_drawn(bank: bs.Bank, rows: bs.Table) -> None:
    with pytest.raises(TypeError, match="`kind` takes a str"):
        rows.chart(5)
    nothing = bank.customers.aggregate([{"$match": {"Gender": "X"}}])
    with pytest.raises(bs.UsageError, match="no columns"):
        nothing.chart("bar")
    for kind in ["bar", "grouped_bar", "stacked_bar", "interval", "line", "heatmap", "ranking"]:
        assert rows.chart(kind).svg.startswith("<svg"), kind
        assert rows.chart(kind, x="_id", y="_id").svg.startswith("<svg"), kind


def test_tables_are_saved_as_their_ending_says(answer: bs.Table, rows: bs.Table, tmp_path: Path) -> None:
    rows.save(tmp_path / "t.csv")
    assert (tmp_path / "t.csv").read_text().startswith("_id,count\nBlue,")
    rows.save(tmp_path / "t.ndjson")
    assert [json.loads(line) for line in (tmp_path / "t.ndjson").read_text().splitlines()] == list(rows)
    rows.save(str(tmp_path / "t.json"))
    assert json.loads((tmp_path / "t.json").read_text()) == list(rows)
    answer.save(tmp_path / "a.json")
    assert json.loads((tmp_path / "a.json").read_text()) == list(answer)
    answer.save(tmp_path / "a.md")
    assert (tmp_path / "a.md").read_text().startswith("| ")
    for table in (answer, rows):
        table.save(tmp_path / "t.xlsx")
        assert zipfile.is_zipfile(tmp_path / "t.xlsx")
        table.save(tmp_path / "t.html")
        assert (tmp_path / "t.html").read_text().startswith("<!DOCTYPE html>")
    with pytest.raises(bs.UsageError, match="names no kind of table\nhint: it ends in .csv"):
        rows.save(tmp_path / "t.xls")
    with pytest.raises(bs.UsageError, match="names no kind of table"):
        rows.save(tmp_path / "t")


def test_parquet_keeps_the_types_of_arrow(answer: bs.Table, rows: bs.Table, tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    for table in (answer, rows):
        table.save(tmp_path / "t.parquet")
        assert parquet.read_table(tmp_path / "t.parquet").equals(table.to_arrow())


def test_what_a_spreadsheet_takes_for_a_formula_is_told_and_made_harmless(tmp_path: Path) -> None:
    (tmp_path / "notes.ndjson").write_text('{"_id": 1, "text": "=HYPERLINK(\\"http://example.com\\")"}\n{"_id": 2, "text": "-1"}\n')
    with bs.sample(10, progress=False) as bank:
        bank.import_documents("notes", tmp_path / "notes.ndjson", progress=False)
        notes = bank["notes"].aggregate([])
        with pytest.warns(UserWarning, match=r"the text of one cell for a formula\nhint: `save\(path, spreadsheet=True\)`"):
            notes.save(tmp_path / "notes.csv")
        assert (tmp_path / "notes.csv").read_text() == '_id,text\n1,"=HYPERLINK(""http://example.com"")"\n2,-1\n'
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            notes.save(tmp_path / "notes.csv", spreadsheet=True)
            notes.save(tmp_path / "notes.json")
            bank.segment(by="gender").save(tmp_path / "gender.csv")
        assert (tmp_path / "notes.csv").read_text() == '\ufeff_id,text\n1,"\'=HYPERLINK(""http://example.com"")"\n2,-1\n'
        with pytest.raises(bs.UsageError, match="no text for a spreadsheet"):
            notes.save(tmp_path / "notes.json", spreadsheet=True)


def test_tables_are_a_sequence_with_names(bank: bs.Bank) -> None:
    tables = bank.health()
    assert len(tables) == len(tables.names) == len(list(tables)) > 3
    assert tables[0].name == tables.names[0]
    assert tables[-1].name == tables.names[-1]
    assert tables[tables.names[1]].title == tables[1].title
    assert tables[0].title in repr(tables)
    assert Strict(tables._repr_html_()).seen.count("section") == len(tables)
    assert tables._repr_html_().count("<style>") == 1
    assert set(tables._repr_mimebundle_()) == {"text/plain", "text/html"}
    with pytest.raises(KeyError, match="no table `nope`"):
        tables["nope"]
    with pytest.raises(IndexError, match="no table 999"):
        tables[999]
    with pytest.raises(TypeError):
        tables[1.5]


def test_a_table_lives_longer_than_its_bank() -> None:
    with bs.sample(50, progress=False) as bank:
        table = bank.customers.aggregate([{"$limit": 3}])
    assert len(list(table)) == 3 and table._repr_html_()
    with pytest.raises(bs.UsageError, match="closed"):
        table.explain()


def test_libraries_that_are_missing_are_named(rows: bs.Table, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "polars", None)
    with pytest.raises(ImportError, match="hint: `pip install polars`"):
        rows.to_polars()


def test_a_server_s_tables_show_themselves_as_well(bank: bs.Bank, place: str) -> None:
    bank.copy_to(place, progress=False)
    with bs.open(place) as served:
        for name in ("closures_by_months_inactive", "what_goes_with_closure"):
            here, there = bank.status(name), served.status(name)
            assert there._repr_html_() == here._repr_html_()
            assert there.dtypes == here.dtypes
        explanation = served.customers.aggregate([{"$match": {"Gender": "F"}}, {"$count": "n"}]).explain()
    assert " for 1 row" in explanation.text
    assert explanation.document["ok"] == 1
    fragment = explanation._repr_html_()
    assert fragment is not None
    assert Strict(fragment).seen.count("table") == 1


def test_a_hidden_cell_is_in_no_row_frame_file_or_picture(bank: bs.Bank, tmp_path: Path) -> None:
    answer = bank.segment(by="gender", measures=["customers", "closure_rate"])
    shown = {name: answer[name][0] for name in ("closure_rate", "closure_rate_low", "closure_rate_high")}
    hidden = answer._hidden(0, "closure_rate")  # type: ignore[attr-defined]
    assert hidden[0] == answer[0] | dict.fromkeys(shown)
    assert hidden["closure_rate"] == [None, answer["closure_rate"][1]]
    assert list(hidden)[1] == list(answer)[1]
    assert list(hidden[:1]) == [hidden[0]] and list(hidden.head(1)) == [hidden[0]]
    told = [repr(hidden), hidden._repr_html_(), hidden.sentence, str(hidden.notes), str(hidden._repr_mimebundle_())]
    told += [hidden.chart().svg, hidden.chart("bar", y="closure_rate").svg]
    for ending in ("csv", "json", "ndjson", "md"):
        hidden.save(tmp_path / f"hidden.{ending}")
        told.append((tmp_path / f"hidden.{ending}").read_text(encoding="utf-8"))
    for value in shown.values():
        written = [repr(value), f"{value * 100:.1f} %", f"{value * 100:.1f}\u00a0%", f"{value * 100:.1f} to"]
        assert not [text for text in told for number in written if number in text]
    assert "Some figures are hidden." in (hidden.sentence or "")
    for frame in (hidden.to_pandas(), hidden.to_polars().to_pandas(), hidden.to_arrow().to_pandas()):
        assert frame[list(shown)].isna().sum().tolist() == [1, 1, 1]
        assert frame["closure_rate"][1] == answer["closure_rate"][1]
    # Where every value is hidden, the column is still one of numbers, and empty.
    for row in range(len(answer)):
        hidden = hidden._hidden(row, "closure_rate")  # type: ignore[attr-defined]
    assert hidden.dtypes == answer.dtypes
    assert hidden.to_arrow()["closure_rate"].null_count == len(answer)
    with pytest.raises(bs.UsageError, match="of an answer alone"):
        bank.customers.aggregate([{"$limit": 1}])._hidden(0, "Gender")  # type: ignore[attr-defined]


def test_words_with_an_order_are_categories_in_it(bank: bs.Bank) -> None:
    pytest.importorskip("pandas")
    frame = bank.segment(by=["income", "gender"]).to_pandas()
    income = frame["income"]
    assert income.dtype.ordered
    shown = [word for word in income.cat.categories if word in set(income)]
    assert shown == list(dict.fromkeys(income)), "the table is in this order"
    assert list(frame.sort_values("income", kind="stable")["income"]) == list(income)
    documents = bank.customers.aggregate([{"$sortByCount": "$Gender"}]).to_pandas()
    assert not hasattr(documents["_id"], "cat"), "of the fields of documents nothing is known"


def test_the_version_is_that_of_the_package() -> None:
    assert re.fullmatch(r"\d+\.\d+\.\d+.*", bs.__version__)
