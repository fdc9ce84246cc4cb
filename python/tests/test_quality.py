"""The quality page: what the columns hold, and what is to be doubted."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import banksphere as bs


def shown(quality: bs.Quality) -> str:
    """What a notebook shows of it."""
    bundle = quality._repr_mimebundle_()  # type: ignore[attr-defined]
    html: str = bundle["text/html"]
    return html


def test_the_page_shows_itself_and_is_data(bank: bs.Bank) -> None:
    quality = bank.quality
    assert quality.line == "500 customers, 21 columns. No doubts; 7 columns have remarks (heaps, outliers, round numbers)."
    assert (quality.doubts, quality.pairs) == ([], [])
    columns = {row["column"]: row for row in quality.columns}
    assert columns["Education_Level"]["missing"] == 76
    assert columns["Credit_Limit"]["max"] == 34516
    assert columns["CLIENTNUM"]["min"] is None
    assert columns["Total_Trans_Ct"]["auc"] == pytest.approx(0.8, abs=0.05)
    assert quality.columns.to_arrow().num_rows == 21
    assert all(told == "holds for all 500" for told in quality.rules.values())
    assert len(quality.first) == 5
    assert repr(quality).startswith("Quality of the data\n500 customers, 21 columns. ")
    html = shown(quality)
    # A histogram for each column whose values may be shown, and two matrices of what goes together.
    assert html.count("<svg") == 22
    for collection, pipeline in quality.pipelines:
        assert list(bank[collection].aggregate(pipeline)), pipeline
    assert quality.mongosh.count("db.customers.aggregate(") == len(quality.pipelines)


def test_some_customers_alone(bank: bs.Bank) -> None:
    women = bank.quality(where={"Gender": "F"})
    assert "only customers with Gender = F" in repr(women)
    columns = {row["column"]: row for row in women.columns}
    assert columns["Gender"]["distinct"] == 1
    with pytest.raises(bs.PipelineError, match="Gendr"):
        _ = bank.quality(where="Gendr=F").doubts


def test_a_leak_is_doubted_and_a_person_is_hidden(tmp_path: Path) -> None:
    contract = tmp_path / "contract.toml"
    contract.write_text(
        """
        title = "Leaking"
        [columns.key]
        kind = "whole"
        range = [1, 1000]
        role = "customer_key"
        [columns.state]
        kind = "category"
        role = "closed"
        categories = [{ value = "open" }, { value = "left", closed = true }]
        [columns.score]
        kind = "whole"
        range = [0, 100]
        [columns.phone]
        kind = "text"
        direct_identifier = true
        """
    )
    left = [key % 4 == 0 for key in range(101)]
    rows = [
        f"{key},{'left' if left[key] else 'open'},{90 if left[key] else key % 50},+49 {key * 7919}"
        for key in range(1, 101)
    ]
    file = tmp_path / "leaking.csv"
    file.write_text("\n".join(["key,state,score,phone", *rows]) + "\n")
    with bs.analyze(file, contract=contract, progress=False) as bank:
        [doubt] = bank.quality.doubts
        assert doubt.startswith("“score” tells closed from open accounts by itself with an AUC of 1.000")
        assert bank.quality.first["phone"] == [None] * 5
        assert "+49" not in shown(bank.quality) + repr(bank.quality)


def test_of_documents_of_any_shape_nothing_is_told(tmp_path: Path) -> None:
    file = tmp_path / "documents.ndjson"
    file.write_text('{"_id": 1, "a": 2}\n')
    place = tmp_path / "b.sphere"
    arguments = ["import", "--into", "customers", str(file), "--bank", str(place)]
    subprocess.run([sys.executable, "-m", "banksphere", *arguments], check=True)
    with bs.open(place) as bank:
        assert bank.quality.imported is None
        with pytest.raises(bs.DataError, match="documents of any shape"):
            _ = bank.quality.doubts
