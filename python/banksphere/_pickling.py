"""What does not pickle says so, and says what does.

In: nothing. Out: nothing; `pickle` and `copy` refuse what holds an open bank or models with an error of our own.
"""

from __future__ import annotations

import copyreg
from typing import NoReturn

from banksphere import _errors, _native

HOLDS_A_BANK = (
    _native.Bank,
    _native.Budget,
    _native.Collection,
    _native.Cursor,
    _native.Models,
    _native.Quality,
    _native.Topic,
    _native.Why,
)
HINT = 'open the bank where it is needed: `bs.open("bank.sphere")`; tables, catalogs and data frames do pickle'


def refuse(it: object) -> NoReturn:
    """Raises what tells why it does not pickle."""
    message = f"a `{type(it).__name__}` does not pickle, for it holds an open bank"
    error = _errors.UsageError(f"{message}\nhint: {HINT}")
    error.message, error.hint = message, HINT
    raise error


def begin() -> None:
    """Has `pickle` and `copy` ask us."""
    for kind in HOLDS_A_BANK:
        copyreg.pickle(kind, refuse)
