"""Who has looked at which patient's record, and when: kept with a plan, and no part of what it decides.

A look changes nothing that leaves, so it is no part of the plan's fingerprint, and approvals outlive it. A
patient is named by their code, a person who looked by name, for they are staff.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from core.model import Gate
from core.protection.pseudonyms import PSEUDONYM
from core.survey.identifiers.inside import PERSON, found_inside

#: (patient's code, who looked, when: ISO 8601 to the minute), as a plan has it.
Look = tuple[str, str, str]

LONGEST_NAME = 100
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)?")


def staff_name(text: str) -> str:
    """The name in one line. Raises ValueError where it is empty, long, or more than a name."""
    name = " ".join(text.split())
    fits = 0 < len(name) <= LONGEST_NAME and name.isprintable()
    if not fits or found_inside(name) not in ("", PERSON):
        raise ValueError("whoever looked or signed is said by name and nothing else")
    return name


def patient_code(text: str) -> str:
    """The code, checked. Raises ValueError."""
    if not PSEUDONYM.fullmatch(text):
        raise ValueError("a patient is named by a code such as P-7KQ2-M9XD-0RHE-5V2T")
    return text


def moment(text: str) -> str:
    """A date and time to the minute. Raises ValueError where it is none."""
    if not _MOMENT.fullmatch(text):
        raise ValueError("a time is said as 2018-08-06T14:30")
    return datetime.fromisoformat(text).isoformat(timespec="minutes")


def _from_toml(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value


class SeenDecision(BaseModel):
    """That somebody looked at one patient's record."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    patient: Annotated[str, AfterValidator(patient_code)]
    by: Annotated[str, AfterValidator(staff_name)]
    at: Annotated[str, Field(max_length=40), BeforeValidator(_from_toml), AfterValidator(moment)]


def looks_of(seen: Iterable[SeenDecision]) -> tuple[Look, ...]:
    """As a plan keeps them: each once, in one order."""
    return tuple(sorted({(look.patient, look.by, look.at) for look in seen}))


def check_looks(looks: Iterable[Look]) -> None:
    """Raises ValueError where one is not as `SeenDecision` would have it."""
    for code, by, at in looks:
        if (patient_code(code), staff_name(by), moment(at)) != (code, by, at):
            raise ValueError("a look is not as it was written")


def looked_at_gate(not_looked_at: int | None) -> Gate | None:
    """What is said at export of patients who are worth a look one by one and had none; it stops nothing. None
    where nobody worked out who they are."""
    if not_looked_at is None:
        return None
    return Gate("patients-looked-at", True, looked_at_words(not_looked_at))


def looked_at_words(not_looked_at: int) -> str:
    if not not_looked_at:
        return "Not looked at: 0. Every patient who should be looked at one by one was."
    who = "1 patient" if not_looked_at == 1 else f"{not_looked_at:,} patients"
    return f"Not looked at: {who} of those who should be looked at one by one. This stops nothing."


def looks_checksum(looks: Iterable[Look]) -> str:
    """SHA-256 (hex) of the looks, '' of none: the plan's fingerprint does not show that they were edited."""
    told = sorted(looks)
    return hashlib.sha256(json.dumps(told).encode("ascii")).hexdigest() if told else ""
