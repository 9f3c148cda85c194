"""Which patients were agreed, and which of them are drawn.

The cohort is the agreement's: registration and age. The sample is a keyed hash of the patient (HMAC-SHA-256
of the identity that pseudonyms are made from, with a key of its own for the recipient and project): the same
patients in every table and every later release, a smaller sample inside a larger one, and nobody outside the
practice can tell whether a patient would be in it.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np
import numpy.typing as npt

from core.model import PolicyError, Reason, Status, UsageError
from core.protection.plan import Plan
from core.protection.pseudonyms import HoldsSecret, derive_secret
from core.protection.recipients import Cohort
from core.protection.windows import last_day
from core.survey.results import NO_DAY, NO_PATIENT, Survey, TableFacts

OUTSIDE = Reason(
    "cohort.outside",
    "The patient is not one of those who were agreed.",
    "the agreement; UK GDPR article 5(1)(c)",
)
NOT_TOLD = Reason(
    "cohort.not_told",
    "It cannot be told whether the patient is one of those who were agreed.",
    "what is not understood does not leave",
)
NOT_DRAWN = Reason("sample.not_drawn", "The patient was not drawn into the sample.", "decided here")
NOBODY = Reason(
    "sample.nobody",
    "It cannot be told whose row this is, so nor whether the patient was drawn.",
    "what is not understood does not leave",
)
WHOLE = 1000
_SHARE = re.compile(r"(\d{1,3}(?:\.\d)?)\s*%", re.ASCII)
_EPOCH = date(1970, 1, 1)

Mask = npt.NDArray[np.bool_]


def sample_per_mille(text: str) -> int:
    """The share that `--sample` says, in patients of every thousand: '5%' is 50, '0.5%' is 5.

    Raises UsageError for anything else."""
    found = _SHARE.fullmatch(text.strip())
    share = round(float(found[1]) * 10) if found else 0
    if not 1 <= share <= WHOLE:
        raise UsageError(
            "Say how many patients are to be drawn, in percent: 5%, or 0.5% (0.1% at least, 100% at most).",
            where="--sample",
        )
    return share


def cohort_told(survey: Survey, cohort: Cohort | None) -> tuple[tuple[str, str], ...]:
    """A cohort as the plan holds it, with the day on which ages are reckoned: the export's own last one."""
    if cohort is None:
        return ()
    told = {}
    if cohort.statuses:
        told["status"] = " ".join(sorted(cohort.statuses))
    if cohort.age_from is not None:
        told["age_from"] = str(cohort.age_from)
    if cohort.age_to is not None:
        told["age_to"] = str(cohort.age_to)
    if "age_from" in told or "age_to" in told:
        # An export without any day leaves every age untold, and nobody goes.
        told["on"] = (last_day(survey) or date.min).isoformat()
    return tuple(sorted(told.items()))


def patients_outside(survey: Survey, plan: Plan, key: HoldsSecret | None) -> Sequence[tuple[Mask, Reason]]:
    """The patients who stay because they were not agreed, or not drawn, with the reason of each; an entry a
    patient. Raises PolicyError where drawing needs the key and it is not there."""
    found: list[tuple[Mask, Reason]] = []
    if plan.cohort:
        found += _cohort(survey, dict(plan.cohort))
    if plan.sample_per_mille < WHOLE:
        if key is None:
            raise PolicyError("Drawing a sample needs the key.", where="sample", code="key")
        found.append((~drawn(survey.patients.identity, plan, key), NOT_DRAWN))
    return found


def rows_of_nobody(plan: Plan, facts: TableFacts) -> tuple[Mask, Reason] | None:
    """Rows that name nobody in a table whose other rows name patients: nobody can say whether those were
    agreed or drawn. None where the plan takes every patient, or the table is not about patients."""
    sampled = plan.sample_per_mille < WHOLE
    if not (plan.cohort or sampled) or not (facts.patient != NO_PATIENT).any():
        return None
    return facts.patient == NO_PATIENT, NOT_TOLD if plan.cohort else NOBODY


def drawn(identity: Sequence[str], plan: Plan, key: HoldsSecret) -> Mask:
    """Who is in the plan's sample, an entry a patient."""
    secret = hmac.digest(derive_secret(key, plan.recipient, plan.project), b"threshold sample 1", "sha256")
    limit = plan.sample_per_mille * (1 << 64) // WHOLE
    return np.fromiter((_place(secret, who) < limit for who in identity), np.bool_, len(identity))


def _place(secret: bytes, identity: str) -> int:
    message = b"sample|" + identity.encode("utf-8", "surrogatepass")
    return int.from_bytes(hmac.digest(secret, message, "sha256")[:8], "big")


def _cohort(survey: Survey, told: Mapping[str, str]) -> list[tuple[Mask, Reason]]:
    patients = survey.patients
    outside = np.zeros(patients.count, dtype=np.bool_)
    unknown = np.zeros(patients.count, dtype=np.bool_)
    if "status" in told:
        agreed = [status for status in Status if status.name.lower() in told["status"].split()]
        status = patients.status
        in_cohort = np.isin(status, agreed)
        # Where the export has no field for it, that everybody is registered is one decision (a gate).
        assumed = not patients.has_status and Status.REGISTERED in agreed
        untold = (status == Status.UNKNOWN) & ~in_cohort & (not assumed)
        unknown |= untold
        outside |= ~in_cohort & (status != Status.UNKNOWN)
    if "on" in told:
        age = ages(patients.birth_day, (date.fromisoformat(told["on"]) - _EPOCH).days)
        unknown |= age < 0
        if "age_from" in told:
            outside |= (age >= 0) & (age < int(told["age_from"]))
        if "age_to" in told:
            outside |= age > int(told["age_to"])
    return [(outside, OUTSIDE), (unknown & ~outside, NOT_TOLD)]


def ages(birth_day: npt.NDArray[np.int32], on: int) -> npt.NDArray[np.int64]:
    """Whole years on a day (days since 1970-01-01), -1 where unknown or not yet born. Born on 29 February,
    somebody is a year older on 1 March, as the law of England counts it."""
    result = np.full(len(birth_day), -1, dtype=np.int64)
    known = (birth_day != NO_DAY) & (birth_day <= on)
    if on == NO_DAY or not known.any():
        return result
    born = birth_day[known].astype("datetime64[D]")
    today = np.datetime64(on, "D")
    months = born.astype("datetime64[M]").astype(np.int64)
    days = (born - born.astype("datetime64[M]")).astype(np.int64)
    this_month = int(today.astype("datetime64[M]").astype(np.int64))
    this_day = int((today - today.astype("datetime64[M]")).astype(np.int64))
    whole = this_month - months - (days > this_day)
    result[known] = whole // 12
    return result
