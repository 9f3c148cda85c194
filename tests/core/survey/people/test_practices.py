"""Two practices' equal numbers are two people where that is proven; every other one is as it always was."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations
from pathlib import Path

import pytest

from core.model import Severity
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
        "local|18",
    ]
    told = next(hazard for hazard in survey.hazards if hazard.id == "ambiguous_keys")
    assert told.what.startswith("1 patient key ")
    assert "mistyped" in told.why


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


def beside(survey: Survey) -> list[str]:
    """What is told of keys of which nothing tells whose they are."""
    told = [hazard for hazard in survey.hazards if hazard.id == "keys_beside_practices"]
    assert all(hazard.severity is Severity.WARNS for hazard in told)
    return [hazard.what for hazard in told]


def test_where_nothing_tells_who_is_who_nobody_is_split_and_it_is_told(tmp_path: Path) -> None:
    """The practice may be that of the consultation."""
    survey = surveyed(tmp_path, report=without("Date of birth"))
    assert patients(survey) == ["local|17", "local|17", "local|17", "local|18"]
    assert beside(survey) == ["1 patient key stands beside more than one practice"]


def test_fields_that_are_always_empty_tell_nothing(tmp_path: Path) -> None:
    rows = [(*row[:2], "", *row[3:], "") for row in ROWS]
    survey = surveyed(tmp_path, report=((*FIELDS, "NHS number"), rows))
    assert patients(survey)[:2] == ["local|17", "local|17"]
    assert len(beside(survey)) == 1


@pytest.mark.parametrize("birth", ["", ONE])
@pytest.mark.parametrize("number", ["", NHS[0]])
def test_one_filled_cell_of_somebody_else_hushes_nothing(tmp_path: Path, number: str, birth: str) -> None:
    rows = [(*row[:2], "", *row[3:], "") for row in ROWS]
    rows.append(("A81001", "20", birth, "H33..", "01/02/2025", number))
    survey = surveyed(tmp_path, report=((*FIELDS, "NHS number"), rows))
    assert patients(survey)[:4] == ["local|17", "local|17", "local|17", "local|18"]
    assert len(beside(survey)) == 1


def test_what_is_sure_is_not_told(tmp_path: Path) -> None:
    """Somebody with one birth day, and somebody of whom the list tells."""
    moved = [(*row[:2], ONE, *row[3:]) for row in ROWS]
    (tmp_path / "1").mkdir()
    (tmp_path / "2").mkdir()
    assert not beside(surveyed(tmp_path / "1", report=(FIELDS, moved)))
    assert not beside(surveyed(tmp_path / "2", report=without("Date of birth"), whose=(LISTED, OF_LIST)))


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
    assert patients(survey) == [one, other, one, "local|18", other]


def test_a_number_with_a_wrong_check_digit_proves_nothing(tmp_path: Path) -> None:
    rows = [(*row[:2], "", *row[3:], NHS[0]) for row in ROWS[:1]]
    rows += [
        (*row[:2], "", *row[3:], number) for row, number in zip(ROWS[1:], ("9990000019", "", ""), strict=True)
    ]
    survey = surveyed(tmp_path, report=((*FIELDS, "NHS number"), rows))
    assert not any("/" in who for who in patients(survey))
    assert len(beside(survey)) == 1


def test_one_nhs_number_in_both_practices_is_one_person_with_a_wrong_birth_day(tmp_path: Path) -> None:
    rows = [(*row, NHS[0]) for row in ROWS[:3]]
    rows.append((*ROWS[0], ""))
    survey = surveyed(tmp_path, report=((*FIELDS, "NHS number"), rows))
    assert set(patients(survey)) == {f"nhs|{NHS[0]}"}
    assert survey.hazards == ()


def test_practices_that_share_a_birth_day_are_no_proof(tmp_path: Path) -> None:
    """One of them has it wrong once, in whatever order."""
    three = (ROWS[0], ("A81002", "17", ONE, "H33..", "01/02/2025"), ("A81001", "17", *ROWS[1][2:]))
    for at, rows in enumerate(permutations(three)):
        folder = tmp_path / str(at)
        folder.mkdir()
        assert set(patients(surveyed(folder, report=(FIELDS, rows)))) == {"local|17"}


MANY = tuple(
    ("A81002" if at % 7 == 0 else "" if at % 5 == 0 else "A81001", str(100 + at % 40),
     f"{1 + at % 40 % 28:02d}/05/1960", "9Nu0." if at % 40 == 3 else "H33..", "01/02/2025", "")
    for at in range(160)
)  # fmt: skip
NUMBERED = tuple((*row[:5], NHS[0] if row[1] == "105" else "") for row in MANY)
WRONG = {
    "birth day": ("A81009", "104", "09/09/1977", "H33..", "01/02/2025", ""),
    "birth day and objection": ("A81009", "106", "09/09/1977", "9Nu0.", "01/02/2025", ""),
    "NHS number": ("A81009", "105", "06/05/1960", "H33..", "01/02/2025", NHS[1]),
    "practice": ("A81009", "107", "08/05/1960", "H33..", "01/02/2025", ""),
    "nothing else": ("A81009", "108", "", "H33..", "01/02/2025", ""),
    "a key of its own": ("A81009", "999", "09/09/1977", "H33..", "01/02/2025", ""),
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
@pytest.mark.parametrize("at", [0, 80, 160])
def test_one_wrong_row_changes_no_other_patients_identity(
    tmp_path: Path, wrong: tuple[str, ...], at: int
) -> None:
    fields = (*FIELDS, "NHS number")
    (tmp_path / "1").mkdir()
    (tmp_path / "2").mkdir()
    before = surveyed(tmp_path / "1", report=(fields, NUMBERED))
    after = surveyed(tmp_path / "2", report=(fields, (*NUMBERED[:at], wrong, *NUMBERED[at:])))
    now = patients(after)
    assert not any("/" in who for who in patients(before))
    others = [
        (*pair, row[1])
        for *pair, row in zip(patients(before), now[:at] + now[at + 1 :], NUMBERED, strict=True)
    ]
    assert {key for old, new, key in others if old != new} <= {wrong[1]}
    objects = [
        {s.patients.identity[n] for n in range(s.patients.count) if s.patients.objections[n]}
        for s in (before, after)
    ]
    assert {who for who in objects[0] ^ objects[1] if wrong[1] not in who} == set()
    if wrong[2] == "09/09/1977" and wrong[1] != "999":
        assert sum(hazard.what.startswith("1 patient key ") for hazard in after.hazards) == 1


def test_who_may_be_one_shares_an_objection(tmp_path: Path) -> None:
    """Born on one day: the patient has moved. Without a practice: the key may be anybody's."""
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
