from __future__ import annotations

import sys
import threading
from typing import Any

from gui.crash import CrashReporter, report

SECRET = "SMITH 999 123 4560"


def boom() -> None:
    raise ValueError(f"could not read {SECRET}")


def caught() -> tuple[Any, Any, Any]:
    try:
        boom()
    except ValueError:
        return sys.exc_info()
    raise AssertionError


def test_a_report_holds_the_place_and_no_value() -> None:
    kind, _error, trace = caught()
    text, site = report(kind, trace)
    assert "ValueError" in text
    assert "in boom" in text
    assert SECRET not in text
    assert "boom" in site


def test_one_dialog_a_site(qtbot: Any) -> None:
    shown: list[str] = []
    reporter = CrashReporter(shown.append)
    for _ in range(7):  # a broken data() fails once for every cell of a paint
        reporter.caught(*caught())
    qtbot.waitUntil(lambda: bool(shown))
    assert len(shown) == 1
    assert SECRET not in shown[0]


def test_a_fault_on_a_thread_is_shown_on_the_ui_thread(qtbot: Any) -> None:
    shown: list[str] = []
    reporter = CrashReporter(lambda _text: shown.append(threading.current_thread().name))
    thread = threading.Thread(target=lambda: reporter.caught(*caught()), name="worker")
    thread.start()
    thread.join()
    qtbot.waitUntil(lambda: bool(shown))
    assert shown == [threading.current_thread().name]


def test_the_hooks_are_set(qapp: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    reporter = CrashReporter(lambda _text: None)
    reporter.install()
    assert sys.excepthook == reporter.caught
    assert threading.excepthook == reporter._caught_on_thread
