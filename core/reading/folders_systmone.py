"""A SystmOne Strategic Reporting Extract as a whole: its manifest against what is there."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from core.model import Hazard, Problem, Recognised, Severity, Table
from core.reading.folders_emis import several
from core.reading.known_tables import plain

_FORMAT = "systmone-extract"
_MANIFEST = "SRManifest"
_MOST_NAMED = 5
_TABLE = re.compile(r"SR[A-Z][A-Za-z0-9]{1,60}")
_FOLDER = re.compile(r"(?:^|/)(\d{8})_\d{4}/")  # extracts lie in a folder of their time
_NEEDS_PATIENT = "idpatient"
_YES = ("Y", "YES", "TRUE", "1")

Known = Sequence[tuple[Table, Recognised]]


@dataclass(frozen=True)
class _Entry:
    name: str
    is_delta: bool
    is_reference: bool
    since: str
    until: str


def systmone_notes(
    name: str, known: Known, others: Sequence[str] = ()
) -> tuple[tuple[Hazard, ...], tuple[Problem, ...]]:
    """Hazards and problems of the SystmOne tables of the export `name`; `others` are files not opened."""
    mine = [(table, seen) for table, seen in known if seen.format == _FORMAT]
    if not mine:
        return (), ()
    hazards: list[Hazard] = []
    problems: list[Problem] = []
    manifests = [table for table, seen in mine if seen.table == _MANIFEST]
    entries: list[_Entry] = []
    for manifest in manifests:
        found = _entries(manifest)
        entries.extend(found)
        problems.extend(_range(manifest.name, found))
    there = {seen.table for _, seen in mine if seen.table} | {table.name for table, _ in mine}
    if manifests:
        hazards.extend(_compared(name, entries, there | {_stem(other) for other in others}))
    hazards.extend(_deltas(name, entries))
    if len({e.until[:8] for e in entries if e.until}) > 1:
        hazards.append(several(name, "the manifest names tables of several extracts"))
    keyed = [t for t, _ in mine if any(plain(f.header) == _NEEDS_PATIENT for f in t.fields)]
    if keyed and "SRPatient" not in there:
        hazards.append(
            Hazard(
                name,
                "the table of patients, SRPatient, is not among the files",
                Severity.WARNS,
                "Without it nobody's date of birth or NHS number is known, so that who is on a list of "
                "objections cannot be told.",
                "table_missing",
            )
        )
    return tuple(hazards), tuple(problems)


def _entries(manifest: Table) -> list[_Entry]:
    at = {plain(f.header): f.position for f in manifest.fields}
    found: list[_Entry] = []
    for block in islice(manifest.blocks(), 1):  # a manifest of many thousand lines is none
        data = manifest.read(block).data
        columns = [
            [(cell or "").strip() for cell in data.column(str(at[name])).to_pylist()]
            if name in at
            else [""] * block.rows
            for name in ("filename", "isdelta", "isreference", "dateextractfrom", "dateextractto")
        ]
        found.extend(
            _Entry(_stem(name), delta.upper() in _YES, reference.upper() in _YES, since, until)
            for name, delta, reference, since, until in zip(*columns, strict=True)
            if name
        )
    return found


def _stem(name: str) -> str:
    return re.sub(r"\.(csv|txt)$", "", name.strip(), flags=re.IGNORECASE)


def _compared(name: str, entries: Sequence[_Entry], there: set[str]) -> list[Hazard]:
    found: list[Hazard] = []
    have = {t.casefold() for t in there}
    missing = sorted({e.name for e in entries if e.name.casefold() not in have})
    if missing:
        found.append(
            Hazard(
                name,
                f"the manifest names files that are not here: {_list(missing)}",
                Severity.BLOCKS,
                "What those files hold (patients, objections, deletions) was not looked at. Open the whole "
                "extract.",
                "files_missing",
            )
        )
    named = {e.name.casefold() for e in entries} | {_MANIFEST.casefold()}
    known = sorted(t for t in there if t.casefold() not in named and t.startswith("SR"))
    if known:
        found.append(
            Hazard(
                name,
                f"files that the manifest does not name: {_list(known)}",
                Severity.WARNS,
                "They may come from another extract, made on another day or for another practice.",
                "files_not_named",
            )
        )
    return found


def _list(names: Sequence[str]) -> str:
    """Some of the names. A text that is no table's name may be anything, so it is only counted."""
    tables = [name for name in names if _TABLE.fullmatch(name)]
    more = len(names) - min(len(tables), _MOST_NAMED)
    said = ", ".join(tables[:_MOST_NAMED])
    if not said:
        return f"{more:,}, called as no table is"
    return f"{said} and {more:,} more" if more else said


def _deltas(name: str, entries: Sequence[_Entry]) -> list[Hazard]:
    deltas = [e.name for e in entries if e.is_delta and not e.is_reference]
    if not deltas:
        return []
    since = [_day(stamp) for stamp in sorted(e.since for e in entries if e.is_delta) if _day(stamp)]
    return [
        Hazard(
            name,
            f"{len(deltas):,} of its tables {'holds' if len(deltas) == 1 else 'hold'} only what changed "
            f"since {since[0] if since else 'the last extract'}: patients are missing",
            Severity.WARNS,
            "An extract of changes is not the practice's records: who has not changed is not in it, and "
            "objections made before are not either.",
            "changes_only",
        )
    ]


def systmone_extracts(name: str, known: Known) -> tuple[Hazard, ...]:
    """Whether the files are of several extracts: folders of several days, or a table twice."""
    mine = [(table.name, seen.table) for table, seen in known if seen.format == _FORMAT and seen.table]
    days = {m[1] for table, _ in mine if (m := _FOLDER.search(table)) is not None}
    if len(days) > 1:
        first, last = (_day(day) or day for day in (min(days), max(days)))
        return (several(name, f"the files are of {len(days):,} extracts, from {first} to {last}"),)
    twice = [table for table, count in Counter(table for _, table in mine).items() if count > 1]
    return (several(name, f"{twice[0]} is among the files more than once"),) if twice else ()


def _range(where: str, entries: Sequence[_Entry]) -> list[Problem]:
    """The days the extract covers, in plain words."""
    since = min((e.since for e in entries if _day(e.since)), default="")
    until = max((e.until for e in entries if _day(e.until)), default="")
    if not until:
        return []
    start = f"from {_day(since)} " if since else ""
    return [
        Problem(where, None, f"the manifest says that the extract holds entries {start}up to {_day(until)}")
    ]


def _day(stamp: str) -> str:
    """'20250301_0814' as '1 March 2025', "" where it is no day."""
    try:
        day = datetime.strptime(stamp[:8], "%Y%m%d")
    except ValueError:
        return ""
    return f"{day.day} {day:%B %Y}"
