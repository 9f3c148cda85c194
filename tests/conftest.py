"""Settings every test shares."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from PySide6.QtCore import QCoreApplication
from pytestqt.qtbot import QtBot

from gui.garbage import GarbageLooks

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# Nobody's own code lists may change what a test finds. A folder that is not there is an empty shelf.
os.environ["THRESHOLD_LISTS"] = str(Path(__file__).parent / "no-lists")
# What a test remembers of keys and look-ups goes nowhere near the person's own.
_OWN = tempfile.mkdtemp(prefix="threshold-tests-")
atexit.register(shutil.rmtree, _OWN, ignore_errors=True)
os.environ["THRESHOLD_KEYS"] = str(Path(_OWN) / "keys.json")
os.environ["THRESHOLD_HOLD_BACKS"] = str(Path(_OWN) / "hold-backs.json")
os.environ["THRESHOLD_LOOKS"] = str(Path(_OWN) / "looks.jsonl")
os.environ["THRESHOLD_AUDIT"] = str(Path(_OWN) / "look-ups.jsonl")
os.environ["THRESHOLD_PROFILES"] = str(Path(_OWN) / "profiles")
os.environ["THRESHOLD_RECIPIENTS"] = str(Path(_OWN) / "recipients.toml")

# A fixed slice: the same examples every time, so a failure can be repeated. `make soak` widens it.
settings.register_profile(
    "slice", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile(
    "soak",
    max_examples=int(os.environ.get("THRESHOLD_SOAK", "1000")),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "slice"))


@pytest.fixture(scope="session", autouse=True)
def standard_keys() -> Iterator[tuple[int, int]]:
    """Makes key files of tests with the least work that the program accepts; gives the KiB and passes of the
    program's own. A file says how it was sealed, so programs that tests start open it as quickly."""
    from core.protection.keys import key_file

    own = key_file._MEMORY_KIB, key_file._PASSES
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(key_file, "_MEMORY_KIB", key_file._MEMORY_RANGE[0])
        patch.setattr(key_file, "_PASSES", key_file._PASSES_RANGE[0])
        yield own


#: Waiting ends as soon as what is waited for is so: a limit only tells a fault from a busy machine.
PATIENCE_MS = 60_000


class PatientBot(QtBot):
    """Gives nothing up within a minute, whatever limit a test names, and lets the pages follow what came.

    They refresh themselves a turn of the loop later."""

    def waitUntil(self, callback: Callable[[], bool | None], *, timeout: int = 0) -> None:  # noqa: N802
        super().waitUntil(callback, timeout=max(timeout, PATIENCE_MS))
        for _turn in range(2):
            QCoreApplication.processEvents()

    def waitSignal(  # noqa: N802
        self, signal: Any, *, timeout: int = 0, raising: bool | None = None, **more: Any
    ) -> Any:
        least = timeout if raising is False else PATIENCE_MS  # False: whoever asks expects that nothing comes
        return super().waitSignal(signal, timeout=max(timeout, least), raising=raising, **more)


@pytest.fixture
def qtbot(qapp: Any, request: pytest.FixtureRequest) -> QtBot:
    """The bot of pytest-qt, with patience."""
    return PatientBot(request)


class LooksBetweenTests:
    """Garbage is looked for between tests too, where no event loop runs, and on the same thread as ever."""

    def __init__(self) -> None:
        self._looks = GarbageLooks()

    @pytest.hookimpl(trylast=True)
    def pytest_runtest_teardown(self) -> None:
        self._looks.look()


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(LooksBetweenTests())


SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real samples and published answers that stands beside the checkout."""
    if not SHARED.is_dir():
        if os.environ.get("CI") == "true":
            pytest.fail("the folder ../shared is missing, and CI must not skip what it checks")
        pytest.skip("the folder ../shared with real samples is not here")
    return SHARED
