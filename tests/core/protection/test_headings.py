"""The name of a field can name a patient as well as a cell can."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.model import Evidence, Finding, Kind, Role
from core.preview import Preview
from core.protection import decide_rows, make_plan
from core.protection.headings import held_by_heading, with_name
from core.protection.plan import FieldPlan, Purpose
from core.protection.profile import load_profile
from tests.core.protection.builders import Made, make_survey
from tests.core.protection.strategies import KEY

NAMING = [
    *("Notes for Mrs Quixley", "Smith_1950", "JaneSmith", "jane smith list", "Dr Patel notes", "SMITH John"),
    *("NHS 999 000 0107", "Mother Jane", "letter Quixley.pdf", "BS6 5QN", "seen 12/03/1950"),
]
PLAIN = [
    *(
        "Code term",
        "EventDate",
        "NHS Number",
        "CHILD_POSTCODE",
        "DOB",
        "Event date (2)",
        "(column 5)",
        "value2",
    ),
    *("May_2024", "March 2023", "Mother's age", "Nurse code", "Date of birth", "Systolic BP"),
    "Ward",
]
SINGLE = [
    ("Quixley", True),
    ("Quixley score", True),
    ("Patel", True),
    ("Value", False),
    ("long_covid_code", False),
]


@pytest.mark.parametrize("number", range(len(NAMING)))
def test_a_heading_that_names_somebody_is_found_though_its_field_is_known(number: int) -> None:
    assert held_by_heading(NAMING[number], understood=True)


@pytest.mark.parametrize("heading", PLAIN)
def test_an_ordinary_heading_holds_nothing(heading: str) -> None:
    assert held_by_heading(heading, understood=True) == ""


@pytest.mark.parametrize(("heading", "held"), SINGLE)
def test_a_heading_that_nobody_knows_must_be_made_of_known_words(heading: str, held: bool) -> None:
    assert bool(held_by_heading(heading, understood=False)) is held


@pytest.mark.parametrize("heading", ["Value Quixley", "ValueQuixley", "quixley value", "value_(quixley)_2"])
def test_a_patients_own_name_leaves_in_no_heading(heading: str) -> None:
    """Whatever else the heading says, and though no list of names has it."""
    survey = make_survey({"t": Made(((heading, Kind.CLINICAL_VALUE, Role.VALUE),), [("1",)], patient=[0])})
    known = replace(survey.known, names_of_patient={0: frozenset(("percival", "quixley"))})
    reasons = (Evidence("heading_says", ("value",)),)
    findings = {"t": tuple(replace(one, reasons=reasons) for one in survey.findings["t"])}
    told = replace(survey, known=known, findings=findings)
    plan = make_plan(told, load_profile("approved-research"), recipient="R", project="P")
    assert plan.fields[0].sent_as == "Field 1"
    other = replace(told, known=replace(known, names_of_patient={0: frozenset(("value",))}))
    plan = make_plan(other, load_profile("approved-research"), recipient="R", project="P")
    assert plan.fields[0].sent_as in ("", heading)


def test_the_name_it_leaves_under_is_no_other_fields() -> None:
    planned = FieldPlan("t", "Dr Patel", 1, Kind.CODED_CLINICAL, Role.TERM, "keep_expected", reason="Kept.")
    found = [
        Finding(
            "t", name, at, Kind.CODED_CLINICAL, Role.TERM, 1.0, (), reasons=(Evidence("heading_says", ()),)
        )
        for at, name in enumerate(("field 2", "Dr Patel"))
    ]
    named = with_name(planned, Purpose.BEYOND_CARE, found)
    assert (named.heading, named.field) == ("Field 2*", "Dr Patel")
    assert "Field 2*" in named.reason
    assert "Patel" not in named.reason
    assert with_name(planned, Purpose.OWN_CARE, found) == planned
    out = replace(planned, action="leave_out")
    assert with_name(out, Purpose.BEYOND_CARE, found) == out


def test_the_panes_show_the_name_that_leaves() -> None:
    fields = [
        ("NHS number", Kind.DIRECT_IDENTIFIER, Role.NHS_NUMBER),
        ("Asthma of Mrs Quixley", Kind.CODED_CLINICAL, Role.TERM),
    ]
    survey = make_survey({"t": Made(fields, [["999 000 0107", "Asthma"]], patient=[0])})
    plan = make_plan(survey, load_profile("approved-research"), recipient="R", project="J")
    preview = Preview(survey, plan, KEY, decide_rows(survey, plan, KEY))
    assert preview.raw_fields("t") == ("NHS number", "Asthma of Mrs Quixley")
    assert preview.out_fields("t") == ("NHS number", "Field 2")
    assert preview.window("t", 0, 1).rows[0].out[1] == "Asthma"  # type: ignore[index]
