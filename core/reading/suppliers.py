"""Which system wrote a table, by its field names. The signatures are data: resources/formats/*.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from core.model import Field


@dataclass(frozen=True)
class Signature:
    """One format: all of `all_of` and one of `any_of` (if any) must be among the field names.

    Names are compared without case, spaces and punctuation; `preamble`, if given, must stand in a line
    before them."""

    id: str
    title: str
    all_of: frozenset[str]
    any_of: frozenset[str]
    preamble: str
    order: int


@lru_cache(maxsize=1)
def signatures() -> tuple[Signature, ...]:
    """All known formats, the most particular first."""
    found = []
    for entry in sorted(resources.files("resources.formats").iterdir(), key=lambda e: e.name):
        if not entry.name.endswith(".toml"):
            continue
        for item in tomllib.loads(entry.read_text("utf-8"))["format"]:
            found.append(
                Signature(
                    item["id"],
                    item["title"],
                    frozenset(map(_plain, item.get("all_of", ()))),
                    frozenset(map(_plain, item.get("any_of", ()))),
                    item.get("preamble", ""),
                    item.get("order", 50),
                )
            )
    return tuple(sorted(found, key=lambda s: (s.order, s.id)))


def recognise(fields: Sequence[Field], preamble: Sequence[str] = ()) -> str | None:
    """The id of the format with these fields, None where none matches."""
    names = {_plain(f.header) for f in fields}
    for signature in signatures():
        if signature.preamble and not any(signature.preamble in line for line in preamble):
            continue
        if signature.all_of <= names and (not signature.any_of or signature.any_of & names):
            return signature.id
    return None


def title_of(format_id: str) -> str:
    """A format's name for people; its id where it has none."""
    return next((s.title for s in signatures() if s.id == format_id), format_id)


def _plain(name: str) -> str:
    return "".join(ch for ch in name.lower() if ch.isalnum())
