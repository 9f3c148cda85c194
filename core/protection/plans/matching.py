"""Which table of this export is which of the earlier one's, although files are called after months.

By headings first, then by the name that the format gives a table, then by how many headings are the same.
"""

from __future__ import annotations

from collections.abc import Sequence

from core.protection.plans.shape import Shape, ShapeTable

_ENOUGH = 0.5


def matched(now: Shape, before: Shape) -> dict[int, tuple[int, ...]]:
    """By the number of each table here, the earlier tables that it may be: none for a new one, several where
    the earlier export had several with the same headings, which nothing tells apart."""
    found: dict[int, tuple[int, ...]] = {}
    left = set(range(len(before.tables)))
    groups: dict[object, list[int]] = {}
    for number in sorted(left):
        groups.setdefault(_headings(before.tables[number]), []).append(number)
    of_group: dict[object, list[int]] = {}
    for number, table in enumerate(now.tables):
        of_group.setdefault(_headings(table), []).append(number)
    for headings, here in of_group.items():
        there = groups.get(headings, [])
        # Of more tables than there were with these headings, the later ones are new.
        for number in here[: len(there)]:
            found[number] = tuple(there)
        left -= set(there)
    scores = sorted(
        (
            (-_alike(table, before.tables[other]), number, other)
            for number, table in enumerate(now.tables)
            if number not in found and not _more_of_same(table, groups)
            for other in left
        ),
    )
    for score, number, other in scores:
        if -score >= _ENOUGH and number not in found and other in left:
            found[number] = (other,)
            left.discard(other)
    return {number: found.get(number, ()) for number in range(len(now.tables))}


def gone(before: Shape, found: dict[int, tuple[int, ...]]) -> Sequence[int]:
    """The numbers of the earlier tables that this export does not have."""
    there = {other for others in found.values() for other in others}
    fewer = []
    for number, table in enumerate(before.tables):
        if number in there:
            same = [n for n, t in enumerate(before.tables) if _headings(t) == _headings(table)]
            here = [n for n, others in found.items() if number in others]
            if same.index(number) >= len(here):
                fewer.append(number)
        else:
            fewer.append(number)
    return fewer


def _headings(table: ShapeTable) -> tuple[object, ...]:
    return (table.format, table.name, *((field.name, field.held) for field in table.fields))


def _more_of_same(table: ShapeTable, groups: dict[object, list[int]]) -> bool:
    return _headings(table) in groups


def _alike(one: ShapeTable, other: ShapeTable) -> float:
    """How much of their headings two tables share; 1 where the format gives both the same name."""
    if one.format != other.format:
        return 0.0
    if one.name or other.name:
        return 1.0 if one.name == other.name else 0.0
    mine, theirs = ({field.name for field in table.fields if not field.held} for table in (one, other))
    return len(mine & theirs) / max(len(mine | theirs), 1)
