"""`threshold-cli lists`, and what the other commands make of the lists."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from core.cli import main
from tests.core.survey.lists import list_files as lf

A, B, C = (lf.sctid(300_000 + n) for n in range(3))


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "shelf"
    monkeypatch.setenv("THRESHOLD_LISTS", str(folder))
    return folder


@pytest.fixture
def export(tmp_path: Path) -> Path:
    rows = [f"9990000018,{code},Sprained ankle,2024-0{n}-01" for n, code in enumerate((A, B, A, C, B), 1)]
    return lf.csv_file(tmp_path / "export.csv", "NHS Number,Code,Term,Event date", *rows)


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, dict[str, Any]]:
    status = main([*map(str, arguments), "--json"])
    return status, json.loads(capsys.readouterr().out)


def sensitive(scan: dict[str, Any]) -> dict[str, int]:
    return {one["category"]: one["rows"] for one in scan["sensitive"]}


def test_from_adding_to_removing(
    tmp_path: Path, shelf: Path, export: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _, before = run(capsys, "scan", export)
    assert "hfe_act" not in sensitive(before)
    gap = next(one for one in before["coverage"] if one["category"] == "hfe_act")
    assert not gap["loaded"]
    assert gap["needs"][0]["id"] == lf.HFE
    assert before["lists"] == []

    path = lf.refset(tmp_path / "r_20250801.txt", [("20250801", "1", lf.HFE, A)])
    status, added = run(capsys, "lists", "add", path)
    assert status == 0
    assert added["added"]["count"] == 1
    assert added["added"]["categories"] == ["hfe_act", "assisted_conception"]

    _, scan = run(capsys, "scan", export)
    assert sensitive(scan)["hfe_act"] == 2
    assert next(one for one in scan["coverage"] if one["category"] == "hfe_act")["loaded"]
    assert scan["lists"][0]["sha256"] == added["added"]["sha256"]

    _, shown = run(capsys, "lists", "list")
    assert [one["id"] for one in shown["lists"]] == [added["added"]["id"]]
    assert shown["built_in"]
    assert lf.HFE not in [one["id"] for one in shown["missing"]]

    assert run(capsys, "lists", "remove", added["added"]["id"])[0] == 0
    _, after = run(capsys, "scan", export)
    assert sensitive(after) == sensitive(before)


def test_a_list_nobody_knows_needs_a_category(
    tmp_path: Path, shelf: Path, export: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = lf.csv_file(tmp_path / "ours.csv", "code,term", f"{A},Invented", f"{B},Invented")
    status, said = run(capsys, "lists", "add", path)
    assert status == 2
    assert said["error"]["code"] == "category_needed"
    assert not shelf.exists()
    status, said = run(capsys, "lists", "add", path, "--category", "nonsense")
    assert status == 2
    assert run(capsys, "lists", "add", path, "--category", "own_list")[0] == 0
    _, scan = run(capsys, "scan", export)
    assert sensitive(scan)["own_list"] == 4
    assert run(capsys, "lists", "add", path, "--category", "ordinary")[0] == 0
    _, scan = run(capsys, "scan", export)
    assert "own_list" not in sensitive(scan)


def test_an_empty_or_wrong_list_takes_nothing_away(
    tmp_path: Path, shelf: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sensitive_code = "165816005"
    export = lf.csv_file(tmp_path / "export.csv", "NHS Number,Code", f"9990000018,{sensitive_code}")
    _, before = run(capsys, "scan", export)
    assert "hiv" in sensitive(before)
    lies = lf.csv_file(tmp_path / "lies.csv", "code,term", f"{sensitive_code},Sprained ankle", f"{A},Ankle")
    assert run(capsys, "lists", "add", lies, "--category", "ordinary")[0] == 0
    _, after = run(capsys, "scan", export)
    assert sensitive(after) == sensitive(before)
    empty = lf.refset(tmp_path / "empty.txt", [])
    status, said = run(capsys, "lists", "add", empty)
    assert status == 3
    assert "no code" in said["error"]["message"]


def test_a_spoilt_shelf_stops_a_scan(
    tmp_path: Path, shelf: Path, export: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = lf.refset(tmp_path / "r.txt", [("20250801", "1", lf.HFE, A)])
    _, added = run(capsys, "lists", "add", path)
    file = shelf / f"{added['added']['id']}.codes"
    file.write_bytes(file.read_bytes()[:-3])
    status, said = run(capsys, "scan", export)
    assert status == 3
    assert said["error"]["code"] == "shelf"
    assert said["error"]["where"] == added["added"]["id"]


def test_a_release_says_which_lists_it_was_made_with(
    tmp_path: Path,
    shelf: Path,
    export: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("THRESHOLD_PASSPHRASE", "four words are enough here")
    key = tmp_path / "practice.key"
    assert run(capsys, "key", "create", key)[0] == 0
    path = lf.refset(tmp_path / "r.txt", [("20250801", "1", lf.HFE, A)])
    _, added = run(capsys, "lists", "add", path, "--lists", tmp_path / "other")
    common = (
        "--profile", "approved-research", "--recipient", "R", "--project", "J", "--key-file", key,
        "--objections-from", "codes", "--assume-registered",
    )  # fmt: skip
    made = []
    for out, lists in (("one", "other"), ("two", "other"), ("three", None)):
        options = ("--lists", tmp_path / lists) if lists else ()
        status, said = run(capsys, "export", export, *common, "--out", tmp_path / out, *options)
        assert status == 0, said
        made.append(said)
    one, two, three = made
    assert [f["sha256"] for f in one["files"]] == [f["sha256"] for f in two["files"]]
    assert one["plan"] == two["plan"] != three["plan"]
    assert one["rows_out"] < three["rows_out"], "what the law restricts is withheld once it is known"
    manifest = json.loads((Path(one["release"]) / "keep" / "manifest.json").read_text(encoding="utf-8"))
    assert [used["sha256"] for used in manifest["lists"]] == [added["added"]["sha256"]]
    assert added["added"]["sha256"] in (Path(one["release"]) / "keep" / "plan.json").read_text(
        encoding="utf-8"
    )
    options = ("--source", export, "--key-file", key)
    status, said = run(capsys, "verify", one["release"], *options, "--lists", tmp_path / "other")
    assert status == 0, said
    status, said = run(capsys, "verify", one["release"], *options)
    assert status == 0, said
    detail = next(check["detail"] for check in said["checks"] if check["name"] == "lists")
    assert "1 of the code lists" in detail
