"""Banks: opened, filled, asked, copied, closed; in a folder, and on a server where there is one."""

from __future__ import annotations

import datetime
import json
import pickle
import subprocess
import sys
from pathlib import Path

import pytest

import banksphere as bs
from banksphere import _progress

WOMEN = [{"$match": {"Gender": "F"}}, {"$count": "n"}]


def test_a_bank_tells_where_it_is_and_what_it_has(bank: bs.Bank, folder: Path) -> None:
    assert bank.place == str(folder)
    assert bank.collections == ["customers", "transactions"]
    assert "customers" in bank
    assert "branches" not in bank
    assert list(bank) == bank.collections
    assert repr(bank) == f"<Bank {folder}>"
    assert repr(bank.customers) == f"<Collection customers of {folder}>"
    assert bank.quality.imported is not None
    info = bank.info()
    assert info["collection"] == ["customers", "transactions"]
    assert info[0]["size"].startswith("500 documents, ")
    fields = bank["transactions"].fields
    assert {"field": "Credit_Limit", "type": "double", "nullable": "no"} in list(fields)


def test_the_variable_and_the_default_name_a_bank(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BANKSPHERE_URI", raising=False)
    monkeypatch.chdir(folder.parent)
    folder_here = folder.parent / "bank.sphere"
    folder_here.symlink_to(folder)
    try:
        assert bs.open().place == "bank.sphere"
    finally:
        folder_here.unlink()


def test_text_and_values_are_the_same_pipeline(bank: bs.Bank) -> None:
    [by_values] = bank.customers.aggregate(WOMEN)
    [by_text] = bank.customers.aggregate('[{$match: {Gender: "F"}}, {$count: "n"}]')
    assert by_values == by_text
    assert bank.customers.aggregate(WOMEN[1])[0] == {"n": 500}


def test_strings_are_compared_by_the_rules_of_a_language(bank: bs.Bank) -> None:
    lower = [{"$match": {"Gender": "f"}}, {"$count": "n"}]
    assert len(bank.customers.aggregate(lower)) == 0
    [women] = bank.customers.aggregate(WOMEN)
    assert bank.customers.aggregate(lower, collation={"locale": "en", "strength": 1})[0] == women
    assert bank.customers.aggregate(lower, collation='{locale: "en", strength: 2}')[0] == women
    assert list(bank.customers.stream(lower, collation={"locale": "en", "strength": 1})) == [women]
    with pytest.raises(bs.BankSphereError, match="no server knows the locale `xx`"):
        bank.customers.aggregate(lower, collation={"locale": "xx"})


def test_a_view_is_read_as_a_collection(tmp_path: Path) -> None:
    with bs.sample(50, bank=tmp_path / "views.sphere", progress=False) as bank:
        women = bank.create_view("women", "customers", WOMEN[:1])
        assert women.aggregate([WOMEN[1]])[0] == bank.customers.aggregate(WOMEN)[0]
        assert "women" in bank
        with pytest.raises(bs.BankSphereError, match="there is a view `women` already"):
            bank.create_view("women", "customers", [])
        assert bank.drop("women") == {"women": 0}
        assert "women" not in bank


def test_questions_of_ones_own(bank: bs.Bank) -> None:
    by_list = bank.segment(by=["age_band", "gender"], measures=("customers", "closure_rate"))
    by_text = bank.segment(by="age_band,gender", measures="customers, closure_rate")
    assert list(by_list) == list(by_text)
    filtered = bank.segment(by="gender", measures="customers", where={"Gender": "F"})
    assert [row["gender"] for row in filtered] == ["F"]
    assert list(filtered) == list(bank.segment(by="gender", measures="customers", where="Gender=F"))


def test_a_topic_answers_all_its_analyses(bank: bs.Bank) -> None:
    tables = bank.health()
    assert sorted(table.name for table in tables) == sorted(name for name in dir(bank.health) if name[0] != "_")


def test_any_topic_is_asked_by_its_word(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "topics.toml").write_text('[deposits]\ntitle = "Deposits"\nmeasures = ["mean_limit"]\n', encoding="utf-8")
    (tmp_path / "deposits").mkdir()
    (tmp_path / "deposits" / "by_sex.toml").write_text(
        'title = "By sex"\nquestion = "Who?"\nby = ["gender"]\nmeasures = ["customers"]\n'
        'finding = "largest"\nreading = "As it stands."\n',
        encoding="utf-8",
    )
    with bs.open(folder, catalog=tmp_path) as bank:
        asked = bank.ask("status", by=["gender"], measures="customers", where="Customer_Age>=45")
        assert list(asked) == list(bank.status(by=["gender"], measures="customers", where="Customer_Age>=45"))
        assert bank.ask("health").names == bank.health().names
        assert bank.ask("segment", "by_income").title == "Customers by income"
        assert bank.ask("deposits").names == ["by_sex"]
        assert "mean_limit" in bank.ask("deposits", by="gender").columns


def test_a_day_is_dropped(csv: Path, tmp_path: Path) -> None:
    check_dropped_days(csv, tmp_path, None)


def test_a_day_is_dropped_on_a_server(csv: Path, tmp_path: Path, place: str) -> None:
    check_dropped_days(csv, tmp_path, place)


def check_dropped_days(csv: Path, tmp_path: Path, place: str | None) -> None:
    fewer = tmp_path / "fewer.csv"
    fewer.write_text("\n".join(csv.read_text(encoding="utf-8").splitlines()[:101]) + "\n", encoding="utf-8")
    with bs.analyze(csv, bank=place, as_of="2026-05-31", progress=False) as bank:
        bank.import_csv(fewer, as_of="2026-06-30", progress=False)
        assert bank.customers.aggregate([{"$count": "n"}])[0]["n"] == 100
        # Where no day was chosen, the newest stands on the page.
        html = Path(bank.report(tmp_path / "days.html", progress=False)).read_text(encoding="utf-8")
        assert "as of 2026-06-30" in html
        assert "as of 2026-05-31" not in html
        with pytest.raises(bs.PipelineError, match="has nothing of the day 2026-06-29") as told:
            bank.drop_day("2026-06-29")
        assert told.value.hint == "the days here are 2026-05-31, 2026-06-30"
        assert bank.drop_day(datetime.date(2026, 6, 30)) == {"customers": 100, "transactions": 100}
        assert bank.days == [datetime.date(2026, 5, 31)]
        # What was open goes on with what is left.
        assert bank.customers.aggregate([{"$count": "n"}])[0]["n"] == 500
        assert bank.quality.imported is not None
        assert {"fact": "Rows", "value": "500"} in list(bank.quality.imported)
        assert bank.segment(by="gender").columns[0] == "gender"
        where = Path(bank.place)
        assert place is not None or where.exists()
    assert not where.exists(), "a temporary bank is gone when it is closed"


def test_analyze_keeps_no_bank_where_none_is_named(csv: Path) -> None:
    bank = bs.analyze(csv, progress=False, as_of=datetime.date(2026, 6, 30))
    place = Path(bank.place)
    assert place.is_dir()
    assert bank.quality.imported is not None
    assert {"fact": "Rows", "value": "500"} in list(bank.quality.imported)
    assert "as of 2026-06-30" in bank.info()[0]["size"]
    bank.close()
    assert not place.exists()


def test_a_temporary_bank_goes_with_the_interpreter() -> None:
    program = "import banksphere as bs\nbank = bs.sample(5, progress=False)\nprint(bank.place)"
    place = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.strip()
    assert place
    assert not Path(place).exists()


def test_imports_show_at_once(csv: Path, tmp_path: Path) -> None:
    with bs.sample(50, bank=tmp_path / "b.sphere", progress=False) as bank:
        found = bank.import_csv(csv, progress=False)
        assert {"fact": "Rows", "value": "500"} in list(found)
        assert bank.customers.aggregate([{"$count": "n"}])[0]["n"] == 500
        branches = tmp_path / "branches.ndjson"
        branches.write_text('{"_id": 1, "city": "Bern"}\n{"_id": 2}\n', encoding="utf-8")
        assert bank.import_documents("branches", branches, progress=False) == 2
        assert bank["branches"].aggregate([])[0] == {"_id": 1, "city": "Bern"}
        assert bank["branches"].fields is None
        assert list(bank.quality.imported) == list(found)


def test_a_copy_has_the_same(bank: bs.Bank, tmp_path: Path) -> None:
    assert bank.copy_to(tmp_path / "copy.sphere", progress=False) == ["customers", "transactions"]
    with bs.open(tmp_path / "copy.sphere") as copy:
        assert list(copy.customers.aggregate([])) == list(bank.customers.aggregate([]))


def test_a_report_is_one_file(bank: bs.Bank, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert bank.report(progress=False) == "report.html"
    text = Path("report.html").read_text(encoding="utf-8")
    assert text.startswith("<!doctype html>") or text.startswith("<!DOCTYPE html>")


def test_a_closed_bank_says_so(folder: Path) -> None:
    bank = bs.open(folder)
    customers = bank.customers
    with bank:
        pass
    bank.close()
    for ask in (lambda: bank.collections, lambda: customers.aggregate([]), bank.segment, lambda: bank.segment(by="no")):
        with pytest.raises(bs.UsageError, match="is closed\nhint: `banksphere.open"):
            ask()
    assert repr(bank).endswith(", closed>")


def test_progress_is_shown_only_where_somebody_looks(capfd: pytest.CaptureFixture[str]) -> None:
    bs.sample(5, progress=False).close()
    assert capfd.readouterr() == ("", "")
    bs.sample(5).close()
    shown = capfd.readouterr()
    assert shown.out == ""
    assert shown.err == "notice: generated data: none of its customers is real\n"


def test_a_notebook_gets_a_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[str] = []

    class Display:
        def update(self, state: object) -> None:
            shown.append(state._repr_html_())  # type: ignore[attr-defined]

    bar = _progress.Bar()
    monkeypatch.setattr(bar, "_in_notebook", True)
    monkeypatch.setattr(bar, "_start", bar._start - 10)
    bar._display = Display()
    bar.step("sending <customers>", 50, 200, "documents")
    bar.step("", 50, None, "rows")
    bar.close()
    assert 'value="50" max="200"' in shown[0]
    assert "sending &lt;customers&gt;: 50 of 200 documents" in shown[0]
    assert "value=" not in shown[1]
    assert shown[2] == ""


def test_the_command_line_is_the_same_program(folder: Path) -> None:
    query = json.dumps(WOMEN)
    command = [sys.executable, "-m", "banksphere", "aggregate", "customers", query, "--bank", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["n"] > 0
    wrong = subprocess.run([*command[:-1], str(folder / "none")], capture_output=True, text=True, check=False)
    assert wrong.returncode == 2
    assert wrong.stderr.startswith("error: there is no bank at")


def test_a_server_answers_the_same(bank: bs.Bank, place: str) -> None:
    assert bank.copy_to(place, progress=False) == ["customers", "transactions"]
    with bs.open(place, timeout=60) as served:
        assert served.collections == bank.collections
        tables = [list(one.segment(by=["age_band", "gender"])) for one in (served, bank)]
        # A server adds in another order, so the last digits of sums of doubles may be others.
        for ours, theirs in zip(*tables, strict=True):
            assert ours.keys() == theirs.keys()
            for name, value in ours.items():
                other = theirs[name]
                assert value == (pytest.approx(other, rel=1e-9) if isinstance(other, float) else other), name
        assert list(served.customers.aggregate(WOMEN)) == list(bank.customers.aggregate(WOMEN))
        assert "MongoDB" in served.info().title
        tried = served.indexes("customers", [{"$match": {"Gender": "F"}}], progress=False)
        assert tried is not None
        assert "verdict" in tried.columns
        assert served.indexes("customers", [{"$count": "n"}], progress=False) is None
        assert served.customers.explain(WOMEN).document


def test_an_import_into_a_server(csv: Path, place: str) -> None:
    with bs.analyze(csv, bank=place, progress=False) as bank:
        assert bank.customers.aggregate([{"$count": "n"}])[0]["n"] == 500
        assert bank.quality.imported is not None
        assert "***" not in bank.place


def test_passwords_are_not_shown() -> None:
    with pytest.raises(bs.ServerError) as refused:
        bs.open("mongodb://ann:s3cret@127.0.0.1:1/bank?serverSelectionTimeoutMS=200")
    assert "s3cret" not in str(refused.value)


def test_exceptions_survive_pickling() -> None:
    error = pickle.loads(pickle.dumps(bs.PipelineError("no")))
    assert type(error) is bs.PipelineError
    assert str(error) == "no"
