"""Models of who closed their account: the same scores in a folder, on a server and pasted into pymongo."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path

import pymongo
import pytest

import banksphere as bs


@pytest.fixture(scope="module")
def sample() -> Iterator[bs.Bank]:
    """Generated customers in a folder of their own, which models are kept with."""
    with bs.sample(400, progress=False) as bank:
        yield bank


@pytest.fixture(scope="module")
def models(sample: bs.Bank) -> bs.Models:
    """Models of them."""
    return sample.why(repeats=1, progress=False)


def test_models_tell_save_and_are_kept(sample: bs.Bank, models: bs.Models, tmp_path: Path) -> None:
    assert repr(models) == f"<banksphere.Models of 400 customers, {closed(sample)} closed: hindsight, early, who, first_part>"
    assert "Of only" in (models.tables["why_views"].sentence or "")
    names = models.tables.names
    assert names[0] == "why_views" and "why_segments" in names and "why_fairness_gender" in names
    html = models._repr_html_()
    assert "Which columns tell it" in html and "<svg" in html
    models.save(tmp_path / "model.json")
    read = sample.why.read(tmp_path / "model.json")
    assert read.score().to_pandas().equals(models.score().to_pandas())
    kept = sample.why.kept
    assert kept is not None and kept.views == models.views
    report = tmp_path / "report.html"
    sample.report(report, progress=False)
    assert "Segments by rules" in report.read_text(encoding="utf-8")
    segments = models.tables["why_segments"]
    first = segments.customers(0, limit=0)
    assert len(first) == segments["customers"][0]


def closed(bank: bs.Bank) -> int:
    """How many closed their account."""
    return bank.customers.count_documents({"Attrition_Flag": "Attrited Customer"})


def test_reasons_stand_beside_the_scores(models: bs.Models) -> None:
    scores, reasons = models.score(view="hindsight").to_pandas(), models.score(view="hindsight", reasons=True).to_pandas()
    assert list(reasons.columns[:4]) == ["CLIENTNUM", "log_odds", "probability", "reason_1"]
    assert (scores["log_odds"] == reasons["log_odds"]).all() and scores["probability"].between(0, 1).all()
    changed = reasons["would_change"].dropna()
    assert 0 < len(changed) < len(reasons) and changed.str.contains(" from ").all()


def test_scores_go_into_a_collection(sample: bs.Bank, models: bs.Models) -> None:
    with pytest.warns(UserWarning, match="scored by the view"):
        models.score(into="scores")
    assert sample["scores"].count_documents({"probability": {"$gt": 0.5}}) > 20
    with pytest.raises(bs.BankSphereError, match="not written into a collection"):
        models.score(reasons=True, into="scores")
    with pytest.raises(bs.BankSphereError, match="no view `late`"):
        models.score(view="late")


def test_models_of_other_customers_say_so(models: bs.Models, tmp_path: Path) -> None:
    models.save(tmp_path / "model.json")
    with bs.sample(401, progress=False) as other:
        read = other.why.read(tmp_path / "model.json")
        with pytest.warns(UserWarning, match="of other customers than this bank's"):
            tables = read.tables
        assert "why_views" in tables.names


def test_a_budget_chooses_customers_to_call(models: bs.Models, tmp_path: Path) -> None:
    with pytest.warns(UserWarning) as told:
        budget = models.budget(progress=False)
    said = "".join(str(one.message) for one in told)
    assert "built-in assumptions" in said and "`view` chooses another" in said
    rows = budget.customers.to_pandas()
    assert list(rows["place"]) == list(range(1, len(rows) + 1)) and (rows["expected_gain"] > 0).all()
    assert (rows["expected_gain"].diff().dropna() <= 1e-9).all() and rows["reason_1"].notna().all()
    assert len(budget.customers.pipeline) > 2 and "are worth a call" in budget.sentences[0]
    assert budget.sizes.columns[:4] == ["customers", "leaving", "cost", "profit"] and len(budget.sizes) > 10
    assert budget.sensitivity.columns == ["assumption", "half", "half_more"] and len(budget.views) == 5
    assert "<svg" in budget._repr_html_() and "worth a call" in repr(budget)
    file = tmp_path / "costs.toml"
    file.write_text("contact = 1\nincentive = 0\n")
    cheap = models.budget(file, most=50, progress=False)
    assert 0 < len(cheap.customers) <= 50 and len(cheap.customers) != len(budget.customers)
    for assumptions, message in [({"contract": 5}, "no assumption `contract`"), ({"contact": "x"}, "a number"), (7, "dict")]:
        with pytest.raises((bs.BankSphereError, TypeError), match=message):
            models.budget(assumptions, progress=False)


def test_customers_fall_into_no_groups(sample: bs.Bank) -> None:
    tables = sample.why.clusters(progress=False)
    assert tables[0].name == "why_clusters" and tables[0].shape[0] == 7
    assert "no" in (tables[0].sentence or "") and len(tables) == 1
    # The pipeline is that of what was compared: numbers, and no categories.
    compared = str(tables[0].pipeline)
    assert "Total_Trans_Amt" in compared and "Education_Level" not in compared


def test_a_scorecard_gives_points(sample: bs.Bank) -> None:
    card = sample.why.scorecard(view="first_part", progress=False)
    assert card.name == "scorecard" and "points" in card.columns and len(card) > 5
    points = sample.customers.aggregate(card.pipeline)
    assert len(points) == 400 and "points" in points.columns
    with pytest.raises(bs.BankSphereError, match="view"):
        sample.why.scorecard(view="late", progress=False)


def test_a_campaign_is_designed_assigned_and_evaluated(sample: bs.Bank, models: bs.Models, tmp_path: Path) -> None:
    design = bs.Campaign.design(effect=0.05, rate=0.2, customers=5000)
    assert design["power"][0] >= 0.8 and "hold out" in (design.sentence or "")
    scores = models.score(view="first_part")
    campaign = bs.Campaign(scores).assign("25%", seed=7)
    arms = dict(zip(campaign.customers["CLIENTNUM"], campaign.customers["arm"]))
    assert list(arms.values()).count("held out") == 100 and len(campaign) == 400
    assert repr(campaign) == "<banksphere.Campaign of 400 customers: 300 called, 100 held out>"
    # A data frame, a list of dicts and a file give the same arms, in whatever order.
    frame = scores.to_pandas().sample(frac=1, random_state=1)
    scores.to_pandas().to_csv(tmp_path / "list.csv", index=False)
    for given in (frame, list(scores), tmp_path / "list.csv", str(tmp_path / "list.csv")):
        again = bs.Campaign(given, key="CLIENTNUM").assign(100, seed=7).customers
        assert dict(zip(again["CLIENTNUM"], again["arm"])) == arms
    told = campaign.evaluate(sample)
    left = [row["CLIENTNUM"] for row in sample.list_customers(where="status=closed", limit=0)]
    found = dict(zip(told["arms"]["arm"], told["arms"]["closed"]))
    assert found["called"] == sum(arms[number] == "called" for number in left)
    later = [{"CLIENTNUM": number, "closed": int(arm == "held out")} for number, arm in arms.items()]
    assert "95 %" in (campaign.evaluate(later)["arms"].sentence or "")
    with pytest.raises(bs.BankSphereError, match="says nothing of"):
        campaign.evaluate(later[:-5])
    with pytest.warns(UserWarning, match="they are left out"):
        campaign.evaluate(later[:-5], leave_unknown_out=True)
    with pytest.raises(bs.BankSphereError, match="no column `arm`"):
        bs.Campaign(scores).evaluate(sample)
    with pytest.raises(TypeError, match="a list of dicts"):
        bs.Campaign(7)


def test_what_is_no_model_is_refused(sample: bs.Bank, tmp_path: Path) -> None:
    file = tmp_path / "model.json"
    file.write_text("{}")
    with pytest.raises(bs.BankSphereError, match="no file of models"):
        sample.why.read(file)
    with pytest.raises(bs.BankSphereError, match="repeats"):
        sample.why(repeats=0, progress=False)


def test_folder_server_and_pymongo_score_alike(sample: bs.Bank, models: bs.Models, place: str, tmp_path: Path) -> None:
    sample.copy_to(place, progress=False)
    models.save(tmp_path / "model.json")
    here = models.score(view="first_part")
    with bs.open(place) as bank:
        there = bank.why.read(tmp_path / "model.json").score(view="first_part")
        assert bank.why.kept is None
        ours = {row["CLIENTNUM"]: row for row in here}
        assert len(there) == len(ours) == 400
        with pymongo.MongoClient(place) as client:
            pasted = list(client.get_default_database().customers.aggregate(here.pipeline))
    for row in [*there, *pasted]:
        mine = ours[row["CLIENTNUM"]]
        assert row["log_odds"] == mine["log_odds"]
        assert math.isclose(row["probability"], mine["probability"], abs_tol=1e-12)
