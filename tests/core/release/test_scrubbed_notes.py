"""Scrubbed notes on their way out: who decides, what leaves, and what the attack on the bytes makes of it."""

from __future__ import annotations

import pickle
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from core.engine import apply_table
from core.model import Kind, PolicyError, Role, UsageError, VerificationError
from core.preview import Preview
from core.protection import (
    Decisions,
    Key,
    apply,
    gates,
    kept_notes,
    load_profile,
    make_context,
    make_plan,
    notes_seen,
    tier_of,
)
from core.protection.plan import ObjectionSource
from core.release import export_release
from core.survey.results import NO_PATIENT

KEY = Key(b"k" * 32)
NOTES = (
    "Rang Agnes on 07700 900101, BP 120/80, f/u 6/52.",
    "John's wife asks about White cell count.",
    "Mrs Parkinson next door fell; Ruth helped.",
    "may want to hope for May",
    "toosy raza dna x2",
    "Ewa KOWALSKI moved to 23 Victoria Road.",
)


@pytest.fixture
def practice(make_practice, person_row, people):
    rows = [(n, person_row(people[n], note=NOTES[n])) for n in range(6)]
    rows += [
        (NO_PATIENT, person_row(people[0], note="Whose is this? Agnes's.")),
        (0, person_row(people[0], note=" ")),
    ]
    return make_practice({"events": rows})


def scrubbed(practice, **settings: str):
    plan = practice.plan()
    note = next(f for f in plan.fields if f.field == "Note")
    return plan.with_field(replace(note, action="scrub", settings=settings, decided=True))


def notes_out(practice, plan) -> list[str | None]:
    context = make_context(practice.survey, plan, KEY, practice.rows(plan))
    blocks = apply_table(practice.survey.export.table("events"), context, workers=1)
    return [cell for block in blocks for cell in block.data.column("Note").to_pylist()]


def test_each_notes_own_patient_goes_and_the_findings_stay(practice) -> None:
    out = notes_out(practice, scrubbed(practice))
    assert out[0] == "Rang [name] on [phone], BP 120/80, f/u 6/52."
    assert out[1] == "[name]'s wife asks about [name] cell count."  # of a patient called White
    assert out[2] == "[name] next door fell; [name] helped."
    assert out[3] == "[name] want to [name] for [name]"  # both names of Hope May
    assert out[4] == "[name] dna x2"
    assert out[5] == "[name] moved to [address]"
    assert out[6] == " "


def test_a_note_of_nobody_is_left_blank(practice) -> None:
    plan = scrubbed(practice)
    context = make_context(practice.survey, plan, KEY, practice.rows(plan))
    scrubber = context.scrubber(next(f for f in plan.fields if f.field == "Note"))
    nobody = np.array([NO_PATIENT, NO_PATIENT, NO_PATIENT], np.int32)
    assert scrubber.array(pa.array(["Chest clear.", None, ""]), nobody).to_pylist() == [None, None, ""]
    reason = scrubber.why("Chest clear.", NO_PATIENT)
    assert reason is not None
    assert "not known whose note" in reason.text


def test_a_preview_an_export_and_any_cut_of_the_rows_agree(practice, tmp_path: Path) -> None:
    plan = scrubbed(practice)
    rows = practice.rows(plan)
    context = make_context(practice.survey, plan, KEY, rows)
    table = practice.survey.export.table("events")
    block = next(iter(table.blocks()))
    whole = apply(table.read(block), context).data
    shown = Preview(practice.survey, plan, KEY, rows).window("events", 0, 99)
    assert [row.out for row in shown.rows if row.out] == [list(r.values()) for r in whole.to_pylist()]
    again = pickle.loads(pickle.dumps(context))
    threads = pa.Table.from_batches([b.data for b in apply_table(table, again, workers=4)])
    assert threads.to_pylist() == whole.to_pylist()
    result = export_release(practice.survey, plan, KEY, rows, tmp_path)
    assert all(check.passed for check in result.checks)
    assert result.manifest.profile_tier == "red"
    assert any("read by Dr A Reader" in notice for notice in result.manifest.notices)
    reason = shown.rows[0].changes["Note"]
    assert reason.text.startswith("Personal details are removed as far as we can tell.")
    assert "[phone]: a telephone number." in reason.text
    assert not any(word in reason.text for word in ("Agnes", "07700"))


