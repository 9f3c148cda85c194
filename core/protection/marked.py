"""What people should see of those who leave: marked records, and how the answer of an opt-out check fits."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.model import Counted
from core.protection.objections import ObjectionLists, asking_objections
from core.protection.plan import Plan
from core.protection.recalled import recall_marked
from core.survey.results import OBJECTIONS, Survey


@dataclass(frozen=True)
class Answer:
    """How the answer of an opt-out check fits the export: numbers of patients `here`, and of `strangers`."""

    here: int
    strangers: int


def marked(survey: Survey, plan: Plan, people: npt.NDArray[np.uint8]) -> tuple[Counted, ...]:
    """The people who are not left out and whose objection only asks to be seen under this purpose."""
    leaves = people[:-1] == 0
    found = []
    for name, rule in asking_objections(plan.purpose, plan.uses).items():
        has = (survey.patients.objections & np.uint32(1 << OBJECTIONS.index(name))) != 0
        if patients := int((has & leaves).sum()):
            found.append(Counted(name, rule.text, 0, patients))
    return (*found, *recall_marked(survey, plan, people))


def answer_of(survey: Survey, lists: ObjectionLists | None) -> Answer | None:
    """How the answer fits, None where there is none."""
    if lists is None or lists.cleaned is None:
        return None
    asked = {who.removeprefix("nhs|") for who in survey.patients.identity if who.startswith("nhs|")}
    here = len(lists.cleaned & asked)
    return Answer(here, len(lists.cleaned) - here)
