"""What is new since the plan that this one started from: the marks in the plan, the rows that stay because of
them, and the gate that tells."""

from __future__ import annotations

import weakref

import numpy as np
import numpy.typing as npt

from core.model import Gate, Reason, Role
from core.protection.plan import Plan, Purpose
from core.survey.codes.systems import SYSTEM_WORDS, of_systems
from core.survey.results import Survey

SYSTEM = "code_system|"
ITEMS_AGAIN = "items_again"
LEFT_OUT_ABSENT = "left_out_absent"
NEW_SYSTEM = Reason(
    "code.new_system",
    "The row has a code of a system that did not occur in the export that this plan started from.",
    "what is new stays until somebody has decided",
)
_TOLD = 6
_last: list[tuple[weakref.ref[Survey], tuple[str, ...], dict[str, npt.NDArray[np.bool_]]]] = []


def new_system_rows(survey: Survey, plan: Plan) -> dict[str, npt.NDArray[np.bool_]]:
    """By table, which rows have a code of a system that is new and undecided; tables without such a row are
    not named. Reads the fields of codes once for a survey."""
    systems = tuple(mark.removeprefix(SYSTEM) for mark in plan.drift if mark.startswith(SYSTEM))
    if not systems:
        return {}
    for held, of, rows in tuple(_last):
        if held() is survey and of == systems:
            return rows
    found = {}
    for name, findings in survey.findings.items():
        codes = [finding.position for finding in findings if finding.role is Role.CODE]
        if codes and (mask := _rows(survey, name, codes, systems)).any():
            found[name] = mask
    _last[:] = [(weakref.ref(survey), systems, found)]
    return found


def _rows(survey: Survey, name: str, codes: list[int], systems: tuple[str, ...]) -> npt.NDArray[np.bool_]:
    table, result = survey.export.table(name), np.zeros(survey.facts[name].rows, dtype=np.bool_)
    known: dict[str, bool] = {}
    for block in table.blocks():
        for column in table.read(block, codes).data.columns:
            coded = column.dictionary_encode()
            said = coded.dictionary.to_pylist()
            for text in said:
                if text not in known:
                    known[text] = of_systems(text, systems)
            new = np.fromiter((known[text] for text in said), np.bool_, len(said))
            at = coded.indices.fill_null(len(said)).to_numpy(zero_copy_only=False)
            result[block.first_row : block.first_row + len(at)] |= np.append(new, False)[at]
            if len(known) > _REMEMBERED:
                known.clear()
    return result


_REMEMBERED = 300_000


def told_drift(survey: Survey, plan: Plan) -> tuple[str, ...]:
    """What is new since the earlier plan, in words: the marks of a plan for this export."""
    tables = [(name, findings) for name, findings in survey.findings.items() if findings]
    told = []
    for mark in plan.drift:
        kind, _, rest = mark.partition("|")
        number, _, at = rest.partition("|")
        if kind == "table":
            told.append(f"the table '{tables[int(number) - 1][0]}'")
        elif kind in ("field", "field_changed"):
            name, findings = tables[int(number) - 1]
            what = "the field" if kind == "field" else "taken for something else, the field"
            told.append(f"{what} '{findings[int(at) - 1].field}' of '{name}'")
        elif kind == "category":
            told.append(f"codes of the family '{survey.lookup.category(rest).title}'")
        elif kind == "code_system":
            told.append(f"codes of another system ({SYSTEM_WORDS.get(rest, rest)})")
    return tuple(told)


def drift_gate(survey: Survey, plan: Plan) -> Gate | None:
    """What is new since the plan that this one started from; None where it started from none. It stops
    nothing: what is new is left out already."""
    if not plan.started_from:
        return None
    told = told_drift(survey, plan)
    if not told:
        return Gate("drift", True, "Nothing is new since the plan that this one started from.")
    shown = "; ".join(told[:_TOLD])
    more = f"; and {len(told) - _TOLD:,} more" if len(told) > _TOLD else ""
    counts = plan.purpose is Purpose.COUNTS
    then = "It is not counted" if counts else "It is left out"
    return Gate("drift", True, f"New since last time: {shown}{more}. {then} until a person decides.")


def items_gate(plan: Plan) -> Gate | None:
    """Whether rows that were left out by hand last time were looked for again; None where there were none."""
    marks = [mark.partition("|")[2] for mark in plan.drift if mark.startswith("items|")]
    if not marks:
        return None
    if f"{ITEMS_AGAIN}:{marks[0]}" in plan.confirmed:
        return Gate(
            "items-again", True, "The rows that were left out by hand last time were looked for again."
        )
    return Gate(
        "items-again",
        False,
        f"{int(marks[0]):,} rows were left out by hand last time, and a row has no lasting name. Leave them "
        "out again where they are in this export, or hold them back on the practice's list, then confirm "
        f"([confirmed] {ITEMS_AGAIN} = {marks[0]} in the decisions).",
        (f"{ITEMS_AGAIN}:{marks[0]}",),
    )
