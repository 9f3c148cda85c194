"""`counts` on the command line: a number on the screen and no file; rows refused where only counts leave."""

from __future__ import annotations

import csv
import json
import os
from pathlib import Path
from typing import Any

import pytest

from core.cli import main

COUNTS = ("feasibility-count", "foi-count", "open-publication")
PHRASE = "correct horse battery staple"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("counts")
    (folder / "in").mkdir()
    with (folder / "in" / "events.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(
            (
                "NHS number",
                "Surname",
                "Date of birth",
                "Sex",
                "Registration status",
                "Event date",
                "Code",
                "Term",
            )
        )
        for n in range(60):
            code = ("44054006", "Type 2 diabetes mellitus") if n % 2 else ("363346000", "Malignant neoplasm")
            writer.writerow(
                (nhs(n), "Quixley", f"12/04/{1930 + n}", "FM"[n < 20], "Registered", "03/11/2025", *code)
            )
    os.environ["THRESHOLD_PASSPHRASE"] = PHRASE
    assert main(["key", "create", str(folder / "key")]) == 0
    return folder


def nhs(n: int) -> str:
    """A valid number of the test range."""
    for digits in range(n * 10, n * 10 + 10):
        nine = f"999{digits:06d}"
        check = 11 - sum(int(d) * w for d, w in zip(nine, range(10, 1, -1), strict=True)) % 11
        if check != 10:
            return f"{nine}{check % 11}"
    raise AssertionError


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("THRESHOLD_PASSPHRASE", PHRASE)

    def call(*arguments: object) -> tuple[int, dict[str, Any], str]:
        capsys.readouterr()
        status = main([*map(str, arguments), "--json"])
        said = capsys.readouterr()
        return status, json.loads(said.out), said.err

    return call


def export(place: Path, profile: str, out: Path, *more: object) -> tuple[object, ...]:
    return (
        *("export", place / "in", "--profile", profile, "--recipient", "Somebody", "--project", "asked"),
        *("--key-file", place / "key", "--out", out, *more),
    )


def test_the_number_for_a_study_is_on_the_screen_alone(place: Path, run: Any) -> None:
    before = sorted(place.rglob("*"))
    status, told, _ = run("counts", place / "in", "--profile", "feasibility-count")
    assert status == 0
    (line,) = told["counts"]
    assert (line["group"], line["patients"], line["hidden"]) == ("Total", "60", False)
    assert told["written"] is False
    assert any("registered" in sentence for sentence in told["statement"])
    assert told["rule"]["files"] == ["opensafely-2024 2024-01.1"]
    assert sorted(place.rglob("*")) == before


def test_the_number_of_those_who_have_what_is_asked_for(place: Path, run: Any) -> None:
    _, told, _ = run("counts", place / "in", "--profile", "feasibility-count", "--of", "cancer")
    assert [(line["measure"], line["group"], line["patients"]) for line in told["counts"]] == [
        ("Cohort", "Cancer", "30")
    ]
    status, told, _ = run("counts", place / "in", "--profile", "feasibility-count", "--of", "hiv")
    assert (status, told["error"]["code"]) == (4, "gate.counts-of")
    assert run("counts", place / "in", "--profile", "feasibility-count", "--of", "gout")[0] == 2


def test_an_answer_by_sex_and_age_of_the_family_that_was_asked_for(place: Path, run: Any) -> None:
    _, told, _ = run("counts", place / "in", "--profile", "foi-count", "--of", "cancer")
    lines = {(line["measure"], line["group"]): line for line in told["counts"]}
    assert lines["Family of codes", "Cancer"]["patients"] == "30"
    assert lines["Family of codes", "Cancer"]["percent"] == "50%"
    assert lines["Cancer by sex", "Female"]["patients"] == "20"
    assert not any(measure == "Sex and age" for measure, _ in lines)
    for (measure, _), line in lines.items():
        if measure == "Cancer by age" and line["patients"] not in ("*", "0"):
            assert int(line["patients"]) >= 10


