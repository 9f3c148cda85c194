"""A row in one line: words first, then values with their units, notes and codes."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from core.model import Kind, Role
from core.patients.families import WHO, TableFamily, plain, said_in_line
from core.patients.measurements import Measures
from core.protection.plan import FieldPlan

LONGEST = 400
_NEVER = WHO | {
    Role.EVENT_DATE,
    Role.EVENT_TIME,
    Role.OTHER_DATE,
    Role.ROW_KEY,
    Role.STAFF_CODE,
    Role.STAFF_NAME,
    Role.ORGANISATION,
    Role.FLAG,
}
_ORDER = (Role.TERM, Role.VALUE, Role.UNIT, Role.NOTE, Role.OTHER, Role.CODE)
_YES_NO = frozenset({"true", "false", "yes", "no", "y", "n", "0", "1"})
Cells = Mapping[int, str | None]


@dataclass(frozen=True)
class Line:
    """Which fields of a table a line is made of, in its order, and the unit of each value."""

    fields: tuple[FieldPlan, ...]  # all of them, in file order
    spoken: tuple[FieldPlan, ...]
    units: Mapping[int, int]
    about_person: bool = False

    def of(self, cells: Cells, meaning: str = "") -> str:
        """The line of these cells. `meaning`: the words of a code number, by the export's dictionary. "" only
        where nothing is filled; what is too long for a line ends in '…', and stands whole in the fields."""
        said = [meaning] if meaning else []
        told = _filled(self.spoken, cells)
        if self.about_person:
            told = [p for p in told if (cells.get(p.position) or "").strip().casefold() not in _YES_NO]
        told = told or ([] if said else _filled(self.fields, cells))
        beside = {self.units[p.position] for p in told if p.position in self.units}
        for planned in told:
            if planned.position in beside:
                continue
            unit = _one_line(cells.get(self.units.get(planned.position, -1)))
            text = _one_line(cells.get(planned.position))
            said.append(f"{text} {unit}" if unit else text)
        line = " · ".join(dict.fromkeys(said))
        return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"


def line_of(fields: Sequence[FieldPlan], family: TableFamily, measures: Measures) -> Line:
    """How the rows of a table are put into one line."""
    units = {value: unit for value, unit, _ in measures.groups if unit >= 0}
    about_person = family.fixed == "demographics"
    if about_person:
        spoken = [p for p in fields if p.kind is not Kind.LINKING_KEY and p.role is not Role.FLAG]
        return Line(tuple(fields), tuple(spoken), units, True)
    spoken = [p for p in fields if p.role not in _NEVER and p.kind is not Kind.LINKING_KEY]
    spoken = [p for p in spoken if not _is_noise(p, family, fields)]
    spoken.sort(key=lambda p: _ORDER.index(p.role) if p.role in _ORDER else 4)
    return Line(tuple(fields), tuple(spoken), units)


def _is_noise(planned: FieldPlan, family: TableFamily, fields: Collection[FieldPlan]) -> bool:
    """Whether a field says something about how the entry is kept, and nothing of the patient: its type, its
    precision, its code system."""
    if planned.position in family.types or not said_in_line(planned.field):
        return True
    if planned.role is Role.VALUE and not family.fixed and planned.position not in family.values:
        return True
    speaks = any(p.role in (Role.CODE, Role.TERM, Role.NOTE) for p in fields)
    administrative = planned.kind is Kind.ADMINISTRATIVE and planned.role is Role.OTHER
    return speaks and (administrative or plain(planned.field).endswith("system"))


def _filled(fields: Sequence[FieldPlan], cells: Cells) -> list[FieldPlan]:
    return [p for p in fields if (cells.get(p.position) or "").strip()]


def _one_line(text: str | None) -> str:
    return " ".join((text or "").split())
