"""What every page is to the main window: a title, a question, a state for the rail, and its keys.

A new page is a subclass in a module of its own and one line in `gui.pages.PAGES`. The main window shows
`title` and `question` above the page, so a page builds only its own content. A page may override:

- `state()`: what the rail says beside the page's name;
- `next_flag()` for F8, `focus_find()` for Ctrl+F;
- `shown()`: called each time the page comes to the front (set the detail strip here);
- `header_widget()`: something small to stand at the right of the title, or None.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, Literal

from PySide6.QtCore import QTimer, Signal, SignalInstance
from PySide6.QtWidgets import QWidget

from gui.session import Session

StepKind = Literal["to_do", "attention", "done", "waiting"]


@dataclass(frozen=True)
class StepState:
    """A step's state for the rail: always words, never a sign alone. E.g. ('attention', '2 to decide')."""

    kind: StepKind = "to_do"
    words: str = ""


class Page(QWidget):
    """One step. Constructed as Page(session)."""

    state_changed = Signal()  # `state()` says something else now, for a reason the session knows nothing of

    page_id: ClassVar[str] = ""
    title: ClassVar[str] = ""
    question: ClassVar[str] = ""
    help: ClassVar[str] = ""  # the handbook's page that F1 opens, a name in docs/handbook without '.md'
    show_title: ClassVar[bool] = True  # False where the page needs the height more than a heading

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.setObjectName(f"page_{self.page_id}")
        self.setAccessibleName(self.title)

    def refresh_after(self, refresh: Callable[[], None], *signals: SignalInstance) -> None:
        """Call `refresh` once after any of the signals, however many come at a time."""
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(0)
        timer.timeout.connect(refresh)
        for signal in signals:
            signal.connect(lambda *_: timer.start())

    def state(self) -> StepState:
        return StepState("to_do", "Have a look" if self.session.plan is not None else "To do")

    def next_flag(self) -> None:
        """F8: go to the next thing that wants a look."""

    def focus_find(self) -> None:
        """Ctrl+F: put the cursor in the page's search box."""

    def shown(self) -> None:
        """The page came to the front."""

    def header_widget(self) -> QWidget | None:
        return None
