"""Which rows have a code that few patients of the export have."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.reading import open_export
from core.survey import survey_export
from core.survey.codes import rare
from core.survey.codes.rare import FEW, Coded, RareCodes
from core.survey.hashing import hash64
from core.survey.row_facts import RowsBuilder, TableFacts

Cells = list[tuple[int, int]]  # (code, person) of each row; -1 for none


def collected(blocks: list[Cells], patient_of: list[int] | None = None) -> set[int]:
    """The rows of one table that the collector calls rare."""
    codes, first, at_once = RareCodes(), 0, set()
    for cells in blocks:
        words = sorted({code for code, _ in cells if code >= 0})
        at = {code: place for place, code in enumerate(words)}
        found = Coded(
            hash64([str(code) for code in words]) if words else np.empty(0, dtype=np.uint64),
            np.array([at.get(code, -1) for code, _ in cells], dtype=np.int32),
        )
        rows = codes.add("t", first, found, np.array([who for _, who in cells], dtype=np.int32))
        at_once |= set() if rows is None else set(rows.tolist())
        first += len(cells)
    people = np.arange(100, dtype=np.int32) if patient_of is None else np.array(patient_of, dtype=np.int32)
    return at_once | {row for _, rows, _ in codes.rare(people) for row in rows.tolist()}


def by_hand(blocks: list[Cells]) -> set[int]:
    rows = [cell for cells in blocks for cell in cells]
    people: dict[int, set[int]] = defaultdict(set)
    for code, who in rows:
        people[code].add(who)
    return {
        at for at, (code, who) in enumerate(rows) if code >= 0 and who >= 0 and len(people[code] - {-1}) < FEW
    }


@given(
    st.lists(
        st.lists(st.tuples(st.integers(-1, 6), st.integers(-1, 12)), min_size=1, max_size=40),
        min_size=1,
        max_size=5,
    )
)
def test_rare_is_what_fewer_than_five_patients_have(blocks: list[Cells]) -> None:
    assert collected(blocks) == by_hand(blocks)


def test_a_patient_with_two_numbers_is_one_patient() -> None:
    """A number and a key of the same people: eight provisional people, four patients."""
    blocks = [[(1, who) for who in range(4)], [(1, who) for who in range(4, 8)]]
    assert collected(blocks, [0, 1, 2, 3, 0, 1, 2, 3]) == set(range(8))
    assert collected(blocks) == set()


def test_beyond_its_bounds_a_code_is_rare_rather_than_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rare, "MOST_CODES", 3)
    blocks = [[(code, who) for code in range(5) for who in range(20)]]
    beyond = collected(blocks)
    assert len(beyond) == 40
    assert len({blocks[0][row][0] for row in beyond}) == 2
    monkeypatch.setattr(rare, "MOST_CODES", 500_000)
    monkeypatch.setattr(rare, "MOST_ROWS", 50)
    assert collected([[(7, 1)] * 30, [(7, 1)] * 30]) == set(range(60))


def test_rows_of_common_codes_are_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rare, "_COMPACT", 10)
    codes = RareCodes()
    word = hash64(["x"])
    for block in range(50):
        who = np.full(8, block % 20, dtype=np.int32)
        codes.add("t", block * 8, Coded(word, np.zeros(8, dtype=np.int32)), who)
    for first in (400, 408):
        codes.add("t", first, Coded(hash64(["y"]), np.zeros(8, dtype=np.int32)), np.zeros(8, dtype=np.int32))
    assert sum(len(rows) for kept in codes._kept.values() for _, rows in kept) == 16


@given(st.lists(st.tuples(st.integers(0, 600), st.booleans()), min_size=1, max_size=700))
def test_marking_rows_keeps_all_else_they_say(cells: list[tuple[int, bool]]) -> None:
    made = RowsBuilder(len(cells))
    bits = np.array([bits << 1 for bits, _ in cells], dtype=np.uint64)
    made.set_patterns(0, *np.unique(bits, return_inverse=True))
    marked = np.flatnonzero([mark for _, mark in cells])
    made.mark(marked, 1)
    expected = bits.copy()
    expected[marked] |= np.uint64(1)
    assert TableFacts.of(made).categories.tolist() == expected.tolist()


def test_the_survey_flags_the_rows_and_counts_the_codes(tmp_path: Path) -> None:
    """By NHS number in one table and by the practice's key in the other: the same people."""
    numbers = [f"99900000{n:02d}" for n in range(10, 40)]
    people = "".join(f"{n},{number}\n" for n, number in enumerate(numbers))
    (tmp_path / "patients.csv").write_text("EMIS Number,NHS Number\n" + people)
    events = "".join(f"{n},H33..,Asthma\n" for n in range(30))
    events += "".join(f"{n},F132.,Myoclonus\n" for n in (3, 4, 4, 5, 9))
    (tmp_path / "events.csv").write_text("EMIS Number,Code,Term\n" + events)
    survey = survey_export(open_export([tmp_path / "patients.csv", tmp_path / "events.csv"]))
    bit = 1 << survey.category_ids.index("rare_codes")
    assert survey.facts["events"].category_mask(bit).tolist() == [False] * 30 + [True] * 5
    [counted] = [c for c in survey.categories if c.id == "rare_codes"]
    assert (counted.rows, counted.patients, counted.codes) == (5, 4, 1)
