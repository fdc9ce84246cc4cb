#!/usr/bin/env bash
# Times the import of a CSV file of sample customers, beside Polars and DuckDB reading the same file, and prints a Markdown table.
# Usage: benchmarks/import.sh [CUSTOMERS] [FOLDER]   (10,000,000 customers in target/benchmarks where not given)
set -euo pipefail
cd "$(dirname "$0")/.."

customers=${1:-10000000}
folder=${2:-target/benchmarks}
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
csv=$folder/$customers.csv

if [ ! -x "$folder/import/bin/python" ]; then
    python3 -m venv "$folder/import"
    "$folder/import/bin/pip" install --quiet duckdb polars
fi
cargo build --quiet --release --package cli
program=${CARGO_TARGET_DIR:-target}/release/banksphere
if [ ! -f "$csv" ]; then
    "$program" sample "$customers" -o "$csv"
fi
"$folder/import/bin/python" benchmarks/import_peers.py "$program" "$csv"
