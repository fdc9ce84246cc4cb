"""Trains models of who closed the account with scikit-learn and interpret, beside ours, on the same folds.

In: the public file, a folder, our program, and perhaps files of other banks. Out: a Markdown table; the folds stand in `folds.csv` in the folder, which all read.
Every score is of rows that were not learnt from, and all measures are scikit-learn's. The interval is the corrected resampled t
(C. Nadeau, Y. Bengio 2003). Needs the packages `interpret-core`, `scikit-learn`, `pandas` and `scipy`.
"""

import json
import subprocess
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from interpret.glassbox import ExplainableBoostingClassifier
from scipy import stats
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, brier_score_loss, f1_score, log_loss, roc_auc_score
from sklearn.model_selection import RepeatedStratifiedKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import KBinsDiscretizer, OneHotEncoder, OrdinalEncoder

warnings.filterwarnings("ignore")
FILE, FOLDER, OURS, *OTHERS = sys.argv[1:]
TEXT = ["Gender", "Education_Level", "Marital_Status", "Income_Category", "Card_Category"]
WHO = [*TEXT, "Customer_Age", "Dependent_count", "Months_on_book"]
EARLY = [*WHO, "Total_Relationship_Count", "Credit_Limit"]
YEAR = [
    "Months_Inactive_12_mon", "Contacts_Count_12_mon", "Total_Revolving_Bal", "Avg_Open_To_Buy", "Total_Amt_Chng_Q4_Q1",
    "Total_Trans_Amt", "Total_Trans_Ct", "Total_Ct_Chng_Q4_Q1", "Avg_Utilization_Ratio",
]
FIRST = ["First_Count", "First_Spend", "First_Ticket"]
VIEWS = {"hindsight": [*EARLY, *YEAR], "without the year": EARLY, "who they are": WHO, "first part of the year": [*EARLY, *FIRST]}
REPEATS, PARTS = 5, 5
# Of each other bank's file the outcome, the value that means closed, and what names customers.
BANKS = {
    "churn_modelling": ("Exited", 1, ["RowNumber", "CustomerId", "Surname"]),
    "telco_churn": ("Churn", "Yes", ["customerID"]),
}


def read() -> tuple[pd.DataFrame, np.ndarray, np.ndarray]:
    """The columns with those of the first part taken back out, the outcomes, and the part of each row in each division."""
    data = pd.read_csv(FILE)
    closed = (data.pop("Attrition_Flag") == "Attrited Customer").astype(int).to_numpy()
    data["First_Count"] = np.round(data.Total_Trans_Ct / (1 + data.Total_Ct_Chng_Q4_Q1))
    data["First_Spend"] = np.round(data.Total_Trans_Amt / (1 + data.Total_Amt_Chng_Q4_Q1))
    data["First_Ticket"] = data.First_Spend / data.First_Count.clip(lower=1)
    data = data[[*EARLY, *YEAR, *FIRST]]
    return data, closed, divided(data, closed, "folds.csv", REPEATS)


def divided(data: pd.DataFrame, closed: np.ndarray, name: str, repeats: int) -> np.ndarray:
    """The part of each row in each division, which a file keeps beside the columns."""
    folds = np.zeros((len(data), repeats), dtype=int)
    splits = RepeatedStratifiedKFold(n_splits=PARTS, n_repeats=repeats, random_state=2026).split(data, closed)
    for at, (_, test) in enumerate(splits):
        folds[test, at // PARTS] = at % PARTS
    names = [f"fold {repeat}" for repeat in range(repeats)]
    whole = pd.concat([data, pd.Series(closed, name="outcome"), pd.DataFrame(folds, columns=names)], axis=1)
    whole.to_csv(Path(FOLDER) / name, index=False)
    return folds


def peers(data: pd.DataFrame, columns: list[str]) -> dict:
    """What each peer makes of these columns; boosting is smaller where there is little to find, as is best for it."""
    numbers = [name for name in columns if pd.api.types.is_numeric_dtype(data[name])]
    text = [name for name in columns if name not in numbers]
    codes = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=np.nan)
    coded = ColumnTransformer([("text", codes, text), ("numbers", "passthrough", numbers)])
    is_much = not set(columns) <= set(EARLY)
    size = {"learning_rate": 0.06, "max_iter": 250, "max_leaf_nodes": 15} if is_much else {
        "learning_rate": 0.04, "max_iter": 80, "max_leaf_nodes": 6}
    boosting = HistGradientBoostingClassifier(
        min_samples_leaf=20, l2_regularization=1.0, categorical_features=list(range(len(text))), random_state=0, **size)
    one_hot = OneHotEncoder(handle_unknown="ignore")
    binned = KBinsDiscretizer(10, encode="onehot", quantile_method="averaged_inverted_cdf")
    card = ColumnTransformer([("text", one_hot, text), ("numbers", binned, numbers)])
    return {
        "scikit-learn, boosting": (lambda: make_pipeline(coded, boosting), REPEATS),
        "scikit-learn, logistic scorecard": (lambda: make_pipeline(card, LogisticRegression(max_iter=2000)), REPEATS),
        "interpret, EBM": (lambda: ExplainableBoostingClassifier(
            interactions=10, outer_bags=8, n_jobs=2, random_state=1), 1),
    }


