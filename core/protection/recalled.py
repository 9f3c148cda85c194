"""Screening recall that a patient declined or was ceased from, and what becomes of a list for that programme.

A list for a programme of screening leaves out who declined it or was ceased from it: those patients are shown
and confirmed, never dropped in silence (`RowDecisions.missing_out`). Where a record does not say which
programme was declined, the patient stays on the list and a person must have seen it: missing an invitation by
a guess is the greater harm. Source: NHS population screening, ceasing and opting out of a programme.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from core.model import Counted, Reason
from core.protection.plan import Plan
from core.survey.results import PROGRAMMES, Survey

Mask = npt.NDArray[np.bool_]

#: The words of each programme.
PROGRAMME_WORDS = {
    "breast": "breast screening",
    "cervical": "cervical screening",
    "bowel": "bowel cancer screening",
    "diabetic_eye": "diabetic eye screening",
    "aaa": "screening for an aortic aneurysm",
}
assert set(PROGRAMME_WORDS) == set(PROGRAMMES) - {"unnamed"}
UNNAMED = "recall_unnamed"
_SOURCE = "NHS population screening: opting out of a programme, and being ceased from it"


def recall_reasons(plan: Plan) -> tuple[tuple[str, Reason], ...]:
    """('declined' | 'ceased', the reason of those rows) for a list of a screening programme."""
    if not plan.programme:
        return ()
    words = PROGRAMME_WORDS[plan.programme]
    return (
        ("declined", Reason("recall.declined", f"The patient declined {words}.", _SOURCE)),
        ("ceased", Reason("recall.ceased", f"The patient was ceased from {words}.", _SOURCE)),
    )


def recall_withheld(survey: Survey, plan: Plan) -> Iterator[tuple[Mask, Reason]]:
    """Who is left out of a list for a programme, one entry a patient, with the reason of each."""
    for what, reason in recall_reasons(plan):
        yield survey.patients.recalls(f"{plan.programme}.{what}"), reason


def recall_marked(survey: Survey, plan: Plan, people: npt.NDArray[np.uint8]) -> tuple[Counted, ...]:
    """The people who stay on a programme's list although their record says that some recall was declined or
    ceased, and not which. `people` has each patient's reason number, one more at the end for nobody."""
    if not plan.programme:
        return ()
    patients = survey.patients
    unsure = (patients.recalls("unnamed.declined") | patients.recalls("unnamed.ceased")) & (people[:-1] == 0)
    found = int(unsure.sum())
    text = "A recall was declined or stopped, and the record does not say for which programme."
    return (Counted(UNNAMED, text, 0, patients=found),) if found else ()
