"""Whether a patient's values may be on the screen now: everything that shows them asks here.

Two things hide them. The curtain covers the windows while nobody is at the desk: then nothing of the file may
be read anywhere, what would leave included. The raw side alone can be covered while a colleague looks on:
then every cell as the practice holds it is blocks, and so is an outgoing cell that says the same.

What is hidden is hidden from everything that could tell it: painting, tool tips, the strip of explanations,
a screen reader, copying, what was found. Blocks are always the same, so that they do not tell a length.
"""

from __future__ import annotations

import re
from typing import Protocol

from PySide6.QtCore import QObject, Signal

from gui.session_state import SessionState
from gui.state import FirstRows

#: What stands in the place of a value that is hidden.
BLOCKS = "\u2588\u2588\u2588\u2588\u2588"
#: The same for a screen reader, and in a sentence.
HIDDEN = "hidden"
#: Kinds of fields whose outgoing values are shown beside the covered side: without a name they tell nobody.
CLINICAL = frozenset({"coded_clinical", "clinical_value", "administrative"})

_WORD = re.compile(r"\w{3,}")


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


def out_hidden(session: Hides | None, out: str | None, raw: str | None, kind: str = "") -> bool:
    """Whether an outgoing value must not be read now. Under the curtain none may. With the raw side covered,
    what would tell who it is about: an unchanged value of a field that is not clinical, and every note."""
    if session is None or not session.raw_hidden:
        return False
    return session.curtain_down or tells(out, raw, kind)


def tells(out: str | None, raw: str | None, kind: str = "") -> bool:
    """Whether an outgoing value says what the covered side says, of a field that may name a person. Where the
    kind is not known, such as of a whole entry in words, one word that both sides have is enough."""
    if not out or kind in CLINICAL:
        return False
    if not kind:
        return bool(_words(out) & _words(raw or ""))
    held = (raw or "").strip().casefold()
    return kind == "free_text" or (bool(held) and held in out.casefold())


def _words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(text.casefold()))


def covered_rows(rows: FirstRows) -> FirstRows:
    """As many rows, every cell blocks: an empty cell tells something too."""
    line: list[str | None] = [BLOCKS] * len(rows.fields)
    return FirstRows(rows.fields, [line for _row in rows.rows])


class Showing(SessionState):
    """The session's part that knows of the curtain and of the covered raw side."""

    raw_hidden_changed = Signal()  # the curtain came down or went up, or the raw side was covered or shown

    def __init__(self, parent: QObject | None = None, *, key: object = None) -> None:
        super().__init__(parent, key=key)
        self._curtain_down = False
        self._raw_covered = False

    # -- what may be read ------------------------------------------------------------------------
    @property
    def first_rows(self) -> dict[str, FirstRows]:  # type: ignore[override]
        """The first rows of every table, blocks where they may not be read."""
        if not self.raw_hidden:
            return self._first_rows_as_shown
        return {name: covered_rows(rows) for name, rows in self._first_rows_as_shown.items()}

    @first_rows.setter
    def first_rows(self, rows: dict[str, FirstRows]) -> None:
        self._first_rows_as_shown = rows

    @property
    def examples(self) -> dict[tuple[str, str], tuple[str, str | None]]:  # type: ignore[override]
        """A value of every field, as it is and as it would leave; blocks where they may not be read."""
        if not self.raw_hidden:
            return self._examples_as_read
        kinds = {(p.table, p.field): str(p.kind) for p in self.plan.fields} if self.plan is not None else {}
        return {
            at: (BLOCKS, BLOCKS if out and out_hidden(self, out, raw, kinds.get(at, "")) else out)
            for at, (raw, out) in self._examples_as_read.items()
        }

    @examples.setter
    def examples(self, found: dict[tuple[str, str], tuple[str, str | None]]) -> None:
        self._examples_as_read = found

    def _read_again(self) -> None:
        """Tell every page that what may be read is something else now."""
        self.detail_changed.emit(None)  # it may quote a cell; the page in front explains again
        self.raw_hidden_changed.emit()
        for table in self._first_rows_as_shown:
            self.first_rows_ready.emit(table)
        self.examples_ready.emit()

    # -- the curtain, and the covered side -------------------------------------------------------
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
            self._read_again()

    def cover_raw(self, covered: bool) -> None:
        """Cover the raw side with blocks, or show it again."""
        if covered != self._raw_covered:
            self._raw_covered = covered
            self._read_again()
