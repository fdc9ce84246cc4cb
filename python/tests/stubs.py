"""Makes `banksphere/_native.pyi` of the module that was built.

In: the native module: its names, signatures and docstrings, which say the types: `name (type): …` for an argument, `type: …`
behind `Returns:` and in front of a property's text. Out: the text of the stub, with the analyses of the built-in catalog as
methods of their topics, so that editors complete and explain them.
"""

from __future__ import annotations

import ast
import inspect
import re
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import banksphere
from banksphere import _native

FILE = Path(__file__).parent.parent / "banksphere" / "_native.pyi"

HEAD = '''\
"""BankSphere's native module, for editors and type checkers: made from it by python/tests/test_stubs.py."""

import datetime
import os
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal, overload

import pandas
import polars
import pyarrow

from banksphere._catalog import Entries
from banksphere._types import Data, Filter, Pipeline, Projection, Query, Sort

def main(arguments: list[str], program: list[str]) -> int: ...
def close_temporary() -> None: ...
'''

WIDTH = 110

TOPICS = {"segment": "SegmentTopic", "status": "StatusTopic", "health": "HealthTopic"}

# What Python calls by an operator has no signature and no docstring of its own.
SLOTS = {
    "Bank": """
        def __getitem__(self, name: str, /) -> Collection: ...
        def __iter__(self) -> Iterator[str]: ...
        def __contains__(self, name: str, /) -> bool: ...
        def __enter__(self) -> Bank: ...
        def __exit__(self, kind: object, error: object, trace: object, /) -> None: ...
    """,
    "Topic": """
        @overload
        def __call__(self, name: str, *, where: Filter | None = None) -> Table: ...
        @overload
        def __call__(
            self,
            *,
            by: str | Sequence[str],
            measures: str | Sequence[str] | None = None,
            where: Filter | None = None,
        ) -> Table: ...
        @overload
        def __call__(self, *, measures: str | Sequence[str], where: Filter | None = None) -> Table: ...
        @overload
        def __call__(self, *, where: Filter | None = None) -> Tables: ...
    """,
    "Campaign": """
        def __init__(self, list: Any, *, key: str | None = None) -> None: ...
        def __len__(self) -> int: ...
    """,
    "Collection": """
        def __len__(self) -> int: ...
        def __bool__(self) -> bool: ...
    """,
    "Cursor": """
        def __iter__(self) -> Iterator[dict[str, Any]]: ...
        def __next__(self) -> dict[str, Any]: ...
    """,
    "Table": """
        @overload
        def __getitem__(self, key: int, /) -> dict[str, Any]: ...
        @overload
        def __getitem__(self, key: str, /) -> list[Any]: ...
        @overload
        def __getitem__(self, key: slice, /) -> Table: ...
        def __iter__(self) -> Iterator[dict[str, Any]]: ...
        def __len__(self) -> int: ...
        def __arrow_c_stream__(self, requested_schema: object | None = None) -> object: ...
        def __arrow_c_schema__(self) -> object: ...
    """,
    "Quality": """
        def __call__(self, *, where: Filter | None = None) -> Quality: ...
    """,
    "Tables": """
        def __getitem__(self, key: int | str, /) -> Table: ...
        def __iter__(self) -> Iterator[Table]: ...
        def __len__(self) -> int: ...
    """,
}


# What a method gives depends on what it is called with, which a docstring says in words.
OVERLOADS = {
    "Bank.ask": [
        "(self, topic: str, name: str, *, where: Filter | None = None) -> Table",
        """(
            self,
            topic: str,
            *,
            by: str | Sequence[str],
            measures: str | Sequence[str] | None = None,
            where: Filter | None = None,
        ) -> Table""",
        "(self, topic: str, *, measures: str | Sequence[str], where: Filter | None = None) -> Table",
        "(self, topic: str, *, where: Filter | None = None) -> Tables",
    ],
}


class Missing(Exception):
    """A docstring that does not say a type."""


def render() -> str:
    """The whole stub."""
    functions = [value for _, value in public(_native) if inspect.isbuiltin(value)]
    classes = [value for _, value in public(_native) if inspect.isclass(value)]
    parts = [HEAD.rstrip(), *names(), *(function(value, "") for value in functions), *map(class_, classes), *topics()]
    text = "\n\n".join(parts) + "\n"
    for argument, kind in (("by", "Dimension"), ("measures", "Measure")):
        text = text.replace(f" {argument}: str | Sequence[str]", f" {argument}: {kind} | str | Sequence[{kind} | str]")
    return text


def names() -> Iterator[str]:
    """The names of the built-in catalog, which editors complete inside quotes; others are taken, too."""
    catalog = banksphere.catalog()
    for kind, entries in (("Dimension", catalog.dimensions), ("Measure", catalog.measures)):
        listed = "".join(f'    "{entry.name}",\n' for entry in entries)
        yield f"{kind} = Literal[\n{listed}]"


