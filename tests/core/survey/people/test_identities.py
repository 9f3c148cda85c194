"""The numbers of identities: the first seen first, however they fall into blocks, whatever clashes."""

from __future__ import annotations

import pickle

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.survey.people import identities
from core.survey.people.identities import Identities, IdentityTable

texts = st.one_of(st.none(), st.integers(0, 30).map(lambda n: f"local|{n}"), st.text(max_size=3))


def expected(blocks: list[list[str | None]]) -> tuple[list[list[int]], list[str]]:
    numbers: dict[str, int] = {}
    found = [
        [-1 if text is None else numbers.setdefault(text, len(numbers)) for text in block] for block in blocks
    ]
    return found, list(numbers)


@given(st.lists(st.lists(texts, max_size=40), max_size=6))
def test_numbers_are_those_of_a_dictionary(blocks: list[list[str | None]]) -> None:
    table = IdentityTable()
    found = [table.nodes_of(pa.array(block, pa.string())).tolist() for block in blocks]
    assert (found, table.texts().to_pylist()) == expected(blocks)
    assert len(table) == len(table.texts())


@given(st.lists(st.lists(st.integers(0, 500), max_size=300), max_size=8))
def test_levels_merge_without_a_change(blocks: list[list[int]]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(identities, "_AT_ONCE", 20)
        table = IdentityTable()
        words: list[list[str | None]] = [[f"nhs|{n}" for n in block] for block in blocks]
        found = [table.nodes_of(pa.array(block, pa.string())).tolist() for block in words]
        assert (found, table.texts().to_pylist()) == expected(words)


@given(st.lists(st.lists(texts, max_size=20), max_size=6))
def test_texts_whose_first_hash_clashes_stay_apart(blocks: list[list[str | None]]) -> None:
    real = identities.hash64

    def weak(texts: pa.Array, *, key: str = "") -> np.ndarray:
        return real(texts, key=key) if key else real(texts) % 3

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(identities, "hash64", weak)
        table = IdentityTable()
        kept: dict[str, int] = {}
        for block in blocks:
            numbers = table.nodes_of(pa.array(block, pa.string())).tolist()
            for text, number in zip(block, numbers, strict=True):
                assert number == -1 if text is None else kept.setdefault(text, number) == number
        # One number a text, each text under its own number, and no number twice.
        assert {text: table.texts()[number].as_py() for text, number in kept.items()} == {t: t for t in kept}
        assert sorted(kept.values()) == list(range(len(table)))


def test_identities_are_a_sequence_of_texts() -> None:
    words = [f"nhs|{n}" for n in range(70_000)]
    held = Identities(pa.array(words))
    assert len(held) == len(words)
    assert held[69_999] == words[69_999]
    assert held[-1] == words[-1]
    assert held[2:4] == tuple(words[2:4])
    assert list(held) == words
    assert held == tuple(words)
    assert held != tuple(words[:-1])
    assert held.index("nhs|7") == 7
    assert pickle.loads(pickle.dumps(held)) == held
    with pytest.raises(IndexError):
        held[70_000]


def test_identities_do_not_show_themselves() -> None:
    assert "9990000018" not in repr(Identities(pa.array(["nhs|9990000018"])))
