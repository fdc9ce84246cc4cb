"""The catalog as Python sees it: entries with names to complete and docstrings to read.

In: names, labels and texts from the native module. Out: objects that editors and notebooks can look into.
"""

from __future__ import annotations

import difflib
import html
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from banksphere._errors import MissingNameError

if TYPE_CHECKING:
    from banksphere._native import Table, Tables, Topic
    from banksphere._types import Filter


class Entry:
    """An analysis, dimension or measure of a catalog."""

    name: str
    """Its name, by which it is asked for."""
    label: str
    """What people call it."""
    text: str
    """All of it: what it is, and a pipeline to paste."""

    def __init__(self, kind: str, name: str, label: str, doc: str, text: str) -> None:
        self._kind = kind
        self.name = name
        self.label = label
        self.text = text
        self.__doc__ = doc

    def __repr__(self) -> str:
        return self.text.rstrip()


class Entries:
    """The entries of one kind: ``entries.name``, ``entries["name"]``, or one after the other."""

    def __init__(
        self, kind: str, entries: list[tuple[str, str, str, str]], aliases: list[tuple[str, str]] | None = None
    ) -> None:
        self._kind = kind
        self._aliases = dict(aliases or [])
        self._entries = {name: Entry(kind, name, label, doc, text) for name, label, doc, text in entries}

    def __getitem__(self, name: str) -> Entry:
        try:
            return self._entries[self._aliases.get(name, name)]
        except KeyError:
            message, hint = self._unknown(name)
            error = MissingNameError(f"{message}\nhint: {hint}" if hint else message)
            error.message, error.hint = message, hint
            raise error from None

    def __getattr__(self, name: str) -> Entry:
        # `_entries` itself is asked for here before it is set, when an object is copied or comes out of a pickle.
        if name.startswith("_"):
            raise AttributeError(name)
        if name in self:
            return self[name]
        message, hint = self._unknown(name)
        raise AttributeError(f"{message}\nhint: {hint}" if hint else message)

    def __iter__(self) -> Iterator[Entry]:
        return iter(self._entries.values())

    def __len__(self) -> int:
        return len(self._entries)

    def __contains__(self, name: object) -> bool:
        return name in self._entries or name in self._aliases

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self._entries]

    def __repr__(self) -> str:
        width = max(map(len, self._entries), default=0)
        return "\n".join(f"{entry.name:{width}}  {entry.label}" for entry in self)

    def _repr_html_(self) -> str:
        rows = (f"<tr><td><code>{html.escape(e.name)}</code></td><td>{html.escape(e.label)}</td></tr>" for e in self)
        return f"<table><thead><tr><th>Name</th><th>Label</th></tr></thead><tbody>{''.join(rows)}</tbody></table>"

    def _ipython_key_completions_(self) -> list[str]:
        return list(self._entries)

    def _unknown(self, name: object) -> tuple[str, str | None]:
        """What is wrong with a name, and what to do."""
        near = difflib.get_close_matches(str(name), self._entries, n=3)
        hint = f"near names are {', '.join(f'`{one}`' for one in near)}" if near else None
        return f"unknown {self._kind} `{name}`", hint


def ask(
    name: str | None = None,
    *,
    by: str | Sequence[str] | None = None,
    measures: str | Sequence[str] | None = None,
    where: Filter | None = None,
) -> Table | Tables:
    """What a topic is called with: native code cannot say so in a way that tools understand."""
    raise NotImplementedError


def method(topic: Topic, name: str, doc: str) -> Callable[..., Table]:
    """Makes an analysis a method of its topic, with a docstring to read in an editor or a notebook."""

    def answer(where: Filter | None = None) -> Table:
        return topic(name, where=where)

    answer.__name__ = name
    answer.__qualname__ = f"Topic.{name}"
    answer.__module__ = "banksphere"
    answer.__doc__ = doc
    return answer
