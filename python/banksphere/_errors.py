"""What goes wrong, as exceptions.

In: nothing. Out: one class for each sort of trouble; the native module raises them, with the command line's words.
"""


class BankSphereError(Exception):
    """Anything that BankSphere refuses or fails at: what, where, and a hint that says what to do.

    As text it has all of it, on lines. Its parts are attributes; what is not known is None.
    """

    place: str | None = None
    """Where: a file with its line, or a stage of a pipeline."""
    hint: str | None = None
    """What to do."""
    code: int | None = None
    """The code that a MongoDB server gives for the same mistake."""
    code_name: str | None = None
    """The name of the code, such as ``DuplicateKey``."""

    def __init__(self, *args: object) -> None:
        super().__init__(*args)
        self.message: str = str(args[0]) if args else ""
        """What went wrong."""


class PipelineError(BankSphereError):
    """A pipeline, a filter, or the name of an analysis, dimension, measure or collection."""


class DataError(BankSphereError):
    """A file, a row of it, or a bank's folder."""


class MissingFileError(DataError, FileNotFoundError):
    """A file or folder that is not there."""


class MissingNameError(BankSphereError, KeyError):
    """A column of a table, or one of several tables, that is not there."""

    # A KeyError shows its text as a literal.
    __str__ = Exception.__str__


class ServerError(BankSphereError):
    """A server: its address, its rights, its time."""


class UsageError(BankSphereError, ValueError):
    """A call that this bank, or an argument, does not take."""


for _error in (BankSphereError, PipelineError, DataError, MissingFileError, MissingNameError, ServerError, UsageError):
    # Shown and pickled under the name by which they are caught.
    _error.__module__ = "banksphere"
