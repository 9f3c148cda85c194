from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from gui import app

ROOT = Path(__file__).resolve().parents[2]


def test_arguments() -> None:
    args = app._arguments(["a.csv", "b.csv"])
    assert args.paths == [Path("a.csv"), Path("b.csv")]
    assert not args.demo
    assert app._arguments(["--demo"]).demo
    assert app._arguments(["--screenshots", "x"]).screenshots == Path("x")
    with pytest.raises(SystemExit):
        app._arguments(["--no-such-option"])


def test_the_window_does_not_wait_for_pandas_or_pyarrow() -> None:
    """Heavy imports belong to jobs: nothing that builds the window may bring them in."""
    code = (
        "import sys\n"
        "from gui.app import make_application\n"
        "from gui import theme\n"
        "app = make_application()\n"
        "theme.apply(app, 'light')\n"
        "from gui.main_window import MainWindow\n"
        "from gui.session import Session\n"
        "session = Session()\n"
        "window = MainWindow(session)\n"
        "window.show()\n"
        "app.processEvents()\n"
        "heavy = {'pandas', 'pyarrow', 'openpyxl', 'pydantic'} & set(sys.modules)\n"
        "session.shutdown()\n"
        "sys.exit(1 if heavy else 0)\n"
    )
    env = os.environ | {"QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=env, capture_output=True, timeout=600)
    assert done.returncode == 0, done.stderr.decode()


def test_the_icon_is_there(qapp: Any) -> None:
    assert not app.make_application().windowIcon().isNull()


def test_nothing_is_printed_where_there_is_no_terminal(monkeypatch: Any) -> None:
    from gui import screenshots

    monkeypatch.setattr(sys, "stdout", None)
    screenshots._say("nobody hears this")


def test_the_window_does_not_wait_for_numpy() -> None:
    """Core brings numpy, pyarrow and pandas: half a second that a person need not look at nothing."""
    code = (
        "import sys\n"
        "from gui.app import make_application\n"
        "from gui.main_window import MainWindow\n"
        "from gui.session import Session\n"
        "app = make_application()\n"
        "window = MainWindow(Session())\n"
        "window.show()\n"
        "app.processEvents()\n"
        "print(sorted({'numpy', 'pyarrow', 'pandas', 'keyring', 'cryptography'} & set(sys.modules)))\n"
        "window.session.shutdown()\n"
    )
    env = os.environ | {"QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        env=env,
        timeout=600,
        check=True,
        cwd=ROOT,
    )
    assert done.stdout.strip() == "[]"
