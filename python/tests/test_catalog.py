"""The catalog: names to complete, docstrings to read, folders of one's own."""

from __future__ import annotations

import inspect
from pathlib import Path

import pytest

import banksphere as bs


def test_every_analysis_is_a_method_of_its_topic(bank: bs.Bank) -> None:
    named = [name for topic in (bank.segment, bank.status, bank.health) for name in dir(topic) if name[0] != "_"]
    assert sorted(named) == sorted(entry.name for entry in bs.catalog().analyses)


def test_an_analysis_explains_itself(bank: bs.Bank) -> None:
    ask = bank.status.closures_by_months_inactive
    assert ask.__name__ == "closures_by_months_inactive"
    assert str(inspect.signature(ask)) == "(where: 'Filter | None' = None) -> 'Table'"
    lines = inspect.getdoc(ask).splitlines()
    assert lines[0] == "Closures by months inactive."
    assert lines[2] == "Do customers with more inactive months in the year close their account more often?"
    assert "months_inactive" in lines[4]
    assert ask(where={"Gender": "F"}).name == "closures_by_months_inactive"


def test_a_topic_lists_its_analyses(bank: bs.Bank) -> None:
    assert repr(bank.status).startswith("status: Customer status\n")
    assert "closures_by_tenure" in repr(bank.status)
    assert list(inspect.signature(bank.status).parameters) == ["name", "by", "measures", "where"]


def test_unknown_names_are_attribute_errors_with_a_way_out(bank: bs.Bank) -> None:
    with pytest.raises(AttributeError, match=r"`status` has no analysis `closures_by_tenur`\nhint: .*closures_by_tenure"):
        bank.status.closures_by_tenur
    with pytest.raises(AttributeError, match=r"hint: it is an analysis of `bank.segment`"):
        bank.status.by_income
    assert not hasattr(bank.status, "_ipython_display_")


def test_entries_by_name_attribute_and_iteration() -> None:
    dimensions = bs.catalog().dimensions
    assert dimensions["age_band"] is not None
    assert dimensions.age_band.label == "Age band"
    assert "age_band" in dimensions
    assert "age_band" in dir(dimensions)
    assert len(list(dimensions)) == len(dimensions)
    assert "18–29" in (dimensions.age_band.__doc__ or "")
    assert "<td><code>age_band</code></td>" in dimensions._repr_html_()
    with pytest.raises(KeyError, match="age_band"):
        dimensions["age_bond"]
    with pytest.raises(AttributeError, match="unknown dimension `age_bond`"):
        dimensions.age_bond


def test_an_entry_shows_its_pipeline() -> None:
    assert "db.customers.aggregate(" in bs.catalog().measures.closure_rate.text


def test_a_folder_of_ones_own(tmp_path: Path, folder: Path) -> None:
    (tmp_path / "dimensions.toml").write_text(
        """[is_gold]\nlabel = "Gold card"\nexpression = '{ $eq: ["$Card_Category", "Gold"] }'\n""",
        encoding="utf-8",
    )
    catalog = bs.catalog(tmp_path)
    assert catalog.dimensions.is_gold.label == "Gold card"
    with bs.open(folder, catalog=catalog) as bank:
        assert bank.segment(by="is_gold", measures="customers").columns[0] == "is_gold"


def test_all_faults_of_a_folder_come_at_once(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / "status").mkdir(exist_ok=True)
        (tmp_path / "status" / f"{name}.toml").write_text("title = 3\n", encoding="utf-8")
    with pytest.raises(bs.PipelineError) as faults:
        bs.catalog(tmp_path)
    assert "one.toml" in str(faults.value)
    assert "two.toml" in str(faults.value)
