"""The kinds of sensitive codes: seen by kind, decided by kind; what a law restricts is for a GP's eyes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from PySide6.QtCore import Qt

from core.model import Counted
from gui import ask
from gui.models.codes_model import HAPPENS, where_they_stand
from gui.models.restricted import SAID, WORDS
from gui.models.review import checks
from gui.models.row_source import CATEGORY, Mark
from tests.journeys.conftest import Person

HEADER = (
    "NHS Number",
    "Surname",
    "Date of Birth",
    "Sex",
    "Registration Status",
    "Event Date",
    "Code",
    "Term",
)
CONCEIVED = ("63487001", "Assisted fertilisation")
EVENTS = (
    ("44054006", "Type 2 diabetes mellitus"),
    ("35489007", "Depressive disorder"),
    ("8392000", "Non-smoker"),
    ("1.08E+16", "Clinic visit"),
)
PEOPLE = 24


@pytest.fixture
def opened(person: Person, tmp_path: Path, write_table: Any, number_of: Callable[[int], str]) -> Any:
    rows = []
    for n in range(PEOPLE):
        born = f"{n % 28 + 1:02d}/{n % 12 + 1:02d}/{1950 + n % 40}"
        who = (number_of(n), f"QUILLFEATHER{chr(65 + n % 26)}", born, "MF"[n % 2], "Registered")
        rows += [(*who, f"{n % 28 + 1:02d}/11/2025", *event) for event in EVENTS]
        if n == 7:
            rows.append((*who, "03/11/2025", *CONCEIVED))
    path = write_table(tmp_path / "events.csv", HEADER, rows)
    person.drop(path)
    person.opened()
    person.say_who("approved-research", "University of Bristol", "long-term conditions", PEOPLE)
    page: Any = person.window.pages["going_to"]
    person.tick(page.objections.boxes["codes"])
    person.use_this()
    person.click(person.window.rail.buttons["codes"])
    return person.window.pages["codes"]


def test_kinds_are_listed_by_the_care_they_need_and_decided_at_once(person: Person, opened: Any) -> None:
    found = {row.title: row for row in opened.categories.rows()}
    assert found["Mental health"].strength == "extra_care"
    assert (found["Mental health"].rows, found["Mental health"].patients) == (PEOPLE, PEOPLE)
    assert found["Smoking"].strength == "ordinary"
    before = person.session.rows.rows_out
    opened.category_tree.setCurrentIndex(opened.categories.index_of("mental_health"))
    menu = opened.choices_menu(opened.current())
    assert [a.text() for a in menu.actions() if a.isChecked()] == ["Send these rows"]
    menu.actions()[0].trigger()
    person.planned()
    assert person.session.rows.rows_out == before - PEOPLE
    assert opened.current().what_happens == "Left out, decided here"
    person.click(opened.undo)
    person.planned()
    assert person.session.rows.rows_out == before
    assert any(label.endswith("  L") for label in person.window.detail_strip.buttons())
    for key, rows, words in (
        (Qt.Key.Key_L, before - PEOPLE, "Left out, decided here"),
        (Qt.Key.Key_K, before, "Would leave, decided here"),
        (Qt.Key.Key_P, before, "Would leave"),
    ):
        person.bot.keyClick(opened.category_tree, key)
        person.planned()
        assert (person.session.rows.rows_out, opened.current().what_happens) == (rows, words)


def test_what_a_law_restricts_is_counted_and_its_rows_are_for_a_gp(
    person: Person, opened: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    (row,) = (r for r in opened.categories.rows() if r.title == "Assisted conception and infertility")
    assert (row.strength, row.rows, row.patients) == ("restricted", 1, 1)
    opened.category_tree.setCurrentIndex(opened.categories.index_of(row.id))
    strip = person.window.detail_strip
    assert "Show these rows" not in [b.text() for b in strip.findChildren(type(opened.undo)) if b.isVisible()]
    person.click(person.window.rail.buttons["side_by_side"])
    side: Any = person.window.pages["side_by_side"]
    person.until(lambda: side.source is not None and not person.session.jobs.running())
    at = 7 * len(EVENTS) + len(EVENTS)
    (held,) = side.source.rows("events", [at])
    assert set(held.raw) == {WORDS}
    assert (held.withheld.text, held.withheld.source) == (WORDS, "")
    assert side.source.about("events", held, 7).sentences == (SAID,)
    assert CATEGORY + row.id not in [f.id for f in side.source.filters("events")]
    assert side.source.find("events", "fertilisation", "raw", 0, False, None, lambda *_: None) is None
    said: list[str] = []
    monkeypatch.setattr(ask, "confirm", lambda _w, title, *_a, **_k: said.append(title) or True)
    person.window.menus.restricted.trigger()
    person.until(lambda: not person.session.jobs.running())
    assert said == ["For a GP"]
    (shown,) = side.source.rows("events", [at])
    assert CONCEIVED[1] in shown.raw
    assert CATEGORY + row.id in [f.id for f in side.source.filters("events")]
    person.session.close_export()
    assert not person.session.shows_restricted


def test_what_a_law_restricts_is_sent_by_a_gp_only_and_said_before_it_is_saved(
    person: Person, opened: Any, asked: Any
) -> None:
    (row,) = (r for r in opened.categories.rows() if r.restricted)
    asked.yes = False
    opened.decide(row, "keep")
    assert not person.session.choices.categories
    assert "restricted-by-law" not in [gate.name for gate in person.session.gates]
    asked.yes = True
    opened.decide(row, "keep")
    person.planned()
    person.until(lambda: not person.session.jobs.running())
    (gate,) = (gate for gate in person.session.gates if gate.name == "restricted-by-law")
    assert gate.detail.startswith("1 row of what a law restricts would leave (Assisted conception")
    (check,) = (c for c in checks(person.session) if c.name == "What a law restricts")
    assert check.state == "look"


def test_ordinary_health_is_not_highlighted_unless_it_is_left_out(person: Person, opened: Any) -> None:
    person.click(person.window.rail.buttons["side_by_side"])
    side: Any = person.window.pages["side_by_side"]
    person.until(lambda: side.source is not None and not person.session.jobs.running())

    def flagged(term: str) -> set[str]:
        held = side.source.rows("events", list(range(len(EVENTS))))
        (row,) = (r for r in held if term in r.raw)
        return {row.raw[at] for at, marks in row.marks.items() if Mark(marks) & Mark.SENSITIVE}

    assert flagged("Depressive disorder") == {"35489007", "Depressive disorder"}
    assert flagged("Non-smoker") == set()
    assert CATEGORY + "smoking" in [f.id for f in side.source.filters("events")]
    person.session.decide_category("smoking", "withhold")
    person.planned()
    person.until(lambda: not person.session.jobs.running())
    assert flagged("Non-smoker") == {"8392000", "Non-smoker"}


def test_codes_that_nobody_could_judge_are_listed_commonest_first(person: Person, opened: Any) -> None:
    person.click(opened.chips.buttons["not_understood"])
    (row,) = opened.codes.rows()
    assert (row.code, row.rows) == ("1.08E+16", PEOPLE)
    assert "digits are lost" in row.why
    assert f"Where they are: Code of events, {PEOPLE} rows. Their rows are left out." in opened.said.text()
    assert person.window.rail.buttons["codes"].accessibleName().count("1 not understood") or (
        opened.state().words == "1 not understood"
    )
    person.click(opened.chips.buttons["not_judged"])
    assert opened.nothing.isVisible()


def test_show_these_rows_goes_to_them(person: Person, opened: Any) -> None:
    opened.category_tree.setCurrentIndex(opened.categories.index_of("mental_health"))
    person.session.show_rows(f"{CATEGORY}mental_health")
    side: Any = person.window.pages["side_by_side"]
    assert person.window.page is side
    person.until(lambda: not person.session.jobs.running() and side.cache.total() == PEOPLE)


def test_codes_not_understood_are_told_by_field_and_their_rows_are_one_press_away(
    person: Person, opened: Any
) -> None:
    person.click(opened.chips.buttons["not_understood"])
    person.until(lambda: person.session.preview is not None)
    ((words, show),) = person.window.shown_detail().actions
    assert words == "Show rows with such codes"
    show()
    side: Any = person.window.pages["side_by_side"]
    person.until(lambda: not person.session.jobs.running() and side.cache.total() == PEOPLE)


def test_where_codes_stand_goes_by_rows_and_uses_the_names_of_the_format() -> None:
    def codes(rows: int, judged: int = 0) -> Any:
        return SimpleNamespace(not_understood=Counted("", "", rows), not_judged=Counted("", "", judged))

    coverage = [
        SimpleNamespace(table="a", field="Code", **vars(codes(1, 7))),
        SimpleNamespace(table="bulk_1", field="CodeId", **vars(codes(2_000))),
    ]
    recognised = {"bulk_1": SimpleNamespace(table="Observation")}
    survey: Any = SimpleNamespace(coverage=coverage, export=SimpleNamespace(recognised=recognised))
    assert where_they_stand(survey, judged=False) == ["CodeId of Observation, 2,000 rows", "Code of a, 1 row"]
    assert where_they_stand(survey, judged=True) == ["Code of a, 7 rows"]


def test_in_a_narrow_window_what_happens_stays_in_sight(person: Person, opened: Any) -> None:
    tree = opened.category_tree
    assert not tree.isColumnHidden(HAPPENS - 1)
    person.window.resize(683, 384)
    person.until(lambda: tree.isColumnHidden(HAPPENS - 1))
    assert tree.header().sectionViewportPosition(HAPPENS) < tree.viewport().width() * 3 // 4
    person.window.resize(1366, 768)
    person.until(lambda: not tree.isColumnHidden(HAPPENS - 1))


def test_the_page_says_no_more_leaves_than_does(person: Person, opened: Any) -> None:
    def happens(kind: str) -> str:
        (row,) = (r for r in opened.categories.rows() if r.id == kind)
        return str(row.happens)

    def goes_to(profile: str) -> None:
        person.session.set_going_to(profile, "A recipient", "a list", expected_patients=PEOPLE)
        person.until(lambda: not person.session.jobs.running())

    assert happens("mental_health") == "Would leave"
    goes_to("own-care-list")
    assert not [f for f in person.session.plan.fields if f.leaves and f.field in ("Code", "Term")]
    assert happens("mental_health") == "The row would leave, its code does not"
    assert opened.state().words == "1 not understood"
    goes_to("open-publication")
    assert happens("mental_health") == "Counted"
    assert happens("assisted_conception") == "Not counted"


def test_the_first_look_hides_what_a_law_restricts_once_it_is_known(
    person: Person, tmp_path: Path, write_table: Any, number_of: Callable[[int], str]
) -> None:
    who = (number_of(1), "QUILLFEATHER", "01/02/1960", "F", "Registered", "03/11/2025")
    path = write_table(tmp_path / "events.csv", HEADER, [(*who, *EVENTS[0]), (*who, *CONCEIVED)])
    person.drop(path)
    person.opened()
    first, second = person.session.first_rows["events"].rows
    assert EVENTS[0][1] in first
    assert set(second) == {WORDS}
    page: Any = person.window.pages["open"]
    model = page.sheet.rows_model
    cells = [model.index(n, c).data() for n in range(2) for c in range(len(HEADER))]
    assert CONCEIVED[1] not in cells
    assert WORDS in cells
    person.session.show_restricted(True)
    assert CONCEIVED[1] in person.session.first_rows["events"].rows[1]
