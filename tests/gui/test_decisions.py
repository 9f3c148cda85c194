from __future__ import annotations

from gui import decisions as d
from gui.state import Choices, GoingTo, Seen


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


def test_who_gets_it_and_the_sort_of_file_are_taken_back_like_the_rest() -> None:
    history = d.History()
    first, other = GoingTo("approved-research", "Leeds", "flu"), GoingTo("approved-research", "York", "flu")
    history.decide(*d.with_going_to(history.now, first))
    history.decide(*d.with_format(history.now, "xlsx"))
    history.decide(*d.with_going_to(history.now, other))
    assert history.undo() == "goes to York"
    assert history.now.going_to is first
    assert history.undo() == "saved as excel workbook"
    assert history.now.format == "csv"
    assert history.undo() == "goes to Leeds"
    assert history.now == Choices()
    assert history.next_words == "goes to Leeds"
    assert [history.redo() for _ in range(3)][-1] == "goes to York"
    assert (history.now.going_to, history.now.format) == (other, "xlsx")


def test_what_would_be_lost_is_counted_from_what_stands_in_a_file() -> None:
    history = d.History()
    history.decide(*d.with_going_to(history.now, GoingTo("own-care-list", "Us", "recall")))
    assert history.unsaved == 0, "who gets it is where everything begins"
    history.decide(*d.with_field(history.now, "t", "Notes", "keep", None))
    history.decide(*d.with_field(history.now, "t", "Sex", "leave_out", None))
    assert history.unsaved == 2
    history.mark_kept()
    assert history.unsaved == 0
    history.undo()
    assert history.unsaved == 1, "the file has a decision that no longer holds"
    history.redo()
    assert history.unsaved == 0
    history.undo()
    history.decide(*d.with_patient(history.now, "P-AAAA-AAAA-AAAA-AAAA"))
    assert history.unsaved == 2, "no step leads back to the file any more"


def test_several_fields_are_one_step() -> None:
    history = d.History()
    history.decide(*d.with_field(history.now, "t", "Old", "keep", None, {"a": "b"}))
    chosen = [d.FieldChoice("t", "Old", None), d.FieldChoice("t", "Note", "scrub", "free_text")]
    history.decide(d.with_fields(history.now, chosen), "2 fields decided")
    assert history.now.fields == {("t", "Note"): ("scrub", "free_text")}
    assert history.now.settings == {}
    assert history.undo() == "2 fields decided"
    assert history.now.settings == {("t", "Old"): {"a": "b"}}


def test_no_step_leads_back_to_codes_of_another_key() -> None:
    history = d.History()
    history.decide(*d.with_patient(history.now, "P-AAAA-AAAA-AAAA-AAAA"))
    history.decide(*d.with_row(history.now, "t", "R12-AAAA-AAAA-AAAA-AAAA", "patient_asked", 12))
    seen = (Seen("P-AAAA-AAAA-AAAA-AAAA", "Dr Okafor", "2026-03-02T10:15"),)
    history.decide(d.replace(history.now, seen=seen), "seen")
    history.undo()
    assert "2 choices" in history.forget_codes()
    steps = [history.now]
    while history.undo():
        steps.append(history.now)
    while history.redo():
        steps.append(history.now)
    assert not any(one.patients or one.items or one.seen for one in steps)
