"""A practice's own profiles: copied, changed, told apart from their original, and never in another's way."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from core.cli import main
from core.model import PolicyError, UsageError
from core.protection import decide_rows, load_profile, load_profiles
from core.protection.own_profiles import copy_profile, own_profiles, profile_of
from core.protection.profile import shipped_profiles
from core.protection.profile_differences import changed_copy, differences
from core.release import export_release
from core.survey.results import Survey
from tests.core.protection.profiles.conftest import KEY, example_of


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    own = tmp_path / "own"
    monkeypatch.setenv("THRESHOLD_PROFILES", str(own))
    return own


def changed(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def test_nothing_there_is_nothing() -> None:
    assert set(load_profiles()) == set(shipped_profiles())
    assert own_profiles().broken == ()


@pytest.mark.parametrize("original", sorted(shipped_profiles()))
def test_a_copy_is_the_original_and_says_so(original: str) -> None:
    copy_profile(original, "our-own")
    copy = load_profile("our-own")
    assert differences(copy, load_profile(original)) == ()
    told = changed_copy(copy)
    assert told[0].startswith(f"Changed copy of '{load_profile(original).title}', version")
    assert told[1] == "Its rules are those of the original."
    assert changed_copy(load_profile(original)) == ()
    assert list(load_profiles())[-1] == "our-own"


def test_what_was_changed_is_said_in_words(folder: Path) -> None:
    path = copy_profile("own-care-list", "our-recall")
    changed(path, 'sex = { action = "keep"', 'sex = { action = "leave_out"')
    changed(path, "withhold = []", 'withhold = ["hiv"]')
    changed(path, 'statuses = ["registered", "temporary", "unknown"]', 'statuses = ["registered"]')
    told = changed_copy(load_profile("our-recall"))
    assert told[0].endswith(": 3 differences.")
    assert "Who may leave, by registration: registered, temporary, unknown became registered." in told
    assert "Fields, sex: 'keep as it is' became 'leave out'." in told
    assert "Left out here and not there: hiv." in told


def test_a_later_original_is_said(folder: Path) -> None:
    path = copy_profile("own-care-list", "our-recall")
    version = load_profile("own-care-list").version
    based = 'profile = "own-care-list"\nversion = '
    changed(path, f'{based}"{version}"', f'{based}"2020-01.1"')
    assert any("has since become version" in line for line in changed_copy(load_profile("our-recall")))


def test_a_broken_file_stops_no_other(folder: Path) -> None:
    copy_profile("own-care-list", "our-recall")
    (folder / "torn.toml").write_text("id = ", "utf-8")
    (folder / "odd.toml").write_bytes(b"\xff\xfe\x00")
    (folder / "taken.toml").write_text(
        (folder / "our-recall.toml").read_text("utf-8").replace('"our-recall"', '"gpdpr"'), "utf-8"
    )
    (folder / "twice.toml").write_text((folder / "our-recall.toml").read_text("utf-8"), "utf-8")
    (folder / "notes.txt").write_text("no profile", "utf-8")
    found = own_profiles()
    assert set(found.profiles) == {"our-recall"}
    told = {one.file: one.what for one in found.broken}
    assert set(told) == {"torn.toml", "odd.toml", "taken.toml", "twice.toml"}
    assert "comes with Threshold" in told["taken.toml"]
    assert "already" in told["twice.toml"]
    assert "our-recall" in load_profiles()
    assert load_profile("gpdpr").sha256 == ""  # the shipped one, whatever the file says
    with pytest.raises(UsageError, match="cannot be used"):
        load_profile("torn")


def test_a_copy_of_a_closed_programme_stays_closed() -> None:
    path = copy_profile("caredata-gpes", "our-extract")
    changed(path, "closed = true", "closed = false")
    assert "must stay closed" in own_profiles().broken[0].what


def test_a_copy_keeps_its_purpose() -> None:
    path = copy_profile("approved-research", "our-research")
    changed(path, 'purpose = "beyond_care"', 'purpose = "own_care"')
    assert "keeps its purpose" in own_profiles().broken[0].what, "else a Type 1 objection would not act"


@pytest.mark.parametrize("name", ["gpdpr", "Our List", "../away", "", "a/b"])
def test_a_copy_has_a_name_of_its_own(name: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        copy_profile("own-care-list", name)
    assert not list(tmp_path.rglob("*.toml"))


def test_a_copy_overwrites_nothing() -> None:
    path = copy_profile("own-care-list", "our-recall")
    changed(path, 'sex = { action = "keep"', 'sex = { action = "leave_out"')
    before = path.read_bytes()
    with pytest.raises(UsageError, match="already"):
        copy_profile("gpdpr", "our-recall")
    assert path.read_bytes() == before
    second = copy_profile("our-recall", "our-second")
    assert "Fields, sex: 'keep as it is' became 'leave out'." in changed_copy(load_profile("our-second"))
    assert second.name == "our-second.toml"


def test_a_plan_holds_to_the_profile_it_was_made_with(clinic: Survey, tmp_path: Path) -> None:
    path = copy_profile("own-care-list", "our-recall")
    plan = example_of(clinic, "our-recall").plan
    assert len(plan.profile_sha256) == 64
    assert profile_of(plan).id == "our-recall"
    rows = decide_rows(clinic, plan, KEY)
    changed(path, 'surname = { action = "keep"', 'surname = { action = "leave_out"')
    with pytest.raises(PolicyError, match="has been changed since"):
        export_release(clinic, plan, KEY, rows, tmp_path / "out")
    assert not (tmp_path / "out").exists()
    shipped = example_of(clinic, "own-care-list").plan
    assert shipped.profile_sha256 == ""
    with pytest.raises(PolicyError):
        profile_of(replace(shipped, profile_version="2020-01.1"))


def test_the_command_line_lists_shows_and_copies(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["profiles", "copy", "breast-screening", "our-screening", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["file"] == str(folder / "our-screening.toml")
    (folder / "torn.toml").write_text("id = ", "utf-8")
    assert main(["profiles", "list", "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    own = [one for one in listed["profiles"] if one["own"]]
    assert [(one["id"], one["closed"]) for one in own] == [("our-screening", False)]
    assert [one["file"] for one in listed["not_usable"]] == ["torn.toml"]
    assert main(["profiles", "show", "single-patient-report", "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["asks"]["who_asked"]["kind"] == "choice"
    assert shown["window"]["from_answer"] == "asked_from"
    assert shown["fields"]["third_party"]["action"] == "leave_out"
    assert main(["profiles", "show", "nothing"]) == 2
    assert main(["profiles", "list"]) == 0
    assert main(["profiles", "show", "our-screening"]) == 0
    words = capsys.readouterr().out
    assert "Changed copy of 'Breast screening list'" in words
    assert "torn.toml: cannot be used." in words


def test_answers_are_given_on_the_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("THRESHOLD_PASSPHRASE", "a long enough pass phrase")
    key, source, out = tmp_path / "key", tmp_path / "record.csv", tmp_path / "out"
    source.write_text(
        "NHS Number,Surname,Date of Birth,Date,Read Code,Code Term,Value\n"
        "999 000 0018,Quixley,12/04/1961,2022-03-01,H33..,Asthma,\n"
        "999 000 0018,Quixley,12/04/1961,2012-03-01,H33..,Asthma,\n",
        "utf-8",
    )
    assert main(["key", "create", str(key), "--json"]) == 0
    common = ["export", str(source), "--profile", "single-patient-report", "--recipient", "Insurer"]
    common += ["--project", "report", "--key-file", str(key), "--out", str(out), "--json"]
    said = ["who_asked=insurer", "what_was_asked=report", "consent_signed_on=2026-01-05"]
    said += ["asked_from=2021-01-01", "asked_until=2025-12-31", "wants_to_see=no"]
    capsys.readouterr()
    assert main(common) == 4
    assert json.loads(capsys.readouterr().out)["error"]["code"] == "gate.questions"
    assert main([*common, "--said", "wants_to_see=Agnes Kowalski"]) == 2
    assert "Agnes" not in capsys.readouterr().out
    assert main([*common, "--said", "wants_to_see"]) == 2
    assert main([*common, "--said", "wants_to_see=no", "--said", "wants_to_see=yes"]) == 2
    capsys.readouterr()
    assert main([*common, *(part for one in said for part in ("--said", one))]) == 0
    released = json.loads(capsys.readouterr().out)
    assert released["rows_out"] == 1
    refused = [one.replace("=report", "=subject_access") for one in said]
    assert main([*common, *(part for one in refused for part in ("--said", one))]) == 4
    assert json.loads(capsys.readouterr().out)["error"]["code"] == "gate.request"
