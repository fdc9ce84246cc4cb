"""`bs.notebook` starts what `banksphere notebook` starts, with the file or the bank that it is given."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import banksphere as bs
from banksphere import _notebook


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The commands that are started, which do nothing here."""
    commands: list[list[str]] = []

    def run(command: list[str], **_: Any) -> subprocess.CompletedProcess[str]:
        commands.append(command)
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr(_notebook.subprocess, "run", run)
    return commands


def test_a_file_a_folder_and_an_opened_bank_are_named(
    started: list[list[str]], bank: bs.Bank, folder: Path, csv: Path
) -> None:
    bs.notebook()
    bs.notebook(csv, "mine", force=True, options=["--no-browser"])
    bs.notebook(bank)
    begin = [sys.executable, "-m", "banksphere", "notebook"]
    assert started == [
        [*begin, "--"],
        [*begin, "--force", str(csv), "mine", "--", "--no-browser"],
        [*begin, str(folder), "--"],
    ]


def test_what_cannot_be_opened_is_told(csv: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(bs.UsageError, match="is a file"):
        bs.notebook(None, csv)
    with pytest.raises(bs.UsageError, match="ended with 2"):
        bs.notebook("custmers.csv")
    assert not list(tmp_path.iterdir())
