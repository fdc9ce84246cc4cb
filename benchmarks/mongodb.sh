#!/usr/bin/env bash
# Times imports and the whole catalog over a sample bank, a folder beside a MongoDB server, and prints Markdown tables.
# Usage: benchmarks/mongodb.sh [CUSTOMERS] [FOLDER] [URI]
# 1,000,000 customers in target/benchmarks where not given; the server is one started for this, unless URI names an empty
# database on another. pymongo, from PyPI in a folder of its own, loads the same file beside.
set -euo pipefail
cd "$(dirname "$0")/.."

customers=${1:-1000000}
folder=${2:-target/benchmarks}
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
csv=$folder/$customers.csv

if [ ! -x "$folder/pymongo/bin/python" ]; then
    python3 -m venv "$folder/pymongo"
    "$folder/pymongo/bin/pip" install --quiet pymongo
fi
if [ ! -f "$csv" ]; then
    cargo run --quiet --release --package cli -- sample "$customers" -o "$csv"
fi

bank=$(mktemp -d "$folder/bank.XXXXXX")
trap 'rm -rf "$bank"' EXIT
cargo bench --quiet --package mongo --bench catalog -- --csv "$csv" --folder "$bank" ${3:+--uri "$3"} \
    --peer "$folder/pymongo/bin/python $PWD/benchmarks/insert_many.py"
