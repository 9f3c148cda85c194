"""Shuffling: a permutation drawn with the key, of blocks and then of rows, the same for any workers."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from core.engine import apply_table
from core.model import RawBlock
from core.protection import Key, ObjectionSource, decide_rows, load_profile, make_context, make_plan
from core.protection.agreed import Asked
from core.protection.order import InOrder, order_of, rows_in_order
from tests.core.protection.builders import make_survey, report

KEY = Key(bytes(32))
SHUFFLED = Asked(shuffle=True)


@settings(max_examples=40)
@given(people=st.integers(1, 12), each=st.integers(1, 4), block=st.integers(1, 9), workers=st.integers(1, 3))
def test_a_shuffle_is_a_permutation_whatever_the_workers(
    people: int, each: int, block: int, workers: int
) -> None:
    objections = {0: ["type1_dissent"]} if people > 2 else None
    survey = make_survey(report(people, each, block_rows=block), objections=objections)
    plan = make_plan(
        survey,
        load_profile("approved-research"),
        recipient="R",
        project="P",
        objection_sources=(ObjectionSource("codes"),),
        asked=SHUFFLED,
    )
    order = order_of(plan, KEY)
    assert order is not None
    rows = decide_rows(survey, plan, KEY)
    context = make_context(survey, plan, KEY, rows)
    table = survey.export.table("events")
    straight = [row for out in apply_table(table, context, workers=1) for row in out.data.to_pylist()]
    shuffled = [
        row
        for out in apply_table(InOrder(table, order), context, workers=workers)
        for row in order.shuffled("events", out.first_row, out.data).to_pylist()
    ]
    assert Counter(map(str, shuffled)) == Counter(map(str, straight))
    # Where each written row stood, worked out from the key alone, as the check of the written file does.
    leaves = rows.leaves("events")
    stood = rows_in_order(table, leaves, order)
    assert sorted(stood.tolist()) == np.flatnonzero(leaves).tolist()
    place = {row: n for n, row in enumerate(np.flatnonzero(leaves).tolist())}
    assert [straight[place[row]] for row in stood.tolist()] == shuffled


def test_the_order_is_the_keys_the_recipients_and_the_projects() -> None:
    survey = make_survey(report(people=40))
    profile = load_profile("approved-research")
    plan = make_plan(survey, profile, recipient="R", project="P", asked=SHUFFLED)
    table, leaves = survey.export.table("events"), np.ones(120, dtype=np.bool_)

    def stood(plan, key: Key) -> list[int]:  # type: ignore[no-untyped-def]
        order = order_of(plan, key)
        assert order is not None
        return rows_in_order(table, leaves, order).tolist()

    mine = stood(plan, KEY)
    assert mine == stood(plan, KEY)
    assert mine != list(range(120))
    assert mine != stood(plan, Key(bytes([1]) * 32))
    assert mine != stood(replace(plan, project="Q"), KEY)
    assert order_of(replace(plan, shuffle=False), KEY) is None
    assert b"\0" * 8 not in repr(order_of(plan, KEY)).encode()


def test_nothing_of_the_order_is_told_by_another_table() -> None:
    made = report(people=40)["events"]
    survey = make_survey({"one": made, "two": made})
    plan = make_plan(survey, load_profile("approved-research"), recipient="R", project="P", asked=SHUFFLED)
    order = order_of(plan, KEY)
    assert order is not None
    leaves = np.ones(120, dtype=np.bool_)
    one, two = (rows_in_order(survey.export.table(name), leaves, order).tolist() for name in ("one", "two"))
    assert one != two


def test_a_table_in_order_reads_what_the_table_reads() -> None:
    survey = make_survey(report())
    table = survey.export.table("events")
    plan = make_plan(survey, load_profile("approved-research"), recipient="R", project="P", asked=SHUFFLED)
    order = order_of(plan, KEY)
    assert order is not None
    shown = InOrder(table, order)
    assert (shown.name, shown.format, shown.fields) == (table.name, table.format, table.fields)
    block = next(iter(shown.blocks()))
    read = shown.read(block)
    assert isinstance(read, RawBlock)
    assert read.data.equals(table.read(block).data)
