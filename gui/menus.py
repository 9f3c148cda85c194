"""The menu bar: every step has a key, and every key is in a menu."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QApplication, QMenu

from core import __version__
from gui import ask, putting_away, theme
from gui.formatting import one_line
from gui.help_window import HelpWindow, page_for
from gui.session import demo_paths
from gui.widgets.rail import SENDS_NOTHING
from gui.widgets.summary_bar import DECIDE_KEY

if TYPE_CHECKING:
    from gui.main_window import MainWindow


class Menus:
    """Builds the menus of the window and keeps them true."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        session = window.session
        bar = window.menuBar()
        bar.setAccessibleName("Menus")
        file = bar.addMenu("&File")
        self._add(file, "&Open a file...", self.open_files, QKeySequence.StandardKey.Open)
        self._add(file, "Open a &folder...", self.open_folder, "Ctrl+Shift+O")
        self._add(file, "Try the &demo practice", self.open_demo)
        file.addSeparator()
        self._add(file, "&Start from an earlier release...", self.start_from_release)
        self._add(file, "Start from a saved &plan...", self.start_from_plan)
        self.save_plan = self._add(file, "&Save the plan...", self.save_the_plan, "Ctrl+S")
        file.addSeparator()
        self.put_away = self._add(file, "&Put this file away", self.put_file_away, "Ctrl+W")
        file.addSeparator()
        self._add(file, "&Quit", window.close, "Ctrl+Q")

        edit = bar.addMenu("&Edit")
        self.undo = self._add(edit, "&Undo", session.undo, "Ctrl+Z")
        self.redo = self._add(edit, "&Redo", session.redo, "Ctrl+Y", "Ctrl+Shift+Z")
        edit.addSeparator()
        self._add(edit, "&Find", lambda: window.page.focus_find(), "Ctrl+F")
        self._add(edit, "&Next to look at", lambda: window.page.next_flag(), "F8")
        self._add(edit, "Go to what is still to &decide", window.go_to_decide, DECIDE_KEY)

        view = bar.addMenu("&View")
        for number, (page_id, page) in enumerate(window.pages.items(), 1):
            keys = f"Ctrl+{number}" if number < 10 else ""
            self._add(view, page.title, lambda p=page_id: window.go_to(p), keys)
        view.addSeparator()
        self.restricted = self._add(view, "Show what the law &restricts (for a GP)", self.show_restricted)
        self.restricted.setCheckable(True)
        session.restricted_changed.connect(self.refresh)
        self._themes(view)
        window.privacy.fill_menu(view, self._add)
        view.addSeparator()
        self._add(view, "Code &lists...", window.show_code_lists, "Ctrl+L")
        self._add(view, "R&ecipients...", window.show_recipients, "Ctrl+E")
        self._add(view, "&Key for the codes...", window.show_keys, "Ctrl+K")
        self._add(view, "What is &held back...", window.show_held, "Ctrl+H")

        help_ = bar.addMenu("&Help")
        self.handbook: HelpWindow | None = None
        self._add(help_, "&Help on this page", self.help_here, "F1")
        self._add(help_, "&Contents of the handbook", lambda: self.show_help("contents"))
        self._add(help_, "&Keys", self.keys)
        help_.addSeparator()
        self._add(help_, "Take the &tour", lambda: window.tour.start())
        self._add(help_, "&Where does my file go?", self.where)
        self._add(help_, "&About Threshold", self.about)

    def _add(self, menu: QMenu, text: str, call: Callable[[], object], *keys: object) -> QAction:
        action = QAction(text, self._window)
        action.triggered.connect(lambda _checked=False: call())
        shortcuts = [QKeySequence(key) for key in keys if key]  # type: ignore[call-overload]
        if shortcuts:
            action.setShortcuts(shortcuts)
        menu.addAction(action)
        return action

    def _themes(self, view: QMenu) -> None:
        menu = view.addMenu("&Colours")
        group = QActionGroup(menu)
        choices: tuple[tuple[str, theme.Choice], ...] = (
            ("&Light", "light"),
            ("&Dark", "dark"),
            ("&High contrast, white on black", "high_contrast"),
            ("High contrast, &black on white", "high_contrast_light"),
            ("&Follow system", "system"),
        )
        for text, choice in choices:
            action = self._add(menu, text, lambda c=choice: self.set_theme(c))
            action.setCheckable(True)
            action.setChecked(theme.now.choice == choice)
            group.addAction(action)

    def set_theme(self, choice: theme.Choice) -> None:
        """Change the colours now and remember the choice."""
        from gui.settings import Settings

        app = QApplication.instance()
        assert isinstance(app, QApplication)
        theme.apply(app, choice)
        Settings.load().with_theme(choice).save()

    def refresh(self) -> None:
        session = self._window.session
        if session.curtain_down:  # what was decided names fields
            self.undo.setText("&Undo")
            self.redo.setText("&Redo")
            return
        self.undo.setEnabled(session.can_undo)
        for action, words in ((self.undo, session.undo_words), (self.redo, session.redo_words)):
            name = "&Undo" if action is self.undo else "&Redo"
            action.setText(f"{name}: {_plain(one_line(words, 60))}" if words else name)
        self.redo.setEnabled(session.can_redo)
        self.put_away.setEnabled(session.export is not None)
        self.save_plan.setEnabled(session.plan is not None and not session.publishes_counts)
        self.restricted.setEnabled(session.survey is not None)
        self.restricted.setChecked(session.shows_restricted)

    def show_restricted(self) -> None:
        """Rows on gender recognition and assisted conception are for a GP's eyes: asked each time."""
        session = self._window.session
        wanted = not session.shows_restricted
        if wanted and not ask.confirm(
            self._window,
            "For a GP",
            "The law restricts who may be told of gender recognition and assisted conception. Everybody else "
            "works with the counts. The rows are hidden again when the file is put away.",
            yes="I am a GP: show the rows",
        ):
            wanted = False
        session.show_restricted(wanted)
        self.refresh()

    def start_from_release(self) -> None:
        """Start from the plan that an earlier release kept."""
        self._start_from(ask.release_folder(self._window, Path.home()))

    def start_from_plan(self) -> None:
        """Start from a plan that was saved."""
        self._start_from(ask.one_file(self._window, "Choose the plan to start from"))

    def _start_from(self, place: Path | None) -> None:
        if place is not None:
            page: Any = self._window.pages["going_to"]
            self._window.go_to("going_to")
            page.start_from(place)

    def save_the_plan(self, *, then: Callable[[], object] | None = None) -> None:
        """Write the plan to a file; `then` follows once it is written."""
        putting_away.save_the_plan(self._window, self._window.session, then)

    def open_files(self) -> None:
        self._open(ask.files_to_open(self._window))

    def open_folder(self) -> None:
        folder = ask.folder_to_open(self._window)
        self._open([folder] if folder is not None else [])

    def open_demo(self) -> None:
        self._open(list(demo_paths()))

    def put_file_away(self) -> None:
        self._instead(self._window.session.close_export)

    def _open(self, paths: list[Path]) -> None:
        if paths:
            self._instead(lambda: self._window.session.open_paths(paths))

    def _instead(self, act: Callable[[], object]) -> None:
        """Do something that forgets the file at hand, if that may be; then the first page is in front."""

        def then() -> None:
            act()
            self._window.go_to("open")

        putting_away.put_away(self._window, self._window.session, then)

    def where(self) -> None:
        ask.tell(
            self._window,
            "Where does my file go?",
            f"{SENDS_NOTHING} Threshold opens no connection to the internet. It keeps no copy of your file: "
            "what is on the screen is held in memory until you put the file away or close the window.",
        )

    def help_here(self) -> None:
        """F1: the handbook's page on the page in front."""
        self.show_help(page_for(self._window.page))

    def keys(self) -> None:
        """The handbook's page of keys."""
        self.show_help("keys")

    def show_help(self, name: str) -> None:
        """Open the handbook at a page; it stands beside the window and does not block."""
        if self.handbook is None:
            self.handbook = HelpWindow(self._window)
        self.handbook.show_page(name)

    def about(self) -> None:
        ask.tell(
            self._window,
            f"Threshold {__version__}",
            "Shows a GP practice what is in a file, and what would leave, before it leaves. " + SENDS_NOTHING,
        )


def _plain(text: str) -> str:
    """An ampersand in a field's name is not a key of the menu."""
    return text.replace("&", "&&")
