# ruff: noqa: E501
"""The list for the opt-out service, its answer, and objections beside those of the last release."""

from __future__ import annotations

import json
import os
import stat
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from core.cli import main
from core.model import PolicyError, UsageError
from core.reading import open_export
from core.release import make_check_list, write_check_list
from core.survey import survey_export

PHRASE = "a pass phrase for tests"
NHS = ("9990000018", "9990000026", "9990000034", "9990000042", "9990000050")
HEADER = "NHS Number,Date of birth,Registration status,Event date,Code,Term"
TODAY = date.today()


def events(folder: Path, name: str, objecting: int) -> Path:
    rows = [
        f"{n},04/03/196{at},Regular,03/11/2009,44054006,Type 2 diabetes mellitus" for at, n in enumerate(NHS)
    ]
    rows += [
        f"{n},04/03/196{at},Regular,03/11/2015,9Nu0.,Dissent from secondary use of GP patient identifiable data"
        for at, n in enumerate(NHS[:objecting])
    ]
    path = folder / name
    path.write_text("\n".join([HEADER, *rows, ""]), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def key_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("key") / "key"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("THRESHOLD_PASSPHRASE", PHRASE)
        assert main(["key", "create", str(path)]) == 0
    return path


@pytest.fixture
def place(tmp_path: Path, key_file: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("THRESHOLD_PASSPHRASE", PHRASE)
    (tmp_path / "key").write_bytes(key_file.read_bytes())
    return tmp_path


def said(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[int, dict[str, Any]]:
    capsys.readouterr()
    status = main([str(argument) for argument in (*arguments, "--json")])
    return status, json.loads(capsys.readouterr().out)


def exported(place: Path, source: Path, out: str, *more: str | Path) -> tuple[str | Path, ...]:
    return (
        "export", source, "--profile", "approved-research", "--recipient", "Trial Unit", "--project", "P",
        "--key-file", place / "key", "--out", place / out, *more,
    )  # fmt: skip


def test_the_check_list_has_each_number_once_and_nothing_else(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = events(place, "events.csv", 2)
    with source.open("a", encoding="utf-8") as file:
        file.write("9990000019,01/01/1970,Regular,03/11/2009,44054006,Type 2 diabetes mellitus\n")
    out = place / "check.dat"
    status, told = said(capsys, "objections", "check-list", source, "--out", out)
    assert status == 0
    assert out.read_bytes() == b"".join(f"{number},\n".encode() for number in sorted(NHS))
    assert (told["numbers"], told["invalid"], told["without"]) == (5, 1, 0)
    if os.name == "posix":
        assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert sorted(path.name for path in place.iterdir()) == ["check.dat", "events.csv", "key"]
    assert not any(number in json.dumps(told) for number in NHS)


def test_a_file_that_is_there_stays_unless_it_may_go(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = events(place, "events.csv", 0)
    out = place / "mine.txt"
    out.write_text("mine", "utf-8")
    status, told = said(capsys, "objections", "check-list", source, "--out", out)
    assert (status, told["error"]["code"]) == (2, "exists")
    assert out.read_text("utf-8") == "mine"
    assert said(capsys, "objections", "check-list", source, "--out", out, "--overwrite")[0] == 0
    assert out.read_text("utf-8").startswith("999")


def test_nobody_with_a_number_is_no_list(tmp_path: Path) -> None:
    path = tmp_path / "events.csv"
    path.write_text("EMIS number,Code\n12,H33..\n", "utf-8")
    with pytest.raises(PolicyError, match="No patient here has a valid"):
        make_check_list(survey_export(open_export([path])))


def test_a_list_never_shows_its_numbers_and_never_takes_anothers_name(tmp_path: Path) -> None:
    made = make_check_list(survey_export(open_export([events(tmp_path, "events.csv", 0)])))
    assert "99900" not in repr(made)
    write_check_list(made, tmp_path / "a.dat")
    with pytest.raises(UsageError):
        write_check_list(made, tmp_path / "a.dat")


def test_the_answer_serves_the_release_and_is_kept_nowhere_else(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = events(place, "events.csv", 0)
    answer = place / "answer.dat"
    answer.write_text("".join(f"{number},\n" for number in NHS[:3]), "utf-8")
    status, told = said(
        capsys, *exported(place, source, "out", "--objections-from", f"cleaned:{answer}",
                          "--objections-from", "codes", "--cleaned-on", TODAY.isoformat())
    )  # fmt: skip
    assert status == 0, told
    held = {one["reason"]: one["patients"] for one in told["withheld"]}
    assert 2 in held.values()
    for path in (place / "out").rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            assert not any(number.encode() in data for number in NHS)
            assert b"answer.dat" not in data
    plan = json.loads(next((place / "out").rglob("plan.json")).read_text("utf-8"))
    source_told = next(one for one in plan["objection_sources"] if one["kind"] == "cleaned")
    assert source_told["date"] == TODAY.isoformat()
    assert set(source_told) == {"kind", "detail", "date"}


def test_an_old_answer_is_refused(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = events(place, "events.csv", 0)
    answer = place / "answer.dat"
    answer.write_text("".join(f"{number},\n" for number in NHS), "utf-8")
    old = (TODAY - timedelta(days=40)).isoformat()
    status, told = said(
        capsys, *exported(place, source, "out", "--objections-from", f"cleaned:{answer}", "--cleaned-on", old)
    )
    assert (status, told["error"]["code"]) == (4, "gate.opt-out-answer")
    said_old = [f"{days} days old" in told["error"]["message"] for days in (40, 41)]
    assert any(said_old), "the day may have changed since these tests began"


def test_far_fewer_objections_than_last_time_stop(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before, after = events(place, "before.csv", 4), events(place, "after.csv", 1)
    codes = ("--objections-from", "codes")
    status, first = said(capsys, *exported(place, before, "one", *codes))
    assert status == 0, first
    release = Path(first["release"])
    status, told = said(capsys, "scan", after, "--compare", release)
    assert status == 0
    assert told["objections_compared"]["objections"][0] == {
        "code": "type1_dissent", "meaning": "Type 1 objection", "now": 1, "before": 4, "fell": True,
    }  # fmt: skip
    status, told = said(capsys, *exported(place, after, "two", *codes, "--compare", release))
    assert (status, told["error"]["code"]) == (4, "gate.objections-last-time")
    assert "1 now, 4 last time" in told["error"]["message"]
    yes = place / "decisions.toml"
    yes.write_text("[confirmed]\nobjections_fell = 1\n", "utf-8")
    status, told = said(
        capsys, *exported(place, after, "two", *codes, "--compare", release, "--decisions", yes)
    )
    assert status == 0, told
    manifest = json.loads(next((place / "two").rglob("manifest.json")).read_text("utf-8"))
    assert any("1 now, 4 last time" in notice for notice in manifest["notices"])
    assert {one["id"] for one in manifest["objection_evidence"]} == {"codes", "national"}
    assert not any("after" in one["text"] for one in manifest["objection_evidence"])


def test_a_folder_that_is_no_release_is_no_last_time(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, _ = said(capsys, "scan", events(place, "events.csv", 0), "--compare", place)
    assert status == 3


def test_people_read_that_no_objection_here_is_not_no_objection(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["scan", str(events(place, "events.csv", 0))]) == 0
    out = capsys.readouterr().out
    assert "No objection in this file is not no objection." in out
    assert "National Data Opt-outs are not recorded" in out


@pytest.mark.parametrize("spoilt", ["9.99E+09", "999000002"])
def test_an_objection_under_a_number_that_cannot_be_read_stops_the_export(
    place: Path, capsys: pytest.CaptureFixture[str], spoilt: str
) -> None:
    source = events(place, "events.csv", 1)
    with source.open("a", encoding="utf-8") as file:
        file.write(f"{spoilt},,,03/11/2015,9Nu0.,\n")
    status, told = said(capsys, *exported(place, source, "out", "--objections-from", "codes"))
    assert status == 4
    assert "without an NHS number that can be read" in told["error"]["message"]
    assert spoilt not in json.dumps(told)


def test_somebody_without_an_nhs_number_may_object(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = events(place, "events.csv", 1)
    with source.open("a", encoding="utf-8") as file:
        file.write("TEMP0012,,Regular,03/11/2014,44054006,Type 2 diabetes mellitus\n")
        file.write("TEMP0012,,Regular,03/11/2015,9Nu0.,\n")
    status, told = said(capsys, *exported(place, source, "out", "--objections-from", "codes"))
    assert status == 0, told
    assert sum(one["rows"] for one in told["withheld"]) == 4
