"""Starts Threshold's windows: on a file, on the demo practice, or on the Open page."""

from __future__ import annotations

import argparse
import multiprocessing
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from core import __version__
from resources import ROOT


def main(argv: Sequence[str] | None = None) -> int:
    """Run the program; its exit status."""
    multiprocessing.freeze_support()  # first: a frozen program starts itself again for its workers
    args = _arguments(sys.argv[1:] if argv is None else argv)
    if args.self_test or args.screenshots:
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    if args.self_test is not None:
        from gui.self_test import run

        return run(args.self_test)
    if args.screenshots is not None:
        from gui.screenshots import take_all

        return take_all(args.screenshots, tuple(args.paths), few=args.few)
    return _windows(args)


def _arguments(argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="threshold", description="What is in a file, and what would leave.")
    parser.add_argument("paths", nargs="*", type=Path, help="the file, files or folder to open")
    parser.add_argument("--demo", action="store_true", help="open the built-in demo practice")
    parser.add_argument("--screenshots", type=Path, metavar="DIR", help="draw every page into DIR, then quit")
    parser.add_argument("--few", action="store_true", help="with --screenshots: those of the README only")
    parser.add_argument("--self-test", type=Path, metavar="DIR", help="export the demo into DIR, then quit")
    parser.add_argument("--version", action="version", version=f"Threshold {__version__}")
    return parser.parse_args(list(argv))


def _windows(args: argparse.Namespace) -> int:
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication

    from gui import theme
    from gui.crash import CrashReporter
    from gui.main_window import MainWindow
    from gui.session import Session
    from gui.settings import Settings

    app = make_application()
    chosen = Settings.load().theme
    theme.apply(app, next((name for name in theme.CHOICES if name == chosen), "system"))
    theme.follow_system(app)
    session = Session()
    window = MainWindow(session)
    crash = CrashReporter(window.tell_crash, window)
    crash.install()
    window.resize(1366, 768)
    window.show()

    def begin() -> None:
        session.warm_up()
        if args.paths:
            session.open_paths(args.paths)
            return
        if args.demo:
            session.open_demo()
        window.tour.offer()

    QTimer.singleShot(0, begin)
    status: int = QApplication.exec()
    session.shutdown()
    return status


def make_application() -> QApplication:  # noqa: F821 - Qt is imported after freeze_support
    """The one QApplication, named and with its icon."""
    from PySide6.QtGui import QIcon
    from PySide6.QtWidgets import QApplication

    app = QApplication.instance() or QApplication(["threshold"])
    assert isinstance(app, QApplication)
    app.setApplicationName("threshold")
    app.setApplicationDisplayName("Threshold")
    app.setApplicationVersion(__version__)
    app.setDesktopFileName("threshold")
    icon = ROOT / "icons" / "threshold.svg"
    app.setWindowIcon(QIcon(str(icon)))
    return app


if __name__ == "__main__":
    sys.exit(main())
