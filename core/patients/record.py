"""One patient on one page: every row of theirs in every table, by family, on both sides.

Cells come from `Preview.rows_at`, the function that fills the side-by-side panes, so that what is seen is
what leaves. Nothing is kept: a record lives as long as somebody holds it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from weakref import WeakKeyDictionary

import numpy as np

from core.model import Kind
from core.patients.codes import check_patient, patient_code
from core.patients.families import plain, title_of
from core.patients.measurements import Reading, make_series
from core.patients.nouns import FAMILIES, Item, PatientRecord, Section
from core.patients.only_patient import only_patients, rows_on_page
from core.patients.table_reader import TableReader
from core.patients.told import Teller
from core.preview import Preview
from core.protection.pseudonyms import HoldsSecret
from core.survey.codes.dictionaries import shape_of

#: Items of one family on the page: the newest. A page of more cannot be looked at one by one.
MOST_ITEMS = 2_000
#: Reasons that hold for a whole patient, by how their ids begin (core.protection.row_reasons has the order).
_OF_PATIENTS = (
    *("objection.", "status.", "recall.", "held_back.patient", "decision.patient", "cohort.", "sample."),
)
_NAMED = 3  # tables that a note names
_OF_NOBODY = frozenset({Kind.ADMINISTRATIVE, Kind.STAFF, Kind.LINKING_KEY})
_counted: WeakKeyDictionary[Preview, Mapping[str, int]] = WeakKeyDictionary()


def read_record(
    preview: Preview, patient: int, *, key: HoldsSecret | None = None, most: int = MOST_ITEMS
) -> PatientRecord:
    """Everything the export holds of a patient, and what would leave of it. Reads the patient's rows only.

    The newest `most` items of each family; `cut` says how many more there are. `key` is not needed: the
    preview makes the plan's codes. Raises UsageError where the survey has no such patient, ReadError where
    the file changed."""
    check_patient(preview, patient)
    readers = [
        TableReader(preview, name, rows)
        for name in preview.survey.facts
        if len(rows := rows_on_page(preview.survey, name, patient))
    ]
    withheld = _reasons(preview, patient)
    cut = 0 if sum(len(reader.rows) for reader in readers) <= most else _cut(readers, most)
    teller = Teller()
    items: list[Item] = []
    readings: list[tuple[int, bool, Reading]] = []
    for reader in readers:
        found, measured = reader.read(teller)
        items += found
        readings += measured
    by_family: dict[str, list[Item]] = {}
    for item in items:
        by_family.setdefault(item.family, []).append(item)
    left_out, left_out_id = _whole_patient(preview, withheld)
    return PatientRecord(
        patient=patient,
        code=patient_code(preview, patient),
        name=teller.name,
        told=teller.told(),
        sections=tuple(
            Section(name, title_of(name), tuple(sorted(by_family[name], key=lambda item: -item.day)))
            for name in FAMILIES
            if name in by_family
        ),
        series=make_series(readings),
        left_out=left_out,
        left_out_id=left_out_id,
        cut=cut,
        notes=_notes(preview, patient, cut),
    )


def _reasons(preview: Preview, patient: int) -> set[int]:
    """The numbers of the reasons of the rows that name a patient, 0 for one that leaves."""
    withheld = preview.decisions.withheld
    return {
        int(reason)
        for name, facts in preview.survey.facts.items()
        for reason in np.unique(withheld[name][facts.rows_of(patient)])
    }


def _whole_patient(preview: Preview, withheld: set[int]) -> tuple[str, str]:
    """The reason under which a whole patient stays, by the reasons of all their rows (0: it leaves)."""
    if len(withheld) != 1 or 0 in withheld:
        return "", ""
    reason = preview.decisions.reasons[next(iter(withheld)) - 1]
    return (reason.text, reason.id) if reason.id.startswith(_OF_PATIENTS) else ("", "")


def _notes(preview: Preview, patient: int, cut: int) -> tuple[str, ...]:
    """What the page does not show, in words."""
    notes = []
    if cut:
        notes.append(
            f"{cut:,} older {'entry is' if cut == 1 else 'entries are'} not shown here. "
            "They are on the Side by side page."
        )
    survey = preview.survey
    named = sum(
        len(rows_on_page(survey, name, patient)) - len(survey.facts[name].rows_of(patient))
        for name, whose in only_patients(survey).items()
        if whose == patient
    )
    if named:
        notes.append(
            f"{named:,} {'value names' if named == 1 else 'values name'} no patient. The file is about one "
            "patient, so they stand here, each with what becomes of it."
        )
    nobody = _nobodys(preview)
    if total := sum(nobody.values()):
        some = ", ".join(list(nobody)[:_NAMED])
        more = f" and {len(nobody) - _NAMED:,} other tables" if len(nobody) > _NAMED else ""
        notes.append(
            f"{total:,} {'row' if total == 1 else 'rows'} of the file ({some}{more}) cannot be told whose "
            "they are, so they are on nobody's page. Look for them on the Side by side page."
        )
    return tuple(notes)


def _nobodys(preview: Preview) -> Mapping[str, int]:
    """How many rows of each table name nobody and may be about a patient; counted once."""
    if (known := _counted.get(preview)) is None:
        known = {
            name: rows
            for name, facts in preview.survey.facts.items()
            if name not in only_patients(preview.survey)
            and (rows := int(np.count_nonzero(facts.patient < 0)))
            and _may_be_about_somebody(preview, name)
        }
        _counted[preview] = known
    return known


def _may_be_about_somebody(preview: Preview, table: str) -> bool:
    """Whether rows of a table that name nobody may be about a patient all the same: not those of a
    dictionary, of staff and of organisations."""
    findings = preview.survey.findings[table]
    if (preview.survey.facts[table].patient >= 0).any():
        return True
    if shape_of([plain(finding.field) for finding in findings]) is not None:
        return False
    return any(finding.filled and finding.kind not in _OF_NOBODY for finding in findings)


def _cut(readers: Sequence[TableReader], most: int) -> int:
    """Keep the newest rows of each family in every reader; answers how many go."""
    families = [np.array(reader.families()) for reader in readers]
    days = [np.array(reader.days, dtype=np.int64) for reader in readers]
    kept = [np.ones(len(reader.rows), dtype=np.bool_) for reader in readers]
    for name in FAMILIES:
        own = [np.flatnonzero(told == name) for told in families]
        if sum(map(len, own)) <= most:
            continue
        reader_of = np.concatenate([np.full(len(rows), at) for at, rows in enumerate(own)])
        rows = np.concatenate(own)
        when = np.concatenate([day[some] for day, some in zip(days, own, strict=True)])
        for at in np.argsort(-when, kind="stable")[most:].tolist():
            kept[reader_of[at]][rows[at]] = False
    for reader, mask in zip(readers, kept, strict=True):
        reader.keep(mask)
    return sum(int((~mask).sum()) for mask in kept)
