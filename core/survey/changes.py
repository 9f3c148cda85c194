"""Whether an export holds a practice's records or only what changed in them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from core.model import Export, Hazard, Severity
from core.survey.results import TableFacts
from core.survey.row_marks import patient_tables


def changes_only(export: Export, facts: Mapping[str, TableFacts]) -> tuple[Hazard, ...]:
    """Hazards of an export in which people have entries who are not in its table of patients, or rows that
    the clinical system has deleted: extracts of changes have both."""
    found: list[Hazard] = []
    deleted = sum(int(f.deleted.sum()) for f in facts.values() if f.deleted is not None)
    if deleted:
        found.append(
            Hazard(
                export.name,
                f"{deleted:,} {'row was' if deleted == 1 else 'rows were'} deleted in the clinical system",
                Severity.WARNS,
                "They are marked as deleted and leave with no release. An extract that carries deletions is "
                "often one of changes since the one before.",
                "deleted_rows",
            )
        )
    for format_id in sorted({seen.format for seen in export.recognised.values()}):
        missing = _not_in_patients(export, facts, format_id)
        if missing:
            found.append(
                Hazard(
                    export.name,
                    f"{missing:,} {'person has' if missing == 1 else 'people have'} entries here but no row "
                    "in the table of patients: it may hold only what changed since the extract before",
                    Severity.WARNS,
                    "Of them nobody's registration or NHS number is known, and other patients may be missing "
                    "altogether. Ask for a full extract.",
                    "changes_only",
                )
            )
    return tuple(found)


def _not_in_patients(export: Export, facts: Mapping[str, TableFacts], format_id: str) -> int:
    names = patient_tables(format_id)
    of_format = [
        (t, seen) for t, seen in export.recognised.items() if seen.format == format_id and t in facts
    ]
    masters = [facts[t].patient for t, seen in of_format if seen.table in names]
    others = [facts[t].patient for t, seen in of_format if seen.table not in names]
    if not names or not masters or not others:
        return 0
    most = max((int(p.max()) for p in (*masters, *others) if len(p)), default=-1)
    listed = np.zeros(most + 2, dtype=np.bool_)  # the last is for rows that name nobody
    seen_there = listed.copy()
    for patients in masters:
        listed[patients] = True
    for patients in others:
        seen_there[patients] = True
    return int((seen_there & ~listed)[:-1].sum())
