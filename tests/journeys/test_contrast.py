"""Colours as they are drawn, in every theme: the text of every label and button against what is behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QWidget

from gui import theme

HEADER = (
    *("NHS Number", "Surname", "Date of Birth", "Postcode", "Registration status"),
    *("Date", "Code", "Term", "Notes"),
)
REST = ("QUIXLEY", "01/02/1960", "ZQ9 9QZ", "Registered", "03/11/2025", "H33..", "Asthma", "Seen.")
LEAST = {"light": 4.5, "dark": 4.5, "high_contrast": 7.0, "high_contrast_light": 7.0}
NEAR = 0.9  # letters are drawn with soft edges: their core comes this near to the colour that was asked for


Pixels = npt.NDArray[np.uint32]  # height, width; 0xRRGGBB


def luminance(colours: Pixels) -> npt.NDArray[np.float64]:
    """Relative luminance as WCAG 2.2 defines it, one a colour."""
    parts = np.stack([colours >> shift & 255 for shift in (16, 8, 0)], axis=-1) / 255
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return linear @ np.array([0.2126, 0.7152, 0.0722])


def drawn(pixels: Pixels) -> float:
    """The contrast of what stands out most in an area against what fills most of it."""
    colours, times = np.unique(pixels, return_counts=True)
    light = luminance(colours)
    ground = light[times.argmax()]
    low, high = np.minimum(light, ground), np.maximum(light, ground)
    return float(((high + 0.05) / (low + 0.05)).max())


def picture(window: QWidget) -> Pixels:
    image = window.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    flat = np.frombuffer(image.constBits(), dtype=np.uint32)
    return flat.reshape(image.height(), image.width()) & 0xFFFFFF


def texts(window: QWidget) -> Iterator[tuple[Any, QRect]]:
    """Every label and button with words that is on the screen and can be used, and where."""
    for widget in window.findChildren(QWidget):
        if not isinstance(widget, QLabel | QAbstractButton) or not widget.isEnabled():
            continue
        seen = widget.visibleRegion().boundingRect()
        if widget.isVisible() and widget.text().strip() and seen.width() > 30 and seen.height() > 8:
            at = widget.mapTo(window, QPoint(0, 0)) + seen.topLeft()
            yield widget, QRect(at, seen.size()).intersected(window.rect())


def test_every_text_can_be_read_in_every_theme(
    person: Any, tmp_path: Path, write_table: Any, number_of: Callable[[int], str], qapp: QApplication
) -> None:
    rows = [(number_of(n), *REST) for n in range(1, 9)]
    person.drop(write_table(tmp_path / "events.csv", HEADER, rows))
    person.opened()
    person.session.set_going_to("approved-research", "A recipient", "a list", expected_patients=8)
    person.until(lambda: not person.session.jobs.running())
    window = person.window
    window.resize(1366, 768)
    poor: set[str] = set()
    looked = 0
    for name, least in LEAST.items():
        theme.apply(qapp, name)
        for page_id in window.pages:
            window.go_to(page_id)
            QApplication.processEvents()
            pixels = picture(window)
            for widget, area in texts(window):
                part = pixels[area.top() : area.bottom() + 1, area.left() : area.right() + 1]
                found = drawn(part)
                looked += 1
                if found < least * NEAR:
                    poor.add(f"{name}, {page_id}: {widget.text()[:40]!r} {found:.1f}")
    theme.apply(qapp, "light")
    assert sorted(poor) == []
    assert looked > 300
