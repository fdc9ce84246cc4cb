"""The command line: ``banksphere`` and ``python -m banksphere`` are the same program as the one that Cargo installs."""

import signal
import sys
from pathlib import Path

from banksphere import _native


def main() -> None:
    """Runs the command that the arguments name, and ends with its exit code."""
    # Python's own handler waits for Python code, of which none runs: Ctrl-C would do nothing.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    sys.exit(_native.main(["banksphere", *sys.argv[1:]], _program()))


def _program() -> str:
    """What is started again so that no process list shows a password."""
    script = Path(sys.executable).with_name("banksphere")
    return str(script if script.exists() else Path(sys.argv[0]))


if __name__ == "__main__":
    main()
