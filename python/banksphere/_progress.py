"""How far long work is: a bar in a notebook, a line in a terminal, nothing elsewhere.

In: steps and lines from the native module. Out: what is shown, and taken away at the end.

Why not tqdm: its bar needs ipywidgets and an extension of the front end, and a notice where they are missing. A
``<progress>`` element that is replaced needs nothing.
"""

from __future__ import annotations

import html
import sys
import time
from typing import Any

_PATIENCE = 0.4
"""Seconds before anything is shown: what is done by then needs no bar."""


class Bar:
    """One piece of work. Invariant: nothing of it is left once it is closed."""

    def __init__(self) -> None:
        self._start = time.monotonic()
        self._in_notebook = _is_notebook()
        self._display: Any = None
        self._is_line_shown = False

    def step(self, what: str, done: int, of: int | None, unit: str) -> None:
        """Shows that so many are done."""
        elapsed = time.monotonic() - self._start
        if elapsed < _PATIENCE:
            return
        state = _State(what, done, of, unit, elapsed)
        if self._in_notebook:
            self._show(state)
        elif sys.stderr.isatty():
            sys.stderr.write(f"\r{state}\x1b[K")
            sys.stderr.flush()
            self._is_line_shown = True

    def say(self, line: str) -> None:
        """Shows a line that stays."""
        self._clear_line()
        # A notebook colours stderr as if something were wrong.
        print(line, file=sys.stdout if self._in_notebook else sys.stderr)

    def close(self) -> None:
        """Takes the bar away."""
        self._clear_line()
        if self._display is not None:
            self._display.update(_Nothing())
            self._display = None

    def _show(self, state: _State) -> None:
        if self._display is None:
            from IPython.display import display

            self._display = display(state, display_id=True)
        else:
            self._display.update(state)

    def _clear_line(self) -> None:
        if self._is_line_shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
            self._is_line_shown = False


class _State:
    """How far it is, as text and as a bar."""

    def __init__(self, what: str, done: int, of: int | None, unit: str, elapsed: float) -> None:
        self._done, self._of = done, of
        head = f"{what}: " if what else ""
        total = f" of {of:,}" if of is not None else ""
        self._text = f"{head}{done:,}{total} {unit}, {done / elapsed:,.0f} a second"

    def __repr__(self) -> str:
        return self._text

    def _repr_html_(self) -> str:
        # Without a value the element says that something is going on, and not how far it is.
        value = f' value="{self._done}" max="{max(self._of, 1)}"' if self._of is not None else ""
        label = html.escape(self._text)
        return f'<progress{value} aria-label="{label}" style="width: 20em; vertical-align: middle"></progress> {label}'


class _Nothing:
    """What stands where a bar was."""

    def __repr__(self) -> str:
        return ""

    def _repr_html_(self) -> str:
        return ""


def _is_notebook() -> bool:
    """Whether what is displayed goes to a notebook."""
    if "IPython" not in sys.modules:
        return False
    from IPython import get_ipython  # type: ignore[attr-defined, unused-ignore]

    return getattr(get_ipython(), "kernel", None) is not None
