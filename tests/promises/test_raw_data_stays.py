"""Promise 4: raw data stays where it was: on no other disk, in no message, and not on the network."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from core.cli import main

PHRASE = "a pass phrase for tests"

#: Everything in these cells is raw and must be seen nowhere but in the source.
SENTINELS = (
    "9990000018",
    "999 000 0018",
    "Zzyzxson",
    "Quillfeather",
    "ZE1 0AA",
    "07700900987",
    "zz@example.org",
)
LINES = [
    "NHS Number,Surname,Forename,Date of birth,Postcode,Phone,E-mail,Sex,Code,Term,Notes",
    "9990000018,Zzyzxson,Quillfeather,1931-02-17,ZE1 0AA,07700900987,zz@example.org,F,44054006,"
    'Type 2 diabetes mellitus,"Zzyzxson rang, 07700900987"',
    "9990000026,Otherperson,Name,1962-03-04,LS19 6BA,07700900986,yy@example.org,M,38341003,Hypertension,",
]


@pytest.fixture
def place(tmp_path: Path) -> Path:
    for name in ("source", "home", "tmp", "cwd", "out"):
        (tmp_path / name).mkdir()
    (tmp_path / "source" / "patients.csv").write_text("\n".join(LINES) + "\n", "utf-8")
    return tmp_path


def _run(place: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    home = str(place / "home")
    env = {
        **os.environ,
        "THRESHOLD_PASSPHRASE": PHRASE,
        "HOME": home,
        "USERPROFILE": home,
        "APPDATA": home,
        "LOCALAPPDATA": home,
        "XDG_CACHE_HOME": home,
        "XDG_CONFIG_HOME": home,
        "XDG_DATA_HOME": home,
        **{name: str(place / "tmp") for name in ("TMPDIR", "TEMP", "TMP")},
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    return subprocess.run(
        [sys.executable, "-m", "core.cli", *arguments],
        cwd=place / "cwd",
        env=env,
        capture_output=True,
        check=False,
    )


def _plan(place: Path) -> list[str]:
    return [
        str(place / "source" / "patients.csv"),
        *("--profile", "approved-research", "--recipient", "Trial", "--project", "Feet", "--json"),
        *("--key-file", str(place / "key"), "--objections-from", "none:invented", "--assume-registered"),
    ]


def _files(place: Path) -> set[Path]:
    return {path for path in place.rglob("*") if path.is_file()}


def _holds_raw(data: bytes) -> list[str]:
    found = [text for text in SENTINELS if text.casefold().encode() in data.lower()]
    found += [text for text in SENTINELS if text.encode("utf-16-le") in data]
    return found


def test_every_step_leaves_nothing_but_the_release(place: Path) -> None:
    assert _run(place, "key", "create", str(place / "key")).returncode == 0
    before = _files(place)
    outputs = []
    for form in ("csv", "xlsx"):
        done = _run(place, "export", *_plan(place), "--out", str(place / "out" / form), "--format", form)
        assert done.returncode == 0, done.stdout.decode() + done.stderr.decode()
        outputs.append(done)
    release = json.loads(done.stdout)["release"]
    outputs.append(_run(place, "verify", release, "--source", str(place / "source" / "patients.csv")))
    outputs.append(_run(place, "scan", str(place / "source" / "patients.csv"), "--json"))
    for done in outputs:
        assert done.returncode == 0, done.stdout.decode() + done.stderr.decode()
        assert _holds_raw(done.stdout + done.stderr) == []
    new = _files(place) - before
    assert new
    for path in new:
        assert path.is_relative_to(place / "out"), path
        assert _holds_raw(path.read_bytes()) == [], path
        assert not path.name.startswith("."), path


def test_preview_shows_raw_cells_and_writes_nothing(place: Path) -> None:
    """It is the one command whose answer is raw: the person asked to see it."""
    assert _run(place, "key", "create", str(place / "key")).returncode == 0
    before = _files(place)
    done = _run(place, "preview", *_plan(place), "--rows", "0:2")
    assert done.returncode == 0
    assert json.loads(done.stdout)["rows"][0]["raw"][0] == "9990000018"
    assert _holds_raw(done.stderr) == []
    assert _files(place) == before


@pytest.mark.parametrize(
    "damage",
    [
        b'9990000018,"Zzyzxson',
        b"Zzyzxson\x00Quillfeather,9990000018\n",
        b"\xff\xfeZzyzxson 9990000018",
        b"9990000018,Zzyzxson,Quillfeather,1,2,3,4,5,6,7,8,9,ZE1 0AA\n" * 3,
        b"PK\x03\x04 Zzyzxson 9990000018",
    ],
)
def test_a_damaged_file_is_told_without_its_content(
    place: Path, capfd: pytest.CaptureFixture[str], damage: bytes
) -> None:
    path = place / "source" / "patients.csv"
    for data in (damage, path.read_bytes() + damage):
        path.write_bytes(data)
        for arguments in (["scan", str(path), "--json"], ["scan", str(path)]):
            status = main(arguments)
            shown = capfd.readouterr()
            assert status in (0, 2, 3), shown.err
            assert _holds_raw(shown.err.encode()) == []
            assert "Traceback" not in shown.err
            if status:
                assert _holds_raw(shown.out.encode()) == []


def test_a_fault_of_our_own_never_quotes_a_row(
    place: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import core.cli_shapes

    def fail(_: object) -> None:
        raise ValueError("could not convert 'Zzyzxson,9990000018' to float")

    monkeypatch.setattr(core.cli_shapes, "scan_shape", fail)
    assert main(["scan", str(place / "source" / "patients.csv"), "--json"]) == 1
    shown = capsys.readouterr()
    assert json.loads(shown.out)["error"]["code"] == "internal"
    assert "ValueError" in shown.out
    assert _holds_raw((shown.out + shown.err).encode()) == []


def test_a_leak_that_stops_a_release_is_told_by_place_and_never_by_value(place: Path) -> None:
    path = place / "source" / "patients.csv"
    path.write_text(
        path.read_text("utf-8").replace("Type 2 diabetes mellitus", '"Zzyzxson, Quillfeather"'), "utf-8"
    )
    assert _run(place, "key", "create", str(place / "key")).returncode == 0
    (place / "decisions.toml").write_text('[fields."patients"."Term"]\naction = "keep"\n', "utf-8")
    done = _run(
        place,
        "export",
        *_plan(place),
        "--out",
        str(place / "out"),
        "--decisions",
        str(place / "decisions.toml"),
    )
    assert done.returncode == 5, done.stdout.decode() + done.stderr.decode()
    assert _holds_raw(done.stdout + done.stderr) == []
    assert "'Term'" in json.loads(done.stdout)["error"]["message"]
    assert list((place / "out").iterdir()) == []


def test_no_network(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object, **kwargs: object) -> None:
        raise AssertionError("a network connection was opened")

    for name in ("connect", "connect_ex", "bind", "sendto"):
        monkeypatch.setattr(socket.socket, name, refuse, raising=True)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setenv("THRESHOLD_PASSPHRASE", PHRASE)
    assert main(["key", "create", str(place / "key")]) == 0
    assert main(["scan", str(place / "source" / "patients.csv"), "--json"]) == 0
    assert main(["preview", *_plan(place), "--rows", "0:2"]) == 0
    assert main(["export", *_plan(place), "--out", str(place / "out")]) == 0
    release = next((place / "out").iterdir())
    assert main(["verify", str(release), "--json"]) == 0
