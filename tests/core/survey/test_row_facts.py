"""Facts packed into a few bytes a row say what was put in."""

from __future__ import annotations

import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.survey.row_facts import CATEGORY_BITS, NO_DAY, NO_PATIENT, RowsBuilder, TableFacts, pattern_keys

ROW = st.tuples(
    st.integers(-1, 5),
    st.sampled_from([NO_DAY, 0, -32_767, 32_767, -32_768, 32_768, 20_000, 400_000])
    | st.integers(-9_000, 22_000),
    st.sampled_from([0, 1, 2, 3, 1 << (CATEGORY_BITS - 1), 5 << 40])
    | st.integers(0, (1 << CATEGORY_BITS) - 1),
    st.booleans(),
    st.booleans(),
    st.just(False) | st.booleans(),
)


Row = tuple[int, int, int, bool, bool, bool]


def made_of(rows: list[Row], block: int) -> TableFacts:
    """As the survey makes them: block by block."""
    made = RowsBuilder(len(rows))
    for first in range(0, len(rows), block):
        some = rows[first : first + block]
        made.node[first : first + len(some)] = [row[0] for row in some]
        made.set_days(first, np.array([row[1] for row in some], dtype=np.int32))
        keys = pattern_keys(
            np.array([row[2] for row in some], dtype=np.uint64),
            np.array([row[3] for row in some], dtype=np.bool_),
            np.array([row[4] for row in some], dtype=np.bool_),
            np.array([row[5] for row in some], dtype=np.bool_),
        )
        made.set_patterns(first, *np.unique(keys, return_inverse=True))
    return TableFacts.of(made)


@given(rows=st.lists(ROW, max_size=60), block=st.integers(1, 30), at_once=st.sampled_from([1, 7, 1_000_000]))
def test_what_goes_in_comes_out(rows: list[Row], block: int, at_once: int) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("core.survey.row_facts._AT_ONCE", at_once)
        facts = made_of(rows, block)
        whole = TableFacts(
            len(rows),
            np.array([row[0] for row in rows], dtype=np.int32),
            np.array([row[1] for row in rows], dtype=np.int32),
            np.array([row[2] for row in rows], dtype=np.uint64),
            np.array([row[3] for row in rows], dtype=np.bool_),
            np.array([row[4] for row in rows], dtype=np.bool_),
            np.array([row[5] for row in rows], dtype=np.bool_),
        )
        for found in (facts, whole, pickle.loads(pickle.dumps(facts))):
            assert found == facts
            assert found.rows == len(rows)
            assert found.patient.tolist() == [row[0] for row in rows]
            assert found.day.tolist() == [row[1] for row in rows]
            assert found.categories.tolist() == [row[2] for row in rows]
            assert found.objection_row.tolist() == [row[3] for row in rows]
            assert found.unknown_code.tolist() == [row[4] for row in rows]
            deleted = [row[5] for row in rows]
            assert (None if found.deleted is None else found.deleted.tolist()) == (
                deleted if any(deleted) else None
            )
            assert found.category_mask(6).tolist() == [bool(row[2] & 6) for row in rows]
            for at, row in enumerate(rows):
                assert found.categories_of(at) == row[2]
                assert found.is_objection(at) is row[3]
                assert found.is_unknown(at) is row[4]
            _counts_are_right(found, rows)


def _counts_are_right(facts: TableFacts, rows: list[Row]) -> None:
    mask = facts.unknown_code
    some = [row for row in rows if row[4]]
    assert facts.pattern_rows().sum() == len(rows)
    assert facts.pattern_rows(mask).sum() == len(some)
    everybody = [*range(6), NO_PATIENT]
    assert facts.patient_rows(6).tolist() == [sum(row[0] == p for row in rows) for p in everybody]
    assert facts.patient_rows(6, mask).tolist() == [sum(row[0] == p for row in some) for p in everybody]
    assert facts.patients_seen(6).tolist() == [any(row[0] == p for row in rows) for p in everybody]
    assert facts.patients_seen(6, mask).tolist() == [any(row[0] == p for row in some) for p in everybody]
    together = [0] * 7
    for row in rows:
        together[row[0]] |= row[2]
    assert facts.patient_bits(6).tolist() == together
    assert facts.of_patient(np.arange(7)).tolist() == [row[0] % 7 for row in rows]
    days, counts = facts.day_counts()
    real = sorted(row[1] for row in rows if row[1] != NO_DAY)
    assert np.repeat(days, counts).tolist() == real


def test_a_row_takes_seven_bytes() -> None:
    rows = [
        (n % 1_000, n % 20_000, 1 << n % 34, n % 100 == 0, n % 50 == 0, n % 9 == 0) for n in range(100_000)
    ]
    assert made_of(rows, 60_000).nbytes <= 7 * len(rows) + 2_048


def test_many_patterns_take_wider_numbers() -> None:
    rows = [(0, NO_DAY, n, False, False, False) for n in range(70_000)]
    assert made_of(rows[:300], 64).pattern.dtype == np.uint16
    facts = made_of(rows, 9_000)
    assert facts.pattern.dtype == np.uint32
    assert facts.categories.tolist() == list(range(70_000))
