"""A file that was named and is not there is told, with its name and what to do; only places of one's own may
be empty. A list read as empty would hold nobody back, and nobody would notice the mistyped name."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from core.cli import main
from core.protection.keys import key_file
from core.survey.lists import FOLDER_SETTING

PLAIN = ("--profile", "approved-research", "--recipient", "r", "--project", "j")
CODES = ("--objections-from", "codes")
SEEN = ("preview", "e.csv", "--rows", "0:1", *PLAIN, "--key-file", "key")
WRITTEN = ("export", "e.csv", *PLAIN, *CODES, "--key-file", "key", "--out", "out")
COUNTED = ("counts", "e.csv", "--profile", "feasibility-count")
NAMED = "mistyped"

#: Everything that reads a file or folder of this name, which is not there.
ASKED: tuple[tuple[str, ...], ...] = (
    ("hold-backs", "list", "--key-file", "key", "--hold-backs", NAMED),
    ("hold-backs", "check", "e.csv", "--key-file", "key", "--hold-backs", NAMED),
    ("hold-backs", "remove", "H-7KQ2-M9XD-0RHE-5V2T", "--key-file", "key", "--hold-backs", NAMED),
    (*COUNTED, "--hold-backs", NAMED),
    (*COUNTED, "--key-file", "key", "--hold-backs", NAMED),
    (*COUNTED, "--decisions", NAMED),
    (*COUNTED, "--recipients", NAMED),
    (*COUNTED, "--lists", NAMED),
    (*SEEN, *CODES, "--hold-backs", NAMED),
    (*SEEN, *CODES, "--decisions", NAMED),
    (*SEEN, *CODES, "--recipients", NAMED),
    (*SEEN, *CODES, "--plan", NAMED),
    (*SEEN, *CODES, "--start-from", NAMED),
    (*SEEN, *CODES, "--read-as", NAMED),
    (*SEEN, *CODES, "--lists", NAMED),
    (*SEEN, *CODES, "--look-up", NAMED),
    (*SEEN, *CODES, "--scheme", "ndr", "--salt-file", NAMED),
    (*SEEN, "--objections-from", f"list:{NAMED}"),
    (*SEEN, "--objections-from", f"cleaned:{NAMED}", "--cleaned-on", "2026-01-05"),
    (*WRITTEN, "--approval", NAMED),
    (*WRITTEN, "--compare", NAMED),
    ("scan", NAMED),
    ("scan", "e.csv", "--compare", NAMED),
    ("lists", "list", "--lists", NAMED),
    ("lists", "remove", "one", "--lists", NAMED),
    ("lists", "add", NAMED),
    ("recipients", "list", NAMED),
    ("recipients", "show", NAMED),
    ("recipients", "check", NAMED),
    ("plan", "show", NAMED),
    ("plan", "compare", NAMED, NAMED),
    ("plan", "approve", NAMED, "--name", "Ann", "--role", "prepared"),
    ("audit", "check", "--audit", NAMED),
    ("audit", "looks", "--looks", NAMED),
    ("audit", "looks", "--looks", NAMED, "--set-aside"),
    ("verify", NAMED),
    ("verify", "e.csv", "--source", NAMED),
    ("objections", "check-list", NAMED, "--out", "list.dat"),
    ("key", "backup", NAMED),
    ("key", "restore", "another", "--backup", NAMED),
    ("key", "destroy", NAMED),
    ("reidentify", "P-7KQ2-M9XD-0RHE-5V2T", "--recipient", "r", "--project", "j", "--key-file", "key",
     "--reason", "A dangerous result", "--source", NAMED),
)  # fmt: skip


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("missing")
    with (folder / "e.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(
            [
                ("NHS Number", "Date of birth", "Event date", "Code"),
                ("9990000018", "12/04/1961", "03/11/2025", "44054006"),
            ]
        )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(key_file, "_MEMORY_KIB", 19_456)
        patch.setenv("THRESHOLD_PASSPHRASE", "a pass phrase")
        assert main(["key", "create", str(folder / "key")]) == 0
    return folder


@pytest.fixture
def run(
    made: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> Any:
    monkeypatch.setattr(key_file, "_MEMORY_KIB", 19_456)
    monkeypatch.setenv("THRESHOLD_PASSPHRASE", "a pass phrase")
    monkeypatch.setenv("THRESHOLD_HOLD_BACKS", str(tmp_path / "own" / "held.json"))
    monkeypatch.setenv("THRESHOLD_LOOKS", str(tmp_path / "own" / "looks.jsonl"))
    monkeypatch.setenv(FOLDER_SETTING, str(tmp_path / "own" / "lists"))
    monkeypatch.chdir(made)

    def call(*words: str) -> tuple[int, Any]:
        capsys.readouterr()
        status = main([*words, "--json"])
        return status, json.loads(capsys.readouterr().out)

    return call


@pytest.mark.parametrize("asked", ASKED, ids=lambda asked: " ".join(asked[:2]) + " " + asked[-2].lstrip("-"))
def test_a_named_file_that_is_missing_is_told(run: Any, made: Path, asked: tuple[str, ...]) -> None:
    before = sorted(path.name for path in made.rglob("*"))
    status, told = run(*asked)
    assert status in (2, 3), told
    error = told["error"]
    assert NAMED in error["where"] + error["message"], error
    assert error["message"].count(".") >= 1
    assert any(word in error["message"] for word in ("Check", "Choose", "Make one", "elsewhere", "backup")), (
        error
    )
    assert sorted(path.name for path in made.rglob("*")) == before, "nothing is begun by a mistyped name"


def test_where_the_practice_has_no_list_of_its_own_nobody_is_held_back(run: Any) -> None:
    assert run("hold-backs", "list", "--key-file", "key")[1]["entries"] == []
    assert run("hold-backs", "check", "e.csv", "--key-file", "key")[1]["found"] == []
    assert run(*COUNTED)[0] == 0
    assert run("lists", "list")[1]["lists"] == []
    status, told = run("hold-backs", "remove", "H-7KQ2-M9XD-0RHE-5V2T", "--key-file", "key")
    assert (status, told["error"]["where"]) == (2, "hold-backs")


def test_only_adding_begins_a_list_at_a_named_place(
    run: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = str(tmp_path / "new.json")
    words = ("hold-backs", "add", "--reason", "third_party", "--source", "e.csv", "--row", "e:0")
    assert main([*words, "--key-file", "key", "--hold-backs", place]) == 0
    assert f"A new list is begun: {place}." in capsys.readouterr().out
    status, told = run("hold-backs", "check", "e.csv", "--key-file", "key", "--hold-backs", place)
    assert (status, told["rows"]) == (0, 1)


def test_no_number_is_told_without_the_list_that_is_gone(run: Any, tmp_path: Path) -> None:
    """The key would not have been asked for, and whoever is held back would be counted."""
    words = ("hold-backs", "add", "--reason", "third_party", "--source", "e.csv", "--row", "e:0")
    assert run(*words, "--key-file", "key")[0] == 0
    assert run("hold-backs", "list", "--key-file", "key")[0] == 0  # the record of looking knows of it
    (tmp_path / "own" / "held.json").unlink()
    status, told = run(*COUNTED)
    assert (status, told["error"]["code"]) == (4, "hold_backs.gone")
