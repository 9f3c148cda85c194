"""Postcode look-ups in the ONS layout: what is read, what is left blank, and what stops an export."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import numpy as np
import pytest

from core.cli import main
from core.model import ReadError, Role, UsageError
from core.protection import LookUps, read_look_up, read_look_ups
from core.protection.actions import Setting, run_of
from core.protection.look_ups import DECILE, LSOA, deciles_of

OLD = "pcd,pcd2,pcds,dointr,doterm,usertype,lsoa11,imd\n"
ROWS = (
    '"BS6 5QA","BS6  5QA","BS6 5QA","198001","","0","E01014485","32844"\n'
    '"BS1 4DJ","BS1  4DJ","BS1 4DJ","198001","199606","0","E01014540","1"\n'
    '"CF101AA","CF10 1AA","CF10 1AA","198001","","0","W01001945","5"\n'
    '"GY1 1AA","GY1  1AA","GY1 1AA","198001","","0","L99999999","0"\n'
    '"BS2 0AA","BS2  0AA","BS2 0AA","198001","","0","Mrs Quixley","7"\n'
)


@pytest.fixture
def nspl(tmp_path: Path) -> Path:
    path = tmp_path / "NSPL.csv"
    path.write_text("\ufeff" + OLD + ROWS, encoding="utf-8")
    return path


def looked_up(what: str, text: str, path: Path) -> str | None:
    return run_of(what, Setting(Role.POSTCODE, look_ups=read_look_ups([path])))(text)[0]


@pytest.mark.parametrize(
    ("postcode", "area", "decile"),
    [
        ("BS6 5QA", "E01014485", "10"),
        ("bs65qa", "E01014485", "10"),
        ("BS1 4DJ", "E01014540", "1"),  # terminated in 1996
        ("CF10 1AA", "W01001945", None),  # a Welsh rank is no English one
        ("GY1 1AA", None, None),
        ("BS2 0AA", None, None),  # what is no area's code is nobody's area
        ("BS9 9ZZ", None, None),
        ("BS6", None, None),
        ("E01014485", None, None),
    ],
)
def test_a_postcode_is_looked_up(nspl: Path, postcode: str, area: str | None, decile: str | None) -> None:
    assert looked_up("lsoa", postcode, nspl) == area
    assert looked_up("imd_decile", postcode, nspl) == decile


def test_the_layout_since_2025_and_a_zip_are_read(tmp_path: Path) -> None:
    text = "pcd7,pcd8,pcds,lsoa11cd,lsoa21cd,imd20ind\nBS6 5QA,BS6  5QA,BS6 5QA,E01014485,E01033362,3285\n"
    path = tmp_path / "NSPL.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("Data/NSPL_UK.csv", text)
        archive.writestr("Documents/names.csv", "a,b\n")
    found = read_look_up(path)
    assert (found.rows, found.columns) == (1, ("pcds", "lsoa21cd", "imd20ind"))
    assert looked_up("lsoa", "BS6 5QA", path) == "E01033362"
    assert looked_up("imd_decile", "BS6 5QA", path) == "2"


def test_a_column_of_deciles_is_taken_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "small.csv"
    path.write_text("postcode,imd_decile\nBS6 5QA,4\nBS6 5QB,11\nBS6 5QD,x\n")
    assert [looked_up("imd_decile", code, path) for code in ("BS6 5QA", "BS6 5QB", "BS6 5QD")] == [
        "4",
        None,
        None,
    ]


def test_a_postcode_told_twice_differently_is_in_no_area(tmp_path: Path) -> None:
    path = tmp_path / "twice.csv"
    path.write_text(
        "pcds,lsoa21\nBS6 5QA,E01014485\nBS6 5QA,E01014486\nBS6 5QB,E01014486\nBS6 5QB,E01014486\n"
    )
    assert looked_up("lsoa", "BS6 5QA", path) is None
    assert looked_up("lsoa", "BS6 5QB", path) == "E01014486"


def test_tenths_of_ranks() -> None:
    ranks = np.array((1, 3284, 3285, 32844), np.int32)
    assert deciles_of(ranks, 32844).tolist() == [1, 1, 2, 10]


@pytest.mark.parametrize(
    "text",
    [
        "name,age\nAnn Quixley,4\n",
        "pcds,imd\nBS6 5QA,4\n",
        "pcds,lsoa21\nBS6 5QA,\n",
        "",
        "pcds,lsoa21,imd\n",
    ],
)
def test_another_file_is_refused_without_its_text(tmp_path: Path, text: str) -> None:
    path = tmp_path / "other.csv"
    path.write_text(text)
    with pytest.raises((UsageError, ReadError)) as told:
        read_look_up(path)
    assert "Quixley" not in str(told.value)


def test_torn_rows_and_no_file_are_told(tmp_path: Path) -> None:
    path = tmp_path / "torn.csv"
    path.write_text("pcds,lsoa21\nBS6 5QA,E01014485\nBS6 5QB\n")
    with pytest.raises(ReadError):
        read_look_up(path)
    with pytest.raises(ReadError):
        read_look_up(tmp_path / "nothing.csv")


def test_a_file_without_what_is_asked_for_stops(tmp_path: Path) -> None:
    path = tmp_path / "areas.csv"
    path.write_text("pcds,lsoa21\nBS6 5QA,E01014485\n")
    files = read_look_ups([path])
    assert files.has(LSOA)
    assert not files.has(DECILE)
    for given in (files, LookUps()):
        with pytest.raises(UsageError, match="geoportal"):
            run_of("imd_decile", Setting(Role.POSTCODE, look_ups=given))


def test_preview_and_export_need_the_file_and_use_it(
    tmp_path: Path, nspl: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("THRESHOLD_PASSPHRASE", "a long pass phrase for tests")
    export = tmp_path / "list.csv"
    export.write_text(
        "NHS Number,Postcode,Registration Status\n"
        "9990000018,BS6 5QA,Registered\n9990000026,BS9 9ZZ,Registered\n"
    )
    decisions = tmp_path / "decisions.toml"
    decisions.write_text('[fields."list"."Postcode"]\naction = "lsoa"\nrole = "postcode"\n')
    key = tmp_path / "key"
    assert main(["key", "create", str(key)]) == 0
    common = [
        str(export),
        *(
            "--profile",
            "approved-research",
            "--recipient",
            "Study",
            "--project",
            "One",
            "--key-file",
            str(key),
        ),
        *("--decisions", str(decisions), "--objections-from", "search:A Manager", "--json"),
    ]
    capsys.readouterr()
    assert main(["preview", *common, "--rows", "0:2"]) == 2
    assert json.loads(capsys.readouterr().out)["error"]["code"] == "look_up_needed"
    assert main(["preview", *common, "--rows", "0:2", "--look-up", str(nspl)]) == 0
    shown = json.loads(capsys.readouterr().out)
    at = shown["out_fields"].index("Postcode")
    assert [row["out"][at] for row in shown["rows"]] == ["E01014485", None]
    assert main(["export", *common, "--out", str(tmp_path / "out")]) == 2
    capsys.readouterr()
    status = main(["export", *common, "--out", str(tmp_path / "out"), "--look-up", str(nspl)])
    told = json.loads(capsys.readouterr().out)
    assert status == 0, told
    release = told["release"]
    kept = "".join(path.read_text() for path in Path(release, "keep").glob("*.json"))
    assert read_look_up(nspl).sha256 in kept
    assert (
        main(["verify", release, "--source", str(export), "--key-file", str(key), "--look-up", str(nspl)])
        == 0
    )
