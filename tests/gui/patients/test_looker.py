"""Who is looking is said with the keyboard alone: Enter goes on from each of its fields."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

from gui.widgets.patient_looker import ROLE_WANTED, LookerForm

Key = Qt.Key


@pytest.fixture
def form(qtbot: Any, light: QApplication) -> LookerForm:
    made = LookerForm()
    qtbot.addWidget(made)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is made)
    made.name.edit.setFocus()
    return made


def focused(form: LookerForm) -> QWidget:
    found = form.focusWidget()
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("where", "enter"), [("gp", Key.Key_Return), ("gp", Key.Key_Enter), ("start", Key.Key_Return)]
)
def test_enter_starts_wherever_the_keyboard_is(
    form: LookerForm, qtbot: Any, where: str, enter: Qt.Key
) -> None:
    said: list[tuple[str, str]] = []
    form.said.connect(lambda name, role: said.append((name, role)))
    qtbot.keyClicks(form.name.edit, "Dr A Patel")
    qtbot.keyClick(form.name.edit, Key.Key_Return)
    assert (said, form.error.text()) == ([], ROLE_WANTED)
    assert focused(form) is form.gp, "what is missing has the keyboard"
    qtbot.keyClick(form.gp, Key.Key_Space)
    getattr(form, where).setFocus()
    qtbot.keyClick(focused(form), enter)
    assert said == [("Dr A Patel", "gp")], "once"


def test_enter_in_the_name_starts_once(form: LookerForm, qtbot: Any) -> None:
    said: list[str] = []
    form.said.connect(lambda name, _role: said.append(name))
    form.staff.setChecked(True)
    qtbot.keyClicks(form.name.edit, "Sam Jones")
    qtbot.keyClick(form.name.edit, Key.Key_Return)
    assert said == ["Sam Jones"]
