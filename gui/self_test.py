"""Opens the demo practice in every form and exports it, as the frozen program does where it was built."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from gui.app import make_application
from gui.self_test_forms import opens_every_form
from gui.waiting import until


def run(folder: Path) -> int:
    """0 when the demo practice opened in every form, was exported into `folder` and every check passed."""
    from gui import theme
    from gui.main_window import MainWindow
    from gui.session import Session

    app = make_application()
    theme.apply(app, "light")
    from core.protection import create_key

    session = Session(key=create_key())
    window = MainWindow(session)
    window.resize(1366, 768)
    window.show()
    try:
        with TemporaryDirectory() as forms:
            opened = opens_every_form(Path(forms))
        return 0 if opened and _has_its_handbook() and _export(session, folder) else 1
    finally:
        session.close_export()  # nothing to ask about
        window.close()
        session.shutdown()


def _has_its_handbook() -> bool:
    """Whether what F1 opens came along, with its pictures."""
    from gui import handbook

    return bool(handbook.pages()) and any((handbook.DOCS / "screenshots").glob("*.png"))


def _export(session: Session, folder: Path) -> bool:  # noqa: F821 - Qt waits for the application
    session.open_demo()
    if not until(lambda: session.survey is not None or session.failure is not None):
        return False
    if session.survey is None:
        return False
    from core.protection.plan import ObjectionSource

    session.set_going_to(
        "approved-research",
        "Self-test",
        "Self-test",
        objection_sources=[ObjectionSource("codes")],
        assume_registered=not session.survey.patients.has_status,
    )
    until(lambda: (session.plan is not None and not session.planning) or session.failure is not None)
    if session.plan is None or not all(gate.passed for gate in session.gates):
        return False
    session.save_release(folder)
    until(lambda: session.release is not None or session.failure is not None)
    return session.release is not None and all(check.passed for check in session.release.checks)
