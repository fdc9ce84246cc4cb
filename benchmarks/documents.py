"""Times pipelines over nested documents: BankSphere in a folder beside a MongoDB server.

In: the program, a folder for the data, and the connection string of a server on this machine.
Out: a Markdown table: seconds of processor time of each question (a whole process of ours; of the server what its process
took meanwhile), and our most memory; medians over runs that take turns.
The data: `events`, nested documents with optional fields, an object and an array of objects; `people`, whose `_id` is the
events' `person`. It is made from fixed seeds. Needs the package `pymongo`, and Linux, whose /proc says what a server took.
"""

import argparse
import itertools
import json
import multiprocessing
import os
import random
import shutil
import statistics
import sys
import tempfile
from pathlib import Path

import bson.json_util
import pymongo

CITIES = ["Oslo", "Bergen", "Zürich", "Lyon", "Porto", "Gent", "Graz", "Turin", "Malmö", "Cork"]
CHANNELS = ["branch", "web", "app", "phone", "post"]
KINDS = ["fee", "card", "transfer", "cash", "interest", "refund", "direct debit", "standing order"]

QUESTIONS = {
    "`$count`": ("events", [{"$count": "n"}]),
    "`$match` on a nested field, count": ("events", [{"$match": {"place.city": "Lyon"}}, {"$count": "n"}]),
    "`$group` nested, 10 groups": (
        "events",
        [{"$group": {"_id": "$place.city", "n": {"$sum": 1}, "mean": {"$avg": "$amount"}}}],
    ),
    "`$group`, 20,000 keys": ("events", [{"$group": {"_id": "$person", "sum": {"$sum": "$amount"}}}, {"$count": "n"}]),
    "`$unwind`, `$group`": (
        "events",
        [{"$unwind": "$items"}, {"$group": {"_id": "$items.kind", "n": {"$sum": 1}, "sum": {"$sum": "$items.value"}}}],
    ),
    "`$sort` all, `$skip`": ("events", [{"$sort": {"amount": 1, "_id": 1}}, {"$skip": 299_990}]),
    "`$lookup` of all people": (
        "people",
        [
            {"$lookup": {"from": "events", "localField": "_id", "foreignField": "person", "as": "e"}},
            {"$group": {"_id": None, "n": {"$sum": {"$size": "$e"}}}},
        ],
    ),
    "`$lookup` of one person": (
        "people",
        [
            {"$match": {"_id": 4711}},
            {"$lookup": {"from": "events", "localField": "_id", "foreignField": "person", "as": "e"}},
        ],
    ),
}


def event(chance: random.Random, number: int) -> dict:
    """One event; fields come and go as they do in practice."""
    items = [
        {
            "kind": chance.choice(KINDS),
            "value": round(chance.lognormvariate(3, 1), 2),
            "count": chance.randint(1, 9),
            "note": f"item {chance.randint(1, 99_999)} of {chance.choice(KINDS)}",
        }
        for _ in range(chance.choice([0, 1, 2, 3, 4, 5]))
    ]
    document = {
        "_id": number,
        "person": chance.randrange(20_000),
        "at": {"$date": f"2025-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}T{chance.randint(0, 23):02}:00:00Z"},
        "channel": chance.choice(CHANNELS),
        "amount": round(chance.lognormvariate(5, 1.5), 2) + 0.001,
        "place": {"city": chance.choice(CITIES), "branch": chance.randrange(400), "open": chance.random() < 0.7},
        "device": {"id": f"{chance.getrandbits(64):016x}", "kind": chance.choice(["phone", "tablet", "till"])},
        "items": items,
        "text": f"{chance.choice(KINDS)} at {chance.choice(CITIES)} by {chance.choice(CHANNELS)}",
    }
    if chance.random() < 0.3:
        document["rating"] = chance.randint(1, 5) if chance.random() < 0.9 else None
    if chance.random() < 0.02:
        document["flags"] = [chance.choice(KINDS)]
    return document


