"""The record of look-ups shows when it was changed, and is never written with a patient's number."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from core.model import UsageError, VerificationError
from core.release.audit import LookUp, audit_path, check_audit, check_reason, record
from core.release.stage import WriteError

ONE = LookUp("P-0000-0000-0000-0000", "Bristol", "Feet", "A dangerous result", True, "K-00000000")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    place = tmp_path / "new folder" / "look-ups.jsonl"
    record(place, [ONE, ONE])
    record(place, [ONE])
    return place


def test_entries_follow_each_other(path: Path) -> None:
    assert check_audit(path).entries == 3
    entries = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    assert [e["n"] for e in entries] == [1, 2, 3]
    assert [e["before"] for e in entries] == ["0" * 64, entries[0]["hash"], entries[1]["hash"]]
    assert {"code", "recipient", "project", "reason", "found", "key", "when"} <= set(entries[0])


def _lines(path: Path, change: Any) -> None:
    path.write_bytes(b"".join(change(path.read_bytes().splitlines(keepends=True))))


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda lines: lines[:-1], "1 look-ups are missing at the end"),
        (lambda lines: lines[1:], "From look-up 1"),
        (lambda lines: [lines[0], lines[2]], "From look-up 2"),
        (lambda lines: [lines[0], lines[1].replace(b"dangerous", b"harmless"), lines[2]], "From look-up 2"),
        (lambda lines: [lines[0], lines[1].replace(b"true", b"false"), lines[2]], "From look-up 2"),
        (lambda lines: [*lines, lines[2]], "From look-up 4"),
        (lambda lines: [*lines, b"{"], "From look-up 4"),
        (lambda lines: [lines[0], lines[1], lines[2].rstrip(b"\n")], "From look-up 3"),
        (lambda lines: [], "3 look-ups are missing"),
    ],
)
def test_whatever_is_changed_shows_and_stops_the_next_look_up(path: Path, change: Any, says: str) -> None:
    _lines(path, change)
    before = path.read_bytes()
    with pytest.raises(VerificationError, match=says):
        check_audit(path)
    with pytest.raises(VerificationError, match=says):
        record(path, [ONE])
    assert path.read_bytes() == before


def test_a_forged_end_shows_by_the_marker(path: Path, tmp_path: Path) -> None:
    record(tmp_path / "other", [ONE] * 2)
    record(tmp_path / "other", [LookUp("P", "r", "p", "another reason", False, "K")])
    path.write_bytes((tmp_path / "other").read_bytes())
    with pytest.raises(VerificationError, match="Look-up 3"):
        check_audit(path)


def test_the_marker_cannot_go_away_nor_can_the_record(path: Path) -> None:
    marker = path.with_name(path.name + ".last")
    kept = marker.read_bytes()
    marker.unlink()
    with pytest.raises(VerificationError, match="is gone"):
        check_audit(path)
    marker.write_bytes(kept)
    path.unlink()
    with pytest.raises(VerificationError, match="is gone"):
        check_audit(path)
    marker.unlink()
    with pytest.raises(UsageError):
        check_audit(path)


def test_power_lost_between_the_record_and_its_marker_is_no_forgery(path: Path) -> None:
    marker = path.with_name(path.name + ".last")
    kept = marker.read_bytes()
    record(path, [ONE])
    marker.write_bytes(kept)
    assert check_audit(path).entries == 4
    assert record(path, [ONE]).entries == 5


def test_a_disk_that_refuses_gives_no_answer(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(WriteError, match="not answered"):
        record(path, [ONE])


@pytest.mark.parametrize("reason", ["", "   ", "...", "123"])
def test_a_look_up_needs_a_reason(reason: str) -> None:
    with pytest.raises(UsageError) as caught:
        check_reason(reason)
    assert caught.value.code == "no_reason"


@pytest.mark.parametrize(
    "reason",
    ["about 999 123 4560", "call 0117 496 0123", "a@example.org asked", "x" * 501],
)
def test_a_reason_names_nobody(reason: str) -> None:
    with pytest.raises(UsageError) as caught:
        check_reason(reason)
    assert reason not in caught.value.message


def test_the_person_may_say_where_it_stands(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("THRESHOLD_AUDIT", str(tmp_path / "a"))
    assert audit_path() == tmp_path / "a"
