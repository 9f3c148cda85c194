from __future__ import annotations

from gui import decisions as d
from gui.state import Choices


def test_undo_and_redo_walk_the_decisions() -> None:
    history = d.History()
    history.decide(*d.with_field(history.now, "t", "Notes", "keep", None))
    history.decide(*d.with_category(history.now, "hiv", "withhold", "HIV"))
    assert history.now.what == "HIV: left out"
    assert history.undo() == "HIV: left out"
    assert history.now.fields == {("t", "Notes"): ("keep", None)}
    assert history.undo() == "Notes: sent as it is"
    assert history.now == Choices()
    assert history.undo() == ""
    assert history.redo() == "Notes: sent as it is"
    assert history.can_redo
    history.decide(*d.with_patient(history.now, "P-AAAA-AAAA-AAAA-AAAA"))
    assert not history.can_redo
    assert history.redo() == ""


def test_back_to_the_profile_forgets_the_field() -> None:
    choices, _ = d.with_field(Choices(), "t", "Sex", "year", None)
    choices, words = d.with_field(choices, "t", "Sex", None, None)
    assert choices.fields == {}
    assert words == "Sex: as the profile says"


def test_a_confirmation_gives_way_to_a_newer_one_of_its_kind() -> None:
    choices, _ = d.with_confirmed(Choices(), "died:3", True)
    choices, _ = d.with_confirmed(choices, "left:2", True)
    choices, _ = d.with_confirmed(choices, "died:4", True)
    assert choices.confirmed == ("left:2", "died:4")
    choices, _ = d.with_confirmed(choices, "left:2", False)
    assert choices.confirmed == ("died:4",)


def test_a_patient_is_left_out_once() -> None:
    choices, _ = d.with_patient(Choices(), "P-AAAA-AAAA-AAAA-AAAA")
    choices, _ = d.with_patient(choices, "P-AAAA-AAAA-AAAA-AAAA")
    assert choices.patients == ("P-AAAA-AAAA-AAAA-AAAA",)


def test_the_core_takes_all_of_it() -> None:
    choices, _ = d.with_field(Choices(), "t", "Notes", "keep", "free_text")
    choices, _ = d.with_field(choices, "t", "Qxz", None, "administrative")
    choices, _ = d.with_category(choices, "hiv", "keep")
    choices, _ = d.with_patient(choices, "P-AAAA-AAAA-AAAA-AAAA")
    choices, _ = d.with_row(choices, "t", "R12-AAAA-AAAA-AAAA-AAAA", "patient_asked", 12)
    choices, _ = d.with_confirmed(choices, "died:3", True)
    choices, _ = d.with_confirmed(choices, "hazards:2", True)
    made = d.core_decisions(choices)
    assert made.fields["t"]["Notes"].action == "keep"
    assert made.fields["t"]["Qxz"].action is None
    assert made.fields["t"]["Qxz"].kind == "administrative"
    assert made.categories == {"hiv": "send"}
    assert made.patients.leave_out == ("P-AAAA-AAAA-AAAA-AAAA",)
    assert made.items[0].reason == "patient_asked"
    assert made.confirmed == {"died": 3}
    assert made.hazards.confirmed
