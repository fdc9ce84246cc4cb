#!/usr/bin/env bash
# Times the seven questions over a sample bank, the engine beside DuckDB and Polars, and prints a Markdown table.
# Usage: benchmarks/run.sh [CUSTOMERS] [FOLDER]   (10,000,000 customers in target/benchmarks where not given)
set -euo pipefail
cd "$(dirname "$0")/.."

customers=${1:-10000000}
folder=${2:-target/benchmarks}
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
bank=$folder/$customers.sphere

if [ ! -x "$folder/venv/bin/python" ]; then
    python3 -m venv "$folder/venv"
    "$folder/venv/bin/pip" install --quiet duckdb polars pyarrow
fi

cargo bench --quiet --package engine --bench questions -- --bank "$bank" --sample "$customers" >"$folder/engine.ndjson"
"$folder/venv/bin/python" benchmarks/question_peers.py "$bank" "$folder/engine.ndjson"
echo
echo "own memory of the engine, not counting the mapped files, at most (MB):" \
    "$(sed 's/.*"own_memory_mb": *\([0-9.]*\).*/\1/' "$folder/engine.ndjson" | sort -n | tail -1)"
