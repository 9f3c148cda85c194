"""Records of colleagues and of people close to them: only a GP should open these.

Somebody is taken for a colleague whose forename and surname are both those of a name in the export's fields
of staff, or whose initial and surname are, where hardly anybody bears that surname. A surname alone says
nothing: a patient called White is not Dr White. Who lives with such a patient is taken for a relative. The
others are marked by hand, see `gp_only`.
"""

from __future__ import annotations

import weakref
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from core.model import ThresholdError
from core.patients.gp_only import GpOnly, gp_only_file
from core.patients.judging import Judged, Leaving
from core.patients.lists_kept import GP_ONLY, gone, kept_gp_only
from core.patients.staff_names import staff_in_parts
from core.protection.keys import Key
from core.survey.freetext.lexicon import doubtful, is_ordinary, known_names
from core.survey.identifiers.names import name_parts
from core.survey.people.known import NamesOfPatient
from core.survey.results import KnownIdentifiers, Survey

MARKED, COLLEAGUE, RELATIVE, ALIKE = 400.0, 200.0, 100.0, 50.0
_WORDS = {
    MARKED: "The practice has marked this record for a GP.",
    COLLEAGUE: "The patient has the name of a member of staff who is named in this export.",
    RELATIVE: "The patient lives with somebody who has the name of a member of staff.",
    ALIKE: "The patient has the initial and the rare surname of a member of staff.",
}
UNREADABLE = (
    "The practice's list of records for a GP cannot be read, so until it is put right a GP is asked for "
    "every record."
)
_MOST_ALIKE = 20  # patients of one full name: of more, the name tells nothing
_FEW_ALIKE = 2  # patients of one initial and surname
_MOST_STAFF = 20_000


@dataclass(frozen=True)
class _Staff:
    """The names of staff by surname: forenames, and initials where the surname is rare."""

    forenames: Mapping[str, frozenset[str]]
    initials: Mapping[str, frozenset[str]]


#: What was worked out, by the place in memory of what it was worked out from.
_STAFF: dict[int, tuple[weakref.ref[KnownIdentifiers], frozenset[str], dict[int, float]]] = {}


def relation(leaving: Leaving, marked: Collection[int] = (), staff: Collection[str] = ()) -> Judged | None:
    """Whose record is for a GP, of those who leave; None where nobody's is. `marked` are the patients whom
    the practice has marked (`gp_only.marked_patients`), `staff` names of staff beside those of the export."""
    score = np.zeros(leaving.count, dtype=np.float32)
    for patient, how in close_to_staff(leaving.survey, staff).items():
        score[patient] = how
    score[list(marked)] = MARKED
    score[~leaving.patients] = 0
    if not score.any():
        return None
    return Judged(
        "relation",
        score,
        lambda patient: _WORDS[float(score[patient])],
        "a record that may be a colleague's or a relative's",
        "patients",
    )


def needs_gp(
    survey: Survey,
    key: Key | None,
    patient: int,
    *,
    marked: GpOnly | None = None,
    staff: Collection[str] = (),
) -> str:
    """Why only a GP should see this patient's record, '' where anybody may. `staff` are names of staff beside
    those of the export, such as that of whoever is looking: nobody should open a record of their own.

    `marked` is the practice's list; without it the list is read from where it is kept. A list that cannot be
    read, or that is gone, asks for a GP every time: whom it holds is not known."""
    if key is not None or marked is not None:
        try:
            held = marked if marked is not None or key is None else kept_gp_only(key)
        except ThresholdError as error:
            return trouble_in_words(error)
        if held is not None and held.holds(survey, patient):
            return _WORDS[MARKED]
    elif gp_only_file().exists():
        return UNREADABLE
    elif words := gone(GP_ONLY):
        return words
    how = close_to_staff(survey, staff).get(patient)
    return "" if how is None else _WORDS[how]


def trouble_in_words(error: ThresholdError) -> str:
    """What is said where the practice's list of records for a GP is not to be had."""
    return error.message if error.code == "gp_only.gone" else UNREADABLE


def close_to_staff(survey: Survey, staff: Collection[str] = ()) -> Mapping[int, float]:
    """Who may be staff, or live with staff: the patient and how sure it is. Worked out once for a survey and
    the names of staff beside those of the export."""
    known, also = survey.known, frozenset(staff)
    kept = _STAFF.get(id(known))
    if kept is not None and kept[0]() is known and kept[1] == also:
        return kept[2]
    found = _close(known, also | staff_in_parts(survey))
    for place in [place for place, held in _STAFF.items() if held[0]() is None]:
        del _STAFF[place]
    _STAFF[id(known)] = weakref.ref(known), also, found
    return found


def _close(known: KnownIdentifiers, also: frozenset[str]) -> dict[int, float]:
    names = known.names_of_patient
    staff = _staff((*sorted(also), *sorted(known.staff_names)[:_MOST_STAFF]))
    same: dict[tuple[str, str], list[int]] = {}
    for patient in _candidates(names, staff):
        held = _own(names, patient)
        for surname in held & staff.forenames.keys():
            others = held - {surname}
            for forename in others & staff.forenames[surname]:
                same.setdefault((surname, forename), []).append(patient)
            for initial in {name[0] for name in others} & staff.initials.get(surname, frozenset()):
                same.setdefault((surname, initial), []).append(patient)
    found: dict[int, float] = {}
    for (_, first), patients in same.items():
        how, most = (COLLEAGUE, _MOST_ALIKE) if len(first) > 1 else (ALIKE, _FEW_ALIKE)
        if len(patients) <= most:
            found.update((patient, max(how, found.get(patient, 0.0))) for patient in patients)
    if isinstance(names, NamesOfPatient):
        for patient in [patient for patient, how in found.items() if how == COLLEAGUE]:
            for other in names.household(patient).tolist():
                found[other] = max(RELATIVE, found.get(other, 0.0))
    return found


def _candidates(names: Mapping[int, frozenset[str]], staff: _Staff) -> list[int]:
    """The patients who may have the name of somebody on the staff."""
    if not isinstance(names, NamesOfPatient):
        return list(names)
    if not staff.forenames:
        return []
    whole = names.own_any(staff.forenames) & names.own_any(frozenset().union(*staff.forenames.values()))
    return [int(patient) for patient in np.flatnonzero(whole | names.own_any(staff.initials))]


def _staff(cells: Iterable[str]) -> _Staff:
    forenames: dict[str, set[str]] = {}
    initials: dict[str, set[str]] = {}
    for cell in cells:
        parts = name_parts(cell)
        if not 2 <= len(parts) <= 6 or any(c.isdigit() for c in cell):
            continue
        first, last = parts[0], parts[-1]
        if len(last) < 2:
            continue
        held = forenames.setdefault(last, set())
        if len(first) > 1 and first != last:
            held.add(first)
        elif len(first) == 1 and _is_rare(last):
            initials.setdefault(last, set()).add(first)
    return _Staff(
        {name: frozenset(held) for name, held in forenames.items()},
        {name: frozenset(held) for name, held in initials.items()},
    )


def _is_rare(surname: str) -> bool:
    """Whether a surname is no common one and no word."""
    return surname not in known_names() and surname not in doubtful() and not is_ordinary(surname)


def _own(names: Mapping[int, frozenset[str]], patient: int) -> frozenset[str]:
    return names.own(patient) if isinstance(names, NamesOfPatient) else names[patient]
