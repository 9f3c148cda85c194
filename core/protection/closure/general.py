"""Links of tables whose format no rules speak of: found from their values, and from words in their names.

A column links to another table's key where nearly all its values stand there, on rows of the same patient.
Where its heading says so too, those that stand there are judged alone: others may be of before the export.
What the rows are (appointments, letters) is told by the table's name, or by the heading of its day or key.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from core.model import Finding, Role
from core.protection.closure.columns import Column, Numbers, numbers_of
from core.protection.closure.matching import among, matches, sieved
from core.protection.closure.rules import BITS, SENSITIVE, load_general, plain

if TYPE_CHECKING:
    from core.protection.closure.links import Edge, Links

_ENOUGH = 0.8  # of a sample's values that must stand in the key column, on rows of the same patient
_SAMPLE = 2_000
#: Of a column whose heading says that it points to the key. Most of its values may stand nowhere.
_NAMED_SAMPLE = 200_000
#: Below this a number may merely count rows, with noughts before it or without.
_SMALL = 100_000
_WIDEST = 6
#: So many small numbers must agree, and of so many patients, to be more than a count.
_AGREE, _PATIENTS = 20, 5
#: Words for a row of any table: two that have them merely count.
_ANYTHING = frozenset({"entry", "item", "record"})
_LONG_ENOUGH = 4  # letters of a heading that must stand in a table's name
_BARE = frozenset({"id", "rowid", "rowidentifier", "guid", "uuid", "key", "ref", "recordid", "identifier"})
#: Whatever else a heading calls a key is read as one: 'E1' looks like the first part of a postcode, and ten
#: digits like a telephone's.
_NEVER_KEYS = frozenset(
    {Role.NHS_NUMBER, Role.PATIENT_KEY, Role.STAFF_CODE, Role.STAFF_NAME, Role.ORGANISATION}
)
#: What keys under a mere word are taken for by their cells: days, districts, telephones, nothing known.
_LIKE_KEYS = frozenset(
    {
        *(Role.EVENT_DATE, Role.OTHER_DATE, Role.AREA, Role.POSTCODE, Role.PHONE, Role.OTHER),
        *(Role.REGISTERED_DATE, Role.LEFT_DATE),
    }
)
#: As what rows go with a consultation that goes, where nothing of their own says what they are about.
_OF_A_CONSULTATION = frozenset({"appointment", "referral", "document"})


@dataclass(frozen=True)
class _Key:
    """A column that may be a key, or point to one."""

    table: str
    name: str
    column: Column
    numbers: Numbers
    unique: bool


def thing_of(table: str, findings: Sequence[Finding]) -> str:
    """What the table's rows are, by words; 'entry' where they have codes, "" where nothing tells."""
    by_name = _word_in(plain(table))
    if by_name:
        return by_name
    if judges_itself(findings):
        return "entry"
    dates = [plain(f.field) for f in findings if f.role in (Role.EVENT_DATE, Role.ROW_KEY)]
    return next((thing for thing in map(_word_in, dates) if thing), "")


def judges_itself(findings: Sequence[Finding]) -> bool:
    """Whether the table has codes of its own, so that each row was judged by what it says."""
    return any(finding.role is Role.CODE for finding in findings)


def _word_in(text: str) -> str:
    for thing, words in load_general().words.items():
        if any(word in text for word in words):
            return thing
    return ""


def may_be_key(finding: Finding) -> bool:
    """Whether a field may be a key of rows, or point to one, by what it was taken for and by its heading."""
    if not finding.filled or finding.role in _NEVER_KEYS:
        return False
    heading = plain(finding.field)
    if finding.role is Role.ROW_KEY or heading.endswith(load_general().keys):
        return True
    return finding.role in _LIKE_KEYS and heading in load_general().named


def general_edges(links: Links, tables: Sequence[str]) -> Iterator[Edge]:
    """The links among these tables, both ways where a row should take the other with it."""
    keys = [key for name in tables for key in _keys(links, name)]
    for pointer in keys:
        for key in keys:
            if not key.unique or pointer is key:
                continue
            if (_may_point(pointer, key) and _points(links, pointer, key)) or (
                _is_named_for(pointer, key) and _points_at_times(links, pointer, key)
            ):
                yield from _both_ways(links, pointer, key)


def _keys(links: Links, table: str) -> list[_Key]:
    facts = links.facts[table]
    if not facts.rows or not (facts.patient >= 0).any():
        return []
    wanted = {Column(f.position): f.field for f in links.findings[table] if may_be_key(f)}
    read = links.read(table, list(wanted)) if wanted else {}
    found = []
    for column, name in wanted.items():
        if not read[column]:
            continue
        numbers = read[column][0]
        filled = numbers[numbers != 0]
        distinct = len(np.unique(filled))
        if distinct > 1 or len(filled) == 1:
            found.append(_Key(table, name, column, numbers, distinct == len(filled)))
    return found


