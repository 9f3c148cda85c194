"""A GP releases the sheet where it may come into hands that do harm, and where nobody can tell."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from core.model import Kind, Role
from core.patients.sheet_release import sheet_needs_gp
from core.reading import open_export
from core.survey import survey_export
from core.survey.results import Survey
from tests.core.protection.builders import Made, make_survey

TODAY = date(2026, 11, 22)
ADULT = date(1961, 3, 12)


def day(of: date) -> int:
    return int(np.datetime64(of, "D").astype(int))


def one(
    heading: str = "Term",
    cell: str | None = "Asthma",
    role: Role = Role.TERM,
    kind: Kind = Kind.CODED_CLINICAL,
    *,
    born: date | None = ADULT,
    objections: tuple[str, ...] = (),
) -> Survey:
    """Two patients; the first has the cell, the other is an adult with nothing to tell."""
    fields = (("NHS Number", Kind.DIRECT_IDENTIFIER, Role.NHS_NUMBER), (heading, kind, role))
    made = Made(fields, [["999 000 0018", cell], ["999 000 0026", ""]], [0, 1])
    births = [-(2**31) if born is None else day(born), day(ADULT)]
    return make_survey({"events": made}, birth_day=births, objections={0: objections})


def asked(survey: Survey) -> str:
    assert sheet_needs_gp(survey, 1, today=TODAY) == ""
    return sheet_needs_gp(survey, 0, today=TODAY)


def test_nobody_else_need_look_at_an_ordinary_adults() -> None:
    assert asked(one()) == ""


@pytest.mark.parametrize(
    ("born", "young"),
    [
        (date(2015, 11, 23), False),  # 10, 11 tomorrow
        (date(2015, 11, 22), True),
        (date(2008, 11, 23), True),  # 17, 18 tomorrow
        (date(2008, 11, 22), False),
    ],
)
def test_from_11_to_17(born: date, young: bool) -> None:
    assert ("between 11 and 17" in asked(one(born=born))) == young


def test_born_on_29_february() -> None:
    survey = one(born=date(2008, 2, 29))
    assert "between 11 and 17" in sheet_needs_gp(survey, 0, today=date(2026, 2, 28))
    assert sheet_needs_gp(survey, 0, today=date(2026, 3, 1)) == ""


@pytest.mark.parametrize("born", [None, date(2026, 11, 23), date(1890, 1, 1), date(1, 1, 2)])
def test_an_age_that_is_not_known(born: date | None) -> None:
    assert "date of birth is not known" in asked(one(born=born))


@pytest.mark.parametrize(
    ("heading", "cell", "role", "kind"),
    [
        ("PersonalGuardianOrProxy", "TRUE", Role.THIRD_PARTY, Kind.DIRECT_IDENTIFIER),
        ("HasParentalResponsibility", "Y", Role.FLAG, Kind.ADMINISTRATIVE),
        ("LPA / attorney", "Sam Sample", Role.THIRD_PARTY, Kind.DIRECT_IDENTIFIER),
        ("Term", "Has proxy access to online services", Role.TERM, Kind.CODED_CLINICAL),
        ("Term", "Lasting power of attorney, health", Role.TERM, Kind.CODED_CLINICAL),
        ("Code", "816341000000102", Role.CODE, Kind.CODED_CLINICAL),
        ("Code", "9W7..", Role.CODE, Kind.CODED_CLINICAL),
        ("Code", "9W8..00", Role.CODE, Kind.CODED_CLINICAL),
        ("Notes", "Son has LPA, rang today", Role.NOTE, Kind.FREE_TEXT),
        ("Comment", "Lacks capacity.", Role.OTHER, Kind.UNKNOWN),
    ],
)
def test_where_somebody_else_acts_for_the_patient(heading: str, cell: str, role: Role, kind: Kind) -> None:
    assert "somebody else may act" in asked(one(heading, cell, role, kind))


@pytest.mark.parametrize(
    ("heading", "cell", "role"),
    [
        ("PersonalGuardianOrProxy", "FALSE", Role.THIRD_PARTY),
        ("PersonalGuardianOrProxy", "", Role.THIRD_PARTY),
        ("PersonalGuardianOrProxy", None, Role.THIRD_PARTY),
        ("Term", "Proxymetacaine eye drops", Role.TERM),
        ("Term", "Munchausen syndrome by proxy", Role.TERM),
        ("Code", "9W9..", Role.CODE),
    ],
)
def test_where_nobody_acts_for_the_patient(heading: str, cell: str | None, role: Role) -> None:
    assert "somebody else" not in asked(one(heading, cell, role))


def test_flags_of_the_record() -> None:
    assert "somebody else may act" in asked(one(objections=("cannot_consent",)))
    assert "details are confidential" in asked(one(objections=("spine_sensitive",)))


def test_several_reasons_are_one_sentence() -> None:
    said = asked(one("Proxy", "yes", Role.THIRD_PARTY, born=None, objections=("confidential_flag",)))
    assert said.count(".") == 1
    assert said.endswith("may act for the patient and the patient's date of birth is not known.")


_REVIEW = "Enhanced review indicated before granting access to own health record"
ROWS = f"""NHS number,Date of birth,Event date,Code,Term,Notes
9990000018,12/03/1961,01/02/2024,1364731000000104,{_REVIEW},
9990000026,12/03/1962,01/02/2024,195967001,Asthma,
9990000034,12/03/1963,01/02/2024,135811000000107,Subject to child protection plan,
9990000042,12/03/1964,01/02/2024,195967001,Asthma,Safeguarding concern: discussed with MASH
9990000050,12/03/1965,01/02/2024,195967001,Asthma,Knee sore since section of road was icy
9990000069,,01/02/2024,195967001,Asthma,
"""


def test_what_a_surveyed_export_says(tmp_path: Path) -> None:
    path = tmp_path / "report.csv"
    path.write_text(ROWS, "utf-8")
    survey = survey_export(open_export([path]))
    numbers = {who.partition("|")[2]: number for number, who in enumerate(survey.patients.identity)}
    said = {number[-2:]: sheet_needs_gp(survey, at, today=TODAY) for number, at in numbers.items()}
    assert {number for number, why in said.items() if "safeguarding" in why} == {"18", "34", "42"}
    assert "date of birth" in said["69"]
    assert said["26"] == said["50"] == ""
