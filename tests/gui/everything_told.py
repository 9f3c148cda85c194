"""All that a window could tell: every text of every widget and model, seen or not."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import (
    QAbstractItemModel,
    QAbstractListModel,
    QAbstractTableModel,
    QModelIndex,
    QObject,
    Qt,
)
from PySide6.QtGui import QAccessible, QAction
from PySide6.QtWidgets import QAbstractItemView, QWidget

ROLES = (
    *(Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole, Qt.ItemDataRole.ToolTipRole),
    *(Qt.ItemDataRole.StatusTipRole, Qt.ItemDataRole.WhatsThisRole, Qt.ItemDataRole.AccessibleTextRole),
    Qt.ItemDataRole.AccessibleDescriptionRole,
    *(Qt.ItemDataRole.UserRole + more for more in range(6)),
)
GETTERS = (
    *("text", "toolTip", "statusTip", "whatsThis", "accessibleName", "accessibleDescription"),
    *("windowTitle", "title", "placeholderText", "toPlainText", "displayText", "whole"),
)
MOST_ROWS = 300


def told(root: QWidget) -> Iterator[str]:
    """Every text under a widget, whether it is on the screen or not."""
    for thing in (root, *root.findChildren(QObject)):
        if isinstance(thing, QWidget | QAction):
            yield from _own(thing)
        if isinstance(thing, QWidget):
            yield from spoken(thing)
        if isinstance(thing, QAbstractItemView) and thing.model() is not None:
            yield from modelled(thing.model())


def _own(thing: QObject) -> Iterator[str]:
    for name in GETTERS:
        if name == "text" and thing.inherits("QLineEdit"):
            continue  # what was typed is kept; `displayText` is what is seen
        get = getattr(thing, name, None)
        said = get() if callable(get) else get
        if isinstance(said, str):
            yield said


def spoken(widget: QWidget) -> Iterator[str]:
    """What a screen reader is told of one widget."""
    interface = QAccessible.queryAccessibleInterface(widget)
    if interface is not None:
        for kind in (QAccessible.Text.Name, QAccessible.Text.Description, QAccessible.Text.Value,
                     QAccessible.Text.Help):  # fmt: skip
            yield interface.text(kind)


def tree(widget: QWidget) -> Iterator[str]:
    """What a screen reader finds by going through a window from its top."""
    waiting = [QAccessible.queryAccessibleInterface(widget)]
    while waiting:
        interface = waiting.pop()
        if interface is None or not interface.isValid():
            continue
        yield interface.text(QAccessible.Text.Name)
        yield interface.text(QAccessible.Text.Value)
        yield interface.text(QAccessible.Text.Description)
        waiting += [interface.child(at) for at in range(min(interface.childCount(), 2_000))]


def modelled(model: QAbstractItemModel, parent: QModelIndex | None = None) -> Iterator[str]:
    """Every text of a model, in every role, headings included."""
    at = parent or QModelIndex()
    if parent is None:
        for way, many in (
            (Qt.Orientation.Horizontal, _columns(model)),
            (Qt.Orientation.Vertical, model.rowCount()),
        ):
            for section in range(min(many, MOST_ROWS)):
                for role in ROLES:
                    yield from _text(model.headerData(section, way, role))
    for row in range(min(model.rowCount(at), MOST_ROWS)):
        for column in range(_columns(model, at)):
            index = model.index(row, column, at)
            for role in ROLES:
                yield from _text(model.data(index, role))
        inner = model.index(row, 0, at)
        if not isinstance(model, QAbstractTableModel) and model.rowCount(inner):
            yield from modelled(model, inner)


def _columns(model: QAbstractItemModel, at: QModelIndex | None = None) -> int:
    return 1 if isinstance(model, QAbstractListModel) else model.columnCount(at or QModelIndex())


def _text(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif value is not None and not isinstance(value, int | float | bool):
        yield repr(value)  # a row that a model hands out whole
