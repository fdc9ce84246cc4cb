"""The examples in docstrings are run, and everything has a docstring."""

from __future__ import annotations

import doctest
import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import banksphere as bs


def documented() -> Iterator[tuple[str, Any]]:
    """Everything that a user can name, with its full name."""
    yield "banksphere", bs
    for name in bs.__all__:
        value = getattr(bs, name)
        yield name, value
        if inspect.isclass(value) and not issubclass(value, Exception):
            for member, inner in sorted(vars(value).items()):
                if not member.startswith("_") and not isinstance(inner, str):
                    yield f"{name}.{member}", inner


EXAMPLES = [(name, value.__doc__) for name, value in documented() if ">>>" in (value.__doc__ or "")]


@pytest.mark.parametrize(("name", "text"), EXAMPLES, ids=[name for name, _ in EXAMPLES])
def test_examples_run(
    name: str, text: str, bank: bs.Bank, folder: Path, csv: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    names = {"bs": bs, "bank": bank, "folder": folder, "csv": csv}
    examples = doctest.DocTestParser().get_doctest(inspect.cleandoc(text), names, name, None, 0)
    report: list[str] = []
    doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(examples, out=report.append)
    assert not report, "".join(report)


def test_there_are_examples() -> None:
    assert len(EXAMPLES) >= 12


@pytest.mark.parametrize("name", [name for name, _ in documented()])
def test_everything_has_a_docstring(name: str) -> None:
    assert inspect.getdoc(dict(documented())[name])


def test_arguments_are_in_their_docstring() -> None:
    for name, value in documented():
        if callable(value) and not inspect.isclass(value) and getattr(value, "__text_signature__", None):
            for parameter in inspect.signature(value).parameters:
                assert parameter == "self" or f"{parameter} (" in value.__doc__, f"{name}: {parameter}"
