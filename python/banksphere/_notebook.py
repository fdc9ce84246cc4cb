"""The notebooks, opened from Python as the command line opens them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from banksphere._errors import UsageError

if TYPE_CHECKING:
    from banksphere._native import Bank


def notebook(
    source: Bank | str | os.PathLike[str] | None = None,
    folder: str | os.PathLike[str] | None = None,
    *,
    force: bool = False,
    options: Sequence[str] = (),
) -> None:
    """Opens the notebooks in JupyterLab, the first of them with the file or the bank that is named.

    Args:
        source (Bank | str | os.PathLike[str] | None): a file of customers, or a bank: opened, its folder, or its place on a
            server. None: generated customers.
        folder (str | os.PathLike[str] | None): where the notebooks are put. None: `notebooks`.
        force (bool): whether notebooks that are there are replaced, with whatever was changed in them.
        options (Sequence[str]): options for JupyterLab.

    Returns:
        None: it comes back when JupyterLab has ended; a temporary bank stays until then.

    Examples:
        >>> bs.notebook("customers.csv")  # doctest: +SKIP
    """
    if source is not None and not isinstance(source, str | os.PathLike):
        source = source.place
    named = [os.fspath(one) for one in (source, folder) if one is not None]
    if source is None and folder is not None and os.path.isfile(folder):
        raise UsageError(f"`{os.fspath(folder)}` is a file, and notebooks are put into a folder")
    forced = ["--force"] if force else []
    command = [sys.executable, "-m", "banksphere", "notebook", *forced, *named, "--", *options]
    done = subprocess.run(command, check=False, stderr=None)
    if done.returncode not in (0, 130):
        raise UsageError(f"the notebooks were not opened: `{' '.join(command[1:])}` ended with {done.returncode}")
