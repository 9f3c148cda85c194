"""Every page with the demo practice in it: whatever takes the keyboard has a name, is reached by Tab alone,
says where one is, and no words are cut off, in every colour and at every size of a surgery's screen."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QApplication, QLabel, QWidget

from gui import theme
from gui.accessibility import silent_widgets
from gui.main_window import MainWindow
from tests.journeys.conftest import Person

THEMES = ("dark", "high_contrast")  # the other tests are in the light one
SIZES = ((1366, 728), (1920, 1040), (683, 364))
TABS = 400  # more presses of Tab than any page has places


@pytest.fixture
def filled(person: Person, window: MainWindow) -> MainWindow:
    """The demo practice, with a recipient chosen."""
    person.session.warm_up()
    person.session.open_demo()
    person.opened()
    person.session.set_going_to("approved-research", "Bristol Trial Unit", "Feet")
    person.planned()
    person.until(lambda: not person.session.jobs.running())
    return window


def walked(window: MainWindow, person: Person, size: tuple[int, int] = SIZES[0]) -> Iterator[str]:
    """Every page in front in turn, at rest, at a size."""
    window.resize(*size)
    for page_id in window.pages:
        window.activateWindow()
        window.go_to(page_id)
        person.until(lambda: not person.session.jobs.running())
        for _turn in range(2):  # words that change as a page comes up are laid out a turn later
            QApplication.processEvents()
        yield page_id


def tab_stops(root: QWidget) -> set[QWidget]:
    """What Tab must reach: on the screen, enabled, with a place in the order."""
    found: set[QWidget] = set()
    for widget in root.findChildren(QWidget):
        takes = bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
        if takes and widget.isVisible() and widget.isEnabled() and widget.focusProxy() is None:
            found.add(widget)
    return found


def reached_by_tab(window: MainWindow) -> set[QWidget]:
    """Every widget that has the keyboard while Tab is pressed round the page once."""
    reached: set[QWidget] = set()
    window.page.setFocus()
    first: QWidget | None = None
    for _ in range(TABS):
        here = QApplication.focusWidget()
        QTest.keyClick(here or window, Qt.Key.Key_Tab)
        here = QApplication.focusWidget()
        if here is None:
            continue
        if here is first:
            break
        first = first or here
        reached.add(here)
    return reached


def described(widgets: set[QWidget]) -> list[str]:
    return sorted(f"{type(w).__name__} '{w.accessibleName() or w.objectName()}'" for w in widgets)


def part_of(widget: QWidget, others: set[QWidget]) -> bool:
    """Whether a widget is inside one that was reached, such as the line of a spin box."""
    parent = widget.parentWidget()
    while parent is not None:
        if parent in others and not isinstance(parent, QAbstractItemView):
            return True
        parent = parent.parentWidget()
    return False


def cut_off(window: QWidget) -> list[str]:
    """Buttons and labels on the screen that are narrower than their words, without showing that they are."""
    found = []
    for widget in window.findChildren(QWidget):
        if not isinstance(widget, (QAbstractButton, QLabel)) or not widget.isVisible() or not widget.text():
            continue
        if isinstance(widget, QLabel) and (widget.wordWrap() or type(widget) is not QLabel):
            continue
        if isinstance(widget, QAbstractButton) and widget.metaObject().className() in ("StepButton",):
            continue  # paints its own words, and shortens them in sight
        wanted = widget.fontMetrics().horizontalAdvance(widget.text().replace("&&", "&"))
        if widget.width() < wanted:
            found.append(f"'{widget.text()[:60]}' has {widget.width()} px and wants {wanted}")
    return found


def test_all_that_takes_the_keyboard_has_a_name_and_no_words_are_cut(
    filled: MainWindow, person: Person
) -> None:
    wrong: list[str] = []
    for size in SIZES:
        for page_id in walked(filled, person, size):
            wrong += [f"{page_id}, {size}: no name: {said}" for said in silent_widgets(filled)]
            wrong += [f"{page_id}, {size}: cut: {said}" for said in cut_off(filled)]
    assert wrong == []


def test_tab_alone_reaches_everything_and_comes_round(filled: MainWindow, person: Person) -> None:
    wrong: dict[str, list[str]] = {}
    for size in SIZES[::2]:
        for page_id in walked(filled, person, size):
            reached = reached_by_tab(filled)
            assert reached, (page_id, size)
            missed = {w for w in tab_stops(filled) - reached if not part_of(w, reached)}
            if missed:
                wrong[f"{page_id}, {size}"] = described(missed)
    assert wrong == {}


def test_a_list_says_where_one_is_as_soon_as_it_has_rows(filled: MainWindow, person: Person) -> None:
    wrong = []
    for page_id in walked(filled, person):
        for view in filled.page.findChildren(QAbstractItemView):
            model: Any = view.model()
            filled_list = view.isVisible() and view.focusPolicy() and model is not None and model.rowCount()
            if filled_list and not view.currentIndex().isValid():
                wrong.append(f"{page_id}: {view.accessibleName() or view.objectName()}")
    assert wrong == []


def test_every_page_can_be_drawn_in_every_colour(
    filled: MainWindow, person: Person, qapp: QApplication
) -> None:
    """Names hold in every colour, and no page is one colour all over."""
    try:
        for colours in THEMES:
            theme.apply(qapp, colours)  # type: ignore[arg-type]
            for page_id in walked(filled, person):
                assert silent_widgets(filled) == [], (page_id, colours)
                picture = filled.page.grab().toImage()
                seen = {
                    picture.pixel(x, y)
                    for x in range(0, picture.width(), 7)
                    for y in range(0, picture.height(), 7)
                }
                assert len(seen) > 3, (page_id, colours)
    finally:
        theme.apply(qapp, "light")
