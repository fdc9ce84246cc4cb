"""The command line: ``banksphere`` and ``python -m banksphere`` are the same program as the one that Cargo installs."""

import signal
import sys

from banksphere import _native


def main() -> None:
    """Runs the command that the arguments name, and ends with its exit code."""
    # Python's own handler waits for Python code, of which none runs: Ctrl-C would do nothing.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    sys.exit(_native.main(["banksphere", *sys.argv[1:]], [sys.executable, "-m", "banksphere"]))


if __name__ == "__main__":
    main()
