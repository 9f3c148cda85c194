"""Codes of an older scheme, by the command line."""

from __future__ import annotations

import csv
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from core.cli import main
from core.protection.keys import key_file

NUMBERS = ("9990000018", "9990000026")
FOR = ("--recipient", "r", "--project", "j", "--objections-from", "codes", "--assume-registered")


def test_digests_leave_with_their_warning_and_without_their_salt(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    monkeypatch.setattr(key_file, "_MEMORY_KIB", 19_456)
    monkeypatch.setenv("THRESHOLD_PASSPHRASE", "a pass phrase")
    source, salt, key = tmp_path / "e.csv", tmp_path / "salt", tmp_path / "key"
    rows = [(n, "12/04/1961", "03/11/2025", "44054006", "Type 2 diabetes mellitus") for n in NUMBERS]
    with source.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("NHS Number", "Date of birth", "Event date", "Code", "Term"), *rows])
    salt.write_text("mackerel-in-a-file\n", "utf-8")
    assert main(["key", "create", str(key)]) == 0
    asked = [str(source), "--profile", "approved-research", *FOR, "--key-file", str(key), "--json"]
    scheme = ["--scheme", "openpseudonymiser-csharp", "--salt-file", str(salt)]
    capsys.readouterr()

    def run(*arguments: str) -> tuple[int, Any]:
        status = main(list(arguments))
        return status, json.loads(capsys.readouterr().out)

    assert run("export", *asked, *scheme[:2], "--out", str(tmp_path / "o"))[0] == 2
    status, shown = run("preview", *asked, *scheme, "--rows", "0:2")
    assert status == 0
    wanted = [hashlib.sha256(f"{n}mackerel-in-a-file".encode()).hexdigest().upper() for n in NUMBERS]
    assert [row["out"][0] for row in shown["rows"]] == wanted
    assert "21 seconds" in shown["rows"][0]["changes"]["NHS Number"]
    status, made = run("export", *asked, *scheme, "--out", str(tmp_path / "o"))
    assert status == 0
    release = Path(made["release"])
    with (release / "send" / made["files"][0]["name"]).open(encoding="utf-8", newline="") as file:
        assert [row["NHS Number"] for row in csv.DictReader(file)] == wanted
    assert "21 seconds" in (release / "send" / "covering-note.html").read_text("utf-8")
    for file in release.rglob("*"):
        assert not file.is_file() or b"mackerel-in-a-file" not in file.read_bytes()
    monkeypatch.setenv("THRESHOLD_AUDIT", str(tmp_path / "look-ups.jsonl"))
    asks = ["--source", str(source), "--key-file", str(key), "--reason", "A dangerous result", "--json"]
    status, told = run("reidentify", wanted[1].lower(), "0" * 64, *FOR[:4], *asks, *scheme)
    assert status == 0
    assert [(f["pseudonym"], f["nhs_number"]) for f in told["found"]] == [(wanted[1], NUMBERS[1])]
    assert told["not_found"] == ["0" * 64]
    assert run("reidentify", wanted[1], *FOR[:4], *asks)[0] == 2
    for more in ([], ["--key-file", str(key)]):
        status, told = run("verify", str(release), "--source", str(source), *more, "--json")
        assert (status, told["passed"]) == (0, True)
