"""Somebody who does anything at random: clicks what is there, presses keys, types, scrolls, resizes.

Given a seed it does the same again. It uses only what a person could: widgets on the screen, menus, the keys
of the menus and the wheel. Dialogs that would block are answered by the journeys' stand-ins.
"""

from __future__ import annotations

import random
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable

import shiboken6
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QAction, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QSpinBox,
    QWidget,
)

from gui import theme
from gui.main_window import MainWindow

SIZES = ((1366, 728), (683, 364), (1920, 1040), (1000, 600))
TEXTS = (
    "diab",
    "4",
    "<b>x</b>",
    "<img src=file:///etc/passwd>",
    "O'Brien",
    "2018-08-06",
    " ",
    "%",
    "\\",
    "zz",
)
KEYS = (
    Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_PageDown, Qt.Key.Key_PageUp,
    Qt.Key.Key_Home, Qt.Key.Key_End, Qt.Key.Key_Tab, Qt.Key.Key_Backtab, Qt.Key.Key_Return, Qt.Key.Key_Space,
    Qt.Key.Key_Escape, Qt.Key.Key_F6, Qt.Key.Key_F8, Qt.Key.Key_F9, Qt.Key.Key_F10, Qt.Key.Key_Delete,
    Qt.Key.Key_K, Qt.Key.Key_L, Qt.Key.Key_A, Qt.Key.Key_Plus, Qt.Key.Key_Menu,
)  # fmt: skip
WITH_CONTROL = (
    Qt.Key.Key_Z, Qt.Key.Key_Y, Qt.Key.Key_F, Qt.Key.Key_G, Qt.Key.Key_C, Qt.Key.Key_A, Qt.Key.Key_L,
    Qt.Key.Key_E, Qt.Key.Key_K, Qt.Key.Key_H, Qt.Key.Key_1, Qt.Key.Key_2, Qt.Key.Key_3, Qt.Key.Key_4,
    Qt.Key.Key_5, Qt.Key.Key_6, Qt.Key.Key_7,
)  # fmt: skip
NEVER = ("Quit",)  # the window stays, or there is nobody left to act in it
SELDOM = ("Put this file away", "demo practice", "Open a", "Save, ", "Save the file")


