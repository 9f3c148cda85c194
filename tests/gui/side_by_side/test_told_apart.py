"""The marks are told apart by people who see fewer colours: by shape, or by colour where shapes are alike."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import numpy.typing as npt
import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication

from gui import theme
from gui.charts import marks as shapes
from gui.models.row_source import Mark
from gui.widgets.overview_strip import LOOKS, STROKES, WHOLE

Floats = npt.NDArray[np.float64]

#: What is left of linear RGB without one sort of cone (Machado, Oliveira and Fernandes 2009, severity 1.0).
SEEN_BY: dict[str, Floats] = {
    "everybody": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "tritanopia": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
    "no colours": np.array([[0.2126, 0.7152, 0.0722]] * 3),
}
#: Grounds of cells that may stand beside each other.
GROUNDS = ("paper", "direct_wash", "sensitive_wash", "withheld_wash", "selected")
THEMES = ("light", "dark", "high_contrast", "high_contrast_light")
#: CIE 1976: 2.3 is just noticeable, 10 is seen at a glance.
NOTICED, GLANCE = 2.3, 10.0
_TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])


def lab(colour: str, seen_by: str) -> Floats:
    """A colour as somebody sees it, in CIE L*a*b* under D65."""
    rgb = np.array([int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)])
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    xyz = _TO_XYZ @ np.clip(SEEN_BY[seen_by] @ linear, 0, 1) / np.array([0.9505, 1.0, 1.089])
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def apart(one: str, other: str, seen_by: str) -> float:
    return float(np.linalg.norm(lab(one, seen_by) - lab(other, seen_by)))


def test_red_and_green_of_one_lightness_are_one_colour_to_some() -> None:
    assert apart("#b3362b", "#6d6d00", "everybody") > 50
    assert apart("#b3362b", "#6d6d00", "deuteranopia") < 20, "else the simulation shows nothing"
    assert apart("#ffffff", "#000000", "tritanopia") == pytest.approx(100, abs=1)


def drawn(name: str, size: int = 15) -> Floats:
    """A mark as ink from 0 to 1, in one colour: what of it is shape."""
    image = QImage(size, size, QImage.Format.Format_Grayscale8)
    image.fill(255)
    painter = QPainter(image)
    black = QColor("#000000")
    if name == "changed":
        shapes.draw_corner(painter, size, 0, black)
    elif name == "left_out":
        painter.fillRect(QRectF(0, 0, size, size), Qt.BrushStyle.BDiagPattern)
    elif name in ("direct_identifier", "quasi_identifier"):
        shapes.draw_identifies(painter, name, 3, size / 2, black)
    else:
        shapes.draw_mark(painter, Mark[name], 3, size / 2, black)
    painter.end()
    ink = np.frombuffer(image.constBits(), dtype=np.uint8).reshape(size, image.bytesPerLine())[:, :size]
    return 1 - ink / 255


def test_no_two_marks_have_one_shape(qapp: QApplication) -> None:
    names = (
        "SENSITIVE", "OBJECTION", "HAZARD", "UNKNOWN", "changed", "left_out",
        "direct_identifier", "quasi_identifier",
    )  # fmt: skip
    ink = {name: drawn(name) for name in names}
    assert all(one.sum() > 5 for one in ink.values())
    for one, other in combinations(names, 2):
        either, both = np.maximum(ink[one], ink[other]).sum(), np.minimum(ink[one], ink[other]).sum()
        assert both / either < 0.8, f"{one} and {other} are drawn alike"


@pytest.mark.parametrize("seen_by", SEEN_BY)
@pytest.mark.parametrize("name", THEMES)
def test_marks_stand_out_from_what_they_are_drawn_on(name: str, seen_by: str) -> None:
    colours = theme.tokens()[name]
    for mark, ground in (
        ("sensitive_mark", "sensitive_wash"), ("sensitive_mark", "paper"), ("objection_mark", "paper"),
        ("hazard_mark", "paper"), ("unknown_edge", "paper"), ("changed_mark", "changed_wash"),
        ("withheld_ink", "withheld_wash"), ("direct_ink", "direct_wash"),
    ):  # fmt: skip
        assert apart(colours[mark], colours[ground], seen_by) > 3 * GLANCE, (mark, ground)


@pytest.mark.parametrize("seen_by", [who for who in SEEN_BY if who != "no colours"])
@pytest.mark.parametrize("name", ["light", "dark"])
def test_lanes_and_grounds_are_told_apart(name: str, seen_by: str) -> None:
    """In grey, and in high contrast, the head of each lane and the words in a row are left."""
    colours = theme.tokens()[name]
    for one, other in combinations(LOOKS, 2):
        if STROKES.get(one, WHOLE) == STROKES.get(other, WHOLE):
            assert apart(colours[LOOKS[one][0]], colours[LOOKS[other][0]], seen_by) > GLANCE, (one, other)
    for one, other in combinations(GROUNDS, 2):
        assert apart(colours[one], colours[other], seen_by) > NOTICED, (one, other)
