"""Export: two folders, everything accounted for, the same bytes every time, and refusals in words."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from datetime import datetime, tzinfo
from pathlib import Path

import openpyxl
import pytest

from core.engine import apply_table
from core.model import Cancelled, PolicyError, ReadError, UsageError
from core.protection import Key
from core.protection.plans.shape import named_for
from core.release import export_release, job, read_manifest, verify_release
from core.release.manifest import read_plan

KEY = Key(b"k" * 32)


class OneDay(datetime):
    """A clock on which no test runs past midnight."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> OneDay:
        return cls(2026, 3, 2, 9, 30, tzinfo=tz)


def _data(release: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (release / "send").iterdir() if path.suffix != ".html"}


def _read(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file, strict=True))


def test_a_release_is_two_folders(practice, tmp_path: Path) -> None:
    plan = practice.plan()
    result = export_release(practice.survey, plan, KEY, practice.rows(plan), tmp_path / "out")
    assert sorted(p.name for p in result.release.iterdir()) == ["keep", "send"]
    assert sorted(p.name for p in (result.release / "send").iterdir()) == [
        "covering-note.html",
        "patients.csv",
        "table-2.csv",
    ]
    assert sorted(p.name for p in (result.release / "keep").iterdir()) == [
        "manifest.html",
        "manifest.json",
        "plan.json",
        "reasons.parquet",
        "shape.json",
    ]
    assert list((tmp_path / "out").iterdir()) == [result.release]


def test_rows_reconcile_and_every_row_withheld_has_one_reason(practice, tmp_path: Path) -> None:
    plan = practice.plan()
    manifest = export_release(practice.survey, plan, KEY, practice.rows(plan), tmp_path).manifest
    assert manifest.rows_in == 47
    assert manifest.rows_in == manifest.rows_out + sum(reason.rows for reason in manifest.withheld)
    assert manifest.rows_out == sum(file.rows for file in manifest.files)
    withheld = {reason.id: (reason.rows, reason.patients) for reason in manifest.withheld}
    assert withheld == {"objection.type1_dissent": (7, 1), "status.died": (7, 1), "patient.unknown": (1, 0)}


def test_what_leaves_is_what_the_plan_makes(practice, tmp_path: Path) -> None:
    plan = practice.plan()
    result = export_release(practice.survey, plan, KEY, practice.rows(plan), tmp_path)
    rows = _read(result.release / "send" / "patients.csv")
    assert rows[0] == ["NHS Number", "Date of birth", "Postcode", "Event date", "Code", "Term", "Value"]
    assert len(rows) == 5
    assert rows[1][1:] == ["1961", "BS6", "2025-11", "44054006", "Type 2 diabetes mellitus", "7.5"]
    assert rows[1][0].startswith("P-")


def test_names_of_files_and_sheets_never_leave(practice, tmp_path: Path) -> None:
    for form in ("csv", "xlsx"):
        plan = practice.plan(format=form)
        result = export_release(practice.survey, plan, KEY, practice.rows(plan), tmp_path / form)
        for path in result.release.rglob("*"):
            assert "okafor" not in str(path.relative_to(tmp_path)).casefold()
        for path in (result.release / "send").iterdir():
            assert b"okafor" not in path.read_bytes().lower()
            if path.suffix == ".xlsx":
                assert openpyxl.load_workbook(path).sheetnames == [path.stem]


@pytest.mark.parametrize("form", ["csv", "xlsx", "parquet", "ndjson"])
def test_same_in_same_out_for_any_number_of_workers(practice, tmp_path: Path, form: str) -> None:
    plan = practice.plan(format=form)
    made = []
    for number, workers in enumerate((1, 1, 2, 5)):
        result = export_release(
            practice.survey,
            plan,
            KEY,
            practice.rows(plan),
            tmp_path / str(number),
            workers=workers,
            apply_table=apply_table,
        )
        made.append(_data(result.release))
        assert verify_release(result.release, practice.survey, KEY).passed
    assert made[0] == made[1] == made[2] == made[3]
    plain = export_release(practice.survey, plan, KEY, practice.rows(plan), tmp_path / "plain")
    assert _data(plain.release) == made[0]


def test_another_recipient_gets_other_pseudonyms(practice, tmp_path: Path) -> None:
    codes = []
    for recipient in ("Bristol Trial Unit", "Leeds Trial Unit"):
        plan = practice.plan(recipient=recipient)
        result = export_release(practice.survey, plan, KEY, practice.rows(plan), tmp_path / recipient)
        codes.append({row[0] for row in _read(result.release / "send" / "patients.csv")[1:]})
    assert not codes[0] & codes[1]


