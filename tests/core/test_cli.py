"""The command line: shapes, exit statuses, and one JSON object whatever happens."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from core import __version__
from core.cli import main

PHRASE = "a pass phrase for tests"
HEADER = "NHS Number,Surname,Forename,Date of birth,Postcode,Sex,Event date,Code,Term,Value,Notes"
PEOPLE = [
    ("9990000018", "Kowalski", "Agnes", "12/04/1961", "BS6 5QA", "F"),
    ("9990000026", "White", "John", "06/08/1948", "LS19 6BA", "M"),
    ("9990000034", "Parkinson", "Ruth", "01/02/1990", "WF8 4PQ", "F"),
    ("9990000042", "May", "Hope", "31/01/1990", "M1 1AE", "F"),
    ("9990000050", "Toosy", "Raza", "24/02/1975", "B33 8TH", "M"),
]
ENTRIES = [
    ("03/11/2025", "44054006", "Type 2 diabetes mellitus", "", ""),
    ("04/11/2025", "38341003", "Hypertensive disorder", "150/90", "Seen with her daughter"),
    ("05/11/2025", "195967001", "Asthma", "", ""),
]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cli")
    with (folder / "events.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER.split(","))
        for n in range(60):
            writer.writerow((*PEOPLE[n % 5], *ENTRIES[n % 3]))
        # Hope May objects to sharing beyond her care (Type 1, SNOMED CT)
        writer.writerow(
            (*PEOPLE[3], "06/11/2025", "827241000000103", "Dissent from secondary use of GP data", "", "")
        )
    os.environ["THRESHOLD_PASSPHRASE"] = PHRASE
    assert main(["key", "create", str(folder / "key")]) == 0
    return folder


@pytest.fixture(autouse=True)
def _phrase(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("THRESHOLD_PASSPHRASE", PHRASE)


FOR = ("--recipient", "r", "--project", "j")
OUT = ("--out", "o")


class Answer:
    def __init__(self, status: int, out: str, err: str) -> None:
        self.status, self.out, self.err = status, out, err

    @property
    def json(self) -> dict[str, Any]:
        assert self.out.count("\n") == 1
        value = json.loads(self.out)
        assert isinstance(value, dict)
        return value

    @property
    def error(self) -> dict[str, str]:
        found = self.json["error"]
        assert set(found) == {"code", "message", "where"}
        return found


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]):
    def call(*arguments: object) -> Answer:
        capsys.readouterr()
        status = main([str(a) for a in arguments])
        shown = capsys.readouterr()
        return Answer(status, shown.out, shown.err)

    return call


def _plan(place: Path, **changes: str) -> list[str]:
    said = {
        "profile": "approved-research",
        "recipient": "Bristol Trial Unit",
        "project": "Feet 2026",
        "key-file": str(place / "key"),
        "objections-from": "codes",
        **changes,
    }
    return [
        str(place / "events.csv"),
        *(part for name, value in said.items() if value for part in (f"--{name}", value)),
        "--assume-registered",
        "--json",
    ]


def test_scan_has_the_shape_of_the_contract(place: Path, run) -> None:
    answer = run("scan", place / "events.csv", "--json")
    assert answer.status == 0
    found = answer.json
    assert found["rows_read"] == 61
    [table] = found["tables"]
    assert (table["name"], table["format"], table["rows"]) == ("events", "csv", 61)
    by_name = {field["name"]: field for field in table["fields"]}
    assert list(by_name) == HEADER.split(",")
    for field in table["fields"]:
        assert {"name", "kind", "role", "confidence", "evidence", "action"} <= set(field)
        assert 0 <= field["confidence"] <= 1
        assert field["evidence"]
    assert by_name["NHS Number"]["kind"] == "direct_identifier"
    assert by_name["NHS Number"]["action"] == "leave_out"
    assert by_name["Notes"]["action"] == "leave_out"
    assert by_name["Date of birth"]["action"] == "year"
    assert by_name["Code"]["kind"] == "coded_clinical"
    assert {"distinct", "rows"} <= set(found["unknown_codes"])
    [objection] = found["objections"]
    assert {"code", "meaning", "patients"} <= set(objection)
    assert objection["patients"] == 1
    for name in ("sensitive", "hazards", "problems"):
        assert isinstance(found[name], list)


def test_scan_for_people_shows_no_cell(place: Path, run) -> None:
    answer = run("scan", place / "events.csv")
    assert answer.status == 0
    assert "NHS Number: direct identifier, leave out" in answer.out
    for person in PEOPLE:
        assert person[0] not in answer.out
        assert person[1] not in answer.out


def test_preview_shows_raw_and_outgoing_rows(place: Path, run) -> None:
    answer = run("preview", *_plan(place), "--rows", "2:5")
    assert answer.status == 0
    found = answer.json
    assert found["table"] == "events"
    assert found["raw_fields"] == HEADER.split(",")
    assert found["out_fields"] == [
        "NHS Number", "Date of birth", "Postcode", "Sex", "Event date", "Code", "Term", "Value",
    ]  # fmt: skip
    assert [row["row"] for row in found["rows"]] == [2, 3, 4]
    first, objector, last = found["rows"]
    assert first["raw"][:2] == ["9990000034", "Parkinson"]
    assert first["out"][1:] == ["1990", "WF8", "F", "2025-11", "195967001", "Asthma", first["raw"][9]]
    assert first["withheld"] is None
    assert first["changes"]["Postcode"]
    assert objector["out"] is None
    assert objector["withheld"]
    assert last["out"] is not None
    assert run("preview", *_plan(place), "--rows", "60:900").json["rows"][0]["row"] == 60
    assert run("preview", *_plan(place), "--rows", "900:901").json["rows"] == []


def test_what_preview_shows_is_what_export_writes(place: Path, run, tmp_path: Path) -> None:
    shown = run("preview", *_plan(place), "--rows", "0:61").json
    done = run("export", *_plan(place), "--out", tmp_path)
    assert done.status == 0
    found = done.json
    with (Path(found["release"]) / "send" / "events.csv").open(encoding="utf-8", newline="") as file:
        header, *rows = list(csv.reader(file, strict=True))
    assert header == shown["out_fields"]
    expected = [row["out"] for row in shown["rows"] if row["out"] is not None]
    assert rows == [[cell or "" for cell in row] for row in expected]


def test_export_has_the_shape_of_the_contract(place: Path, run, tmp_path: Path) -> None:
    answer = run("export", *_plan(place), "--out", tmp_path / "out", "--expect-patients", "5")
    assert answer.status == 0
    found = answer.json
    assert {"release", "files", "rows_in", "rows_out", "withheld", "tier", "plan", "checks"} <= set(found)
    assert found["rows_in"] == 61
    assert found["rows_in"] == found["rows_out"] + sum(w["rows"] for w in found["withheld"])
    assert found["tier"] == "Risk not measured"
    release = Path(found["release"])
    assert sorted(p.name for p in release.iterdir()) == ["keep", "send"]
    [file] = found["files"]
    data = (release / "send" / file["name"]).read_bytes()
    assert hashlib.sha256(data).hexdigest() == file["sha256"]
    assert all(set(check) == {"name", "passed", "detail"} and check["passed"] for check in found["checks"])
    for withheld in found["withheld"]:
        assert {"reason", "rows", "patients"} <= set(withheld)


def test_verify_passes_and_fails(place: Path, run, tmp_path: Path) -> None:
    release = Path(run("export", *_plan(place), "--out", tmp_path).json["release"])
    source = place / "events.csv"
    for extra in ([], ["--source", source], ["--source", source, "--key-file", place / "key"]):
        answer = run("verify", release, *extra, "--json")
        assert answer.status == 0
        assert set(answer.json) == {"release", "passed", "checks"}
        assert answer.json["passed"] is True
    path = release / "send" / "events.csv"
    path.write_bytes(path.read_bytes().replace(b"Asthma", b"07700 900123", 1))
    answer = run("verify", release, "--json")
    assert answer.status == 5
    assert answer.json["passed"] is False
    assert {c["name"] for c in answer.json["checks"] if not c["passed"]} == {"checksums", "identifiers"}
    assert run("verify", tmp_path / "nowhere", "--json").status == 3


def test_gates_are_refused_by_name(place: Path, run, tmp_path: Path) -> None:
    out = ("--out", tmp_path / "out")
    for arguments, code in (
        ([*_plan(place, **{"objections-from": ""}), *out], "gate.objections"),
        ([*_plan(place), *out, "--expect-patients", "6"], "gate.patients-expected"),
        ([a for a in _plan(place) if a != "--assume-registered"] + [*map(str, out)], "gate.registered"),
        ([*_plan(place, profile="caredata-gpes"), *out], "gate.closed-programme"),
        ([*_plan(place), *out, "--prepared-by", "A", "--approved-by", " a "], "gate.two-people"),
    ):
        answer = run("export", *arguments)
        assert (answer.status, answer.error["code"]) == (4, code)
    assert not (tmp_path / "out").exists()


def test_a_closed_programme_opens_for_a_recipient_with_a_live_basis(place: Path, run, tmp_path: Path) -> None:
    book = tmp_path / "book.toml"
    book.write_text(
        '[recipients."Bristol Trial Unit"]\nlegal_basis = "Regulation 5"\nvalid_from = 2020-01-01\n'
        'valid_until = 2099-12-31\nprofiles = ["caredata-gpes"]\n',
        "utf-8",
    )
    arguments = [*_plan(place, profile="caredata-gpes"), "--recipients", book, "--out", tmp_path / "out"]
    answer = run("export", *arguments)
    assert answer.status == 0, answer.out


def test_a_counts_profile_writes_counts_only(place: Path, run, tmp_path: Path) -> None:
    answer = run(
        "export", *_plan(place, profile="open-publication", **{"objections-from": ""}), "--out", tmp_path
    )
    assert answer.status == 0, answer.out
    found = answer.json
    assert found["rows_out"] == 0
    assert [file["name"] for file in found["files"]] == ["counts.csv"]
    assert found["rows_in"] == sum(w["rows"] for w in found["withheld"])


def test_decisions_change_what_leaves(place: Path, run, tmp_path: Path) -> None:
    decisions = tmp_path / "decisions.toml"
    decisions.write_text('[fields."events"."Sex"]\naction = "leave_out"\n', "utf-8")
    shown = run("preview", *_plan(place), "--rows", "0:1", "--decisions", decisions).json
    assert "Sex" not in shown["out_fields"]
    decisions.write_text('[fields."events"."No such field"]\naction = "leave_out"\n', "utf-8")
    assert run("preview", *_plan(place), "--rows", "0:1", "--decisions", decisions).status == 2


def test_a_list_of_objections_withholds_those_on_it(place: Path, run, tmp_path: Path) -> None:
    listed = tmp_path / "objectors.txt"
    listed.write_text("999 000 0018\n", "utf-8")
    answer = run("export", *_plan(place), "--objections-from", f"list:{listed}", "--out", tmp_path / "out")
    assert answer.status == 0, answer.out
    assert sorted(w["rows"] for w in answer.json["withheld"]) == [12, 13]
    manifest = (Path(answer.json["release"]) / "keep" / "manifest.json").read_text("utf-8")
    assert "objectors" not in manifest
    assert hashlib.sha256(listed.read_bytes()).hexdigest() in manifest


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (["--json"], 2),
        (["no-such-command", "--json"], 2),
        (["scan", "--json"], 2),
        (["scan", "no such file.csv", "--json"], 3),
        (["scan", "--no-such-option", "x", "--json"], 2),
        (["preview", "x", "--json"], 2),
        (["preview", "x", "--profile", "p", *FOR, "--rows", "5", "--json"], 2),
        (["export", "x", "--profile", "no-such", *FOR, *OUT, "--json"], 2),
        (["export", "x", "--profile", "gpdpr", *FOR, *OUT, "--workers", "0", "--json"], 2),
        (["export", "x", "--profile", "approved-research", *FOR, *OUT, "--format", "fhir", "--json"], 2),
        (["export", "x", "--profile", "approved-research", *FOR, *OUT, "--cluster", "tcp://x", "--json"], 2),
        (["export", "x", "--profile", "own-care-list", *FOR, *OUT, "--objections-from", "x", "--json"], 2),
        (["risk", "x", "--profile", "p", *FOR, "--json"], 2),
        (["register", "list", "--json"], 2),
        (["reconcile", "a", "b", "--json"], 2),
        (["reidentify", "P-1", "--json"], 2),
        (["verify", "a", "b", "--json"], 2),
        (["verify", "no such release", "--json"], 3),
        (["key", "no-such-action", "x", "--json"], 2),
        (["key", "destroy", "no such key", "--json"], 2),
    ],
)  # fmt: skip
def test_every_error_is_one_json_object(
    run, tmp_path: Path, monkeypatch, arguments: list[str], status: int
) -> None:
    monkeypatch.chdir(tmp_path)
    answer = run(*arguments)
    assert answer.status == status
    assert answer.error["message"]
    assert "Traceback" not in answer.err
    assert list(tmp_path.iterdir()) == []


def test_errors_for_people_go_to_stderr(run) -> None:
    answer = run("scan", "no such file.csv")
    assert answer.status == 3
    assert answer.out == ""
    assert "no such file.csv" in answer.err.splitlines()[-1]


def test_a_wrong_pass_phrase_is_told_before_the_file_is_read(place: Path, run, monkeypatch) -> None:
    monkeypatch.setenv("THRESHOLD_PASSPHRASE", "wrong")
    answer = run("export", *_plan(place), "--out", "o")
    assert (answer.status, answer.error["code"]) == (2, "wrong_passphrase")
    assert "Looking" not in answer.err


def test_keys_are_made_copied_put_back_and_destroyed(run, tmp_path: Path) -> None:
    file = tmp_path / "k"
    label = run("key", "create", file, "--json").json["key"]
    assert run("key", "create", file, "--json").status == 2
    assert run("key", "backup", file, "--json").json["key"] == label
    assert run("key", "destroy", file, "--json").status == 0
    assert not file.exists()
    assert run("key", "restore", file, "--json").json["key"] == label
    assert file.exists()
    assert run("key", "backup", file, "--backup", tmp_path / "other", "--json").json["key"] == label


def _program(*arguments: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([sys.executable, "-m", "core.cli", *arguments], capture_output=True, check=False)


def test_as_a_program_progress_goes_to_stderr_and_the_object_to_stdout(place: Path) -> None:
    done = _program("scan", str(place / "events.csv"), "--json")
    assert done.returncode == 0
    assert json.loads(done.stdout)["rows_read"] == 61
    assert done.stdout.count(b"\n") == 1
    assert done.stderr
    assert _program("scan", str(place / "nothing.csv"), "--json").returncode == 3


_HELP = """
import sys
from core.cli import main
sys.argv = ["threshold-cli", "--help"]
try:
    main()
finally:
    print(*sorted({name.partition(".")[0] for name in sys.modules}), file=sys.stderr)
"""
_HEAVY = {"pandas", "pydantic", "openpyxl", "lxml", "cryptography", "PySide6", "jinja2"}


def test_help_waits_for_nothing_heavy() -> None:
    done = subprocess.run([sys.executable, "-c", _HELP], capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert "export" in done.stdout
    loaded = set(done.stderr.split())
    assert {"core", "typer"} <= loaded
    assert not loaded & _HEAVY


def test_the_version(run) -> None:
    assert run("--version").out.strip() == __version__


def test_a_reader_that_goes_away_is_no_fault(place: Path) -> None:
    if sys.platform == "win32":
        pytest.skip("no shell pipes here")
    command = f'"{sys.executable}" -m core.cli scan "{place / "events.csv"}" 2>err.txt | head -c 1 >/dev/null'
    subprocess.run(command, shell=True, cwd=place, check=True)
    assert "Traceback" not in (place / "err.txt").read_text("utf-8")
    assert "BrokenPipe" not in (place / "err.txt").read_text("utf-8")
