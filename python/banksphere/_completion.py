"""Names inside the quotes of `by=`, `measures=`, `sort=` and `columns=`, completed by IPython and Jupyter.

In: what stands before the cursor. Out: the names of the built-in catalog that may stand there. Elsewhere nothing is done.
"""

from __future__ import annotations

import re
import sys
from typing import Any

from banksphere import _native

GROUPS = ("by", "sort", "columns")
MEASURES = ("measures",)
INSIDE = re.compile(rf"\b({'|'.join((*GROUPS, *MEASURES))})\s*=\s*\[?(?:[^\[\]()=]*,\s*)?([\"'])-?([\w:.]*)$")
STATISTICS = ("mean:", "median:", "quartiles:", "min:", "max:", "sd:", "sum:", "distinct:")


def names(before: str) -> tuple[list[str], str]:
    """The names that may stand at the end of a line, and the part of one that stands there."""
    found = INSIDE.search(before)
    if not found:
        return [], ""
    argument, _, begun = found.groups()
    catalog = _native.catalog()
    dimensions = [entry.name for entry in catalog.dimensions]
    if argument in GROUPS:
        known = dimensions
    elif ":" in begun:
        statistic = begun.split(":")[0] + ":"
        known = [statistic + name for name in dimensions]
    else:
        known = [*(entry.name for entry in catalog.measures), *STATISTICS]
    return [name for name in known if name.startswith(begun)], begun


def load(shell: Any) -> None:
    """Has a shell of IPython complete names."""
    from IPython.core.completer import SimpleCompletion, context_matcher

    def banksphere_names(context: Any) -> dict[str, Any]:
        found, begun = names(context.text_until_cursor)
        return {
            "completions": [SimpleCompletion(name, type="text") for name in found],
            "matched_fragment": begun,
            "suppress": bool(found),
        }

    shell.Completer.custom_matchers.append(context_matcher()(banksphere_names))


def begin() -> None:
    """Does so in the shell that this runs in, if it is one of IPython; older ones go without."""
    shell_of = getattr(sys.modules.get("IPython"), "get_ipython", None)
    shell = shell_of() if shell_of else None
    if shell is None or not hasattr(getattr(shell, "Completer", None), "custom_matchers"):
        return
    try:
        load(shell)
    except ImportError:
        return
