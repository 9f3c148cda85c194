"""Opening, correcting how a file is read, remembering it, passwords, and files that change."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from core.model import ReadError
from core.reading import TableChoice
from gui.failures import OPENING, can_try_again, failure_at
from gui.session import Session
from gui.settings import Reading, Settings

LINES = "".join(f"99941200{n:02d}|THORNE|Ann|{n + 10}/03/1961|44054006\n" for n in range(12))
NAMED = "NHS Number;Surname;Seen\n" + "".join(f"99941200{n:02d};OKAFOR;{n + 10}/03/2025\n" for n in range(8))
CLINIC = TableChoice(delimiter="|", header_row=0)


def opened(qtbot: Any, session: Session, *paths: Path) -> None:
    session.open_paths(paths)
    read(qtbot, session)


def read(qtbot: Any, session: Session) -> None:
    qtbot.waitUntil(lambda: session.survey is not None or session.failure is not None)
    qtbot.waitUntil(lambda: not session.jobs.running())


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "Mrs Smith clinic.txt"
    path.write_text(LINES, encoding="utf-8")
    return path


def fields(session: Session) -> list[str]:
    assert session.export is not None
    return [f.name for f in session.export.tables[0].fields]


def test_a_correction_is_used_undone_and_taken_back(qtbot: Any, session: Session, file: Path) -> None:
    opened(qtbot, session, file)
    suggested = fields(session)
    session.correct(file.name, TableChoice(delimiter="", header_row=0))
    read(qtbot, session)
    assert fields(session) == ["(column 1)"]
    assert session.read_as == {file.name: TableChoice(delimiter="", header_row=0)}
    session.correct(file.name, TableChoice(delimiter="|", header_row=1))
    read(qtbot, session)
    assert "THORNE" in fields(session)
    session.undo_reading()
    read(qtbot, session)
    assert fields(session) == ["(column 1)"]
    session.undo_reading()
    read(qtbot, session)
    assert fields(session) == suggested
    assert not session.can_undo_reading
    assert Settings.load().readings == (), "what was undone is not remembered"


def test_a_look_changes_nothing(qtbot: Any, session: Session, file: Path) -> None:
    opened(qtbot, session, file)
    told: list[Any] = []
    session.try_reading(file.name, TableChoice(delimiter=""), told.append)
    qtbot.waitUntil(lambda: bool(told))
    assert len(told[0].rows.fields) == 1
    assert len(fields(session)) == 5
    session.try_reading(file.name, TableChoice(header_row=900), told.append)
    qtbot.waitUntil(lambda: len(told) == 2)
    assert isinstance(told[1], str)
    assert "THORNE" not in told[1]


def test_the_next_file_of_the_shape_is_read_so_too(qtbot: Any, session: Session, tmp_path: Path) -> None:
    first, second = tmp_path / "may.csv", tmp_path / "june.csv"
    first.write_text(NAMED, encoding="utf-8")
    second.write_text(NAMED.replace("OKAFOR", "PRICE").replace("03/2025", "04/2025"), encoding="utf-8")
    opened(qtbot, session, first)
    session.correct(first.name, TableChoice(encoding="windows-1252", patient_field="Surname"))
    read(qtbot, session)
    opened(qtbot, session, second)
    assert session.remembered == {second.name}
    assert session.read_as[second.name] == TableChoice(encoding="windows-1252", patient_field="Surname")
    assert session.export is not None
    assert session.export.patient_fields == {"june": "Surname"}
    session.undo_reading()
    read(qtbot, session)
    assert session.read_as == {}
    assert Settings.load().readings == (), "what was said is forgotten when it is taken back"
    opened(qtbot, session, first)
    assert not session.remembered


def test_a_file_without_names_is_known_by_its_looks_alone(
    qtbot: Any, session: Session, file: Path, tmp_path: Path
) -> None:
    opened(qtbot, session, file)
    session.correct(file.name, TableChoice(delimiter="|", header_row=1))
    read(qtbot, session)
    assert "THORNE" in fields(session), "a person may be wrong: their words must still leave no trace"
    session.correct(file.name, CLINIC)
    read(qtbot, session)
    other = tmp_path / "Mr Jones.txt"
    other.write_text(LINES.replace("THORNE", "EVANS").replace("Ann", "Bela"), encoding="utf-8")
    opened(qtbot, session, other)
    assert session.remembered == {other.name}
    text = Settings.path().read_text(encoding="utf-8")
    for word in ("Smith", "Jones", "clinic", "THORNE", "EVANS", "Ann", "99941200", "1961", str(tmp_path)):
        assert word not in text


def test_nothing_of_the_first_line_is_kept_even_as_a_hash(
    qtbot: Any, session: Session, file: Path, tmp_path: Path
) -> None:
    """Two files of one look and other people have one shape: so it can hold nobody's name."""
    kept = []
    for surname in ("THORNE", "PARKINSON"):
        path = tmp_path / f"{surname}.txt"
        path.write_text(LINES.replace("THORNE", surname), encoding="utf-8")
        opened(qtbot, session, path)
        session.as_suggested(path.name)
        read(qtbot, session)
        session.correct(path.name, CLINIC)
        read(qtbot, session)
        kept.append(Settings.load().readings[0].shape)
    assert kept[0] == kept[1]


