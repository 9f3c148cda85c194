"""The keys of the side-by-side page: what each does, and the line that shows them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut

if TYPE_CHECKING:
    from gui.pages.side_by_side_page import SideBySidePage

#: Shown under the panes, the most useful first: what does not fit is cut at the end and in the tool tip.
SHOWN = (
    ("F8", "next flag"),
    ("Shift+F8", "the one before"),
    ("F7", "same patient"),
    ("F4", "this patient"),
    ("F2", "change"),
    ("Del", "leave row out"),
    ("Ctrl+F", "find"),
    ("Ctrl+G", "go to row"),
    ("F6", "other side"),
    ("Ctrl+PgDn", "next table"),
)


NO_ROW_LEAVES = "No patient's row leaves here: rows are only counted"
OUT_ALREADY = "This row is left out already"
NO_CHANGE = "There is nothing to change about this cell here"


def line(tables: int, *, counted: bool = False) -> str:
    """The keys as one line: that for the next table only where there is one, that for leaving a row out only
    where rows leave."""
    shown = [one for one in SHOWN if not (counted and one[0] == "Del")]
    shown = shown if tables > 1 else shown[:-1]
    return "     ".join(f"{key} {words}" for key, words in shown)


def connect(page: SideBySidePage) -> None:
    """Let the keys do what they say, anywhere on the page; Del only while the rows have the keyboard."""
    mover, teller = page.mover, page.teller
    keys: tuple[tuple[str, Callable[[], object]], ...] = (
        ("Shift+F8", page.previous_flag),
        ("Ctrl+G", page.focus_go_to),
        ("F6", page.swap_sides),
        ("F7", mover.step_patient),
        ("Shift+F7", lambda: mover.step_patient(True)),
        ("F4", lambda: teller.press("patient")),
        ("F2", lambda: teller.press("change")),
        ("Ctrl+PgDown", mover.step_table),
        ("Ctrl+PgUp", lambda: mover.step_table(True)),
    )
    for name, call in keys:
        QShortcut(QKeySequence(name), page).activated.connect(lambda c=call: c())
    leave = QShortcut(QKeySequence(QKeySequence.StandardKey.Delete), page.panes)
    leave.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
    leave.activated.connect(lambda: teller.press("leave_row"))
