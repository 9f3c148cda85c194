"""What benchmarks/categories.py measures, on every ninth row of the published lists."""

from __future__ import annotations

from pathlib import Path

from benchmarks import categories as measured


def test_sensitive_codes_of_authors_never_shown_are_found(shared: Path) -> None:
    assert measured.LISTS.resolve().is_relative_to(shared.resolve())
    folders, _, _ = measured.measure(every=9)
    assert set(folders) <= set(measured.ABOUT)
    every = list(folders.values())
    assert sum(t.with_term for t in every) > 10_000
    assert sum(t.found for t in every) >= 0.93 * sum(t.with_term for t in every)
    assert sum(t.found_left for t in every) >= 0.985 * sum(t.left for t in every)
    assert sum(t.left for t in every) >= 0.95 * sum(t.with_term for t in every), "no more is argued away"
    assert sum(t.by_code for t in every) >= 0.43 * sum(t.rows for t in every)
    low = {n: t.found_left / t.left for n, t in folders.items() if t.left >= 50}
    assert {name for name, found in low.items() if found < 0.95} == set()


def test_ordinary_entries_are_let_be() -> None:
    terms = measured.ordinary_terms()
    assert len(terms) >= 2_000
    assert len(measured.wrongly_flagged(terms)) < 0.005 * len(terms), "the standard is 2%"


def test_a_fold_leaves_its_authors_codes_out() -> None:
    everything = measured.lookup_without(frozenset())
    without = measured.lookup_without(
        frozenset(("gp-summary-exclusion", "opensafely", "qof", "caliber", "aces"))
    )
    assert everything.bits_of_code("19869000")
    assert not without.bits_of_code("19869000")
