"""Corrections and passwords on the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from core.cli import main
from core.cli_reading import FILE_PASSWORD, file_passwords, read_choices
from core.model import UsageError
from core.reading import TableChoice
from core.reading.known import known_layouts, known_readers

HEADERLESS = "".join(f"999412003{n}|THORNE{n}|{n + 10}/03/1961|44054006\n" for n in range(6))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "list.txt"
    path.write_text(HEADERLESS, encoding="utf-8")
    return path


def read_as(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "read.toml"
    path.write_text(text, encoding="utf-8")
    return path


def scanned(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, dict[str, Any]]:
    status = main(["scan", *arguments, "--json"])
    return status, json.loads(capsys.readouterr().out)


def test_every_correction_reaches_the_reader(tmp_path: Path) -> None:
    text = (
        '[tables."list.txt"]\ndelimiter = "tab"\nencoding = "windows-1252"\nheader_row = 0\n'
        f'layout = "{known_layouts()[0][0]}"\nreader = "{known_readers()[-1]}"\n'
        'patient_field = "(column 1)"\n'
    )
    assert read_choices(read_as(tmp_path, text)) == {
        "list.txt": TableChoice(
            "\t", "windows-1252", 0, known_readers()[-1], known_layouts()[0][0], "(column 1)"
        )
    }
    assert read_choices(None) == {}
    assert read_choices(read_as(tmp_path, "")) == {}


def test_a_file_is_read_as_told(file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = read_as(tmp_path, '[tables.list]\ndelimiter = "none"\nheader_row = 0\n')
    status, found = scanned(capsys, str(file), "--read-as", str(told))
    assert status == 0
    assert [f["name"] for f in found["tables"][0]["fields"]] == ["(column 1)"]
    assert found["rows_read"] == 6
    status, found = scanned(capsys, str(file))
    assert len(found["tables"][0]["fields"]) == 4


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ('[tables.list]\ndelimiter = "colon"\n', "tables.list.delimiter"),
        ('[tables.list]\nencoding = "ebcdic"\n', "tables.list.encoding"),
        ("[tables.list]\nheader_row = -1\n", "tables.list.header_row"),
        ('[tables.list]\nlayout = "emis-lost"\n', "tables.list.layout"),
        ('[tables.list]\nreader = "magic"\n', "tables.list.reader"),
        ("[tables.list]\nfields = 3\n", "no such setting"),
        ("tables = 3\n", "tables"),
        ("[tables.list\n", "TOML"),
    ],
)
def test_what_is_wrong_is_named(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, named: str
) -> None:
    status, found = scanned(capsys, str(file), "--read-as", str(read_as(tmp_path, text)))
    assert status == 2
    assert named in found["error"]["message"]


def test_a_table_that_is_not_there_is_refused(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = read_as(tmp_path, "[tables.patients]\nheader_row = 0\n")
    status, found = scanned(capsys, str(file), "--read-as", str(told))
    assert status == 2
    assert "patients" in found["error"]["message"]
    with pytest.raises(UsageError, match="cannot be read"):
        read_choices(tmp_path / "none.toml")


def test_a_password_comes_from_the_environment_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(FILE_PASSWORD, raising=False)
    assert file_passwords() == ()
    monkeypatch.setenv(FILE_PASSWORD, "secret")
    assert file_passwords() == ("secret",)
    monkeypatch.setenv(FILE_PASSWORD, "first one\nsecond one\n")
    assert file_passwords() == ("first one", "second one")


def test_a_protected_workbook_is_read_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from msoffcrypto.format.ooxml import OOXMLFile
    from openpyxl import Workbook

    book = Workbook()
    book.active.append(["NHS Number", "Surname"])
    book.active.append(["9994120031", "THORNE"])
    plain, protected = tmp_path / "plain.xlsx", tmp_path / "recall.xlsx"
    book.save(plain)
    with plain.open("rb") as source, protected.open("wb") as target:
        OOXMLFile(source).encrypt("secret", target)
    monkeypatch.delenv(FILE_PASSWORD, raising=False)
    status, found = scanned(capsys, str(protected))
    assert status == 3
    assert found["error"]["code"] == "password"
    assert FILE_PASSWORD in found["error"]["message"]
    monkeypatch.setenv(FILE_PASSWORD, "secret")
    status, found = scanned(capsys, str(protected))
    assert status == 0
    assert found["rows_read"] == 1


def test_the_help_says_where_the_password_comes_from(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    assert FILE_PASSWORD in capsys.readouterr().out
    assert main(["scan", "--help"]) == 0
    said = capsys.readouterr().out
    assert FILE_PASSWORD in said
    assert "--read-as" in said
    assert "--password" not in said
