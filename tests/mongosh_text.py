"""Reads one value written in mongosh's spelling or in Extended JSON v2.

In: text such as ``{_id: 1, a: NumberLong(5), at: ISODate("2024-02-29")}``. Out: the value as pymongo takes it.
Always: a number's type is what the text says, so ``5`` is an int and ``5.0`` a double.
"""

import re
from datetime import datetime, timezone

from bson import (
    SON,
    Binary,
    Decimal128,
    Int64,
    MaxKey,
    MinKey,
    ObjectId,
    Regex,
    Timestamp,
    json_util,
)
from bson.datetime_ms import DatetimeMS

OPTIONS = json_util.JSONOptions(json_mode=json_util.JSONMode.CANONICAL, document_class=SON,
                                datetime_conversion=json_util.DatetimeConversion.DATETIME_MS)
TOKEN = re.compile(
    r"""(?P<space>(?:\s|//[^\n]*|/\*.*?\*/)+)
      | (?P<string>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
      | (?P<number>-?(?:0x[0-9a-fA-F]+|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|Infinity|NaN)(?![\w$]))
      | (?P<regex>/(?:[^/\\\n\[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+/[a-z]*)
      | (?P<word>[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)*)
      | (?P<mark>[{}\[\]():,])""",
    re.VERBOSE | re.DOTALL,
)
ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0"}
INT64 = range(-(2**63), 2**63)


def read(text):
    """The one value that `text` spells."""
    tokens = _tokens(text)
    value = _value(tokens)
    if tokens:
        raise ValueError(f"text after the end of the value: {tokens[-1][1]!r}")
    return value


def _tokens(text):
    found, place = [], 0
    while place < len(text):
        match = TOKEN.match(text, place)
        if match is None:
            raise ValueError(f"not understood: {text[place:place + 30]!r}")
        if match.lastgroup != "space":
            found.append((match.lastgroup, match.group()))
        place = match.end()
    found.reverse()
    return found


def _expect(tokens, mark):
    kind, text = tokens.pop()
    if text != mark:
        raise ValueError(f"expected {mark!r}, found {text!r}")
    return kind


def _value(tokens):
    kind, text = tokens.pop()
    if text == "{":
        return _object(tokens)
    if text == "[":
        return _items(tokens, "]")
    if kind == "string":
        return _string(text)
    if kind == "number":
        return _number(text)
    if kind == "regex":
        pattern, _, options = text[1:].rpartition("/")
        return Regex(pattern.replace("\\/", "/"), options)
    if kind == "word":
        return _word(text, tokens)
    raise ValueError(f"unexpected {text!r}")


def _items(tokens, end):
    items = []
    while tokens[-1][1] != end:
        items.append(_value(tokens))
        if tokens[-1][1] == ",":
            tokens.pop()
    tokens.pop()
    return items


def _object(tokens):
    pairs = []
    while tokens[-1][1] != "}":
        kind, text = tokens.pop()
        key = _string(text) if kind == "string" else text
        _expect(tokens, ":")
        pairs.append((key, _value(tokens)))
        if tokens[-1][1] == ",":
            tokens.pop()
    tokens.pop()
    plain = SON(pairs)
    first = pairs[0][0] if pairs else ""
    if first in EXTENDED_JSON:
        return json_util.object_pairs_hook(pairs, OPTIONS)
    return plain


def _string(text):
    def unescape(match):
        code = match.group(1)
        if code[0] in "ux":
            return chr(int(code[1:], 16))
        return ESCAPES.get(code, code)

    text = re.sub(r"\\(u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|.)", unescape, text[1:-1], flags=re.DOTALL)
    return text.encode("utf-16", "surrogatepass").decode("utf-16")


def _number(text):
    sign, text = (-1, text[1:]) if text[0] == "-" else (1, text)
    if text.startswith("0x"):
        value = int(text, 16)
    elif text.isdigit():
        value = int(text)
    else:
        return sign * float(text)
    value *= sign
    return value if value in INT64 else float(value)


def _word(word, tokens):
    constants = {"true": True, "false": False, "null": None, "Infinity": float("inf"), "NaN": float("nan")}
    if word in constants:
        return constants[word]
    if word == "new":
        return _word(tokens.pop()[1], tokens)
    if word not in CALLS:
        raise ValueError(f"unknown word {word!r}")
    args = []
    if tokens and tokens[-1][1] == "(":
        tokens.pop()
        args = _items(tokens, ")")
    return CALLS[word](*args)


def _date(when):
    if isinstance(when, (int, float)):
        return DatetimeMS(int(when))
    moment = datetime.fromisoformat(when.replace("Z", "+00:00"))
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=timezone.utc)
    epoch = datetime(1970, 1, 1, tzinfo=timezone.utc)
    gone = moment - epoch
    return DatetimeMS((gone.days * 86400 + gone.seconds) * 1000 + gone.microseconds // 1000)


CALLS = {
    "ISODate": _date,
    "Date": _date,
    "ObjectId": ObjectId,
    "NumberInt": int,
    "Int32": int,
    "NumberLong": lambda value: Int64(int(value)),
    "Long": lambda value: Int64(int(value)),
    "Double": float,
    "NumberDecimal": lambda value: Decimal128(str(value)),
    "Decimal128": lambda value: Decimal128(str(value)),
    "MinKey": MinKey,
    "MaxKey": MaxKey,
    "Timestamp": Timestamp,
    "BinData": lambda kind, text: Binary(__import__("base64").b64decode(text), kind),
    "UUID": lambda text: Binary(bytes.fromhex(text.replace("-", "")), 4),
}
EXTENDED_JSON = {"$oid", "$numberInt", "$numberLong", "$numberDouble", "$numberDecimal", "$date", "$binary", "$timestamp",
                 "$minKey", "$maxKey", "$regularExpression", "$uuid", "$symbol", "$code"}
