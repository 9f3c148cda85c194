"""Whether a patient's values may be on the screen now: everything that shows them asks here.

Two things hide them. The curtain covers the windows while nobody is at the desk: then nothing of the file may
be read anywhere, what would leave included. The raw side alone can be covered while a colleague looks on:
then every cell as the practice holds it is blocks, and so is an outgoing cell that says the same.

What is hidden is hidden from everything that could tell it: painting, tool tips, the strip of explanations,
a screen reader, copying, what was found. Blocks are always the same, so that they do not tell a length.
"""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QObject, Signal

from gui.session_state import SessionState

#: What stands in the place of a value that is hidden.
BLOCKS = "\u2588\u2588\u2588\u2588\u2588"
#: The same for a screen reader, and in a sentence.
HIDDEN = "hidden"


class Hides(Protocol):
    """What is asked of a session; tests may give something smaller."""

    @property
    def raw_hidden(self) -> bool: ...
    @property
    def curtain_down(self) -> bool: ...


def raw_hidden(session: Hides | None) -> bool:
    """Whether what the practice holds must not be read now."""
    return session is not None and session.raw_hidden


def all_hidden(session: Hides | None) -> bool:
    """Whether nothing of the file may be read now, what would leave included."""
    return session is not None and session.curtain_down


def out_hidden(session: Hides | None, out: str | None, raw: str | None) -> bool:
    """Whether an outgoing value must not be read now: with the raw one, where it says the same."""
    if session is None or not session.raw_hidden or out is None:
        return False
    return session.curtain_down or (bool(out) and out == raw)


class Showing(SessionState):
    """The session's part that knows of the curtain and of the covered raw side."""

    raw_hidden_changed = Signal()  # the curtain came down or went up, or the raw side was covered or shown

    def __init__(self, parent: QObject | None = None, *, key: object = None) -> None:
        super().__init__(parent, key=key)
        self._curtain_down = False
        self._raw_covered = False

    @property
    def curtain_down(self) -> bool:
        """Whether the curtain hides everything."""
        return self._curtain_down

    @property
    def raw_covered(self) -> bool:
        """Whether the raw side was asked to be covered; it stays so when the curtain goes up."""
        return self._raw_covered

    @property
    def raw_hidden(self) -> bool:
        """Whether no raw value may be read now, for either reason."""
        return self._curtain_down or self._raw_covered

    def set_curtain(self, down: bool) -> None:
        """Let the curtain down or lift it; nothing else changes, and any work goes on."""
        if down != self._curtain_down:
            self._curtain_down = down
            self.raw_hidden_changed.emit()

    def cover_raw(self, covered: bool) -> None:
        """Cover the raw side with blocks, or show it again."""
        if covered != self._raw_covered:
            self._raw_covered = covered
            self.raw_hidden_changed.emit()
