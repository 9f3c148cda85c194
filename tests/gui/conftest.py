"""Every test starts from nothing: no settings, no dialogs, and no thread left behind."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from gui import ask, theme
from gui.session import Session


@pytest.fixture(autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of its own, so that nobody's settings or documents are touched."""
    folder = tmp_path_factory.mktemp("home")
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "HOME", "APPDATA", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(folder))
    monkeypatch.setenv("THRESHOLD_LISTS", str(folder / "lists"))
    return folder


@pytest.fixture(autouse=True)
def no_dialogs(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """A dialog that opens by surprise would hang the suite: fail instead."""
    if request.node.get_closest_marker("real_dialogs") or request.module.__name__.endswith("test_ask"):
        return

    def surprise(*_args: object, **_kwargs: object) -> None:
        raise AssertionError("a dialog opened that the test did not expect")

    for name in (
        "files_to_open",
        "folder_to_open",
        "folder_to_save",
        "one_file",
        "key_file",
        "confirm",
        "before_putting_away",
        "tell",
    ):
        monkeypatch.setattr(ask, name, surprise)
    monkeypatch.setattr(ask, "before_closing", lambda *_a, **_k: "close")  # windows close after every test


@pytest.fixture
def light(qapp: QApplication) -> QApplication:
    """The light theme on the one application."""
    theme.apply(qapp, "light")
    return qapp


@pytest.fixture
def session(qapp: QApplication) -> Iterator[Session]:
    """A session whose jobs are waited for."""
    made = Session(key=None)
    yield made
    made.shutdown()
    left: list[Any] = [t.name for t in threading.enumerate() if t.name.startswith("threshold-")]
    assert not left
