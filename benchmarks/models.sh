#!/usr/bin/env bash
# Trains models of who closed the account on the public file, beside scikit-learn's and interpret's, and prints a Markdown table.
# Usage: benchmarks/models.sh [FILE] [FOLDER]   (../shared/data/BankChurners.csv and target/benchmarks where not given)
set -euo pipefail
cd "$(dirname "$0")/.."

file=${1:-${BANKSPHERE_DATA:-../shared/data}/BankChurners.csv}
folder=${2:-target/benchmarks}
[ -f "$file" ] || { echo "no file at $file" >&2; exit 2; }
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)

if [ ! -x "$folder/models/bin/python" ]; then
    python3 -m venv "$folder/models"
    "$folder/models/bin/pip" install --quiet interpret-core scikit-learn pandas scipy
fi
# Elsewhere busy, more threads than cores wait for each other.
export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1
ours=$(cargo bench --quiet --package additive --bench models --no-run --message-format json |
    sed -n 's/.*"executable":"\([^"]*models[^"]*\)".*/\1/p' | tail -1)
others=()
for name in churn_modelling telco_churn; do
    other="$(dirname "$file")/other/$name.csv"
    if [ -f "$other" ]; then others+=("$other"); fi
done
"$folder/models/bin/python" benchmarks/models.py "$file" "$folder" "$ours" "${others[@]}"
