"""JSON from outside: limits on size, depth and number of values, numbers kept as they are written, and
nothing lost where a key stands twice.

Python's own parser does the work. What it would change or drop without a word is caught here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from core.model import Problem, ReadError
from core.reading.text.encoding import decode, detect_encoding

#: Bytes of one document that is held in memory; NDJSON counts line by line.
LARGEST = 200 << 20
#: Values (and so Python objects) of one document: a file of nothing but brackets must not fill the memory.
MOST_VALUES = 5_000_000
DEEPEST = 200
_FIRST_LOOK = 1 << 20  # what is made to harm is deep at once
#: Above this no line numbers are worked out: they cost a pass over every bracket.
_NUMBERED = 24 << 20

#: A string, also one that is never closed; possessive, so that no text makes it look twice at a character.
_STRING = r'"[^"\\]*+(?:\\.[^"\\]*+)*+"?'
_TOKEN = re.compile(_STRING + r"|[{}\n]", re.DOTALL)
_STRINGS = re.compile(_STRING, re.DOTALL)
_LOOSE = re.compile(_STRING + r"|//[^\n]*+|/\*|,|[^\s,/\"]++", re.DOTALL)
_NO_BRACKET = re.compile(r"[^\[\]{}]++")
_OPENING = re.compile(r'(?:\s*(?:\[|\{\s*"(?:[^"\\]|\\.){0,100}"\s*:)){' + str(DEEPEST + 1) + "}")
_SURROGATE = re.compile("[\ud800-\udfff]")


class Literal(str):
    """A number as it stands in the file, `1.50` not `1.5`."""

    __slots__ = ()


class JsonObject(dict[str, object]):
    """An object of a document and the 1-based line it starts on, 0 where that is not known."""

    __slots__ = ("line",)
    line: int


@dataclass(frozen=True)
class Json:
    """A document and what was noticed in it."""

    value: object
    problems: tuple[Problem, ...] = ()


def parse_json(data: bytes, where: str) -> object:
    """The document: JsonObject, list, str, Literal (any number), bool or None. Raises ReadError."""
    return read_json(data, where).value


def read_json(data: bytes, where: str, *, first_line: int = 1) -> Json:
    """A document with its problems: keys that stand twice, comments, commas too many, bad bytes.

    `first_line` is the line of the file on which `data` starts. Raises ReadError for what is no JSON (with
    its line and column), too large, too deep, or empty."""
    if len(data) > LARGEST:
        raise _too_big(where, f"{len(data) >> 20:,} MB")
    encoding = detect_encoding(data[: 64 << 10], whole=len(data) <= 64 << 10)
    values = data.count(b",") + data.count(b"[") + data.count(b"{")
    if values > MOST_VALUES * 4:
        raise _too_big(where, f"more than {MOST_VALUES:,} values")
    text, bad = decode(data[encoding.bom :], encoding.name)
    problems: list[Problem] = []
    if bad:
        line = first_line + text.count("\n", 0, bad[0])
        problems.append(Problem(where, line, "bytes that are no valid text in the file's encoding"))
    if not text.strip("\ufeff \t\r\n\0"):
        raise ReadError(
            f"{where} is empty: it has not one character in it. Make the export again.",
            where=where,
            code="empty",
        )
    if values > MOST_VALUES and _values(text) > MOST_VALUES:
        raise _too_big(where, f"more than {MOST_VALUES:,} values")
    if _too_deep(text):
        raise ReadError(
            f"{where} is nested more than {DEEPEST} levels deep, as no record is. It was not opened: such "
            "files are made to harm programs. Ask whoever sent it.",
            where=where,
            code="bomb",
        )
    return _parsed(text, where, first_line, problems)


def _values(text: str) -> int:
    """Commas and opening brackets outside strings."""
    bare = _STRINGS.sub("", text)
    return bare.count(",") + bare.count("[") + bare.count("{")


def _too_deep(text: str) -> bool:
    if text.count("[") + text.count("{") <= DEEPEST:
        return False
    # A run of nothing but opening brackets is the usual attack, and needs no full scan to be seen.
    if _OPENING.match(text):
        return True
    return any(_deepest(text[:size]) > DEEPEST for size in (_FIRST_LOOK, len(text)))


def _deepest(text: str) -> int:
    """How deep brackets outside strings go."""
    marks = np.frombuffer(_NO_BRACKET.sub("", _STRINGS.sub("", text)).encode("ascii"), np.uint8)
    steps = np.where((marks == ord("[")) | (marks == ord("{")), np.int8(1), np.int8(-1))
    return int(np.cumsum(steps, dtype=np.int64).max()) if len(steps) else 0


def _parsed(text: str, where: str, first_line: int, problems: list[Problem]) -> Json:
    objects: list[JsonObject] = []
    repeated: list[int] = []
    odd: list[str] = []

    def build(pairs: list[tuple[str, object]]) -> JsonObject:
        made = JsonObject(pairs)
        made.line = 0
        if len(made) != len(pairs):
            made.clear()
            repeated.append(len(objects))
            for key, value in pairs:
                name, again = key, 1
                while name in made:
                    again += 1
                    name = f"{key}({again})"
                made[name] = value
        objects.append(made)
        return made

    def constant(literal: str) -> Literal:
        odd.append(literal)
        return Literal(literal)

    decoder = json.JSONDecoder(
        object_pairs_hook=build,
        parse_float=Literal,
        parse_int=Literal,
        parse_constant=constant,
        strict=False,
    )
    body = text.lstrip("\ufeff \t\r\n")
    ahead = first_line + text[: len(text) - len(body)].count("\n")
    try:
        value = decoder.decode(body)
    except RecursionError:
        raise ReadError(
            f"{where} is nested too deeply to be read. Export it again.", where=where, code="bomb"
        ) from None
    except ValueError as error:
        found = error if isinstance(error, json.JSONDecodeError) else None
        objects.clear()
        repeated.clear()
        loose = _without_extras(body) if len(body) <= _NUMBERED else body
        try:
            value = decoder.decode(loose) if loose != body else None
        except (ValueError, RecursionError):
            loose = body
        if loose == body:
            raise _invalid(where, found, ahead) from None
        body = loose
        problems.append(
            Problem(where, None, "comments or commas that JSON does not allow; they were passed over")
        )
    if odd:
        problems.append(Problem(where, None, "a number that JSON does not know; kept as text"))
    _number(objects, body, ahead)
    for index in repeated[:20]:
        line = objects[index].line or None
        problems.append(Problem(where, line, "a key stands twice in one object; both values were kept"))
    return Json(value, tuple(problems))


def _without_extras(text: str) -> str:
    """The text with comments, and commas before a closing bracket, turned into blanks."""
    parts: list[str] = []
    comma: int | None = None  # where in `parts` a comma stands that nothing has followed yet
    at = 0
    while found := _LOOSE.search(text, at):
        parts.append(text[at : found.start()])
        token, at = found[0], found.end()
        if token == "/*":
            end = text.find("*/", at)
            if end < 0:
                return text
            parts.append("\n" * text.count("\n", at, end) + " ")
            at = end + 2
        elif token.startswith("//"):
            parts.append(" ")
        elif token == ",":
            comma = len(parts)
            parts.append(token)
        else:
            if comma is not None and token[0] in "]}":
                parts[comma] = " "
            comma = None
            parts.append(token)
    parts.append(text[at:])
    return "".join(parts)


def _number(objects: Sequence[JsonObject], text: str, first_line: int) -> None:
    """Gives each object the line it starts on. Objects come in the order of their closing brackets."""
    if "\n" not in text:
        for made in objects:
            made.line = first_line
        return
    if len(text) > _NUMBERED:
        return
    line, opened, done = first_line, [], 0
    for token in _TOKEN.finditer(text):
        mark = text[token.start()]
        if mark == "\n":
            line += 1
        elif mark == "{":
            opened.append(line)
        elif mark == "}":
            objects[done].line = opened.pop()
            done += 1
        else:
            line += token[0].count("\n")


def _invalid(where: str, error: json.JSONDecodeError | None, ahead: int) -> ReadError:
    place = "" if error is None else f" (line {error.lineno + ahead - 1}, column {error.colno})"
    return ReadError(
        f"{where} is not valid JSON{place}, so it cannot be read without guessing. Export it again, or ask "
        "who wrote it for a valid file.",
        where=where,
        code="damaged",
    )


def _too_big(where: str, what: str) -> ReadError:
    return ReadError(
        f"{where} is too big to be opened whole ({what}). Export fewer patients at a time, or ask for NDJSON "
        "(one record a line).",
        where=where,
        code="too_big",
    )


def clean_text(text: str) -> tuple[str, bool]:
    """Text that can be stored, and whether half a character (a lone surrogate) had to be replaced."""
    if text.isascii() or not _SURROGATE.search(text):
        return text, False
    return _SURROGATE.sub("\ufffd", text), True


def json_lines(data: bytes) -> Iterator[tuple[int, bytes]]:
    """The lines of NDJSON that hold something, with their 1-based numbers."""
    at, number = 0, 0
    while at < len(data):
        end = data.find(b"\n", at)
        line = data[at : end if end >= 0 else len(data)]
        at, number = at + len(line) + 1, number + 1
        if line.strip(b" \t\r\xef\xbb\xbf"):
            yield number, line
