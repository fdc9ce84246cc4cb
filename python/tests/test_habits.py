"""What analysts ask every day: statistics of a number, lists of customers, two segments side by side, columns described."""

from __future__ import annotations

import pickle
import warnings
from html import escape
from pathlib import Path

import pytest

import banksphere as bs


def test_statistics_of_a_number_are_measures(bank: bs.Bank) -> None:
    table = bank.health(by="gender", measures=["median:Total_Trans_Amt", "p90:spend", "sd:Customer_Age"])
    assert {"median_Total_Trans_Amt", "median_Total_Trans_Amt_low", "p90_Total_Trans_Amt", "sd_Customer_Age"} <= set(
        table.columns
    )
    frame = bank.customers.aggregate(
        [
            {"$lookup": {"from": "transactions", "localField": "CLIENTNUM", "foreignField": "CLIENTNUM", "as": "t"}},
            {"$project": {"Gender": 1, "Customer_Age": 1, "spend": {"$first": "$t.Total_Trans_Amt"}}},
        ]
    ).to_pandas()
    by_gender = frame.groupby("Gender")
    # The smallest value that at least half of them do not exceed.
    median = by_gender["spend"].quantile(0.5, interpolation="lower")
    assert dict(zip(table["gender"], table["median_Total_Trans_Amt"])) == median.to_dict()
    assert table["sd_Customer_Age"] == pytest.approx(list(by_gender["Customer_Age"].std()))
    assert len(table.pipelines) == 2


def test_customers_are_listed(bank: bs.Bank) -> None:
    table = bank.list_customers(where=["gender=women", {"Customer_Age": {"$gte": 40}}], sort="-Total_Trans_Amt", limit=3)
    assert len(table) == 3
    assert set(table["Gender"]) == {"F"}
    assert table["Total_Trans_Amt"] == sorted(table["Total_Trans_Amt"], reverse=True)
    assert table.pipeline[-1]["$project"]["_id"] == 0
    everyone = bank.list_customers(limit=0, columns=["age_band", "income"])
    assert everyone.shape == (500, 3)
    with pytest.raises(bs.PipelineError, match="Customer_Age"):
        bank.list_customers(sort="Custmer_Age")
    with pytest.raises(TypeError, match="`limit` takes an int"):
        bank.list_customers(limit="many")  # type: ignore[arg-type]


def test_a_list_says_how_many_customers_it_leaves_out(bank: bs.Bank) -> None:
    told = "20 of 500 customers are listed"
    with pytest.warns(UserWarning, match=told):
        listed = bank.list_customers()
    note = f"{told}; a larger `limit` lists more, and `limit=0` lists all"
    assert len(listed) == 20 and listed.notes == [note]
    assert str(listed).endswith(f"\n\nnote: {note}") and told in listed._repr_html_()
    assert pickle.loads(pickle.dumps(listed)).notes == [note]
    by_gender = bank.segment(by="gender", measures="customers")
    with pytest.warns(UserWarning, match=f"20 of {by_gender['customers'][0]} customers are listed"):
        by_gender.customers(0)
    # Who says how many is not warned.
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert bank.list_customers(limit=3).notes[0].startswith("3 of 500 customers are listed")
        assert bank.list_customers(limit=0).notes == by_gender.customers(0, limit=0).notes == []


def test_every_row_opens_its_customers(bank: bs.Bank) -> None:
    table = bank.segment(by=["age_band", "gender"], measures="customers", where="Card_Category=Blue")
    for place, row in enumerate(table):
        listed = table.customers(place, limit=0, columns="gender")
        assert len(listed) == row["customers"]
        assert set(listed["gender"]) == {row["gender"]}
    assert list(table.customers(-1, limit=2)) == list(table.customers(len(table) - 1, limit=2))
    with pytest.raises(IndexError):
        table.customers(len(table))
    with pytest.raises(bs.UsageError, match="count customers"):
        bank.customers.aggregate([{"$limit": 1}]).customers(0)


