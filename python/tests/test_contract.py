"""A bank of another contract: other names, another outcome, no money."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import banksphere as bs

CONTRACTS = Path(__file__).parents[2] / "tests" / "contracts"
CONTRACT, CSV = CONTRACTS / "second.toml", CONTRACTS / "second.csv"


@pytest.fixture
def club() -> Iterator[bs.Bank]:
    """The bank, gone when it is closed."""
    with bs.analyze(CSV, contract=CONTRACT, progress=False) as bank:
        yield bank


def test_topics_answer_and_warn_of_what_they_leave_out(club: bs.Bank) -> None:
    for ask, lacking in [(club.segment, "by gender” is left out: it needs gender"), (club.status, "Inactivity by status”")]:
        with pytest.warns(UserWarning, match=lacking):
            tables = ask()
        assert len(tables) > 2
        for table in tables:
            assert len(table) > 0, table.name
            assert table.sentence and "(no rows)" not in repr(table)
            assert not re.search(r"\$|Blue|Attrited|[Cc]redit", repr(table)), table.name
    with pytest.raises(bs.PipelineError, match="no analysis of `health` can be answered: .*`credit_limit`"):
        club.health()
    with pytest.raises(bs.PipelineError, match="`by_gender` needs the role `gender`"):
        club.segment("by_gender")


def test_what_names_persons_is_read_knowingly_alone(club: bs.Bank) -> None:
    with pytest.warns(UserWarning, match="`Phone` names persons"):
        assert "Phone" not in club.customers.aggregate([{"$limit": 1}]).columns
    with pytest.raises(bs.PipelineError, match="knowingly"):
        club.customers.distinct("Phone")
    assert "Phone" in club.customers.knowingly("Phone").aggregate([{"$limit": 1}]).columns


def test_a_table_of_it_is_a_frame(club: bs.Bank) -> None:
    table = club.segment(by=["Plan", "Region"], measures=["customers", "mean_age"], where="MonthsWithUs>=12")
    assert table.columns == ["Plan", "Region", "customers", "mean_age", "mean_age_low", "mean_age_high"]
    assert table["Plan"][0] == "Day" and sum(table["customers"]) < 60
    frame = table.to_pandas()
    assert list(frame.columns) == table.columns and frame["customers"].sum() == sum(table["customers"])
    assert "Months with the club" in repr(table)
    visits = club.customers.aggregate([{"$match": {"Exited": "yes"}}, {"$count": "n"}])
    assert visits[0]["n"] == club.status.closed_accounts()["customers"][1] == 15


def test_the_report_is_in_the_contract_s_words(club: bs.Bank, tmp_path: Path) -> None:
    file = tmp_path / "club.html"
    club.report(file, progress=False)
    page = file.read_text(encoding="utf-8")
    assert "<h1>Lakeside Club members</h1>" in page
    assert page.count("<dt>Customers by gender</dt><dd>gender</dd>") == 1
    shown = re.sub(r"<(pre|style|script)\b.*?</\1>", "", page, flags=re.DOTALL)
    for word in ("Blue", "Attrited", "Credit", "No rows", "$"):
        assert word not in shown


def test_later_files_follow_the_bank_s_own_contract(tmp_path: Path) -> None:
    fewer = tmp_path / "fewer.csv"
    fewer.write_text("".join(CSV.read_text(encoding="utf-8").splitlines(keepends=True)[:31]), encoding="utf-8")
    with bs.analyze(CSV, contract=str(CONTRACT), bank=tmp_path / "club.sphere", as_of="2026-05-31", progress=False) as bank:
        bank.import_csv(fewer, as_of="2026-06-30", progress=False)
        assert bank.customers.aggregate([{"$count": "n"}])[0]["n"] == 30
        earlier = bank["customers@2026-05-31"].aggregate([{"$count": "n"}])
        assert earlier[0]["n"] == 60


def test_a_contract_that_cannot_be_read_says_why(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.toml"
    wrong.write_text(CONTRACT.read_text(encoding="utf-8").replace('role = "age"', 'role = "agee"'), encoding="utf-8")
    with pytest.raises(bs.DataError, match="no role is called `agee`|agee"):
        bs.analyze(CSV, contract=wrong, progress=False)
    with pytest.raises(FileNotFoundError, match="none.toml"):
        bs.analyze(CSV, contract=tmp_path / "none.toml", progress=False)
    with pytest.raises(TypeError, match="contract"):
        bs.analyze(CSV, contract=3, progress=False)  # type: ignore[arg-type]


def test_a_server_answers_as_the_folder_does(club: bs.Bank, place: str) -> None:
    with bs.analyze(CSV, contract=CONTRACT, bank=place, progress=False) as server:
        for name in ("overview", "by_age_band", "by_card"):
            assert repr(server.segment(name)) == repr(club.segment(name))
        question = {"by": "Region", "measures": ["closure_rate", "mean_VisitsPerWeek"]}
        assert list(server.segment(**question)) == list(club.segment(**question))
