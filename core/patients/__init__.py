"""Single patients, for the GP: who needs a judgement, what the practice holds of one, what would leave.

Stands on the survey, the plan and the preview; nothing here decides what leaves. `record` puts one patient's
rows on one page by family, `queue` says who should be looked at and why, `search` finds any patient, `sheet`
tells a patient what leaves about them, `looks` writes down that somebody looked.
"""

from __future__ import annotations

from core.patients.codes import patient_code, patient_of_code
from core.patients.elsewhere import Elsewhere, other_rows, patient_of_row, rows_elsewhere
from core.patients.gp_only import (
    GpOnly,
    gp_only_file,
    load_gp_only,
    marked_patients,
    new_gp_only,
    save_gp_only,
)
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
from core.patients.queue import REASONS, review_queue
from core.patients.record import MOST_ITEMS, read_record
from core.patients.relations import needs_gp
from core.patients.search import find_patients

__all__ = [
    "FAMILIES",
    "MOST_ITEMS",
    "REASONS",
    "Beyond",
    "Elsewhere",
    "Found",
    "GpOnly",
    "Item",
    "PatientRecord",
    "Point",
    "Queue",
    "QueueEntry",
    "QueueReason",
    "Section",
    "Series",
    "Told",
    "find_patients",
    "gp_only_file",
    "load_gp_only",
    "marked_patients",
    "needs_gp",
    "new_gp_only",
    "other_rows",
    "patient_code",
    "patient_of_code",
    "patient_of_row",
    "read_record",
    "review_queue",
    "rows_elsewhere",
    "save_gp_only",
]