def calibration_error(outcomes: np.ndarray, scores: np.ndarray) -> float:
    """The mean of what ten groups of equal size are off by."""
    groups = np.array_split(np.argsort(scores, kind="stable"), 10)
    return sum(len(rows) * abs(scores[rows].mean() - outcomes[rows].mean()) for rows in groups) / len(scores)


MEASURES = {
    "ROC AUC": roc_auc_score, "PR-AUC": average_precision_score, "Brier": brier_score_loss,
    "calibration error": calibration_error, "log loss": log_loss,
}


def line(view: str, name: str, folds: list[tuple[np.ndarray, np.ndarray, float]]) -> str:
    """A line of the table."""
    n = len(folds)
    cells = []
    for measure in MEASURES.values():
        values = np.array([measure(outcomes, scores) for outcomes, scores, _ in folds])
        half = stats.t.ppf(0.975, n - 1) * np.sqrt((1 / n + 1 / (PARTS - 1)) * values.var(ddof=1))
        cells.append(f"{values.mean():.4f} ± {half:.4f}")
    seconds = np.mean([seconds for _, _, seconds in folds])
    return f"| {view} | {name} | {n} | {' | '.join(cells)} | {seconds:.2f} |"


def ours(columns: list[str], closed: np.ndarray, name: str = "folds.csv") -> tuple[list, list[float]]:
    """Our folds, and F1 in each at the threshold that was chosen inside."""
    command = [OURS, "--data", str(Path(FOLDER) / name), "--columns", ",".join(columns)]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    found, f1 = [], []
    for text in output.splitlines():
        fold = json.loads(text)
        outcomes, scores = closed[fold["rows"]], np.array(fold["probabilities"])
        found.append((outcomes, scores, fold["seconds"]))
        f1.append(f1_score(outcomes, scores >= fold["threshold"]))
    return found, f1


def theirs(name: str, make: Callable[[], Any], data: pd.DataFrame, closed: np.ndarray, folds: np.ndarray, view: str) -> str:
    """The line of a peer, over all parts of each division."""
    scored = []
    for division in folds.T:
        for part in range(PARTS):
            test = division == part
            start = time.perf_counter()
            model = make().fit(data[~test], closed[~test])
            seconds = time.perf_counter() - start
            scored.append((closed[test], model.predict_proba(data[test])[:, 1], seconds))
    return line(view, name, scored)


def other(file: Path) -> Iterator[str]:
    """The lines of another bank's file: all columns that name no customer, one division."""
    outcome, value, keys = BANKS[file.stem]
    data = pd.read_csv(file, na_values=[" "]).drop(columns=keys).dropna().reset_index(drop=True)
    closed = (data.pop(outcome) == value).astype(int).to_numpy()
    folds = divided(data, closed, f"{file.stem}.csv", 1)
    yield line(file.stem, "BankSphere", ours(list(data), closed, f"{file.stem}.csv")[0])
    for name, (make, _) in peers(data, list(data)).items():
        yield theirs(name, make, data, closed, folds, file.stem)


def main() -> None:
    """Prints the table."""
    data, closed, folds = read()
    print(f"| view | model | folds | {' | '.join(MEASURES)} | s a fit |")
    print("|---|---" + "|---" * (len(MEASURES) + 2) + "|")
    notes = []
    for view, columns in VIEWS.items():
        found, f1 = ours(columns, closed)
        print(line(view, "BankSphere", found), flush=True)
        print(line(view, "– the same folds as EBM", found[:PARTS]), flush=True)
        notes.append(f"{view} {np.mean(f1):.3f}")
        for name, (make, repeats) in peers(data, columns).items():
            print(theirs(name, make, data[columns], closed, folds[:, :repeats], view), flush=True)
    for file in OTHERS:
        for text in other(Path(file)):
            print(text, flush=True)
    print(f"\nF1 of BankSphere at the threshold that its bags' held out rows gave: {', '.join(notes)}.")
    command = [OURS, "--data", str(Path(FOLDER) / "folds.csv"), "--columns", ",".join(VIEWS["hindsight"]), "--rows", "1000000"]
    large = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    more = large["memory_mb"] - large["memory_before_mb"]
    print(f"\nOne fit of {large['rows']:,} rows drawn from the file: {large['seconds']:.1f} s; its columns take "
          f"{large['columns_mb']:.0f} MB, and training at most {more:.0f} MB beside them.")


if __name__ == "__main__":
    main()
