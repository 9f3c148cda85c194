"""The two models over one page cache: what they answer, when, and from where."""

from __future__ import annotations

import threading
from collections.abc import Callable

import numpy as np
from invented_rows import InventedRows
from PySide6.QtCore import Qt
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from gui.jobs import Jobs
from gui.models.pages import KEPT, MOST_ROWS, PAGE, PageCache
from gui.models.preview_model import EXACT_ROLE, MARKS_ROLE, OUT, PLACEHOLDER, RAW, PreviewModel
from gui.models.row_source import LEFT_OUT, Mark

DISPLAY = Qt.ItemDataRole.DisplayRole
SPOKEN = Qt.ItemDataRole.AccessibleTextRole
TIP = Qt.ItemDataRole.ToolTipRole
Settle = Callable[[Jobs], None]


class Held(InventedRows):
    """Gives the first `free` parts at once, and the others when it is let go."""

    def __init__(self, count: int, free: int = 0) -> None:
        super().__init__(count)
        self.free, self.go = free, threading.Event()

    def rows(self, table, numbers):  # type: ignore[no-untyped-def]
        if len(self.asked) >= self.free:
            self.go.wait(60)
        return super().rows(table, numbers)


def test_both_models_keep_qts_rules(
    cache: PageCache, jobs: Jobs, settle: Settle, qtmodeltester: ModelTester
) -> None:
    models = [PreviewModel(cache, side) for side in (RAW, OUT)]
    cache.set_view(InventedRows(200), "events")
    for model in models:
        model.data(model.index(0, 0))
    settle(jobs)
    for model in models:
        qtmodeltester.check(model, force_py=True)


def test_a_cell_is_a_placeholder_until_its_page_came_and_the_model_says_when(
    cache: PageCache, jobs: Jobs, qtbot: QtBot
) -> None:
    model = PreviewModel(cache, RAW)
    cache.set_view(InventedRows(1000), "events")
    assert model.data(model.index(300, 1), DISPLAY) == PLACEHOLDER
    with qtbot.waitSignal(model.dataChanged) as changed:
        pass
    assert changed.args[0].row() <= 300 <= changed.args[1].row()
    assert model.data(model.index(300, 1), DISPLAY) == "THORNE"


def test_row_fifty_million_answers_at_once_and_then_truly(
    cache: PageCache, jobs: Jobs, settle: Settle
) -> None:
    source = InventedRows(300)
    source._shape = type(source._shape)(60_000_000, source._shape.raw, source._shape.out)
    model = PreviewModel(cache, RAW)
    cache.set_view(source, "events")
    assert model.rowCount() == MOST_ROWS == 50_000_000
    assert cache.total() == 60_000_000
    last = model.index(MOST_ROWS - 1, 0)
    assert model.data(last, DISPLAY) == PLACEHOLDER
    settle(jobs)
    assert model.data(last, DISPLAY) == source.row(MOST_ROWS - 1).raw[0]
    assert model.headerData(MOST_ROWS - 1, Qt.Orientation.Vertical) == "50,000,000"


def test_many_columns_lower_the_cap_that_screen_readers_count_to(cache: PageCache) -> None:
    source = InventedRows(300)
    wide = tuple(source._shape.raw[0] for _ in range(10_000))
    source._shape = type(source._shape)(20_000_000, wide, ())
    cache.set_view(source, "events")
    assert cache.count() * 10_001 < 2**31


def test_only_a_few_pages_are_kept(cache: PageCache, jobs: Jobs, settle: Settle) -> None:
    source = InventedRows(PAGE * (KEPT + 40))
    model = PreviewModel(cache, RAW)
    cache.set_view(source, "events")
    for page in range(KEPT + 40):
        cache.row_at(page * PAGE)
        settle(jobs)
    assert len(cache._pages) == KEPT
    assert cache.peek(0) is None
    assert model.data(model.index(PAGE * (KEPT + 39), 1), DISPLAY) != PLACEHOLDER


def test_a_dragged_bar_does_not_queue_up_work(cache: PageCache, jobs: Jobs, settle: Settle) -> None:
    source = Held(1_000_000)
    cache.set_view(source, "events")
    for place in range(0, 1_000_000, 2_000):
        cache.row_at(place)
    source.go.set()
    settle(jobs)
    assert len(source.asked) < 20
    assert cache.peek(998_000) is not None, "the newest request is the one that is answered"


