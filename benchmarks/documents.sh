#!/usr/bin/env bash
# Times pipelines over nested documents beside a MongoDB server of our own, and prints a Markdown table.
# Usage: benchmarks/documents.sh [EVENTS] [FOLDER]   (300,000 events in target/benchmarks where not given). Linux.
set -euo pipefail
cd "$(dirname "$0")/.."

events=${1:-300000}
folder=${2:-target/benchmarks}
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)

if [ ! -x "$folder/documents/bin/python" ]; then
    python3 -m venv "$folder/documents"
    "$folder/documents/bin/pip" install --quiet pymongo
fi
cargo build --quiet --release --package cli
program=${CARGO_TARGET_DIR:-target}/release/banksphere

# A server of our own, which says where it listens and ends when it is asked to.
cargo build --quiet --package xtask
address=$(mktemp)
"${CARGO_TARGET_DIR:-target}/debug/xtask" mongod >"$address" 2>/dev/null &
server=$!
trap 'kill -INT "$server" 2>/dev/null || true; rm -f "$address"' EXIT
until grep -q '^mongodb://' "$address"; do
    kill -0 "$server"
    sleep 0.2
done
"$folder/documents/bin/python" benchmarks/documents.py "$program" "$folder" "$(grep -m1 '^mongodb://' "$address")" \
    --events "$events"
