"""A shuffled release: the same rows in another order, checked in that order, the same for any workers."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pyarrow.parquet
import pytest

from core.engine import apply_table
from core.model import Gate
from core.protection import Key
from core.reading.text import delimited, opening
from core.release import export_release, verify_release

KEY = Key(b"k" * 32)


@pytest.fixture(autouse=True)
def _small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """A few rows a block, so that blocks are shuffled and not only rows."""
    monkeypatch.setattr(delimited, "BLOCK_SIZE", 512)
    monkeypatch.setattr(opening, "BLOCK_SIZE", 512)
    for function in (delimited.DelimitedTable.__init__, opening.open_delimited):
        for name, value in (function.__kwdefaults__ or {}).items():
            if name == "block_size" and value:
                monkeypatch.setitem(function.__kwdefaults__, name, 512)


def written(release: Path, name: str) -> list[list[str]]:
    with (release / "send" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def failed(checks: tuple[Gate, ...]) -> set[str]:
    return {check.name for check in checks if not check.passed}


@pytest.mark.parametrize("form", ["csv", "parquet", "ndjson", "xlsx"])
def test_a_shuffled_release_passes_its_checks(practice, tmp_path: Path, form: str) -> None:
    plan = practice.plan(shuffle=True, format=form)
    rows = practice.rows(plan)
    made = export_release(practice.survey, plan, KEY, rows, tmp_path, workers=2, apply_table=apply_table)
    assert failed(made.checks) == set()
    for key in (KEY, None):
        again = verify_release(made.release, practice.survey, key)
        assert failed(again.checks) == set()
        told = {check.name: check.detail for check in again.checks}
        assert ("shuffled with the key" in told["cells"]) is (key is None)
        assert ("shuffled with the key" in told["own-patient"]) is (key is None)
    other = verify_release(made.release, practice.survey, Key(b"o" * 32))
    assert "cells" in failed(other.checks)


def test_the_same_rows_in_another_order_for_any_workers(practice, tmp_path: Path) -> None:
    assert all(len(tuple(table.blocks())) > 1 for table in practice.survey.export.tables)
    made = {}
    for name, workers in (("straight", 1), ("one", 1), ("two", 2), ("three", 3)):
        plan = practice.plan(shuffle=name != "straight")
        rows = practice.rows(plan)
        out = tmp_path / name
        made[name] = export_release(
            practice.survey, plan, KEY, rows, out, workers=workers, apply_table=apply_table
        ).release
    tables = sorted(path.name for path in (made["one"] / "send").glob("*.csv"))
    assert len(tables) == 2
    for table in tables:
        straight, one = written(made["straight"], table), written(made["one"], table)
        assert one[0] == straight[0]
        assert Counter(map(tuple, one)) == Counter(map(tuple, straight))
        data = (made["one"] / "send" / table).read_bytes()
        for name in ("two", "three"):
            assert (made[name] / "send" / table).read_bytes() == data
    longest = max(tables, key=lambda name: len(written(made["one"], name)))
    assert written(made["one"], longest) != written(made["straight"], longest)
    # The reasons are kept as the rows stand in the source.
    kept = [
        pyarrow.parquet.read_table(made[name] / "keep" / "reasons.parquet") for name in ("straight", "one")
    ]
    assert kept[0].equals(kept[1])


def test_two_rows_that_change_places_are_found(practice, tmp_path: Path) -> None:
    """The check reads a shuffled file in its own order."""
    plan = practice.plan(shuffle=True)
    made = export_release(practice.survey, plan, KEY, practice.rows(plan), tmp_path)
    path = max((made.release / "send").glob("*.csv"), key=lambda path: path.stat().st_size)
    lines = path.read_bytes().splitlines(keepends=True)
    at = next(n for n in range(1, len(lines) - 1) if lines[n] != lines[n + 1])
    lines[at], lines[at + 1] = lines[at + 1], lines[at]
    path.write_bytes(b"".join(lines))
    assert "cells" in failed(verify_release(made.release, practice.survey, KEY).checks)


def test_the_covering_note_tells_of_days_sample_and_order(practice, tmp_path: Path) -> None:
    plan = practice.plan(shuffle=True, sample_per_mille=900, window_from="2013-04-01")
    rows = practice.rows(practice.plan(shuffle=True, sample_per_mille=900))
    made = export_release(practice.survey, plan, KEY, rows, tmp_path)
    note = (made.release / "send" / "covering-note.html").read_text("utf-8")
    for words in ("from 1 April 2013", "a sample of 90%", "an order drawn with a secret key"):
        assert words in note
    plain = practice.plan()
    made = export_release(practice.survey, plain, KEY, practice.rows(plain), tmp_path / "plain")
    assert "secret key, block" not in (made.release / "send" / "covering-note.html").read_text("utf-8")
