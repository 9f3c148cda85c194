"""Names for screen readers: an audit that finds what would be silent, and announcements."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QAbstractItemView, QAbstractScrollArea, QWidget

#: Parts of Qt's own composite widgets, which speak through the widget they are part of.
INNER = {"qt_scrollarea_viewport", "qt_spinbox_lineedit"}


def accessible_name(widget: QWidget) -> str:
    """What a screen reader calls the widget."""
    interface = QAccessible.queryAccessibleInterface(widget)
    return interface.text(QAccessible.Text.Name) if interface is not None else widget.accessibleName()


def silent_widgets(root: QWidget) -> list[str]:
    """Every widget on the screen under `root` that takes the keyboard but has no name, described."""
    found: list[str] = []
    for widget in (root, *root.findChildren(QWidget)):
        if widget.focusPolicy() == Qt.FocusPolicy.NoFocus or widget.objectName() in INNER:
            continue
        if not widget.isVisibleTo(root):
            continue
        parent = widget.parentWidget()
        if isinstance(parent, QAbstractItemView) or _is_part(widget, parent):
            continue
        if not accessible_name(widget).strip():
            found.append(f"{type(widget).__name__} '{widget.objectName()}' in {_place(widget)}")
    return found


def _is_part(widget: QWidget, parent: QWidget | None) -> bool:
    if parent is None:
        return False
    owner = parent.metaObject().className()
    if owner in {"QComboBox", "QSpinBox", "QComboBoxPrivateContainer"} or owner.endswith("PrivateContainer"):
        return True
    return isinstance(parent, QAbstractScrollArea) and widget is parent.viewport()


def _place(widget: QWidget) -> str:
    names = []
    parent = widget.parentWidget()
    while parent is not None:
        names.append(parent.objectName() or type(parent).__name__)
        parent = parent.parentWidget()
    return " < ".join(names[:4])


def announce(widget: QWidget, text: str) -> None:
    """Have the screen reader say something that changed elsewhere on the page."""
    QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(widget, text))
