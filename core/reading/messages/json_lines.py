"""The documents of a JSON file: one, or one on every line (NDJSON)."""

from __future__ import annotations

import re

from core.model import Problem, ReadError
from core.reading.messages.safe_json import LARGEST, MOST_VALUES, json_lines, read_json
from core.reading.source import Source

_OBJECT = re.compile(rb'\{\s*"')


def refuse_large(source: Source) -> None:
    """Raises ReadError where a file is larger than what is held in memory."""
    if source.size > LARGEST:
        raise _too_big(source.name, f"{source.size >> 20:,} MB")


def documents(data: bytes, where: str) -> tuple[list[tuple[str, object]], list[Problem]]:
    """Each document with its place ('line 3', '' where there is but one), and what was noticed.

    Raises ReadError where one is damaged, too big or unsafe."""
    if not _is_lines(data):
        found = read_json(data, where)
        return [("", found.value)], list(found.problems)
    if data.count(b",") > MOST_VALUES:
        raise _too_big(where, f"more than {MOST_VALUES:,} values")
    read: list[tuple[str, object]] = []
    problems: list[Problem] = []
    for number, line in json_lines(data):
        try:
            found = read_json(line, where, first_line=number)
        except ReadError as error:
            if error.code != "damaged":
                raise
            raise ReadError(
                f"Line {number} of {where} is not valid JSON, and so the file cannot be read as a whole. "
                "It may be cut short: export it again.",
                where=where,
                code="damaged",
            ) from None
        problems += found.problems
        read.append((f"line {number}", found.value))
    return read, problems


def _is_lines(data: bytes) -> bool:
    """Whether there are several lines, and the first one is an object of its own."""
    found = [line for _, (_, line) in zip(range(2), json_lines(data), strict=False)]
    first = [line.strip(b" \t\r\xef\xbb\xbf") for line in found]
    return len(first) == 2 and all(_OBJECT.match(line) for line in first) and first[0].endswith(b"}")


def _too_big(where: str, what: str) -> ReadError:
    return ReadError(
        f"{where} is too big to be held in memory ({what}). Export fewer patients at a time.",
        where=where,
        code="too_big",
    )
