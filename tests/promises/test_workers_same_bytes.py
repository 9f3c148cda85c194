"""Promise 5, to the last byte: a release is the same on one worker and on several, in every format."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from core.demo import write
from core.engine import apply_table
from core.model import Kind, Role
from core.protection import Decisions, FieldDecision, Key, Plan, decide_rows, load_profile, make_plan
from core.protection.actions import DATES
from core.protection.plan import ObjectionSource
from core.reading import held, open_export
from core.reading.text import delimited, opening
from core.release import export_release
from core.release.writers import FORMATS
from core.survey import survey_export
from core.survey.results import Survey

KEY = Key(b"k" * 32)
PATIENTS = 60
_SURROGATE = frozenset((Role.ROW_KEY, Role.STAFF_CODE, Role.STAFF_NAME, Role.ORGANISATION))
_CODED = {"pseudonym", "surrogate", "date_shift"}


@pytest.fixture(scope="module")
def surveys(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[str, Survey]]:
    """Of a practice as a bulk extract and as FHIR; a few rows a block, so that several workers have work."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(held, "ROWS_A_BLOCK", 40)
        for function in (delimited.DelimitedTable.__init__, opening.open_delimited):
            defaults = function.__kwdefaults__ or {}
            if defaults.get("block_size"):
                patch.setitem(defaults, "block_size", 8192)
        for module in (delimited, opening):
            patch.setattr(module, "BLOCK_SIZE", 8192)
        source = tmp_path_factory.mktemp("source")
        yield {
            shape: survey_export(open_export(write(shape, source / shape, patients=PATIENTS)))
            for shape in ("emis-bulk", "fhir-lines")
        }


def everything(survey: Survey, form: str) -> Plan:
    """A plan with codes, surrogates and moved dates, of a sample, in an order drawn with the key."""
    decided: dict[str, dict[str, FieldDecision]] = {}
    for table, findings in survey.findings.items():
        for found in findings:
            action = ""
            if found.role in _SURROGATE:
                action = "surrogate"
            elif found.role in DATES or found.role is Role.YEAR_OF_BIRTH:
                action = "leave_out" if found.role is Role.YEAR_OF_BIRTH else "date_shift"
            elif found.kind is Kind.FREE_TEXT or found.role is Role.AGE:
                action = "leave_out"
            if action:
                decided.setdefault(table, {})[found.field] = FieldDecision(action=action)
    plan = make_plan(
        survey,
        load_profile("approved-research"),
        recipient="R",
        project="P",
        format=form,
        decisions=Decisions(fields=decided),
        objection_sources=(ObjectionSource("codes"),),
        assume_registered=not survey.patients.has_status,
    )
    return replace(plan, shuffle=True, sample_per_mille=700)


def sent(survey: Survey, plan: Plan, out: Path, workers: int) -> Mapping[str, bytes]:
    rows = decide_rows(survey, plan, KEY)
    made = export_release(survey, plan, KEY, rows, out, workers=workers, apply_table=apply_table)
    return {
        path.name: path.read_bytes()
        for path in sorted((made.release / "send").iterdir())
        if path.suffix != ".html"
    }


@pytest.mark.parametrize("form", sorted(FORMATS))
def test_one_worker_and_several_send_the_same_bytes(
    surveys: Mapping[str, Survey], tmp_path: Path, form: str
) -> None:
    survey = surveys["fhir-lines" if form == "fhir" else "emis-bulk"]
    plan = everything(survey, form)
    used = {f.action for f in plan.fields if f.leaves}
    assert (_CODED - {"surrogate"} if form == "fhir" else _CODED) <= used
    assert max(len(tuple(table.blocks())) for table in survey.export.tables) > 3
    one = sent(survey, plan, tmp_path / "one", 1)
    assert sum(map(len, one.values())) > 1000
    assert sent(survey, plan, tmp_path / "two", 2) == one
