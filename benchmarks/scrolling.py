"""How long the side-by-side page takes for a wheel step, a page step and a jump, flags painted.

    python benchmarks/scrolling.py [--rows 100000,20000000] [--size 1920x1080]

Both panes hold invented rows with every sort of flag. A step is timed from the turn of the wheel to
painted pixels of the whole page (both panes, headers, strip, detail), on the UI thread; for a jump also
until the rows that were not in memory have arrived. Beside the clock stands what the UI thread itself
worked, which another program on the machine does not change. Aims: wheel 16 ms (limit 40), page 80 ms.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "gui" / "side_by_side")]

from invented_rows import InventedRows
from PySide6.QtWidgets import QApplication

from gui import core_gate, theme
from gui.pages.side_by_side_page import SideBySidePage
from gui.session import Session
from gui.state import GoingTo
from gui.widgets.cell_delegate import ROW_HEIGHT

STEPS = 60
Took = tuple[float, float]  # milliseconds on the clock, and of the UI thread's own work


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rows", default="100000,20000000")
    options.add_argument("--size", default="1920x1080")
    chosen = options.parse_args()
    width, height = (int(part) for part in chosen.size.split("x"))
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    theme.apply(app, "light")
    core_gate.enter()  # the program does so while the window comes up
    slow = False
    for count in (int(part) for part in chosen.rows.split(",")):
        slow |= measure(app, count, width, height)
    return 1 if slow else 0


def measure(app: QApplication, count: int, width: int, height: int) -> bool:
    """Print one line a kind of step; True where the wheel's 95th percentile is past its limit."""
    session = Session()
    session.going_to = GoingTo("approved-research", "University of Bristol", "flu")
    page = SideBySidePage(session)
    page.resize(width, height)
    page.show()
    page.shown()
    started = time.perf_counter()
    page.show_source(InventedRows(count))
    settle(app, session)
    first = (time.perf_counter() - started) * 1000
    bar = page.panes.bar
    print(f"\n{count:,} rows at {width}x{height}: first rows, filters and overview {first:,.0f} ms")

    def step(value: int) -> Took:
        return timed(lambda: (bar.setValue(value), app.processEvents()))

    wheel = [step(bar.value() + 3 * ROW_HEIGHT) for _ in range(STEPS)]
    report("wheel step (3 rows)", wheel, 16)
    paged = [step(bar.value() + bar.pageStep()) for _ in range(STEPS)]
    report("page step", paged, 80)
    whole = [timed(lambda: repaint(app, page)) for _ in range(STEPS)]
    report("whole repaint, all flags", whole, 80)
    chance = random.Random(1)
    jumps: list[Took] = []
    arrived: list[Took] = []
    for _ in range(STEPS):
        value = chance.randrange(bar.maximum())
        arrived.append(timed(lambda to=value: (jumps.append(step(to)), until_seen(app, page))))
        settle(app, session)  # the pages beside it
    report("random jump, UI thread", jumps, 80)
    report("random jump, rows there", arrived, 80)
    page.next_flag()
    settle(app, session)
    report(
        "next flag (F8)", [timed(lambda: (page.next_flag(), app.processEvents())) for _ in range(STEPS)], 80
    )
    session.shutdown()
    page.hide()
    return percentile(wheel) > 40


def repaint(app: QApplication, page: SideBySidePage) -> None:
    for pane in (page.panes.raw, page.panes.out):
        pane.viewport().update()
    app.processEvents()


def timed(call: Callable[[], object]) -> Took:
    begun, busy = time.perf_counter(), time.thread_time()
    call()
    return (time.perf_counter() - begun) * 1000, (time.thread_time() - busy) * 1000


def settle(app: QApplication, session: Session) -> None:
    quiet = 0
    while quiet < 3:
        app.processEvents()
        quiet = 0 if session.jobs.running() else quiet + 1


def until_seen(app: QApplication, page: SideBySidePage) -> None:
    """Until every row on the screen is there and painted."""
    while not page.cache.has(*page.panes.raw.visible_places()):
        app.processEvents()
    app.processEvents()


def percentile(values: list[Took]) -> float:
    return sorted(wall for wall, _busy in values)[int(len(values) * 0.95)]


def report(what: str, values: list[Took], aim: float) -> None:
    middle, high = statistics.median(wall for wall, _busy in values), percentile(values)
    busy = statistics.median(busy for _wall, busy in values)
    verdict = "within" if high <= aim else "PAST"
    print(
        f"  {what:<26} median {middle:6.1f} ms (UI thread busy {busy:5.1f})   95% {high:6.1f} ms"
        f"   aim {aim:g} ms: {verdict}"
    )


if __name__ == "__main__":
    raise SystemExit(main())
