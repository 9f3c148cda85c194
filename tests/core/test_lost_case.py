"""Read codes that lost their case: 9nu0. or 9NU0. may be an objection or not, so codes alone do not do."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from core.cli import main

CODES = [
    "C10E.",
    "G30..",
    "H33z.",
    "9Nu0.",
    "Eu32z",
    "44P6.",
    "66AJ.",
    "9OhA.",
    "8CAv.",
    "13Ya.",
    "246..",
    "1371.",
]
CODES += [
    "F25z.",
    "K05z.",
    "N05z.",
    "J10z.",
    "A53z.",
    "E23z.",
    "M12z.",
    "B10z.",
    "D21z.",
    "P74z.",
    "Q48z.",
    "S24z.",
]


@pytest.mark.parametrize(("case", "status"), [(str.upper, 4), (str.lower, 4), (str, 0)])
def test_an_export_with_codes_of_one_case_needs_objections_from_elsewhere(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    case: Callable[[str], str],
    status: int,
) -> None:
    monkeypatch.setenv("THRESHOLD_PASSPHRASE", "a pass phrase for tests")
    lines = ["EMIS Number,Sex,Read code,Term"]
    lines += [f"{1000 + n},F,{case(code)},Finding number {n}" for n, code in enumerate(CODES)]
    source = tmp_path / "events.csv"
    source.write_text("\n".join(lines) + "\n", "utf-8")
    assert main(["key", "create", str(tmp_path / "key")]) == 0
    capsys.readouterr()
    got = main(
        [
            *("export", str(source), "--profile", "approved-research", "--recipient", "R", "--project", "P"),
            *("--key-file", str(tmp_path / "key"), "--out", str(tmp_path / "out"), "--json"),
            *("--objections-from", "codes", "--assume-registered"),
        ]
    )
    answer = json.loads(capsys.readouterr().out)
    assert got == status
    if status:
        assert answer["error"]["code"] == "gate.objections"
        assert not (tmp_path / "out").exists()
    else:
        assert answer["rows_out"] == len(CODES) - 1
