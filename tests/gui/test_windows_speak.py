"""The windows that outlive a page: a name for all that takes the keyboard, nothing cut off, no jargon."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtWidgets import QAbstractButton, QApplication, QCheckBox, QDialog, QLabel, QPushButton, QWidget

from gui import theme
from gui.accessibility import silent_widgets
from gui.main_window import MainWindow
from gui.session import Session

JARGON = re.compile(
    r"(?<![\w-])--[a-z]|threshold-cli|\[confirmed\]|suppress|quasi|pseudonym|anonym|\b[a-z]+_[a-z_]+\b", re.I
)
WINDOWS = ("recipients", "keys", "held")


@pytest.fixture(params=["light", "dark"])
def window(
    request: pytest.FixtureRequest,
    qtbot: Any,
    qapp: QApplication,
    session: Session,
    home: Any,
    monkeypatch: Any,
) -> Iterator[MainWindow]:
    monkeypatch.setenv("THRESHOLD_RECIPIENTS", str(home / "book.toml"))
    monkeypatch.setenv("THRESHOLD_HOLD_BACKS", str(home / "hold-backs.json"))
    theme.apply(qapp, "dark")
    session.warm_up()
    qtbot.waitUntil(lambda: bool(session.profiles))
    made = MainWindow(session)
    qtbot.addWidget(made)
    made.show()
    yield made
    for name in WINDOWS:
        if (dialog := getattr(made, name)) is not None:
            dialog.accept()
    made.close()
    theme.apply(qapp, "light")


def faces(window: MainWindow, name: str) -> Iterator[QDialog]:
    """The window, tab by tab."""
    getattr(window, f"show_{name}")()
    dialog = getattr(window, name)
    QApplication.processEvents()
    if name != "keys":
        yield dialog
        return
    for place in range(dialog.tabs.count()):
        dialog.tabs.setCurrentIndex(place)
        QApplication.processEvents()
        yield dialog


def cut_off(root: QWidget) -> list[str]:
    found = []
    for widget in root.findChildren(QWidget):
        if not widget.isVisible() or not isinstance(widget, QLabel | QAbstractButton) or not widget.text():
            continue
        if isinstance(widget, QLabel):
            needs = widget.heightForWidth(widget.width()) if widget.wordWrap() else widget.sizeHint().height()
            if needs > widget.height() + 2:
                found.append(widget.text())
        elif (
            isinstance(widget, QPushButton | QCheckBox)
            and widget.minimumSizeHint().width() > widget.width() + 2
        ):
            found.append(widget.text())
    return found


def words(root: QWidget) -> Iterator[str]:
    for widget in root.findChildren(QWidget):
        if widget.isVisibleTo(root):
            for get in ("text", "toolTip", "placeholderText", "accessibleName", "accessibleDescription"):
                said = getattr(widget, get, str)()
                if isinstance(said, str):
                    yield said


@pytest.mark.parametrize("size", [(1366, 768), (683, 384)])
@pytest.mark.parametrize("name", WINDOWS)
def test_every_window_speaks_and_nothing_is_cut_off(
    window: MainWindow, name: str, size: tuple[int, int]
) -> None:
    window.resize(*size)
    QApplication.processEvents()
    for dialog in faces(window, name):
        assert silent_widgets(dialog) == []
        assert cut_off(dialog) == []
        assert [said for said in words(dialog) if JARGON.search(said)] == []
        assert dialog.width() <= size[0]
        assert dialog.height() <= size[1]


def test_every_profile_speaks_plainly_on_going_to(window: MainWindow) -> None:
    window.resize(1366, 768)
    page: Any = window.pages["going_to"]
    window.go_to("going_to")
    for profile_id in window.session.profiles:
        page.cards.choose(profile_id)
        page.what_goes.fold.setChecked(True)
        QApplication.processEvents()
        assert silent_widgets(page) == []
        assert [s for s in words(page) if JARGON.search(s) and s not in profile_answers(window)] == []


def profile_answers(window: MainWindow) -> set[str]:
    """The ids of answers, which stand behind their words and are not shown."""
    return {key for p in window.session.profiles.values() for ask in p.asks.values() for key in ask.choices}


def test_the_chosen_profile_is_in_sight(window: MainWindow, qtbot: Any) -> None:
    window.resize(1366, 768)
    page: Any = window.pages["going_to"]
    window.go_to("going_to")
    last = list(page.cards.cards)[-1]
    page.cards.choose(last)
    card = page.cards.cards[last]
    qtbot.waitUntil(lambda: not card.visibleRegion().isEmpty())


def test_the_first_thing_wrong_in_the_book_gets_the_keyboard(window: MainWindow) -> None:
    window.show_recipients()
    dialog: Any = window.recipients
    dialog.form.name.edit.setText("Invented Trial Unit")
    dialog.form.type.choose("university")
    dialog.write()
    assert dialog.form.first_wrong() is dialog.form.legal_basis.edit
    assert "marked in red" in dialog.status.text()
