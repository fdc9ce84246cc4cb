"""Understand a bank's card customers: who they are, why they leave, and how healthy their credit is.

Every number is a MongoDB aggregation pipeline that you can read, paste into mongosh and check.

>>> import banksphere as bs
>>> bank = bs.sample(500)                       # or bs.open("bank.sphere"), bs.analyze("BankChurners.csv")
>>> table = bank.segment(by=["age_band", "gender"])
>>> table.columns[:3]
['age_band', 'gender', 'customers']
>>> bank.customers.aggregate([{"$match": {"Gender": "F"}}, {"$count": "women"}]).columns
['women']

A bank is a folder, or a database on a MongoDB server: ``bs.open("mongodb://host:27017/bank")``. ``bs.catalog()`` tells
what can be asked; ``bank.segment``, ``bank.status`` and ``bank.health`` ask it, ``bank.quality`` shows the data itself.
"""

import atexit as _atexit
from importlib.metadata import version as _version

from banksphere import _completion, _native, _pickling
from banksphere._catalog import Entries, Entry
from banksphere._errors import (
    BankSphereError,
    DataError,
    MissingFileError,
    MissingNameError,
    PipelineError,
    ServerError,
    UsageError,
)
from banksphere._native import (
    Bank,
    Budget,
    Campaign,
    Catalog,
    Chart,
    Collection,
    Cursor,
    Explanation,
    Models,
    Quality,
    Table,
    Tables,
    Topic,
    Why,
    adopt,
    analyze,
    catalog,
    draft,
    open,  # noqa: A004 - `bs.open` reads as it should; nobody imports it bare
    sample,
)
from banksphere._notebook import notebook

__all__ = [
    "Bank",
    "BankSphereError",
    "Budget",
    "Campaign",
    "Catalog",
    "Chart",
    "Collection",
    "Cursor",
    "DataError",
    "Entries",
    "Entry",
    "Explanation",
    "MissingFileError",
    "MissingNameError",
    "Models",
    "PipelineError",
    "Quality",
    "ServerError",
    "Table",
    "Tables",
    "Topic",
    "UsageError",
    "Why",
    "adopt",
    "analyze",
    "catalog",
    "draft",
    "notebook",
    "open",
    "sample",
]

__version__ = _version("banksphere")

_atexit.register(_native.close_temporary)
_completion.begin()
_pickling.begin()
