#!/usr/bin/env bash
# Measures how well a classifier tells generated customers from those of the public file, and prints a Markdown table.
# Usage: benchmarks/sample.sh [FILE] [FOLDER]   (../shared/data/BankChurners.csv and target/benchmarks where not given)
set -euo pipefail
cd "$(dirname "$0")/.."

file=${1:-../shared/data/BankChurners.csv}
folder=${2:-target/benchmarks}
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)

if [ ! -x "$folder/sample/bin/python" ]; then
    python3 -m venv "$folder/sample"
    "$folder/sample/bin/pip" install --quiet numpy pandas scikit-learn
fi
cargo build --quiet --release --package cli
"$folder/sample/bin/python" benchmarks/sample.py "${CARGO_TARGET_DIR:-target}/release/banksphere" "$file"
