"""The notebooks, run whole by a real kernel, as a reader runs them.

In: `notebooks/*.ipynb`, a folder, a MongoDB server. Out: a failed test with the source of the cell that failed and its
error. `UPDATE=1` takes the outputs out of the notebooks, so that they can be committed.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

import nbclient
import nbformat
import pytest

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
DATA = Path(os.environ.get("BANKSPHERE_DATA") or ROOT.parent / "shared" / "data")
COLOR = re.compile(r"\x1b\[[0-9;]*m")
PLAIN = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def execute(notebook: nbformat.NotebookNode, folder: Path) -> None:
    """Runs all cells in `folder`; the first that fails fails the test, and is shown."""
    resources = {"metadata": {"path": str(folder)}}
    client = nbclient.NotebookClient(notebook, timeout=600, kernel_name="python3", resources=resources)
    try:
        client.execute()
    except nbclient.exceptions.CellExecutionError as error:
        pytest.fail(f"a cell failed:\n\n{COLOR.sub('', str(error))}", pytrace=False)


def shown(notebook: nbformat.NotebookNode) -> list[str]:
    """The HTML of all outputs."""
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    return [output["data"]["text/html"] for output in outputs if "text/html" in output.get("data", {})]


@pytest.fixture(params=["folder", "server", "folder without the file"])
def home(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Where the notebook finds its bank: in the environment, as everywhere."""
    monkeypatch.delenv("BANKSPHERE_URI", raising=False)
    monkeypatch.delenv("BANKSPHERE_ROWS", raising=False)
    if request.param == "folder without the file":
        monkeypatch.setenv("BANKSPHERE_DATA", str(tmp_path))
        return
    if not (DATA / "BankChurners.csv").exists():
        pytest.skip(f"no BankChurners.csv at {DATA}")
    monkeypatch.setenv("BANKSPHERE_DATA", str(DATA))
    if request.param == "server":
        monkeypatch.setenv("BANKSPHERE_URI", request.getfixturevalue("place"))


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize("file", NOTEBOOKS, ids=lambda file: file.stem)
def test_a_notebook_runs_from_its_first_cell_to_its_last(file: Path, tmp_path: Path) -> None:
    notebook = nbformat.read(file, as_version=4)
    execute(notebook, tmp_path)
    tables = [html for html in shown(notebook) if "<table" in html]
    assert len(tables) >= 4, "the tables show themselves"
    assert any("<svg" in html for html in tables), "with their charts"


@pytest.mark.parametrize("name", ["second.csv", "churn_modelling.csv", "cc_general.csv", "telco_churn.csv"])
def test_the_notebook_of_any_bank_runs_on_other_files(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("BANKSPHERE_URI", raising=False)
    file = ROOT / "tests" / "contracts" / name if name == "second.csv" else DATA / "other" / name
    if not file.exists():
        pytest.skip(f"no {name} at {file.parent}")
    notebook = nbformat.read(ROOT / "notebooks" / "a-bank-of-your-own.ipynb", as_version=4)
    first = notebook.cells[1]
    assert first.source.count("source = None\n") == 1
    first.source = first.source.replace("source = None\n", f"source = {str(file)!r}\n")
    execute(notebook, tmp_path)
    assert len([html for html in shown(notebook) if "<table" in html]) >= 4
    assert (tmp_path / "report.html").exists()


def test_all_notebooks_are_there() -> None:
    names = ["a-bank-of-your-own", "customer-behavior", "from-pandas-and-pymongo", "your-own-questions"]
    assert [file.stem for file in NOTEBOOKS] == names


@pytest.mark.parametrize("file", NOTEBOOKS, ids=lambda file: file.stem)
def test_a_notebook_is_committed_without_outputs(file: Path) -> None:
    stripped = without_outputs(json.loads(file.read_text("utf-8")))
    if os.environ.get("UPDATE"):
        file.write_text(stripped, "utf-8")
    assert file.read_text("utf-8") == stripped, "run with UPDATE=1 to take the outputs out"


@pytest.mark.parametrize("file", NOTEBOOKS, ids=lambda file: file.stem)
def test_no_dollar_sign_begins_a_formula(file: Path) -> None:
    for cell in nbformat.read(file, as_version=4).cells:
        if cell.cell_type == "markdown":
            assert "$" not in re.sub(r"```.*?```|`[^`]*`", "", cell.source, flags=re.DOTALL), cell.source


def test_a_cell_that_fails_is_shown_with_its_error(tmp_path: Path) -> None:
    cells = [nbformat.v4.new_code_cell("total = 1_626"), nbformat.v4.new_code_cell("assert total == 1_627, total")]
    with pytest.raises(pytest.fail.Exception) as failure:
        execute(nbformat.v4.new_notebook(cells=cells), tmp_path)
    assert "assert total == 1_627, total" in str(failure.value)
    assert "AssertionError: 1626" in str(failure.value)


def without_outputs(notebook: dict[str, Any]) -> str:
    """The notebook as Jupyter writes it, with nothing in it that a run has left."""
    for cell in notebook["cells"]:
        cell["metadata"] = {}
        if cell["cell_type"] == "code":
            cell |= {"execution_count": None, "outputs": []}
    notebook["metadata"] = PLAIN
    return json.dumps(notebook, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