def public(of: object) -> Iterator[tuple[str, Any]]:
    """What users may name, in alphabetical order; not what the head has."""
    known = {"main", "close_temporary"}
    yield from ((name, value) for name, value in sorted(vars(of).items()) if name[0] != "_" and name not in known)


def class_(cls: type) -> str:
    """A class with its properties, methods and operators."""
    parts = [docstring(cls.__doc__)]
    for name, value in public(cls):
        if inspect.isgetsetdescriptor(value):
            parts.append(property_(cls, name, value))
        elif isinstance(value, staticmethod):
            parts.append("@staticmethod\n" + function(getattr(cls, name), "", f"{cls.__name__}."))
        elif inspect.ismethoddescriptor(value):
            parts.append(function(value, "self", f"{cls.__name__}."))
    if slots := SLOTS.get(cls.__name__):
        parts.append(textwrap.dedent(slots).strip())
    return f"class {cls.__name__}:\n" + textwrap.indent("\n".join(parts), "    ")


def property_(cls: type, name: str, value: Any) -> str:
    """A property; its docstring starts with its type."""
    doc = inspect.getdoc(value) or ""
    kind, colon, text = doc.partition(": ")
    if not colon or not is_type(kind):
        raise Missing(f"{cls.__name__}.{name}: `type: …`")
    kind = TOPICS.get(name, kind) if kind == "Topic" else kind
    return f"@property\ndef {name}(self) -> {kind}:\n" + textwrap.indent(docstring(text), "    ")


def function(value: Callable[..., Any], first: str, of: str = "") -> str:
    """A function or method with the types that its docstring says."""
    doc = inspect.getdoc(value) or ""
    types = dict(re.findall(r"^    (\w+) \((.+?)\): ", doc, re.MULTILINE))
    returns = re.search(r"^Returns:\n    (.+?): ", doc, re.MULTILINE)
    parameters = [first] if first else []
    is_open = True
    for parameter in inspect.signature(value).parameters.values():
        if parameter.name == "self":
            continue
        if parameter.kind is parameter.KEYWORD_ONLY and is_open:
            parameters.append("*")
            is_open = False
        kind = types.get(parameter.name)
        if kind is None or not is_type(kind):
            raise Missing(f"{of}{value.__name__}: `{parameter.name} (type): …`")
        default = "" if parameter.default is parameter.empty else f" = {parameter.default!r}"
        parameters.append(f"{parameter.name}: {kind}{default}")
    if returns and not is_type(returns[1]):
        raise Missing(f"{of}{value.__name__}: `Returns:` with a type")
    if overloads := OVERLOADS.get(f"{of}{value.__name__}"):
        heads = [f"@overload\ndef {value.__name__}{re.sub('^        ', '', one, flags=re.MULTILINE)}:" for one in overloads]
        return "\n".join([f"{heads[0]}\n{textwrap.indent(docstring(doc), '    ')}", *(f"{head} ..." for head in heads[1:])])
    name, result = value.__name__, returns[1] if returns else "None"
    head = f"def {name}({', '.join(parameters)}) -> {result}:"
    if len(head) > WIDTH:
        head = f"def {name}(\n" + "".join(f"    {parameter},\n" for parameter in parameters) + f") -> {result}:"
    return f"{head}\n" + textwrap.indent(docstring(doc), "    ")


def topics() -> Iterator[str]:
    """The topics, each with the analyses of the built-in catalog as methods."""
    analyses = banksphere.catalog().analyses
    for word, name in TOPICS.items():
        methods = []
        for entry in analyses:
            doc, found = re.subn(rf"\n\nAsk it by `bank\.{word}\.\w+\(\)`\.$", "", entry.__doc__ or "")
            if found:
                head = f"def {entry.name}(self, where: Filter | None = None) -> Table:"
                methods.append(f"{head}\n" + textwrap.indent(docstring(doc), "    "))
        doc = docstring(f"The questions of `bank.{word}`, with the analyses of the built-in catalog.")
        yield f"class {name}(Topic):\n" + textwrap.indent("\n".join([doc, *methods]), "    ")


def docstring(text: str | None) -> str:
    """A docstring as source."""
    text = inspect.cleandoc(text or "").replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
    end = "\n" if "\n" in text or text.endswith('"') else ""
    return f'"""{text}{end}"""'


def is_type(text: str) -> bool:
    """Whether it reads as a type, and not as the beginning of a sentence."""
    try:
        tree = ast.parse(text, mode="eval")
    except SyntaxError:
        return False
    allowed = (ast.Expression, ast.Name, ast.Attribute, ast.BinOp, ast.BitOr, ast.Subscript, ast.Tuple, ast.Constant)
    return all(isinstance(node, (*allowed, ast.Load)) for node in ast.walk(tree))
