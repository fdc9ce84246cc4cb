#!/usr/bin/env python3
"""Fits the sample's model to BankChurners.csv, and writes it as the file that the program carries.

Run:  fit_sample.py BankChurners.csv > crates/extract/src/sample/figures.json      (numpy, pandas, scikit-learn)

Each column is drawn given those before it: a regression or classification tree (CART) splits the customers into groups by
the columns before, and a group keeps shares of values, or quantiles. No group has fewer than FEWEST customers, and no row
of the file is kept. What follows from other columns (open to buy, utilization) is not drawn; a change from the first quarter
to the fourth is drawn near its quantile, as a ratio of two whole numbers that add up to the year's.
"""
import json
import pathlib
import sys
import tomllib

import numpy as np
import pandas as pd
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

FEWEST, MOST_GROUPS = 50, 150
KNOTS = [0, 0.01, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 1]
# What depends most on others comes last, so that all of these can split it.
ORDER = [
    "gender", "income", "closed", "age", "dependents", "education", "marital_status", "segment", "tenure", "products",
    "contacts", "months_inactive", "credit_limit", "spend", "transactions", "revolving_balance", "spend_change",
    "transactions_change",
]
CHANGES = ORDER[-2:]
# Values that hold many customers; of changes, which are ratios of small numbers, those that hold many of a group.
HEAPS = {"age": [26, 65], "tenure": [36], "credit_limit": [1438.3, 34516], "revolving_balance": [0, 2517]}
MOST_VALUES, HEAP = 16, 0.04


def load(path):
    """The columns as numbers, by their roles: categories as their places in the contract."""
    contract = tomllib.loads((pathlib.Path(__file__).parent.parent / "contracts/card.toml").read_text())["columns"]
    data, categories = pd.read_csv(path), {}
    data = data.rename(columns={name: column["role"] for name, column in contract.items()})
    for column in contract.values():
        if column["role"] in ORDER and column["kind"] == "category":
            values = categories[column["role"]] = [category["value"] for category in column["categories"]]
            data[column["role"]] = data[column["role"]].map({value: code for code, value in enumerate(values)})
    return data[ORDER].astype(float), categories


def tree(name, before, values, is_category):
    """A fitted tree; skewed columns are split by logarithms, changes by ranks."""
    if name in ("credit_limit", "spend"):
        values = np.log(values)
    elif name in CHANGES:
        values = np.argsort(np.argsort(values, kind="stable"), kind="stable") / len(values)
    # Incomes are in their order, so a regression splits them well.
    kind = DecisionTreeClassifier if is_category and name != "income" else DecisionTreeRegressor
    return kind(min_samples_leaf=FEWEST, max_leaf_nodes=MOST_GROUPS, random_state=0).fit(before, values)


def group(name, values):
    """What is kept of a group: values with their shares, and the quantiles of the rest."""
    digits = 3 if name in CHANGES else 1
    kept, counts = np.unique(values, return_counts=True)
    if name in HEAPS or len(kept) > MOST_VALUES:
        is_heap = np.isin(kept, HEAPS.get(name, []))
        if name in CHANGES:
            is_heap = (counts >= HEAP * len(values)) & (counts >= 3)
        kept, counts = kept[is_heap], counts[is_heap]
    rest = values[~np.isin(values, kept)]
    quantiles = np.quantile(rest, KNOTS).round(digits).tolist() if len(rest) else []
    return [[number(v) for v in kept], (counts / len(values)).round(4).tolist(), [number(q) for q in quantiles]]


def number(value):
    return int(value) if float(value).is_integer() else round(float(value), 3)


def fitted(data, categories):
    columns = []
    for place, name in enumerate(ORDER):
        values, before = data[name].to_numpy(), data[ORDER[:place]].to_numpy()
        nodes, groups = [], []
        if place == 0:
            groups = [group(name, values)]
        else:
            grown = tree(name, before, values, name in categories).tree_
            of_row = grown.apply(before.astype(np.float32))
            inner = [at for at in range(grown.node_count) if grown.children_left[at] != -1]
            leaves = [at for at in range(grown.node_count) if grown.children_left[at] == -1]
            # A group is known by a negative number, the first as -1.
            known = {at: i for i, at in enumerate(inner)} | {at: -1 - i for i, at in enumerate(leaves)}
            for at in inner:
                threshold = number(round(float(grown.threshold[at]), 4))
                nodes.append([int(grown.feature[at]), threshold, known[grown.children_left[at]], known[grown.children_right[at]]])
            groups = [group(name, values[of_row == at]) for at in leaves]
        columns.append({"role": name, "categories": categories.get(name, []), "nodes": nodes, "groups": groups})
    return columns


if __name__ == "__main__":
    columns = fitted(*load(sys.argv[1]))
    lines = [json.dumps(column, separators=(",", ":"), ensure_ascii=False) for column in columns]
    print('{"knots":' + json.dumps(KNOTS) + ',"columns":[\n' + ",\n".join(lines) + "\n]}")
