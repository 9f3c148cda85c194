"""The code that a patient has under a plan: decisions about single patients go by it, never by a name."""

from __future__ import annotations

import threading
import weakref

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from core.model import UsageError
from core.preview import Preview
from core.protection.pseudonyms import PSEUDONYM

_AT_ONCE = 1 << 16
_lock = threading.Lock()
_codes: weakref.WeakKeyDictionary[Preview, pa.Array] = weakref.WeakKeyDictionary()


def patient_code(preview: Preview, patient: int) -> str:
    """The patient's pseudonym under the plan, as `patients.leave_out` of the decisions has it.

    Raises UsageError where the survey has no such patient."""
    check_patient(preview, patient)
    return preview.context.pseudonyms.of_identity(preview.survey.patients.identity[patient])


def patient_of_code(preview: Preview, code: str) -> int | None:
    """The patient with this code under the plan, None where nobody has it. The first time every patient's
    code is made (about 3 microseconds each)."""
    code = code.strip()
    if not PSEUDONYM.fullmatch(code):
        return None
    at = pc.index(_all_codes(preview), pa.scalar(code)).as_py()
    return None if at < 0 else int(at)


def check_patient(preview: Preview, patient: int) -> None:
    """Raises UsageError where the survey has no patient of this number."""
    if not 0 <= patient < preview.survey.patients.count:
        raise UsageError(
            "There is no such patient in this export. Check that it is the right one.", where="patient"
        )


def _all_codes(preview: Preview) -> pa.Array:
    with _lock:
        if (known := _codes.get(preview)) is not None:
            return known
    made = preview.context.coder.patients
    count = preview.survey.patients.count
    runs = [
        made.of(np.arange(start, min(start + _AT_ONCE, count), dtype=np.int32))
        for start in range(0, count, _AT_ONCE)
    ]
    codes = pa.concat_arrays(runs) if runs else pa.array([], pa.string())
    with _lock:
        _codes[preview] = codes
    return codes
