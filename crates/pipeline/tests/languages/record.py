"""Writes what Python and pymongo make of `python.txt`: `python record.py`, with pymongo and python-dateutil installed.

In: code up to an empty line, whose value is `v`. Out: a line `=> ` with `v` as it is sent.
"""

import contextlib
import io
import pathlib

import bson
from bson import json_util
from bson.binary import UuidRepresentation
from bson.codec_options import CodecOptions

FILE = pathlib.Path(__file__).with_name("python.txt")


def sent(code):
    """What `v` is once it went to a server, or that the program fails."""
    names = {"__name__": "__main__"}
    options = CodecOptions(document_class=bson.SON, uuid_representation=UuidRepresentation.STANDARD)
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            exec(compile(code, "case", "exec"), names)
        value = bson.decode(bson.encode({"v": names["v"]}, codec_options=options), options.with_options(tz_aware=True, uuid_representation=UuidRepresentation.UNSPECIFIED))
    except Exception:
        return "refused"
    return json_util.dumps(value["v"], json_options=json_util.CANONICAL_JSON_OPTIONS, ensure_ascii=False)


def block(text):
    if text.startswith("#"):
        return text
    code = "\n".join(line for line in text.split("\n") if not line.startswith("=> "))
    return f"{code}\n=> {sent(code)}"


FILE.write_text("\n\n".join(block(text) for text in FILE.read_text().rstrip().split("\n\n")) + "\n")
