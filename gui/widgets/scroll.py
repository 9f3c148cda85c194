"""A page's content that scrolls when the window is small, and keeps to a readable width when it is large."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget


def scrolling(content: QWidget, name: str) -> QScrollArea:
    """Put `content` into an area that scrolls up and down only."""
    area = QScrollArea()
    area.setObjectName(f"scroll_{name.lower().replace(' ', '_')}")
    area.setAccessibleName(name)
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.viewport().setAutoFillBackground(False)
    content.setObjectName("scroll_body")
    area.setWidget(content)
    return area


def column(parent: QWidget | None = None, spacing: int = 10) -> tuple[QWidget, QVBoxLayout]:
    """A widget with a column layout and no margins."""
    widget = QWidget(parent)
    layout = QVBoxLayout(widget)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(spacing)
    return widget, layout


def line(spacing: int = 10) -> tuple[QWidget, QHBoxLayout]:
    """A widget with a row layout and no margins."""
    widget = QWidget()
    layout = QHBoxLayout(widget)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(spacing)
    return widget, layout
