"""Single patients, for the GP: who needs a judgement, what the practice holds of one, what would leave.

Stands on the survey, the plan and the preview; nothing here decides what leaves. `record` puts one patient's
rows on one page by family, `queue` says who should be looked at and why, `search` finds any patient, `sheet`
tells a patient what leaves about them, `looks` writes down that somebody looked.
"""

from __future__ import annotations

from core.patients.codes import patient_code, patient_of_code
from core.patients.gp_only import (
    GpOnly,
    gp_only_file,
    load_gp_only,
    marked_patients,
    new_gp_only,
    save_gp_only,
)
from core.patients.looks import (
    Look,
    begin_another,
    check_looks,
    export_fingerprint,
    looks_path,
    read_looks,
    record_look,
    still_to_look_at,
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
from core.patients.sheet import make_sheet, sheet_needs_gp

__all__ = [
    "FAMILIES",
    "MOST_ITEMS",
    "REASONS",
    "Beyond",
    "Found",
    "GpOnly",
    "Item",
    "Look",
    "PatientRecord",
    "Point",
    "Queue",
    "QueueEntry",
    "QueueReason",
    "Section",
    "Series",
    "Told",
    "begin_another",
    "check_looks",
    "export_fingerprint",
    "find_patients",
    "gp_only_file",
    "load_gp_only",
    "looks_path",
    "make_sheet",
    "marked_patients",
    "needs_gp",
    "new_gp_only",
    "patient_code",
    "patient_of_code",
    "read_looks",
    "read_record",
    "record_look",
    "review_queue",
    "save_gp_only",
    "sheet_needs_gp",
    "still_to_look_at",
]