@pytest.mark.parametrize("form", ["csv", "xlsx", "parquet", "ndjson", "fhir"])
def test_a_number_on_the_screen_is_written_in_no_format(
    place: Path, run: Any, tmp_path: Path, form: str
) -> None:
    arguments = export(place, "feasibility-count", tmp_path / "out", "--format", form)
    status, told, _ = run(*arguments)
    assert (status, told["error"]["code"]) == (4, "gate.counts-only")
    assert "threshold-cli counts" in told["error"]["message"]
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("profile", ["foi-count", "open-publication"])
def test_a_format_made_of_rows_is_refused(place: Path, run: Any, tmp_path: Path, profile: str) -> None:
    status, told, _ = run(*export(place, profile, tmp_path / "out", "--format", "fhir"))
    assert (status, told["error"]["code"]) == (4, "gate.counts-only")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("profile", COUNTS)
def test_a_decision_to_send_a_field_is_refused(place: Path, run: Any, tmp_path: Path, profile: str) -> None:
    decisions = tmp_path / "decisions.toml"
    decisions.write_text('[fields."events"."Sex"]\naction = "keep"\n', "utf-8")
    status, told, _ = run(*export(place, profile, tmp_path / "out", "--decisions", decisions))
    assert (status, told["error"]["code"]) == (4, "gate.counts-only")
    assert not (tmp_path / "out").exists()
    decisions.write_text('[fields."events"."Sex"]\naction = "leave_out"\n', "utf-8")
    assert run("counts", place / "in", "--profile", profile, "--decisions", decisions)[0] == 0


@pytest.mark.parametrize("profile", ["foi-count", "open-publication"])
def test_what_is_shown_is_what_is_written(place: Path, run: Any, tmp_path: Path, profile: str) -> None:
    status, told, _ = run(*export(place, profile, tmp_path))
    assert status == 0
    assert [file["name"] for file in told["files"]] == ["counts.csv"]
    assert told["rows_out"] == 0
    assert told["rows_in"] == sum(reason["rows"] for reason in told["withheld"])
    with (Path(told["release"]) / "send" / "counts.csv").open(encoding="utf-8", newline="") as file:
        written = list(csv.reader(file))[1:]
    _, shown, _ = run("counts", place / "in", "--profile", profile)
    assert [[line["measure"], line["group"], line["patients"]] for line in shown["counts"]] == written
    assert run("verify", told["release"], "--source", place / "in")[1]["passed"]


@pytest.mark.parametrize("profile", COUNTS)
def test_no_row_is_previewed(place: Path, run: Any, profile: str) -> None:
    status, told, _ = run(
        *("preview", place / "in", "--profile", profile, "--recipient", "r", "--project", "p"),
        *("--key-file", place / "key", "--rows", "0:9"),
    )
    assert status == 0
    assert told["out_fields"] == []
    assert {(row["out"], row["withheld_id"]) for row in told["rows"]} == {(None, "counted")}


def test_a_profile_with_rows_has_no_counts_to_show(place: Path, run: Any) -> None:
    status, told, _ = run("counts", place / "in", "--profile", "approved-research")
    assert (status, told["error"]["where"]) == (2, "--profile")


def test_whoever_is_held_back_is_in_no_count(run: Any, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    held = place / "held"
    rows = [word for n in range(20) for word in ("--row", f"events:{n}")]
    said = ("--reason", "patient_asked", "--source", place / "in", "--key-file", place / "key")
    assert run("hold-backs", "add", *rows, *said, "--hold-backs", held)[0] == 0
    asked = ("counts", place / "in", "--profile", "feasibility-count", "--key-file", place / "key")
    assert run(*asked)[1]["counts"][0]["patients"] == "60"
    assert run(*asked, "--hold-backs", held)[1]["counts"][0]["patients"] == "40"
    monkeypatch.setenv("THRESHOLD_HOLD_BACKS", str(held))
    assert run(*asked)[1]["counts"][0]["patients"] == "40"
    monkeypatch.setattr("core.cli_work.keystore_available", lambda: False)
    assert run(*asked[:4])[0] == 2  # who is held back cannot be told without the key
