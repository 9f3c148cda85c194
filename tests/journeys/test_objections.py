"""Where objections come from: evidence, the check list and its answer, and the comparison with last time."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gui import ask
from gui.settings import Settings

NHS = ("9990000018", "9990000026", "9990000034", "9990000042", "9990000050")
HEADER = "NHS Number,Date of birth,Registration status,Event date,Code,Term"


def events(folder: Path, name: str, objecting: int) -> Path:
    rows = [
        f"{n},04/03/196{at},Regular,03/11/2019,44054006,Type 2 diabetes mellitus" for at, n in enumerate(NHS)
    ]
    rows += [f"{n},04/03/196{at},Regular,03/11/2020,9Nu0.,Dissent" for at, n in enumerate(NHS[:objecting])]
    path = folder / name
    path.write_text("\n".join([HEADER, *rows, ""]), encoding="utf-8")
    return path


@pytest.fixture
def going(person: Any) -> Callable[[Path], Any]:
    """Opens a file and says that researchers get it; the page that asks for objections."""

    def open_(path: Path) -> Any:
        person.drop(path)
        person.opened()
        person.say_who("approved-research", "University of Bristol", "study", len(NHS))
        return person.window.pages["going_to"].objections

    return open_


def test_evidence_is_shown_a_check_list_is_made_by_wish_and_its_answer_serves_this_release(
    person: Any, going: Callable[[Path], Any], tmp_path: Path, asked: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    choices = going(events(tmp_path, "events.csv", 1))
    lines = choices.evidence.lines()
    assert choices.evidence.isVisible()
    assert lines[0] == "No objection in this file is not no objection."
    assert lines[1] == "Found in this file: Type 1 objection: 1."
    assert any("begin in 2019" in line for line in lines)
    assert any("National Data Opt-outs are not recorded" in line for line in lines)
    assert not any(number in line for line in lines for number in NHS)
    out = tmp_path / "check.dat"
    monkeypatch.setattr(ask, "file_to_save", lambda *_a: out)
    person.tick(choices.boxes["codes"])
    person.tick(choices.boxes["cleaned"])
    asked.yes = False
    person.click(choices.make_list)
    assert not out.exists()
    asked.yes = True
    person.click(choices.make_list)
    person.until(out.exists)
    person.until(lambda: choices.check_note.text().startswith("Written: 5 NHS numbers."))
    assert out.read_bytes() == b"".join(f"{number},\n".encode() for number in NHS)
    out.write_bytes(b"".join(f"{number},\n".encode() for number in NHS[:4]))  # as the service answers
    asked.files = [out]
    choices.buttons["cleaned"].click()
    person.until(lambda: "cleaned" in choices.lists)
    assert choices.missing() == "Say on which day the answer of the opt-out check came back."
    choices.came_back.setText("1/1/2020")
    person.use_this()
    gates = {gate.name: gate for gate in person.session.gates}
    assert "days old" in gates["opt-out-answer"].detail
    assert not gates["opt-out-answer"].passed
    assert person.session.rows.patients_out == 3
    kept = "".join(
        path.read_text("utf-8", "replace") for path in Settings.path().parent.rglob("*") if path.is_file()
    )
    assert not any(number in kept for number in NHS)
    person.session.close_export()
    assert not choices.lists
    assert choices.came_back.text() == ""


def test_last_time_is_compared_by_itself_and_a_fall_wants_a_tick(
    person: Any, going: Callable[[Path], Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = person.window.pages["export"]
    page.set_folder(tmp_path / "out")
    choices = going(events(tmp_path, "before.csv", 3))
    monkeypatch.setattr(ask, "release_folder", lambda *_a: tmp_path)
    person.click(choices.compare)
    person.until(lambda: choices.compare_note.text().startswith("It could not be compared"))
    assert choices.before is None
    person.tick(choices.boxes["codes"])
    person.use_this()
    page.save_now()
    person.until(lambda: person.session.release is not None)
    kept = json.loads(Settings.path().read_text("utf-8"))["releases"]
    assert len(kept) == 1
    assert "Bristol" not in kept[0][0]
    person.session.close_export()

    going(events(tmp_path, "after.csv", 0)).boxes["codes"].click()
    person.use_this()
    gate = next(g for g in person.session.gates if g.name == "objections-last-time")
    assert not gate.passed
    assert "Type 1 objection: 0 now, 3 last time" in gate.detail
    person.session.page_requested.emit("export")
    person.until(lambda: "objections_fell:0" in page.confirm_boxes())
    assert not page.save.isEnabled()
    person.tick(page.confirm_boxes()["objections_fell:0"])
    person.until(lambda: page.save.isEnabled())