def test_an_earlier_release_is_never_overwritten(
    practice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(job, "datetime", OneDay)  # the day stands in the name
    plan = practice.plan()
    names = [
        export_release(practice.survey, plan, KEY, practice.rows(plan), tmp_path).release.name
        for _ in range(3)
    ]
    assert names == [names[0], names[0] + "-2", names[0] + "-3"]
    for name in names:
        assert verify_release(tmp_path / name).passed


def test_a_closed_gate_is_named_and_nothing_is_made(practice, tmp_path: Path) -> None:
    plan = replace(practice.plan(), objection_sources=())
    out = tmp_path / "out"
    with pytest.raises(PolicyError, match="where the objections come from") as caught:
        export_release(practice.survey, plan, KEY, practice.rows(plan), out)
    assert caught.value.code == "gate.objections"
    assert not out.exists()


def test_two_people_sign_or_nobody(practice, tmp_path: Path) -> None:
    plan = practice.plan()
    rows = practice.rows(plan)
    with pytest.raises(PolicyError, match="Name somebody else"):
        export_release(
            practice.survey, plan, KEY, rows, tmp_path, prepared_by="Dr A Who", approved_by=" dr a  WHO "
        )
    unsigned = export_release(practice.survey, plan, KEY, rows, tmp_path, prepared_by="Dr A Who")
    assert not unsigned.manifest.signed
    assert "Not signed" in (unsigned.release / "keep" / "manifest.html").read_text("utf-8")
    signed = export_release(
        practice.survey, plan, KEY, rows, tmp_path, prepared_by="Dr A Who", approved_by="Dr B Else"
    )
    assert signed.manifest.signed
    assert "Not signed" not in (signed.release / "keep" / "manifest.html").read_text("utf-8")
    assert "Dr A Who" not in (signed.release / "send" / "covering-note.html").read_text("utf-8")


def test_a_source_that_changes_stops_the_export(practice, tmp_path: Path) -> None:
    plan = practice.plan()
    rows = practice.rows(plan)

    def touch(done: int, total: int, what: str) -> None:
        if what.startswith("Checking"):
            path = practice.paths[0]
            path.write_bytes(path.read_bytes() + b"\r\n")

    out = tmp_path / "out"
    with pytest.raises(ReadError, match="changed"):
        export_release(practice.survey, plan, KEY, rows, out, progress=touch)
    assert not out.exists()


def test_cancelling_leaves_nothing(practice, tmp_path: Path) -> None:
    plan = practice.plan()

    def stop(done: int, total: int, what: str) -> None:
        if done:
            raise Cancelled

    out = tmp_path / "out"
    with pytest.raises(Cancelled):
        export_release(practice.survey, plan, KEY, practice.rows(plan), out, progress=stop)
    assert not out.exists()


def test_too_many_rows_for_a_workbook_are_refused_before_anything_is_written(
    practice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from core.release import xlsx_file

    monkeypatch.setattr(xlsx_file, "MOST_ROWS", 3)
    plan = practice.plan(format="xlsx")
    with pytest.raises(UsageError, match="Choose CSV"):
        export_release(practice.survey, plan, KEY, practice.rows(plan), tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_counts_profile_writes_the_published_table_and_no_row(practice, tmp_path: Path) -> None:
    plan = practice.plan("open-publication")
    result = export_release(practice.survey, plan, KEY, practice.rows(plan), tmp_path)
    manifest = result.manifest
    assert [file.name for file in manifest.files] == ["counts.csv"]
    assert manifest.rows_out == 0
    assert manifest.rows_in == sum(reason.rows for reason in manifest.withheld)
    assert "counted" in {reason.id for reason in manifest.withheld}
    assert _read(result.release / "send" / "counts.csv")[0] == ["Measure", "Group", "Patients"]
    assert verify_release(result.release, practice.survey, KEY).passed
    assert verify_release(result.release).passed


def test_the_manifest_and_plan_read_back(practice, tmp_path: Path) -> None:
    plan = practice.plan()
    result = export_release(practice.survey, plan, KEY, practice.rows(plan), tmp_path)
    assert read_manifest(result.release) == result.manifest
    assert named_for(read_plan(result.release / "keep" / "plan.json"), practice.survey) == plan
    kept = json.loads((result.release / "keep" / "manifest.json").read_text("utf-8"))
    assert kept["plan"] == plan.fingerprint
    assert kept["tier"] == "Risk not measured"
    assert kept["profile_tier"] == "amber"
    assert len(kept["source"]["sha256"]) == 64
    for name in ("source", "Okafor", str(tmp_path)):
        assert f'"{name}"' not in json.dumps(kept["source"])


def test_the_pages_are_for_people(practice, tmp_path: Path) -> None:
    plan = practice.plan(project="<b>Feet</b> & more")
    result = export_release(practice.survey, plan, KEY, practice.rows(plan), tmp_path)
    page = (result.release / "keep" / "manifest.html").read_text("utf-8")
    note = (result.release / "send" / "covering-note.html").read_text("utf-8")
    for text in (page, note):
        assert "&lt;b&gt;Feet&lt;/b&gt; &amp; more" in text
        assert "<b>Feet" not in text
        assert "://" not in text
        assert "Coded - still confidential patient data" in text
        assert "anonymous" not in text.casefold()
    assert "The patient has died." in page
    assert "Risk not measured" in page
    assert "died" not in note
    assert "objection" not in note.casefold()
    assert "keyed pseudonym" in note
    assert result.files[0].sha256 in note


def test_an_own_care_list_may_name_patients(practice, tmp_path: Path) -> None:
    plan = practice.keep(practice.plan("own-care-list"), "NHS Number", "Surname", "Date of birth", "Postcode")
    plan = replace(plan, statuses=("registered",))
    result = export_release(practice.survey, plan, KEY, practice.rows(plan), tmp_path)
    assert result.manifest.profile_tier == "red"
    rows = _read(result.release / "send" / "patients.csv")
    assert any(row[1] == "Kowalski" for row in rows)
    assert verify_release(result.release).passed
    assert verify_release(result.release, practice.survey, KEY).passed
