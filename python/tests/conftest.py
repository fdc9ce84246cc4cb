"""What several tests need: a generated bank, its folder, its CSV; a real server where there is one."""

from __future__ import annotations

import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

import banksphere as bs

SERVER = "BANKSPHERE_TEST_URI"


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a bank of 500 generated customers. Tests do not change it."""
    folder = tmp_path_factory.mktemp("bank") / "sample.sphere"
    bs.sample(500, bank=folder, progress=False).close()
    return folder


@pytest.fixture(scope="session")
def csv(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same customers as a CSV."""
    file = tmp_path_factory.mktemp("csv") / "sample.csv"
    subprocess.run([sys.executable, "-m", "banksphere", "sample", "500", "-o", file], check=True)
    return file


@pytest.fixture
def bank(folder: Path) -> Iterator[bs.Bank]:
    """The bank, opened."""
    with bs.open(folder) as bank:
        yield bank


@pytest.fixture(scope="session")
def server() -> str:
    """The connection string of a real server, without a database."""
    uri = os.environ.get(SERVER)
    if not uri:
        reason = f"{SERVER} names no server: `cargo xtask test` starts one"
        # On the machine that decides what lands nothing is left out in silence.
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    return uri


@pytest.fixture
def place(server: str) -> str:
    """A database of one's own on the server."""
    base, question, options = server.partition("?")
    scheme, _, rest = base.partition("://")
    host = rest.partition("/")[0]
    return f"{scheme}://{host}/test_{uuid.uuid4().hex[:12]}{question}{options}"
