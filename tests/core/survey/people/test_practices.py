"""Two practices' equal numbers are two people; one practice's file is as it always was."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations
from pathlib import Path

import pytest

from core.protection import Decisions, Key, ObjectionSource, decide_rows, load_profile, make_plan
from core.protection.apply import apply, make_context
from core.reading import open_export
from core.survey import survey_export
from core.survey.results import Survey
from core.survey.row_marks import names_practice

KEY = Key(bytes(range(32)))
NHS = ("9990000018", "9990000026")
FIELDS = ("Practice code", "EMIS number", "Date of birth", "Code", "Event date")
ONE, OTHER = "04/03/1961", "05/06/1971"
ROWS = (
    ("A81001", "17", ONE, "H33..", "01/02/2025"),
    ("A81002", "17", OTHER, "H33..", "01/02/2025"),
    ("a81001", "17", ONE, "H33..", "02/02/2025"),
    ("A81001004", "18", OTHER, "H33..", "02/02/2025"),
)


def surveyed(folder: Path, **tables: tuple[Sequence[str], Sequence[Sequence[str]]]) -> Survey:
    paths = []
    for name, (fields, rows) in tables.items():
        path = folder / f"{name}.csv"
        path.write_text("".join(",".join(row) + "\n" for row in (fields, *rows)), encoding="utf-8")
        paths.append(path)
    return survey_export(open_export(paths))


def patients(survey: Survey, table: str = "report") -> list[str]:
    return [survey.patients.identity[at] for at in survey.facts[table].patient.tolist()]


def without(*left_out: str) -> tuple[Sequence[str], list[list[str]]]:
    kept = [at for at, field in enumerate(FIELDS) if field not in left_out]
    return [FIELDS[at] for at in kept], [[row[at] for at in kept] for row in ROWS]


def test_equal_numbers_of_two_practices_are_two_people(tmp_path: Path) -> None:
    survey = surveyed(tmp_path, report=(FIELDS, ROWS))
    assert patients(survey) == [
        "local|A81001/17",
        "local|A81002/17",
        "local|A81001/17",
        "local|A81001/18",
    ]
    assert any(hazard.id == "ambiguous_keys" for hazard in survey.hazards)


def test_whatever_the_order_of_the_rows(tmp_path: Path) -> None:
    for at, rows in enumerate(permutations(ROWS[:3])):
        folder = tmp_path / str(at)
        folder.mkdir()
        survey = surveyed(folder, report=(FIELDS, rows))
        assert patients(survey) == [f"local|{row[0].upper()}/17" for row in rows]


def test_each_has_a_code_of_their_own(tmp_path: Path) -> None:
    survey = surveyed(tmp_path, report=(FIELDS, ROWS))
    plan = make_plan(
        survey,
        load_profile("approved-research"),
        recipient="R",
        project="P",
        objection_sources=(ObjectionSource("codes"),),
        assume_registered=True,
        decisions=Decisions(fields={"report": {"EMIS number": {"action": "pseudonym"}}}),
    )
    context = make_context(survey, plan, KEY, decide_rows(survey, plan, KEY))
    table = survey.export.table("report")
    codes = [
        code
        for block in table.blocks()
        for code in apply(table.read(block), context).data.column("EMIS number").to_pylist()
    ]
    own = context.coder.patients
    assert codes == [own.text(at) for at in survey.facts["report"].patient.tolist()]
    assert len(set(codes)) == 3


@pytest.mark.parametrize("code", ["A81001", "", "The surgery"])
def test_one_practices_file_is_as_it_was(tmp_path: Path, code: str) -> None:
    rows = [(code, *row[1:]) for row in ROWS]
    assert set(patients(surveyed(tmp_path, report=(FIELDS, rows)))) == {"local|17", "local|18"}


def test_so_is_one_in_which_somebody_changed_practice(tmp_path: Path) -> None:
    rows = [(*row[:2], ONE, *row[3:]) for row in ROWS]
    assert set(patients(surveyed(tmp_path, report=(FIELDS, rows)))) == {"local|17", "local|18"}


def test_where_nothing_tells_who_is_who_the_practice_does(tmp_path: Path) -> None:
    survey = surveyed(tmp_path, report=without("Date of birth"))
    assert patients(survey)[:2] == ["local|A81001/17", "local|A81002/17"]


def test_fields_that_are_always_empty_tell_nothing(tmp_path: Path) -> None:
    rows = [(*row[:2], "", *row[3:], "") for row in ROWS]
    survey = surveyed(tmp_path, report=((*FIELDS, "NHS number"), rows))
    assert patients(survey)[:2] == ["local|A81001/17", "local|A81002/17"]


LISTED = ("EMIS number", "NHS number", "Date of birth")
OF_LIST = (("17", NHS[0], ONE), ("18", NHS[1], OTHER))


@pytest.mark.parametrize("names", [("report", "whose"), ("report", "all")], ids=["list last", "list first"])
def test_where_the_list_of_patients_tells_it_a_practice_is_that_of_the_entry(
    tmp_path: Path, names: tuple[str, str]
) -> None:
    survey = surveyed(tmp_path, **{names[0]: without("Date of birth"), names[1]: (LISTED, OF_LIST)})
    assert patients(survey) == [f"nhs|{NHS[int(row[1] == '18')]}" for row in ROWS]
    assert survey.patients.count == 2


@pytest.mark.parametrize("again", [("17", NHS[1], OTHER), ("17", "", OTHER)], ids=["NHS number", "birth day"])
def test_but_not_where_the_list_has_two_people_of_one_number(
    tmp_path: Path, again: tuple[str, str, str]
) -> None:
    survey = surveyed(tmp_path, report=without("Date of birth"), whose=(LISTED, (OF_LIST[0], again)))
    assert patients(survey)[:2] == ["local|A81001/17", "local|A81002/17"]


def test_two_nhs_numbers_tell_it_too(tmp_path: Path) -> None:
    """In the rows that have no NHS number, as in those that have one."""
    fields = (*FIELDS, "NHS number")
    rows = [(*row, NHS[at] if at < 2 else "") for at, row in enumerate(ROWS)]
    rows.append((*ROWS[1], ""))
    survey = surveyed(tmp_path, report=(fields, rows))
    one, other = f"nhs|{NHS[0]}", f"nhs|{NHS[1]}"
    assert patients(survey) == [one, other, one, "local|A81001/18", other]


def test_who_may_be_one_shares_an_objection(tmp_path: Path) -> None:
    """Born on one day: the patient may have moved. Without a practice: the key may be anybody's."""
    rows = [
        *ROWS,
        ("A81001", "19", ONE, "9Nu0.", "01/02/2025"),
        ("A81002", "19", ONE, "H33..", "01/02/2025"),
        ("A81002", "18", ONE, "9Nu0.", "01/02/2025"),
        ("", "18", "", "H33..", "01/02/2025"),
    ]
    survey = surveyed(tmp_path, report=(FIELDS, rows))
    told = survey.patients.objections[survey.facts["report"].patient]
    assert [bool(bits) for bits in told] == [False, False, False, False, True, True, True, True]


def test_what_is_taken_for_a_practices_code() -> None:
    assert names_practice("practice_code")
    assert names_practice("GP Practice")
    assert not names_practice("Organisation")
    assert not names_practice("Practice name")
