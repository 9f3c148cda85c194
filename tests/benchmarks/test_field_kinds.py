"""What fields are found to be, against labels that a person made: the standards hold."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from benchmarks import field_kinds
from benchmarks.field_labels import HEADERS, SAMPLES


def needed(path: Path) -> Path:
    if not path.exists():
        if os.environ.get("CI") == "true":
            pytest.fail(f"{path.name} is needed here")
        pytest.skip(f"{path.name} is not here")
    return path


Measure = Callable[[], field_kinds.Figures]


@cache
def layouts() -> field_kinds.Figures:
    return field_kinds.measure_layouts(needed(HEADERS))


@cache
def samples() -> field_kinds.Figures:
    return field_kinds.measure_samples(needed(SAMPLES))


@pytest.mark.parametrize("measure", [layouts, samples])
def test_kinds_are_right_and_no_direct_identifier_is_missed(
    measure: Measure,
) -> None:
    figures = measure()
    assert figures.unlabelled == ()
    assert [one.place for one in figures.missed] == []
    assert figures.right >= field_kinds.RIGHT
    assert figures.share_wrongly_direct < field_kinds.WRONGLY_DIRECT / 3


def test_as_many_fields_are_judged_as_there_are() -> None:
    assert len(layouts().judged) > 5_000
    assert len(samples().judged) > 8_000


@pytest.mark.parametrize("measure", [layouts, samples])
def test_roles_are_as_labelled(measure: Measure) -> None:
    right, told = measure().roles
    assert told > 250
    assert right >= 0.99 * told


def test_words_are_understood_that_no_list_has() -> None:
    """With a fifth of the vocabulary hidden, what is left still tells most headings, then it is back."""
    before = layouts().right
    with field_kinds.a_fifth_hidden(0):
        figures = field_kinds.measure_layouts()
    assert 0.7 <= figures.by_heading.right < before
    let_through = [one for one in figures.missed if one.found not in "duqt"]
    assert len(let_through) <= 0.03 * sum(one.label.kind == "d" for one in figures.judged)
    assert field_kinds.header_meaning("NHS number") is not None
