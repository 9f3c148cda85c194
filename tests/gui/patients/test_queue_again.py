"""The queue after a decision: worked out again at once where rules changed or it is quick, else later."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from core.patients import Queue, QueueEntry, QueueReason
from core.protection.plan import Plan, Purpose
from gui import records, reviewing
from gui.session import Session

ALONE = QueueReason("alone", "Nobody else has the same.")
CODES = tuple(f"P-7KQ2-M9XD-0RHE-5V2{n}" for n in range(3))
QUEUE = Queue(tuple(QueueEntry(n, code, (ALONE,)) for n, code in enumerate(CODES)), (), 3, frozenset(CODES))
PLAN = Plan("approved-research", "1", Purpose.BEYOND_CARE, "B", "S", ())


@dataclass
class Panes:
    """Stands in for a preview: of a survey, under a plan."""

    survey: object
    plan: Plan


@pytest.fixture
def session(qapp: QApplication) -> Iterator[Session]:
    made = Session()
    yield made
    made.shutdown()


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Plan]:
    """The plans that the queue was worked out for. Each time takes as long as a large file's."""
    plans: list[Plan] = []

    def queue(preview: Any, _key: object, _step: object, _listed: object) -> Queue:
        plans.append(preview.plan)
        time.sleep(0.03)
        return QUEUE

    monkeypatch.setattr(records, "queue", queue)
    monkeypatch.setattr(reviewing, "QUICK_S", 0.01)
    monkeypatch.setattr(reviewing, "SHARE", 4)
    return plans


def plan(session: Session, made: Plan, survey: object) -> None:
    session.plan, session.preview = made, Panes(survey, made)  # type: ignore[assignment]
    session.plan_changed.emit()
    session.preview_changed.emit()


def test_one_patient_out_of_many_is_no_reason_to_read_every_note_again(
    session: Session, asked: list[Plan], qtbot: Any
) -> None:
    survey = object()
    plan(session, PLAN, survey)
    qtbot.waitUntil(lambda: session.queue is not None)
    assert session.not_looked_at == 3
    out = replace(PLAN, leave_out_patients=CODES[:1])
    plan(session, out, survey)
    assert session.not_looked_at == 2, "who leaves no more is not waited for"
    assert not session.jobs.running("queue")
    plan(session, PLAN, survey)
    assert session.not_looked_at == 3, "taken back, they are"
    plan(session, replace(out, leave_out_items=(("t", "r", "third_party"),)), survey)
    assert asked == [PLAN]
    qtbot.waitUntil(lambda: len(asked) == 2)  # and then it is worked out again, once for all of them
    qtbot.waitUntil(lambda: not session.jobs.running())
    assert session.not_looked_at == 2
    assert len(asked) == 2


def test_a_rule_is(session: Session, asked: list[Plan], qtbot: Any) -> None:
    survey = object()
    plan(session, PLAN, survey)
    qtbot.waitUntil(lambda: session.queue is not None)
    plan(session, replace(PLAN, withhold_categories=("hiv",)), survey)
    assert session.jobs.running("queue")
    plan(session, PLAN, object())  # as is another file
    qtbot.waitUntil(lambda: not session.jobs.running())
    assert asked[-1] == PLAN
    assert session.queue is QUEUE


def test_what_is_being_worked_out_is_not_begun_again_by_each_key(
    session: Session, asked: list[Plan], qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reviewing, "SHARE", 4_000)  # "later" is not within this test
    survey = object()
    plan(session, PLAN, survey)
    qtbot.waitUntil(lambda: bool(asked))
    time.sleep(0.02)
    plan(session, replace(PLAN, leave_out_patients=CODES[:1]), survey)
    qtbot.waitUntil(lambda: session.queue is not None)
    assert asked == [PLAN]
    assert session.not_looked_at == 2


def test_what_was_put_off_is_not_begun_once_the_window_is_closed(
    session: Session, asked: list[Plan], qtbot: Any
) -> None:
    survey = object()
    plan(session, PLAN, survey)
    qtbot.waitUntil(lambda: session.queue is not None)
    plan(session, replace(PLAN, leave_out_patients=CODES[:1]), survey)
    assert session._queue_late.isActive()
    session.shutdown()
    assert not session._queue_late.isActive()


def test_stopped_it_stays_stopped_until_the_next_decision(
    session: Session, asked: list[Plan], qtbot: Any
) -> None:
    survey = object()
    plan(session, PLAN, survey)
    qtbot.waitUntil(lambda: session.queue is not None)
    plan(session, replace(PLAN, leave_out_patients=CODES[:1]), survey)
    session.stop_queue()
    time.sleep(0.2)
    QApplication.processEvents()
    assert session.queue is None
    assert len(asked) == 1
    plan(session, replace(PLAN, leave_out_patients=CODES[:2]), survey)
    qtbot.waitUntil(lambda: session.queue is not None)
    assert session.not_looked_at == 1