def test_what_scrubbing_missed_is_found_in_the_bytes(practice, tmp_path: Path, monkeypatch) -> None:
    plan = scrubbed(practice)
    monkeypatch.setattr("core.protection.actions.notes.find_spans", lambda text, names, also=None: ())
    with pytest.raises(VerificationError) as caught:
        export_release(practice.survey, plan, KEY, practice.rows(plan), tmp_path / "out")
    assert "Note" in caught.value.message
    assert not list(tmp_path.glob("out/*"))


def test_dates_can_leave_as_months_and_other_settings_are_refused(make_practice, person_row, people) -> None:
    practice = make_practice(
        {"events": [(0, person_row(people[0], note="born 12/04/1961, seen 3 May 2024"))]}
    )
    assert notes_out(practice, scrubbed(practice))[0] == "born [date], seen [date]"
    assert notes_out(practice, scrubbed(practice, dates="month"))[0] == "born 1961-04, seen 2024-05"
    with pytest.raises(UsageError, match="scrubbed with dates"):
        notes_out(practice, scrubbed(practice, dates="exactly"))


def decided(practice, profile: str, **field: str):
    return make_plan(
        practice.survey,
        load_profile(profile),
        recipient="Bristol Trial Unit",
        project="Feet",
        objection_sources=(ObjectionSource("search", "A Person"),),
        decisions=Decisions.model_validate({"fields": {"events": {"Note": field}}}),
    )


def test_only_a_person_decides_it_and_only_where_the_profile_may(practice) -> None:
    plan = decided(practice, "approved-research", action="scrub")
    assert next(f for f in plan.fields if f.field == "Note").action == "scrub"
    assert next(f for f in practice.plan().fields if f.field == "Note").action == "leave_out"
    for profile in ("own-care-list", "caredata-gpes"):
        with pytest.raises(PolicyError) as caught:
            decided(practice, profile, action="scrub")
        assert caught.value.code == "gate.free-text"
    with pytest.raises(UsageError, match="Only free text"):
        decided(practice, "approved-research", action="scrub", kind="clinical_value")


def test_no_note_leaves_before_somebody_read_a_sample(practice, tmp_path: Path) -> None:
    for change in (
        {},
        {"action": "keep"},
        {"action": "keep", "kind": Kind.CLINICAL_VALUE, "role": Role.VALUE},
    ):
        plan = replace(scrubbed(practice), notes_read_by="")
        note = next(f for f in plan.fields if f.field == "Note")
        plan = plan.with_field(replace(note, **change))
        profile = load_profile(plan.profile_id)
        checked = gates(practice.survey, plan, practice.rows(plan), profile)
        assert not next(g for g in checked if g.name == "notes-read").passed
        with pytest.raises(PolicyError) as caught:
            export_release(practice.survey, plan, KEY, practice.rows(plan), tmp_path)
        assert caught.value.code == "gate.notes-read"
        seen = replace(plan, confirmed=(notes_seen(kept_notes(practice.survey, plan)),))
        checked = gates(practice.survey, seen, practice.rows(plan), profile)
        assert next(g for g in checked if g.name == "notes-read").passed
    other = scrubbed(practice)
    assert notes_seen(kept_notes(practice.survey, other)) != notes_seen(kept_notes(practice.survey, plan))
    assert tier_of(other, load_profile("approved-research")) == "red"
    assert not [
        g for g in gates(practice.survey, practice.plan(), practice.rows(plan), profile) if "notes" in g.name
    ]
