"""Cells outside of codes and terms that speak of what the profile leaves out: blank, and nothing else is."""

from __future__ import annotations

import csv
import pickle
from dataclasses import replace
from pathlib import Path

import pytest

from core.model import Role
from core.protection import (
    Context,
    Decisions,
    Key,
    apply,
    decide_rows,
    load_profile,
    make_context,
    make_plan,
)
from core.protection.plan import ObjectionSource
from core.protection.spoken_of import spoken_of
from core.reading import open_export
from core.survey import survey_export

HEAD = ("NHS Number", "Date of Birth", "Sex", "Ethnicity", "Event Date", "SNOMED Code", "Term", "Clinic")
HEAD += ("Remark", "Comment")
ORDINARY = ("White British", "12/03/2024", "38341003", "Hypertension", "Diabetes clinic", "seen", "well")
NUMBERS = ("9990000018", "9990000026", "9990000034", "9990000042", "9990000050", "9990000069")
#: Where a cell stands, and what it says.
TOLD = (
    ("Clinic", "HIV clinic"),
    ("Remark", "86406008"),
    ("Comment", "Known HIV positive, viral load undetectable"),
    ("Ethnicity", "86406008"),
    ("Sex", "Trans woman"),
    ("Term", "A788."),
)
KEPT = {
    "Clinic": {"action": "keep_expected", "kind": "administrative", "role": "organisation"},
    "Remark": {"action": "keep_expected", "kind": "administrative", "role": "other"},
    "Comment": {"action": "scrub", "kind": "free_text", "role": "note"},
}


@pytest.fixture(scope="module")
def survey(tmp_path_factory: pytest.TempPathFactory):
    rows = []
    for at in range(60):
        who = NUMBERS[at % len(NUMBERS)]
        row = [who, f"0{1 + at % 6}/07/196{at % 6}", "F", *ORDINARY]
        if at >= 60 - len(TOLD):
            where, what = TOLD[at - 60 + len(TOLD)]
            row[HEAD.index(where)] = what
        rows.append(row)
    path = tmp_path_factory.mktemp("spoken") / "audit.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([HEAD, *rows])
    return survey_export(open_export([Path(path)]))


def planned(survey, profile: str = "approved-research", **categories: str):
    decisions = Decisions.model_validate({"fields": {"audit": KEPT}, "categories": categories})
    return make_plan(
        survey,
        load_profile(profile),
        recipient="University of Nowhere",
        project="Study",
        decisions=decisions,
        objection_sources=(ObjectionSource("codes"),),
        assume_registered=True,
    )


def leaving(survey, plan) -> tuple[Context, dict[str, list[str | None]]]:
    key = Key(b"k" * 32)
    context = make_context(survey, plan, key, decide_rows(survey, plan, key, None))
    table = survey.export.table("audit")
    cells: dict[str, list[str | None]] = {}
    for block in table.blocks():
        out = apply(table.read(block), context)
        for name in out.names:
            cells.setdefault(name, []).extend(out.data.column(name).to_pylist())
    return context, cells


def test_what_is_left_out_is_left_out_of_every_cell(survey) -> None:
    _, cells = leaving(survey, planned(survey))
    told = {what for _, what in TOLD}
    assert {"Clinic", "Remark", "Comment", "Ethnicity", "Term"} <= set(cells)
    assert not told & {cell for column in cells.values() for cell in column}
    assert len(cells["Clinic"]) == 59  # only the row whose term is a code stays


def test_nothing_else_is_blank(survey) -> None:
    _, cells = leaving(survey, planned(survey))
    for name, ordinary in (("Clinic", ORDINARY[4]), ("Remark", "seen"), ("Comment", "well")):
        assert cells[name].count(ordinary) == 58
        assert cells[name].count(None) == 1
    assert cells["Ethnicity"].count(ORDINARY[0]) == 58


def test_what_somebody_decided_to_send_is_sent(survey) -> None:
    _, cells = leaving(survey, planned(survey, hiv="send", sexual_health="send"))
    assert "HIV clinic" in cells["Clinic"]
    assert "A788." in cells["Term"]


def test_why_says_no_family(survey) -> None:
    plan = planned(survey)
    context, _ = leaving(survey, plan)
    for name, what in TOLD[:-1]:
        field = next(f for f in plan.fields if f.field == name)
        why = context.why(field, what, 0, 0)
        assert why is not None
        assert why.id.endswith(".speaks")
        assert "HIV" not in why.text
        assert "leaves out" in why.text


def test_names_and_organisations_codes_are_no_matter(survey) -> None:
    spoken = leaving(survey, planned(survey))[0].spoken
    assert spoken["audit", "Clinic"]("86406008")
    assert not spoken["audit", "Clinic"]("B20001")  # as a code of ICD-10 it would begin as HIV does
    assert not spoken["audit", "Remark"]("B20")  # too short to be sure of
    roles = {look.role for look in spoken.values()}
    assert not roles & {Role.CODE, Role.TERM, Role.SURNAME, Role.STAFF_NAME, Role.NHS_NUMBER}


def test_the_context_still_travels(survey) -> None:
    context, _ = leaving(survey, planned(survey))
    again = pickle.loads(pickle.dumps(context))
    assert again.spoken["audit", "Clinic"]("HIV clinic")


@pytest.mark.parametrize("action", ["surrogate", "digest"])
def test_codes_that_are_made_are_no_words(survey, action: str) -> None:
    plan = planned(survey)
    clinic = next(f for f in plan.fields if f.field == "Clinic")
    assert spoken_of(survey, plan, clinic) is not None
    assert spoken_of(survey, plan, replace(clinic, action=action)) is None
