"""What a patient objects to now, from what was recorded and withdrawn."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.survey.objections.entries import Entries, current_objections, flag_field, table_of_objectors
from core.survey.results import NO_DAY, OBJECTIONS

TYPE1, TYPE2, SCR = (OBJECTIONS.index(n) for n in ("type1_dissent", "type2_dissent", "scr_dissent"))


def now(*entries: tuple[int, bool, int], as_of: int = NO_DAY) -> int:
    """The objections of one patient after (meaning, made, day) entries, on the day `as_of`."""
    columns = list(zip(*entries, strict=True)) or [(), (), ()]
    return int(
        current_objections(
            Entries(
                np.zeros(len(entries), dtype=np.int32),
                np.array(columns[0], dtype=np.uint8),
                np.array(columns[1], dtype=np.bool_),
                np.array(columns[2], dtype=np.int32),
            ),
            1,
            as_of,
        )[0]
    )


def test_the_latest_of_a_pair_holds() -> None:
    assert now((TYPE1, True, 10), (TYPE1, False, 20)) == 0
    assert now((TYPE1, False, 10), (TYPE1, True, 20)) == 1 << TYPE1
    assert now((TYPE1, True, 10), (TYPE1, False, 20), (TYPE1, True, 30)) == 1 << TYPE1


def test_a_withdrawal_takes_back_its_own_objection_only() -> None:
    assert now((TYPE1, True, 10), (TYPE2, False, 20), (SCR, False, 30)) == 1 << TYPE1


def test_ties_and_missing_days_keep_the_objection() -> None:
    assert now((TYPE1, True, 10), (TYPE1, False, 10)) == 1 << TYPE1
    assert now((TYPE1, True, NO_DAY), (TYPE1, False, 20)) == 1 << TYPE1
    assert now((TYPE1, True, 10), (TYPE1, False, NO_DAY)) == 1 << TYPE1
    assert now((TYPE1, True, NO_DAY), (TYPE1, False, NO_DAY)) == 1 << TYPE1


def test_a_withdrawal_of_a_day_to_come_takes_nothing_back() -> None:
    assert now((TYPE1, True, 10), (TYPE1, False, 900), as_of=500) == 1 << TYPE1
    assert now((TYPE1, True, 10), (TYPE1, False, 500), as_of=500) == 0
    assert now((TYPE1, True, 10), (TYPE1, False, 900)) == 0


def test_an_objection_of_the_day_that_stands_for_none_may_be_the_newest() -> None:
    first_of_1900 = int(np.datetime64("1900-01-01", "D").astype(np.int64))
    assert now((TYPE1, True, first_of_1900), (TYPE1, False, 20)) == 1 << TYPE1
    assert now((TYPE1, True, 10), (TYPE1, False, first_of_1900)) == 1 << TYPE1


def test_nothing_recorded_is_no_objection() -> None:
    assert now() == 0
    assert now((TYPE1, False, 10)) == 0


ENTRIES = st.lists(
    st.tuples(st.integers(0, len(OBJECTIONS) - 1), st.booleans(), st.integers(0, 5)), max_size=12
)


@given(ENTRIES, st.randoms(use_true_random=False))
def test_order_in_the_file_does_not_matter(entries: list[tuple[int, bool, int]], random: object) -> None:
    shuffled = list(entries)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert now(*entries) == now(*shuffled)


@given(ENTRIES)
def test_by_the_plain_reading_of_the_rule(entries: list[tuple[int, bool, int]]) -> None:
    expected = 0
    for meaning in range(len(OBJECTIONS)):
        made = [day for m, yes, day in entries if m == meaning and yes]
        withdrawn = [day for m, yes, day in entries if m == meaning and not yes]
        if made and (not withdrawn or max(made) >= max(withdrawn)):
            expected |= 1 << meaning
    assert now(*entries) == expected


@pytest.mark.parametrize(
    ("header", "cell", "objects"),
    [
        ("is_consent_9nu0", "FALSE", True),
        ("is_consent_9nu0", "false", True),
        ("is_consent_9nu0", "TRUE", False),
        ("is_consent_9nu0", "", False),
        ("is_consent_93c1", "false", True),
        ("Type 1 Opt-Out", "Y", True),
        ("Type 1 Opt-Out", "12/03/2021", True),
        ("Type 1 Opt-Out", "No", False),
        ("Type 1 opt out", "", False),
        ("National Data Opt-out", "yes", True),
        ("NDOO", "1", True),
        ("SpineSensitive", "true", True),
        ("SpineSensitive", "false", False),
        ("9Nu0", "1", True),
        ("has_9Nu0_code", "Yes", True),
        ("827241000000103", "TRUE", True),
        ("827241000000103", "0", False),
        ("Dissent from secondary use of GP patient identifiable data", "12/03/2022", True),
        ("T1OO", "1", True),
        ("Type1OptOut", "1", True),
        ("TypeOneDissent", "Y", True),
        ("Type I opt-out", "Y", True),
        ("care.data objection", "Y", True),
        ("Patient objections", "Type 1", True),
        ("Objection type", "T1", True),
        ("Record sharing", "Opt out", True),
        ("Data sharing", "No", True),
        ("Data sharing", "Yes", False),
        ("Research consent", "No", True),
        ("Research consent", "", False),
        ("PDS Sensitive", "Y", True),
    ],
)
def test_flags(header: str, cell: str, objects: bool) -> None:
    flag = flag_field(header)
    assert flag is not None
    assert flag.objects(cell) is objects


@pytest.mark.parametrize("header", [
        "Type 1 diabetes", "Consent", "Optician", "is_consent", "Condition", "9NU0", "9Nu1",
        "Dissent withdrawn for secondary use", "T1 diabetes", "Research", "Sensitivities",
    ],
)  # fmt: skip
def test_headers_that_are_no_flags(header: str) -> None:
    assert flag_field(header) is None


def test_a_table_of_objectors() -> None:
    assert table_of_objectors("PatientsWithTypeOneDissent")
    assert table_of_objectors("opt-outs")
    assert table_of_objectors("objectors")
    assert table_of_objectors("Patients opted out list")
    assert not table_of_objectors("Patients")
    assert not table_of_objectors("Objections")
    assert not table_of_objectors("Type 1 diabetes")
