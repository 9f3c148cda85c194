"""Pictures of every page, light and dark, at the two sizes most surgeries have.

For machines without a display, for the README, and for looking at the program without opening it.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from gui.app import make_application
from gui.formatting import count
from gui.waiting import pause, settle, until

if TYPE_CHECKING:
    from gui.main_window import MainWindow
    from gui.session import Session

SIZES = ((1366, 768), (1920, 1080))
LEAST = 1366
REST = 0.3  # seconds until column widths are at rest after a change of size
RECIPIENT, PROJECT = "University of Bristol", "Long-term conditions study"


def take_all(folder: Path, paths: tuple[Path, ...] = (), *, few: bool = False) -> int:
    """Write the pictures and say where they are; 0 when all were written. `few`: the README's only."""
    from gui.settings import Settings

    with TemporaryDirectory() as empty:
        before, Settings.folder = Settings.folder, Path(empty)
        lists = os.environ.get("THRESHOLD_LISTS")
        os.environ["THRESHOLD_LISTS"] = empty  # nobody's own code lists are in the pictures
        try:
            return _take_all(folder, paths, few)
        finally:
            Settings.folder = before
            os.environ.pop("THRESHOLD_LISTS")
            if lists is not None:
                os.environ["THRESHOLD_LISTS"] = lists


def _take_all(folder: Path, paths: tuple[Path, ...], few: bool) -> int:
    from PySide6.QtGui import QFontDatabase

    from gui import theme
    from gui.main_window import MainWindow
    from gui.session import Session

    app = make_application()
    theme.apply(app, "light")
    if not QFontDatabase.families():
        _say("There is no font on this machine, so pictures would have no words.")
        return 1
    folder.mkdir(parents=True, exist_ok=True)
    session = Session(key=None if paths else _demo_key())
    window = MainWindow(session)
    window.pages["export"].set_folder(Path("Documents", "Threshold"))  # type: ignore[attr-defined]
    window.show()
    try:
        session.warm_up()
        until(lambda: bool(session.profiles))
        if not few:
            _shots(window, folder, "empty", ("open",))
        if not _fill(session, window, paths):
            _say(session.failure.happened if session.failure is not None else "The file took too long.")
            _shots(window, folder, "failed", ("open",))
            return 1
        _shots(window, folder, "", tuple(window.pages), _in_the_readme if few else None)
        if not few:
            _shots_of_lists(window, folder)
        _say(f"Pictures of every page are in {folder}")
        return 0
    finally:
        session.close_export()  # nothing to ask about
        window.close()
        session.shutdown()
        window.deleteLater()


def _fill(session: Session, window: MainWindow, paths: tuple[Path, ...]) -> bool:
    """Open the file, say who gets it as a person would, and wait for the plan."""
    from core.protection.plan import ObjectionSource

    if paths:
        session.open_paths(paths)
    else:
        session.open_demo()
    until(lambda: session.survey is not None or session.failure is not None)
    if session.survey is None:
        return False
    page: Any = window.pages["going_to"]

    def use(patients: int | None) -> None:
        session.set_going_to(
            "approved-research",
            RECIPIENT,
            PROJECT,
            expected_patients=patients,
            objection_sources=[ObjectionSource("codes")],
            assume_registered=session.survey is not None and not session.survey.patients.has_status,
        )
        until(lambda: (session.plan is not None and not session.planning) or session.failure is not None)

    use(None)
    if session.numbers is None:
        return False
    page.fill_in("approved-research", RECIPIENT, PROJECT, count(session.numbers.patients_in))
    page.objections.boxes["codes"].setChecked(True)
    use(session.numbers.patients_in)
    until(lambda: bool(session.examples) or session.failure is not None)
    return session.plan is not None


def _demo_key() -> Any:
    """Always the same codes in the pictures of the demo practice; a key for nothing else."""
    from core.protection import Key

    return Key(sha256(b"pictures of the demo practice").digest())


def _shots(
    window: MainWindow,
    folder: Path,
    note: str,
    pages: tuple[str, ...],
    wanted: Callable[[str, str, int], bool] | None = None,
) -> None:
    from PySide6.QtWidgets import QApplication

    from gui import theme

    app = QApplication.instance()
    assert isinstance(app, QApplication)
    for colours in ("light", "dark"):
        theme.apply(app, "dark" if colours == "dark" else "light")
        for width, height in SIZES:
            window.resize(width, height)
            for page_id in pages:
                if wanted is not None and not wanted(page_id, colours, width):
                    continue
                window.go_to(page_id)
                settle()
                until(lambda: not window.session.jobs.running(), seconds=20)
                pause(REST)
                name = "-".join(part for part in (page_id.replace("_", "-"), note) if part)
                window.grab().save(str(folder / f"{name}-{width}x{height}-{colours}.png"))
    theme.apply(app, "light")


def _shots_of_lists(window: MainWindow, folder: Path) -> None:
    """The window of code lists, in front of the Codes page."""
    from PySide6.QtWidgets import QApplication

    from gui import theme

    app = QApplication.instance()
    assert isinstance(app, QApplication)
    for colours in ("light", "dark"):
        theme.apply(app, "dark" if colours == "dark" else "light")
        for width, height in SIZES:
            window.resize(width, height)
            window.show_code_lists()
            settle()
            until(lambda: not window.session.jobs.running(), seconds=20)
            pause(REST)
            assert window.code_lists is not None
            window.code_lists.grab().save(str(folder / f"code-lists-{width}x{height}-{colours}.png"))
            window.code_lists.accept()
    theme.apply(app, "light")


def _in_the_readme(page_id: str, colours: str, width: int) -> bool:
    return width == LEAST and (colours == "light" or page_id == "side_by_side")


def _say(text: str) -> None:
    """A line for the terminal; windowed builds have none."""
    if sys.stdout is not None:
        sys.stdout.write(text + "\n")
