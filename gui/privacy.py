"""Privacy in the window: curtain, covered side, copied values, pictures of the screen, and their menu."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu, QWidget

from gui import accessibility, captures
from gui.clipboard import care
from gui.curtain import CHOICES, Curtain
from gui.settings import Settings
from gui.widgets.notice_bar import NoticeBar

if TYPE_CHECKING:
    from gui.main_window import MainWindow

COVERED = "What the practice holds is covered, so that somebody can look on. Find and copying are off."
#: How often new windows, such as a tool tip, are looked for: no signal of Qt tells of them.
NEW_WINDOWS_MS = 200
#: Pages whose fields are typed into to look for a person.
LOOKED_FOR = ("side_by_side", "patients")
#: Pages that show nothing of the file's cells: a folder's name or a recipient may be copied like any text.
PLAIN = ("going_to", "export")

Add = Callable[..., QAction]


class Privacy(QObject):
    """Made once by the window. `bars` stand above the page."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._session = window.session
        settings = Settings.load()
        self.curtain = Curtain(window, settings.curtain_minutes)
        self.covered = NoticeBar("Covered values", "Show again  F10", lambda: self._session.cover_raw(False))
        self.copied = NoticeBar("Copied value", "Take it back now", care.clear)
        self.bars = (self.covered, self.copied)
        care.said.connect(self._say_copied)
        self._stop_watching: Callable[[], None] | None = care.watch(self._holds_values)
        self.captured = not settings.out_of_pictures
        self._session.raw_hidden_changed.connect(self._hiding_changed)
        self._looks = QTimer(self)
        self._looks.timeout.connect(self._keep_out)
        if captures.can_exclude():
            self._looks.start(NEW_WINDOWS_MS)

    # -- the menu --------------------------------------------------------------------------------
    def fill_menu(self, view: QMenu, add: Add) -> None:
        """The menu of privacy, under View."""
        menu = view.addMenu("&Privacy")
        menu.setToolTipsVisible(True)
        add(menu, "&Cover the screen", self.curtain.toggle, "F9")
        self.cover = add(menu, "Cover what the practice &holds", self.cover_or_show, "F10")
        self.cover.setCheckable(True)
        menu.addSeparator()
        group = QActionGroup(menu)
        waits = menu.addMenu("Cover the screen by &itself")
        for minutes in CHOICES:
            words = "&Never, only by key" if not minutes else "After 1 minute" if minutes == 1 else ""
            choice = add(waits, words or f"After {minutes} minutes", lambda m=minutes: self.set_minutes(m))
            choice.setCheckable(True)
            choice.setChecked(minutes == self.curtain.minutes)
            group.addAction(choice)
        self.pictures = add(menu, "&Keep out of screenshots and screen sharing", self.change_pictures)
        self.pictures.setCheckable(True)
        self.pictures.setChecked(not self.captured and captures.can_exclude())
        self.pictures.setEnabled(captures.can_exclude())
        if not captures.can_exclude():
            self.pictures.setText("Kept out of screenshots on Windows only: this computer cannot")

    def set_minutes(self, minutes: int) -> None:
        """After how long the curtain comes down by itself, from now on; 0 for never."""
        self.curtain.set_minutes(minutes)
        Settings.load().with_curtain(minutes).save()

    def cover_or_show(self) -> None:
        """F10: cover the side that shows what the practice holds, or show it again."""
        self._session.cover_raw(not self._session.raw_covered)

    def change_pictures(self) -> None:
        """Whether the windows may be seen in screenshots, from now on."""
        self.captured = not self.captured
        captures.exclude_all(not self.captured)
        Settings.load().with_pictures(out=not self.captured).save()

    def _keep_out(self) -> None:
        """Windows that came to the screen since the last look are kept out of pictures as well."""
        if not self.captured:
            captures.exclude_all(True)

    # -- what is hidden --------------------------------------------------------------------------
    def _hiding_changed(self) -> None:
        session, window = self._session, self._window
        hidden = session.raw_hidden
        self.cover.setChecked(session.raw_covered)
        self.covered.say(COVERED if session.raw_covered else "")
        for page_id in LOOKED_FOR:
            page = window.pages.get(page_id)
            for field in page.findChildren(QLineEdit) if page is not None else ():
                if field.validator() is None:  # a row's number tells nobody
                    field.setEchoMode(QLineEdit.EchoMode.Password if hidden else QLineEdit.EchoMode.Normal)
        if not session.curtain_down:
            QTimer.singleShot(0, self, self._explain_again)
            accessibility.announce(window, COVERED if session.raw_covered else "Shown again")

    def _explain_again(self) -> None:
        """The strip was emptied, since it may quote a cell: the page in front says it anew."""
        window = self._window
        if window.shown_detail() is None and not self._session.curtain_down:
            focus = QApplication.focusWidget()
            window.page.shown()
            if focus is not None and focus.isVisible():
                focus.setFocus()

    # -- what is copied --------------------------------------------------------------------------
    def _say_copied(self, words: str) -> None:
        self.copied.say(words)
        self.copied.button.setVisible(care.ours())
        if words:
            accessibility.announce(self._window, words)

    def _holds_values(self, widget: QWidget) -> bool:
        """Whether a widget is on a page whose texts are those of the file."""
        return any(
            page.isAncestorOf(widget) for page_id, page in self._window.pages.items() if page_id not in PLAIN
        )

    def close(self) -> None:
        """The window is closing: what it copied goes with it."""
        self.curtain.close()
        self._looks.stop()
        if self._stop_watching is not None:
            self._stop_watching()
            self._stop_watching = None
            care.said.disconnect(self._say_copied)
            care.clear()
