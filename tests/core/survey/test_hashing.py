"""One number for one text, however it lies in memory."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from core.survey.hashing import hash64, hash64_of, holds

TEXTS = st.lists(st.one_of(st.text(max_size=40), st.text(min_size=250, max_size=270)), max_size=30)


@given(TEXTS, TEXTS)
def test_a_text_has_one_hash_wherever_it_stands(before: list[str], texts: list[str]) -> None:
    alone = [int(hash64([text])[0]) for text in texts]
    together = pa.array([*before, *texts], pa.string())
    assert hash64(together.slice(len(before))).tolist() == alone
    assert hash64(together)[len(before) :].tolist() == alone


@given(TEXTS)
def test_one_text_by_itself_has_the_same_hash(texts: list[str]) -> None:
    assert [hash64_of(text) for text in texts] == hash64(texts).tolist()


@given(TEXTS, TEXTS)
def test_hashes_that_ascend_hold_their_own_texts_and_no_others(texts: list[str], others: list[str]) -> None:
    held = np.sort(hash64(texts))
    assert [holds(held, text) for text in (*texts, *others)] == [text in texts for text in (*texts, *others)]


@given(TEXTS)
def test_other_texts_and_other_keys_have_other_hashes(texts: list[str]) -> None:
    distinct = sorted(set(texts))
    assert len(set(hash64(distinct).tolist())) == len(distinct)
    assert not set(hash64(distinct).tolist()) & set(hash64(distinct, key="another").tolist())


def test_null_hashes_like_nothing_written() -> None:
    assert hash64(pa.array([None, ""])).tolist() == [int(hash64([""])[0])] * 2
    assert len(hash64(pa.array([], pa.string()))) == 0


def test_numbers_that_differ_in_little_are_spread_over_the_whole_range() -> None:
    hashes = hash64([f"999{n:07d}" for n in range(200_000)])
    assert len(np.unique(hashes)) == 200_000
    counts = np.bincount((hashes >> np.uint64(56)).astype(np.int64), minlength=256)
    assert counts.min() > 650
    assert counts.max() < 920
    low = np.bincount((hashes & np.uint64(255)).astype(np.int64), minlength=256)
    assert low.min() > 650


def test_the_hash_is_the_same_in_every_process() -> None:
    assert int(hash64(["9990000018"])[0]) == int(hash64(pa.array(["x", "9990000018"]).slice(1))[0])
