"""docs/QUESTIONS.md: each question is asked by its command and by its line of Python, and both must give the same."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

import banksphere as bs

PAGE = (Path(__file__).parents[2] / "docs" / "QUESTIONS.md").read_text("utf-8")
BLOCK = r"\n\n```sh\n(.*?)```\n\n```python\n(.*?)```"
"""Where a command writes documents, one a line."""
LINES = ("aggregate", "find", "distinct")


class Question(NamedTuple):
    """A question with its two ways."""

    text: str
    command: str
    python: str


SETUP = re.search(BLOCK, PAGE, re.DOTALL)
QUESTIONS = [Question(*found) for found in re.findall(r"\*\*\d+\. (.*?)\*\*" + BLOCK, PAGE, re.DOTALL)]


def banksphere(arguments: list[str], place: Path) -> subprocess.CompletedProcess[str]:
    """Runs a command as pip installs it, with the bank of the page."""
    environment = {**os.environ, "BANKSPHERE_URI": "my.sphere", "XDG_CONFIG_HOME": "/nowhere"}
    program = [sys.executable, "-m", "banksphere", *arguments]
    return subprocess.run(program, cwd=place, env=environment, capture_output=True, text=True, check=False)


def arguments(command: str) -> list[str]:
    """The arguments of a command as a shell takes them apart."""
    program, *rest = shlex.split(command.replace("\\\n", " "))
    assert program == "banksphere"
    return rest


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the bank of the page, made by its first commands."""
    place = tmp_path_factory.mktemp("questions")
    assert SETUP
    for command in SETUP[1].strip().splitlines():
        if command.startswith("banksphere "):
            done = banksphere(arguments(command), place)
            assert done.returncode == 0, done.stderr
    return place


@pytest.fixture(scope="module")
def names(place: Path) -> Iterator[dict[str, Any]]:
    """What stands in Python's first lines of the page."""
    assert SETUP
    names: dict[str, Any] = {}
    here = Path.cwd()
    os.chdir(place)
    try:
        exec(compile(SETUP[2], "QUESTIONS.md", "exec"), names)
    finally:
        os.chdir(here)
    yield names
    names["bank"].close()


def rows(table: bs.Table) -> list[dict[str, Any]]:
    """The rows as JSON has them."""
    return json.loads(json.dumps(list(table), default=str))


def test_there_are_fifty() -> None:
    assert len(QUESTIONS) == 50
    assert [int(n) for n in re.findall(r"\*\*(\d+)\. ", PAGE)] == list(range(1, 51))
    assert len({question.text for question in QUESTIONS}) == 50


@pytest.mark.parametrize("question", QUESTIONS, ids=[question.text for question in QUESTIONS])
def test_both_ways_give_the_same(
    question: Question, place: Path, names: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(place)
    command = arguments(question.command)
    files = {name for flag, name in zip(command, command[1:], strict=False) if flag in ("-o", "--chart")}
    result = eval(compile(question.python.strip(), "QUESTIONS.md", "eval"), names)
    ours = {name: Path(name).read_bytes() for name in files}
    for name in files:
        Path(name).unlink()
    is_table = isinstance(result, bs.Table)
    form = ["--format", "ndjson" if command[0] in LINES else "json"] if is_table else []
    done = banksphere([*command, *form], place)
    assert done.returncode == 0, done.stderr
    if files:
        for name, data in ours.items():
            assert same_file(name, data, Path(name).read_bytes()), name
    elif is_table:
        lines = done.stdout.splitlines()
        theirs = [json.loads(line) for line in lines] if command[0] in LINES else json.loads(done.stdout)
        assert theirs, "an answer without rows shows nothing"
        assert rows(result) == theirs
    elif command[0] == "distinct":
        assert [json.loads(line) for line in done.stdout.splitlines()] == result
    else:
        assert str(result).strip() in done.stdout


def same_file(name: str, ours: bytes, theirs: bytes) -> bool:
    """Whether two files say the same; the time that a report shows is that of its making."""
    if name.endswith(".html"):
        ours, theirs = (re.sub(rb"\d{4}-\d\d-\d\d \d\d:\d\d UTC", b"", data) for data in (ours, theirs))
    return len(ours) > 0 and ours == theirs
