"""Who a patient is, put together from their rows: what the practice holds, and what would leave."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from core.model import Role
from core.patients.families import WHO
from core.patients.nouns import Told
from core.preview_rows import PreviewRow
from core.protection import left_out_reason
from core.protection.plan import FieldPlan

_ORDER = (
    *(
        Role.FULL_NAME,
        Role.TITLE,
        Role.FORENAME,
        Role.SURNAME,
        Role.DATE_OF_BIRTH,
        Role.YEAR_OF_BIRTH,
        Role.AGE,
    ),
    *(Role.SEX, Role.NHS_NUMBER, Role.PATIENT_KEY, Role.STATUS, Role.DATE_OF_DEATH, Role.ADDRESS, Role.AREA),
    *(Role.POSTCODE, Role.PHONE, Role.EMAIL),
)
_MOST_VALUES = 6  # of one field: a report repeats them in every row, and a few have changed
_CAPITALS = {"nhs": "NHS", "gp": "GP", "id": "ID", "guid": "GUID", "ni": "NI"}
_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z][a-z])|_")


@dataclass
class Teller:
    """Collects who the patient is while their rows are read."""

    _told: dict[tuple[str, str], tuple[tuple[int, int, int], Told, int]] = field(default_factory=dict)
    _names: dict[Role, tuple[tuple[int, int, int], str]] = field(default_factory=dict)

    def take(
        self,
        fields: Sequence[FieldPlan],
        own: Mapping[int, str | None],
        out: Mapping[int, str | None] | None,
        row: PreviewRow,
        *,
        day: int,
        about_person: bool,
    ) -> None:
        """One more row. `about_person`: a row about the patient themselves, which goes before all others."""
        names = sum(planned.role in WHO for planned in fields)
        for planned in fields:
            raw = own.get(planned.position) or ""
            if planned.role not in WHO or not raw.strip():
                continue
            label = label_of(planned.field)
            before = 0 if about_person else 1
            self._name(planned.role, raw, (before, -names, -day))
            sent = None if out is None else out.get(planned.position)
            if out is None:
                why = "" if row.withheld is None else row.withheld.text
            elif not planned.leaves:
                why = left_out_reason(planned).text
            else:
                reason = row.changes.get(planned.field)
                why = "" if reason is None else reason.text
            made = Told(label, raw, sent, why, planned.kind.value, planned.role.value)
            # What leaves goes before what does not: one row that tells it is enough. Of the rest, why the
            # field is left out goes before why some row is.
            worth = 2 if sent is not None else 1 if out is not None else 0
            place = (_place(planned.role), before, planned.position)
            known = self._told.get((label, raw))
            if known is None or worth > known[2]:
                self._told[label, raw] = (min(place, known[0]) if known else place, made, worth)

    def _name(self, role: Role, text: str, place: tuple[int, int, int]) -> None:
        if role in (Role.FULL_NAME, Role.FORENAME, Role.SURNAME) and (
            role not in self._names or place < self._names[role][0]
        ):
            self._names[role] = (place, " ".join(text.split()))

    @property
    def name(self) -> str:
        """The patient's name as the practice holds it, '' where it holds none."""
        if Role.SURNAME in self._names or Role.FORENAME in self._names:
            parts = (self._names.get(role, ((0, 0, 0), ""))[1] for role in (Role.FORENAME, Role.SURNAME))
            return " ".join(part for part in parts if part)
        return self._names.get(Role.FULL_NAME, ((0, 0, 0), ""))[1]

    def told(self) -> tuple[Told, ...]:
        """What is known, in the order of a letter's head; of one field the first few values."""
        counted: dict[str, int] = {}
        kept = []
        for _, told, _ in sorted(self._told.values(), key=lambda one: one[0]):
            counted[told.label] = counted.get(told.label, 0) + 1
            if counted[told.label] <= _MOST_VALUES:
                kept.append(told)
        return tuple(kept)


@lru_cache(maxsize=4096)
def label_of(heading: str) -> str:
    """A heading as people read it.

    >>> label_of("GivenName"), label_of("NHS Number"), label_of("DATE_OF_BIRTH")
    ('Given name', 'NHS Number', 'Date of birth')
    """
    words = [word for word in _WORD.split(heading) if word]
    if len(words) < 2:
        return heading
    first, *rest = words
    rest = [word if word.isupper() and not heading.isupper() else word.lower() for word in rest]
    start = first.capitalize() if heading.isupper() else first[:1].upper() + first[1:]
    return " ".join(_CAPITALS.get(word.lower(), word) for word in (start, *rest))


def _place(role: Role) -> int:
    return _ORDER.index(role) if role in _ORDER else len(_ORDER)
