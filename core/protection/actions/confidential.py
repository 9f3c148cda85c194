"""How to reach a patient, except where the record says that nobody may know where the patient lives."""

from __future__ import annotations

from core.model import Kind, Role
from core.protection.actions.action import Action, Input, Outcome, Person, PersonRun, Setting, alone

KEEP_UNLESS_CONFIDENTIAL = "keep_unless_confidential"
#: What tells where somebody is.
REACHING = frozenset((Role.ADDRESS, Role.AREA, Role.POSTCODE, Role.PHONE, Role.EMAIL))
_HIDDEN = "confidential"


def _keep_unless(_: Setting) -> PersonRun:
    def run(text: str, person: Person, _: int) -> Outcome:
        return (None, _HIDDEN) if person.confidential else (text, "")

    return run


ACTIONS = (
    Action(
        KEEP_UNLESS_CONFIDENTIAL,
        "Keep, but not where the patient's details are confidential",
        "passed on unchanged; suppressed for patients with an S-flag or a confidential record",
        "Kept as it is.",
        alone(_keep_unless),
        "Left blank.",
        roles=REACHING,
        kinds=frozenset((Kind.DIRECT_IDENTIFIER, Kind.QUASI_IDENTIFIER)),
        examples=(("23 Victoria Road", "23 Victoria Road"), ("BS6 5QA", "BS6 5QA")),
        example_setting=Setting(Role.ADDRESS, person=Person()),
        inputs=frozenset((Input.PATIENT,)),
        facts=("confidential",),
        for_person=_keep_unless,
        says={
            _HIDDEN: "Left blank: this patient's details are confidential. Whoever learns where the patient "
            "is could do harm. Reach the patient in another way.",
            "nobody": "Left blank: it is not known whose row this is, and somebody in this export has "
            "confidential details.",
        },
    ),
)
