"""Patients whose details are confidential: on a list for care they stay, and where they live does not leave.

The flags are the Spine's S-flag and the practice's own confidential mark. PDS gives nobody the address of a
patient with an S-flag, because whoever learns it could do harm.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from core.protection.actions.confidential import KEEP_UNLESS_CONFIDENTIAL, REACHING
from core.protection.plan import FieldPlan, Plan
from core.survey.results import OBJECTIONS, Survey

_FLAGS = sum(1 << OBJECTIONS.index(name) for name in ("spine_sensitive", "confidential_flag"))


def confidential_patients(survey: Survey) -> npt.NDArray[np.bool_]:
    """One entry a patient: whether nobody may learn where the patient is."""
    return np.asarray((survey.patients.objections & np.uint32(_FLAGS)) != 0, dtype=np.bool_)


def settled(survey: Survey, fields: Sequence[FieldPlan]) -> list[FieldPlan]:
    """The field plans, with such fields simply kept where nobody in the export has confidential details."""
    if confidential_patients(survey).any():
        return list(fields)
    return [
        replace(f, action="keep", reason_id="field.keep")
        if f.action == KEEP_UNLESS_CONFIDENTIAL and not f.decided
        else f
        for f in fields
    ]


def telling_fields(plan: Plan) -> tuple[FieldPlan, ...]:
    """The fields that leave and would tell where a confidential patient is."""
    return tuple(
        f for f in plan.fields if f.leaves and f.role in REACHING and f.action != KEEP_UNLESS_CONFIDENTIAL
    )
