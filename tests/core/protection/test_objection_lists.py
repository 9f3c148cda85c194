# ruff: noqa: E501
"""Lists from outside: every shape of file, what spreadsheets do to numbers, answers of the opt-out check."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from core.model import Counted, Gate, Kind, PolicyError, ReadError, Role
from core.protection import Decisions, Key, ObjectionLists, Plan, decide_rows, gates, load_profile, make_plan
from core.protection.objection_lists import load_objection_list
from core.protection.objections import parse_objection_source
from core.protection.objections_compared import Earlier, compare_objections, counts_now
from core.protection.plan import ObjectionSource
from core.protection.rows import RowDecisions
from core.survey.results import NO_PATIENT, Survey
from tests.core.protection.builders import Made, make_survey, report

KEY = Key(bytes(32))
TODAY = date(2026, 11, 22)
A, B, C = "9990000018", "9990000026", "9990000034"


def workbook(path: Path, *rows: tuple[Any, ...]) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    book.save(path)
    return path


def test_a_workbook_is_read(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "list.xlsx",
        ("Surname", "NHS Number"),
        ("Invented", A),
        ("Made Up", "999 000 0026"),
        ("X", A),
    )
    lists = load_objection_list(path, "list")
    assert lists.listed == {A, B}
    assert lists.repeated == 1


def test_a_workbook_of_numbers_is_read(tmp_path: Path) -> None:
    path = workbook(tmp_path / "list.xlsx", ("NHS Number",), (int(A),), (int(B),))
    assert load_objection_list(path, "cleaned").cleaned == {A, B}


def test_a_workbook_with_a_line_that_is_no_number_stops(tmp_path: Path) -> None:
    path = workbook(tmp_path / "list.xlsx", ("NHS Number",), (A,), ("Smith",))
    with pytest.raises(PolicyError, match="Line 3") as error:
        load_objection_list(path, "list")
    assert "Smith" not in str(error.value)


@pytest.mark.parametrize(
    "text",
    [
        f"{A},\n{B},\n",  # as the opt-out service answers
        f"NHS Number,Date of birth,Practice\r\n{A},04/03/1961,A81001\r\n{B},05/03/1961,A81001\r\n",
        f'="{A}"\n="{B}"\n',
        f"EMIS Number;NHS Number\n123;{A}\n9990000042;{B}\n",
        f"\ufeff{A}\n\n{B}\n{A}\n",
        "Name\tNHS No\nInvented\t999 000 0018\nMade up\t999-000-0026\n",
    ],
)  # fmt: skip
def test_shapes_of_text(tmp_path: Path, text: str) -> None:
    path = tmp_path / "list.txt"
    path.write_bytes(text.encode())
    assert load_objection_list(path, "list").listed == {A, B}


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        ("9.99E+09", "rounded"),
        ("9.99000002E+9", "rounded"),
        ("999000001", "fewer than ten digits"),
        ("99900000", "fewer than ten digits"),
        ("Smith", "no NHS number"),
        ("01/02/2020", "no NHS number"),
        ("12345678901", "no NHS number"),
    ],
)
def test_what_a_spreadsheet_did_to_a_number_is_named(tmp_path: Path, bad: str, words: str) -> None:
    path = tmp_path / "list.csv"
    path.write_text(f"NHS Number\n{A}\n{bad}\n", "utf-8")
    with pytest.raises(PolicyError, match=words) as error:
        load_objection_list(path, "list")
    assert "Line 3" in error.value.message
    assert bad not in error.value.message


def test_the_wrong_column_stops(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("EMIS number,Surname\n123,Invented\n124,Made up\n", "utf-8")
    with pytest.raises(PolicyError):
        load_objection_list(path, "list")


@pytest.mark.parametrize(
    "data", [b"%PDF-1.4\0\0\0", b"", b"\0\1\2", b"PK\x03\x04broken", b"\xd0\xcf\x11\xe0no"]
)
def test_what_is_no_list_stops(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "list.xlsx"
    path.write_bytes(data)
    with pytest.raises((PolicyError, ReadError)):
        load_objection_list(path, "list")


def test_the_day_of_an_answer_is_kept_with_its_checksum_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "answer.dat"
    path.write_text(f"{A},\n", "utf-8")
    source, lists = parse_objection_source(f"cleaned:{path}", date(2026, 11, 20))
    assert (source.kind, source.date, len(source.detail)) == ("cleaned", "2026-11-20", 64)
    assert lists is not None
    assert "answer.dat" not in repr(source) + repr(lists)
    assert A not in repr(source) + repr(lists)
    assert parse_objection_source(f"list:{path}", date(2026, 11, 20))[0].date == ""


# -- answers that do not fit --------------------------------------------------------------------------------


def planned(
    survey: Survey, *sources: ObjectionSource, profile: str = "approved-research", **more: Any
) -> Plan:
    decisions = Decisions(**more)
    return make_plan(
        survey,
        load_profile(profile),
        recipient="R",
        project="P",
        objection_sources=sources,
        decisions=decisions,
    )


def answer(survey: Survey, numbers: set[str], came_back: str = "") -> tuple[Gate, RowDecisions]:
    source = ObjectionSource("cleaned", "0" * 64, came_back)
    plan = planned(survey, source)
    lists = ObjectionLists(cleaned=frozenset(numbers), sources=(source,))
    rows = decide_rows(survey, plan, KEY, lists)
    found = gates(survey, plan, rows, load_profile("approved-research"), today=TODAY)
    return next(gate for gate in found if gate.name == "opt-out-answer"), rows


def everybody(survey: Survey) -> set[str]:
    return {who.removeprefix("nhs|") for who in survey.patients.identity}


def test_an_answer_of_today_fits_and_leaves_out_who_is_not_in_it() -> None:
    survey = make_survey(report())
    free = everybody(survey) - {survey.patients.identity[2].removeprefix("nhs|")}
    gate, rows = answer(survey, free, "2026-11-22")
    assert gate.passed
    assert "today" in gate.detail
    assert rows.patients_out == rows.patients_in - 1


@pytest.mark.parametrize(
    ("came_back", "passed", "words"),
    [
        ("2026-11-01", True, "21 days ago."),
        ("2026-10-31", True, "ask again if you can"),
        ("2026-10-25", True, "28 days ago"),
        ("2026-10-24", False, "29 days old"),
        ("2026-11-23", False, "has not come yet"),
        ("", True, "not said on which day"),
    ],
)
def test_an_answer_grows_old(came_back: str, passed: bool, words: str) -> None:
    survey = make_survey(report())
    gate, _ = answer(survey, everybody(survey), came_back)
    assert gate.passed is passed
    assert words in gate.detail


def test_an_answer_to_another_list_stops() -> None:
    survey = make_survey(report(6))
    strangers = {f"99912345{n:02}" for n in range(40)}
    gate, _ = answer(survey, everybody(survey) | strangers, "2026-11-22")
    assert not gate.passed
    assert "never asked about" in gate.detail
    gate, _ = answer(survey, everybody(survey) | {"9991234500"}, "2026-11-22")
    assert gate.passed
    assert "not in this export" in gate.detail


def test_a_list_of_another_practice_stops() -> None:
    survey = make_survey(report())
    source = ObjectionSource("list", "0" * 64)
    lists = ObjectionLists(listed=frozenset({"9991234500"}), sources=(source,))
    with pytest.raises(PolicyError, match="another practice's"):
        decide_rows(survey, planned(survey, source), KEY, lists)


# -- objectors leave from every table ------------------------------------------------------------------------


def two_tables() -> dict[str, Made]:
    code = [("Code", Kind.CODED_CLINICAL, Role.CODE)]
    return {
        **report(4, 2),
        "notes": Made(code, [["a"], ["b"], ["c"], ["d"]], patient=[0, 1, NO_PATIENT, 0]),
        "nobody": Made(code, [["a"], ["b"]]),
    }


@pytest.mark.parametrize(
    ("profile", "uses", "objection"),
    [
        ("approved-research", ("research",), "type1_dissent"),
        ("own-care-list", ("local_shared_record",), "local_share_refused"),
    ],
)
def test_objectors_leave_from_every_table_and_rows_of_nobody_stay(
    profile: str, uses: tuple[str, ...], objection: str
) -> None:
    survey = make_survey(two_tables(), objections={0: [objection]})
    plan = replace(planned(survey, ObjectionSource("codes"), profile=profile), uses=uses)
    rows = decide_rows(survey, plan, KEY)
    for name, facts in survey.facts.items():
        left = facts.patient[rows.leaves(name)]
        assert 0 not in left
        assert NO_PATIENT not in left
    assert rows.patients_out == rows.patients_in - 1


# -- last time -----------------------------------------------------------------------------------------------


def earlier(patients: int = 100, **counts: int) -> Earlier:
    return Earlier("2026-08-01", patients, counts, "R", "P", {"type1_dissent": "Type 1 objection"})


def compared(now: dict[str, int], before: Earlier, patients: int) -> dict[str, bool]:
    found = {id_: Counted(id_, id_, 1, people) for id_, people in now.items()}
    return {one.id: one.fell for one in compare_objections(found, before, patients)}


@pytest.mark.parametrize(
    ("now", "before", "patients", "fell"),
    [
        (12, earlier(100, type1_dissent=40), 100, True),
        (0, earlier(100, type1_dissent=40), 100, True),
        (0, earlier(100, type1_dissent=3), 100, True),
        (0, earlier(100, type1_dissent=2), 100, False),
        (20, earlier(100, type1_dissent=40), 100, False),
        (19, earlier(100, type1_dissent=40), 100, True),
        (4, earlier(1000, type1_dissent=40), 100, False),  # a smaller search
        (0, earlier(10_000, type1_dissent=40), 100, False),  # too few to expect one
        (60, earlier(100, type1_dissent=40), 100, False),
    ],
)
def test_a_sharp_fall(now: int, before: Earlier, patients: int, fell: bool) -> None:
    assert compared({"type1_dissent": now} if now else {}, before, patients) == {"type1_dissent": fell}


def test_an_objection_that_only_one_has_is_told() -> None:
    found = compare_objections({}, earlier(type1_dissent=40), 100)
    assert found[0].words() == "Type 1 objection: 0 now, 40 last time"
    assert compared({"scr_dissent": 5}, earlier(), 100) == {"scr_dissent": False}


def last_time(survey: Survey, before: Earlier, **more: Any) -> Gate:
    plan = planned(survey, ObjectionSource("codes"), **more)
    rows = decide_rows(survey, plan, KEY)
    found = gates(survey, plan, rows, load_profile("approved-research"), today=TODAY, before=before)
    return next(gate for gate in found if gate.name == "objections-last-time")


def test_a_sharp_fall_stops_until_a_person_says_that_it_is_right() -> None:
    survey = make_survey(report(6))
    gate = last_time(survey, earlier(6, type1_dissent=4))
    assert not gate.passed
    assert "Type 1 objection: 0 now, 4 last time" in gate.detail
    assert gate.needs == ("objections_fell:0",)
    assert last_time(survey, earlier(6, type1_dissent=4), confirmed={"objections_fell": 0}).passed
    assert not last_time(survey, earlier(6, type1_dissent=4), confirmed={"objections_fell": 1}).passed
    assert last_time(survey, earlier(6)).passed
    fewer = last_time(survey, earlier(600, type1_dissent=4))
    assert fewer.passed
    assert "as shares of the patients, 6 now and 600 last time" in fewer.detail
    assert counts_now(survey) == {}


# -- marked records -------------------------------------------------------------------------------------------


def marked(survey: Survey, *, ask: bool, **more: Any) -> list[Gate]:
    plan = planned(survey, profile="own-care-list", **more)
    rows = decide_rows(survey, plan, KEY)
    found = gates(survey, plan, rows, load_profile("own-care-list"), today=TODAY, ask=ask)
    return [gate for gate in found if gate.name == "marked-records"]


def test_a_marked_record_goes_for_care_once_a_person_has_seen_it() -> None:
    survey = make_survey(report(4), objections={0: ["spine_sensitive"], 1: ["type1_dissent"]})
    (gate,) = marked(survey, ask=True)
    assert not gate.passed
    assert gate.needs == ("spine_sensitive:1",)
    assert "S-flag" in gate.detail
    assert marked(survey, ask=False)[0].passed
    assert marked(survey, ask=True, confirmed={"spine_sensitive": 1})[0].passed
    assert not marked(survey, ask=True, confirmed={"spine_sensitive": 2})[0].passed
    assert marked(make_survey(report(4)), ask=True) == []
