"""Records what a real MongoDB answers to every case file, into the case file itself.

    MONGODB_URI=mongodb://127.0.0.1:27017 python tests/record_cases.py [FILE.case …]

In: `tests/cases/**/*.case` (see `tests/cases/README.md` for the format). Out: the same files, with every `answer` and
`error` written anew from the server, rows sorted by their text unless their order counts. Everything else in a file stays as it
was, so a rerun on the same server changes nothing. Needs pymongo.
"""

import os
import re
import sys
from pathlib import Path

from bson import SON, json_util
from bson.codec_options import CodecOptions
from pymongo import MongoClient
from pymongo.errors import OperationFailure

from mongosh_text import OPTIONS, read

ROOT = Path(__file__).parent / "cases"
DEFAULT_COLLECTION = "documents"
STATEMENTS = ("pipeline", "expression", "predicate")
RECORDED = re.compile(r"answer$|error -?\d+$")
OPTION = re.compile(r"(order|arrays|server): ?(.*)$")


class Server:
    """One database, whose collections are emptied rather than dropped between files."""

    def __init__(self, uri):
        codec = CodecOptions(document_class=SON, datetime_conversion=OPTIONS.datetime_conversion)
        self.database = MongoClient(uri, serverSelectionTimeoutMS=3000).get_database("banksphere_cases", codec)
        self.filled = set()

    def fill(self, collections):
        for name in self.filled | set(collections):
            self.database[name].delete_many({})
            if collections.get(name):
                self.database[name].insert_many(collections[name])
        self.filled = set(collections)

    def ask(self, pipeline):
        """The rows, or the error's code as an int."""
        try:
            reply = self.database.command("aggregate", DEFAULT_COLLECTION, pipeline=pipeline, cursor={"batchSize": 10000},
                                          codec_options=self.database.codec_options)
        except OperationFailure as refusal:
            return refusal.code
        return reply["cursor"]["firstBatch"]


def canonical(value):
    text = json_util.dumps({"v": value}, json_options=OPTIONS, ensure_ascii=False, separators=(",", ":"))
    return text[len('{"v":') : -1]


def record(server, path):
    """Writes the answers of one file anew; gives the number of its statements."""
    lines = path.read_text(encoding="utf-8").splitlines()
    collections, statements = parse(lines)
    server.fill(collections)
    ids = [document.get("_id") for document in collections.get(DEFAULT_COLLECTION, [])]
    written, copied = [], 0
    for statement in statements:
        written += lines[copied : statement["answer_from"]]
        copied = statement["answer_to"]
        if statement.get("server", "6.0") <= server_version(server):
            written += answer(server, statement, ids)
    written += lines[copied:]
    path.write_text("\n".join(written) + "\n", encoding="utf-8")
    return len(statements)


def server_version(server):
    return server.database.client.server_info()["version"]


def answer(server, statement, ids):
    """The recorded lines of one statement."""
    value = read(statement["text"])
    if statement["kind"] == "expression":
        return answer_of_expression(server, value, ids)
    pipeline = value if statement["kind"] == "pipeline" else [{"$match": value}, {"$project": {"_id": 1}}]
    rows = server.ask(pipeline)
    if isinstance(rows, int):
        return [f"error {rows}"]
    if statement["kind"] == "predicate":
        return ["answer", " ".join(canonical_id(row["_id"]) for row in rows) or "none"]
    if statement.get("arrays") == "bag":
        rows = [with_sorted_arrays(row) for row in rows]
    lines = [canonical(row) for row in rows]
    return ["answer", *(lines if statement.get("order") == "sorted" else sorted(lines))]


def with_sorted_arrays(value):
    """Where order is free the server's changes from run to run; the file's should not."""
    if isinstance(value, list):
        return sorted((with_sorted_arrays(item) for item in value), key=canonical)
    if isinstance(value, dict):
        return SON((key, with_sorted_arrays(item)) for key, item in value.items())
    return value


def canonical_id(value):
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else canonical(value)


def answer_of_expression(server, expression, ids):
    """One line a document: an error on one document must not hide the others."""
    stage = {"$replaceWith": {"value": expression}}
    answers = [server.ask([{"$match": {"_id": number}}, stage]) for number in ids]
    if answers and all(isinstance(rows, int) for rows in answers) and len(set(answers)) == 1:
        return [f"error {answers[0]}"]
    lines = ["answer"]
    for number, rows in zip(ids, answers):
        if isinstance(rows, int):
            shown = f"error {rows}"
        else:
            shown = canonical(rows[0]["value"]) if "value" in rows[0] else "missing"
        lines.append(f"{number}: {shown}")
    return lines


def parse(lines):
    """The collections, and the statements with the range of lines that holds their recorded answer."""
    collections, statements, at = {}, [], 0
    while at < len(lines):
        words = lines[at].split(" ")
        body = at + 1
        if words[0] == "documents" and len(words) <= 2:
            end = body_end(lines, body)
            name = words[1] if len(words) == 2 else DEFAULT_COLLECTION
            collections[name] = [read(line) for line in lines[body:end] if not line.startswith("#")]
            at = end
        elif lines[at] in STATEMENTS:
            statement, at = parse_statement(lines, at)
            statements.append(statement)
        else:
            at += 1
    return collections, statements


def parse_statement(lines, at):
    statement = {"kind": lines[at]}
    end = body_end(lines, at + 1)
    text = []
    at += 1
    while at < end and not RECORDED.match(lines[at]):
        option = OPTION.match(lines[at])
        if option:
            statement[option[1]] = option[2]
        else:
            text.append(lines[at])
        at += 1
    statement.update(text="\n".join(text), answer_from=at, answer_to=end)
    return statement, end


def body_end(lines, at):
    """A section ends at an empty line."""
    while at < len(lines) and lines[at]:
        at += 1
    return at


def main():
    server = Server(os.environ.get("MONGODB_URI", "mongodb://127.0.0.1:27017"))
    files = [Path(name) for name in sys.argv[1:]] or sorted(ROOT.rglob("*.case"))
    total = 0
    for path in files:
        try:
            total += record(server, path)
        except ValueError as fault:
            sys.exit(f"{path}: {fault}")
    print(f"{total} cases in {len(files)} files recorded from MongoDB {server_version(server)}")


if __name__ == "__main__":
    main()