def test_a_page_of_an_earlier_view_is_never_shown(cache: PageCache, jobs: Jobs, settle: Settle) -> None:
    cache.set_view(InventedRows(500, delay_s=0.05, surname="BEFORE"), "events")
    cache.row_at(0)
    cache.set_view(InventedRows(500, surname="AFTER"), "events")
    cache.row_at(0)
    settle(jobs)
    row = cache.row_at(0)
    assert row is not None
    assert row.raw[1] == "AFTER"


def test_a_filter_is_an_index_array(cache: PageCache, jobs: Jobs, settle: Settle) -> None:
    source = InventedRows(5_000)
    positions = source.positions("events", (LEFT_OUT,))
    assert positions is not None
    out = PreviewModel(cache, OUT)
    cache.set_view(source, "events", positions)
    assert out.rowCount() == len(positions)
    cache.row_at(len(positions) - 1)
    settle(jobs)
    last = cache.row_at(len(positions) - 1)
    assert last is not None
    assert last.number == positions[-1]
    assert out.headerData(0, Qt.Orientation.Vertical) == f"{positions[0] + 1:,}"
    assert cache.place_of(int(positions[3])) == 3
    left_in = int(np.setdiff1d(np.arange(5_000), positions)[0])
    assert cache.place_of(left_in) is None


def test_rows_of_a_filter_show_as_they_come(cache: PageCache, jobs: Jobs, qtbot: QtBot) -> None:
    source = Held(50_000, free=1)
    positions = source.positions("events", (LEFT_OUT,))
    cache.set_view(source, "events", positions)
    cache.row_at(0)
    with qtbot.waitSignal(cache.page_ready):
        pass
    assert cache.peek(0) is not None
    assert cache.peek(PAGE - 1) is None, "the rest is still on its way"
    source.go.set()
    qtbot.waitUntil(lambda: cache.peek(PAGE - 1) is not None)


def test_half_a_page_is_given_up_for_a_newer_one_and_read_again_when_looked_at(
    cache: PageCache, jobs: Jobs, settle: Settle, qtbot: QtBot
) -> None:
    source = InventedRows(50_000, delay_s=0.03)
    cache.set_view(source, "events", source.positions("events", (LEFT_OUT,)))
    cache.row_at(0)
    with qtbot.waitSignal(cache.page_ready):
        pass
    cache.row_at(20 * PAGE)
    qtbot.waitUntil(lambda: cache.peek(20 * PAGE) is not None)
    settle(jobs)
    cache.row_at(0)
    settle(jobs)
    assert cache.peek(PAGE - 1) is not None
    assert cache.peek(21 * PAGE - 1) is not None


def test_two_pages_on_the_screen_do_not_take_each_others_place(
    cache: PageCache, jobs: Jobs, settle: Settle, qtbot: QtBot
) -> None:
    source = InventedRows(50_000, delay_s=0.01)
    cache.set_view(source, "events", source.positions("events", (LEFT_OUT,)))

    def painted(*_: object) -> None:
        for place in (PAGE - 1, PAGE):  # a repaint asks for every row that is seen
            cache.row_at(place)
        cache.touch(PAGE - 10, PAGE + 10)

    cache.page_ready.connect(painted)
    painted()
    qtbot.waitUntil(lambda: None not in (cache.peek(PAGE - 1), cache.peek(2 * PAGE - 1)))
    settle(jobs)


def loaded(cache: PageCache, jobs: Jobs, settle: Settle, source: InventedRows, side: str) -> PreviewModel:
    model = PreviewModel(cache, side)
    cache.set_view(source, "events")
    cache.row_at(0)
    settle(jobs)
    return model


def test_flags_are_spoken(cache: PageCache, jobs: Jobs, settle: Settle) -> None:
    raw = loaded(cache, jobs, settle, InventedRows(100), RAW)
    assert raw.data(raw.index(0, 0), SPOKEN) == "NHS Number: 999 000 0000, names a patient"
    assert "sensitive: Mental health" in raw.data(raw.index(1, 5), SPOKEN)
    assert "objection" in raw.data(raw.index(4, 5), SPOKEN)
    assert "this patient has an objection" in raw.data(raw.index(6, 0), SPOKEN)
    assert "not understood" in raw.data(raw.index(20, 6), SPOKEN)
    assert "hidden data" in raw.data(raw.index(7, 7), SPOKEN)
    assert raw.headerData(1, Qt.Orientation.Horizontal, SPOKEN) == "Family Name, names a patient, left out"
    out = PreviewModel(cache, OUT)
    assert "changed" in out.data(out.index(0, 0), SPOKEN)
    assert out.data(out.index(6, 3), SPOKEN) == "Row 7. Left out: the patient objected (Type 1)"