class RandomPerson:
    """Acts in one window. `did` counts what was done, `last` says the latest acts for a failure's report."""

    def __init__(self, window: MainWindow, seed: int) -> None:
        self.window = window
        self.dice = random.Random(seed)
        self.did: Counter[str] = Counter()
        self.last: list[str] = []
        self._acts: tuple[tuple[int, str, Callable[[], str]], ...] = (
            (26, "key", self.press),
            (20, "click", self.click_button),
            (12, "list", self.click_in_list),
            (10, "go", self.go),
            (8, "wheel", self.turn_wheel),
            (8, "command", self.press_with_control),
            (6, "type", self.type_text),
            (4, "choose", self.choose_in_box),
            (3, "menu", self.use_menu_bar),
            (1, "resize", self.resize),
            (1, "colours", self.change_colours),
        )

    # -- one act after another -------------------------------------------------------------------
    def act(self) -> None:
        """Do one thing and let the windows answer."""
        weights = [weight for weight, _name, _call in self._acts]
        _weight, name, call = self.dice.choices(self._acts, weights)[0]
        popup = QApplication.activePopupWidget()
        if isinstance(popup, QMenu):
            name, what = "in a menu", self.in_menu(popup)
        else:
            what = call()
        self.did[name] += 1
        self.last = [*self.last[-30:], f"{name}: {what}"]
        QApplication.processEvents()

    def rest(self) -> None:
        """Let every job come home."""
        for _ in range(12_000):
            QApplication.processEvents()
            if not self.window.session.jobs.running():
                return
            time.sleep(0.005)  # waiting in Qt would starve the threads that work
        stacks = [
            line for frame in sys._current_frames().values() for line in traceback.format_stack(frame)[-6:]
        ]
        raise AssertionError("a job did not come home in a minute\n" + "".join(stacks))

    # -- what there is ---------------------------------------------------------------------------
    @property
    def top(self) -> QWidget:
        """The dialog in front, else the window."""
        modal = QApplication.activeModalWidget()
        return modal if modal is not None else self.window

    def _there(self, kind: type[QWidget]) -> list[QWidget]:
        """Widgets of a kind that a person could use now."""
        top = self.top
        return [
            w
            for w in top.findChildren(kind)
            if w.isVisible() and w.isEnabled() and w.width() > 4 and not w.visibleRegion().isEmpty()
        ]

    def _one(self, kind: type[QWidget]) -> QWidget | None:
        found = self._there(kind)
        return self.dice.choice(found) if found else None

    # -- the acts --------------------------------------------------------------------------------
    def press(self) -> str:
        key = self.dice.choice(KEYS)
        modifier = Qt.KeyboardModifier.NoModifier
        if self.dice.random() < 0.15:
            modifier = Qt.KeyboardModifier.ShiftModifier
        target = self.top.focusWidget() or self.top
        QTest.keyClick(target, key, modifier)
        return f"{key.name} in {type(target).__name__}"

    def press_with_control(self) -> str:
        key = self.dice.choice(WITH_CONTROL)
        target = self.top.focusWidget() or self.top
        QTest.keyClick(target, key, Qt.KeyboardModifier.ControlModifier)
        return key.name

    def click_button(self) -> str:
        button = self._one(QAbstractButton)
        if button is None:
            return "nothing to click"
        assert isinstance(button, QAbstractButton)
        words = button.text() or button.accessibleName()
        if any(part in words for part in SELDOM) and self.dice.random() < 0.9:
            return f"not '{words}'"
        spot = button.visibleRegion().boundingRect().center()
        QTest.mouseClick(button, Qt.MouseButton.LeftButton, pos=spot)
        return f"'{words}' {type(button).__name__}"

    def click_in_list(self) -> str:
        view = self._one(QAbstractItemView)
        if view is None:
            return "no list"
        assert isinstance(view, QAbstractItemView)
        area = view.viewport()
        spot = QPoint(self.dice.randrange(max(area.width(), 1)), self.dice.randrange(max(area.height(), 1)))
        click = QTest.mouseDClick if self.dice.random() < 0.1 else QTest.mouseClick
        click(area, Qt.MouseButton.LeftButton, pos=spot)
        return f"{type(view).__name__} '{view.objectName()}'"

    def turn_wheel(self) -> str:
        view = self._one(QAbstractItemView)
        if view is None:
            return "nothing to scroll"
        assert isinstance(view, QAbstractItemView)
        area = view.viewport()
        spot = QPointF(area.width() / 2, area.height() / 2)
        turn = QPoint(0, self.dice.choice((-120, 120, -1200, 1200)))
        event = QWheelEvent(
            spot, area.mapToGlobal(spot), QPoint(), turn, Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(area, event)
        return type(view).__name__

    def type_text(self) -> str:
        field = self._one(self.dice.choice((QLineEdit, QLineEdit, QPlainTextEdit, QSpinBox)))
        if field is None:
            return "nowhere to type"
        field.setFocus()
        QTest.keyClicks(field, self.dice.choice(TEXTS))
        if shiboken6.isValid(field) and self.dice.random() < 0.3:
            QTest.keyClick(field, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
            QTest.keyClick(field, Qt.Key.Key_Delete)
        return "text"

    def choose_in_box(self) -> str:
        box = self._one(QComboBox)
        if box is None:
            return "nothing to choose"
        assert isinstance(box, QComboBox)
        if box.count():
            box.setCurrentIndex(self.dice.randrange(box.count()))
            box.activated.emit(box.currentIndex())
        return box.accessibleName()

    def go(self) -> str:
        if self.top is not self.window:
            QTest.keyClick(self.top, Qt.Key.Key_Escape)
            return "out of a dialog"
        page = self.dice.choice(list(self.window.pages))
        QTest.mouseClick(self.window.rail.buttons[page], Qt.MouseButton.LeftButton)
        return page

    def use_menu_bar(self) -> str:
        if self.top is not self.window:
            return "a dialog is in front"
        menus = [a.menu() for a in self.window.menuBar().actions() if a.menu() is not None]
        return self._trigger(self.dice.choice(menus))

    def in_menu(self, menu: QMenu) -> str:
        """A menu stands open: take something of it, or close it."""
        if self.dice.random() < 0.3:
            QTest.keyClick(menu, Qt.Key.Key_Escape)
            menu.close()
            return "closed"
        done = self._trigger(menu)
        if shiboken6.isValid(menu):
            menu.close()
        return done

    def _trigger(self, menu: QMenu) -> str:
        choices = [a for a in menu.actions() if a.isEnabled() and a.isVisible() and not a.isSeparator()]
        if not choices:
            return "an empty menu"
        action: QAction = self.dice.choice(choices)
        inner = action.menu()
        if isinstance(inner, QMenu):
            return self._trigger(inner)
        words = action.text().replace("&", "")
        if any(part in words for part in NEVER):
            return f"not '{words}'"
        if any(part in words for part in SELDOM) and self.dice.random() < 0.9:
            return f"not '{words}'"
        action.trigger()
        return words

    def resize(self) -> str:
        wide, high = self.dice.choice(SIZES)
        self.window.resize(wide, high)
        return f"{wide} x {high}"

    def change_colours(self) -> str:
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        choice = self.dice.choice(("light", "dark", "high_contrast"))
        theme.apply(app, choice)  # type: ignore[arg-type]
        return choice
