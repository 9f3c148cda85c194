"""From the codes of a release back to the patients, by the command line."""

from __future__ import annotations

import csv
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from core.cli import main
from core.model import UsageError
from core.protection import keys, pseudonyms_for
from core.protection.keys import key_file
from core.release.reidentify import read_code, read_codes

PHRASE, FOR = "a pass phrase for tests", ("--recipient", "Bristol Trial Unit", "--project", "Feet 2026")
WHY = ("--reason", "The trial reports a dangerous result")
PEOPLE = [("9990000018", "A1", "12/04/1961"), ("9990000026", "A2", "06/08/1948"), ("", "A3", "01/02/1990")]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("reidentify")
    with (folder / "events.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["NHS Number", "Patient ID", "Date of birth", "Event date", "Code", "Term"])
        for n in range(30):
            writer.writerow([*PEOPLE[n % 3], "03/11/2025", "44054006", "Type 2 diabetes mellitus"])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(key_file, "_MEMORY_KIB", 19_456)
        patch.setenv("THRESHOLD_PASSPHRASE", PHRASE)
        assert main(["key", "create", str(folder / "key")]) == 0
    return folder


@pytest.fixture
def audit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(key_file, "_MEMORY_KIB", 19_456)
    monkeypatch.setattr(key_file, "_PASSES", 1)
    monkeypatch.setenv("THRESHOLD_PASSPHRASE", PHRASE)
    monkeypatch.setenv("THRESHOLD_AUDIT", str(tmp_path / "look-ups.jsonl"))
    monkeypatch.setenv("THRESHOLD_KEYS", str(tmp_path / "keys.json"))
    return tmp_path / "look-ups.jsonl"


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], audit: Path) -> Any:
    def call(*arguments: object) -> tuple[int, Any]:
        capsys.readouterr()
        status = main([str(a) for a in (*arguments, "--json")])
        return status, json.loads(capsys.readouterr().out)

    return call


def _exported(run: Any, place: Path, out: Path, *more: str) -> list[dict[str, str]]:
    status, made = run(
        *(
            "export",
            place / "events.csv",
            "--profile",
            "approved-research",
            *FOR,
            "--key-file",
            place / "key",
        ),
        *("--objections-from", "codes", "--assume-registered", "--out", out, *more),
    )
    assert status == 0, made
    file = Path(made["release"]) / "send" / made["files"][0]["name"]
    with file.open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


def _look_up(run: Any, place: Path, *codes: str, why: tuple[str, ...] = WHY) -> tuple[int, Any]:
    return run(
        "reidentify", *codes, *FOR, "--key-file", place / "key", "--source", place / "events.csv", *why
    )


def test_what_was_sent_comes_back_to_the_patient_however_it_is_typed(
    run: Any, place: Path, audit: Path, tmp_path: Path
) -> None:
    sent = _exported(run, place, tmp_path / "o")
    code = next(iter(sent[0].values()))
    assert code.startswith("P-")
    for typed in (code, code.lower(), code.replace("-", ""), code[2:].replace("0", "o").replace("1", "l")):
        status, answer = _look_up(run, place, typed)
        assert status == 0
        assert answer["not_found"] == []
        [found] = answer["found"]
        assert (found["pseudonym"], found["nhs_number"], found["patient_key"]) == (code, *PEOPLE[0][:2])
        assert found["tables"] == [{"table": "events", "rows": list(range(0, 30, 3))}]
    text = audit.read_text("utf-8")
    assert code in text
    assert not any(person[0] in text for person in PEOPLE if person[0])
    assert run("audit", "check")[1]["entries"] == 4


def test_somebody_without_a_number_is_found_by_the_key(run: Any, place: Path) -> None:
    key = keys.load_key_file(place / "key", PHRASE)
    code = pseudonyms_for(key, FOR[1], FOR[3]).of("local", "A3")
    _, answer = _look_up(run, place, code, "P-0000-0000-0000-0000")
    assert [(f["nhs_number"], f["patient_key"]) for f in answer["found"]] == [(None, "A3")]
    assert answer["not_found"] == ["P-0000-0000-0000-0000"]


@pytest.mark.parametrize("why", [(), ("--reason", " "), ("--reason", "for 9990000018")])
def test_without_a_good_reason_nothing_is_told(
    run: Any, place: Path, audit: Path, why: tuple[str, ...]
) -> None:
    status, answer = _look_up(run, place, "P-0000-0000-0000-0000", why=why)
    assert status == 2
    assert set(answer) == {"error"}
    assert not audit.exists()


