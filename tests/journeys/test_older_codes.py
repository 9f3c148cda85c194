"""A recipient who links by an older program's codes: they leave with their warning, and are looked up."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from core.protection.schemes import SCHEMES, WARNING
from gui.widgets.older_codes import OTHER_SALT, OWN, SALT

HEADER = ("NHS Number", "Date of Birth", "Registration Status", "Code", "Term")
WORDS = "mackerel-in-a-file"


@pytest.fixture
def small_file(tmp_path: Path, write_table: Any, number_of: Callable[[int], str]) -> Path:
    rows = [
        (number_of(n), f"{n % 28 + 1:02d}/03/1961", "Registered", "44054006", "Type 2 diabetes mellitus")
        for n in range(30)
    ]
    return write_table(tmp_path / "small.csv", HEADER, rows)


@pytest.fixture
def salt_file(tmp_path: Path) -> Path:
    file = tmp_path / "salt.txt"
    file.write_text(f"{WORDS}\n", encoding="utf-8")
    return file


def digest_of(number: str, words: str = WORDS) -> str:
    return hashlib.sha256(f"{number}{words}".encode()).hexdigest().upper()


def choose(person: Any, asked: Any, older: Any, file: Path, scheme: str = "openpseudonymiser-csharp") -> None:
    """Unfold it, choose the scheme, and the file of the salt."""
    if not older.fold.isChecked():
        person.click(older.fold)
    person.until(lambda: older.scheme.box.count() == len(SCHEMES) + 1)
    older.scheme.choose(scheme)
    asked.files = [file]
    person.click(older.choose)
    person.until(lambda: older.chosen is not None or older.salt_words.property("role") == "error")


def for_research(person: Any, file: Path) -> Any:
    person.drop(file)
    person.opened()
    person.say_who("approved-research", "University of Bristol", "study", 30)
    page = person.window.pages["going_to"]
    person.tick(page.objections.boxes["codes"])
    return page


def test_codes_of_an_older_scheme_leave_and_are_looked_up(
    person: Any, small_file: Path, salt_file: Path, asked: Any, tmp_path: Path,
    number_of: Callable[[int], str], released: Callable[[Path], list[dict[str, str]]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    session = person.session
    page = for_research(person, small_file)
    older = page.form.older
    assert older.body.isHidden(), "hardly anybody needs it: it is folded away"
    person.click(older.fold)
    person.until(lambda: older.scheme.box.count() == len(SCHEMES) + 1)
    assert older.warning_words.isHidden(), "it is not said of Threshold's own codes"
    older.scheme.choose("openpseudonymiser-csharp")
    assert "21 seconds" in older.warning_words.text() == WARNING
    assert older.warning_words.isVisible()
    person.click(page.use)
    assert older.scheme.error.text() == SALT
    assert session.going_to is None
    choose(person, asked, older, salt_file)
    assert "salt.txt" in older.salt_words.text()
    person.use_this()
    assert session.plan.scheme == "openpseudonymiser-csharp"
    wanted = [digest_of(number_of(n)) for n in range(30)]
    assert session.examples[("small", "NHS Number")][1] in wanted
    assert WORDS not in repr(session.going_to)
    assert WORDS not in repr(session.plan)
    person.window.go_to("export")
    shown = next(c for c in person.window.pages["export"].checks.checks if "older kind" in c.name)
    assert shown.state == "look"
    assert "21 seconds" in shown.detail
    asked.folder = tmp_path / "out"
    asked.folder.mkdir()
    release = person.save_into(asked.folder)
    assert [row["NHS Number"] for row in released(release)] == wanted
    for file in (*release.rglob("*"), *Path.home().rglob("*")):
        assert not file.is_file() or WORDS.encode() not in file.read_bytes()

    monkeypatch.setenv("THRESHOLD_AUDIT", str(tmp_path / "look-ups.jsonl"))
    session.keys_wanted.emit()
    keys = person.window.keys
    keys.tabs.setCurrentIndex(1)
    keys.codes.setPlainText(wanted[4].lower())
    keys.reason.edit.setText("A dangerous result")
    person.click(keys.find)
    person.until(lambda: not session.jobs.running())
    assert not keys.found.text(), "a code of 64 letters is none of Threshold's own"
    choose(person, asked, keys.older, salt_file)
    keys.find_patients()
    person.until(lambda: bool(keys.found.text()))
    number = number_of(4)
    assert f"NHS number {number[:3]} {number[3:6]} {number[6:]}" in keys.found.text()
    keys.close()
    assert keys.older.chosen is None, "no salt stays in a window that was closed"
    assert session.going_to.older is not None


def test_the_scheme_is_taken_back_and_made_again_like_every_choice(
    person: Any, small_file: Path, salt_file: Path, asked: Any
) -> None:
    page = for_research(person, small_file)
    person.use_this()
    assert person.session.plan.scheme == ""
    older = page.form.older
    person.window.go_to("going_to")
    choose(person, asked, older, salt_file)
    person.use_this()
    assert person.session.plan.scheme
    person.session.undo()
    person.planned()
    assert person.session.plan.scheme == ""
    assert older.chosen is None
    assert older.fold.accessibleName() == "Older code schemes: none"
    person.session.redo()
    person.planned()
    assert person.session.plan.scheme
    assert older.chosen.salt == WORDS
    older.fold.setChecked(True)
    assert older.scheme.text() == "openpseudonymiser-csharp"
    older.scheme.choose("")
    assert older.scheme.box.currentText() == OWN
    assert older.chosen is None
    person.window.go_to("going_to")
    person.use_this()
    assert person.session.plan.scheme == ""


def test_started_from_such_a_plan_the_salt_is_asked_for_again(
    person: Any, small_file: Path, salt_file: Path, asked: Any, tmp_path: Path
) -> None:
    page = for_research(person, small_file)
    choose(person, asked, page.form.older, salt_file)
    person.use_this()
    plan = tmp_path / "plan.json"
    done: list[str] = []
    person.session.save_plan(plan, done.append)
    person.until(lambda: done == [""])
    assert WORDS not in plan.read_text("utf-8")
    person.session.close_export()
    older = page.form.older
    assert older.chosen is None
    person.drop(small_file)
    person.opened()
    person.window.go_to("going_to")
    page.start_from(plan)
    person.until(lambda: older.scheme.text() == "openpseudonymiser-csharp")
    assert older.check() == [SALT]
    other = tmp_path / "other.txt"
    other.write_text("another-salt-than-then", encoding="utf-8")
    choose(person, asked, older, other)
    assert OTHER_SALT in older.salt_words.text()
    choose(person, asked, older, salt_file)
    assert OTHER_SALT not in older.salt_words.text()


def test_a_file_that_is_no_salt_is_told_and_nothing_is_chosen(
    person: Any, small_file: Path, tmp_path: Path, asked: Any
) -> None:
    older = for_research(person, small_file).form.older
    empty = tmp_path / "empty.txt"
    empty.write_bytes(b"\n")
    choose(person, asked, older, empty)
    assert older.chosen is None
    assert "holds none" in older.salt_words.text()
    sealed = tmp_path / "salt.kek"
    sealed.write_bytes(b"c2VhbGVkc2VhbGVkc2U=")
    choose(person, asked, older, sealed, "ndr")
    assert older.chosen is None
    assert older.phrase.isVisible()
    assert "sealed" in older.salt_words.text()
    assert "THRESHOLD_" not in older.salt_words.text()
    older.phrase.edit.setText("not the one")
    older.phrase.edit.returnPressed.emit()
    person.until(lambda: "pass phrase" in older.salt_words.text())


def test_only_where_codes_are_made(person: Any, small_file: Path) -> None:
    person.drop(small_file)
    person.opened()
    person.say_who("own-care-list", "Recall", "autumn", 30)
    page = person.window.pages["going_to"]
    assert page.form.older.isHidden()
    assert page.form.told()["older"] is None
