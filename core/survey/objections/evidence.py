"""Which sources of objections an export had, and why it might not say who objects.

An export may lack the row that holds an objection: a list of problems, a report of two years, a search for
one disease. No objection in this file is not no objection; this says so wherever counts are shown.
Sources: NHS England and CPRD guidance on Type 1 opt-outs and the National Data Opt-out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from core.model import Counted, Hazard
from core.survey.columns import Watched
from core.survey.results import LOST_CASE, NO_DAY, ObjectionEvidence

_PROBLEMS = re.compile(r"problem", re.IGNORECASE)
#: Type 1 objections were recorded from 2013 on, most of them in that year and the next (care.data).
_BEGAN = int(np.datetime64("2014-01-01", "D").astype(np.int64))
_ENOUGH_PATIENTS = 200
_NAMED = 3
#: What is said wherever an export's objections are shown.
NOT_NO_OBJECTION = "No objection in this file is not no objection."


@dataclass(frozen=True)
class Asked:
    """What is known once all rows were looked at. `fields` are the fields' names by table and position;
    `first_day` and `patients` of the export; `outside_codes` rows with an objection in no code field."""

    fields: Mapping[str, Sequence[str]]
    watched: Mapping[str, Watched]
    hazards: Sequence[Hazard]
    counted: Sequence[Counted]
    first_day: int
    patients: int
    outside_codes: int


def objection_evidence(asked: Asked) -> tuple[ObjectionEvidence, ...]:
    """The sources this export had, then the warnings."""
    return (*_sources(asked), *_warnings(asked))


def _sources(asked: Asked) -> Iterator[ObjectionEvidence]:
    coded = [name for name, watched in asked.watched.items() if watched.codes or watched.terms]
    for name in coded[:_NAMED]:
        yield ObjectionEvidence("codes", name, "Objections that are recorded as codes would be found here.")
    if len(coded) > _NAMED:
        more = len(coded) - _NAMED
        yield ObjectionEvidence("codes", f"and {more:,} more", "Tables with codes.")
    for name, watched in asked.watched.items():
        for position, flag in watched.flags:
            field = asked.fields[name][position]
            spine = flag.meaning == "spine_sensitive"
            text = "This field says whose details are hidden on the Spine."
            if not spine:
                text = "This field says who objects" + (
                    ": FALSE means opted out." if flag.false_objects else "."
                )
            yield ObjectionEvidence("spine_flag" if spine else "flag", f"{name}, {field}", text)
        if watched.objectors:
            yield ObjectionEvidence("table", name, "Everybody in this table has a Type 1 objection.")
    if asked.outside_codes:
        rows = "1 row has" if asked.outside_codes == 1 else f"{asked.outside_codes:,} rows have"
        yield ObjectionEvidence(
            "outside_codes",
            "the export",
            f"{rows} an objection in a note, a value or another text. Each counts as made.",
        )


def _warnings(asked: Asked) -> Iterator[ObjectionEvidence]:
    def warning(id_: str, where: str, text: str) -> ObjectionEvidence:
        return ObjectionEvidence(id_, where, text, warns=True)

    watched = asked.watched.values()
    coded = [name for name, seen in asked.watched.items() if seen.codes or seen.terms]
    flagged = any(seen.flags or seen.objectors for seen in watched)
    if not coded and not flagged:
        yield warning(
            "nowhere",
            "the export",
            "This export has no table and no field that could hold an objection. Ask for the objections as a "
            "separate list.",
        )
    if coded and not flagged:
        if asked.first_day != NO_DAY and asked.first_day > _BEGAN:
            year = np.datetime64(asked.first_day, "D").astype("datetime64[Y]")
            yield warning(
                "recent",
                "the export",
                f"Entries in this export begin in {year}: an objection that is older would not be in it.",
            )
        if all(_PROBLEMS.search(name) for name in coded):
            yield warning(
                "problems_only",
                coded[0],
                "Its codes are lists of problems only: an objection is seldom a problem.",
            )
        found = any(counted.id == "type1_dissent" for counted in asked.counted)
        if not found and asked.patients >= _ENOUGH_PATIENTS:
            yield warning(
                "none_found",
                "the export",
                f"None of {asked.patients:,} patients has a Type 1 objection here. In most practices some "
                "have: the search may have left the codes out.",
            )
    for hazard in asked.hazards:
        if hazard.what == LOST_CASE:
            yield warning("capitals", hazard.where, f"{LOST_CASE} An objection cannot be told there.")
    if not any(flag.meaning == "national_data_opt_out" for seen in watched for _, flag in seen.flags):
        had = any(counted.id == "type2_dissent" for counted in asked.counted)
        yield warning(
            "national",
            "the export",
            "National Data Opt-outs are not recorded in a practice's system: they are checked with the "
            "national service."
            + (" Type 2 objections became National Data Opt-outs in 2018." if had else ""),
        )