def test_a_record_that_was_changed_stops_the_answer(run: Any, place: Path, audit: Path) -> None:
    assert _look_up(run, place, "P-0000-0000-0000-0000")[0] == 0
    audit.write_text(audit.read_text("utf-8").replace("dangerous", "harmless"), "utf-8")
    status, answer = _look_up(run, place, "P-0000-0000-0000-0000")
    assert (status, answer["error"]["code"]) == (5, "audit")
    assert run("audit", "check")[0] == 5
    other = audit.with_name("other.jsonl")
    assert _look_up(run, place, "P-0000-0000-0000-0000", why=(*WHY, "--audit", str(other)))[0] == 0


def test_what_is_no_code_is_not_repeated() -> None:
    for text in ("9990000018", "P-0000", "", "Q-0000-0000-0000-0000", "P-UUUU-0000-0000-0000", "u" * 16):
        with pytest.raises(UsageError) as caught:
            read_codes(["P-0000-0000-0000-0000", text])
        assert text == "" or text not in caught.value.message + caught.value.where
    assert read_code(" s-oiL0-abcd-efgh\u20110000 ") == "S-0110-ABCD-EFGH-0000"


def test_a_replaced_key_still_finds_who_it_coded(run: Any, place: Path, tmp_path: Path) -> None:
    before = _exported(run, place, tmp_path / "o")
    copy = tmp_path / "key"
    copy.write_bytes((place / "key").read_bytes())
    status, told = run("key", "rotate", copy, "--new-key", "--none-running")
    assert status == 0
    assert told["running_kept"] == 1  # the computer remembers the release
    status, made = run(
        *("reidentify", next(iter(before[0].values())), "--recipient", "bristol trial unit", "--project"),
        *("Feet 2026", "--key-file", copy, "--source", place / "events.csv", *WHY),
    )
    assert status == 0
    assert made["found"][0]["nhs_number"] == PEOPLE[0][0]


def test_a_key_without_a_proven_backup_sends_nothing(run: Any, place: Path, tmp_path: Path) -> None:
    file = tmp_path / "unproven"
    keys.save_key_file(file, keys.load_key_file(place / "key", PHRASE), PHRASE)
    export = (
        *("export", place / "events.csv", "--profile", "approved-research", *FOR, "--key-file", file),
        *("--objections-from", "codes", "--assume-registered", "--out", tmp_path / "o"),
    )
    status, answer = run(*export)
    assert (status, answer["error"]["code"]) == (4, "gate.key-backup")
    assert "key backup FILE" in answer["error"]["message"]
    assert run("key", "backup", file)[0] == 0
    assert run(*export)[0] == 0


def test_destroying_it_names_the_release_and_the_backup(run: Any, place: Path, tmp_path: Path) -> None:
    file = tmp_path / "k"
    label = run("key", "create", file)[1]["key"]
    keys.note_release(label, "Bristol", "Feet", date(2026, 8, 1))
    status, told = run("key", "destroy", file)
    assert (status, told["key"], told["traceable"]) == (0, label, True)
    assert told["projects"] == [{"recipient": "Bristol", "project": "Feet", "releases": 1}]
    assert Path(told["certificate"]).is_file()
    assert run("key", "restore", file)[0] == 0


def test_a_new_pass_phrase(run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "k"
    label = run("key", "create", file)[1]["key"]
    assert run("key", "rotate", file, "--passphrase-env", "THRESHOLD_NEW")[0] == 2
    monkeypatch.setenv("THRESHOLD_NEW", "another")
    assert run("key", "rotate", file, "--passphrase-env", "THRESHOLD_NEW")[1]["key"] == label
    assert run("key", "backup", file)[1]["error"]["code"] == "wrong_passphrase"
    monkeypatch.setenv("THRESHOLD_PASSPHRASE", "another")
    assert run("key", "backup", file)[0] == 0


def test_a_reason_that_names_whoever_was_found_is_not_kept(run: Any, place: Path, audit: Path) -> None:
    key = keys.load_key_file(place / "key", PHRASE)
    code = pseudonyms_for(key, FOR[1], FOR[3]).of("nhs", PEOPLE[0][0])
    status, answer = _look_up(run, place, code, why=("--reason", f"Born {PEOPLE[0][2]}, potassium is high"))
    assert (status, answer["error"]["code"]) == (2, "reason_names")
    assert PEOPLE[0][2] not in answer["error"]["message"]
    assert not audit.exists()
    assert _look_up(run, place, code, why=("--reason", f"Not on {PEOPLE[1][2]}: potassium is high"))[0] == 0
