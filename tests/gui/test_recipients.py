"""The book of recipients in its window: written, read again, changed, removed; what is wrong is said."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from core.protection.recipients import default_book
from gui import ask
from gui.session import Session
from gui.widgets.recipients_dialog import RecipientsDialog, recipients_dialog

UNIT = "Invented Trial Unit"


@pytest.fixture
def dialog(qtbot: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RecipientsDialog]:
    monkeypatch.setenv("THRESHOLD_RECIPIENTS", str(tmp_path / "book.toml"))
    session = Session()
    session.warm_up()
    qtbot.waitUntil(lambda: bool(session.profiles))
    made = recipients_dialog(session, None)  # type: ignore[arg-type]
    qtbot.addWidget(made)
    made.show()
    yield made
    session.shutdown()


def fill_in(dialog: RecipientsDialog) -> None:
    form = dialog.form
    for row, text in (
        (form.name, UNIT),
        (form.legal_basis, "Section 251"),
        (form.agreement, "DSA-2026-014"),
        (form.valid_from, "01/04/2026"),
        (form.valid_until, "31/03/2027"),
        (form.names_ref, "DSPT 2026"),
        (form.names_until, "30/06/2027"),
        (form.ages[0], "40"),
        (form.months, "24"),
        (form.countries, "England, Norway"),
    ):
        row.edit.setText(text)
    form.type.choose("university")
    form.transfer.choose("adequacy")
    form.profiles.tick(["approved-research"])
    form.fields.tick(["code", "event_date"])


def test_what_was_written_stands_in_the_book_and_comes_back(dialog: RecipientsDialog, qtbot: Any) -> None:
    fill_in(dialog)
    dialog.write()
    qtbot.waitUntil(lambda: "written down" in dialog.status.text())
    book = default_book()
    assert book is not None
    entry = book.recipients[UNIT]
    assert entry.cohort is not None
    assert entry.cohort.age_from == 40
    assert entry.window is not None
    assert entry.window.last_months == 24
    assert entry.abroad == ("Norway",)
    dialog.new()
    assert dialog.form.name.text() == ""
    dialog.choose(UNIT)
    assert dialog.form.valid_until.text() == "31/03/2027"
    assert dialog.form.fields.ticked() == ["event_date", "code"]
    before = entry
    dialog.write()
    qtbot.waitUntil(lambda: dialog.keep.isEnabled())
    again = default_book()
    assert again is not None
    assert again.recipients[UNIT].model_dump() | {"only": None} == before.model_dump() | {"only": None}


def test_what_is_missing_is_said_and_nothing_is_written(dialog: RecipientsDialog) -> None:
    dialog.new()
    dialog.form.name.edit.setText(UNIT)
    dialog.form.valid_from.edit.setText("soon")
    dialog.write()
    assert dialog.form.legal_basis.error.text() == "Fill this in."
    assert "31/03/2026" in dialog.form.valid_from.error.text()
    assert default_book() is None


def test_what_the_book_refuses_is_said_in_words(dialog: RecipientsDialog, qtbot: Any) -> None:
    fill_in(dialog)
    dialog.form.acts_as.choose("processor")
    dialog.form.agreement.edit.clear()
    dialog.write()
    qtbot.waitUntil(lambda: bool(dialog.form.error.text()))
    assert "processor" in dialog.form.error.text()


def test_an_entry_is_removed_after_a_question(
    dialog: RecipientsDialog, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill_in(dialog)
    dialog.write()
    qtbot.waitUntil(lambda: dialog.list.count() == 1)
    monkeypatch.setattr(ask, "confirm", lambda *_a, **_k: True)
    dialog.choose(UNIT)
    dialog.remove_current()
    qtbot.waitUntil(lambda: dialog.list.count() == 0)
    book = default_book()
    assert book is not None
    assert not book.recipients


def test_the_book_is_read_when_core_is_there(qapp: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two threads that import a package and a part of it wait for each other: no profile is shown."""
    session = Session(key=None)
    started: list[str] = []
    monkeypatch.setattr(session.jobs, "start", lambda name, *_a, **_k: started.append(name))
    session.warm_up()
    assert started == ["warm_up"]
    session._have_profiles({})
    assert started == ["warm_up", "recipients", "key place"]
    session.shutdown()
