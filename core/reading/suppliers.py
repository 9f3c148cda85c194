"""Which system wrote a table, how sure that is, and why: by its field names, its name and its neighbours.

The signatures are data: resources/formats/*.toml, with the fields of each table in known_tables.toml.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from core.model import Field, Recognised
from core.reading.known_tables import Match, best_match, named_table, plain, table_of_id

_BULK_NAME = re.compile(
    r"(bulk_)?\d+(-\d+)?_(Admin|Agreements|Appointment|Audit|CareRecord|Coding|Prescribing)_[A-Za-z]+"
    r"_\d{14}_[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}",
    re.IGNORECASE,
)
#: Formats whose tables may be those of another, spelt in their own way.
_ALSO = {"emis-x": ("emis-x", "emis-bulk")}
#: Formats of which a table is known by all of its fields, where none of them is a signature.
_WITHOUT_SIGNATURE = ("emis-bulk", "systmone-extract")
_DISTINCTIVE = 4  # so many fields, all of them a table's and all of the table's, are no chance


@dataclass(frozen=True)
class Signature:
    """One format: all of `all_of` and one of `any_of` (if any) must be among the field names.

    Names are compared without case, spaces and punctuation, those of `any_of_exact` as they stand;
    `preamble`, if given, must stand in a line before them."""

    id: str
    title: str
    all_of: frozenset[str]
    any_of: frozenset[str]
    preamble: str
    order: int
    any_of_exact: frozenset[str] = frozenset()

    def fits(self, headers: Collection[str], names: frozenset[str], preamble: Sequence[str]) -> bool:
        """Whether a table with these headers, `names` (plain) and lines before them is of the format."""
        if self.preamble and not any(self.preamble in line for line in preamble):
            return False
        if self.any_of_exact and not self.any_of_exact & set(headers):
            return False
        return self.all_of <= names and (not self.any_of or bool(self.any_of & names))


@lru_cache(maxsize=1)
def signatures() -> tuple[Signature, ...]:
    """All known formats, the most particular first."""
    found = []
    for entry in sorted(resources.files("resources.formats").iterdir(), key=lambda e: e.name):
        if not entry.name.endswith(".toml"):
            continue
        for item in tomllib.loads(entry.read_text("utf-8")).get("format", ()):
            found.append(
                Signature(
                    item["id"],
                    item["title"],
                    frozenset(map(plain, item.get("all_of", ()))),
                    frozenset(map(plain, item.get("any_of", ()))),
                    item.get("preamble", ""),
                    item.get("order", 50),
                    frozenset(item.get("any_of_exact", ())),
                )
            )
    return tuple(sorted(found, key=lambda s: (s.order, s.id)))


def recognise(fields: Sequence[Field], preamble: Sequence[str] = ()) -> str | None:
    """The id of the format with these fields, None where none matches."""
    headers = [f.header.strip() for f in fields]
    names = frozenset(map(plain, headers))
    return next((s.id for s in signatures() if s.fits(headers, names, preamble)), None)


def title_of(format_id: str) -> str:
    """A format's name for people; its id where it has none."""
    return next((s.title for s in signatures() if s.id == format_id), format_id)


def identify(
    fields: Sequence[Field],
    preamble: Sequence[str] = (),
    *,
    stem: str = "",
    beside: Collection[str] = (),
    reader: str = "",
    layout: str | None = None,
) -> Recognised | None:
    """What a table with these fields is, None where no supplier's signature fits.

    `stem` is the file's name without its ending, `beside` are the names of all files opened together,
    `layout` is what a person said the table is ('emis-bulk/Admin_Patient', or a format's id)."""
    if layout is not None and (said := _said(layout, reader)) is not None:
        return said
    headers = [f.header for f in fields]
    format_id = recognise(fields, preamble)
    match = best_match(headers, _ALSO.get(format_id or "", (format_id or "",)), stem)
    if format_id is None and match is None:
        match = best_match(headers, _WITHOUT_SIGNATURE, stem)
        if match is None or match.share < 1 or match.core < 1 or match.hits < _DISTINCTIVE:
            return None
    if match is not None and format_id is None:
        format_id = match.table.format
    assert format_id is not None
    evidence = [*_from_name(stem, format_id), *_from_fields(match, format_id)]
    before = next((s.preamble for s in signatures() if s.id == format_id and s.preamble), "")
    if before and any(before in line for line in preamble):
        evidence.append(f"a line before the field names says '{before}'")
    neighbours = _neighbours(beside, format_id)
    if neighbours == 1:
        evidence.append("another file beside it is called as one of this format")
    elif neighbours:
        evidence.append(f"{neighbours:,} other files beside it are called as those of this format")
    title = title_of(format_id)
    table = match.table.name if match is not None else ""
    return Recognised(
        format=format_id,
        title=f"{title}: {table}" if table and match is not None and match.table.core else title,
        confidence=_confidence(match, bool(_from_name(stem, format_id)), len(evidence), neighbours),
        evidence=tuple(evidence),
        reader=reader,
        table=table,
    )


def _said(layout: str, reader: str) -> Recognised | None:
    evidence = ("a person said what it is",)
    if (table := table_of_id(layout)) is not None:
        title = f"{title_of(table.format)}: {table.name}"
        return Recognised(table.format, title, 1.0, evidence, reader, table.name)
    if any(s.id == layout for s in signatures()):
        return Recognised(layout, title_of(layout), 1.0, evidence, reader)
    return None


def _from_name(stem: str, format_id: str) -> list[str]:
    if _BULK_NAME.fullmatch(stem) and format_id in ("emis-bulk", "emis-x"):
        return ["its name is that of an EMIS bulk file"]
    called = named_table(stem)
    if called is not None and called.format in _ALSO.get(format_id, (format_id,)):
        return [f"it is called as the table {called.name} is"]
    return []


def _from_fields(match: Match | None, format_id: str) -> list[str]:
    if match is None:
        return ["some of its field names are found in this format only"]
    of = match.table.name if match.table.core else title_of(format_id)
    if match.hits == match.fields:
        return [f"all of its {match.fields:,} fields are those of {of}"]
    return [f"{match.hits:,} of its {match.fields:,} fields are those of {of}"]


def _neighbours(beside: Collection[str], format_id: str) -> int:
    formats = _ALSO.get(format_id, (format_id,))
    counted = _called(frozenset(beside))
    return max(0, sum(counted[f] for f in formats) - 1)


@lru_cache(maxsize=4)
def _called(beside: frozenset[str]) -> Counter[str]:
    """How many of the files are called as tables of each format; asked once for each file of a folder."""
    found = (named_table(name.rpartition(".")[0] or name) for name in beside)
    return Counter(table.format for table in found if table is not None)


def _confidence(match: Match | None, named: bool, signs: int, neighbours: int) -> float:
    """0.6 for a signature alone, up to 0.99 where fields, name and neighbours all say the same."""
    base = 0.6 if match is None else 0.45 + 0.25 * match.share + 0.15 * match.core
    more = 0.1 * named + 0.04 * bool(neighbours) + (0.05 if match is not None and signs > 1 else 0.0)
    return round(min(0.99, base + more), 2)