def make(folder: Path, n_events: int) -> dict[str, Path]:
    """The two files, made once."""
    files = {"events": folder / f"events-{n_events}.ndjson", "people": folder / "people.ndjson"}
    if not all(file.exists() for file in files.values()):
        chance = random.Random(11)
        with files["people"].open("w") as out:
            for number in range(20_000):
                person = {"_id": number, "name": f"Person {number}", "born": chance.randint(1935, 2007)}
                out.write(json.dumps(person) + "\n")
        with files["events"].open("w") as out:
            for number in range(n_events):
                out.write(json.dumps(event(chance, number), ensure_ascii=False) + "\n")
    return files


def insert(uri: str, name: str, file: Path) -> None:
    """Sends the documents of a file to the server."""
    collection = pymongo.MongoClient(uri).documents_benchmark[name]
    with file.open() as lines:
        while batch := [bson.json_util.loads(line) for line in itertools.islice(lines, 10_000)]:
            collection.insert_many(batch)


def ours(command: list[str]) -> tuple[float, float]:
    """Seconds of processor time and most megabytes of a command."""
    pid = os.posix_spawn(
        shutil.which(command[0]) or command[0],
        command,
        os.environ,
        file_actions=[(os.POSIX_SPAWN_OPEN, stream, os.devnull, os.O_WRONLY, 0) for stream in (1, 2)],
    )
    _, status, usage = os.wait4(pid, 0)
    if status != 0:
        sys.exit(f"`{' '.join(command)}` failed")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def server_seconds(pid: int) -> float:
    """Seconds of processor time that a process took so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("program", type=Path)
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("uri")
    arguments.add_argument("--events", type=int, default=300_000)
    arguments.add_argument("--runs", type=int, default=5)
    given = arguments.parse_args()
    files = make(given.folder, given.events)
    database = pymongo.MongoClient(given.uri).documents_benchmark
    pid = database.command("serverStatus")["pid"]

    rows = []
    with tempfile.TemporaryDirectory(dir=given.folder) as folder:
        bank = Path(folder) / "documents.sphere"
        imports = {"ours": [], "memory": [], "theirs": []}
        for _ in range(3):
            for name, file in files.items():
                found = ours([str(given.program), "import", str(file), "--into", name, "--bank", str(bank)])
                if name == "events":
                    imports["ours"].append(found[0])
                    imports["memory"].append(found[1])
        for name, file in files.items():
            database[name].drop()
            before = server_seconds(pid)
            # In a process of its own: what this one holds would count as the memory of those that it starts.
            inserting = multiprocessing.get_context("spawn").Process(target=insert, args=(given.uri, name, file))
            inserting.start()
            inserting.join()
            if inserting.exitcode != 0:
                sys.exit("the documents could not be inserted into the server")
            if name == "events":
                imports["theirs"].append(server_seconds(pid) - before)
        database.events.create_index("person")
        bytes_on_disk = sum(file.stat().st_size for file in (bank / "events").iterdir())
        for question, (collection, pipeline) in QUESTIONS.items():
            text = json.dumps(pipeline)
            command = [str(given.program), "aggregate", collection, text, "--bank", str(bank)]
            measured = {"ours": [], "memory": [], "theirs": []}
            for _ in range(given.runs):
                seconds, megabytes = ours(command)
                measured["ours"].append(seconds)
                measured["memory"].append(megabytes)
                before = server_seconds(pid)
                list(database[collection].aggregate(pipeline, allowDiskUse=True))
                measured["theirs"].append(server_seconds(pid) - before)
            rows.append((question, *(statistics.median(measured[key]) for key in ("ours", "theirs", "memory"))))
        rows.append(("import", *(statistics.median(imports[key]) for key in ("ours", "theirs", "memory"))))
    database.client.drop_database(database.name)

    size = files["events"].stat().st_size
    print(f"{given.events:,} events ({size / 1e6:.0f} MB of NDJSON, {bytes_on_disk / 1e6:.0f} MB in the bank) and 20,000 people.\n")
    print("| question | BankSphere, s | mongod, s | ours : theirs | our memory |")
    print("|---|---|---|---|---|")
    for question, mine, theirs, memory in rows:
        share = f"{mine / theirs:.2f}" if theirs > 0 else "–"
        print(f"| {question} | {mine:.2f} | {theirs:.2f} | {share} | {memory:.0f} MB |")


if __name__ == "__main__":
    main()
