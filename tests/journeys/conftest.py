"""The real windows on invented patients: every test starts from nothing and leaves no thread behind."""

from __future__ import annotations

import csv
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QFontDatabase
from PySide6.QtWidgets import QApplication, QWidget

from gui import ask, theme
from gui.main_window import MainWindow
from gui.session import Session

SURNAMES = ("THORNE", "OKAFOR", "PRICE", "LLOYD", "SINGH", "EVANS", "ROSSI", "WHITE", "MAY", "PARKINSON")
FORENAMES = ("Ann", "Bela", "Carys", "Dev", "Ewan", "Femi", "Grace", "Huw")


def nhs_number(serial: int) -> str:
    """A number of the range kept for tests, with a correct check digit; each serial gives another."""
    while True:
        stem = f"999{serial:06d}"
        check = 11 - sum(int(d) * w for d, w in zip(stem, range(10, 1, -1), strict=True)) % 11
        if check != 10:
            return stem + str(0 if check == 11 else check)
        serial += 500_000


@dataclass
class Asked:
    """What the windows asked of a person, and what the person answers."""

    files: list[Path] = field(default_factory=list)
    folder: Path | None = None
    yes: bool = True
    told: list[str] = field(default_factory=list)
    opened: list[Path] = field(default_factory=list)
    key_file: Path | None = None
    closing: str = "close"  # what becomes of decisions that stand in no file when the window closes
    saved_as: Path | None = None
    asked_before_closing: list[int] = field(default_factory=list)
    save_first: bool = False  # when asked before the file is put away: save the plan
    asked_before_putting_away: list[int] = field(default_factory=list)


