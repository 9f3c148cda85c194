"""The handbook: a page for every page of the window, links and pictures that are there, plain words, F1."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QTextDocument
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from gui import handbook
from gui.accessibility import silent_widgets
from gui.help_window import HelpWindow, offer, page_for
from gui.main_window import MainWindow
from gui.pages import PAGES
from gui.session import Session

ROOT = Path(__file__).parents[2]
PICTURES = ROOT / "docs" / "screenshots"
NAMES = sorted(path.stem for path in handbook.FOLDER.glob("*.md"))
LINK = re.compile(r"(?<!!)\[[^\]]+\]\(([^)]+)\)")
PICTURE = re.compile(r"!\[([^\]]*)\]\(\.\./screenshots/([^)]+)\)")
JARGON = re.compile(
    r"suppress|anonym|pseudonym|\bsafe(ly)?\b|\bQI\b|(?-i:\bk\b)|quasi|threshold-cli|(?<![\w-])--[a-z]|\beg\b|\be\.g\.|"
    r"\bGUI\b|\bdialog\b|\bclick\b|\bplease\b|\bregex\b|\bhash\b|\b[a-z]+_[a-z_]+\b|https?:",
    re.I,
)
IMAGE = QTextDocument.ResourceType.ImageResource.value


@pytest.fixture
def window(qtbot: Any, light: Any, session: Session) -> Iterator[MainWindow]:
    made = MainWindow(session)
    qtbot.addWidget(made)
    made.show()
    yield made
    made.close()


@pytest.fixture
def help_window(qtbot: Any, light: Any) -> HelpWindow:
    made = HelpWindow()
    qtbot.addWidget(made)
    made.resize(900, 700)
    return made


def prose(name: str) -> str:
    """What stands on a page for a person: without the addresses of links and pictures."""
    return re.sub(r"\]\([^)]*\)", "]", handbook.read(name))


def test_every_page_of_the_window_has_its_page_of_the_handbook() -> None:
    windows = {"recipients", "key-for-the-codes", "held-back", "code-lists"}
    others = {"first-steps", "keys", "patients", "privacy", "what-to-do-when"}
    assert {page_for(page) for page in PAGES} | windows | others <= set(NAMES)
    assert {page.name for page in handbook.pages()} == set(NAMES)  # none that nobody finds


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.page_id))
def test_a_page_tells_what_it_answers_and_what_can_go_wrong(page: Any) -> None:
    text = handbook.read(page_for(page))
    assert text.startswith(f"# {page.title}\n\n**{page.question}**\n")
    assert f"{page.page_id.replace('_', '-')}-1366x768-light.png" in text
    parts = re.findall(r"^## (.+)$", text, re.M)
    for part in ("What you see", "What to do", "Keys", "Questions people ask", "What can go wrong"):
        assert part in parts, part
    assert page.question in handbook.read(handbook.FIRST)


@pytest.mark.parametrize("name", NAMES)
def test_links_and_pictures_are_there(name: str) -> None:
    text = handbook.read(name)
    for target in LINK.findall(text):
        assert re.fullmatch(r"[a-z0-9-]+\.md", target), target
        assert (handbook.FOLDER / target).is_file(), target
    for words, picture in PICTURE.findall(text):
        assert len(words) > 10, f"{picture} has no words for whoever does not see it"
        assert (PICTURES / picture).is_file(), picture


@pytest.mark.parametrize("name", NAMES)
def test_the_words_are_plain(name: str) -> None:
    text = prose(name)
    assert [found[0] for found in JARGON.finditer(text)] == []
    for sentence in re.split(r"(?<=[.!?:])\s+|\n\s*\n|\|", text.replace("\n- ", "\n\n")):
        assert len(sentence.split()) <= 28, sentence
    for heading in re.findall(r"^#+ (.+)$", text, re.M):
        assert not re.search(r"\s(?!(?:EMIS|GP|NHS|Threshold|F\d|I)\b)[A-Z]", heading.partition(":")[0]), (
            heading
        )


def test_no_picture_is_left_that_nothing_shows() -> None:
    used = {picture for name in NAMES for _words, picture in PICTURE.findall(handbook.read(name))}
    used |= set(re.findall(r"\(docs/screenshots/([^)]+)\)", (ROOT / "README.md").read_text(encoding="utf-8")))
    there = {path.name for path in PICTURES.glob("*.png")}
    assert used == there
    assert sum(path.stat().st_size for path in PICTURES.glob("*.png")) < 3_000_000


def test_f1_opens_the_page_in_front_and_blocks_nothing(window: MainWindow, qtbot: Any) -> None:
    for page_id, page in window.pages.items():
        window.go_to(page_id)
        window.menus.help_here()
        opened = window.menus.handbook
        assert opened is not None
        assert opened.name == page_for(page)
        assert not opened.isModal()
        assert handbook.title(opened.name) in opened.text.toPlainText()
    window.menus.keys()
    opened = window.menus.handbook
    assert opened is not None
    assert "Ctrl+O" in opened.text.toPlainText()
    window.close()
    qtbot.waitUntil(lambda: not opened.isVisible())


def test_every_key_of_the_menus_stands_in_the_handbook(window: MainWindow) -> None:
    text = handbook.words_of("keys")
    missing = [
        f"{action.text()} {keys}"
        for menu in window.menuBar().actions()
        for action in (menu.menu().actions() if menu.menu() is not None else ())  # type: ignore[attr-defined]
        for keys in [s.toString() for s in action.shortcuts()]
        if not re.fullmatch(r"Ctrl\+\d|Open", keys) and keys not in text
    ]
    assert missing == []


def test_the_handbook_goes_back_finds_and_speaks(help_window: HelpWindow, qtbot: Any) -> None:
    help_window.show_page("open")
    help_window.text.anchorClicked.emit(QUrl("going-to.md"))
    assert help_window.name == "going-to"
    QTest.keyClick(help_window, "L")  # typing anywhere does nothing bad
    help_window.go_back()
    assert help_window.name == "open"
    assert not help_window.back.isEnabled()
    help_window.find.setText("curtain history")
    shown = [
        help_window.list.item(n).text()
        for n in range(help_window.list.count())
        if not help_window.list.item(n).isHidden()
    ]
    assert shown == [handbook.title("privacy")]
    help_window.find.setText("curtain")
    help_window.find_now()
    assert help_window.text.textCursor().selectedText().casefold() == "curtain"
    help_window.find.setText("zzzz")
    assert "No page" in help_window.said.text()
    assert silent_widgets(help_window) == []
    help_window.show_page("no-such-page")
    assert help_window.name == handbook.FIRST


def test_nothing_but_the_handbook_is_ever_read(help_window: HelpWindow, tmp_path: Path) -> None:
    """No address, no other file, whatever a page says."""
    text = help_window.text
    help_window.show_page("open")
    assert not text.loadResource(IMAGE, QUrl("../screenshots/open-1366x768-light.png")).isNull()
    other = tmp_path / "x.png"
    other.write_bytes((PICTURES / "open-1366x768-light.png").read_bytes())
    for address in (
        QUrl.fromLocalFile(str(other)), QUrl(str(other)), QUrl("https://example.org/x.png"),
        QUrl("//example.org/x.png"), QUrl("../../../../../../etc/passwd"), QUrl("../../LICENSE"),
    ):  # fmt: skip
        assert text.loadResource(IMAGE, address) is None, address
    assert text.loadResource(QTextDocument.ResourceType.HtmlResource.value, QUrl("open.md")) is None
    for address in ("https://example.org", "../../LICENSE", "/etc/passwd.md", "../../README.md"):
        text.anchorClicked.emit(QUrl(address))
        assert help_window.name in {"open", handbook.FIRST}
    assert not handbook.inside(other)
    assert handbook.read("../profiles") == ""


@pytest.mark.parametrize("size", [(920, 720), (400, 300)])
def test_pictures_fit_the_window(help_window: HelpWindow, qtbot: Any, size: tuple[int, int]) -> None:
    help_window.show_page("side-by-side")
    help_window.resize(*size)
    text = help_window.text
    drawn = lambda: help_window._drawn_at == text.viewport().width()  # noqa: E731
    qtbot.waitUntil(lambda: drawn() and text.horizontalScrollBar().maximum() == 0)


def test_f1_answers_in_a_window_before_the_menus(qtbot: Any, light: Any) -> None:
    from PySide6.QtCore import Qt
    from PySide6.QtWidgets import QDialog

    asked: list[str] = []
    dialog = QDialog()
    qtbot.addWidget(dialog)
    offer(dialog, "recipients", asked.append)
    dialog.show()
    dialog.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is dialog)
    QTest.keyClick(dialog, Qt.Key.Key_F1)
    assert asked == ["recipients"]


def test_a_copy_without_its_handbook_says_so(
    help_window: HelpWindow, monkeypatch: Any, tmp_path: Path
) -> None:
    monkeypatch.setattr(handbook, "FOLDER", tmp_path)
    handbook.pages.cache_clear()
    try:
        help_window.show_page("open")
        assert "came without" in help_window.text.toPlainText()
    finally:
        monkeypatch.undo()
        handbook.pages.cache_clear()
