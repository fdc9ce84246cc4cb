"""Collections that another program loaded: pandas and pymongo put them into a real server, a contract says what they mean."""

import pickle
from pathlib import Path

import pandas
import pymongo
import pytest

import banksphere as bs


def frame(n: int = 240) -> pandas.DataFrame:
    """Made-up customers, of whom some have no age and some have left."""
    return pandas.DataFrame(
        {
            "CustomerId": range(1, n + 1),
            "Geography": [["France", "Germany", "Spain"][i % 3] for i in range(n)],
            "Age": [None if i % 17 == 0 else 20 + i % 50 for i in range(n)],
            "Balance": [i * 7 % 900 + 0.5 for i in range(n)],
            "Exited": [int(i % 3 == 1 and i % 2 == 0) for i in range(n)],
        }
    )


@pytest.fixture
def loaded(place: str) -> str:
    """The address of a database whose `customers` pandas loaded: NaN where an age is missing."""
    client: pymongo.MongoClient[dict[str, object]] = pymongo.MongoClient(place)
    client.get_default_database()["customers"].insert_many(frame().to_dict("records"))
    return place


def told(bank: bs.Bank) -> list[tuple[str, list[dict[str, object]]]]:
    return [(table.name, list(table)) for topic in (bank.segment, bank.status) for table in topic()]


def test_a_loaded_collection_answers_as_the_file_does(loaded: str, tmp_path: Path) -> None:
    with bs.open(loaded) as bank, pytest.raises(bs.DataError, match="nothing says what its fields mean") as refused:
        bank.segment(by="Geography")
    assert refused.value.hint is not None
    assert "bs.adopt" in refused.value.hint
    file = tmp_path / "customers.csv"
    frame().to_csv(file, index=False)
    with pytest.warns(UserWarning, match="the outcome is `Exited`"):
        bank = bs.adopt(loaded, progress=False)
    with pytest.warns(UserWarning, match="is left out: it needs"), bs.analyze(file, progress=False) as imported:
        expected = told(imported)
    with pytest.warns(UserWarning, match="is left out: it needs"):
        assert told(bank) == expected
    back = pickle.loads(pickle.dumps(bank.catalog))
    texts = [[entry.text for entry in catalog.analyses] for catalog in (bank.catalog, back)]
    assert texts[0] == texts[1]
    rate = bank.status(by="Geography")[1]
    assert (rate["Geography"], rate["closed"]) == ("Germany", 40)
    assert "<table" in bank.status(by="Geography")._repr_html_()
    bank.close()
    with bs.open(loaded) as again:
        assert again.status(by="Geography")[1] == rate


def test_a_contract_reads_what_may_not_be_written_to(loaded: str, tmp_path: Path) -> None:
    contract = tmp_path / "contract.toml"
    contract.write_text(
        """
        title = "Customers"
        [columns.CustomerId]
        kind = "whole"
        range = [1, 1000]
        role = "customer_key"
        [columns.land]
        kind = "category"
        role = "region"
        header = "Geography"
        categories = [{ value = "F", spellings = ["France"] }, { value = "D", spellings = ["Germany"] }]
        """
    )
    bank = bs.open(loaded, contract=contract)
    with pytest.warns(UserWarning, match="does not take the `land` of 80 customers, such as `Spain`"):
        rows = list(bank.segment(by="land", measures="customers"))
    assert {"land": "D", "customers": 80} in rows
    bank.close()
    with bs.open(loaded) as unread, pytest.raises(bs.DataError):
        unread.segment(by="Geography")
