"""The privacy curtain: by key, or after nobody touched the windows for a while, nothing can be read.

The window's content is taken out of the window as long as the curtain is down, so that neither a picture of
the screen nor a screen reader finds it; models and explanations give blocks all the while (gui.showing).
Jobs go on. Nothing is closed: what was typed, chosen and scrolled to is there when it is lifted.

Qt cannot cover a file dialog of the operating system. None is open while nobody is at the desk for long
without being seen by whoever comes back to it, and it shows names of files only.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QKeyEvent, QWindow
from PySide6.QtWidgets import QApplication, QToolTip, QWidget

from gui import accessibility
from gui.widgets.curtain_sheet import LIFT, TITLE, CurtainSheet

if TYPE_CHECKING:
    from gui.main_window import MainWindow

DEFAULT_MINUTES = 5
CHOICES = (1, 2, 5, 10, 20, 0)  # minutes; 0 is only by key
STIRS = frozenset(
    {
        *(QEvent.Type.KeyPress, QEvent.Type.MouseButtonPress, QEvent.Type.MouseMove, QEvent.Type.Wheel),
        *(QEvent.Type.TouchBegin, QEvent.Type.TouchUpdate, QEvent.Type.TabletMove, QEvent.Type.InputMethod),
    }
)
OFTEN_S = 1.0


class Curtain(QObject):
    """Lets the curtain down over a window and its dialogs, and lifts it."""

    def __init__(self, window: MainWindow, minutes: int = DEFAULT_MINUTES) -> None:
        super().__init__(window)
        self._window = window
        self._session = window.session
        self._body: QWidget | None = None
        self._focus: QWidget | None = None
        self._over: list[CurtainSheet] = []
        self._stirred = 0.0
        self._closed = False
        self.sheet: CurtainSheet | None = None
        self._idle = QTimer(self)
        self._idle.setSingleShot(True)
        self._idle.timeout.connect(self.nobody_there)
        application = QGuiApplication.instance()
        assert isinstance(application, QApplication)
        application.focusWindowChanged.connect(self._window_came)
        application.focusChanged.connect(self._focus_moved)
        self._session.progress_changed.connect(self._say_work)
        self._session.busy_changed.connect(lambda busy: None if busy else self._say_work(0, 0, ""))
        self.set_minutes(minutes)

    @property
    def down(self) -> bool:
        return self.sheet is not None

    # -- nobody there ----------------------------------------------------------------------------
    def set_minutes(self, minutes: int) -> None:
        """After how long untouched the curtain comes down by itself; 0 for never."""
        self.minutes = minutes
        self._idle.stop()
        if minutes:
            self._idle.start(minutes * 60_000)

    def stir(self) -> None:
        """Somebody is there."""
        now = time.monotonic()
        if self.minutes and not self.down and now - self._stirred > OFTEN_S:
            self._stirred = now
            self._idle.start()

    def nobody_there(self) -> None:
        """The windows were not touched for the time that was set."""
        if self._session.export is not None or self._session.busy:
            self.lower()
        elif self.minutes:
            self._idle.start()

    def _focus_moved(self, _old: QWidget | None, _new: QWidget | None) -> None:
        self.stir()

    def _window_came(self, window: QWindow | None) -> None:
        """Listen to each window for whether it is touched; one that opens under the curtain is covered."""
        if window is None:
            return
        self.stir()
        if not window.property("watched"):
            window.setProperty("watched", True)
            window.installEventFilter(self)
        if self.down:
            self._cover_dialogs()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in STIRS:
            self.stir()
            if isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_F9 and self._is_dialog(watched):
                self.toggle()  # the menu's key does not reach a dialog
                return True
        return False

    def _is_dialog(self, watched: QObject) -> bool:
        return watched is not self._window.windowHandle() and QApplication.activePopupWidget() is None

    # -- down and up -----------------------------------------------------------------------------
    def toggle(self) -> None:
        self.lift() if self.down else self.lower()

    def lower(self) -> None:
        """Cover everything."""
        if self.down:
            return
        while (popup := QApplication.activePopupWidget()) is not None:
            popup.close()
        QToolTip.hideText()
        self._idle.stop()
        window = self._window
        self._focus = QApplication.focusWidget()
        sheet = self.sheet = CurtainSheet()
        sheet.lifted.connect(self.lift)
        self._session.set_curtain(True)
        self._body = window.takeCentralWidget()
        window.setCentralWidget(sheet)
        sheet.show()
        window.menuBar().setVisible(False)
        window.menuBar().setEnabled(False)
        self._cover_dialogs()
        QToolTip.hideText()
        (self._over[-1] if self._over else sheet).setFocus(Qt.FocusReason.OtherFocusReason)
        accessibility.announce(window, f"{TITLE}. {LIFT}")

    def lift(self) -> None:
        """Show everything again, as it was."""
        if not self.down:
            return
        window, focus = self._window, self._focus
        for sheet in self._over:
            sheet.hide()
            sheet.deleteLater()
        self._over = []
        self._put_back()
        self._session.set_curtain(False)
        window.page.shown()
        if focus is not None and _alive(focus) and focus.isVisible():
            focus.setFocus(Qt.FocusReason.OtherFocusReason)
        self._focus = None
        self.set_minutes(self.minutes)

    def _put_back(self) -> None:
        window, body = self._window, self._body
        self._body, self.sheet = None, None
        if body is not None:
            old = window.takeCentralWidget()
            window.setCentralWidget(body)
            body.show()
            old.deleteLater()
        window.menuBar().setEnabled(True)
        window.menuBar().setVisible(True)

    def close(self) -> None:
        """The window is closing: nothing of it may outlive it, and nothing more is heard."""
        self._idle.stop()
        application = QGuiApplication.instance()
        if isinstance(application, QApplication) and not self._closed:
            self._closed = True
            application.focusWindowChanged.disconnect(self._window_came)
            application.focusChanged.disconnect(self._focus_moved)
        if self.down:
            for sheet in self._over:
                sheet.deleteLater()
            self._over = []
            self._window.hide()
            self._put_back()

    def _cover_dialogs(self) -> None:
        covered = {sheet.parentWidget() for sheet in self._over if _alive(sheet)}
        self._over = [sheet for sheet in self._over if _alive(sheet)]
        for top in QApplication.topLevelWidgets():
            if top is self._window or top in covered or not top.isVisible():
                continue
            if top.windowType() not in (Qt.WindowType.Window, Qt.WindowType.Dialog, Qt.WindowType.Tool):
                continue
            sheet = CurtainSheet(top)
            sheet.lifted.connect(self.lift)
            sheet.setFocus(Qt.FocusReason.OtherFocusReason)
            self._over.append(sheet)

    def _say_work(self, done: object, total: object, _what: str) -> None:
        """How far the work behind is, without the name of a file."""
        if self.sheet is None:
            return
        words = ""
        if self._session.busy:
            words = "Work goes on behind the curtain"
            if isinstance(done, int) and isinstance(total, int) and total > 0:
                words += f": {min(100, 100 * done // total)} per cent"
        self.sheet.say_work(words)


def _alive(widget: QWidget) -> bool:
    import shiboken6

    return bool(shiboken6.isValid(widget))
