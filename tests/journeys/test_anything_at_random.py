"""Random acts by the thousand: no exception, no thread left behind, and the memory stays where it was.

The suite does some of them, so that it stays quick, each after the one before has come to its end, so that
it finds the same every time. `make soak` does ten thousand on one another's heels (THRESHOLD_ACTS).
"""

from __future__ import annotations

import gc
import inspect
import os
import random
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QWidget

from gui import ask
from gui.main_window import MainWindow
from gui.session import demo_paths
from tests.journeys.random_person import RandomPerson

HASTE = "THRESHOLD_ACTS" in os.environ
ACTS = int(os.environ.get("THRESHOLD_ACTS", "700"))
SEED = int(os.environ.get("THRESHOLD_SEED", "2013"))
LOOKS = 12  # how often the memory is looked at
GROWTH_MB = 160  # from the first third on: bounded caches fill up a little longer, with some seeds by 65 MB


def memory_mb() -> float:
    gc.collect()
    return float(psutil.Process().memory_info().rss) / 2**20


def stand_in_for_dialogs(monkeypatch: pytest.MonkeyPatch, dice: random.Random, place: Path) -> None:
    """Every dialog of the one seam answers at random, whatever is added to it."""
    files = list(demo_paths())

    def answer(kind: str) -> Callable[..., object]:
        def answered(*_args: object, **_more: object) -> object:
            if kind == "bool":
                return dice.random() < 0.7
            if kind.startswith("list"):
                return files
            if "None" in kind and dice.random() < 0.3:
                return None
            if kind.startswith("Path"):
                return place / dice.choice(("one", "two.json", "three.key"))
            return dice.choice(("", "Dr A Example", "5")) if kind.startswith("str") else None

        return answered

    for name, function in inspect.getmembers(ask, inspect.isfunction):
        if function.__module__ == ask.__name__ and not name.startswith("_"):
            kind = str(inspect.signature(function).return_annotation)
            monkeypatch.setattr(ask, name, answer(kind))


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_anything_at_random(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: Any
) -> None:
    for name in ("LISTS", "RECIPIENTS", "AUDIT", "PROFILES", "KEYS", "LOOKS", "GP_ONLY"):
        monkeypatch.setenv(f"THRESHOLD_{name}", str(tmp_path / name.lower()))
    person = RandomPerson(window, SEED)
    stand_in_for_dialogs(monkeypatch, person.dice, tmp_path)
    session = window.session
    session.warm_up()
    session.open_demo()
    person.rest()
    session.set_going_to("approved-research", "Bristol Trial Unit", "Feet")
    person.rest()
    told: list[str] = []
    seen: list[float] = []
    widgets: list[int] = []
    for act in range(ACTS):
        person.act()
        if not HASTE:
            person.rest()
        if act % (ACTS // LOOKS) == 0:
            person.rest()
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
            seen.append(memory_mb())
            widgets.append(len(window.findChildren(QWidget)))
            told.append(f"{act:6,} {seen[-1]:7.1f} MB {widgets[-1]:5,} widgets")
    person.rest()
    seen.append(memory_mb())
    with capsys.disabled():
        if os.environ.get("THRESHOLD_TELL"):
            print("\n".join(["", *told, str(person.did)]))  # noqa: T201
    third = len(seen) // 3
    growth = min(seen[-3:]) - max(seen[third], seen[0])
    assert growth < GROWTH_MB, f"grew by {growth:.0f} MB: {told}"
    names = {t.name.rpartition("_")[0] or t.name for t in threading.enumerate()}
    ours = {name for name in names if name.startswith("threshold-")}
    assert ours <= {"threshold-long", "threshold-quick", "threshold-panes"}, ours
    assert sum(person.did.values()) == ACTS
