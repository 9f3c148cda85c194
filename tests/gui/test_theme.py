"""Colours: enough contrast for every pair that is used, in every theme; nothing undefined in the QSS."""

from __future__ import annotations

import re
from pathlib import Path
from types import SimpleNamespace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication

from gui import theme

THEMES = ("light", "dark", "high_contrast", "high_contrast_light")


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_black_on_white_is_21_to_1() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize(
    ("name", "section", "least"),
    [
        *((name, "pairs", 4.5) for name in ("light", "dark")),
        *((name, "edges", 3.0) for name in ("light", "dark")),
        *((name, "pairs", 7.0) for name in sorted(theme.HIGH_CONTRAST)),
        *((name, "edges", 4.5) for name in sorted(theme.HIGH_CONTRAST)),
    ],
)
def test_every_pair_has_enough_contrast(name: str, section: str, least: float) -> None:
    colours, pairs = theme.tokens()[name], theme.tokens()[section]
    poor = [
        f"{front} on {back}: {contrast(colours[front], colours[back]):.2f}"
        for front, backs in pairs.items()
        for back in backs
        if contrast(colours[front], colours[back]) < least
    ]
    assert poor == []


def test_every_colour_of_text_is_in_a_pair() -> None:
    """An ink that no pair names would be checked nowhere."""
    inks = {t for t in theme.tokens()["light"] if "ink" in t.split("_") or t.startswith("on_")}
    assert inks - set(theme.tokens()["pairs"]) == set()


def test_the_themes_have_the_same_tokens() -> None:
    light, *others = (set(theme.tokens()[name]) for name in THEMES)
    assert all(other == light for other in others)


@pytest.mark.parametrize("name", THEMES)
def test_the_style_sheet_is_filled_in(name: str) -> None:
    text = theme.style_sheet(name)
    assert "$" not in text
    for path in re.findall(r'url\("([^"]+)"\)', text):
        assert Path(path).is_file(), path


def test_text_and_background_of_the_style_sheet_are_checked_pairs() -> None:
    """A rule that sets both must use a pair that the contrast test covers."""
    source = (theme.FOLDER / "threshold.qss").read_text(encoding="utf-8")
    checked = {(front, back) for front, backs in theme.tokens()["pairs"].items() for back in backs}
    for body in re.findall(r"\{([^}]*)\}", source):
        front = re.search(r"(?<![-\w])color: \$(\w+)", body)
        back = re.search(r"(?<![-\w])background: \$(\w+)", body)
        if front and back:
            assert (front[1], back[1]) in checked, (front[1], back[1])


def test_dark_is_dark_and_light_again(qapp: QApplication) -> None:
    theme.apply(qapp, "dark")
    assert theme.now.name == "dark"
    assert qapp.palette().color(QPalette.ColorRole.Window).lightness() < 60
    theme.apply(qapp, "light")
    assert qapp.palette().color(QPalette.ColorRole.Window).lightness() > 200
    assert theme.colour("ink").name() == theme.tokens()["light"]["ink"]


def test_high_contrast_drops_the_style_sheet(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(theme, "wants_high_contrast", lambda _app: True)
    for light, wanted in ((False, "high_contrast"), (True, "high_contrast_light")):
        monkeypatch.setattr(theme, "light_system", lambda _app, light=light: light)
        theme.apply(qapp, "light")
        assert qapp.styleSheet() == ""
        assert theme.now.name == wanted
    monkeypatch.undo()
    theme.apply(qapp, "light")
    assert qapp.styleSheet()


def test_high_contrast_may_be_chosen(qapp: QApplication) -> None:
    theme.apply(qapp, "high_contrast")
    assert theme.now.name == "high_contrast"
    assert qapp.styleSheet() == theme.style_sheet("high_contrast")
    assert qapp.palette().color(QPalette.ColorRole.Window).name() == "#000000"
    theme.apply(qapp, "high_contrast_light")
    assert qapp.styleSheet() == theme.style_sheet("high_contrast_light")
    assert qapp.palette().color(QPalette.ColorRole.Window).name() == "#ffffff"
    assert theme.colour("ink").name() == "#000000"
    theme.apply(qapp, "light")


def test_the_systems_colours_are_told_from_its_palette(
    qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the windows paint goes with what the system paints: never white on a white ground."""
    for shade, light in (("#ffffff", True), ("#fffaef", True), ("#2d3236", False), ("#000000", False)):
        made = QPalette()
        made.setColor(QPalette.ColorRole.Window, QColor(shade))
        style = SimpleNamespace(standardPalette=lambda made=made: made)
        assert theme.light_system(SimpleNamespace(style=lambda style=style: style)) is light  # type: ignore[arg-type]


def test_nothing_slides_or_fades(qapp: QApplication) -> None:
    theme.apply(qapp, "light")
    assert not qapp.isEffectEnabled(Qt.UIEffect.UI_AnimateMenu)
    assert theme.wants_less_motion(qapp) in (True, False)


def test_those_who_paint_are_told(qapp: QApplication) -> None:
    told = []
    theme.now.changed.connect(lambda: told.append(theme.now.name))
    theme.apply(qapp, "dark")
    theme.apply(qapp, "light")
    assert told == ["dark", "light"]


def test_the_font_is_there_and_14_px(qapp: QApplication) -> None:
    assert QFontDatabase.families()
    assert theme.font().pixelSize() == 14


def test_following_the_system(qapp: QApplication) -> None:
    expected = "dark" if qapp.styleHints().colorScheme() == Qt.ColorScheme.Dark else "light"
    assert theme.resolve(qapp, "system") == expected
