"""Which fields a person had in front of them: in sight, with their evidence, for as long as it takes to read.

What is accepted at one stroke is only what was looked at. A field counts once its whole line stood still on
the screen, uncovered and under no dialog; where the list is too narrow for the evidence, only the field that
the strip below explains counts. It counts no more when something else would happen to it.
"""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtWidgets import QApplication

from gui.models.fields_model import WHY, FieldRow, FieldsModel
from gui.session import Session
from gui.widgets.fields_tree import FieldsTree

LOOK_MS = 900


class LookedOver(QObject):
    """Watches a tree of fields; `noted` tells that there is more that was looked at."""

    noted = Signal()

    def __init__(self, tree: FieldsTree, model: FieldsModel, session: Session) -> None:
        super().__init__(tree)
        self._tree, self._model, self._session = tree, model, session
        self._seen: dict[tuple[str, str], tuple[object, ...]] = {}
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self.note)
        tree.verticalScrollBar().valueChanged.connect(self._again)
        tree.selectionModel().currentChanged.connect(self._again)
        tree.expanded.connect(self._again)
        tree.collapsed.connect(self._again)
        model.modelReset.connect(self._again)
        model.dataChanged.connect(self._again)
        session.raw_hidden_changed.connect(self._again)
        session.closed.connect(self.forget)
        tree.viewport().installEventFilter(self)

    def has(self, row: FieldRow) -> bool:
        """Whether the field was looked at as it stands now."""
        return self._seen.get((row.table, row.name)) == _what(row)

    def forget(self) -> None:
        """Another file: nothing was looked at."""
        self._seen.clear()

    def note(self) -> None:
        """What is in sight now was looked at."""
        tree, session = self._tree, self._session
        hidden = session.raw_hidden or tree.window().isMinimized() or not tree.isVisible()
        if hidden or QApplication.activeModalWidget() is not None:
            return
        before = dict(self._seen)
        self._seen.update(((row.table, row.name), _what(row)) for row in self._in_sight() if row.action)
        if self._seen != before:
            self.noted.emit()

    def _in_sight(self) -> Iterator[FieldRow]:
        tree, whole = self._tree, self._tree.viewport().rect()
        current = self._model.row_at(tree.currentIndex())
        if current is not None:
            yield current
        if tree.isColumnHidden(WHY):
            return
        index = tree.indexAt(whole.topLeft())
        while index.isValid():
            place = tree.visualRect(index)
            if place.top() > whole.bottom():
                return
            row = self._model.row_at(index)
            if row is not None and place.top() >= 0 and place.bottom() <= whole.bottom():
                yield row
            index = tree.indexBelow(index)

    def _again(self, *_: object) -> None:
        self._timer.start()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Show, QEvent.Type.Resize):
            self._timer.start()
        return False


def _what(row: FieldRow) -> tuple[object, ...]:
    """What was suggested of a field when it was looked at."""
    return row.kind, row.role, row.action, row.settings, row.reason
