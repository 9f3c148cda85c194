"""Who looked and who should still be looked at, by the command line."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from core.cli import main
from core.patients.looks import Look, record_look
from core.protection.keys import key_file
from core.protection.plans.files import load_plan
from core.release.manifest import read_manifest, read_plan

PHRASE, CODE = "a pass phrase for tests", "P-7KQ2-M9XD-0RHE-5V2T"
WHO = ("--profile", "approved-research", "--recipient", "Bristol Trial Unit", "--project", "Feet 2026")
SAID = (*WHO, "--objections-from", "codes", "--assume-registered")
NUMBERS = ("9990000018", "9990000026", "9990000034", "9990000042")
AT = "2018-08-06T14:30"


@pytest.fixture(autouse=True)
def _own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(key_file, "_MEMORY_KIB", 19_456)
    monkeypatch.setattr(key_file, "_PASSES", 1)
    monkeypatch.setenv("THRESHOLD_PASSPHRASE", PHRASE)
    monkeypatch.setenv("THRESHOLD_LOOKS", str(tmp_path / "looks.jsonl"))
    monkeypatch.setenv("THRESHOLD_KEYS", str(tmp_path / "keys.json"))
    monkeypatch.setenv("THRESHOLD_GP_ONLY", str(tmp_path / "gp-only.json"))


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Any:
    def call(*arguments: object) -> tuple[int, Any]:
        capsys.readouterr()
        status = main([str(a) for a in (*arguments, "--json")])
        return status, json.loads(capsys.readouterr().out)

    return call


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Four patients; every one is the only one of a year of birth."""
    path = tmp_path / "events.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["NHS Number", "Date of birth", "Event date", "Code", "Term"])
        for n in range(40):
            born = f"12/04/{1941 + n % 4 * 10}"
            writer.writerow([NUMBERS[n % 4], born, "03/11/2025", "44054006", "Type 2 diabetes mellitus"])
    assert main(["key", "create", str(tmp_path / "key")]) == 0
    return path


def test_who_was_seen_goes_into_the_plan_and_the_release(run: Any, source: Path, tmp_path: Path) -> None:
    given = (source, *SAID, "--key-file", tmp_path / "key")
    status, first = run("export", *given, "--out", tmp_path / "first")
    assert status == 0, first
    assert first["looked_at"] == 0
    waiting = first["not_looked_at"]
    assert waiting >= 2
    data = Path(first["release"]) / "send" / first["files"][0]["name"]
    with data.open(encoding="utf-8", newline="") as file:
        codes = sorted({row["NHS Number"] for row in csv.DictReader(file)})
    assert len(codes) == 4

    decided = tmp_path / "decisions.toml"
    looks = "".join(
        f'[[seen]]\npatient = "{code}"\nby = "Dr Rowan Example"\nat = "{AT}"\n' for code in codes[:-1]
    )
    decided.write_text(looks, "utf-8")
    status, made = run("export", *given, "--decisions", decided, "--out", tmp_path / "second")
    assert status == 0, made
    assert (made["looked_at"], made["plan"]) == (3, first["plan"])
    assert made["not_looked_at"] < waiting
    assert [f["sha256"] for f in made["files"]] == [f["sha256"] for f in first["files"]]

    release = Path(made["release"])
    manifest = read_manifest(release)
    assert [(look.patient, look.by, look.at) for look in manifest.seen] == [
        (code, "Dr Rowan Example", AT) for code in codes[:-1]
    ]
    kept = read_plan(release / "keep" / "plan.json")
    assert kept.seen == tuple((code, "Dr Rowan Example", AT) for code in codes[:-1])
    page = (release / "keep" / "manifest.html").read_text("utf-8")
    assert "Dr Rowan Example" in page
    assert f"Not looked at: {made['not_looked_at']}" in page
    assert "Rowan" not in "".join(p.read_text("utf-8") for p in (release / "send").iterdir())

    status, checked = run("verify", release, "--source", source, "--key-file", tmp_path / "key")
    assert status == 0, checked
    status, again = run(
        *("export", *given, "--start-from", release, "--out", tmp_path / "third"),
    )
    assert status == 0, again
    assert (again["looked_at"], again["not_looked_at"]) == (0, waiting)


def test_a_plan_of_its_own_keeps_who_was_seen(run: Any, source: Path, tmp_path: Path) -> None:
    decided, plan = tmp_path / "decisions.toml", tmp_path / "plan.json"
    decided.write_text(f'[[seen]]\npatient = "{CODE}"\nby = "Sam Sample"\nat = "{AT}"\n', "utf-8")
    given = (source, *SAID, "--key-file", tmp_path / "key")
    status, made = run("plan", "make", *given, "--decisions", decided, "--out", plan)
    assert status == 0, made
    assert load_plan(plan).plan.seen == ((CODE, "Sam Sample", AT),)
    other = tmp_path / "other.json"
    status, made = run("plan", "make", *given, "--out", other)
    assert status == 0, made
    status, compared = run("plan", "compare", plan, other)
    assert status == 0
    assert compared["differences"] == []
    kept = ("--objections-from", "codes", "--key-file", tmp_path / "key", "--plan", plan)
    status, made = run("export", source, *WHO, *kept, "--out", tmp_path / "out")
    assert status == 0, made
    assert made["looked_at"] == 1


def test_counts_have_nobody_to_look_at(run: Any, source: Path, tmp_path: Path) -> None:
    given = ("--profile", "open-publication", *WHO[2:], "--key-file", tmp_path / "key")
    status, made = run("export", source, *given, "--out", tmp_path / "out")
    assert status == 0, made
    assert made["not_looked_at"] is None


def test_the_record_of_looking_is_checked_and_told(run: Any, tmp_path: Path) -> None:
    path = tmp_path / "looks.jsonl"
    status, told = run("audit", "looks")
    assert (status, told["error"]["code"]) == (2, "no_looks")
    record_look(path, Look("Dr Rowan Example", "gp", "patient", CODE))
    record_look(path, Look("Sam Sample", "staff", "rows", table=1))
    status, told = run("audit", "looks")
    assert (status, told["entries"], told["passed"]) == (0, 2, True)
    assert [look["by"] for look in told["looks"]] == ["Dr Rowan Example", "Sam Sample"]
    status, told = run("audit", "looks", "--code", CODE.lower())
    assert [look["by"] for look in told["looks"]] == ["Dr Rowan Example"]
    assert run("audit", "looks", "--set-aside")[0] == 2

    path.write_bytes(path.read_bytes().replace(b"Rowan", b"Robin"))
    status, told = run("audit", "looks")
    assert (status, told["error"]["code"]) == (5, "looks")
    status, told = run("audit", "looks", "--set-aside")
    assert (status, told["entries"], told["looks"]) == (0, 1, [])
    assert b"Robin" in Path(told["set_aside"]).read_bytes()


def test_the_record_of_looking_for_people(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    record_look(tmp_path / "looks.jsonl", Look("Dr Rowan Example", "gp", "patient", CODE))
    assert main(["audit", "looks"]) == 0
    said = capsys.readouterr().out
    assert f"Dr Rowan Example, GP: one patient's record ({CODE})" in said
