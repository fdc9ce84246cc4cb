#!/usr/bin/env python3
"""How well a classifier tells generated customers from real ones: 0.5 is not at all, 1 is always.

Run:  sample.py PROGRAM BankChurners.csv      prints a Markdown table (numpy, pandas, scikit-learn)

scikit-learn's HistGradientBoostingClassifier with its defaults, five folds, as many generated customers as real ones, three
seeds. All columns but the customer number are given to it. A row counts as copied if all of its columns are those of a real one.
"""
import subprocess
import sys
import tempfile

import numpy as np
import pandas as pd
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedKFold

KEY, SEEDS, FOLDS = "CLIENTNUM", (1, 2, 3), 5


def generated(program, n, seed):
    with tempfile.TemporaryDirectory() as folder:
        file = f"{folder}/sample.csv"
        subprocess.run([program, "sample", str(n), "--seed", str(seed), "-o", file], check=True)
        return pd.read_csv(file)


def auc(real, sample):
    both = pd.concat([real, sample])
    codes = both.apply(lambda column: column if column.dtype.kind in "if" else column.astype("category").cat.codes)
    of_real = np.repeat([1, 0], [len(real), len(sample)])
    scores = []
    for train, test in StratifiedKFold(FOLDS, shuffle=True, random_state=1).split(codes, of_real):
        model = HistGradientBoostingClassifier(random_state=0).fit(codes.iloc[train], of_real[train])
        scores.append(roc_auc_score(of_real[test], model.predict_proba(codes.iloc[test])[:, 1]))
    return np.mean(scores)


if __name__ == "__main__":
    program, file = sys.argv[1:3]
    real = pd.read_csv(file).drop(columns=KEY)
    real = real[[name for name in real.columns if not name.startswith("Naive_Bayes")]]
    rows = set(map(tuple, real.to_numpy()))
    print("| seed | AUC of telling generated from real | copied rows |\n|---|---|---|")
    for seed in SEEDS:
        sample = generated(program, len(real), seed)[real.columns]
        copied = sum(row in rows for row in map(tuple, sample.to_numpy()))
        print(f"| {seed} | {auc(real, sample):.3f} | {copied} |")
