"""Pictures of every page, light and dark, at the two sizes most surgeries have.

For machines without a display, for the README and the handbook, and for looking at the program without
opening it. Those of the README and the handbook (`few`) are kept small: 256 colours are enough for a screen.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
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
LOOKER = "Dr A Reader"
COLOURS, COMMONEST = 256, 64
#: Nobody's own code lists, book of recipients and lists of codes are in the pictures.
NOBODYS = (
    ("THRESHOLD_LISTS",),
    ("THRESHOLD_RECIPIENTS", "recipients.toml"),
    ("THRESHOLD_HOLD_BACKS", "hold-backs.json"),
    ("THRESHOLD_LOOKS", "looks.jsonl"),
    ("THRESHOLD_GP_ONLY", "gp-only.json"),
)
BOOK = """[recipients."Invented Trial Unit"]
type = "university"
contact = "data manager"
legal_basis = "Consent of each patient"
agreement = "DSA-2026-014"
valid_from = 2026-01-01
valid_until = 2035-12-31
profiles = ["approved-research"]
"""
#: The windows behind the pages: the picture's name, how the window is opened, and where it then is.
WINDOWS = (
    ("code-lists", "show_code_lists", "code_lists"),
    ("recipients", "show_recipients", "recipients"),
)


def take_all(folder: Path, paths: tuple[Path, ...] = (), *, few: bool = False) -> int:
    """Write the pictures and say where they are; 0 when all were written. `few`: those of the README and the
    handbook only."""
    from gui.settings import Settings

    with TemporaryDirectory() as empty:
        before, Settings.folder = Settings.folder, Path(empty)
        places = {name: str(Path(empty, *file)) for name, *file in NOBODYS}
        kept = {name: os.environ.get(name) for name in places}
        os.environ.update(places)
        Path(places["THRESHOLD_RECIPIENTS"]).write_text(BOOK, encoding="utf-8")
        try:
            return _take_all(folder, paths, few)
        finally:
            Settings.folder = before
            for name, value in kept.items():
                os.environ.pop(name)
                if value is not None:
                    os.environ[name] = value


def _take_all(folder: Path, paths: tuple[Path, ...], few: bool) -> int:
    from PySide6.QtGui import QFontDatabase

    from gui import theme
    from gui.main_window import MainWindow
    from gui.reviewing import Looker
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
        session.set_looker(Looker(LOOKER, "gp"))
        _shots(window, folder, "", tuple(window.pages), _in_the_readme if few else None)
        if few:
            window.resize(*SIZES[0])
            _shots_of_windows(window, folder, "light")
            _shots_of_privacy(window, folder)
            _shots_of_the_tour(window, folder)
            _make_small(folder)
        else:
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
                _rest(window)
                name = "-".join(part for part in (page_id.replace("_", "-"), note) if part)
                window.grab().save(str(folder / f"{name}-{width}x{height}-{colours}.png"))
    theme.apply(app, "light")


def _shots_of_lists(window: MainWindow, folder: Path) -> None:
    """The windows of code lists and recipients, at each size, light and dark."""
    from PySide6.QtWidgets import QApplication

    from gui import theme

    app = QApplication.instance()
    assert isinstance(app, QApplication)
    for colours in ("light", "dark"):
        theme.apply(app, "dark" if colours == "dark" else "light")
        for width, height in SIZES:
            window.resize(width, height)
            _shots_of_windows(window, folder, colours)
    theme.apply(app, "light")


def _shots_of_windows(window: MainWindow, folder: Path, colours: str) -> None:
    for name, show, place in WINDOWS:
        getattr(window, show)()
        dialog = getattr(window, place)
        _rest(window)
        chosen = getattr(dialog, "list", None)
        if name == "recipients" and chosen is not None and chosen.count():
            chosen.setCurrentRow(0)
            settle()
        dialog.grab().save(_file(folder, name, window, colours))
        dialog.accept()


def _shots_of_privacy(window: MainWindow, folder: Path) -> None:
    """The curtain down, and the practice's side covered."""
    window.go_to("side_by_side")
    _rest(window)
    window.session.cover_raw(True)
    _rest(window)
    window.grab().save(_file(folder, "covered", window, "light"))
    window.session.cover_raw(False)
    window.privacy.curtain.toggle()
    _rest(window)
    window.grab().save(_file(folder, "curtain", window, "light"))
    window.privacy.curtain.toggle()
    _rest(window)


def _shots_of_the_tour(window: MainWindow, folder: Path) -> None:
    """One step of it. Nothing is opened for it, so that it can be shown over any file."""
    tour = window.tour
    at, step = next((at, step) for at, step in enumerate(tour.steps) if step.page == "side_by_side")
    tour.bubble.say(
        step.title, step.words, tour.target(step), place=f"Tour, step {at + 1} of {len(tour.steps)}"
    )
    _rest(window)
    window.grab().save(_file(folder, "tour", window, "light"))
    tour.bubble.put_away()


def _rest(window: MainWindow) -> None:
    """Until nothing moves any more."""
    settle()
    until(lambda: not window.session.jobs.running(), seconds=20)
    pause(REST)


def _file(folder: Path, name: str, window: MainWindow, colours: str) -> str:
    return str(folder / f"{name}-{window.width()}x{window.height()}-{colours}.png")


def _make_small(folder: Path) -> None:
    """Each picture with its commonest colours only: a third of the size, and nobody sees it."""
    from PySide6.QtCore import Qt
    from PySide6.QtGui import QImage

    for path in folder.glob("*.png"):
        picture = QImage(str(path)).convertToFormat(QImage.Format.Format_RGB32)
        seen = Counter(memoryview(picture.constBits()).cast("I"))
        exact = Qt.ImageConversionFlag.ThresholdDither | Qt.ImageConversionFlag.AvoidDither
        picture.convertToFormat(QImage.Format.Format_Indexed8, _table(seen), exact).save(str(path), quality=0)


def _table(seen: Counter[int]) -> list[int]:
    """The colours to keep: the commonest, then again and again the one that the others miss most, so that
    the edges of letters on a rare background keep theirs."""
    import numpy as np

    colours = np.array([colour for colour, _times in seen.most_common()], dtype=np.uint32)
    times = np.array([times for _colour, times in seen.most_common()], dtype=float)
    parts = np.stack([(colours >> shift) & 255 for shift in (16, 8, 0)], axis=1).astype(float)
    kept = list(range(min(COMMONEST, len(colours))))
    missed = np.min([((parts - parts[at]) ** 2).sum(axis=1) for at in kept], axis=0)
    while len(kept) < COLOURS and missed.any():
        kept.append(int(np.argmax(missed * times)))
        missed = np.minimum(missed, ((parts - parts[kept[-1]]) ** 2).sum(axis=1))
    return [int(colours[at]) for at in kept]


def _in_the_readme(page_id: str, colours: str, width: int) -> bool:
    return width == LEAST and (colours == "light" or page_id == "side_by_side")


def _say(text: str) -> None:
    """A line for the terminal; windowed builds have none."""
    if sys.stdout is not None:
        sys.stdout.write(text + "\n")
