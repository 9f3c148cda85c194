"""Whose record only a GP opens: covered among the first rows, found by nobody else; its list is missed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from core.patients import gp_only_file, new_gp_only, save_gp_only
from core.patients.lists_kept import kept_gp_only
from core.preview import Preview
from core.protection import Key, decide_rows, load_profile, make_plan
from core.reading import open_export
from core.survey import survey_export
from gui.for_a_gp import COVERED_SAID, WAITING_SAID, ForGp
from gui.models.first_covered import WAITING, covered_first
from gui.models.queue_model import A_RECORD, ONLY_A_GP, found_line
from gui.models.restricted import FOR_GP
from gui.pages.open_page import OpenPage
from gui.pages.patients_list import found_words
from gui.planning import examples, first_rows
from gui.records import for_gp
from gui.reviewing import Looker
from gui.session import Session
from gui.state import FirstRows
from gui.waiting import until

KEY = Key(b"k" * 32)
OTHER = Key(bytes(range(1, 33)))
GP, STAFF = Looker("Dr A Patel", "gp"), Looker("Sam Jones", "staff")
HEAD = "NHS Number,Surname,Forename,Date of birth,Address line 1,Postcode,Code Term,Clinician name\n"
PEOPLE = (
    ("White", "Adam", "1 Elm Road", "BS1 1AA"),
    ("Quixley", "Jane", "4 Elm Road", "BS1 1AD"),
    ("Quixley", "Tom", "4 Elm Road", "BS1 1AD"),
    ("Zabrowicz", "Karol", "5 Elm Road", "BS1 1AF"),
)


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("THRESHOLD_GP_ONLY", str(tmp_path / "gp-only.json"))
    monkeypatch.setenv("THRESHOLD_LOOKS", str(tmp_path / "looks.jsonl"))
    lines = []
    for n, (last, first, road, code) in enumerate(PEOPLE):
        who = f"999 000 {n:04d},{last},{first},{n + 1:02d}/04/1950,{road},{code}"
        lines += [f"{who},Diabetes,Dr {staff}" for staff in ("Jane Quixley", "Amit Bhandari")]
    path = tmp_path / "export.csv"
    path.write_text(HEAD + "\n".join(lines) + "\n", encoding="utf-8")
    return path


def mark(file: Path, key: Key = KEY) -> None:
    """The practice marks the last patient of the file."""
    survey = survey_export(open_export([file]))
    save_gp_only(gp_only_file(), new_gp_only(key).with_patient(survey, survey.patients.count - 1))


@pytest.fixture
def opened(session: Session, qtbot: Any) -> Callable[[Path], Mapping[str, FirstRows]]:
    def open_(path: Path) -> Mapping[str, FirstRows]:
        session.open_paths([path])
        qtbot.waitUntil(lambda: session.survey is not None and not session.jobs.running(), timeout=30_000)
        return session.first_rows

    return open_


def surnames(rows: FirstRows) -> list[str | None]:
    return [row[1] for row in rows.rows][::2]


def test_rows_of_a_colleague_and_who_lives_there_are_covered_but_for_a_gp(
    session: Session, file: Path, opened: Any
) -> None:
    (rows,) = opened(file).values()
    assert surnames(rows) == ["White", FOR_GP, FOR_GP, "Zabrowicz"]
    assert set(rows.rows[2]) == {FOR_GP}
    assert session.covered_said() == COVERED_SAID
    session.set_looker(GP)
    assert surnames(*session.first_rows.values()) == [one[0] for one in PEOPLE]
    assert session.covered_said() == ""
    session.set_looker(STAFF)
    assert surnames(*session.first_rows.values()) == ["White", FOR_GP, FOR_GP, "Zabrowicz"]


def test_while_the_list_was_not_asked_nothing_says_who_a_row_is_about(
    session: Session, file: Path, opened: Any
) -> None:
    mark(file)
    shown: list[FirstRows] = []
    session.first_rows_ready.connect(lambda table: shown.append(session.first_rows[table]))
    (rows,) = opened(file).values()
    assert session.close_ones.unread, "no key is at hand to ask the list with"
    assert session.covered_said() == WAITING_SAID
    assert {cell for one in shown for row in one.rows for cell in row[:6]} == {WAITING}
    assert {row[6] for row in shown[0].rows} == {WAITING}, "before the fields were looked at nothing is known"
    assert {row[6] for row in rows.rows} == {"Diabetes"}
    assert {row[7] for row in rows.rows} == {WAITING}


def test_with_the_key_whoever_was_marked_is_covered(file: Path, qtbot: Any) -> None:
    mark(file)
    session = Session(key=KEY)
    try:
        session.open_paths([file])
        qtbot.waitUntil(lambda: session.survey is not None, timeout=30_000)
        assert surnames(*session.first_rows.values()) == ["White", FOR_GP, FOR_GP, FOR_GP]
    finally:
        session.shutdown()


def test_a_list_that_is_gone_is_said_and_covers_everybody(file: Path, qtbot: Any) -> None:
    mark(file)
    kept_gp_only(KEY)
    gp_only_file().unlink()
    session = Session(key=KEY)
    try:
        page = OpenPage(session)
        qtbot.addWidget(page)
        told: list[str] = []
        session.detail_changed.connect(lambda detail: told.extend(detail.lines if detail else ()))
        page.show()
        session.open_paths([file])
        qtbot.waitUntil(lambda: session.survey is not None, timeout=30_000)
        assert set(surnames(*session.first_rows.values())) == {FOR_GP}
        assert "is gone: it had one entry" in session.close_ones.wrong
        assert session.close_ones.gone
        assert any("Put its last copy back" in line for line in told)
        assert not any("exactly as it has them" in line for line in told[-4:])
        session.set_looker(GP)
        assert FOR_GP not in surnames(*session.first_rows.values())
        assert session.covered_said() == session.close_ones.wrong, "a GP is told as well"
    finally:
        session.shutdown()


def test_whose_list_is_of_another_key_is_not_asked_before_the_key_is_chosen(file: Path) -> None:
    mark(file, OTHER)
    survey = survey_export(open_export([file]))
    early, sure = for_gp(survey, KEY, sure=False), for_gp(survey, KEY)
    assert (early.unread, len(early.patients)) == (True, 2)
    assert (sure.unread, len(sure.patients)) == (False, survey.patients.count)
    assert sure.wrong
    assert not sure.gone


def test_an_empty_cell_is_covered_with_the_others(file: Path) -> None:
    rows = FirstRows(("Surname", "Died", "Code"), [["White", None, "C10"], ["May", "1/1/2020", None]])
    kinds = {0: "direct_identifier", 1: "quasi_identifier", 2: "coded_clinical"}
    made = covered_first(rows, "t", None, kinds, unread=True)
    assert made.rows == [[WAITING, WAITING, "C10"], [WAITING, WAITING, None]]
    assert covered_first(rows, "t", None, kinds) is rows
    real = first_rows(open_export([file]).tables[0], 10)
    assert covered_first(real, "export", survey_export(open_export([file])), {}, restricted=True) is real


def test_no_sample_of_a_field_is_from_such_a_record(file: Path) -> None:
    survey = survey_export(open_export([file]))
    profile = load_profile("own-care-list")
    plan = make_plan(survey, profile, recipient="R", project="J", assume_registered=True)
    preview = Preview(survey, plan, KEY, decide_rows(survey, plan, KEY))
    close = for_gp(survey, KEY).patients
    assert close

    def samples(for_gp: frozenset[int]) -> set[str]:
        return {raw for raw, _out in examples(preview, survey.export, 50, lambda: None, for_gp).values()}

    assert "White" in samples(frozenset())
    everybody_else = frozenset(range(survey.patients.count)) - close
    assert "Quixley" in samples(everybody_else)
    assert "Quixley" not in samples(close)
    assert samples(close | everybody_else) == set()


def test_the_line_of_a_search_names_nobody(session: Session) -> None:
    from core.patients import Found

    line = found_line(Found(-1, "", "", "", for_gp=True), hidden=False)
    assert (line.patient, line.title, line.code) == (ONLY_A_GP, A_RECORD, "")
    both = [Found(3, "Adam White", "1950", "999"), Found(-1, "", "", "", for_gp=True)]
    assert found_words(both) == "1 patient and a record for a GP"
    assert found_words(both[1:]) == "a record for a GP"
    assert ForGp() == session.close_ones


def test_another_list_is_begun_by_a_gp_only(session: Session, file: Path, opened: Any) -> None:
    mark(file)
    kept_gp_only(KEY)
    gp_only_file().unlink()
    opened(file)
    session.key = KEY
    session.set_looker(STAFF)
    session.begin_gp_list_again()
    assert until(lambda: not session.jobs.running())
    assert not gp_only_file().exists()
    session.set_looker(GP)
    session.begin_gp_list_again()
    assert until(lambda: not session.jobs.running())
    held = kept_gp_only(KEY)
    assert held is not None
    assert not held.entries