def _may_point(pointer: _Key, key: _Key) -> bool:
    """Two columns that merely count their own rows have the same values: they must be called for it."""
    if pointer.table == key.table and pointer.column == key.column:
        return False
    if not pointer.unique:
        return True
    named, of = plain(pointer.name), plain(key.name)
    if named == of:
        return named not in _BARE and load_general().named.get(named) not in _ANYTHING
    if pointer.table != key.table and _is_called_after(named, key.table):
        return True
    thing = _word_in(named)
    return bool(thing) and thing == (_word_in(plain(key.table)) or _word_in(of))


def _is_called_after(heading: str, table: str) -> bool:
    """Whether a heading is that of another table's key: 'Event ID' of 'events'."""
    rules = load_general()
    ending = max((e for e in rules.keys if heading.endswith(e)), key=len, default="")
    stem = heading.removesuffix(ending) if ending else rules.named.get(heading, "")
    return len(stem) >= _LONG_ENOUGH and stem in plain(table)


def _points(links: Links, pointer: _Key, key: _Key) -> bool:
    filled = np.flatnonzero(pointer.numbers)
    some = filled[:: max(1, len(filled) // _SAMPLE)][:_SAMPLE]
    who = links.facts[pointer.table].patient[some]
    rows, place = matches(key.numbers, links.facts[key.table].patient, pointer.numbers[some], who)
    del place
    return len(rows) >= _ENOUGH * len(some) > 0


def _is_named_for(pointer: _Key, key: _Key) -> bool:
    """Whether a column's heading says that it points to this key: it is called as the key is, or after the
    key's table. A table's own key ('Event ID' of 'events') points to no other table's of the same heading."""
    if pointer.table == key.table:
        return False
    named = plain(pointer.name)
    if _is_called_after(named, key.table):
        return True
    meant = named not in _BARE and load_general().named.get(named) not in _ANYTHING
    return meant and named == plain(key.name) and not _is_called_after(named, pointer.table)


def _points_at_times(links: Links, pointer: _Key, key: _Key) -> bool:
    """Whether those of the values that stand in the key column stand there on rows of the same patient, in a
    way that could not come by chance. Exports are cut by date: the others point to what is not in them."""
    here, there = links.facts[pointer.table].patient, links.facts[key.table].patient
    filled = np.flatnonzero(pointer.numbers)
    filled = filled[:: -(-len(filled) // _NAMED_SAMPLE) or 1]
    filled = filled[here[filled] >= 0]  # rows that name nobody would match anybody's
    values = pointer.numbers[filled]
    distinct = np.unique(values)
    found = sieved(distinct, key.numbers)
    # Of two long columns some values have one number by chance: here twice as many as are to be expected.
    by_chance = 2 * len(distinct) * len(key.numbers) / (1 << 32)
    found = found[there[found] >= 0]
    numbers, patients = key.numbers[found], there[found]
    same, _ = matches(values, here[filled], numbers, patients)
    if len(same) <= by_chance / 20 or len(same) < _ENOUGH * (len(found) - by_chance):
        return False
    if not among(_written(_SMALL), numbers[same]).all():
        return True
    if _merely_counts(key.numbers):
        return False
    many = len(same) >= _AGREE and len(np.unique(patients[same])) >= _PATIENTS
    return many or not _merely_counts(pointer.numbers)


def _merely_counts(numbers: Numbers) -> bool:
    """Whether most values of a column are the numbers from 0 or 1 to that of its values."""
    values = np.unique(numbers[numbers != 0])
    up_to = min(len(values), _SMALL)
    return 2 * int(among(_written(up_to + 1), values).sum()) > up_to


@lru_cache(maxsize=4)
def _written(up_to: int) -> Numbers:
    """The numbers below this one as a table writes them that counts its rows, sorted."""
    plainly = pa.array(range(up_to)).cast(pa.string())
    padded = (pc.utf8_lpad(plainly.slice(0, 10**wide), wide, "0") for wide in range(2, _WIDEST + 1))
    return np.unique(np.concatenate([numbers_of(cells, Column(0))[0] for cells in (plainly, *padded)]))


def _both_ways(links: Links, pointer: _Key, key: _Key) -> Iterator[Edge]:
    from core.protection.closure.links import Edge

    there = links.things.get(key.table, "")
    here = links.things.get(pointer.table, "")
    named = _word_in(plain(pointer.name))
    up = there if there not in ("", "entry") else named if named == "problem" else "group"
    if up in ("problem", "group") and pointer.table == key.table:
        up = named if named == "problem" else "group"
    yield Edge(pointer.table, pointer.column, key.table, key.column, up, _after(up, key, links), True)
    if here in ("", "entry"):
        # What was recorded under a sensitive entry goes; what was in a consultation is judged itself.
        down = "linked" if there in ("entry", "problem") else ""
    else:
        down = here
    if down:
        yield Edge(key.table, key.column, pointer.table, pointer.column, down, _after(down, pointer, links))


def _after(goes: str, end: _Key, links: Links) -> int:
    after = BITS[SENSITIVE]
    if goes in _OF_A_CONSULTATION and not judges_itself(links.findings[end.table]):
        after |= BITS["consultation"]
    if goes == "consultation":
        after |= BITS["linked"]
    if goes in ("medicine", "issue"):
        after |= BITS["problem"]
    if goes == "issue":
        after |= BITS["medicine"]
    if goes == "medicine":
        after |= BITS["issue"]
    return after
