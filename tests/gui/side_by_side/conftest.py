"""A session without a file, a page with invented rows, and waiting until nothing is on its way."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

sys.path.insert(0, str(Path(__file__).parent))

from invented_rows import InventedRows

from core.protection import Key, ObjectionSource
from gui import theme
from gui.jobs import Jobs
from gui.models.pages import PageCache
from gui.pages.side_by_side_page import SideBySidePage
from gui.session import Session
from gui.state import DetailContent, GoingTo


@pytest.fixture(autouse=True)
def light(qapp: QApplication) -> Iterator[None]:
    if theme.now.name != "light" or not qapp.styleSheet():
        theme.apply(qapp, "light")
    yield
    theme.now.colours.clear()


@pytest.fixture
def jobs(qtbot: QtBot) -> Iterator[Jobs]:
    made = Jobs()
    yield made
    made.close()


@pytest.fixture
def session(qtbot: QtBot) -> Iterator[Session]:
    made = Session()
    made.going_to = GoingTo("approved-research", "University of Bristol", "flu")
    yield made
    made.shutdown()


@pytest.fixture
def details(session: Session) -> list[DetailContent | None]:
    """What the detail strip was told, in order."""
    told: list[DetailContent | None] = []
    session.detail_changed.connect(told.append)
    return told


@pytest.fixture
def settle(qtbot: QtBot) -> Callable[[Session | Jobs], None]:
    """Wait until no job is on its way and what it brought has been shown."""

    def wait(what: Session | Jobs) -> None:
        jobs = what.jobs if isinstance(what, Session) else what
        quiet = 0
        while quiet < 3:
            qtbot.waitUntil(lambda: not jobs.running())
            QApplication.processEvents()
            quiet = 0 if jobs.running() else quiet + 1

    return wait


@pytest.fixture
def planned_page(
    qtbot: QtBot, session: Session, settle: Callable[[Session], None]
) -> Callable[[Path], SideBySidePage]:
    """A page with a file opened, surveyed and planned for approved research."""

    def make(path: Path) -> SideBySidePage:
        session.key = Key(bytes(range(32)))
        page = SideBySidePage(session)
        qtbot.addWidget(page)
        page.resize(1150, 640)
        page.show()
        page.shown()
        session.open_paths([path])
        settle(session)
        session.set_going_to(
            "approved-research", "University of Bristol", "flu", objection_sources=(ObjectionSource("codes"),)
        )
        settle(session)
        assert session.failure is None
        return page

    return make


@pytest.fixture
def rows() -> Callable[..., InventedRows]:
    return InventedRows


@pytest.fixture
def cache(jobs: Jobs) -> PageCache:
    return PageCache(jobs)


@pytest.fixture
def page_of(
    qtbot: QtBot, session: Session, settle: Callable[[Session], None]
) -> Callable[..., SideBySidePage]:
    """A page on the screen with a source in it, everything arrived."""

    def make(source: InventedRows, width: int = 1150, height: int = 640) -> SideBySidePage:
        page = SideBySidePage(session)
        qtbot.addWidget(page)
        page.resize(width, height)
        page.show()
        page.shown()
        page.show_source(source)
        settle(session)
        return page

    return make
