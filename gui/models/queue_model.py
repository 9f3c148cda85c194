"""The patients who need a person's judgement, as a list that does not jump under the hands of whoever works.

Once shown, an entry keeps its place: one that needs no look any more, because of what was decided, says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt

from gui.formatting import counted, one_line, tooltip

if TYPE_CHECKING:
    from core.patients import Found, Queue, QueueEntry
    from gui.state import Seen

Index = QModelIndex | QPersistentModelIndex
NOWHERE = QModelIndex()
LINE_ROLE = Qt.ItemDataRole.UserRole + 1

#: Why somebody should be looked at, in a word or two; the sentence is on the patient's page.
REASON_WORDS = {
    "safeguarding": "Safeguarding",
    "restricted": "Restricted by law",
    "third_party": "About another person",
    "alone": "Stands alone in the file",
    "few_of_a_kind": "Rare code",
    "relation": "Colleague or relative",
}
#: What only a GP may be told of somebody.
FOR_A_GP = frozenset({"restricted", "relation"})
GP_WORDS = "For a GP to look at"
#: The line of a search for whoever may not open what it found: it has no patient, so that nothing can be
#: opened, chosen in the list or compared by it.
ONLY_A_GP = -2
A_RECORD = "A record for a GP"
A_RECORD_WORDS = "Only a GP can open it"

State = Literal["to_see", "seen", "settled", "found"]


def reason_words(reason_id: str, text: str = "") -> str:
    """A reason's short words; a reason that is not known yet says its first words."""
    return REASON_WORDS.get(reason_id) or one_line(text, 40) or reason_id.replace("_", " ").capitalize()


@dataclass(frozen=True)
class QueueLine:
    """One patient of the list: `title` is why, `under` who, `state` how they stand."""

    patient: int
    code: str
    title: str
    under: str
    state: State = "to_see"
    said: str = ""  # 'Seen 14:32'
    more: tuple[str, ...] = ()  # the other reasons

    def words(self) -> str:
        """All of it in one sentence, for a screen reader and the tool tip."""
        return ". ".join(part for part in (self.title, *self.more, self.under, self.said) if part)


def line_of(entry: QueueEntry, gp: bool, name: str, seen: Seen | None) -> QueueLine:
    """The line of somebody in the queue. `name`: '' until the record was opened, and where it is covered."""
    hidden = not gp and any(reason.id in FOR_A_GP for reason in entry.reasons)
    titles = [GP_WORDS] if hidden else [reason_words(r.id, r.text) for r in entry.reasons]
    said = f"Seen {seen.at[11:16]}" if seen is not None else ""
    return QueueLine(
        entry.patient,
        entry.code,
        titles[0],
        entry.code if hidden or not name else one_line(name, 60),
        "seen" if seen is not None else "to_see",
        said,
        tuple(dict.fromkeys(titles[1:])),
    )


def found_line(found: Found, hidden: bool) -> QueueLine:
    """The line of somebody a search found."""
    if found.for_gp:
        return QueueLine(ONLY_A_GP, "", A_RECORD, found.number or A_RECORD_WORDS, "found")
    if hidden:
        return QueueLine(found.patient, "", "hidden", "", "found")
    who = ", ".join(
        part for part in (found.born and f"born {one_line(found.born, 30)}", found.number) if part
    )
    return QueueLine(found.patient, "", one_line(found.name, 60) or "No name in the file", who, "found")


def merged(old: Sequence[QueueEntry], queue: Queue, keep: Callable[[QueueEntry], bool]) -> list[QueueEntry]:
    """The entries in an order that does not jump: those shown so far where they were, then the new ones.

    One that is in the queue no more stays only where `keep` says so."""
    now = {entry.code: entry for entry in queue.entries}
    if not any(entry.code in now for entry in old):
        return list(queue.entries)
    stay = [now.get(entry.code, entry) for entry in old if entry.code in now or keep(entry)]
    shown = {entry.code for entry in stay}
    return stay + [entry for entry in queue.entries if entry.code not in shown]


class QueueModel(QAbstractListModel):
    """Lines of one list; the same lines again move nothing."""

    def __init__(self) -> None:
        super().__init__()
        self._lines: list[QueueLine] = []

    def set_lines(self, lines: Iterable[QueueLine]) -> bool:
        """Show these. True where the list was reset, so that the place in it has to be found again."""
        wanted = list(lines)
        if [line.patient for line in wanted] == [line.patient for line in self._lines]:
            for place, line in enumerate(wanted):
                if line != self._lines[place]:
                    self._lines[place] = line
                    at = self.index(place)
                    self.dataChanged.emit(at, at)
            return False
        self.beginResetModel()
        self._lines = wanted
        self.endResetModel()
        return True

    def lines(self) -> Sequence[QueueLine]:
        return self._lines

    def place_of(self, patient: int) -> int:
        """Where a patient stands, -1 where nowhere."""
        return next((place for place, line in enumerate(self._lines) if line.patient == patient), -1)

    def settle(self, place: int) -> None:
        """Nothing about this one needs a look any more."""
        self._lines[place] = replace(self._lines[place], state="settled")

    def rowCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._lines)

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        if not index.isValid() or index.row() >= len(self._lines):
            return None
        line = self._lines[index.row()]
        if role == int(Qt.ItemDataRole.DisplayRole):
            return line.title
        if role == int(Qt.ItemDataRole.AccessibleTextRole):
            place = f"{index.row() + 1:,} of {counted(len(self._lines), 'patient')}"
            return f"{line.words()}. {place}"
        if role == int(Qt.ItemDataRole.ToolTipRole):
            return tooltip(
                "\n".join(part for part in (line.title, *line.more, line.under, line.said) if part)
            )
        return line if role == int(LINE_ROLE) else None
