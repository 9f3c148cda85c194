"""Names of releases and files that can hold nobody's name.

What a person called their file or sheet can name a patient ('Mrs Okafor referral.xlsx'), so an outgoing
name repeats it only where every word of it is a known plain one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from resources import ROOT


@cache
def plain_words() -> frozenset[str]:
    """The words that may stand in a file name, lower case."""
    lines = (ROOT / "templates" / "plain_words.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.casefold().split())


_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_BOUNDARY = re.compile(r"[^A-Za-z0-9]+")
_LONGEST = 60


def plain_name(text: str, fallback: str) -> str:
    """`text` as a file name in lower case, where it is made of plain words only; otherwise `fallback`."""
    text = re.sub(r"\.(csv|tsv|txt|xlsx|xls|xlsm)$", "", text, flags=re.IGNORECASE)
    pieces = [piece for piece in _BOUNDARY.split(text) if piece]
    words: list[str] = []
    for piece in pieces:
        if piece.casefold() in plain_words():
            words.append(piece.casefold())
            continue
        parts = _WORDS.findall(piece)
        if not parts or "".join(parts) != piece or any(p.casefold() not in plain_words() for p in parts):
            return fallback
        words.extend(part.casefold() for part in parts)
    name = "-".join(words)
    return name if name and len(name) <= _LONGEST else fallback


def file_names(tables: Iterable[str]) -> dict[str, str]:
    """Table name -> file name without its ending; unique, in order: 'patients', 'events', 'table-3'."""
    names: dict[str, str] = {}
    taken: set[str] = set()
    for number, table in enumerate(tables, start=1):
        name = plain_name(table, f"table-{number}")
        if name in taken:
            name = f"table-{number}"
        taken.add(name)
        names[table] = name
    return names
