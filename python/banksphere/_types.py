"""What arguments may be, for annotations."""

from collections.abc import Mapping, Sequence
from os import PathLike
from typing import Any, Protocol, TypeAlias

Pipeline: TypeAlias = str | Sequence[Mapping[str, Any]] | Mapping[str, Any]
"""Stages as pymongo takes them, or their text in mongosh's spelling or Extended JSON."""

Filter: TypeAlias = str | Mapping[str, Any] | Sequence[str | Mapping[str, Any]]
"""Which customers: ``"Customer_Age>=45 and Gender=F"``, or a MongoDB ``$match``; of a list of them, all must hold."""

Query: TypeAlias = str | Mapping[str, Any]
"""Which documents, in MongoDB's query language: a dict, or its text in mongosh's spelling or Extended JSON."""

Projection: TypeAlias = str | Mapping[str, Any] | Sequence[str]
"""Which fields: a list of those that are kept, or a dict as pymongo's ``find`` takes it."""

Sort: TypeAlias = str | Mapping[str, int] | Sequence[str | tuple[str, int]]
"""In which order: pairs of a field and a direction, 1 upwards and -1 downwards; a field alone goes upwards."""


class ArrowStream(Protocol):
    """What gives its rows as Arrow: a data frame of pandas, Polars, pyarrow, DuckDB or another library."""

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any: ...


Data: TypeAlias = str | PathLike[str] | ArrowStream | Sequence[Mapping[str, Any]]
"""Data that comes in: a file, a data frame, or a list of dicts."""
