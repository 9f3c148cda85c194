"""Words of the EDIFACT standard and of the NHS's use of it, and what the readers of its messages share."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from core.reading.messages.edifact_syntax import Segment, Taking
from core.reading.messages.hl7v3_parts import Cells
from core.reading.messages.records import RecordTables
from resources import ROOT

_FORMATS = frozenset({"102", "203", "306", "602", "610", "718"})
_DATES = frozenset(
    {"137", "329", "956", "957", "958", "961", "206", "815", "ISR", "SCO", "SRI", "AIC", "RIV", "VIV", "PFV"}
)

#: Components that are words of the standard wherever they hold one: tag -> (element, component, words).
CONSTANTS: Mapping[str, tuple[tuple[int, int, frozenset[str]], ...]] = {
    "UNH": (
        (2, 1, frozenset({"0", "D", "1"})),
        (2, 2, frozenset({"1", "2"})),
        (2, 3, frozenset({"RT", "FH", "NH"})),
        (2, 4, frozenset({"NHS001", "NHS002", "NHS003", "NHS004", "FHS001"})),
    ),
    "BGM": ((1, 0, frozenset({"LSR", "RRR"})), (3, 0, frozenset({"507"}))),
    "DTM": ((1, 0, _DATES), (1, 2, _FORMATS)),
    "PNA": (
        (1, 0, frozenset({"PAT", "PER"})),
        (2, 1, frozenset({"OPI", "API"})),
        (3, 0, frozenset({"US"})),
    ),
    "NAD": (
        (1, 0, frozenset({"MR", "PO", "SLA", "SRA", "RRP", "GP", "FHS", "PAT", "RIC", "NFH", "PGP"})),
        (2, 1, frozenset({"900", "901", "902", "903", "954", "956"})),
    ),
    "RFF": (
        (
            1,
            0,
            frozenset(
                {"950", "TN", "SRI", "SSI", "RPI", "STI", "RTI", "ASL", "ARL", "AHL", "AHI", "MIS", "RIS"}
            ),
        ),
    ),
    "FTX": ((1, 0, frozenset({"CID", "SPC", "RIT", "RPD", "RGI"})),),
    "HEA": ((1, 0, frozenset({"DM"})), (2, 1, frozenset({"ZZZ"}))),
    "GIS": ((1, 1, frozenset({"ZZZ"})), (1, 0, frozenset({"N"}))),
    "SPR": ((1, 0, frozenset({"PRO", "ORG", "DPT"})),),
    "INV": ((1, 0, frozenset({"MQ", "RS"})), (2, 1, frozenset({"911", "921", "ZZZ"}))),
    "RSL": ((1, 0, frozenset({"NV", "CV"})), (2, 3, frozenset({"911", "921"}))),
    "RND": ((1, 0, frozenset({"U"})),),
    "SPC": ((1, 0, frozenset({"TSP", "FS", "SCO"})), (2, 1, frozenset({"920"}))),
    "QTY": ((1, 0, frozenset({"SVO"})),),
    "CIN": ((1, 0, frozenset({"UN"})),),
    "NHS": (
        (1, 1, frozenset({"819"})),
        (1, 2, frozenset({"201"})),
        (2, 1, frozenset({"814"})),
        (2, 2, frozenset({"202"})),
    ),
    "ADR": ((1, 2, frozenset({"CU"})), (2, 0, frozenset({"US"}))),
    **{
        tag: ((1, 0, frozenset({number, str(int(number))})),)
        for tag, number in ((f"S{n:02}", f"{n:02}") for n in range(1, 21))
    },
}


@cache
def words(table: str) -> Mapping[str, str]:
    """What codes of one of the standard's lists mean: transactions, notes, code_agencies, parties."""
    data = tomllib.loads((ROOT / "formats" / "messages.toml").read_text(encoding="utf-8"))
    return dict(data["edifact"][table])


@dataclass
class MessageReading:
    """One message while its rows are made. `whose` gets the NHS number of each of its segments."""

    segments: Sequence[Segment]
    taking: Taking
    rows: RecordTables
    whose: dict[int, str | None]
    number: str | None = None

    def row(self, table: str, cells: Cells, segment: Segment) -> None:
        """A row that starts at a segment."""
        self.rows.row(table, cells, f"segment {segment.number} ({segment.tag})", segment.line)

    def about(self, segments: Sequence[Segment], number: str | None) -> None:
        """Says whose some segments are."""
        for segment in segments:
            self.whose[segment.number] = number

    def put(self, cells: Cells, name: str, segment: Segment, element: int, component: int = 0) -> None:
        """A component into a cell that is still empty. Where one is filled, the component is left for the
        other values: what stands twice in a message is lost neither time."""
        if cells.get(name) is None:
            cells[name] = self.taking.part(segment, element, component)

    def names(self, segment: Segment, cells: Cells) -> None:
        """The parts of a name in a PNA segment: SU surname, FO forename, MI and FS others, TI title."""
        others = [before] if (before := cells.get("Other names")) else []
        for element in range(3, len(segment.elements) + 1):
            what = segment.part(element)
            value = self.taking.part(segment, element, 1)
            if value is None:
                continue
            self.taking.known(segment, element, 0, frozenset({"SU", "FO", "MI", "FS", "TI"}))
            name = {"SU": "Surname", "FO": "Forenames", "TI": "Title"}.get(what)
            if name is not None and cells.get(name) is None:
                cells[name] = value
            else:
                others.append(value)
        if others:
            cells["Other names"] = " ".join(others)

    def text(self, segment: Segment) -> str | None:
        """The words of an FTX segment, a line for each of its components."""
        parts = [
            self.taking.joined(segment, element, "\n") for element in range(4, len(segment.elements) + 1)
        ]
        return "\n".join(part for part in parts if part) or None

    def party(self, segment: Segment) -> str | None:
        """A party's name. It is cut into lines of 35 letters wherever they end."""
        whole = ""
        for element in (3, 4):
            if element > len(segment.elements):
                continue
            for component in range(len(segment.elements[element - 1])):
                raw = segment.part(element, component)
                if self.taking.part(segment, element, component) is not None:
                    whole += raw if len(raw) >= 35 else raw + " "
        return whole.strip() or None


def add_note(cells: Cells, text: str | None) -> None:
    """Puts a text into the first free note of a row; what comes after the third joins it."""
    if text is None:
        return
    for name in ("Note", "Note 2", "Note 3"):
        if cells.get(name) is None:
            cells[name] = text
            return
    cells["Note 3"] = f"{cells['Note 3']}\n{text}"
