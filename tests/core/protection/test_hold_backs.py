"""The practice's list of what is held back: kept, found again in another month's export, and never silent."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from core.model import Kind, PolicyError, Role, UsageError
from core.protection import Key, decide_rows, gates, load_profile, make_plan, pseudonyms_for
from core.protection.decisions import Decisions
from core.protection.hold_backs import (
    HoldBackList,
    describe,
    entries_holding,
    find_held_back,
    hold_back_patient,
    hold_back_row,
    hold_backs_file,
    load_hold_backs,
    new_list,
    release_entry,
    save_hold_backs,
)
from core.protection.plan import ObjectionSource, Plan
from core.survey.results import NO_PATIENT, Survey
from tests.core.protection.builders import Made, make_survey, report

KEY = Key(b"k" * 32)
OTHER = Key(b"o" * 32)
DAY = date(2026, 11, 3)

EVENTS = (
    ("Event date", Kind.CODED_CLINICAL, Role.EVENT_DATE),
    ("Code", Kind.CODED_CLINICAL, Role.CODE),
    ("Term", Kind.CODED_CLINICAL, Role.TERM),
)
#: Patient, day, code, term.
JANUARY = [
    (0, 20_000, "44054006", "Type 2 diabetes mellitus"),
    (0, 20_001, "195967001", "Asthma"),
    (0, 20_001, "38341003", "Hypertensive disorder"),
    (1, 20_000, "44054006", "Type 2 diabetes mellitus"),
    (1, 20_002, "G20..", "Essential hypertension"),
]


def events(rows: list[tuple[int, int, str | None, str | None]], **more: object) -> Survey:
    cells = [[f"day {day}", code, term] for _, day, code, term in rows]
    made = Made(EVENTS, cells, [p for p, *_ in rows], day=[d for _, d, *_ in rows])
    return make_survey({"events": made}, identity=("nhs|9990000018", "nhs|9990000026"), **more)  # type: ignore[arg-type]


def planned(
    survey: Survey, held: HoldBackList | None, profile: str = "approved-research", **said: int
) -> Plan:
    return make_plan(
        survey,
        load_profile(profile),
        recipient="r",
        project="j",
        objection_sources=(ObjectionSource("codes"),),
        decisions=Decisions(confirmed=said),
        held=held,
    )


def reasons(survey: Survey, held: HoldBackList, **said: int) -> list[str]:
    rows = decide_rows(survey, planned(survey, held, **said), KEY, held=held)
    ids = ["leaves", *(reason.id for reason in rows.reasons)]
    return [ids[number] for number in rows.withheld["events"].tolist()]


def test_a_patient_is_held_back_in_every_export() -> None:
    held = hold_back_patient(new_list(KEY), events(JANUARY), 1, "patient_asked")
    assert reasons(events(JANUARY), held) == ["leaves"] * 3 + ["held_back.patient"] * 2
    again = make_survey(report(), identity=("nhs|9990000050", "nhs|9990000026", *"abcd"))
    rows = decide_rows(again, planned(again, held), KEY, held=held)
    assert [(c.id, c.rows, c.patients) for c in rows.counted if c.id.startswith("held")] == [
        ("held_back.patient", 3, 1)
    ]


def test_an_item_is_found_again_in_another_layout() -> None:
    held = hold_back_row(new_list(KEY), events(JANUARY), "events", 1, "third_party")
    assert reasons(events(JANUARY), held) == ["leaves", "held_back.item", "leaves", "leaves", "leaves"]
    other = make_survey(
        {
            "problems": Made(
                (("Problem", Kind.CODED_CLINICAL, Role.TERM), ("When", Kind.CODED_CLINICAL, Role.EVENT_DATE)),
                [["none", "x"], [" ASTHMA  ", "x"], ["Asthma", "x"], ["Asthma", "x"]],
                [1, 1, 1, 0],
                day=[20_001, 20_001, 20_003, 20_001],
            )
        },
        identity=("nhs|9990000026", "nhs|9990000018"),
    )
    found = find_held_back(held, other)
    assert {table: rows.tolist() for table, rows in found.rows.items()} == {"problems": [1]}
    assert not found.absent
    assert not found.by_day


def test_who_holds_a_row_back_is_told_from_the_row() -> None:
    january = events(JANUARY)
    held = hold_back_row(new_list(KEY), january, "events", 1, "clinical_judgement", day=DAY)
    held = hold_back_patient(held, january, 1, "patient_asked", day=DAY)
    item, patient = held.entries
    assert entries_holding(held, january, "events", 1) == (item,)
    assert entries_holding(held, january, "events", 2) == ()  # the same day, another entry
    assert (
        entries_holding(held, january, "events", 3)
        == entries_holding(held, january, "events", 4)
        == (patient,)
    )
    otherwise = events([(0, 20_001, "J45", None), (0, 20_002, "J45", None)])
    assert entries_holding(held, otherwise, "events", 0) == (item,)  # held back with all of its day
    assert entries_holding(held, otherwise, "events", 1) == ()


def test_an_item_that_is_coded_otherwise_keeps_its_day_back() -> None:
    held = hold_back_row(new_list(KEY), events(JANUARY), "events", 1, "third_party")
    recoded = [
        (p, d, "H33..", "Bronchial asthma") if c == "195967001" else (p, d, c, t) for p, d, c, t in JANUARY
    ]
    assert reasons(events(recoded), held) == [
        "leaves",
        "held_back.item",
        "held_back.item",
        "leaves",
        "leaves",
    ]
    survey = events(recoded)
    rows = decide_rows(survey, planned(survey, held), KEY, held=held)
    gate = next(
        g
        for g in gates(survey, planned(survey, held), rows, load_profile("approved-research"))
        if g.name == "hold-backs"
    )
    assert gate.passed
    assert "all that the patient has of that day stays" in gate.detail


def test_an_entry_that_matches_nothing_stops_until_a_person_confirms() -> None:
    held = hold_back_row(new_list(KEY), events(JANUARY), "events", 1, "third_party")
    survey = events([JANUARY[0], JANUARY[3]])
    for said, passes in (({}, False), ({"held_back_absent": 2}, False), ({"held_back_absent": 1}, True)):
        plan = planned(survey, held, **said)
        rows = decide_rows(survey, plan, KEY, held=held)
        gate = next(
            g for g in gates(survey, plan, rows, load_profile("approved-research")) if g.name == "hold-backs"
        )
        assert gate.passed is passes
        assert passes or "held_back_absent = 1" in gate.detail


def test_nobody_can_confirm_where_the_list_cannot_be_asked() -> None:
    held = hold_back_patient(new_list(KEY), events(JANUARY), 1, "patient_asked")
    survey = make_survey(report(people=2), identity=("local|17", "local|18"))
    plan = planned(survey, held, held_back_absent=1)
    rows = decide_rows(survey, plan, KEY, held=held)
    gate = next(
        g for g in gates(survey, plan, rows, load_profile("approved-research")) if g.name == "hold-backs"
    )
    assert not gate.passed
    assert "NHS number" in gate.detail
    assert not gate.needs


def test_counts_leave_out_what_is_held_and_own_care_only_tells() -> None:
    survey = events(JANUARY)
    held = hold_back_patient(new_list(KEY), survey, 1, "patient_asked")
    plan = planned(survey, held, "open-publication")
    assert {c.id: c.rows for c in decide_rows(survey, plan, KEY, held=held).counted}["held_back.patient"] == 2
    care = planned(survey, held, "own-care-list")
    rows = decide_rows(survey, care, KEY, held=held)
    assert not any(c.id.startswith("held") for c in rows.counted)
    gate = next(g for g in gates(survey, care, rows, load_profile("own-care-list")) if g.name == "hold-backs")
    assert gate.passed
    assert "1 patient" in gate.detail
    assert "They leave here" in gate.detail


def test_the_plan_is_tied_to_the_list() -> None:
    survey = events(JANUARY)
    one = hold_back_patient(new_list(KEY), survey, 1, "patient_asked")
    two = hold_back_patient(one, survey, 0, "serious_harm")
    plan = planned(survey, one)
    assert plan.fingerprint != planned(survey, None).fingerprint != planned(survey, two).fingerprint
    for given in (None, two):
        with pytest.raises(PolicyError, match="not the one"):
            decide_rows(survey, plan, KEY, held=given)
    with pytest.raises(PolicyError, match="not the one"):
        decide_rows(survey, planned(survey, None), KEY, held=one)


def test_the_file_tells_nothing_and_shows_when_it_was_edited(tmp_path: Path) -> None:
    survey, path = events(JANUARY), tmp_path / "deep" / "held.json"
    assert load_hold_backs(path, KEY) is None
    held = hold_back_patient(new_list(KEY), survey, 1, "patient_asked", day=DAY)
    held = hold_back_row(held, survey, "events", 1, "third_party", day=DAY)
    save_hold_backs(path, held)
    assert load_hold_backs(path, KEY) == held
    text = path.read_text("utf-8")
    for planted in ("999", "Asthma", "asthma", "195967001", "20001", "events", "day "):
        assert planted not in text
    pseudonym = pseudonyms_for(KEY, "r", "j").of_identity("nhs|9990000026")
    assert pseudonym[2:] not in text
    with pytest.raises(PolicyError, match="another key") as refused:
        load_hold_backs(path, OTHER)
    assert refused.value.code == "hold_backs.key"
    edited = json.loads(text)
    del edited["entries"][0]
    path.write_text(json.dumps(edited), "utf-8")
    with pytest.raises(PolicyError, match="changed") as refused:
        load_hold_backs(path, KEY)
    assert refused.value.code == "hold_backs.edited"
    path.write_text('{"format": "something"}', "utf-8")
    with pytest.raises(UsageError, match="no such list"):
        load_hold_backs(path, KEY)


def test_entries_are_told_in_words_and_released() -> None:
    survey = events(JANUARY)
    held = hold_back_patient(new_list(KEY), survey, 1, "patient_asked", day=DAY)
    held = hold_back_patient(held, survey, 1, "serious_harm", day=DAY)
    (entry,) = held.entries
    assert describe(entry) == (
        f"Patient {entry.code}: held back by a GP on 3 November 2026. It could cause serious harm."
    )
    assert release_entry(held, entry.code).entries == ()
    assert release_entry(held, entry.code).fingerprint == ""
    with pytest.raises(UsageError, match="no such entry"):
        release_entry(new_list(KEY), entry.code)


@pytest.mark.parametrize(
    ("row", "reason"),
    [(5, "third_party"), (-1, "third_party"), (0, "because"), (3, "third_party"), (4, "third_party")],
)
def test_what_cannot_be_found_again_is_refused(row: int, reason: str) -> None:
    made = Made(
        EVENTS,
        [["x", "44054006", "y"], ["x", "a", "b"], ["x", "a", "b"], ["x", None, "  "], ["x", "44054006", "y"]],
        [0, 0, 0, 0, NO_PATIENT],
        day=[1, 2, 3, 4, 5],
    )
    with pytest.raises(UsageError):
        hold_back_row(new_list(KEY), make_survey({"events": made}), "events", row, reason)


def test_a_list_outlives_a_new_key(tmp_path: Path) -> None:
    survey = events(JANUARY)
    held = hold_back_row(
        hold_back_patient(new_list(KEY), survey, 1, "patient_asked"), survey, "events", 1, "third_party"
    )
    path = tmp_path / "held.json"
    save_hold_backs(path, held)
    newer = KEY.replaced([]).replaced([])
    read = load_hold_backs(path, newer)
    assert read is not None
    assert read.fingerprint == held.fingerprint
    assert find_held_back(read, survey).rows["events"].tolist() == [1]
    more = hold_back_patient(read, survey, 0, "patient_asked")
    save_hold_backs(path, more)
    assert load_hold_backs(path, newer) == load_hold_backs(path, KEY) == more
    with pytest.raises(PolicyError, match="another key"):
        load_hold_backs(path, OTHER.replaced([]))
    save_hold_backs(path, replace(more, entries=()))
    assert load_hold_backs(path, OTHER) is None


def test_the_order_of_adding_makes_no_other_list() -> None:
    survey = events(JANUARY)
    one = hold_back_patient(
        hold_back_patient(new_list(KEY), survey, 0, "patient_asked", day=DAY),
        survey,
        1,
        "third_party",
        day=DAY,
    )
    two = hold_back_patient(
        hold_back_patient(new_list(KEY), survey, 1, "third_party", day=DAY),
        survey,
        0,
        "patient_asked",
        day=DAY,
    )
    assert one.fingerprint == two.fingerprint
    assert one == two
    assert replace(one, entries=()).fingerprint == ""


def test_the_place_can_be_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("THRESHOLD_HOLD_BACKS", str(tmp_path / "list.json"))
    assert hold_backs_file() == tmp_path / "list.json"
