"""What arguments may be, for annotations."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

Pipeline: TypeAlias = str | Sequence[Mapping[str, Any]] | Mapping[str, Any]
"""Stages as pymongo takes them, or their text in mongosh's spelling or Extended JSON."""

Filter: TypeAlias = str | Mapping[str, Any]
"""Which customers: ``"Customer_Age>=45 and Gender=F"``, or a MongoDB ``$match``."""