def test_marks_differ_by_side(cache: PageCache, jobs: Jobs, settle: Settle) -> None:
    raw = loaded(cache, jobs, settle, InventedRows(100), RAW)
    out = PreviewModel(cache, OUT)
    assert raw.data(raw.index(1, 5), MARKS_ROLE) == int(Mark.SENSITIVE)
    assert out.data(out.index(1, 4), MARKS_ROLE) == int(Mark.SENSITIVE), "the field keeps its flag"
    assert out.data(out.index(0, 1), MARKS_ROLE) == int(Mark.CHANGED)


def test_a_surname_with_html_is_text(cache: PageCache, jobs: Jobs, settle: Settle) -> None:
    name = "<b>SMITH</b><img src='file:///etc/passwd'>"
    raw = loaded(cache, jobs, settle, InventedRows(10, surname=name), RAW)
    cell = raw.index(0, 1)
    assert raw.data(cell, DISPLAY) == name
    assert "<img" not in raw.data(cell, TIP)
    assert "&lt;img src=" in raw.data(cell, TIP)


def test_the_tool_tip_of_a_changed_cell_says_why_and_which_rule(
    cache: PageCache, jobs: Jobs, settle: Settle
) -> None:
    out = loaded(cache, jobs, settle, InventedRows(10), OUT)
    tip = out.data(out.index(0, 1), TIP)
    assert "Only the year is given." in tip
    assert "profile: dates" in tip


def test_exact_text_is_kept_beside_what_is_painted(cache: PageCache, jobs: Jobs, settle: Settle) -> None:
    name = "O'NEIL\nJUNIOR\u200b \t"
    raw = loaded(cache, jobs, settle, InventedRows(10, surname=name), RAW)
    assert raw.data(raw.index(0, 1), EXACT_ROLE) == name
    assert raw.data(raw.index(0, 1), DISPLAY) == "O'NEIL⏎JUNIOR‹U+200B› ⇥"
    assert raw.data(raw.index(1, 7), EXACT_ROLE) is None
    assert raw.data(raw.index(1, 7), DISPLAY) == ""


def test_other_roles_are_answered_before_anything_is_looked_up(cache: PageCache, jobs: Jobs) -> None:
    source = InventedRows(1000)
    model = PreviewModel(cache, RAW)
    cache.set_view(source, "events")
    for role in (Qt.ItemDataRole.FontRole, Qt.ItemDataRole.BackgroundRole, Qt.ItemDataRole.SizeHintRole):
        assert model.data(model.index(500, 0), role) is None
    jobs.wait()
    assert source.asked == []


def test_a_file_that_went_away_is_told_once(cache: PageCache, jobs: Jobs, settle: Settle) -> None:
    from core.model import ReadError

    class Gone(InventedRows):
        def rows(self, table, numbers):  # type: ignore[no-untyped-def]
            self.asked.append((0, 0))
            raise ReadError("The file has changed since it was opened.")

    told: list[object] = []
    cache.failed.connect(told.append)
    source = Gone(1000)
    cache.set_view(source, "events")
    for _ in range(5):
        cache.row_at(0)
        settle(jobs)
    assert len(told) == 1
    assert len(source.asked) == 1


def test_a_page_that_was_read_is_not_read_again_before_it_is_here(
    cache: PageCache, jobs: Jobs, settle: Settle
) -> None:
    source = InventedRows(5_000)
    cache.set_view(source, "events")
    assert cache.row_at(600) is None
    jobs.wait()  # it is read, and nothing was delivered yet
    assert cache.row_at(601) is None
    settle(jobs)
    assert source.asked == [(512, 767)]
    assert cache.row_at(600) is not None


def test_a_page_whose_way_was_cut_off_is_read_again(cache: PageCache, jobs: Jobs, settle: Settle) -> None:
    source = InventedRows(5_000)
    cache.set_view(source, "events")
    assert cache.row_at(600) is None
    jobs.wait()
    jobs.cancel("rows")
    settle(jobs)
    assert cache.row_at(600) is None, "it was not delivered"
    settle(jobs)
    assert cache.row_at(600) is not None
    assert source.asked == [(512, 767)] * 2