def test_segments_stand_side_by_side(bank: bs.Bank, tmp_path: Path) -> None:
    table = bank.compare("Gender=F", "Gender=M", measures=["closure_rate", "mean_age"])
    assert table["measure"] == ["customers", "closure_rate", "mean_age"]
    first, second = (
        bank.segment(measures=["closure_rate", "mean_age"], where=f"Gender={gender}")[0] for gender in ("F", "M")
    )
    assert table["first"] == [first["customers"], first["closure_rate"], first["mean_age"]]
    assert table["second"] == [second["customers"], second["closure_rate"], second["mean_age"]]
    assert table["p_value"][0] is None and 0 <= table["p_value"][1] <= 1
    assert len(table.pipelines) == 3
    assert bank.compare("Gender=F", measures="mean_age")["second"][0] == second["customers"]
    table.save(tmp_path / "compared.html")
    page = (tmp_path / "compared.html").read_text(encoding="utf-8").replace("\u00a0", " ")
    for told in [table.question, table.sentence, f"{100 * first['closure_rate']:.1f} %"]:
        assert escape(told) in page, told
    with pytest.raises(bs.PipelineError, match="the segments overlap"):
        bank.compare("Gender=F", "Customer_Age>30")
    with pytest.raises(bs.UsageError, match="`first` takes one filter"):
        bank.compare(["Gender=F", "Customer_Age>30"])


def test_columns_are_described(bank: bs.Bank) -> None:
    described = {row["column"]: row for row in bank.describe(where="gender=women")}
    ages = bank.customers.find({"Gender": "F"}, ["Customer_Age"]).to_pandas()["Customer_Age"]
    told = described["Customer_Age"]
    assert (told["count"], told["min"], told["max"]) == (len(ages), ages.min(), ages.max())
    assert (told["mean"], told["sd"]) == (pytest.approx(ages.mean()), pytest.approx(ages.std()))
    assert (described["Gender"]["top"], described["Gender"]["top_count"]) == ("F", len(ages))


def test_the_old_name_of_the_closure_rate_is_taken(bank: bs.Bank) -> None:
    assert bank.status(by="gender", measures="attrition_rate").columns[2] == "closure_rate"
    assert bank.catalog.measures["attrition_rate"].name == bank.catalog.measures.attrition_rate.name == "closure_rate"


def test_a_list_has_the_same_types_whatever_customers_it_has(bank: bs.Bank) -> None:
    columns = ["Customer_Age", "Credit_Limit", "spend", "Gender", "age_band"]
    some = bank.list_customers(columns=columns, limit=3)
    with pytest.warns(UserWarning, match="no customer meets the filter `Customer_Age > 99`"):
        none = bank.list_customers(where="Customer_Age > 99", columns=columns)
    assert none.shape == (0, 6)
    assert none.dtypes == some.dtypes
    assert list(none.dtypes.values()) == ["int64", "int64", "float64", "int64", "string", "string"]


def test_a_grid_shows_what_the_question_names(bank: bs.Bank) -> None:
    by = ["gender", "card"]
    assert bank.segment(by=by, measures="closure_rate").pivot().columns[:2] == ["gender", "Blue"]
    both = bank.segment(by=by, measures=["customers", "closure_rate"]).pivot().columns
    assert both[:3] == ["gender", "Blue_customers", "Blue_closure_rate"]
    assert "Blue_customers" in bank.segment(by=by).pivot().columns
    assert "Less than $40K" in bank.segment.gender_by_income().pivot().columns[1]


def test_the_values_of_a_column_are_a_histogram(bank: bs.Bank) -> None:
    table = bank.describe("credit_limit")
    assert table.name == "values_of_Credit_Limit" and sum(table["customers"]) == 500
    assert sum(table["share"]) == pytest.approx(1.0) and "median" in (table.sentence or "")
    assert "<svg" in table._repr_html_() and len(table.pipelines) >= 2
    women = bank.describe("Income_Category", where="gender=women")
    assert sum(women["customers"]) < 252 and women["values"][0] == "Less than $40K"
    with pytest.raises(bs.BankSphereError, match="customer's number"):
        bank.describe("CLIENTNUM")
