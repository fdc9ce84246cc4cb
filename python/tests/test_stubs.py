"""The stub says what the module has; `UPDATE=1` writes it anew."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest
import stubs

import banksphere

SAMPLE = """\
import banksphere as bs

bank = bs.open("bank.sphere", timeout=2.5)
reveal_type(bank.segment(by=["age_band"]))
reveal_type(bank.segment())
reveal_type(bank.status.closures_by_months_inactive(where={"Gender": "F"}))
reveal_type(bank["customers"].aggregate([{"$count": "n"}])[0])
reveal_type(bank.catalog.dimensions.age_band.label)
reveal_type(bank.ask("deposits", by="gender"))
reveal_type(bank.ask("deposits"))
bank.segment(by=3)
"""


def test_the_stub_is_the_module() -> None:
    made = stubs.render()
    if os.environ.get("UPDATE") == "1":
        stubs.FILE.write_text(made, encoding="utf-8")
    assert stubs.FILE.read_text(encoding="utf-8") == made, "run the tests with UPDATE=1 and read the difference"


def test_every_analysis_is_a_method() -> None:
    tree = ast.parse(stubs.render())
    methods = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    assert {entry.name for entry in banksphere.catalog().analyses} <= methods


def test_the_package_is_typed() -> None:
    pytest.importorskip("mypy")
    root = stubs.FILE.parent.parent.parent
    checked = subprocess.run(
        [sys.executable, "-m", "mypy", "python/banksphere"], capture_output=True, text=True, check=False, cwd=root
    )
    assert checked.returncode == 0, checked.stdout


def test_type_checkers_understand_it(tmp_path: Path) -> None:
    pytest.importorskip("mypy")
    sample = tmp_path / "sample.py"
    sample.write_text(SAMPLE, encoding="utf-8")
    checked = subprocess.run(
        [sys.executable, "-m", "mypy", "--no-error-summary", "--cache-dir", str(tmp_path / "cache"), str(sample)],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )
    lines = [line.split(": ", 1)[1] for line in checked.stdout.splitlines() if line.startswith("sample.py")]
    shown = [line.replace("builtins.", "") for line in lines if "Revealed" in line]
    told = [line.removeprefix('note: Revealed type is "').rstrip('"') for line in shown]
    assert told == [
        "banksphere._native.Table",
        "banksphere._native.Tables",
        "banksphere._native.Table",
        "dict[str, Any]",
        "str",
        "banksphere._native.Table",
        "banksphere._native.Tables",
    ], checked.stdout
    assert any("No overload variant" in line for line in lines), checked.stdout