@pytest.fixture(autouse=True)
def isolated(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of its own: no setting, document or key of the person who runs the tests is seen."""
    home = tmp_path_factory.mktemp("home")
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME", "HOME", "APPDATA"):
        monkeypatch.setenv(name, str(home))
    monkeypatch.setenv("LOCALAPPDATA", str(home))
    monkeypatch.setenv("THRESHOLD_HOLD_BACKS", str(home / "hold-backs.json"))
    monkeypatch.setenv("THRESHOLD_LOOKS", str(home / "looks.jsonl"))
    return home


@pytest.fixture(autouse=True)
def asked(monkeypatch: pytest.MonkeyPatch) -> Asked:
    """Stands in for every message box and file dialog."""
    answers = Asked()

    def tell(_parent: object, title: str, text: str, *, details: str = "") -> None:
        answers.told.append(f"{title}\n{text}\n{details}")

    def opened(path: Path) -> bool:
        answers.opened.append(path)
        return True

    def before_closing(_parent: object, decisions: int, *, can_save: bool) -> str:
        answers.asked_before_closing.append(decisions)
        return answers.closing if can_save else "close"

    def before_putting_away(_parent: object, decisions: int, *, can_save: bool) -> str:
        answers.asked_before_putting_away.append(decisions)
        return "save" if answers.save_first and can_save else "close" if answers.yes else "back"

    monkeypatch.setattr(ask, "before_closing", before_closing)
    monkeypatch.setattr(ask, "before_putting_away", before_putting_away)
    monkeypatch.setattr(ask, "file_to_save", lambda *_a: answers.saved_as)
    monkeypatch.setattr(ask, "files_to_open", lambda _p: list(answers.files))
    monkeypatch.setattr(ask, "folder_to_open", lambda _p: answers.folder)
    monkeypatch.setattr(ask, "folder_to_save", lambda _p, _s: answers.folder)
    monkeypatch.setattr(ask, "one_file", lambda _p, _t: answers.files[0] if answers.files else None)
    monkeypatch.setattr(ask, "key_file", lambda _p, _s: answers.key_file)
    monkeypatch.setattr(ask, "confirm", lambda *_a, **_k: answers.yes)
    monkeypatch.setattr(ask, "tell", tell)
    monkeypatch.setattr(ask, "open_folder", opened)
    return answers


@pytest.fixture
def window(qtbot: Any, qapp: QApplication) -> Iterator[MainWindow]:
    """The main window at the size of a surgery's screen. Always the same key: one drawn by chance makes codes
    in which, some day, the name stands that a test looks for."""
    from core.protection import Key

    assert QFontDatabase.families(), "without a font every text is blank and no test would fail"
    theme.apply(qapp, "light")
    made = MainWindow(Session(key=Key(bytes(range(32)))))
    qtbot.addWidget(made)
    made.resize(1366, 768)
    made.show()
    yield made
    made.close()
    made.session.shutdown()
    made.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    left = [t.name for t in threading.enumerate() if t.name.startswith("threshold-")]
    assert not left


class Person:
    """Does what a practice manager does, with the mouse and the keyboard."""

    def __init__(self, bot: Any, window: MainWindow) -> None:
        self.bot, self.window, self.session = bot, window, window.session

    def until(self, holds: Callable[[], bool]) -> None:
        self.bot.waitUntil(holds)

    def click(self, widget: QWidget) -> None:
        assert widget.isVisible(), f"{widget.accessibleName() or widget.objectName()} is not on the screen"
        assert widget.isEnabled()
        self.bot.mouseClick(widget, Qt.MouseButton.LeftButton)

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """Press a key of the menus: they answer in the active window only."""
        self.window.activateWindow()
        self.until(lambda: QApplication.activeWindow() is self.window)
        self.bot.keyClick(self.window, key, modifier)

    def tick(self, box: Any) -> None:
        """A tick box is clicked on its square: the words may be narrower than the widget."""
        box.click()

    def drop(self, *paths: Path) -> None:
        """Drag files on to the drop area of the Open page."""
        area = self.window.pages["open"].drop_area  # type: ignore[attr-defined]
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(p)) for p in paths])
        spot, copy = QPointF(20, 20), Qt.DropAction.CopyAction
        held = (data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
        enter = QDragEnterEvent(spot, copy, *held)
        QApplication.sendEvent(area, enter)
        assert enter.isAccepted()
        QApplication.sendEvent(area, QDropEvent(spot, copy, *held))

    def opened(self) -> None:
        """Wait until the file is read to its end."""
        self.until(lambda: self.session.survey is not None or self.session.failure is not None)
        assert self.session.failure is None, self.session.failure

    def say_who(self, profile: str, recipient: str, project: str, patients: int | None) -> None:
        """Fill in the Going to page and use it."""
        self.click(self.window.rail.buttons["going_to"])
        page: Any = self.window.pages["going_to"]
        self.until(lambda: profile in page.cards.cards and page.cards.cards[profile].isVisible())
        self.click(page.cards.cards[profile])
        texts = ((page.recipient, recipient), (page.project, project), (page.patients, str(patients or "")))
        for row, text in texts:
            row.edit.clear()
            self.bot.keyClicks(row.edit, text)

    def use_this(self) -> None:
        page: Any = self.window.pages["going_to"]
        self.click(page.use)
        assert not page.error_summary.text(), page.error_summary.text()
        self.planned()

    def planned(self) -> None:
        """Wait until what would leave is worked out."""
        self.until(lambda: not self.session.jobs.running())
        assert self.session.failure is None, self.session.failure
        assert self.session.plan is not None

    def save_into(self, folder: Path) -> Path:
        """Choose the folder on the Export page and save; the release's folder."""
        page: Any = self.window.pages["export"]
        self.until(lambda: page.save.isEnabled())
        self.click(page.change)
        self.click(page.save)
        self.until(lambda: self.session.release is not None or self.session.failure is not None)
        assert self.session.failure is None, self.session.failure
        release = Path(self.session.release.release)
        assert release.parent == folder
        return release


@pytest.fixture
def person(qtbot: Any, window: MainWindow) -> Person:
    return Person(qtbot, window)


@pytest.fixture
def number_of() -> Callable[[int], str]:
    """An NHS number of the test range for each serial number."""
    return nhs_number


@pytest.fixture
def write_table() -> Callable[[Path, Sequence[str], Sequence[Sequence[str]]], Path]:
    """Writes a CSV as a clinical system would."""

    def write(path: Path, header: Sequence[str], rows: Sequence[Sequence[str]]) -> Path:
        with path.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([header, *rows])
        return path

    return write


@pytest.fixture
def released() -> Callable[[Path], list[dict[str, str]]]:
    """The rows of a release's one data file."""

    def read(release: Path) -> list[dict[str, str]]:
        (path,) = (release / "send").glob("*.csv")
        with path.open(newline="", encoding="utf-8-sig") as file:
            return list(csv.DictReader(file))

    return read


@pytest.fixture
def names() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Surnames and first names of people who do not exist."""
    return SURNAMES, FORENAMES
