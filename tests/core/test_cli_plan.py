"""`plan`, `hold-backs`, `--start-from` and `--approval` on the command line."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from core.cli import main

PHRASE = "a pass phrase for tests"
HEADER = ["NHS Number", "Surname", "Date of birth", "Sex", "Event date", "Code", "Term"]
PEOPLE = [
    ("9990000018", "Kowalski", "12/04/1961", "F"),
    ("9990000026", "White", "06/08/1948", "M"),
    ("9990000034", "Parkinson", "01/02/1990", "F"),
]
ENTRIES = [
    ("03/11/2025", "44054006", "Type 2 diabetes mellitus"),
    ("04/11/2025", "38341003", "Hypertensive disorder"),
    ("05/11/2025", "195967001", "Asthma"),
]


def written(path: Path, header: list[str], rows: list[tuple[str, ...]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])
    return path


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("THRESHOLD_PASSPHRASE", PHRASE)
    monkeypatch.setenv("THRESHOLD_HOLD_BACKS", str(tmp_path / "held" / "list.json"))
    monkeypatch.chdir(tmp_path)
    assert main(["key", "create", "key"]) == 0
    rows = [(*PEOPLE[n % 3], *ENTRIES[n // 3 % 3]) for n in range(36)]
    written(tmp_path / "events 2025-11 Quixley.csv", HEADER, rows)
    return tmp_path


@pytest.fixture
def run(place: Path, capsys: pytest.CaptureFixture[str]):
    def call(*arguments: object) -> tuple[int, dict[str, Any]]:
        capsys.readouterr()
        status = main([*(str(a) for a in arguments), "--json"])
        return status, json.loads(capsys.readouterr().out)

    return call


def options(**more: str) -> list[str]:
    said = {
        "profile": "approved-research",
        "recipient": "Bristol Trial Unit",
        "project": "Feet 2026",
        "key-file": "key",
        "objections-from": "codes",
        **more,
    }
    return [part for name, value in said.items() for part in (f"--{name}", value)] + ["--assume-registered"]


NOVEMBER = "events 2025-11 Quixley.csv"


def test_what_is_held_back_stays_in_every_export(run, place: Path) -> None:
    table = NOVEMBER.removesuffix(".csv")
    status, told = run(
        "hold-backs",
        "add",
        "--row",
        f"{table}:0",
        "--reason",
        "third_party",
        "--source",
        NOVEMBER,
        "--key-file",
        "key",
    )
    assert status == 0, told
    assert len(told["entries"]) == 1
    status, told = run("hold-backs", "check", NOVEMBER, "--key-file", "key")
    assert (status, told["rows"], told["absent"]) == (0, 4, [])
    status, told = run("export", NOVEMBER, *options(), "--out", "out")
    assert status == 0, told
    assert {w["id"] if "id" in w else w["reason"]: w["rows"] for w in told["withheld"]}
    assert 4 in {w["rows"] for w in told["withheld"]}
    for path in (place / "held").iterdir():
        kept = path.read_text("utf-8")
        assert not [part for person in PEOPLE for part in person[:3] if part in kept], path.name
    written(place / "other.csv", HEADER, [(*PEOPLE[1], *ENTRIES[0])] * 9)
    status, told = run("export", "other.csv", *options(), "--out", "out")
    assert (status, told["error"]["code"]) == (4, "gate.hold-backs")
    (place / "said.toml").write_text("[confirmed]\nheld_back_absent = 1\n", "utf-8")
    status, told = run("export", "other.csv", *options(decisions="said.toml"), "--out", "out")
    assert status == 0, told
    assert main(["key", "create", "key2"]) == 0
    status, told = run("export", NOVEMBER, *options(**{"key-file": "key2"}), "--out", "out")
    assert (status, told["error"]["code"]) == (4, "hold_backs.key")
    (entry,) = run("hold-backs", "list", "--key-file", "key")[1]["entries"]
    assert run("hold-backs", "remove", entry["code"], "--key-file", "key")[1]["entries"] == []


def test_a_patient_is_held_back_by_a_pseudonym(run, place: Path) -> None:
    status, told = run("preview", NOVEMBER, *options(), "--rows", "0:1")
    assert status == 0, told
    (code,) = [cell for cell in told["rows"][0]["out"] if cell and cell.startswith("P-")]
    add = ["hold-backs", "add", "--reason", "patient_asked", "--source", NOVEMBER, "--key-file", "key"]
    status, told = run(*add, "--patient", code, "--recipient", "Bristol Trial Unit", "--project", "Feet 2026")
    assert status == 0, told
    assert run(*add, "--patient", code, "--recipient", "Another", "--project", "Feet 2026")[0] == 4
    status, told = run("preview", NOVEMBER, *options(), "--rows", "0:2")
    assert [row["withheld"] is not None for row in told["rows"]] == [True, False]


def test_next_month_starts_from_the_last_release(run, place: Path) -> None:
    status, first = run("export", NOVEMBER, *options(), "--out", "out")
    assert status == 0, first
    for path in (place / first["release"] / "keep").iterdir():
        assert b"Quixley" not in path.read_bytes(), path.name
    assert run("verify", first["release"], "--source", NOVEMBER, "--key-file", "key")[1]["passed"] is True
    rows = [(*PEOPLE[n % 3], *ENTRIES[n // 3 % 3], "F", "E11.9" if n % 3 else "") for n in range(36)]
    written(place / "events 2025-12.csv", [*HEADER, "Ethnic origin", "ICD10 code"], rows)
    status, told = run(
        "export", "events 2025-12.csv", *options(), "--start-from", first["release"], "--out", "out"
    )
    assert status == 0, told
    fields = next(
        file for file in json.loads((place / told["release"] / "keep" / "manifest.json").read_text())["files"]
    )["fields"]
    assert "Sex" in fields
    assert "Ethnic origin" not in fields
    assert "ICD10 code" not in fields
    status, made = run(
        "plan",
        "make",
        "events 2025-12.csv",
        *options(),
        "--start-from",
        first["release"],
        "--out",
        "dec.json",
    )
    assert status == 0, made
    assert any("'Ethnic origin'" in what for what in made["drift"])
    assert any("ICD-10" in what for what in made["drift"])
    status, told = run("plan", "compare", first["release"], "dec.json")
    assert any("Ethnic origin" in line for line in told["differences"])
    assert run("plan", "show", "dec.json")[1]["started_from"] == first["plan"]


def test_an_approval_stands_for_one_plan(run, place: Path) -> None:
    status, made = run("plan", "make", NOVEMBER, *options(), "--out", "nov.json")
    assert status == 0, made
    assert b"Quixley" not in (place / "nov.json").read_bytes()
    assert run("plan", "approve", "nov.json", "--name", "Dr A Reader", "--role", "prepared")[0] == 0
    assert run("plan", "approve", "nov.json", "--name", "dr a  reader", "--role", "approved")[0] == 4
    assert run("plan", "approve", "nov.json", "--name", "Dr B Writer", "--role", "approved")[0] == 0
    status, told = run("export", NOVEMBER, *options(), "--approval", "nov.json.approvals", "--out", "out")
    assert status == 0, told
    assert told["plan"] == made["plan"]
    manifest = json.loads((place / told["release"] / "keep" / "manifest.json").read_text("utf-8"))
    assert (manifest["signed"], len(manifest["approvals"])) == (True, 2)
    changed = options(project="Hands 2026")
    status, told = run("export", NOVEMBER, *changed, "--approval", "nov.json.approvals", "--out", "out")
    assert (status, told["error"]["code"]) == (4, "gate.approvals")


def test_a_kept_plan_is_used_as_it_is_and_nothing_else_decides(run, place: Path) -> None:
    (place / "said.toml").write_text('[categories]\ncancer = "withhold"\n', "utf-8")
    made = run(
        "plan", "make", NOVEMBER, *options(decisions="said.toml", format="ndjson"), "--out", "nov.json"
    )[1]
    plain = options()[:-1]  # without --assume-registered
    status, told = run("export", NOVEMBER, *plain, "--plan", "nov.json", "--out", "out")
    assert (status, told["plan"]) == (0, made["plan"]), told
    assert [path.suffix for path in (place / told["release"] / "send").glob("*.ndjson")] == [".ndjson"]
    assert run("preview", NOVEMBER, *plain, "--plan", "nov.json", "--rows", "0:1")[0] == 0
    for more, status, code in (
        ([*plain, "--assume-registered"], 2, None),
        ([*plain, "--shuffle"], 2, None),
        ([*plain, "--format", "xlsx"], 2, None),
        (options(project="Hands 2026")[:-1], 4, "plan.changed"),
        (options(profile="commissioner-audit")[:-1], 4, "plan.changed"),
        (options(**{"objections-from": "search:Dr A Reader"})[:-1], 4, "plan.changed"),
    ):
        found, told = run("export", NOVEMBER, *more, "--plan", "nov.json", "--out", "out")
        assert found == status, told
        assert code is None or told["error"]["code"] == code
    written(place / "other.csv", [*HEADER, "Ethnic origin"], [(*PEOPLE[0], *ENTRIES[0], "F")] * 9)
    status, told = run("export", "other.csv", *plain, "--plan", "nov.json", "--out", "out")
    assert (status, told["error"]["code"]) == (4, "plan.other_export")
