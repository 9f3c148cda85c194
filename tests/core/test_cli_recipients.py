"""The book of recipients, days, samples and order on the command line."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from core.cli import main
from core.protection import Key

PHRASE = "a pass phrase for tests"
HEADER = "NHS Number,Surname,Date of birth,Postcode,Sex,Event date,Code,Term"
PEOPLE = [
    ("9990000018", "Kowalski", "12/04/1961", "BS6 5QA", "F"),
    ("9990000026", "White", "06/08/1948", "LS19 6BA", "M"),
    ("9990000034", "Parkinson", "01/02/1990", "WF8 4PQ", "F"),
    ("9990000042", "May", "31/01/1990", "M1 1AE", "F"),
    ("9990000050", "Toosy", "24/02/1975", "B33 8TH", "M"),
]
BOOK = """
[recipients."Bristol Trial Unit"]
type = "university"
other_names = ["BTU"]
legal_basis = "CAG 21/0001"
agreement = "DSA-1"
valid_from = 2020-01-01
valid_until = 2099-12-31
profiles = ["approved-research"]
destroy_by = 2099-12-31
"""
ONLY = '[recipients."Bristol Trial Unit".only]\nroles = ["nhs_number", "event_date", "code"]\n'


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("book")
    with (folder / "events.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER.split(","))
        for n in range(60):
            term = ("195967001", "Asthma") if n % 2 else ("44054006", "Type 2 diabetes mellitus")
            writer.writerow((*PEOPLE[n % 5], f"{n % 28 + 1:02d}/03/{2000 + n // 2}", *term))
    patch = pytest.MonkeyPatch()
    patch.setenv("THRESHOLD_PASSPHRASE", PHRASE)
    # One key for every run: of five patients a key of its own may draw all, or none.
    patch.setattr("core.protection.keys.backup.create_key", lambda: Key(bytes(range(32))))
    assert main(["key", "create", str(folder / "key")]) == 0
    patch.undo()
    return folder


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    monkeypatch.setenv("THRESHOLD_PASSPHRASE", PHRASE)

    def call(*arguments: object) -> tuple[int, Any]:
        capsys.readouterr()
        status = main([*map(str, arguments), "--json"])
        return status, json.loads(capsys.readouterr().out)

    return call


def plan(place: Path, command: str, *more: object, recipient: str = "Bristol Trial Unit") -> list[object]:
    return [
        *(command, place / "events.csv", "--profile", "approved-research", "--recipient", recipient),
        *("--project", "P", "--key-file", place / "key", "--assume-registered"),
        *("--objections-from", "search:A Manager", *more),
    ]


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "book.toml"
    path.write_text(BOOK, "utf-8")
    return path


def test_the_book_is_listed_shown_and_checked(book: Path, run, capsys: pytest.CaptureFixture[str]) -> None:
    status, told = run("recipients", "list", book)
    assert status == 0
    assert [(one["name"], one["live"]) for one in told["recipients"]] == [("Bristol Trial Unit", True)]
    assert run("recipients", "show", book, "--recipient", "btu")[1]["recipients"][0]["agreement"] == "DSA-1"
    assert run("recipients", "show", book, "--recipient", "nobody")[0] == 2
    assert run("recipients", "check", book)[1]["warnings"] == []
    assert main(["recipients", "show", str(book)]) == 0
    assert "May be given names: no" in capsys.readouterr().out
    assert main(["recipients", "check", str(book)]) == 0
    assert "Nothing to look at." in capsys.readouterr().out
    book.write_text(BOOK.replace("university", "college"), "utf-8")
    assert run("recipients", "check", book)[0] == 2


def test_without_a_book_of_ones_own_there_is_none_to_show(
    tmp_path: Path, run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("THRESHOLD_RECIPIENTS", str(tmp_path / "none.toml"))
    status, told = run("recipients", "list")
    assert (status, told["error"]["code"]) == (2, "no_book")


def test_the_practices_own_book_decides_where_nothing_else_is_named(
    place: Path, book: Path, run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("THRESHOLD_RECIPIENTS", str(book))
    out = ("--out", tmp_path / "out")
    assert run(*plan(place, "export", *out))[0] == 0
    status, told = run(*plan(place, "export", *out, recipient="Somebody"))
    assert (status, told["error"]["code"]) == (4, "gate.recipient")
    typed = run(*plan(place, "export", *out, "--agreement", "DSA-9", recipient="Somebody"))
    assert typed[0] == 4, "a reference that somebody types opens nothing"


def test_agreed_fields_are_all_that_is_shown_and_sent(place: Path, book: Path, run, tmp_path: Path) -> None:
    book.write_text(BOOK + ONLY, "utf-8")
    shown = run(*plan(place, "preview", "--rows", "0:2", "--recipients", book))[1]
    assert shown["out_fields"] == ["NHS Number", "Event date", "Code"]
    assert run(*plan(place, "export", "--out", tmp_path / "out", "--recipients", book))[0] == 0


def test_days_are_taken_on_the_command_line(place: Path, run, tmp_path: Path) -> None:
    days = ("--from", "2010-01-01", "--until", "2014-12-31")
    status, told = run(*plan(place, "export", "--out", tmp_path, *days))
    assert status == 0
    assert told["rows_out"] == 10
    assert [(w["id"], w["rows"], w["patients"]) for w in told["withheld"]] == [("window.outside", 50, 5)]
    shown = run(*plan(place, "preview", "--rows", "0:60", *days))[1]["rows"]
    assert sum(row["out"] is not None for row in shown) == 10
    assert run(*plan(place, "export", "--out", tmp_path, "--from", "2014"))[0] == 2
    assert (
        run(*plan(place, "preview", "--rows", "0:1", "--from", "2015-01-01", "--until", "2014-01-01"))[0] == 2
    )


def test_a_sample_and_an_order_are_the_same_each_time(place: Path, run, tmp_path: Path) -> None:
    made = []
    for name, workers in (("one", "1"), ("two", "2")):
        wanted = ("--sample", "60%", "--shuffle", "--workers", workers)
        status, told = run(*plan(place, "export", "--out", tmp_path / name, *wanted))
        assert status == 0
        assert {held["id"] for held in told["withheld"]} == {"sample.not_drawn"}
        made.append(told["files"][0]["sha256"])
        release = told["release"]
    assert made[0] == made[1]
    events = place / "events.csv"
    assert run("verify", release, "--source", events, "--key-file", place / "key")[0] == 0
    assert run("verify", release, "--source", events)[0] == 0
    assert run(*plan(place, "preview", "--rows", "0:1", "--sample", "lots"))[0] == 2


def test_a_reason_for_the_whole_list_is_one_of_a_few(place: Path, run, tmp_path: Path) -> None:
    assert run(*plan(place, "export", "--out", tmp_path, "--whole-list", "because"))[0] == 2
    assert run(*plan(place, "export", "--out", tmp_path, "--whole-list", "approval"))[0] == 0