def test_a_memory_that_does_not_do_is_left_aside(qtbot: Any, session: Session, file: Path) -> None:
    opened(qtbot, session, file)
    session.correct(file.name, CLINIC)
    read(qtbot, session)
    (made,) = Settings.load().readings
    spoilt = Reading(made.shape, header_row=900)
    Settings.load().with_reading(spoilt).save()
    opened(qtbot, session, file)
    assert session.failure is None
    assert session.read_as == {}


def test_decisions_stay_where_the_fields_stay(qtbot: Any, session: Session, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text(NAMED, encoding="utf-8")
    opened(qtbot, session, path)
    session.decide_field("list", "Seen", "keep", None)
    session.correct(path.name, TableChoice(encoding="windows-1252"))
    read(qtbot, session)
    assert session.choices.fields
    session.correct(path.name, TableChoice(header_row=0))
    read(qtbot, session)
    assert not session.choices.fields


def write_later(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
    status = path.stat()
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns + 5_000_000_000))


def test_a_file_that_changed_is_put_away_and_opened_again(
    qtbot: Any, session: Session, tmp_path: Path
) -> None:
    path = tmp_path / "list.csv"
    path.write_text(NAMED, encoding="utf-8")
    opened(qtbot, session, path)
    session.decide_field("list", "Seen", "keep", None)
    write_later(path, NAMED + "9994120099;LLOYD;01/01/2025\n")
    session.set_going_to("own-care-list", "Eye clinic", "recall")
    qtbot.waitUntil(lambda: session.failure is not None)
    assert session.failure is not None
    assert session.failure.stage == "open"
    assert "changed" in session.failure.title
    assert can_try_again(session.failure)
    assert session.export is None
    assert session.preview is None
    assert session.plan is None
    session.open_again()
    read(qtbot, session)
    assert session.failure is None
    assert session.survey is not None
    assert session.survey.rows == 9
    assert session.choices.fields, "what was decided is used again"
    assert session.plan is not None


@pytest.mark.parametrize("code", sorted(OPENING))
def test_every_error_says_what_happened_what_was_kept_and_what_to_do(code: str) -> None:
    failure = failure_at("open", ReadError("It is so.", where="list.csv", code=code))
    for text in (failure.title, failure.happened, failure.kept, failure.do):
        assert text.endswith(".") or text is failure.title
    assert failure.code == code


def test_a_password_is_asked_for_and_kept_in_memory_only(
    qtbot: Any, session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "list.csv"
    path.write_text(NAMED, encoding="utf-8")
    Settings().save()
    import core.reading

    real, given = core.reading.open_export, []

    def protected(paths: Any, **more: Any) -> Any:
        given.append(tuple(more.get("passwords", ())))
        if "right one" not in given[-1]:
            raise ReadError("list.csv asks for a password.", where="list.csv", code="password")
        return real(paths, **more)

    monkeypatch.setattr(core.reading, "open_export", protected)
    opened(qtbot, session, path)
    assert session.failure is not None
    assert session.failure.code == "password"
    assert not session.password_was_wrong
    session.try_password("wrong one")
    read(qtbot, session)
    assert session.password_was_wrong
    session.try_password("right one")
    read(qtbot, session)
    assert session.survey is not None
    assert given[-1] == ("right one",), "one that did not fit is forgotten"
    assert "right one" not in Settings.path().read_text(encoding="utf-8")
    session.close_export()
    assert session.passwords == ()
