"""How far it is while it is worked out what leaves, and that it can be stopped at any point of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.model import Cancelled
from core.protection import ObjectionSource, RowDecisions, decide_rows, make_plan
from core.protection.closure.closing import FOLLOWING
from core.protection.closure.links import READING
from core.protection.plan import Plan
from core.protection.rows import COUNTING, DECIDING
from core.survey.results import Survey
from tests.core.protection.closure.surgeries import (
    ASTHMA,
    HIV,
    KEY,
    NHS,
    Emis,
    profile_of,
    surveyed,
    write,
)

PEOPLE = 40


def of_its_own(folder: Path) -> Survey:
    """Entries and contacts in a layout that nobody knows: what links them is looked for in the values."""
    entries = [
        {"NHS number": NHS[n % 2], "Event date": f"{n % 28 + 1:02d}/06/2025", "SNOMED code": concept.snomed,
         "Code term": concept.term, "Consultation ID": f"{1000 + n}"}
        for n, concept in enumerate([HIV, *[ASTHMA] * (PEOPLE - 1)])
    ]  # fmt: skip
    contacts = [
        {"Consultation ID": f"{1000 + n}", "NHS number": NHS[n % 2], "Date": f"{n % 28 + 1:02d}/06/2025"}
        for n in range(PEOPLE)
    ]
    return surveyed(
        write(folder / "events.csv", list(entries[0]), entries),
        write(folder / "consultations.csv", list(contacts[0]), contacts),
    )


def research(survey: Survey) -> Plan:
    return make_plan(
        survey, profile_of("approved-research"), recipient="R", project="P",
        objection_sources=(ObjectionSource("codes"),), assume_registered=True,
    )  # fmt: skip


def ids(rows: RowDecisions, table: str) -> list[str]:
    """Why each row stays, '' where it leaves."""
    return ["" if not number else rows.reasons[number - 1].id for number in rows.withheld[table].tolist()]


@pytest.fixture(params=["own", "emis"])
def survey(request: pytest.FixtureRequest, tmp_path: Path) -> Survey:
    return of_its_own(tmp_path) if request.param == "own" else Emis(tmp_path).survey


def test_every_row_is_told_of(survey: Survey) -> None:
    told: list[tuple[int, int, str]] = []
    rows = decide_rows(survey, research(survey), KEY, progress=lambda *said: told.append(said))
    assert any(reason.id.startswith("closure.") for reason in rows.reasons)
    phases = list(dict.fromkeys(what.partition(",")[0] for _done, _total, what in told))
    assert set(phases) == {READING, FOLLOWING, DECIDING, COUNTING}
    assert phases[-2:] == [DECIDING, COUNTING]
    for phase in (READING, DECIDING, COUNTING):
        done = [done for done, _total, what in told if what == phase]
        (total,) = {total for _done, total, what in told if what == phase}
        assert done == sorted(done)
        assert done[-1] == total or phase == READING, "tables that nothing leads to are not read"
        assert 0 < done[-1] <= total
    assert done[-1] == rows.rows_in
    assert {total for _d, total, what in told if what.startswith(FOLLOWING)} == {0}, "nobody knows how many"
    again: list[str] = []
    decide_rows(survey, research(survey), KEY, progress=lambda _d, _t, what: again.append(what))
    assert set(again) == {DECIDING, COUNTING}, "what was worked out is remembered"


def test_it_is_stopped_anywhere_and_nothing_half_done_is_remembered(survey: Survey, tmp_path: Path) -> None:
    plan = research(survey)
    stopped = 0
    while True:
        left = [stopped + 1]

        def stop(_done: int, _total: int, _what: str, left: list[int] = left) -> None:
            left[0] -= 1
            if not left[0]:
                raise Cancelled

        try:
            rows = decide_rows(survey, plan, KEY, progress=stop)
            break
        except Cancelled:
            stopped += 1
    assert stopped > 4
    fresh = surveyed(*sorted(tmp_path.iterdir()))
    wanted = decide_rows(fresh, research(fresh), KEY)
    assert rows.counted == wanted.counted
    for name in wanted.withheld:
        assert ids(rows, name) == ids(wanted, name)
