"""Single patients, for the GP: who needs a judgement, what the practice holds of one, what would leave.

Stands on the survey, the plan and the preview; nothing here decides what leaves. `record` puts one patient's
rows on one page by family, `queue` says who should be looked at and why, `search` finds any patient, `sheet`
tells a patient what leaves about them, `looks` writes down that somebody looked.
"""

from __future__ import annotations

from core.patients.nouns import (
    FAMILIES,
    Beyond,
    Found,
    Item,
    PatientRecord,
    Point,
    Queue,
    QueueEntry,
    QueueReason,
    Section,
    Series,
    Told,
)

__all__ = [
    "FAMILIES",
    "Beyond",
    "Found",
    "Item",
    "PatientRecord",
    "Point",
    "Queue",
    "QueueEntry",
    "QueueReason",
    "Section",
    "Series",
    "Told",
]
