"""A row that goes with one that a law restricts would tell of it: it is hidden with it."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from core.preview import Preview
from core.protection.closure import Step
from gui.models.core_rows import CoreRows
from gui.models.restricted import FOR_GP, FOR_GP_SAID, Guard, restricted_bits, restricted_rows
from gui.models.row_source import ALL_ROWS, CATEGORY, CHANGED, LEFT_OUT
from gui.pages.side_by_side_places import Places
from tests.core.protection.closure import surgeries

RESTRICTED = 1


def rows(hidden: int) -> Guard:
    """Three rows: the entry, the consultation that goes with it, and another consultation."""
    bits = {"entries": [RESTRICTED], "consultations": [0, 0]}
    chain = (Step("consultations", 0, "consultation", ""), Step("entries", 0, "sensitive", ""))
    closure = SimpleNamespace(chain=lambda table, row: chain if (table, row) == ("consultations", 0) else ())
    facts = {name: SimpleNamespace(categories_of=held.__getitem__) for name, held in bits.items()}
    preview: Any = SimpleNamespace(
        decisions=SimpleNamespace(closure=closure), survey=SimpleNamespace(facts=facts)
    )
    return Guard(preview, hidden)


def test_what_goes_with_a_restricted_entry_is_hidden_with_it() -> None:
    made = rows(RESTRICTED)
    assert made.hides("entries", 0)
    assert made.hides("consultations", 0), "the consultation would tell what the entry says"
    assert not made.hides("consultations", 1)


def test_a_gp_sees_all_of_it() -> None:
    made = rows(0)
    assert not made.hides("entries", 0)
    assert not made.hides("consultations", 0)


@pytest.fixture
def shown(tmp_path: Path) -> Preview:
    """Two entries of a patient on two days, the first of them restricted, and a letter of each day."""
    who, days = surgeries.NHS[0], ("02/06/2025", "03/06/2025")
    events = [
        {"NHS number": who, "Event date": day, "SNOMED code": code.snomed, "Code term": code.term}
        for day, code in zip(days, (surgeries.concept("In vitro"), surgeries.ASTHMA), strict=True)
    ]
    letters = [{"NHS number": who, "Letter date": day} for day in days]
    survey = surgeries.surveyed(
        surgeries.write(tmp_path / "events.csv", list(events[0]), events),
        surgeries.write(tmp_path / "letters.csv", list(letters[0]), letters),
    )
    plan, rows = surgeries.decided(survey)
    return Preview(survey, plan, surgeries.KEY, rows)


def source(shown: Preview, *, gp: bool) -> CoreRows:
    return CoreRows(shown.survey, shown.plan, shown.decisions, shown, restricted=gp)


def test_no_filter_but_what_becomes_of_a_row_leaves_a_hidden_one(shown: Preview) -> None:
    staff, gp = source(shown, gp=False), source(shown, gp=True)
    for table in ("events", "letters"):
        assert staff._guard.hides(table, 0)
        assert not staff._guard.hides(table, 1)
        for one in gp.filters(table):
            found = staff.positions(table, (one.id,))
            if one.id in (ALL_ROWS, CHANGED, LEFT_OUT):
                continue
            assert found is not None
            assert 0 not in found.tolist(), one.id
        for one in staff.filters(table, (LEFT_OUT,)):
            if one.id not in (ALL_ROWS, CHANGED, LEFT_OUT):
                assert one.count == 0, "a count of two filters together would tell what the row says"
    assert 0 in gp.positions("events", (f"{CATEGORY}assisted_conception",)).tolist()  # type: ignore[union-attr]


def test_hidden_rows_are_found_at_once_as_one_by_one(shown: Preview) -> None:
    staff, bits = source(shown, gp=False), restricted_bits(shown.survey.lookup)
    for table, facts in shown.survey.facts.items():
        each = [staff._guard.hides(table, row) for row in range(facts.rows)]
        assert np.asarray(restricted_rows(shown, table, bits)).tolist() == each


def test_rows_of_a_record_for_a_gp_are_hidden_from_everybody_else(shown: Preview) -> None:
    facts = shown.survey.facts["events"]
    (patient, *_others) = (int(number) for number in facts.patient if number >= 0)
    of_them = np.flatnonzero(facts.patient == patient)
    staff = CoreRows(shown.survey, shown.plan, shown.decisions, shown, for_gp=frozenset({patient}))
    gp = CoreRows(shown.survey, shown.plan, shown.decisions, shown)
    seen, whole = staff.rows("events", of_them), gp.rows("events", of_them)
    assert all(set(row.raw) <= {FOR_GP, None} for row in seen)
    assert any(set(row.raw) - {FOR_GP, None} for row in whole)
    assert [row.out for row in seen] == [row.out for row in whole], "what would leave is always shown"
    assert staff._guard.why("events", int(of_them[0])) == FOR_GP_SAID
    word = next(cell for row in whole for cell in row.raw if cell)
    hit = staff.find("events", word, "raw", 0, False, None, lambda _done, _total: None)
    assert hit is None or hit[0] not in of_them.tolist()
    for one in staff.filters("events"):
        if one.id not in (ALL_ROWS, CHANGED, LEFT_OUT):
            found = staff.positions("events", (one.id,))
            assert found is not None
            assert not set(found.tolist()) & set(of_them.tolist()), one.id


def test_a_filter_that_a_gp_put_on_goes_off_for_everybody_else() -> None:
    places, survey = Places(), object()
    on = ("left_out", "category:gender", "category:cancer", "patient:3")
    assert places.known(survey, (), nothing=False) == ()
    assert places.known(survey, on, nothing=False, may_show=lambda _c: True) == on
    assert places.known(survey, on, nothing=False, may_show=lambda c: c != "gender") == (
        "left_out", "category:cancer", "patient:3",
    )  # fmt: skip
